"""Response files: what the practice says. A TOML head between +++ lines, then Markdown with Jinja.

`insurance.md` answers the label "insurance" in the default language, `insurance.es.md` in Spanish; `letter.md` is the
frame around the answers. A file in the owner's folder stands in for the shipped one of the same name.
"""

import hashlib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inboxtriage.errors import ResponseFault

DEFAULT_LANGUAGE = "en"
LETTER = "letter"
LETTERS, FRAME = "letters", "frame"  # the folder of letters that answer no mail, and what stands around each
ABSENCE = "absence"  # what is said to who writes during an absence: under an approval of its own, never by hand
SCRIPTS = "scripts"  # the folder of what is said on the phone
_FENCE = "+++"
FEWEST_EXAMPLES = 8  # of a category of the owner's own, before the classifier can learn it


@dataclass(frozen=True, slots=True)
class Response:
    """One file: the text of an answer (or of the letter's frame) in one language.

    `needs` are facts without which it says nothing at all ("practice.insurance.fee"); `stage` is where a letter that
    holds it leads, once sent; `attach` are files beside it that go with the letter.
    """

    name: str
    language: str
    title: str
    text: str
    path: Path
    examples: tuple[str, ...] = ()  # mails that ask this, as their words: how an own category is taught
    languages: tuple[str, ...] = ()  # further languages in which it may be used as it stands
    needs: tuple[str, ...] = ()
    stage: str | None = None
    attach: tuple[str, ...] = ()
    subject: str | None = None  # of a letter that answers no mail
    said: Mapping[str, str] = field(default_factory=dict)  # its blanks, and what belongs in each

    @property
    def file(self) -> str:
        """The file's name, as people know it."""
        return self.path.name

    def attachment(self, name: str) -> Path:
        """Where a file that goes with the letter lies."""
        return self.path.parent / name


class Library:
    """Every response there is, the owner's before the shipped."""

    def __init__(self, responses: dict[tuple[str, str], Response], default: str = DEFAULT_LANGUAGE) -> None:
        self._responses = responses
        self.default = default

    def find(self, name: str, language: str) -> Response | None:
        """The response in `language`, else in the default language, else None."""
        for wanted in (language, self.default, DEFAULT_LANGUAGE):
            found = self.exactly(name, wanted)
            if found is not None:
                return found
        return None

    def exactly(self, name: str, language: str) -> Response | None:
        """The response in this very language, or None."""
        own = self._responses.get((name, language))
        return own or next((r for r in self.all() if r.name == name and language in r.languages), None)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that have an answer, in the order of the alphabet."""
        return tuple(sorted({name for name, _ in self._responses} - {LETTER}))

    @property
    def languages(self) -> frozenset[str]:
        """The languages in which a whole letter can be written."""
        return frozenset(language for name, language in self._responses if name == LETTER)

    def all(self) -> tuple[Response, ...]:
        """Every response, by name and language."""
        return tuple(self._responses[key] for key in sorted(self._responses))

    def fingerprint(self) -> str:
        """A digest of everything that is said; another one means that letters may read otherwise."""
        said = hashlib.sha256(self.default.encode())
        for response in self.all():
            said.update(repr(response).encode())
            for name in response.attach:
                said.update(_digest(response.attachment(name)))
        return said.hexdigest()


def read_library(*folders: Path, default: str = DEFAULT_LANGUAGE) -> Library:
    """The responses in `folders`; a later folder overrides an earlier one file by file. Raises ResponseFault.

    `default` is the language of letters to people whose own is not offered.
    """
    found: dict[tuple[str, str], Response] = {}
    for folder in folders:
        if not folder.is_dir():
            raise ResponseFault(f"there is no folder of responses at {folder}", do="mend [responses] path")
        for path in sorted(folder.glob("*.md")):
            response = read_response(path)
            found[response.name, response.language] = response
    if (LETTER, default) not in found:
        named = f"{LETTER}.md" if default == DEFAULT_LANGUAGE else f"{LETTER}.{default}.md"
        raise ResponseFault(f"no {named} among the responses", do="mend [responses] path or [responses] language")
    return Library(found, default)


def read_letters(*folders: Path, default: str = DEFAULT_LANGUAGE) -> Library:
    """The letters that answer no mail, in the folder `letters` of each of `folders`, as `read_library` reads answers.

    Raises ResponseFault.
    """
    return _read_within(LETTERS, folders, default)


def read_scripts(*folders: Path, default: str = DEFAULT_LANGUAGE) -> Library:
    """What is said on the phone, in the folder `scripts` of each of `folders`. Raises ResponseFault."""
    return _read_within(SCRIPTS, folders, default)


def _read_within(room: str, folders: tuple[Path, ...], default: str) -> Library:
    found = {
        (response.name, response.language): response
        for folder in folders
        for path in sorted((folder / room).glob("*.md"))
        for response in [read_response(path)]
    }
    return Library(found, default)


def read_response(path: Path) -> Response:
    """One response file. Raises ResponseFault naming the file and what is wrong."""
    name, _, language = path.stem.partition(".")
    try:
        content = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ResponseFault(f"{path.name} cannot be read: {error}", do="save it as UTF-8 text") from error
    if not content.startswith(_FENCE + "\n") or (end := content.find(f"\n{_FENCE}\n", 3)) < 0:
        raise ResponseFault(f"{path.name} has no head", do='begin it with +++, title = "...", +++')
    try:
        head = tomllib.loads(content[4:end])
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ResponseFault(f"{path.name}: its head is not valid TOML ({error})", do="mend it") from error
    values: dict[str, Any] = {}
    for key, value in head.items():
        if key not in _HEAD:
            raise ResponseFault(f"{path.name}: its head has no key {key!r}", do=f"use {', '.join(_HEAD)}")
        fits, wanted = _HEAD[key]
        if not fits(value):
            raise ResponseFault(f"{path.name}: {key} must be {wanted}", do="mend its head")
        values[key] = tuple(value) if isinstance(value, list) else value
    if "title" not in values:
        raise ResponseFault(f"{path.name}: its head needs a title", do='write title = "..." between the +++ lines')
    return Response(name=name, language=language or DEFAULT_LANGUAGE, text=content[end + 5 :], path=path, **values)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(_is_text(one) for one in value)


def _are_files(value: object) -> bool:
    return isinstance(value, list) and all(_is_text(one) and Path(one).name == one for one in value)


def _are_blanks(value: object) -> bool:
    return isinstance(value, dict) and all(name.isidentifier() and _is_text(what) for name, what in value.items())


_HEAD: dict[str, tuple[Callable[[object], bool], str]] = {
    "title": (_is_text, "a text"),
    "languages": (_are_texts, 'a list of languages, ["en", "fr"]'),
    "needs": (_are_texts, 'a list of facts, ["practice.insurance.fee"]'),
    "stage": (_is_text, "a stage of the journey"),
    "attach": (_are_files, "a list of files that lie beside it"),
    "subject": (_is_text, "a text"),
    "said": (_are_blanks, "a table of blanks, each with what belongs there"),
    "examples": (_are_texts, "a list of texts"),
}


def _digest(path: Path) -> bytes:
    try:
        return hashlib.sha256(path.read_bytes()).digest()
    except OSError:
        return b"missing"

"""Response files: what the practice says. A TOML head between +++ lines, then Markdown with Jinja.

`insurance.md` answers the label "insurance" in the default language, `insurance.es.md` in Spanish; `letter.md` is the
frame around the answers. A file in the owner's folder stands in for the shipped one of the same name.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from inboxtriage.errors import ResponseFault

DEFAULT_LANGUAGE = "en"
LETTER = "letter"
_FENCE = "+++"
_HEAD_KEYS = {"title", "examples"}
FEWEST_EXAMPLES = 8  # of a category of the owner's own, before the classifier can learn it


@dataclass(frozen=True, slots=True)
class Response:
    """One file: the text of an answer (or of the letter's frame) in one language."""

    name: str
    language: str
    title: str
    text: str
    file: str
    examples: tuple[str, ...] = ()  # mails that ask this, as their words: how an own category is taught


class Library:
    """Every response there is, the owner's before the shipped."""

    def __init__(self, responses: dict[tuple[str, str], Response]) -> None:
        self._responses = responses

    def find(self, name: str, language: str) -> Response | None:
        """The response in `language`, else in the default language, else None."""
        return self._responses.get((name, language)) or self._responses.get((name, DEFAULT_LANGUAGE))

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


def read_library(*folders: Path) -> Library:
    """The responses in `folders`; a later folder overrides an earlier one file by file. Raises ResponseFault."""
    found: dict[tuple[str, str], Response] = {}
    for folder in folders:
        if not folder.is_dir():
            raise ResponseFault(f"there is no folder of responses at {folder}", do="mend [responses] path")
        for path in sorted(folder.glob("*.md")):
            response = read_response(path)
            found[response.name, response.language] = response
    if (LETTER, DEFAULT_LANGUAGE) not in found:
        raise ResponseFault(f"no {LETTER}.md among the responses", do="reinstall, or mend [responses] path")
    return Library(found)


def read_response(path: Path) -> Response:
    """One response file. Raises ResponseFault naming the file and what is wrong."""
    name, _, language = path.stem.partition(".")
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ResponseFault(f"{path.name} cannot be read: {error}", do="save it as UTF-8 text") from error
    if not content.startswith(_FENCE + "\n") or (end := content.find(f"\n{_FENCE}\n", 3)) < 0:
        raise ResponseFault(f"{path.name} has no head", do='begin it with +++, title = "...", +++')
    try:
        head = tomllib.loads(content[4:end])
    except tomllib.TOMLDecodeError as error:
        raise ResponseFault(f"{path.name}: its head is not valid TOML ({error})", do="mend it") from error
    unknown = sorted(set(head) - _HEAD_KEYS)
    if unknown or not isinstance(head.get("title"), str):
        raise ResponseFault(
            f"{path.name}: its head needs a title, and may have examples; found {sorted(head)}", do="mend it"
        )
    examples = head.get("examples", [])
    if not isinstance(examples, list) or not all(isinstance(one, str) and one.strip() for one in examples):
        raise ResponseFault(f"{path.name}: examples must be a list of texts", do='write examples = ["...", "..."]')
    return Response(
        name, language or DEFAULT_LANGUAGE, head["title"], content[end + 5 :], path.name, examples=tuple(examples)
    )

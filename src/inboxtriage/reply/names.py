"""The names that a response may use, and what one response gets wrong by itself: its head, its names, its words. Pure.

What depends on the other responses and on rendering is looked at in `service.templates`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_origin

import msgspec

from inboxtriage.category.response import FRAME, LETTER, Response
from inboxtriage.config.settings import Practice, Section
from inboxtriage.journey.stage import STAGES, stage_named
from inboxtriage.reply.asked import Asked, When
from inboxtriage.reply.discreet import clinical_words
from inboxtriage.reply.facts import Words, is_given
from inboxtriage.reply.render import Renderer
from inboxtriage.reply.scope import Scope
from inboxtriage.reply.syntax import BadSyntax, near

Severity = Literal["wrong", "note"]
Kind = Literal["answer", "letter", "script"]  # what a file is: it lies in the folder itself, in letters/, in scripts/

ANSWERS = "answers"  # where the answers come in the letter around them
OFFERED = frozenset(  # what `reply.compose` tells every response; a test holds both equal
    {
        "name", "kind", "client", "returning", "late", "wrote_in", "language", "language_name", "answer_by",
        "labels", "asked", "fit", "week", "words", "offers", "offers_fit", "calendar", "zone",
    }
)  # fmt: skip
ALWAYS = OFFERED | {"practice", "gap"}
FRAMED = "letter"  # where the letter comes in letters/frame.md
TOLD_LETTERS = frozenset(  # what `reply.letters` tells every letter that answers no mail; a test holds both equal
    {
        "name", "stage", "client", "said", "offers", "scale", "reply_days", "holidays", "away", "week", "zone", "words",
        "language",
    }
)  # fmt: skip
TOLD_SCRIPTS = TOLD_LETTERS | {"phone", "urgent", "questions"}
_VALUE = object()  # of which only the key matters


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in a response, or that its owner should know; `do` says what to do about it.

    "wrong" must be mended; a "note" may be meant. `line` counts from 1 in the response's text; `facts` are the keys
    that it is about.
    """

    severity: Severity
    what: str
    do: str
    line: int | None = None
    facts: tuple[str, ...] = ()


def names_for(response: str, kind: Kind = "answer") -> frozenset[str]:
    """The names that the response of this name is told."""
    if kind == "script":
        return TOLD_SCRIPTS | {"practice", "gap"}
    if kind == "letter":
        return TOLD_LETTERS | {"practice", "gap"} | ({FRAMED} if response == FRAME else frozenset())
    return ALWAYS | ({ANSWERS} if response == LETTER else {"label"})


def is_fact(key: str) -> bool:
    """Whether a practice can have a fact of this key ("practice.insurance.fee")."""
    return is_given(_shape(Practice), key)


def faults(response: Response, renderer: Renderer, kind: Kind = "answer") -> Iterator[Fault]:
    """What is wrong in one response by itself, whatever the practice."""
    yield from _head(response)
    if kind == "letter" and response.name != FRAME:
        if response.subject is None:
            yield Fault("wrong", "its head needs a subject", 'write subject = "..." between the +++ lines')
        else:
            about_subject = _text(replace(response, text=response.subject), renderer, kind)
            yield from (replace(fault, what=f"its subject: {fault.what}", line=None) for fault in about_subject)
    yield from _text(response, renderer, kind)


def _text(response: Response, renderer: Renderer, kind: Kind) -> Iterator[Fault]:
    try:
        outline = renderer.outline(response.text)
    except BadSyntax as wrong:
        yield Fault("wrong", wrong.what, "mend that line", wrong.line)
        return
    known = names_for(response.name, kind)
    for name, line in outline.names.items():
        if name not in known:
            do = _meant(name, known) or f"use one of {', '.join(sorted(known))}"
            only = f"only {LETTER}.md has a place for the answers: take it out"
            yield Fault("wrong", f"there is no name {name!r}", only if name == ANSWERS else do, line)
    for one in outline.unknown:
        do = f"did you mean {one.near}?" if one.near else "take it out, or see Jinja's list of filters and tests"
        yield Fault("wrong", f"there is no filter or test {one.name!r}", do, one.line)
    for line in outline.files:
        yield Fault("wrong", "a response cannot call for another file", "write here what that one says", line)
    yield from _values(response, renderer, kind)
    place = {("answer", LETTER): ANSWERS, ("letter", FRAME): FRAMED}.get((kind, response.name))
    if place is not None and place not in outline.names:
        of = "answers" if place == ANSWERS else "letter"
        do = f"write {{{{ {place} }}}} in a line between empty lines"
        yield Fault("wrong", f"the {'letter' if place == ANSWERS else 'frame'} has no place for the {of}", do)
    said = clinical_words(outline.words, response.language)
    if said:
        do = "leave them out, or make them facts of [practice]: what stands here is written to everybody"
        yield Fault("note", f"its own words name {', '.join(said)}", do)


def _head(response: Response) -> Iterator[Fault]:
    for need in response.needs:
        if not is_fact(need):
            do = (
                _meant(need, _keys("practice", _shape(Practice)))
                or "name one as config.example.toml does, like practice.insurance.fee"
            )
            yield Fault("wrong", f"it needs {need}, which is no fact", do)
    if response.stage is not None and response.stage not in STAGES:
        like = stage_named(response.stage) or near(response.stage, STAGES)
        do = f"did you mean {like}?" if like else f"use one of {', '.join(STAGES)}"
        yield Fault("wrong", f"there is no stage {response.stage!r}", do)
    for name in response.attach:
        if not response.attachment(name).is_file():
            yield Fault("wrong", f"it attaches {name}, which is not there", f"put it beside {response.file}")


def _values(response: Response, renderer: Renderer, kind: Kind) -> Iterator[Fault]:
    """Facts, and parts of what was asked, that do not exist; and tables that are printed as if they were one."""
    shape = _shapes() if kind == "answer" else {"practice": _shape(Practice), "words": _attributes(Words)}
    keys = [key for name, table in shape.items() for key in _keys(name, table)]
    found = renderer.reads(response.text, shape, decide=False)
    for key, line in found.missing.items():
        fact = key.startswith("practice.")
        do = _meant(key, keys) or ("see the keys in config.example.toml" if fact else "take it out")
        yield Fault("wrong", f"there is no {'fact ' if fact else ''}{key}", do, line)
    for key, line in found.tables.items():
        yield Fault("wrong", f"{key} is a table, not one fact", f"name what of it is to be told, like {key}.…", line)


def _meant(name: str, known: Iterable[str]) -> str | None:
    found = near(name, known)
    return f"did you mean {found}?" if found else None


class _AnyKey(dict[str, Any]):
    """A table whose keys are the owner's own ("insurance.fees")."""

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ARG002 - dict's signature
        return _VALUE


def _shapes() -> dict[str, dict[str, Any]]:
    """What can be looked into, by the name that responses use."""
    return {
        "practice": _shape(Practice),
        "asked": {**_attributes(Asked), "when": _attributes(When)},
        "fit": _attributes(Scope),
        "words": _attributes(Words),
    }


def _attributes(kind: type) -> dict[str, Any]:
    properties = [name for name, value in vars(kind).items() if isinstance(value, property)]
    return dict.fromkeys((*(field.name for field in fields(kind)), *properties), _VALUE)


def _shape(section: type[Section]) -> dict[str, Any]:
    """The keys of a table of the configuration, and of the tables in it."""
    shape: dict[str, Any] = {}
    for field in msgspec.structs.fields(section):
        if field.encode_name != "translations":  # they are told in the place of the facts
            inner = isinstance(field.type, type) and issubclass(field.type, Section)
            free = _AnyKey() if get_origin(field.type) is dict else _VALUE
            shape[field.encode_name] = _shape(field.type) if inner else free
    return shape


def _keys(name: str, table: Mapping[str, Any]) -> Iterator[str]:
    for key, entry in table.items():
        if isinstance(entry, Mapping):
            yield from _keys(f"{name}.{key}", entry)
        else:
            yield f"{name}.{key}"

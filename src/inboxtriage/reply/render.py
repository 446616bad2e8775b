"""The one door to Jinja: a response's text and plain values -> finished text. Sandboxed, strict, rendered once.

Values are never templates (G42). A missing fact does not vanish: it leaves a gap in the text, and the gap is reported,
so that nobody can approve the letter before it is filled (G41).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Never

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from inboxtriage.errors import ResponseFault
from inboxtriage.reply.draft import GAP_CLOSES, GAP_OPENS
from inboxtriage.reply.localize import Untold
from inboxtriage.reply.speech import Speech, speech
from inboxtriage.reply.syntax import BadSyntax, Node, Outline, Reads, outline, reads

_TWICE = re.compile(r"(?<!\.)\.\.(?=\s|$)")  # behind a fact that ends in a dot of its own
_VERB = re.compile(
    r"(?:\b(?:is|are|costs?|runs?|pays?|charges?|es|son|cuestan?|cobro|cobramos|valen?)\b|[.!] )", re.IGNORECASE
)
_BLANK = re.compile(r"\n[ \t]*\n")
# A line of tags alone leaves no line behind.
_TAG_LINE = re.compile(r"^[ \t]*((?:\{%(?:(?!%\}).)*%\}[ \t]*)+)\n", re.MULTILINE)
_COMMENT_LINE = re.compile(r"^[ \t]*\{#(?:(?!#\}).)*#\}[ \t]*\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a response, and the facts that it states or was decided by."""

    text: str
    facts: tuple[str, ...] = ()


@dataclass(slots=True)
class Rendering:
    """What one response became: its paragraphs, and the gaps that were left."""

    paragraphs: tuple[Paragraph, ...] = ()
    gaps: list[str] = field(default_factory=list)
    read: list[tuple[int, str]] = field(default_factory=list)  # where in the text so far, and which fact
    length: int = 0

    @property
    def text(self) -> str:
        """All of it."""
        return "\n\n".join(paragraph.text for paragraph in self.paragraphs)

    @property
    def facts(self) -> list[str]:
        """Every fact that was read, in the order of reading."""
        return list(dict.fromkeys(key for _, key in self.read))


class MissingFact(Exception):
    """A response decided by a fact that the configuration does not give."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(key)


class _Missing(StrictUndefined):
    """A fact that is not there: printed it leaves a gap, in any decision it raises; `is defined` may ask for it."""

    __slots__ = ()

    def _fail_with_undefined_error(self, *_: Any, **__: Any) -> Never:
        raise MissingFact(str(self._undefined_name))

    __iter__ = __str__ = __len__ = __eq__ = __ne__ = __bool__ = __hash__ = __contains__ = _fail_with_undefined_error
    __getitem__ = __add__ = __lt__ = __gt__ = __le__ = __ge__ = __call__ = _fail_with_undefined_error


class _Facts(Mapping[str, Any]):
    """Nested facts that remember which of them were read, and where in the text."""

    __slots__ = ("_key", "_now", "_values")

    def __init__(self, values: Mapping[str, Any], key: str, now: Rendering) -> None:
        self._values, self._key, self._now = values, key, now

    def __getitem__(self, name: str) -> Any:
        key = f"{self._key}.{name}"
        value = self._values.get(name)
        if value is None or isinstance(value, Untold):
            return _Missing(name=value.key if isinstance(value, Untold) else key)
        if isinstance(value, Mapping):
            return _Facts(value, key, self._now)
        self._now.read.append((self._now.length, key))
        return value

    def __iter__(self) -> Any:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


class _Noted:
    """A value whose attributes come from facts: reading one counts as reading them."""

    __slots__ = ("_keys", "_now", "_value")

    def __init__(self, value: object, keys: Mapping[str, str], now: Rendering) -> None:
        self._value, self._keys, self._now = value, keys, now

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._value, name)
        if name in self._keys and value:
            self._now.read.append((self._now.length, self._keys[name]))
        return value


class _NotedList(Sequence[Any]):
    """A list that comes from a fact: going through it counts as reading the fact."""

    __slots__ = ("_key", "_now", "_values")

    def __init__(self, values: Sequence[Any], key: str, now: Rendering) -> None:
        self._values, self._key, self._now = values, key, now

    def __getitem__(self, place: Any) -> Any:
        self._now.read.append((self._now.length, self._key))
        return self._values[place]

    def __len__(self) -> int:
        return len(self._values)


class Renderer:
    """Renders responses in one language; each is compiled once."""

    def __init__(self, language: str) -> None:
        self._now = Rendering()
        self._environment = ImmutableSandboxedEnvironment(
            undefined=StrictUndefined,
            autoescape=False,
            finalize=lambda value: _print(value, self._now, speech(language)),
        )
        self._environment.filters["listed"] = speech(language).listed
        self._environment.filters["alike"] = alike
        self._environment.filters["points"] = points
        self._environment.tests["sentence"] = is_sentence
        self._compiled: dict[str, Template] = {}

    def render(
        self,
        text: str,
        values: Mapping[str, Any],
        facts: Mapping[str, Any],
        *,
        file: str,
        origins: Mapping[str, str | Mapping[str, str]] | None = None,
    ) -> Rendering:
        """Render one response. `facts` become `practice`; `gap("...")` in it leaves a gap on purpose.

        Of a value that is a mapping an entry may be missing, as a fact may, and leaves a gap then. `origins` say from
        which facts values, or their attributes, were made. Raises ResponseFault when the response itself is wrong: bad
        syntax, an unknown name, a forbidden reach.
        """
        self._now = now = Rendering()
        values = {name: _noted(name, value, (origins or {}).get(name), now) for name, value in values.items()}
        known = {**values, "practice": _Facts(facts, "practice", now), "gap": lambda what: _gap(str(what), now)}
        parts: list[str] = []
        try:
            for part in self._template(text).generate(known):
                parts.append(part)
                now.length += len(part)
        except MissingFact as missing:
            parts.append(_gap(missing.key, now))  # what was said before it stays
        except (TemplateError, SecurityError, TypeError, ValueError, ArithmeticError) as error:
            raise ResponseFault(f"{file}: {str(error).splitlines()[0]}", do="mend that response") from error
        now.paragraphs = tuple(_paragraphs("".join(parts), now.read))
        return now

    def outline(self, text: str) -> Outline:
        """What a response is made of; nothing is rendered. Raises BadSyntax."""
        known = self._environment
        return outline(_tree(self._parsed(text)), known.globals, filters=known.filters, tests=known.tests)

    def reads(self, text: str, values: Mapping[str, Any], *, decide: bool) -> Reads:
        """What a response would find of `values`, as in `syntax.reads`. Raises BadSyntax."""
        return reads(_tree(self._parsed(text)), values, decide=decide)

    def _parsed(self, text: str) -> nodes.Template:
        try:
            return self._environment.parse(text)
        except TemplateSyntaxError as error:
            raise BadSyntax(str(error.message or error).splitlines()[0], error.lineno) from error

    def _template(self, text: str) -> Template:
        if text not in self._compiled:
            lines = _TAG_LINE.sub(r"\1", _COMMENT_LINE.sub("", text))
            self._compiled[text] = self._environment.from_string(lines)
        return self._compiled[text]


def _tree(node: nodes.Node) -> Node:
    """Jinja's syntax tree as plain values."""
    fields = {
        name: [_tree(one) if isinstance(one, nodes.Node) else one for one in field]
        if isinstance(field, list)
        else _tree(field)
        if isinstance(field, nodes.Node)
        else field
        for name, field in node.iter_fields()
    }
    return Node(type(node).__name__, node.lineno, isinstance(node, nodes.Expr), fields)


def alike(days: Iterable[Any]) -> list[tuple[Any, list[Any]]]:
    """Days with the same hours together: the hours, and the days that have them."""
    groups: dict[Any, list[Any]] = {}
    for day in days:
        groups.setdefault(day.open, []).append(day)
    return list(groups.items())


def points(text: Any) -> Any:
    """Several lines as the points of a list; a text that is not there stays a gap."""
    if isinstance(text, _Missing):
        return text
    return "\n".join(f"- {line.strip().removeprefix('- ')}" for line in str(text).splitlines() if line.strip())


def is_sentence(text: Any) -> bool:
    """Whether a fact is a sentence of its own ("a single session is 150 euros"), before which no "is" can stand."""
    return isinstance(text, str) and _VERB.search(text) is not None


def _noted(name: str, value: Any, origin: str | Mapping[str, str] | None, now: Rendering) -> Any:
    if isinstance(value, Mapping):
        return _Facts(value, name, now)
    if isinstance(origin, str):
        return _NotedList(value, origin, now)
    return _Noted(value, origin, now) if origin else value


def _print(value: Any, rendering: Rendering, speech: Speech) -> Any:
    """What a printed value becomes: an absent one is a gap, never an empty string or "None"; a list is written out."""
    if isinstance(value, _Missing):
        return _gap(str(value._undefined_name), rendering)  # noqa: SLF001 - jinja2's documented field for subclasses
    if value is None:
        return _gap("a value that is not there", rendering)
    if isinstance(value, Sequence) and not isinstance(value, str) and all(isinstance(one, str) for one in value):
        return speech.listed(value)
    if not isinstance(value, str | int | float):
        raise TypeError("it prints a table, not a text; print one part of it")
    return value


def _gap(what: str, rendering: Rendering) -> str:
    if what not in rendering.gaps:
        rendering.gaps.append(what)
    return f"{GAP_OPENS}{what}{GAP_CLOSES}"


def _paragraphs(text: str, read: Sequence[tuple[int, str]]) -> Iterator[Paragraph]:
    """Markdown as plain paragraphs, each with the facts that were read in it or on the way to it."""
    begin = told = 0
    for gap in (*(match.span() for match in _BLANK.finditer(text)), (len(text), len(text))):
        written = _joined(text[begin : gap[0]])
        if written:
            facts = dict.fromkeys(key for place, key in read if told <= place <= gap[0])
            yield Paragraph(written, tuple(facts))
            told = gap[0] + 1
        begin = gap[1]


def _joined(text: str) -> str:
    lines = [" ".join(line.split()) for line in text.split("\n") if line.strip()]
    joined = ""
    for line in lines:
        fresh = not joined or joined.endswith("\n") or line.startswith(("- ", "* "))
        joined = (
            joined.rstrip(" ")
            + ("\n" if fresh and joined and not joined.endswith("\n") else "" if fresh else " ")
            + line
        )
        if joined.endswith("\\"):
            joined = joined[:-1].rstrip() + "\n"
    return _TWICE.sub(".", joined.strip())

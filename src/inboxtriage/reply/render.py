"""The one door to Jinja: a response's text and plain values -> finished text. Sandboxed, strict, rendered once.

Values are never templates (G42). A missing fact does not vanish: it leaves a gap in the text, and the gap is reported,
so that nobody can approve the letter before it is filled (G41).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Never

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from inboxtriage.errors import ResponseFault
from inboxtriage.reply.draft import GAP_CLOSES, GAP_OPENS

_BLANK = re.compile(r"\n[ \t]*\n")
# A line of tags alone leaves no line behind.
_TAG_LINE = re.compile(r"^[ \t]*((?:\{%(?:(?!%\}).)*%\}[ \t]*)+)\n", re.MULTILINE)
_AND = {"en": "and", "es": "y"}


@dataclass(slots=True)
class Rendering:
    """What one response became: its text, the facts it stated, and the gaps that were left."""

    text: str = ""
    facts: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)


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
    """Nested facts that remember which of them were read."""

    __slots__ = ("_key", "_seen", "_values")

    def __init__(self, values: Mapping[str, Any], key: str, seen: list[str]) -> None:
        self._values, self._key, self._seen = values, key, seen

    def __getitem__(self, name: str) -> Any:
        key = f"{self._key}.{name}"
        if name not in self._values:
            return _Missing(name=key)
        value = self._values[name]
        if isinstance(value, Mapping):
            return _Facts(value, key, self._seen)
        if key not in self._seen:
            self._seen.append(key)
        return value

    def __iter__(self) -> Any:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


class Renderer:
    """Renders responses in one language; each is compiled once."""

    def __init__(self, language: str) -> None:
        self._now = Rendering()
        self._environment = ImmutableSandboxedEnvironment(
            undefined=StrictUndefined, autoescape=False, finalize=lambda value: _print(value, self._now)
        )
        self._environment.filters["listed"] = lambda values: listed(values, language)
        self._compiled: dict[str, Template] = {}

    def render(self, text: str, values: Mapping[str, Any], facts: Mapping[str, Any], *, file: str) -> Rendering:
        """Render one response. `facts` become `practice`; `gap("...")` in it leaves a gap on purpose.

        Raises ResponseFault when the response itself is wrong: bad syntax, an unknown name, a forbidden reach.
        """
        self._now = now = Rendering()
        known = {
            **values,
            "practice": _Facts(facts, "practice", now.facts),
            "gap": lambda what: _gap(str(what), now),
        }
        try:
            now.text = _tidy(self._template(text).render(known))
        except MissingFact as missing:
            now.text = _gap(missing.key, now)
        except (TemplateError, SecurityError, TypeError, ValueError, ArithmeticError) as error:
            raise ResponseFault(f"{file}: {str(error).splitlines()[0]}", do="mend that response") from error
        return now

    def _template(self, text: str) -> Template:
        if text not in self._compiled:
            self._compiled[text] = self._environment.from_string(_TAG_LINE.sub(r"\1", text))
        return self._compiled[text]


def listed(values: Iterable[Any], language: str) -> str:
    """Write "a, b and c" in the letter's language."""
    words: Sequence[str] = [str(value) for value in values]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {_AND.get(language, _AND['en'])} {words[-1]}"


def _print(value: Any, rendering: Rendering) -> Any:
    """What a printed value becomes: an absent one is a gap, never an empty string or "None"."""
    if isinstance(value, _Missing):
        return _gap(str(value._undefined_name), rendering)  # noqa: SLF001 - jinja2's documented field for subclasses
    return value


def _gap(what: str, rendering: Rendering) -> str:
    if what not in rendering.gaps:
        rendering.gaps.append(what)
    return f"{GAP_OPENS}{what}{GAP_CLOSES}"


def _tidy(text: str) -> str:
    """Markdown paragraphs as plain text: lines joined, but for list items and behind a hard break (a backslash)."""
    return "\n\n".join(p for p in (_paragraph(part) for part in _BLANK.split(text)) if p)


def _paragraph(text: str) -> str:
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
    return joined.strip()

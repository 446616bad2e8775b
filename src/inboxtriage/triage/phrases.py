"""Many set phrases looked for at once: data in a TOML file, found in plain text without trying each at each word.

A phrase is a regular expression on lower-case text without accents. Its longest certain letters are its anchor; only
where the anchor stands in the text is the expression tried at all, which is what makes hundreds of them cheap.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

_GROUP = re.compile(r"\(\?[:=!][^()]*\)|\((?!\?)[^()]*\)|\[[^\]]*\]")
_LOOSE = re.compile(r"(?:\\.|.)(?:[?*]|\{\d*,?\d*\})|\\.|\x00(?:[?*+]|\{\d*,?\d*\})?")
_RUN = re.compile(r"[a-z0-9 '&-]+")
_SHORTEST_ANCHOR = 3


class Phrases:
    """One named list of phrases."""

    __slots__ = ("_alternatives",)

    def __init__(self, patterns: Iterable[str]) -> None:
        alternatives = [one for pattern in patterns for one in _split(pattern)]
        self._alternatives = [(anchor(p), re.compile(rf"(?:{p})(?!\w)")) for p in alternatives]

    def spans(self, text: str) -> set[tuple[int, int]]:
        """Where in plain `text` any of the phrases stands, from and to."""
        found = (m.span() for needed, p in self._alternatives if needed in text for m in p.finditer(text))
        # Asked afterwards, because a look behind first would keep the engine from skipping to a literal.
        return {(i, end) for i, end in found if i == 0 or not (text[i - 1].isalnum() or text[i - 1] in "_@")}

    def starts(self, text: str) -> set[int]:
        """Where in plain `text` any of the phrases begins."""
        return {start for start, _ in self.spans(text)}


@cache
def vocabulary(name: str) -> dict[str, Phrases]:
    """The lists of `vocabulary/<name>.toml` by their keys."""
    table = tomllib.loads(files("inboxtriage.triage").joinpath(f"vocabulary/{name}.toml").read_text("utf-8"))
    return {key: Phrases(patterns) for key, patterns in table.items()}


def plain(text: str) -> str:
    """Lower case, straight apostrophes, no accents: one spelling finds all."""
    text = text.replace("’", "'").lower()
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def anchor(pattern: str) -> str:
    """The longest run of letters that every match of `pattern` holds; empty where none is certain."""
    before, inner = "", pattern
    while before != inner:
        before, inner = inner, _GROUP.sub("\x00", inner)
    runs = _RUN.findall(_LOOSE.sub("\x00", inner))
    longest = max(runs, key=len, default="")
    return longest if len(longest) >= _SHORTEST_ANCHOR else ""


def _split(pattern: str) -> Iterator[str]:
    """The alternatives of `pattern` at its outermost level."""
    depth, start = 0, 0
    for i, c in enumerate(pattern):
        escaped = i > 0 and pattern[i - 1] == "\\"
        depth += 0 if escaped else (c in "([") - (c in ")]")
        if c == "|" and depth == 0 and not escaped:
            yield pattern[start:i]
            start = i + 1
    yield pattern[start:]

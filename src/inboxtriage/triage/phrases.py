"""Many set phrases looked for at once: data in a TOML file, found in plain text without trying each at each word.

A phrase is a regular expression on lower-case text without accents. Its longest certain letters are its anchor; only
where the anchor stands in the text is the expression tried at all, which is what makes hundreds of them cheap.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files

_GROUP = re.compile(r"\(\?[:=!][^()]*\)|\((?!\?)[^()]*\)|\[[^\]]*\]")
_LOOSE = re.compile(r"(?:\\.|.)(?:[?*]|\{\d*,?\d*\})|\\.|\x00(?:[?*+]|\{\d*,?\d*\})?")
_RUN = re.compile(r"[a-z0-9 '&-]+")
_SHORTEST_ANCHOR = 3


class Phrases:
    """Named lists of phrases, looked for together."""

    __slots__ = ("_phrases",)

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        self._phrases = [
            (anchor(one), rf"(?:{one})(?!\w)", name)
            for name, patterns in lists.items()
            for pattern in patterns
            for one in _split(pattern)
        ]

    def spans(self, text: str) -> dict[str, set[tuple[int, int]]]:
        """Where in plain `text` the phrases of each list stand, from and to; a list of which none stands is left out."""
        found: dict[str, set[tuple[int, int]]] = {}
        for name, pattern in [(name, pattern) for needed, pattern, name in self._phrases if needed in text]:
            # Asked afterwards, because a look behind first would keep the engine from skipping to a literal.
            spans = {m.span() for m in _compiled(pattern).finditer(text) if not _inside_word(text, m.start())}
            if spans:
                found.setdefault(name, set()).update(spans)
        return found

    def starts(self, text: str) -> dict[str, set[int]]:
        """Where in plain `text` the phrases of each list begin."""
        return {name: {start for start, _ in spans} for name, spans in self.spans(text).items()}


@cache
def vocabulary(name: str) -> Phrases:
    """The lists of `vocabulary/<name>.toml`."""
    return Phrases(tomllib.loads(files("inboxtriage.triage").joinpath(f"vocabulary/{name}.toml").read_text("utf-8")))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Compiled when first needed: of hundreds of phrases a short pass needs a few."""
    return re.compile(pattern)


def _inside_word(text: str, at: int) -> bool:
    return at > 0 and (text[at - 1].isalnum() or text[at - 1] in "_@")


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

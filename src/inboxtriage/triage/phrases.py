"""Many set phrases looked for at once, in time linear in the text: data in a TOML file, matched by RE2.

RE2 has neither look-around nor back references; in return no mail, however it is written, can make it slow.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import re2

from inboxtriage import shipped


class Phrases:
    """Named lists of phrases, looked for together. A phrase is a regular expression on plain text, at word borders."""

    __slots__ = ("_all", "_compiled", "_phrases")

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        self._phrases = [(name, rf"\b(?:{p})\b") for name, patterns in lists.items() for p in patterns]
        self._compiled: dict[int, Any] = {}  # those that were met: most never are, and each takes kilobytes
        self._all = re2.Set.SearchSet()
        for _, pattern in self._phrases:
            self._all.Add(pattern)
        self._all.Compile()

    def spans(self, text: str) -> dict[str, set[tuple[int, int]]]:
        """Where in plain `text` phrases of each list stand, from and to; lists of which none stands are left out."""
        found: dict[str, set[tuple[int, int]]] = {}
        for number in self._all.Match(text) or ():
            name, pattern = self._phrases[number]
            phrase = self._compiled.get(number) or self._compiled.setdefault(number, re2.compile(pattern))
            # A name in an address is no word of the writer's.
            spans = {m.span() for m in phrase.finditer(text) if text[m.start() - 1 : m.start()] != "@"}
            if spans:
                found.setdefault(name, set()).update(spans)
        return found


@cache
def vocabulary(name: str) -> Phrases:
    """The lists of `vocabulary/<name>.toml`."""
    return Phrases(table(name))


def table(name: str) -> dict[str, Any]:
    """`vocabulary/<name>.toml` as it stands; not to be changed."""
    return shipped.table("triage", f"vocabulary/{name}")


def plain(text: str) -> str:
    """Lower case, straight apostrophes, no accents: one spelling finds all."""
    text = text.replace("’", "'").lower()
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))

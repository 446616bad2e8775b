"""Text to the terms that the classifier counts: words, pairs of words, and letters within words.

Accents and case are dropped and digits made alike, so that "Miércoles 12" and "miercoles 14" count as one.
"""

import re
import unicodedata
from functools import cache, lru_cache
from itertools import pairwise

from inboxtriage.triage.phrases import table

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+(?:[:.,]\d+)*|[?!$€£%]")
_WORD = re.compile(r"[a-z]{3,}")  # a spelling that is one plain word
_OTHERWISE = {"sun"}  # a day, and the star: counted as the word that it is
_DIGIT = re.compile(r"\d")
_GROUP = 4  # letters
_LONGEST_WORD = 30


def tokens(text: str) -> list[str]:
    """The words and telling marks of `text`, plain lower case."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.replace("’", "'"))
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return [_DIGIT.sub("0", token)[:_LONGEST_WORD] for token in _TOKEN.findall(text.lower())]


def word_terms(word: str) -> tuple[str, ...]:
    """The terms of one word: itself, and its letter groups with the word's borders marked."""
    padded = f" {word} "
    groups = tuple(padded[i : i + _GROUP] for i in range(len(padded) - _GROUP + 1))
    return (f"w:{word}", *groups) if len(word) > 1 else (f"w:{word}",)


def pairs(words: list[str]) -> list[str]:
    """The pairs of words side by side, and with one between; a payer or a day counts as what it is, not as its name."""
    kinds = _kinds()
    named = [kinds.get(word, word) for word in words]
    beside = [f"p:{a} {b}" for a, b in pairwise(named)]
    around = [f"g:{a} {b}" for a, b in zip(named, named[2:], strict=False)]
    return beside + around + [f"k:{kind}" for word in words if (kind := kinds.get(word))]


def terms(text: str) -> list[str]:
    """Every term of one sentence, repeated as often as it occurs."""
    words = tokens(text)
    return [term for word in words for term in _remembered(word)] + pairs(words)


_remembered = lru_cache(maxsize=20_000)(word_terms)  # for training, which meets each word again and again


@cache
def _kinds() -> dict[str, str]:
    """Words that stand for their kind: names of payers, days of the week."""
    return {
        word: kind
        for name, kind in (("insurers", "<payer>"), ("when/days", "<day>"))
        for spellings in table(name).values()
        for word in spellings
        if _WORD.fullmatch(word) and word not in _OTHERWISE
    }

"""Text to the terms that the classifier counts: words, pairs of words, and letters within words.

Accents and case are dropped and digits made alike, so that "Miércoles 12" and "miercoles 14" count as one.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+(?:[:.,]\d+)*|[?!$€£%]")
_DIGIT = re.compile(r"\d")
_SHORTEST, _LONGEST = 3, 5
_LONGEST_WORD = 30


def tokens(text: str) -> list[str]:
    """The words and telling marks of `text`, plain lower case."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.replace("’", "'"))
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    return [_DIGIT.sub("0", token)[:_LONGEST_WORD] for token in _TOKEN.findall(text.lower())]


@lru_cache(maxsize=20_000)
def word_terms(word: str) -> tuple[str, ...]:
    """The terms of one word: itself, and its letter groups with the word's borders marked."""
    padded = f" {word} "
    groups = tuple(padded[i : i + n] for n in range(_SHORTEST, _LONGEST + 1) for i in range(len(padded) - n + 1))
    return (f"w:{word}", *groups) if len(word) > 1 else (f"w:{word}",)


def terms(text: str) -> list[str]:
    """Every term of one sentence, repeated as often as it occurs."""
    words = tokens(text)
    found = [term for word in words for term in word_terms(word)]
    found.extend(f"p:{a} {b}" for a, b in pairwise(words))
    return found

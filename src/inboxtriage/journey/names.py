"""Whether two names can be those of one person. Pure."""

import re
import unicodedata

_SHORTEST = 2  # letters; an initial tells nothing


def may_be_one(one: str | None, other: str | None) -> bool:
    """False where both name somebody and no word is in both: a couple or an office that shares an address."""
    first, second = words(one), words(other)
    return not first or not second or not first.isdisjoint(second)


def words(name: str | None) -> frozenset[str]:
    """The words of a name, without accents and in lower case."""
    decomposed = unicodedata.normalize("NFKD", (name or "").casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return frozenset(word for word in re.findall(r"[^\W\d_]+", plain) if len(word) >= _SHORTEST)

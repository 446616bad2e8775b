"""Whether a text names a plan as its writer's own that no list of ours knows ("the Glaziers Local 9 Health Fund")."""

import re
from collections.abc import Sequence
from functools import cache

from inboxtriage.triage.asks.payers import listed
from inboxtriage.triage.phrases import plain, table

UNLISTED = "other_plan"  # the finer question that such a plan makes
_MOST_WORDS = 8  # of a name
_WORD = r"[\w&'’./-]+"
_APART = r"[\s,.;:!?¿¡()–—-]+"


def names_unlisted_plan(sentences: Sequence[str]) -> bool:
    """Whether the sentences name a plan of the writer's own, or one that they ask about, by a name that is not known.

    It counts where it is called a fund, a trust or a plan, or where "do you take that?" follows it.
    """
    text = plain("\n".join(sentences))
    return any(
        _is_a_name(_last(found["name"])) and not listed(_last(found["all"]))
        for pattern in _patterns()
        for found in pattern.finditer(text)
    )


def _last(words: str) -> str:
    """What is named last: "Aetna and the Glaziers Local 9 Health Fund"."""
    return words.rpartition(" and ")[2]


def _is_a_name(words: str) -> bool:
    """Whether some word of it says more than "a good plan through my job"."""
    return any(word.strip("'’./-") not in _general() for word in words.split())


@cache
def _general() -> frozenset[str]:
    return frozenset(table("payers/words")["unlisted_general"])


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A name with what it is called behind it; a name with a question about it behind it."""
    words = table("payers/words")
    lead, kind, asking = ("|".join(words[f"unlisted_{part}"]) for part in ("lead", "kind", "asking"))
    name = rf"(?P<name>{_WORD}(?: {_WORD}){{0,{_MOST_WORDS - 1}}}?)"
    ask = rf"(?:{_WORD} ){{0,4}}?(?:{asking})"
    return (
        re.compile(rf"\b(?:{lead}) (?P<all>{name} (?:{kind}))\b"),
        re.compile(rf"\b(?:{lead}) (?P<all>{name}){_APART}{ask}\b"),
    )

"""How the sentences of a mail speak, whatever they speak of: who asks whom, what is denied or past, where it stands.

The words are data (vocabulary/manner.toml); what they weigh is learned in triage.model.
"""

import math
from functools import cache

from inboxtriage.triage.features import tokens
from inboxtriage.triage.phrases import table
from inboxtriage.triage.reading import Reading, Sentence

SPOKEN = ("question", "opening", "you", "me", "others", "denial", "past", "topic", "quoted")
PLACED = ("words", "before", "after", "of", "shouted")
_PAST_ENDING, _SHORTEST_PAST = "ed", 5


def manner(reading: Reading) -> list[list[float]]:
    """For each sentence 1 or 0 for each of SPOKEN, then a number for each of PLACED."""
    count = len(reading.sentences)
    return [
        [*_spoken(sentence, words := tokens(sentence.text)), *_placed(i, count, len(words), sentence.text)]
        for i, sentence in enumerate(reading.sentences)
    ]


def _spoken(sentence: Sentence, words: list[str]) -> list[bool]:
    lists, said = _words(), set(words)
    first = next((word for word in words[:3] if word not in lists["joining"]), "")
    past = not said.isdisjoint(lists["past"]) or any(
        len(word) >= _SHORTEST_PAST and word.endswith(_PAST_ENDING) for word in said
    )
    who = [not said.isdisjoint(lists[name]) for name in ("you", "me", "others", "denial")]
    return ["?" in said, first in lists["opening"], *who, past, sentence.topic, sentence.quoted]


def _placed(index: int, count: int, words: int, text: str) -> list[float]:
    return [math.log1p(words), math.log1p(index), math.log1p(count - 1 - index), math.log1p(count), text.isupper()]


@cache
def _words() -> dict[str, frozenset[str]]:
    return {name: frozenset(words) for name, words in table("manner").items()}

"""Whether a mail asks after one thing by name, whatever it is, or after everything that is offered."""

import re
from collections.abc import Sequence
from functools import cache

from inboxtriage.triage.asks.clauses import Clauses, clauses, put_in
from inboxtriage.triage.asks.services import services
from inboxtriage.triage.asks.topics import asks
from inboxtriage.triage.phrases import table

_SENTENCE_ENDS = re.compile(r"(?<=[.?!])\s+|\n+")
PARTICULAR, OVERVIEW = "particular", "overview"  # the finer questions that these are


def breadth(sentences: Sequence[str]) -> tuple[str, ...]:
    """PARTICULAR where some clause asks after a thing by its name, OVERVIEW where one asks what there is."""
    said = clauses(sentences)
    asking, overview, hollow = _phrases()
    found = []
    if any(m[1] not in hollow and _asks(said, m.start()) for m in asking.finditer(said.text)):
        found.append(PARTICULAR)
    if overview.search(said.text):
        found.append(OVERVIEW)
    return tuple(found)


def things(text: str) -> tuple[str, ...]:
    """What plain `text` asks after by name where no service that is known is named: the rest of each such clause."""
    said = clauses(_SENTENCE_ENDS.split(text))
    asking, _, hollow = _phrases()
    return tuple(
        rest
        for found in asking.finditer(said.text)
        if found[1] not in hollow and _asks(said, found.start())
        for rest in [said.text[found.start() :].partition("\n")[0]]
        if not services([rest])
    )


def _asks(said: Clauses, position: int) -> bool:
    return asks(said, said.at(position))


@cache
def _phrases() -> tuple[re.Pattern[str], re.Pattern[str], frozenset[str]]:
    data = table("particular")
    words = {"you": table("topics")["words"]["you"], "verb": data["verb"]}
    asking, overview = ("|".join(put_in(one, words) for one in data[part]) for part in ("asking", "overview"))
    thing = r"(?:an? |the |my |our |el |la |los |las )?([\w'-]{3,})"
    return re.compile(rf"\b(?:{asking}) {thing}"), re.compile(rf"\b(?:{overview})\b"), frozenset(data["hollow"])

"""Whether a mail says where somebody would have to come to: "We are in Ashgrove", "my yard is on Elm St"."""

import re
from collections.abc import Sequence
from functools import cache

from inboxtriage.triage.asks.clauses import clauses
from inboxtriage.triage.phrases import table

WHEREABOUTS = "whereabouts"  # the finer question that this makes for a business that comes to people


def tells_a_place(sentences: Sequence[str]) -> bool:
    """Whether the writer says where they are, by a word that can be the name of a place."""
    pattern, no_place = _phrases()
    return any(found[1] not in no_place for found in pattern.finditer(clauses(sentences).text))


@cache
def _phrases() -> tuple[re.Pattern[str], frozenset[str]]:
    words = table("whereabouts")
    return re.compile(rf"\b(?:{'|'.join(words['before'])}) (?:the |el |la )?([\w'-]{{2,}})"), frozenset(
        words["no_place"]
    )

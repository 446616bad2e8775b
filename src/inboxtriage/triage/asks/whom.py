"""For whom something is sought, and how old that person is."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from inboxtriage.triage.asks.age import age_of, own_age
from inboxtriage.triage.asks.clauses import ClausePhrases, clauses
from inboxtriage.triage.phrases import table

WHO = ("self", "couple", "family", "child", "teen", "parent", "employee", "other")
# Of several the first counts: a child that is only told of ("my son is ten") comes behind "can you see me".
_FIRST = (
    "couple", "family", "employee", "teen", "child", "parent", "other", "self_own", "child_told", "self",
)  # fmt: skip
_TEEN, _GROWN = 13, 18  # years from which a child is a teen, and a grown relative


@dataclass(frozen=True, slots=True)
class Whom:
    """For whom something is sought: one of WHO, or None where the words do not say; that person's age in years."""

    who: str | None = None
    age: int | None = None


@cache
def _phrases() -> ClausePhrases:
    data = table("people")
    return ClausePhrases({**data["seeking"], "background": data["background"]["words"]}, data["words"])


def whom(sentences: Sequence[str]) -> Whom:
    """For whom it is, as far as the sentences say so; "other" is a grown relative or friend.

    Somebody counts where help is sought for them or with them; who is only told of does not. A child of 13 to 17 years
    is a teen, one of 18 or more "other".
    """
    said = clauses(sentences)
    spans = _phrases().spans(said.text)
    told = spans.pop("background", set())
    sought = {name for name, places in spans.items() if any(not _within(place, told) for place in places)}
    who = next((name.split("_")[0] for name in _FIRST if name in sought), None)
    if who is None and (own := own_age(said.text)) is not None:
        return Whom("self", own)  # who names nobody else and tells the own age asks for himself
    age = age_of(who, said.text)
    if who in {"child", "teen"} and age is not None:
        who = "child" if age < _TEEN else "teen" if age < _GROWN else "other"
    return Whom(who, age)


def _within(place: tuple[int, int], told: set[tuple[int, int]]) -> bool:
    return any(place[0] < end and start < place[1] for start, end in told)

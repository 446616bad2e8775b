"""Whether the fees name a price for as many sessions as were asked about. Pure."""

import re
from collections.abc import Iterable, Sequence
from functools import cache

from inboxtriage.triage.asks.clauses import clauses
from inboxtriage.triage.phrases import plain, table

_ONE = 1


def unpriced(sentences: Sequence[str], fees: Iterable[str]) -> int | None:
    """How many sessions a mail asks the price of, where the fees are told by packages and none is of so many.

    Where there is only the price of one, nothing lacks: it can be multiplied.
    """
    priced = {number for fee in fees for number in _counts(plain(fee))}
    if not priced - {_ONE}:
        return None
    said = clauses(sentences)
    asks_price = _patterns()[1]
    asked = (said.of(n) for n in range(len(said.starts)) if asks_price.search(said.of(n)))
    return next((n for clause in asked for n in _counts(clause) if n not in priced and n != _ONE), None)


def _counts(text: str) -> list[int]:
    numbers = table("package")["numbers"]
    found = (match[1] for match in _patterns()[0].finditer(text))
    return [int(word) if word.isdecimal() else numbers[word] for word in found]


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """So many sessions; words that ask for a price."""
    data = table("package")
    numbers = "|".join(sorted(data["numbers"], key=len, reverse=True))
    return (
        re.compile(
            rf"(?<![\w$\u20ac\u00a3.,:])(\d{{1,2}}|{numbers})[ -](?:\w+[ -])?(?:{'|'.join(data['sessions'])})\b"
        ),
        re.compile(rf"\b(?:{'|'.join(data['price'])})\b"),
    )

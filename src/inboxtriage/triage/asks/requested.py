"""Which services a mail plainly asks for: a no to the whole of a mail needs more than that their name fell."""

import re
from collections.abc import Iterable, Sequence
from functools import cache

from inboxtriage.triage.asks.clauses import ClausePhrases, Clauses, clauses, longest
from inboxtriage.triage.asks.services import named_services
from inboxtriage.triage.phrases import plain, table

_BARE = 4  # words of a clause that is nothing but the name of a service: "CV writing?"
_STOP = re.compile(r"[,;:]")  # a denial reaches as far
_WORDS = re.compile(r"[\w']+")


@cache
def _around() -> tuple[ClausePhrases, re.Pattern[str], re.Pattern[str]]:
    """The words that ask for what stands beside them; words that deny; words that describe somebody."""
    data = table("services")["requesting"]
    denying, parting = (re.compile(rf"\b(?:{'|'.join(data[name])})\b") for name in ("denying", "parting"))
    return ClausePhrases({part: data[part] for part in ("before", "behind")}), denying, parting


def requested(sentences: Sequence[str], own: Iterable[str] = ()) -> frozenset[str]:
    """The services that are plainly asked for, by their usual names; of `own`, an owner's words, those that are.

    "Do you write resumes?" asks for one, "people who never had a resume" and "it's all LinkedIn" describe somebody. A
    problem that the writer tells is what they ask help with, unless it is denied.
    """
    said = clauses(sentences)
    problems = table("services")["problems"]
    found = list(longest(named_services(said.text)))
    for term in own:
        words = re.compile(rf"\b{re.escape(plain(term))}(?:s|es)?\b")
        found += [(*match.span(), plain(term)) for match in words.finditer(said.text)]
    return frozenset(name for start, end, name in found if _is_requested(said, start, end, told=name in problems))


def _is_requested(said: Clauses, start: int, end: int, *, told: bool) -> bool:
    """Whether what stands from `start` to `end` is asked for; `told`: it is enough that it is told."""
    number = said.at(start)
    clause, begin = said.of(number), said.starts[number]
    place, until = start - begin, end - begin
    around, denying, parting = _around()
    if denying.search(_STOP.split(clause[:place])[-1]):
        return False
    if told or len(_WORDS.findall(clause)) <= _BARE:
        return True
    spans = around.spans(clause)
    behind = any(until - 1 <= first for first, _ in spans.get("behind", ()))
    return behind or any(
        stop <= place + 1 and not parting.search(clause[stop:place]) for _, stop in spans.get("before", ())
    )

"""The states and provinces that a mail places its writer in or asks about, by their codes."""

import re
from collections.abc import Sequence
from functools import cache

from inboxtriage.triage.asks.clauses import ClausePhrases, clauses, longest
from inboxtriage.triage.phrases import table

_PARTS = ("us", "canada", "australia")
# These codes are also titles behind a name ("Rao, MD"): they need a word that places the town.
_TITLES = frozenset({"MD", "MA", "MS", "PA", "DC", "ND", "PE", "SC", "ACT", "MT", "CO", "ID", "AL", "CT", "SA"})
_CAPITALS = re.compile(r"[A-Z]{2}")
_OTHER_THINGS = frozenset({"VA", "GA", "ACT", "PE", "CO", "MA", "PA", "OK", "OR", "ME", "IN", "HI"})  # "the bus to VA"


@cache
def region_codes() -> frozenset[str]:
    """The codes of all states and provinces known: of the US, of Canada, of Australia."""
    data = table("regions")
    return frozenset(code for part in _PARTS for code in data[part])


@cache
def _phrases() -> tuple[ClausePhrases, ClausePhrases, frozenset[str]]:
    data = table("regions")
    names: dict[str, list[str]] = {}
    for part in _PARTS:
        for code, words in data[part].items():
            names.setdefault(code, []).extend(words)
    around = {"placing": data["placing"]["before"], "elsewhere": data["elsewhere"]["words"]}
    every = [word for words in names.values() for word in words]
    return ClausePhrases(names), ClausePhrases(around, {"region": every}), frozenset(data["doubtful"]["names"])


@cache
def _codes() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """A run of codes behind a placing word; a code behind a town; any code."""
    any_of = "|".join(sorted(region_codes(), key=len, reverse=True))
    run = rf"((?:{any_of})(?:(?:, ?| ?/ ?| ?& ?)?(?: ?(?:and|or|y|o|&) )?(?:{any_of})\b)*)\b"
    placed = re.compile(
        rf"\b(?:[Ii]n|[Tt]o|[Ff]rom|[Nn]ear|[Oo]utside|across|upstate|[Ee]n|[Dd]esde|[Ll]icensed|for|than) (?:(?:the )?"
        rf"(?:[A-Z][\w.'’-]*[ ,]+){{1,3}})?{run}(?![\w'’-])"
    )
    town = re.compile(rf"\b[A-Z][a-z]{{2,}}, ?({any_of})(?![\w'’-])")
    return placed, town, re.compile(rf"\b(?:{any_of})\b")


def regions(sentences: Sequence[str]) -> tuple[str, ...]:
    """The codes of US states, Canadian provinces and Australian states where the client is or asks about, in order.

    A code counts in capitals, behind a word that places somebody or behind a town; not in a sentence all in capitals,
    where "in", "or" and "me" would be codes. Where somebody else is, or where the writer was once, does not count.
    """
    said = clauses(sentences)
    named, around, doubtful = _phrases()
    found: list[tuple[int, int, str]] = []
    if spans := named.spans(said.text):
        context = around.spans(said.text)
        placed = {end for _, end in context.get("placing", ())}
        elsewhere = context.get("elsewhere", set())
        for start, end, code in longest(spans):
            before = said.text[max(0, start - 2) : start]  # ", " behind a town, or nothing at the beginning of a clause
            bare = said.text[start:end] not in doubtful and (before == ", " or before[-1:] in {"", "\n"})
            if not bare and start - 1 not in placed:
                continue
            if not any(begin < end and start < until for begin, until in elsewhere):
                found.append((said.at(start), start - said.starts[said.at(start)], code))
    found += _coded(sentences)
    return tuple(dict.fromkeys(code for _, _, code in sorted(found)))


def _coded(sentences: Sequence[str]) -> list[tuple[int, int, str]]:
    """The codes of the sentences as they were written: the number of the sentence, where in it, and the code."""
    placed, town, code = _codes()
    found = []
    for number, sentence in enumerate(sentences):
        if _CAPITALS.search(sentence) is None or code.search(sentence) is None or sentence.isupper():
            continue
        for run in placed.finditer(sentence):
            alone = "," not in run[0] and run[0].count(" ") == 1
            lost = alone and not run[0].startswith(("in ", "In ", "licensed"))
            found += [
                (number, run.start(1) + one.start(), "CA" if alone and one[0] == "LA" else one[0])  # "in LA" is a city
                for one in code.finditer(run[1])
                if not (lost and one[0] in _OTHER_THINGS)
            ]
        found += [(number, m.start(1), m[1]) for m in town.finditer(sentence) if m[1] not in _TITLES]
    return found

"""The services, methods and problems that a mail asks about, by the names that a letter would use."""

from collections.abc import Sequence
from functools import cache

from inboxtriage.triage.asks.clauses import ClausePhrases, clauses, longest
from inboxtriage.triage.asks.topics import asks
from inboxtriage.triage.phrases import table

_NOT_SERVICES = ("asking", "declined", "doubtful", "trades", "kinds", "requesting")
_TITLE = 4  # words of a first clause that can only be a title


@cache
def service_names() -> frozenset[str]:
    """The names of all services, methods and problems."""
    return frozenset(name for part, lists in table("services").items() if part not in _NOT_SERVICES for name in lists)


@cache
def services_of(profile: str) -> frozenset[str]:
    """The services that people ask a practice of this profile for; of a general one anything."""
    data = table("services")
    parts = data["trades"].get(profile)
    return service_names() if parts is None else frozenset(name for part in parts for name in data[part])


@cache
def kind_of(service: str) -> frozenset[str]:
    """The services of whoever calls their whole practice by the name of `service`, such as "career coaching"."""
    return frozenset(table("services")["kinds"].get(service, ()))


@cache
def _phrases() -> tuple[ClausePhrases, ClausePhrases, frozenset[str]]:
    """The services; the words that ask for one or decline one; the names that count only where asked for."""
    data = table("services")
    named = {name: words for part, lists in data.items() if part not in _NOT_SERVICES for name, words in lists.items()}
    around = {part: data[part]["words"] for part in ("asking", "declined")}
    return ClausePhrases(named), ClausePhrases(around), frozenset(data["doubtful"]["names"])


def named_services(text: str) -> dict[str, set[tuple[int, int]]]:
    """Where in plain `text` services, methods and problems are named, whether asked about or not."""
    return _phrases()[0].spans(text)


def services(sentences: Sequence[str]) -> tuple[str, ...]:
    """The services, methods and problems asked about, by their usual names, in the order named.

    Where clauses that ask name some, only those; else all that are told, save those whose words often mean other
    things.
    """
    said = clauses(sentences)
    named, around, doubtful = _phrases()
    if not (found := longest(named.spans(said.text))):
        return ()
    titled = len(said.of(0).split()) <= _TITLE  # a topic line asks for what it names
    asked: list[str] = []
    told: list[str] = []
    for start, _, name in found:
        number = said.at(start)
        clause, place = said.of(number), start - said.starts[number]
        framing = around.spans(clause)
        if any(end in {place, place - 1} for _, end in framing.get("declined", ())):
            continue
        if "asking" in framing or asks(said, number) or (number == 0 and titled and name not in doubtful):
            asked.append(name)
        elif name not in doubtful:
            told.append(name)
    return tuple(dict.fromkeys(asked or told))

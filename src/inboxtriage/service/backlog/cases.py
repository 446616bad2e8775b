"""Cases: everything of one person that waits, as one thing to deal with. Pure but for what it is given."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from inboxtriage.journey.history import Proposal
from inboxtriage.journey.names import may_be_one
from inboxtriage.journey.proposals import AND_MORE, CLOSING
from inboxtriage.service.queue import Entry
from inboxtriage.triage.verdict import Verdict

_SOON = timedelta(days=10)  # a day that somebody names within this is pressing
_STRANGERS = frozenset({"vendor", "spam"})
_ELSEWHERE = "answered elsewhere"


@dataclass(frozen=True, slots=True)
class Case:
    """One person and everything of theirs that waits; `entries` the most pressing first.

    `aside` says why nothing of it needs an answer any more, for a person to confirm; None where something does.
    `wanted_by` is the nearest day still to come that they ask for.
    """

    entries: tuple[Entry, ...]
    aside: str | None = None
    wanted_by: date | None = None

    @property
    def head(self) -> Entry:
        """What is dealt with first."""
        return self.entries[0]

    @property
    def is_urgent(self) -> bool:
        """Whether any of it reads as danger."""
        return any(entry.item.verdict.urgent for entry in self.entries)

    @property
    def needs_care(self) -> bool:
        """Whether any of it could mean danger, or could not be read."""
        return any(e.item.verdict.is_near_danger or e.item.verdict.disposition == "quarantine" for e in self.entries)

    @property
    def is_pressed(self) -> bool:
        """Whether that day is one of an exam, a hearing or the like, of which no letter that many get says a word."""
        day = self.wanted_by.isoformat() if self.wanted_by is not None else None
        said = (one for entry in self.entries for one in (entry.item.verdict, *entry.earlier))
        return day is not None and any(one.asks.needed_by == day for one in said)

    @property
    def is_selling(self) -> bool:
        """Whether it is nothing but mail that sells or begs, of nobody who is known, and no letter is written."""
        verdicts = [entry.item.verdict for entry in self.entries]
        return all(v.kind in _STRANGERS and v.disposition == "read" for v in verdicts) and all(
            entry.draft is None and entry.lead is None for entry in self.entries
        )


def cases(entries: Sequence[Entry], today: date) -> list[Case]:
    """The queue as cases, each in the place of its most pressing entry."""
    return [_case(tuple(found), today) for found in people(entries).values()]


def people(entries: Sequence[Entry]) -> dict[object, list[Entry]]:
    """The entries by whose they are; each by itself where that is not known."""
    leads = {entry.item.person: entry.lead.lead.id for entry in entries if entry.lead is not None}
    found: dict[object, list[Entry]] = {}
    for entry in entries:
        found.setdefault(_whose(entry, leads), []).append(entry)
    return found


def _whose(entry: Entry, leads: Mapping[str | None, str]) -> object:
    """`leads`: by the address of a mail of theirs."""
    if entry.lead is not None:
        return entry.lead.lead.id
    person = entry.item.person
    return leads.get(person, person) if person is not None else entry.item.number


def _case(entries: tuple[Entry, ...], today: date) -> Case:
    days = (wanted_by(one, today) for entry in entries for one in (entry.item.verdict, *entry.earlier))
    return Case(entries, _aside(entries), min((day for day in days if day is not None), default=None))


def closing(case: Case) -> tuple[str, Entry | None]:
    """How a case that was put aside was dealt with ("elsewhere" or "none"), and the mail that proposes its ending."""
    elsewhere = all(entry.draft is not None and entry.draft.blocked for entry in case.entries)
    ending = next((entry for entry in case.entries if _ends(entry)), None)
    return "elsewhere" if ending is None and elsewhere else "none", ending


def wanted_by(verdict: Verdict, today: date) -> date | None:
    """The nearest day still to come, within ten days, that a mail asks for or by which something is needed."""
    asks = verdict.asks
    if verdict.disposition == "ignore":
        return None
    said = [day for day in asks.days if len(day) == len("2026-11-30")]
    if asks.timeframe is not None:
        said += [end for end in (asks.timeframe.end or asks.timeframe.start,) if end]
    if asks.needed_by is not None:
        said.append(asks.needed_by)
    days = (date.fromisoformat(day) for day in said)
    return min((day for day in days if today <= day <= today + _SOON), default=None)


def _aside(entries: Iterable[Entry]) -> str | None:
    """Why nobody of this case waits for an answer any more, in words; None where somebody may.

    Where anything could mean danger, was written since or was not understood, it is never put aside; nor is a client,
    nor one of two people who seem to write from one address.
    """
    found = list(entries)
    if any(_is_for_a_person(one) for one in found):
        return None
    if not all(may_be_one(found[0].item.name, one.item.name) for one in found):
        return None
    newest = max(found, key=lambda one: one.item.number)
    before = [one for one in found if one is not newest]
    settles = all(one.item.received_at <= newest.item.received_at and one.item.verdict.labels for one in before)
    ending = _ending(newest) if settles else None
    if ending is not None:
        return ending
    return _ELSEWHERE if all(_was_answered(one) for one in found) else None


def _ending(entry: Entry) -> str | None:
    """What the newest mail proposes that ends the matter: they found somebody, or ask for nothing any more.

    None where it says anything besides, or proposes anything else than that and to be written to no more.
    """
    if entry.lead is None or entry.lead.outcome != "open" or entry.item.verdict.labels:
        return None
    mine = proposed_by(entry)
    ends = [one for one in mine if one.what == "outcome" and one.value in CLOSING]
    others = [one for one in mine if one not in ends and (one.what, one.value) != ("contact", "no")]
    return ends[0].why if ends and not others and AND_MORE not in ends[0].why else None


def proposed_by(entry: Entry) -> list[Proposal]:
    """The open proposals that this mail brought about."""
    proposals = entry.lead.standing.proposals if entry.lead is not None else ()
    return [one for one in proposals if one.cause == entry.item.id]


def _is_for_a_person(entry: Entry) -> bool:
    verdict = entry.item.verdict
    return verdict.urgent or verdict.is_near_danger or verdict.kind == "client" or entry.letter is not None


def _was_answered(entry: Entry) -> bool:
    """Whether the owner answered it from another mail client, and nothing else stands against its letter.

    Where the letter would answer older mails too, it is not known whether that answer came after all of them.
    """
    blocked = entry.draft.blocked if entry.draft is not None else ()
    return not entry.folded and len(blocked) == 1 and blocked[0].startswith(f"{_ELSEWHERE}: ")


def _ends(entry: Entry) -> bool:
    """Whether this mail is the one that proposes an ending."""
    return any(one.what == "outcome" for one in proposed_by(entry))

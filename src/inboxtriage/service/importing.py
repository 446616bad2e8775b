"""A list of people -> leads: the clients a practice has already, so that nobody greets them as newcomers.

First it is decided what each line means, then all of it is done in one transaction, or nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time

from inboxtriage.journey.contacts import Contact, Unusable, read_contacts
from inboxtriage.journey.history import Standing
from inboxtriage.journey.lead import Event, is_client
from inboxtriage.journey.links import referred_by
from inboxtriage.journey.phone import same_line
from inboxtriage.journey.stage import STAGES, Stage
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.leads import stage_given
from inboxtriage.store import leads, links, standings
from inboxtriage.store.database import Database
from inboxtriage.store.ids import LEAD, number, shown

USUAL_STAGE: Stage = "engage"  # most lists hold the clients that one has
_CAUSE = _SOURCE = "import"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do. Every filled line is `added`, `known` or `skipped`; `moved` are of the known."""

    added: int
    known: int
    moved: int
    skipped: tuple[Unusable, ...]


@dataclass(slots=True)
class _Person:
    """Somebody known: a lead by its number; None for one whom an earlier line of the list is about to add."""

    lead: int | None
    address: str | None
    name: str | None
    phone: str | None

    def lacks(self, contact: Contact) -> list[str]:
        """What the line says and the record does not, and from now on does."""
        missing = [what for what in ("address", "name", "phone") if getattr(contact, what) and not getattr(self, what)]
        for what in missing:
            setattr(self, what, getattr(contact, what))
        return missing


@dataclass(slots=True)
class _Known:
    """Everybody known, by address and by number: `store.leads.find` for a whole list, in one reading of the leads."""

    by_address: dict[str, _Person] = field(default_factory=dict)
    callers: dict[str, list[_Person]] = field(default_factory=dict)  # without an address, by number
    by_phone: dict[str, list[_Person]] = field(default_factory=dict)

    def add(self, person: _Person) -> None:
        """From now on this person is known."""
        if person.address:
            self.by_address[person.address] = person
        line = same_line(person.phone) if person.phone else None
        if line and not person.address:
            self.callers.setdefault(line, []).append(person)
        if line:
            self.by_phone.setdefault(line, []).append(person)

    def find(self, contact: Contact) -> _Person | None:
        """Who of those known a line means: by address, else by number.

        A household may share a number, so neither another address nor another name may speak against it.
        """
        if contact.address in self.by_address:
            return self.by_address[contact.address]
        line = same_line(contact.phone) if contact.phone else None
        of_that_line = (self.callers if contact.address else self.by_phone).get(line or "", [])
        return next((person for person in of_that_line if _may_be_one(person.name, contact.name)), None)

    def learn(self, person: _Person, contact: Contact) -> list[str]:
        """Fill in what is known of a person; what was missing, in words."""
        had_phone, had_address = person.phone, person.address
        missing = person.lacks(contact)
        if "address" in missing and (line := same_line(had_phone or "")):
            self.callers[line].remove(person)
        if "address" in missing and person.address:
            self.by_address[person.address] = person
        if "phone" in missing and had_address and (line := same_line(person.phone or "")):
            self.by_phone.setdefault(line, []).append(person)
        return missing


@dataclass(slots=True)
class _Plan:
    """What is to be done."""

    additions: list[tuple[_Person, Contact]] = field(default_factory=list)
    completions: list[tuple[int, _Person, str]] = field(default_factory=list)  # with what was missing, in words
    moves: dict[int, Contact] = field(default_factory=dict)  # the lead -> the line that names the stage
    lines: list[tuple[_Person, Contact]] = field(default_factory=list)  # every usable line, and whom it means
    standings: dict[int, Standing] = field(default_factory=dict)  # of everybody known before
    known: int = 0
    skipped: list[Unusable] = field(default_factory=list)


def import_list(a: Assembly, data: bytes, *, stage: str | None, dry_run: bool = False) -> ImportReport:
    """Add the people of a CSV file or an address book; `stage` is for those whose line names none (else "engage").

    Who is known is not added again; what their record lacks is filled in, and they move to the stage that their line
    names only where it is further on and they are no client yet. That somebody is not to be written to counts in any
    case. Raises NoContactList and UsageProblem.
    """
    usual = stage_given(stage) if stage else USUAL_STAGE
    lines = tuple(read_contacts(data))
    own = a.settings.own_addresses()
    if dry_run:
        return _report(_plan(a.db, lines, own))
    at = a.clock.now()
    with a.db.writing():
        plan = _plan(a.db, lines, own)
        for who, one in plan.additions:
            source = one.source or ("referral" if one.referred_by else _SOURCE)
            seen = _noon(a, one.first_seen, at)
            new = leads.add(a.db, address=who.address, name=who.name, phone=who.phone, source=source, at=seen)
            since = _noon(a, one.client_since, at)
            leads.happened(a.db, new, "added", at=since, cause=_CAUSE, note=one.note, stage=one.stage or usual)
            who.lead = new
        for lead, who, missing in plan.completions:
            leads.complete(a.db, lead, address=who.address, name=who.name, phone=who.phone)
            leads.happened(a.db, lead, "noted", at=at, cause=_CAUSE, note=f"{missing} filled in")
        for lead, one in plan.moves.items():
            leads.happened(a.db, lead, "moved", at=at, cause=_CAUSE, note=one.note, stage=one.stage)
        _record_facts(a, plan, at)
    return _report(plan)


def _record_facts(a: Assembly, plan: _Plan, at: datetime) -> None:
    """What the lines say besides who somebody is, where their record does not say it yet."""
    people = _People(a.db)
    referred = {lead for lead, events in links.told(a.db, ["referred by"]).items() if referred_by(events)}
    told: dict[int, list[str]] = {}  # what an earlier line of the list said already
    for who, one in plan.lines:
        if who.lead is None:
            continue
        before = plan.standings.get(who.lead)
        for fact in _facts(a, one, at, people.who(one.referred_by, but=who.lead) if one.referred_by else ""):
            key = f"{fact.kind} {fact.what}"
            has = shown(LEAD, who.lead) in referred if fact.kind == "referred by" else _has(before, fact)
            if key not in told.setdefault(who.lead, []) and not has:
                told[who.lead].append(key)
                leads.happened(
                    a.db, who.lead, fact.kind, at=fact.at, cause=_CAUSE, note="", what=fact.what, value=fact.value
                )


def _facts(a: Assembly, one: Contact, at: datetime, referrer: str) -> Iterator[Event]:
    """The events that a line stands for."""
    if one.last_contact is not None:
        yield Event("contact", _noon(a, one.last_contact, at), _CAUSE, what="elsewhere")
    if referrer:
        yield Event("referred by", at, _CAUSE, value=referrer)
    for what, value in one.dates.items():
        yield Event("date", at, _CAUSE, what=what, value=value)
    if one.tier is not None:
        yield Event("tier", at, _CAUSE, value=one.tier)
    if one.language is not None:
        yield Event("language", at, _CAUSE, value=one.language)
    if one.zone is not None:
        yield Event("zone", at, _CAUSE, value=one.zone)
    if one.outcome is not None and one.outcome != "open":
        yield Event("closed", at, _CAUSE, value=one.outcome)
    if one.writable is False:
        yield Event("may be written to", at, _CAUSE, value="no")


def _has(before: Standing | None, fact: Event) -> bool:
    """Whether a record says something of that kind, which then stays; None: somebody who is new."""
    if before is None:
        return False
    return {
        "contact": before.last_contact is not None,
        "date": fact.what in before.dates,
        "tier": before.tier is not None,
        "language": before.language is not None,
        "zone": before.zone is not None,
        "closed": True,  # how it ended with somebody known is the owner's to say
        "may be written to": not before.writable,
    }[fact.kind]


def _noon(a: Assembly, day: str | None, now: datetime) -> datetime:
    """Noon of a day in the practice's zone, and never the future; now, where no day is told."""
    if day is None:
        return now
    return min(now, datetime.combine(date.fromisoformat(day), time(12), a.hours.zone))


class _People:
    """Everybody, by what a list may name them by."""

    def __init__(self, db: Database) -> None:
        self._found: dict[str, set[str]] = {}
        for lead in leads.records(db):
            line = same_line(lead.phone) if lead.phone else None
            for known in {lead.address, line, lead.name.casefold() if lead.name else None, lead.id} - {None}:
                self._found.setdefault(str(known), set()).add(lead.id)

    def who(self, words: str, *, but: int) -> str:
        """The one lead that an address, a number or a name means, else the words; "" where it is they themselves."""
        known = (words.lower(), words.casefold(), same_line(words) or words)
        for one in dict.fromkeys(known):
            found = self._found.get(one, set())
            if len(found) == 1:
                (lead,) = found
                return "" if number(LEAD, lead) == but else lead
        return words


def _report(plan: _Plan) -> ImportReport:
    return ImportReport(len(plan.additions), plan.known, len(plan.moves), tuple(plan.skipped))


def _plan(db: Database, lines: Iterable[Contact | Unusable], own: frozenset[str]) -> _Plan:
    known, plan = _Known(), _Plan()
    plan.standings = {number(LEAD, lead.id): stands for lead, stands in standings.everyone(db)}
    root = links.roots(db)
    for lead in leads.records(db):
        whose = number(LEAD, root.get(lead.id, lead.id))
        known.add(_Person(whose, lead.address, lead.name, lead.phone))
    for one in lines:
        if isinstance(one, Unusable):
            plan.skipped.append(one)
        elif one.address in own:
            plan.skipped.append(Unusable(one.line, f"{one.address} is an address of your own"))
        elif (person := known.find(one)) is None:
            person = _Person(None, one.address, one.name, one.phone)
            plan.additions.append((person, one))
            plan.lines.append((person, one))
            known.add(person)
        else:
            plan.known += 1
            plan.lines.append((person, one))
            missing = known.learn(person, one)
            if person.lead is not None and missing:
                plan.completions.append((person.lead, person, " and ".join(missing)))
            if person.lead is not None and _moves(plan.standings[person.lead], one.stage):
                plan.moves.setdefault(person.lead, one)
    return plan


def _moves(stands: Standing, to: Stage | None) -> bool:
    """Whether a line that names the stage `to` moves a lead: forwards only, and never somebody who is a client."""
    if to is None:
        return False
    return not is_client(stands.stage) and STAGES.index(to) > STAGES.index(stands.stage)


def _may_be_one(name: str | None, other: str | None) -> bool:
    """Whether two names can be the same person's: one is unknown, or they share a word."""
    if not name or not other:
        return True
    return bool(set(name.casefold().split()) & set(other.casefold().split()))

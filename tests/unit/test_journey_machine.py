"""People, what happens with them, merges, splits and undoing, in any order, on a real store.

Whatever was done: where somebody stands follows from the events, the same by both ways of reading them; no event is
lost or changed; a split gives back exactly what there was before the merge; an undoing what there was before the event.
"""

import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from inboxtriage.config.load import load
from inboxtriage.errors import Refused
from inboxtriage.journey.history import Standing, last_contact, outcome_of, stage_of, standing
from inboxtriage.journey.lead import Event, EventKind
from inboxtriage.journey.stage import OUTCOMES, STAGES, Stage
from inboxtriage.service import leads as people
from inboxtriage.service import merging
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.journey import notes
from inboxtriage.store import leads, standings
from inboxtriage.store.ids import LEAD, number, shown
from tests.practice import Practice
from tests.unit.test_identity import KINDS, follows_the_rules

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
OF_RECORDS = ("merged", "split", "undone")
WHAT = ("stage", "outcome", "tier", "contact", "birthday", "forms", "payment")
VALUE = ("", "A", "B", "C", "no", "yes", "intake", "2027-01-31")
happenings = st.tuples(
    st.sampled_from(KINDS), st.integers(0, 9), st.sampled_from([None, None, *STAGES]), *map(st.sampled_from, (WHAT, VALUE))
)  # fmt: skip
Happening = tuple[EventKind, int, Stage | None, str, str]


@cache
def practice() -> Assembly:
    """One practice for all; every run begins with nobody in it."""
    home = Practice.in_folders(Path(tempfile.mkdtemp()))
    return Assembly(load(home.config))


class Journeys(RuleBasedStateMachine):
    """What an owner and the post can do to the records of people."""

    def __init__(self) -> None:
        super().__init__()
        self.a = practice()
        self.db = self.a.db
        self.known: dict[int, str | None] = {}  # the records ever made, with their addresses
        self.ever: dict[int, tuple[object, ...]] = {}  # every event ever seen, as it was stored

    @initialize()
    def nobody(self) -> None:
        with self.db.writing():
            self.db.run("DELETE FROM lead")
            self.db.run("DELETE FROM sqlite_sequence WHERE name IN ('lead', 'event')")

    def record(self, pick: int) -> int:
        return sorted(self.known)[pick % len(self.known)]

    def root(self, record: int) -> int:
        return number(LEAD, people.find(self.a, shown(LEAD, record)).lead.id)

    def stands(self, record: int) -> Standing:
        return standing(leads.events(self.db, record))

    def append(self, record: int, happening: Happening) -> int:
        kind, day, stage, what, value = happening
        if kind == "closed":
            value = OUTCOMES[day % len(OUTCOMES)]
        at = NOON + timedelta(days=day)
        with self.db.writing():
            return leads.happened(self.db, record, kind, at=at, cause="m1", stage=stage, what=what, value=value)

    @rule(by_phone=st.booleans())
    def somebody_new(self, by_phone: bool) -> None:
        n = len(self.known) + 1
        address = None if by_phone else f"n{n}@example.org"
        with self.db.writing():
            made = leads.add(self.db, address=address, name=None, phone=f"555-010-{n:04}", source="email", at=NOON)
        assert made == n
        self.known[n] = address

    @precondition(lambda self: self.known)
    @rule(pick=st.integers(0, 99), happening=happenings)
    def something_happens(self, pick: int, happening: Happening) -> None:
        self.append(self.record(pick), happening)

    @precondition(lambda self: self.known)
    @rule(pick=st.integers(0, 99), words=st.sampled_from(["calls back", "pays"]))
    def noted_by_hand(self, pick: int, words: str) -> None:
        record = self.record(pick)
        notes.note(self.a, shown(LEAD, record), words)
        assert leads.recorded(self.db, self.root(record))[-1].note == words

    @precondition(lambda self: self.known)
    @rule(pick=st.integers(0, 99), happening=happenings)
    def it_is_undone_at_once(self, pick: int, happening: Happening) -> None:
        record = self.record(pick)
        before = self.stands(record)
        event = self.append(record, happening)
        with self.db.writing():
            leads.undo(self.db, event, at=NOON, cause="by hand")
        assert self.stands(record) == before

    @precondition(lambda self: any(row[1] not in OF_RECORDS for row in self.ever.values()))
    @rule(pick=st.integers(0, 999))
    def something_earlier_is_undone(self, pick: int) -> None:
        events = [one for one, row in self.ever.items() if row[1] not in OF_RECORDS]
        with self.db.writing():
            leads.undo(self.db, events[pick % len(events)], at=NOON, cause="by hand")

    @precondition(lambda self: self.known)
    @rule(keep=st.integers(0, 99), other=st.integers(0, 99))
    def merged(self, keep: int, other: int) -> None:
        into, member = self.record(keep), self.record(other)
        may = into != member and self.root(into) == into and self.root(member) == member
        one, two = self.stands(into), self.stands(member)
        try:
            merging.merge(self.a, shown(LEAD, into), shown(LEAD, member), "the same voice")
        except Refused:
            assert not may
            return
        assert may
        follows_the_rules(one, two, self.stands(into))

    @precondition(lambda self: self.known)
    @rule(pick=st.integers(0, 99))
    def split(self, pick: int) -> None:
        record = self.record(pick)
        is_part = self.root(record) != record
        try:
            done = merging.split(self.a, shown(LEAD, record), "")
        except Refused:
            assert not is_part
            return
        assert is_part
        assert done.gone.lead.id == shown(LEAD, record) != done.stayed.lead.id

    @precondition(lambda self: self.known)
    @rule(keep=st.integers(0, 99), other=st.integers(0, 99), meanwhile=st.lists(happenings, max_size=3))
    def merged_and_split_again(self, keep: int, other: int, meanwhile: list[Happening]) -> None:
        into, member = self.record(keep), self.record(other)
        if into == member or self.root(into) != into or self.root(member) != member:
            return
        stood = self.stands(into)
        own = {one: leads.recorded(self.db, one) for one in self.known}
        merging.merge(self.a, shown(LEAD, into), shown(LEAD, member), "")
        for happening in meanwhile:  # their mail goes on coming to the second address
            self.append(member, happening)
        merging.split(self.a, shown(LEAD, member), "")
        assert self.stands(into) == stood
        for one, events in own.items():
            assert leads.recorded(self.db, one)[: len(events)] == events
        if not meanwhile:
            assert self.stands(member) == standing([*self.without_records(member)])

    def without_records(self, record: int) -> list[Event]:
        """What a person's history would be had this last merge never been."""
        events = leads.events(self.db, record)
        return events[: next(n for n in reversed(range(len(events))) if events[n].kind == "merged")]

    @invariant()
    def both_ways_say_the_same(self) -> None:
        everyone = standings.everyone(self.db)
        at_once = leads.all_events(self.db)
        assert [lead.id for lead, _ in everyone] == [lead.id for lead in leads.everyone(self.db)]
        assert {shown(LEAD, one) for one in at_once} <= {lead.id for lead, _ in everyone}
        for lead, where in everyone:
            events = leads.events(self.db, number(LEAD, lead.id))
            assert at_once.get(number(LEAD, lead.id), []) == events
            assert where == standing(events)
            assert (where.stage, where.outcome) == (stage_of(events), outcome_of(events))
            assert (where.last_contact.at if where.last_contact else None) == last_contact(events)

    @invariant()
    def nothing_is_lost_or_changed(self) -> None:
        now = {row["id"]: tuple(row)[1:] for row in self.db.all("SELECT * FROM event")}
        assert {one: now.get(one) for one in self.ever} == self.ever
        self.ever = {one: (row[0], row[1], *row[2:]) for one, row in now.items()}
        told = {one.id for lead in leads.everyone(self.db) for one in leads.events(self.db, number(LEAD, lead.id))}
        assert told == set(now)

    @invariant()
    def everybody_is_in_one_family(self) -> None:
        families = {tuple(leads.family(self.db, one)) for one in self.known}
        assert sorted(one for family in families for one in family) == sorted(self.known)
        roots = [number(LEAD, lead.id) for lead in leads.everyone(self.db)]
        assert len(roots) == len(families)
        for family in families:
            assert [one for one in roots if one in family] == [self.root(family[0])]
            ids = [event.id for event in leads.events(self.db, family[0])]
            assert ids == sorted(ids)

    @invariant()
    def everybody_is_found(self) -> None:
        for one, address in self.known.items():
            phone = f"(555) 010-{one:04}"
            assert leads.find(self.db, address=address, phone=phone) == one
            assert people.find(self.a, address or phone).lead.id == shown(LEAD, self.root(one))


TestJourneys = Journeys.TestCase
TestJourneys.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)

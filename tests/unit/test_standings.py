"""Where thousands stand, read at once: the same as from all their events, whatever happened and in whatever order."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from inboxtriage.journey.history import last_contact, outcome_of, stage_of, standing
from inboxtriage.journey.lead import Event, EventKind
from inboxtriage.journey.stage import OUTCOMES, STAGES
from inboxtriage.store import leads, standings
from inboxtriage.store.database import Database
from inboxtriage.store.ids import LEAD, number

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
ABOUT = ("stage", "outcome", "tier", "contact", "birthday", "forms")


def told(kind: EventKind, what: str, value: str) -> str:
    """A value that such an event can have."""
    if kind == "closed":
        return OUTCOMES[len(what + value) % len(OUTCOMES)]
    return {"may be written to": "no" if value else "yes"}.get(kind, value)


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[int, Event]]:
    """What happened with three people, in the order in which it was recorded; `value` of an undoing is a place in it."""
    one = st.tuples(
        st.integers(1, 3),
        st.sampled_from(get_args(EventKind)),
        st.integers(0, 5),  # the day: what is recorded later need not have happened later
        st.sampled_from([None, None, *STAGES]),
        st.sampled_from(ABOUT),
        st.sampled_from(["", "A", "B", "2027-01-31"]),
        st.integers(0, 20),
    )
    made: list[tuple[int, Event]] = []
    for n, (who, kind, day, stage, what, value, back) in enumerate(draw(st.lists(one, max_size=25))):
        said = str(max(1, n - back)) if kind == "undone" else told(kind, what, value)
        to = None if kind == "merged" else stage  # who is merged has not moved
        made.append((who, Event(kind, NOON + timedelta(days=day), f"m{n}", "", to, what, said)))
    return made


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Database:
    return Database(tmp_path_factory.mktemp("standings") / "store")


def keep(db: Database, history: list[tuple[int, Event]]) -> None:
    """Begin anew with three people and this history."""
    with db.writing():
        db.run("DELETE FROM lead")
        db.run("DELETE FROM sqlite_sequence WHERE name IN ('lead', 'event')")
        for n in range(3):
            leads.add(db, address=f"n{n}@example.org", name=None, phone=None, source="email", at=NOON)
        for who, e in history:
            leads.happened(
                db, who, e.kind, at=e.at, cause=e.cause, note=e.note, stage=e.stage, what=e.what, value=e.value
            )


@given(histories())
@example([(1, Event("contact", NOON, "a")), (1, Event("wrote", NOON, "b"))])
@example([(1, Event("asked", NOON, "a")), (1, Event("referred out", NOON, "b")), (1, Event("asked", NOON, "c"))])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_all_at_once_is_each_from_all_events(db: Database, history: list[tuple[int, Event]]) -> None:
    keep(db, history)
    everyone = standings.everyone(db)
    assert [lead.id for lead, _ in everyone] == ["p1", "p2", "p3"]
    for lead, at_once in everyone:
        events = leads.events(db, number(LEAD, lead.id))
        assert at_once == standing(events)
        assert (at_once.stage, at_once.outcome) == (stage_of(events), outcome_of(events))
        assert (at_once.last_contact.at if at_once.last_contact else None) == last_contact(events)


def test_an_empty_store_has_nobody(tmp_path: Path) -> None:
    assert standings.everyone(Database(tmp_path / "store")) == []

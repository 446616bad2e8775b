"""What is asked of the store for each mail goes by an index, however many people and mails there are."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from inboxtriage.store import conversation, leads, letters, messages
from inboxtriage.store.database import Database
from inboxtriage.store.letters import LetterItem, NewLetter
from inboxtriage.triage.verdict import Verdict

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
OWN = ("lead", "event", "message", "item", "reference", "m", "i", "l", "e")
LETTER = LetterItem("nudge", "nudge", "1", "no answer", {})


class Watched(Database):
    """A store that keeps how each query goes about it."""

    def __init__(self, folder: Path) -> None:
        self.plans: list[str] = []
        super().__init__(folder)

    def all(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """See Database."""
        if sql.lstrip().upper().startswith(("SELECT", "WITH")):
            self.plans += [row[3] for row in super().all(f"EXPLAIN QUERY PLAN {sql}", *values)]
        return super().all(sql, *values)

    def one(self, sql: str, *values: Any) -> sqlite3.Row | None:
        """See Database."""
        return next(iter(self.all(sql, *values)), None)


@pytest.fixture
def db(tmp_path: Path) -> Watched:
    store = Watched(tmp_path / "store")
    with store.writing():
        for n in (1, 2):
            leads.add(store, address=f"n{n}@example.org", name=None, phone="555-010-0123", source="email", at=NOON)
        leads.merge(store, 2, 1)
        verdict = Verdict("reply", "no answer", kind="inquiry", language="en", confidence=1.0)
        letters.add(store, NewLetter(1, "practice", "n1@example.org", None, "Hello", LETTER, verdict, None), NOON)
    store.plans.clear()
    return store


@pytest.mark.parametrize(
    "ask",
    [
        lambda db: leads.find(db, address="n1@example.org", phone=None),
        lambda db: leads.find(db, address=None, phone="(555) 010-0123"),
        lambda db: leads.find(db, address="n9@example.org", phone="(555) 010-0123"),
        lambda db: leads.on_line(db, "(555) 010-0123"),
        lambda db: leads.get(db, 1),
        lambda db: leads.events(db, 2),
        lambda db: conversation.of_conversation(db, 1, "n1@example.org", "waiting"),
        lambda db: conversation.newest_of(db, messages.get(db, 1)),
        lambda db: conversation.open_danger(db, messages.get(db, 1)),
        lambda db: letters.open_of(db, 2),
        lambda db: letters.was_written(db, 2, LETTER),
    ],
)
def test_nothing_is_read_through(db: Watched, ask: Callable[[Database], object]) -> None:
    ask(db)
    assert db.plans
    through = [plan for plan in db.plans if plan.startswith("SCAN") and plan.split()[1] in OWN]
    assert not through
    assert not [plan for plan in db.plans if "item_by_state" in plan]  # everything that waits

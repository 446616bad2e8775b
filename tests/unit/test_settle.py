"""What a delivery's outcome means, and that no series of outcomes and crashes can send twice."""

import tempfile
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from inboxtriage.outbox.outgoing import AFTER_DEATH, LIVE, MOVES, STATES, Outgoing, State
from inboxtriage.outbox.settle import QUEUE_LIFE, Outcome, Phase, pause_for, settle
from inboxtriage.store import outgoing
from inboxtriage.store.database import Database

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SERVER_PHASES: tuple[Phase, ...] = ("connect", "greeting", "hello", "tls", "auth")
MAIL_PHASES: tuple[Phase, ...] = ("mail", "rcpt", "data")


@pytest.mark.parametrize("code", [None, 421, 450, 535, 550, 554])
@pytest.mark.parametrize("phase", SERVER_PHASES)
def test_a_fault_of_the_server_fails_no_mail(phase: Phase, code: int | None) -> None:
    settled = settle(Outcome(phase, code, "x"), attempts=1, age=timedelta())
    assert settled.state == "queued"
    assert settled.pause is not None


@pytest.mark.parametrize(
    ("code", "state"),
    [
        (450, "deferred"),
        (421, "deferred"),
        (454, "deferred"),
        (None, "deferred"),
        (550, "failed"),
        (530, "queued"),
        (999, "deferred"),
    ],
)
@pytest.mark.parametrize("phase", MAIL_PHASES)
def test_before_the_body_nothing_was_taken(phase: Phase, code: int | None, state: str) -> None:
    assert settle(Outcome(phase, code, "x"), attempts=1, age=timedelta()).state == state


@pytest.mark.parametrize(
    ("code", "state"),
    [(250, "sent"), (251, "sent"), (452, "deferred"), (554, "failed"), (None, "unknown"), (354, "unknown")],
)
def test_after_the_body_began_only_a_code_is_an_answer(code: int | None, state: str) -> None:
    assert settle(Outcome("body", code, "x"), attempts=1, age=timedelta()).state == state


def test_gaps_grow_and_end() -> None:
    """G6."""
    gaps = [settle(Outcome("rcpt", 451, "x"), attempts=n, age=timedelta()).after for n in range(1, 12)]
    assert gaps[0] == timedelta(minutes=1)
    assert all(a < b or a == b == timedelta(hours=4) for a, b in pairwise(gaps))
    assert settle(Outcome("rcpt", 451, "x"), attempts=9, age=QUEUE_LIFE).state == "failed"
    pauses = [pause_for(n) for n in range(1, 40)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(minutes=15)


def test_the_moves_are_closed() -> None:
    assert set(MOVES) == set(STATES)
    for origin, targets in MOVES.items():
        assert targets <= set(STATES)
        assert origin not in targets
    assert {state for state, targets in MOVES.items() if not targets} == {"sent", "failed", "cancelled"}
    assert all(AFTER_DEATH[state] in MOVES[state] for state in AFTER_DEATH)
    assert "committing" not in {t for s in STATES if s != "sending" for t in MOVES[s]}, "only a claim can commit"
    assert set(LIVE) >= {"unknown", "sent"}, "what may have left bars another"


class Sending(RuleBasedStateMachine):
    """One approval, any outcomes, any crashes, any user: a real SQLite file, and a server that counts."""

    @initialize()
    def approve(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.db = Database(Path(self.folder.name))
        self.taken = 0
        self.resent = 0
        with self.db.writing():
            self.db.run(
                'INSERT INTO message (content_key, account, received_at, "references", via, subject, doubts, attachments, raw_sha256) '
                "VALUES ('k', 'a', '', '[]', 'from', '', '[]', '[]', '')"
            )
            self.db.run("INSERT INTO audit VALUES (1, '', '', 'approved', 'm1', 'o1', '', '', '', '')")
            mail = Outgoing("o1", "m1", "a", "s", "t", "", "<i>", "", "", b"", "queued", 0, NOW, NOW, None)
            outgoing.add(self.db, mail, 1, 1)

    @property
    def state(self) -> State:
        return outgoing.get(self.db, 1).state

    @rule(
        phase=st.sampled_from([*SERVER_PHASES, *MAIL_PHASES, "body"]),
        code=st.sampled_from([None, 250, 421, 450, 535, 550]),
        died=st.sampled_from([None, "before", "committed", "after"]),
    )
    def send(self, phase: Phase, code: int | None, died: str | None) -> None:
        with self.db.writing():
            outgoing.after_death(self.db)
            if not outgoing.move(self.db, 1, "sending"):
                return
        if died == "before":
            return
        if phase == "body":
            with self.db.writing():
                assert outgoing.move(self.db, 1, "committing")
            if died == "committed":
                return
            self.taken += code in {None, 250}  # without a code the server may well have taken it
        if died == "after":
            return
        settled = settle(Outcome(phase, code, ""), attempts=1, age=timedelta())
        with self.db.writing():
            assert outgoing.move(self.db, 1, settled.state)

    @rule(to=st.sampled_from(STATES))
    def anything_else_is_refused(self, to: State) -> None:
        before = self.state
        if to not in MOVES[before]:
            with self.db.writing():
                assert not outgoing.move(self.db, 1, to)
            assert self.state == before

    @rule(how=st.sampled_from(["sent", "queued"]))
    def resolve(self, how: State) -> None:
        if self.state == "unknown":
            with self.db.writing():
                assert outgoing.move(self.db, 1, how)
            self.resent += how == "queued"

    @invariant()
    def at_most_once_for_each_time_a_person_said_so(self) -> None:
        if hasattr(self, "db"):
            assert self.taken <= 1 + self.resent
            if self.taken > self.resent:
                assert self.state in {"sent", "unknown", "committing"}

    def teardown(self) -> None:
        if hasattr(self, "db"):
            self.db.close()
            self.folder.cleanup()


TestSending = Sending.TestCase
TestSending.settings = settings(
    max_examples=60, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)

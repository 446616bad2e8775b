"""G30: what others could see is durable before they see it. A kill cannot show this, because the page cache survives it."""

import sqlite3
import sys
from pathlib import Path

import pytest

from tests.chaos import steps
from tests.chaos.invariants import books
from tests.chaos.place import Place, approved
from tests.chaos.steps import STEPS, Step
from tests.peers.dovecot import Dovecot
from tests.peers.smtp import SmtpPeer

CALLS = (*STEPS, "recvfrom")


def test_the_outbox_is_on_disk_before_smtp_sees_anything(dovecot: Dovecot, tmp_path: Path) -> None:
    """At each word to the SMTP server the run is held and the store looked at: what it says, and whether it was synced."""
    missing = steps.why_not()
    if missing:
        pytest.skip(missing)
    with SmtpPeer() as smtp:
        place = Place.on_dovecot(tmp_path / "place", dovecot, smtp, 1, approved)
        unsynced: set[str] = set()
        seen: list[tuple[str, str, bool]] = []  # what is done, the outbox's state then, whether all of it is durable

        def held(step: Step) -> None:
            if "inboxtriage.sqlite3" in step.target and not step.target.endswith("-shm"):
                (unsynced.add if step.call == "pwrite64" else unsynced.discard)(step.target)
            if step.target == f"port {smtp.port}":
                word = step.said.split(b" ")[0].strip().decode() or step.call
                seen.append((word, books(place.practice).states[0], not unsynced))

        run = steps.watch(place.practice.command("send"), place.practice.env(), calls=CALLS, held=held)
        assert run.done.code == 0, run.done
    words = [word for word, _, _ in seen]
    assert words[0] == "connect"
    assert seen[0] == ("connect", "sending", True)
    asked = words.index("DATA")
    body = next(i for i in range(asked + 1, len(seen)) if words[i] != "recvfrom")
    assert "recvfrom" in words[asked:body], "354 was read before"
    assert all(state == "sending" for _, state, _ in seen[: asked + 2]), "and only then was it committed"
    assert seen[body][1:] == ("committing", True), seen
    assert seen[-1][1] == "sent"


def test_a_store_that_does_not_sync_is_found_out(tmp_path: Path) -> None:
    """The look itself: SQLite told not to sync writes and never syncs."""
    missing = steps.why_not()
    if missing:
        pytest.skip(missing)
    path = tmp_path / "x.sqlite3"
    code = (
        f"import sqlite3; c = sqlite3.connect({str(path)!r}); c.execute('PRAGMA synchronous = {{}}'); "
        "c.execute('CREATE TABLE IF NOT EXISTS t (a)'); c.execute('INSERT INTO t VALUES (1)'); c.commit()"
    ).replace("{{}}", "{}")
    for pragma, synced in (("OFF", False), ("FULL", True)):
        run = steps.watch([sys.executable, "-c", code.format(pragma)], {}, calls=CALLS)
        assert run.done.code == 0, run.done
        assert any(step.call == "pwrite64" for step in run.steps)
        assert any("sync" in step.call for step in run.steps) is synced
    assert sqlite3.connect(path).execute("SELECT count(*) FROM t").fetchone() == (2,)

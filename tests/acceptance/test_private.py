"""The store: private, whole, not older than its program, and with a chain of approvals that cannot be bent."""

import os
import sqlite3
import stat
from pathlib import Path

import pytest

from inboxtriage.store.database import SCHEMA, Database
from inboxtriage.store.schema import migrations
from tests.practice import ASKS_INSURANCE, Practice, mail


def test_nobody_else_can_read_the_store(practice: Practice) -> None:
    """G52: whatever the umask."""
    practice.receive(mail(ASKS_INSURANCE))
    previous = os.umask(0)
    try:
        practice.ok("poll")
        practice.queue()
        practice.ok("approve", "m1", "--now")
    finally:
        os.umask(previous)
    store = practice.home / "store"
    assert stat.S_IMODE(store.stat().st_mode) == 0o700
    files = [path for path in store.rglob("*") if path.is_file()]
    assert files
    assert {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in files} == {
        path.name: "0o600" for path in files
    }


def test_a_store_that_was_left_open_is_closed(practice: Practice) -> None:
    practice.ok("poll")
    store = practice.home / "store"
    store.chmod(0o755)
    (store / "inboxtriage.sqlite3").chmod(0o644)
    practice.ok("queue")
    assert stat.S_IMODE(store.stat().st_mode) == 0o700
    assert stat.S_IMODE((store / "inboxtriage.sqlite3").stat().st_mode) == 0o600


def test_a_newer_store_is_refused(practice: Practice) -> None:
    practice.ok("poll")
    with sqlite3.connect(practice.home / "store" / "inboxtriage.sqlite3") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    done = practice.run("queue")
    assert done.code == 1
    assert "newer" in done.err
    assert done.err.count("\n") == 1


def test_the_schema_number_is_the_number_of_migrations(tmp_path: Path) -> None:
    assert len(migrations._migrations) == SCHEMA
    db = Database(tmp_path / "store")
    assert db.value("PRAGMA user_version") == SCHEMA
    assert db.value("PRAGMA journal_mode") == "wal"
    assert db.value("PRAGMA synchronous") == 2
    assert db.value("PRAGMA foreign_keys") == 1
    db.close()


def test_two_connections_of_one_process_share_a_store_with_another(practice: Practice) -> None:
    """A second handle in a process must not let go of the first one's locks, or what it writes is lost."""
    first = practice.assembly()
    assert first.db.value("SELECT count(*) FROM lead") == 0
    second = practice.assembly()
    assert second.db.value("SELECT count(*) FROM lead") == 0
    practice.ok("lead", "list")  # another process comes and goes
    for n, a in enumerate((first, second, first)):
        with a.db.writing():
            a.db.insert(
                "lead", {"address": f"p{n}@example.org", "source": "x", "first_seen_at": "2026-01-01T00:00:00+00:00"}
            )
        assert len(practice.ok("lead", "list", "--json").json) == n + 1
    first.close()
    second.close()


def test_a_busy_store_is_said_to_be_busy(practice: Practice) -> None:
    """G27: no traceback, nothing sent; afterwards it goes on."""
    practice.receive(mail(ASKS_INSURANCE))
    practice.ok("poll")
    practice.queue()
    connection = sqlite3.connect(practice.home / "store" / "inboxtriage.sqlite3", isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    done = practice.run("approve", "m1", "--now")
    connection.execute("ROLLBACK")
    connection.close()
    assert done.code == 1
    assert "busy" in done.err
    assert practice.outgoing() == []
    practice.ok("approve", "m1", "--now")


@pytest.mark.parametrize(
    "bend",
    [
        "UPDATE audit SET actor = 'someone else' WHERE seq = 1",
        "UPDATE audit SET hash = lower(hex(randomblob(32))) WHERE seq = 2",
        "UPDATE audit SET at = '2001-01-01T00:00:00.000000+00:00' WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 1",
        "DELETE FROM audit WHERE seq = 3",
        "UPDATE outgoing SET wire_sha256 = 'x' WHERE id = 1",
    ],
)
def test_the_chain_of_approvals_cannot_be_bent(bend: str, practice: Practice) -> None:
    """G54: two triggers forbid it, and where they are torn down the chain shows it."""
    for n in range(3):
        practice.receive(mail(ASKS_INSURANCE, sender=f"p{n}@example.org"))
    practice.ok("poll")
    practice.queue()
    practice.ok("approve", "m1", "m2", "m3", "--now")
    assert practice.ok("audit", "verify", "--json").json["ok"]
    connection = sqlite3.connect(practice.home / "store" / "inboxtriage.sqlite3", isolation_level=None)
    if "audit" in bend.split("SET", maxsplit=1)[0]:
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(bend)
    connection.execute("DROP TRIGGER audit_is_final")
    connection.execute("DROP TRIGGER audit_is_kept")
    connection.execute(bend)
    connection.close()
    done = practice.run("audit", "verify")
    assert done.code == 1
    assert done.err


def test_the_audit_holds_no_mail_and_no_address(practice: Practice) -> None:
    practice.receive(mail(f"{ASKS_INSURANCE} canary", sender="canary@example.org", subject="canary"))
    practice.ok("poll")
    practice.queue()
    practice.ok("approve", "m1", "--now")
    assert "canary" not in practice.ok("audit", "verify", "--json").out


def test_ids_are_never_used_again(practice: Practice) -> None:
    path = practice.receive(mail(ASKS_INSURANCE))
    practice.ok("poll")
    path.unlink()
    a = practice.assembly()
    with a.db.writing():
        a.db.run("DELETE FROM event")
        a.db.run("UPDATE message SET lead = NULL")
        a.db.run("DELETE FROM lead")
        a.db.run("DELETE FROM message")
    a.close()
    practice.receive(mail(ASKS_INSURANCE, sender="other@example.org"))
    practice.ok("poll")
    (item,) = practice.queue()
    assert item["id"] == "m2"
    assert item["lead"]["id"] == "p2"

"""Making and upgrading the store, killed at every step: it is old or new, never between (G32)."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from inboxtriage.store.database import FILE, SCHEMA, Database
from tests.practice import ASKS_INSURANCE, Practice, mail

_MOST = 60  # durable steps that the sweep is willing to see
needs_strace = pytest.mark.skipif(
    shutil.which("strace") is None, reason="strace is missing: no kill at every fsync of an upgrade (G32)"
)

# A program that opens the store; the newer one knows one more migration of several statements.
OPEN = """
import sys
from pathlib import Path
from inboxtriage.store import database, schema
if "newer" in sys.argv:
    @schema.migrations()
    def made_up(db):
        db.execute("CREATE TABLE made_up (id INTEGER PRIMARY KEY, subject TEXT) STRICT")
        db.execute("INSERT INTO made_up SELECT id, subject FROM message")
        db.execute("ALTER TABLE message ADD COLUMN made_up TEXT NOT NULL DEFAULT 'new'")
        db.execute("UPDATE item SET reason = reason || ' (new)'")
        db.execute(f"PRAGMA user_version = {database.SCHEMA}")
    database.SCHEMA += 1
database.Database(Path(sys.argv[1])).close()
"""


def opened(folder: Path, *words: str, killed_at: int | None = None) -> int:
    """Open the store in a process of its own; its exit code, -9 where it was killed at that durable step."""
    command = [sys.executable, "-c", OPEN, str(folder), *words]
    if killed_at is not None:
        inject = f"inject=fsync,fdatasync:signal=SIGKILL:when={killed_at}"
        command = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", inject, *command]
    return subprocess.run(command, check=False, capture_output=True, timeout=120).returncode


def state(folder: Path) -> tuple[int, bool, bool, int]:
    """Version, whether the new table and the new column are there, and how many reasons are new."""
    with closing(sqlite3.connect(folder / FILE)) as store:
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (version,) = store.execute("PRAGMA user_version").fetchone()
        table = store.execute("SELECT 1 FROM sqlite_master WHERE name = 'made_up'").fetchone() is not None
        columns = {row[1] for row in store.execute("PRAGMA table_info(message)")}
        (new,) = store.execute("SELECT count(*) FROM item WHERE reason LIKE '% (new)'").fetchone()
        return version, table, "made_up" in columns, new


@needs_strace
def test_g32_a_store_whose_making_is_killed_anywhere_is_made_at_the_next_start(tmp_path: Path) -> None:
    for step in range(1, _MOST):
        folder = tmp_path / f"s{step}"
        code = opened(folder, killed_at=step)
        db = Database(folder)
        assert (db.value("PRAGMA user_version"), db.integrity()) == (SCHEMA, "ok"), step
        assert db.value("SELECT count(*) FROM lead") == 0
        db.close()
        if code == 0:
            break
    assert 3 < step < _MOST - 1, "it was killed somewhere, and came to its end"


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of this version with three mails in it."""
    practice = Practice.in_folders(tmp_path_factory.mktemp("old"))
    for n in range(3):
        practice.receive(mail(ASKS_INSURANCE, sender=f"p{n}@example.org"))
    practice.ok("poll")
    return practice.home / "store"


@needs_strace
def test_g32_an_upgrade_that_is_killed_anywhere_leaves_the_old_or_the_new(old: Path, tmp_path: Path) -> None:
    seen = set()
    for step in range(1, _MOST):
        folder = tmp_path / f"s{step}"
        shutil.copytree(old, folder)
        code = opened(folder, "newer", killed_at=step)
        after = state(folder)
        seen.add(after)
        assert after in {(SCHEMA, False, False, 0), (SCHEMA + 1, True, True, 3)}, step
        assert opened(folder) == (0 if after[0] == SCHEMA else 1), "the older program takes the old, refuses the new"
        assert opened(folder, "newer") == 0
        assert state(folder) == (SCHEMA + 1, True, True, 3)
        if code == 0:
            break
    assert 3 < step < _MOST - 1
    assert len(seen) == 2, "killed before and after the one commit"


def test_g32_the_store_before_an_upgrade_is_kept_and_private(old: Path, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    shutil.copytree(old, folder)
    assert opened(folder, "newer") == 0
    (kept,) = (folder / "backups").iterdir()
    assert kept.name == f"before-schema-{SCHEMA + 1}.sqlite3"
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    with closing(sqlite3.connect(kept)) as store:
        assert store.execute("PRAGMA user_version").fetchone() == (SCHEMA,)
        assert store.execute("SELECT count(*) FROM message").fetchone() == (3,)


def test_g32_two_programs_that_upgrade_at_once_both_start(old: Path, tmp_path: Path) -> None:
    folder = tmp_path / "store"
    shutil.copytree(old, folder)
    command = [sys.executable, "-c", OPEN, str(folder), "newer"]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    said = [one.communicate(timeout=120)[1] for one in both]
    assert [one.returncode for one in both] == [0] * 4, said
    assert state(folder) == (SCHEMA + 1, True, True, 3)

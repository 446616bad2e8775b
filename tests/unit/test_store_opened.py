"""A store that two processes make, or look at, in the same moment."""

import fcntl
import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

from inboxtriage.store.database import FILE, Database
from inboxtriage.store.lock import RUN, hold, is_held


def test_a_new_store_that_another_process_is_making_is_waited_for(tmp_path: Path) -> None:
    """G27: `status` beside a `run` that starts on a new store; SQLite itself says "locked" here, and does not wait."""
    with sqlite3.connect(tmp_path / FILE, isolation_level=None, check_same_thread=False) as other:
        other.execute("BEGIN IMMEDIATE")
        threading.Timer(0.5, other.execute, ["COMMIT"]).start()
        made = Database(tmp_path)
        assert made.value("PRAGMA journal_mode") == "wal"
        made.close()


def test_two_that_look_at_a_lock_do_not_take_each_other_for_its_holder(tmp_path: Path) -> None:
    """G26: `status` twice at once says "not running" twice."""
    with hold(tmp_path, RUN):
        assert is_held(tmp_path, RUN)
    looking = os.open(tmp_path / RUN, os.O_RDWR)
    fcntl.flock(looking, fcntl.LOCK_SH)
    assert not is_held(tmp_path, RUN)
    os.close(looking)
    assert not is_held(tmp_path / "nowhere", RUN)


def test_making_a_store_loads_no_numpy(tmp_path: Path) -> None:
    """The daemon that makes its store stays as small as one that finds it."""
    look = (
        "import sys\nfrom pathlib import Path\nfrom inboxtriage.store.database import Database\n"
        "made = Database(Path(sys.argv[1]))\nassert made.value('SELECT count(*) FROM message') == 0\n"
        "assert 'sqlite_utils' in sys.modules and 'numpy' not in sys.modules\nimport numpy\n"
    )
    subprocess.run([sys.executable, "-c", look, str(tmp_path)], check=True)

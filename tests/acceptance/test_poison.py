"""Poison costs itself alone: every trap and bomb, each followed by a clean inquiry, in one pass (G23, G43, G44)."""

import hashlib
import os
import resource
import signal
import subprocess
import time
from pathlib import Path

import pytest

from inboxtriage import beside
from inboxtriage.message import apart, guard
from inboxtriage.service.assembly import load_classifier
from inboxtriage.service.sorting import Sorter
from inboxtriage.store import messages
from tests import poison
from tests.practice import Practice, mail

SECONDS = 10
MEGABYTES = 256


@pytest.fixture(scope="module")
def sorter() -> Sorter:
    ready = Sorter(*load_classifier(None), frozenset())
    ready.sort(mail())
    return ready


@pytest.mark.parametrize("name", poison.BOMBS | poison.TRAPS)
def test_each_is_sorted_in_time(name: str, sorter: Sorter) -> None:
    """G43, G44: within ten seconds, and the process that read it never had more memory than its limit."""
    raw = (poison.BOMBS | poison.TRAPS)[name]()
    started = time.process_time()
    wall = time.monotonic()
    result = sorter.sort(raw)
    assert time.process_time() - started < SECONDS
    assert time.monotonic() - wall < 3 * SECONDS, (
        "the limit is on the reader's own wall clock; this allows for a busy machine"
    )
    assert "parser failed" not in result.verdict.reason, "said by a limit's name, or read"


def test_a_pass_over_all_of_it_loses_nothing(tmp_path: Path) -> None:
    """G23: `poll` reads each poison and the clean inquiry behind it; bytes are kept as they came (G44)."""
    practice = Practice.in_folders(tmp_path)
    sums: dict[str, str] = {}
    for number, (name, raw) in enumerate(poison.everything()):
        raw = b"X-Poison: %d\n" % number + raw if raw.strip() else raw  # noqa: PLW2901 - no two are the same mail
        practice.receive(raw, name=f"{number:03}-0", days_ago=1)
        kept = raw[: guard.READ_BYTES] if len(raw) > guard.WHOLE_BYTES else raw
        sums[name] = hashlib.sha256(kept).hexdigest()
        practice.receive(mail(sender=f"Clean <clean{number}@example.org>"), name=f"{number:03}-1", days_ago=1)
    process = subprocess.Popen(
        practice.command("poll", "--json"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=practice.env(),
    )
    out, err = process.communicate(timeout=600)
    assert process.returncode == 0, (out, err)
    assert "Traceback" not in err
    a = practice.assembly()
    items = messages.everything(a.db)
    assert len(items) == 2 * len(sums)
    kept_sums = {hashlib.sha256(messages.raw_of(a.db, item.number)).hexdigest() for item in items}
    assert set(sums.values()) <= kept_sums, [name for name, one in sums.items() if one not in kept_sums]
    clean = [item for item in items if (item.sender or "").startswith("clean")]
    assert len(clean) == len(sums)
    assert {item.verdict.disposition for item in clean} == {"reply"}
    queue = practice.queue()
    assert sum(1 for entry in queue if entry["draft"] and entry["from"].startswith("clean")) == len(clean)
    for item in items:
        shown = practice.ok("show", item.id) if item.number % 30 == 0 else None
        assert shown is None or "Traceback" not in shown.err


def test_classify_takes_all_of_it(tmp_path: Path) -> None:
    """G43, G44: a line of JSON for each, and no traceback."""
    some = ("10,000 nested parts", "50,000 headers", "19 MB of attributions", "a zip bomb in base64")
    makes = [*poison.TRAPS.values(), *(poison.BOMBS[name] for name in some)]
    for number, raw in enumerate(make() for make in makes):
        (tmp_path / f"{number:03}.eml").write_bytes(raw)
    practice = Practice.in_folders(tmp_path / "practice")
    files = [str(file) for file in sorted(tmp_path.glob("*.eml"))]
    done = practice.ok("classify", "--json", *files)
    assert done.err == ""
    assert len(done.out.splitlines()) == len(files)


def test_the_reader_has_limits(tmp_path: Path) -> None:
    """G43: no more memory, no core, no file, and nothing of this process's environment."""
    os.environ["A_SECRET"] = "canary"
    try:
        apart._READER._end()
        assert apart.read(poison.text(b"x " * guard.LIGHT_BYTES)).sender is not None
    finally:
        del os.environ["A_SECRET"]
    assert apart._READER._process is not None
    place = Path("/proc") / str(apart._READER._process._process.pid)
    if not place.exists():
        pytest.skip("no /proc here: the limits cannot be seen from outside")
    pid = int(place.name)
    assert resource.prlimit(pid, resource.RLIMIT_AS)[1] == MEGABYTES * 1024 * 1024
    assert resource.prlimit(pid, resource.RLIMIT_CORE)[1] == 0
    assert resource.prlimit(pid, resource.RLIMIT_FSIZE)[1] == 0
    assert 0 < resource.prlimit(pid, resource.RLIMIT_CPU)[0] < 30
    assert b"canary" not in (place / "environ").read_bytes()


def test_a_reader_that_dies_is_replaced() -> None:
    """G23: killed between two mails, it costs nothing; the mail over which it dies twice is said to be unreadable."""
    large = poison.text(b"x " * guard.LIGHT_BYTES)
    apart.read(large)
    process = apart._READER._process
    assert process is not None
    process._process.kill()
    process._process.wait()
    assert apart.read(large).words.whole.startswith("x x")


def test_a_reader_that_hangs_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """G43: one that takes nothing more, and one that does not answer in time; the next mail is read."""
    monkeypatch.setattr(beside, "_SEND_SECONDS", 1)
    apart._READER._end()
    large = poison.text(b"x " * guard.LIGHT_BYTES)
    apart.read(large)
    process = apart._READER._process
    assert process is not None
    os.kill(process._process.pid, signal.SIGSTOP)
    assert apart.read(large).words.whole.startswith("x x")
    monkeypatch.setattr(apart, "SECONDS", 0.0)
    with pytest.raises(guard.Unreadable, match="within"):
        apart.read(large)
    monkeypatch.undo()
    assert apart.read(large).words.whole.startswith("x x")

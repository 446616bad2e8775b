"""The clock of the computer jumps while the daemon runs: it goes on reading, and does nothing in a burst."""

import shutil
import time
from pathlib import Path

import pytest

from tests.peers.imap import ImapPeer, scripted
from tests.practice import Practice, mail
from tests.running import ended, running, served, wait, worker

_LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))


@pytest.mark.skipif(not _LIBRARIES or shutil.which("faketime") is None, reason="faketime is not installed (G29)")
def test_jumps_of_the_clock_change_nothing(tmp_path: Path) -> None:
    """G29: two days back, a year on, an hour as in spring; the monotonic clock goes on as it does on a real computer."""
    jump = tmp_path / "jump"
    jump.write_text("+0")
    with scripted(ImapPeer([mail()], idle="works")) as peer:
        practice = served(Practice.on_scripted(tmp_path / "home", peer.port), poll_seconds=3600)

        def stored() -> int:
            count: int = practice.ok("status", "--json").json["messages"]
            return count

        clock = {
            "LD_PRELOAD": str(_LIBRARIES[0]),
            "FAKETIME_TIMESTAMP_FILE": str(jump),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        quiet = dict(practice.environment)
        practice.environment |= clock
        with running(practice) as daemon:
            practice.environment = quiet
            wait(lambda: worker(practice)["doing"] == "listening")
            for expected, offset in enumerate(("-2d", "+365d", "+1h", "+0"), start=2):
                passes = peer.seen.count("FETCH")
                jump.write_text(offset)
                time.sleep(1.5)
                assert peer.seen.count("FETCH") == passes, "no pass because of the jump alone"
                peer.mails.append(mail())
                wait(lambda: stored() == expected)  # noqa: B023
            ended(daemon)
    assert peer.connections == 1

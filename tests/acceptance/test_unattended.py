"""The daemon left alone: nothing leaves without an approval, and one approval leaves once."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.peers.dovecot import Dovecot
from tests.peers.smtp import SmtpPeer
from tests.practice import ASKS_INSURANCE, ASKS_ROOM, Practice, mail

HOURS = (0, 6, 12, 18, 24)


def until(happened: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.2)


def restless(practice: Practice) -> Practice:
    practice.config.write_text(practice.config.read_text() + "\n[service]\npoll_seconds = 1\n")
    return practice


@pytest.mark.skipif(shutil.which("faketime") is None, reason="libfaketime is not installed: no day without approval")
def test_a_day_and_five_hundred_messages_without_an_approval(dovecot: Dovecot, tmp_path: Path) -> None:
    """G9: the daemon itself, from hour to hour of a day; the SMTP server sees not one connection."""
    box = dovecot.mailbox()
    with SmtpPeer() as smtp:
        practice = restless(Practice.on_servers(tmp_path, box, smtp))
        practice.ok("status")  # makes the store
        known = 0
        for hours in HOURS:
            bodies = [ASKS_INSURANCE, ASKS_ROOM, "Buy our lists of therapists now.", "See you on Tuesday, Jane."]
            box.deliver(*[mail(bodies[n % 4], sender=f"p{known + n}@example.org") for n in range(100)])
            known += 100
            words = ["faketime", "-f", f"+{hours}h", *practice.command("run")]
            daemon = subprocess.Popen(
                words, env=practice.env(), stderr=subprocess.PIPE, text=True, start_new_session=True
            )
            try:
                until(lambda n=known: practice.ok("status", "--json").json["messages"] == n)  # type: ignore[misc]
                time.sleep(2)  # passes and looks into the outbox that find nothing new
            finally:
                os.killpg(daemon.pid, signal.SIGTERM)  # faketime is a process of its own before it
                _, log = daemon.communicate(timeout=60)
            assert "action=stopped" in log
        assert known == 500
        ready = [item for item in practice.queue() if item["draft"] and not item["draft"]["blocked"]]
        assert len(ready) >= 200, "there was something to send"
        assert practice.ok("outbox", "--json").json == []
        assert (smtp.connections, smtp.commands) == (0, [])


def test_twenty_approvals_at_once_beside_the_daemon(dovecot: Dovecot, tmp_path: Path) -> None:
    """G11: one is taken and sent once; the others end with exit 1 and the reason."""
    box = dovecot.mailbox()
    box.deliver(mail(ASKS_INSURANCE))
    with SmtpPeer() as smtp:
        practice = restless(Practice.on_servers(tmp_path, box, smtp))
        practice.ok("poll")
        practice.queue()
        daemon = practice.start("run")
        try:
            running = [practice.start("approve", "m1") for _ in range(20)]
            ends = [(process.communicate(timeout=120)[1], process.returncode) for process in running]
            until(lambda: len(smtp.taken) == 1)
            time.sleep(3)
        finally:
            daemon.send_signal(signal.SIGTERM)
            daemon.communicate(timeout=60)
        assert sorted(code for _, code in ends) == [0] + [1] * 19, ends
        reasons = [err for err, code in ends if code]
        assert all("already approved" in err or "settled" in err or "busy" in err for err in reasons), reasons
        assert len(smtp.taken) == 1
        assert [out["state"] for out in practice.ok("outbox", "--json").json] == ["sent"]

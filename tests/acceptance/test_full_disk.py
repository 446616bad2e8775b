"""A disk that is full or cannot be written: nothing is sent, nothing is lost, and it goes on by itself (G28)."""

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from inboxtriage.service.daemon import alarm
from tests.peers.dovecot import Dovecot, Mailbox
from tests.peers.smtp import SmtpPeer
from tests.practice import ASKS_INSURANCE, ASKS_ROOM, Practice, mail
from tests.running import running, served, wait

_SIZE = 20_000  # kB: what the small disk holds


def why_no_small_disk() -> str | None:
    """Why no disk of our own can be mounted here, or None."""
    if os.geteuid() != 0:
        return "not root: no small disk of our own to fill (G28)"
    tried = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"], check=False, capture_output=True)
    return None if tried.returncode == 0 else "mounts are not allowed here: no small disk of our own to fill (G28)"


@pytest.fixture(scope="module")
def allowed() -> None:
    why = why_no_small_disk()
    if why is not None:
        pytest.skip(why)


@dataclass
class Disk:
    """A disk of a few hundred kB, mounted where a process in its own namespace sees it."""

    pid: int
    place: Path

    @property
    def seen(self) -> Path:
        """The same folder, from outside."""
        return Path(f"/proc/{self.pid}/root{self.place}")

    def fill(self, *, but: int = 0) -> None:
        """Leave no room at all, or `but` so many bytes."""
        with (self.seen / "ballast").open("ab", buffering=0) as ballast:
            with contextlib.suppress(OSError):
                while True:
                    ballast.write(b"x" * 512)
            ballast.truncate(ballast.tell() - but)

    def free(self) -> None:
        (self.seen / "ballast").unlink()

    def remount(self, how: str) -> None:
        """Make it read-only ("ro"), or not ("rw")."""
        self.inside("mount", "-o", f"remount,{how}", str(self.place))

    def inside(self, *words: str) -> None:
        subprocess.run(["nsenter", "-t", str(self.pid), "-m", "--", *words], check=True)


@dataclass
class OnSmallDisk(Practice):
    """A practice whose store lies on that disk; every command runs where it is mounted."""

    pid: int = 0

    def command(self, *words: str) -> list[str]:
        return ["nsenter", "-t", str(self.pid), "-m", "--", *super().command(*words)]


@pytest.fixture
def smtp() -> Iterator[SmtpPeer]:
    with SmtpPeer() as peer:
        yield peer


@pytest.fixture
def small(allowed: None, dovecot: Dovecot, smtp: SmtpPeer, tmp_path: Path) -> Iterator[tuple[OnSmallDisk, Disk]]:
    box = dovecot.mailbox()
    box.deliver(mail(ASKS_INSURANCE))
    made = Practice.on_servers(tmp_path, box, smtp)
    store = tmp_path / "store"
    store.mkdir(mode=0o700)
    mount = f"mount -t tmpfs -o size={_SIZE}k,mode=700 none {store} && mkdir -m 700 {store}/mounted && exec sleep 600"
    holder = subprocess.Popen(["unshare", "-m", "sh", "-c", mount])
    try:
        disk = Disk(holder.pid, store)
        wait((disk.seen / "mounted").exists)
        yield OnSmallDisk(made.home, made.config, made.environment, holder.pid), disk
    finally:
        holder.kill()
        holder.wait()


def heavy(size: int) -> bytes:
    """An inquiry with a file of that many bytes."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = "second@example.org", "hello@harbor.example", "Room"
    made["Message-ID"] = "<heavy@example.org>"
    made.set_content(ASKS_ROOM)
    made.add_attachment(os.urandom(size), maintype="application", subtype="octet-stream", filename="x.bin")
    return made.as_bytes()


def one_line(practice: Practice, *words: str) -> str:
    """A command that cannot be done: exit 1, one line, no traceback."""
    done = practice.run(*words)
    assert (done.code, done.err.count("\n")) == (1, 1), (words, done)
    assert "Traceback" not in done.err
    return done.err


@pytest.mark.parametrize(("size", "room"), [(50_000, 0), (4_000_000, 400_000)], ids=["nothing fits", "a little fits"])
def test_g28_a_full_disk_stores_nothing_by_half_and_sends_nothing(
    size: int, room: int, small: tuple[OnSmallDisk, Disk], smtp: SmtpPeer, dovecot: Dovecot
) -> None:
    """What is larger than SQLite's cache meets the full disk while it is inserted: that must not quarantine it."""
    practice, disk = small
    practice.ok("poll")
    practice.queue()
    box = _box(practice, dovecot)
    practice.ok("approve", "m1")
    box.deliver(heavy(size))
    disk.fill(but=room)
    flags = box.flags()
    assert "disk" in one_line(practice, "poll")
    disk.fill()
    assert "disk" in one_line(practice, "send")
    assert smtp.commands == []
    assert box.flags() == flags
    disk.free()
    assert practice.ok("poll", "--json").json["fetched"] == 1
    second = practice.ok("show", "m2", "--json").json
    assert (second["from"], second["disposition"]) == ("second@example.org", "reply"), "not quarantined for the disk"
    practice.ok("send")
    assert len(smtp.taken) == 1
    assert practice.ok("check", "--json").json["checks"][1]["ok"]


def test_g28_the_daemon_waits_for_room_and_goes_on(
    small: tuple[OnSmallDisk, Disk], smtp: SmtpPeer, dovecot: Dovecot
) -> None:
    practice, disk = small
    practice.ok("poll")
    practice.queue()
    box = _box(practice, dovecot)
    heard = practice.home / "heard"
    served(practice, poll_seconds=1, alarm_command=["sh", "-c", f'echo "$0" >> {heard}'])
    with running(practice) as daemon:
        time.sleep(2)
        disk.fill()
        box.deliver(heavy(50_000))
        time.sleep(12)
        assert smtp.commands == []
        disk.free()
        wait(lambda: len(practice.ok("queue", "--all", "--json").json) == 2, 90)
        daemon.terminate()
        _, log = daemon.communicate(timeout=30)
    assert "Traceback" not in log
    assert "disk" in log
    assert log.count("outcome=failed") <= 6, "a word now and then, not a storm"
    assert heard.read_text() == f"{alarm.STORE}\n"
    assert practice.ok("show", "m2", "--json").json["disposition"] == "reply"


def test_g28_a_store_that_cannot_be_written_is_said_so(small: tuple[OnSmallDisk, Disk], smtp: SmtpPeer) -> None:
    practice, disk = small
    practice.ok("poll")
    practice.queue()
    practice.ok("approve", "m1")
    disk.remount("ro")
    for words in (["send"], ["poll"], ["queue"], ["status"], ["show", "m1"], ["reject", "m1"]):
        assert "read-only" in one_line(practice, *words).lower(), words
    assert smtp.commands == []
    disk.remount("rw")
    practice.ok("send")
    assert len(smtp.taken) == 1


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is missing: no writes made to fail (G28)")
def test_g28_writes_that_fail_from_any_point_on_send_at_most_once(
    dovecot: Dovecot, smtp: SmtpPeer, tmp_path: Path
) -> None:
    """ENOSPC out of the blue, which SQLite may call a disk I/O error."""
    box = dovecot.mailbox()
    for number, first in enumerate((1, 3, 6, 10), 1):
        box.deliver(mail(ASKS_INSURANCE, sender=f"n{number}@example.org"))
        practice = Practice.on_servers(tmp_path, box, smtp)
        practice.ok("poll")
        practice.queue()
        practice.ok("approve", f"m{number}")
        fail = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=pwrite64"]
        words = [*fail, "-e", f"inject=pwrite64:error=ENOSPC:when={first}+", *practice.command("send")]
        done = subprocess.run(words, check=False, capture_output=True, text=True, env=practice.env(), timeout=120)
        assert "Traceback" not in done.stderr
        if first == 1:
            assert (done.returncode, done.stderr.count("\n"), smtp.commands) == (1, 1, [])
        practice.run("send")
        practice.run("send")
        accepted = [taken.recipients for taken in smtp.taken]
        assert accepted.count([f"n{number}@example.org"]) <= 1
        states = {out["to"]: out["state"] for out in practice.ok("outbox", "--json").json}
        assert states[f"n{number}@example.org"] in {"sent", "unknown"}
        assert practice.assembly().db.integrity() == "ok"


def _box(practice: Practice, dovecot: Dovecot) -> Mailbox:
    """The mailbox that the configuration names."""
    user = practice.config.read_text().split('username = "')[1].split('"')[0]
    return Mailbox(dovecot, user)

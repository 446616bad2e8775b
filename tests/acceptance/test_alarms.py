"""Each alarm sounds for what it is meant for, once; and the daemon goes on (G7, G17, G28, G43)."""

import os
import socket
import stat
import time
from pathlib import Path

import pytest

from inboxtriage.errors import InboxTriageError
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.daemon import alarm
from inboxtriage.service.daemon.alarm import Alarms
from inboxtriage.service.daemon.heart import Heart
from inboxtriage.service.daemon.systemd import Systemd
from inboxtriage.service.daemon.watching import Shared, Watcher
from inboxtriage.service.stop import Stop
from tests.peers.dovecot import Dovecot
from tests.peers.imap import ImapPeer, scripted
from tests.peers.smtp import Misbehaviour, SmtpPeer
from tests.practice import Practice, mail
from tests.running import ended, running, served, wait, worker


def heard_by(practice: Practice, **keys: object) -> Path:
    """The file to which the owner's command writes each alarm."""
    heard, program = practice.home / "heard", practice.home / "alarm"
    program.write_text(f'#!/bin/sh\necho "$1" >> {heard}\n')
    program.chmod(stat.S_IRWXU)
    heard.touch()
    served(practice, alarm_command=[str(program)], **keys)
    return heard


@pytest.mark.parametrize(
    ("phase", "how", "line"),
    [
        ("dot", Misbehaviour(drop=True), alarm.UNKNOWN),
        ("rcpt", Misbehaviour(answer="550 no such person"), alarm.FAILED),
        ("auth", Misbehaviour(answer="535 wrong password"), alarm.PAUSED),
    ],
    ids=["unknown", "failed", "paused"],
)
def test_a_letter_that_does_not_leave_sounds_once(
    phase: str, how: Misbehaviour, line: str, dovecot: Dovecot, tmp_path: Path
) -> None:
    """G2, G7: unknown, refused, or nobody lets us in."""
    box = dovecot.mailbox()
    box.deliver(mail())
    with SmtpPeer() as smtp:
        practice = Practice.on_servers(tmp_path, box, smtp)
        heard = heard_by(practice, poll_seconds=1)
        practice.ok("poll")
        practice.queue()
        smtp.misbehave[phase] = how
        with running(practice) as daemon:
            practice.ok("approve", "m1")
            wait(lambda: heard.read_text() != "")
            time.sleep(3)
            ended(daemon)
    assert heard.read_text() == f"{line}\n"


def test_an_old_mailbox_without_a_start_date_sounds(practice: Practice) -> None:
    """G25: nothing of it is read until a person says from when on, so a person is told."""
    practice.config.write_text(practice.config.read_text().replace('since = "all"\n', ""))
    raw = mail()
    for number in range(2_001):
        (practice.home / "inbox" / "new" / f"{number}.test").write_bytes(raw)
    heard = heard_by(practice)
    with running(practice) as daemon:
        wait(lambda: heard.read_text() == f"{alarm.UNREAD}\n")
        assert "no start date is set" in worker(practice)["why"]
        ended(daemon)


class Hurried(Stop):
    """Rests for no time, and wishes the end after so many rests."""

    def __init__(self, rests: int) -> None:
        super().__init__()
        self.rests = rests

    def rest(self, seconds: float) -> None:
        self.rests -= 1
        self.wished = self.wished or self.rests <= 0


@pytest.mark.parametrize(("passes", "sounds"), [(4, 0), (12, 1)])
def test_a_mailbox_that_stays_unread_sounds(passes: int, sounds: int, tmp_path: Path) -> None:
    """G17: a server that is down for minutes alarms nobody; one that stays down does, once."""
    practice = Practice.on_scripted(tmp_path, 1)
    heard = heard_by(practice)
    a = practice.assembly()
    watcher = Watcher(a, a.settings.accounts[0], Shared(Alarms(a.settings), 1))
    watcher.stop = Hurried(passes)
    watcher.thread.start()
    watcher.thread.join(60)
    time.sleep(1)
    assert heard.read_text() == f"{alarm.UNREAD}\n" * sounds


def test_a_folder_that_stays_closed_is_said_once_and_sounds(practice: Practice) -> None:
    """G20: the others are read; that this one is not must not go unnoticed."""
    practice.config.write_text(
        practice.config.read_text().replace('since = "all"', 'since = "all"\nfolders = ["INBOX", "Gone"]')
    )
    practice.receive(mail())
    heard = heard_by(practice, poll_seconds=1)
    with running(practice) as daemon:
        wait(lambda: len(practice.queue()) == 1)
        wait(lambda: heard.read_text() == f"{alarm.UNREAD}\n", 60)
        log = ended(daemon)
    assert log.count("there is no folder Gone") == 1


def test_a_fault_of_the_program_is_said_without_words_and_heals(practice: Practice) -> None:
    """G51: what cannot be read from the store is somebody's words, perhaps."""
    practice.receive(mail())
    practice.ok("poll")
    heard = heard_by(practice, poll_seconds=1)
    a = practice.assembly()
    with a.db.writing():
        a.db.run("UPDATE mark SET since = 'canarywords'")
    with running(practice) as daemon:
        wait(lambda: worker(practice)["doing"] == "broken")
        wait(lambda: heard.read_text() == f"{alarm.BROKEN}\n")
        assert "reading is broken (unexpected ValueError)" in practice.ok("status").out
        with a.db.writing():
            a.db.run("UPDATE mark SET since = NULL")
        wait(lambda: worker(practice)["doing"] == "listening")
        log = ended(daemon)
    a.close()
    assert "outcome=broken" in log
    assert "canarywords" not in log


def test_a_worker_that_stands_still_starves_the_watchdog_and_sounds(tmp_path: Path) -> None:
    """G17, G57: three beats of 300 s in which nothing moves; then its connection is broken off, and it goes on."""
    with (
        scripted(ImapPeer([mail()], idle="works", mute_at="SEARCH")) as peer,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager,
    ):
        manager.bind(str(tmp_path / "notify"))
        manager.setblocking(False)
        practice = Practice.on_scripted(tmp_path / "home", peer.port)
        heard = heard_by(practice)
        a = practice.assembly()
        shared = Shared(Alarms(a.settings), 3600)
        watcher = Watcher(a, a.settings.accounts[0], shared)
        heart = Heart(a, [watcher], shared, Systemd({"NOTIFY_SOCKET": str(tmp_path / "notify")}))
        heart.seconds = 300
        watcher.thread.start()
        wait(lambda: "SEARCH" in peer.seen)
        told = [beat(heart, manager) for _ in range(6)]
        assert told[0]
        assert not told[-1], "systemd hears no more that we live"
        wait(lambda: heard.read_text() == f"{alarm.STUCK}\n")
        peer.mute_at = ""
        wait(lambda: watcher.doing == "listening", 60)
        assert beat(heart, manager)
        watcher.stop.wish()
        watcher.thread.join(30)
        assert not watcher.thread.is_alive()


def beat(heart: Heart, manager: socket.socket) -> bool:
    """Beat once; whether the manager was told that we live."""
    heart.beat()
    told = []
    while True:
        try:
            told.append(manager.recv(4096))
        except BlockingIOError:
            return b"WATCHDOG=1" in told


def test_a_worker_that_ended_is_stuck(practice: Practice) -> None:
    """G57: a thread that is gone moves no more, and is not waited for."""
    a = practice.assembly()
    shared = Shared(Alarms(a.settings), 3600)
    watcher = Watcher(a, a.settings.accounts[0], shared)
    watcher.stop.wished = True
    heart = Heart(a, [watcher], shared, Systemd({}))
    watcher.thread.start()
    watcher.thread.join(10)
    heart.beat()
    assert heart.summary() == "1 account(s): 1 stuck"


def test_a_command_that_hangs_is_ended_with_what_it_started(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alarm, "_SECONDS", 1.0)
    note, program = practice.home / "note", practice.home / "alarm"
    program.write_text(f"#!/bin/sh\nsleep 600 &\necho $! > {note}\nwait\n")
    program.chmod(stat.S_IRWXU)
    served(practice, alarm_command=[str(program)])
    Alarms(practice.assembly().settings).sound(alarm.URGENT)
    wait(lambda: note.exists() and note.read_text().strip() != "")
    wait(lambda: is_over(int(note.read_text())))


def is_over(pid: int) -> bool:
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_the_desktop_shows_the_same_line(practice: Practice) -> None:
    """By the desktop's own program, found in the PATH."""
    shown, folder = practice.home / "shown", practice.home / "bin"
    folder.mkdir()
    (folder / "notify-send").write_text(f'#!/bin/sh\nprintf "%s|" "$@" >> {shown}\n')
    (folder / "notify-send").chmod(stat.S_IRWXU)
    shown.touch()
    practice.environment |= {"PATH": f"{folder}:{os.environ['PATH']}", "DISPLAY": ":0"}
    practice.receive(mail("I cannot go on. I want to kill myself tonight and I have the pills here."))
    with running(practice) as daemon:
        wait(lambda: shown.read_text().endswith("|"))
        ended(daemon)
    assert shown.read_text() == f"--app-name=inboxtriage|inboxtriage|{alarm.URGENT}|"


def test_a_maildir_whose_waiting_was_broken_off_says_so(practice: Practice) -> None:
    """G17: no false "nothing new", which would be asked for again without rest."""
    a: Assembly = practice.assembly()
    mailbox = a.mailbox(a.settings.accounts[0])
    mailbox.abort()
    with pytest.raises(InboxTriageError, match="broken off"):
        mailbox.wait("INBOX", 10)

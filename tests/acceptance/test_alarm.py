"""What the owner hears without asking: alarms, and what systemd is told. Real commands, a real datagram socket."""

import os
import socket
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from inboxtriage.service.daemon.alarm import desktop_command
from tests.peers.imap import ImapPeer, scripted
from tests.practice import Practice, mail
from tests.running import ended, running, served, wait

DANGER = "I cannot go on. I want to kill myself tonight and I have the pills here."


def alarmed(practice: Practice, script: str = "", **keys: object) -> Path:
    """The file to which the owner's own command writes each alarm."""
    heard, program = practice.home / "heard", practice.home / "alarm"
    program.write_text(
        f'#!/bin/sh\necho "$# $2 ${{PEER-no secret}} ${{NOTIFY_SOCKET-no socket}}" >> {heard}\n{script}\n'
    )
    program.chmod(stat.S_IRWXU)
    heard.touch()
    served(practice, alarm_command=[str(program), "first word"], **keys)
    return heard


def test_urgent_mail_sounds_an_alarm_without_a_word_of_it(practice: Practice) -> None:
    """The command gets its own words and one line of ours; one that hangs holds up nobody."""
    heard = alarmed(practice, "sleep 60", poll_seconds=3600)
    with running(practice) as daemon:
        practice.receive(mail(DANGER, sender="Canary <canary@example.org>", subject="Canary"))
        wait(lambda: "urgent" in heard.read_text())
        practice.receive(mail())
        wait(lambda: len(practice.queue()) == 2)
        log = ended(daemon, 10)
    assert heard.read_text() == "2 an urgent message waits: inboxtriage queue no secret no socket\n"
    assert "anary" not in log + heard.read_text()


def test_a_refused_sign_in_sounds_once(tmp_path: Path) -> None:
    """G17: one alarm an episode, and no second try within the first step."""
    with scripted(ImapPeer([], refuse_login=True)) as peer:
        practice = Practice.on_scripted(tmp_path, peer.port)
        heard = alarmed(practice, poll_seconds=1)
        with running(practice) as daemon:
            wait(lambda: "sign-in" in heard.read_text())
            time.sleep(5)
            log = ended(daemon)
        assert peer.seen.count("LOGIN") == 1
    assert heard.read_text().count("\n") == 1
    assert "no secret" in heard.read_text(), "the variables that hold passwords are not handed on"
    assert "outcome=failed" in log


def test_a_command_that_is_not_there_is_said(practice: Practice) -> None:
    served(practice, alarm_command=["/nowhere/alarm"])
    practice.receive(mail(DANGER))
    with running(practice) as daemon:
        wait(lambda: practice.queue() != [])
        time.sleep(0.5)
        assert "action=alarm outcome=failed program=/nowhere/alarm error=FileNotFoundError" in ended(daemon)


def test_silence_sounds_an_alarm(practice: Practice) -> None:
    """The last mail came longer ago than quiet_hours."""
    practice.receive(mail(), days_ago=3)
    heard = alarmed(practice, quiet_hours=48, poll_seconds=1)
    practice.ok("poll")
    practice.environment |= {"WATCHDOG_USEC": "400000"}  # the heart beats faster
    with running(practice) as daemon:
        wait(lambda: "no mail at all came for 48 hours" in heard.read_text())
        practice.receive(mail(sender="second@example.org"))
        wait(lambda: len(practice.queue()) == 2)
        time.sleep(1)
        ended(daemon)
    assert heard.read_text().count("\n") == 1


def test_a_notice_is_shown_only_where_there_is_a_desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "notify-send"
    program.touch(stat.S_IRWXU)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert desktop_command({}, "linux") is None
    assert desktop_command({"DISPLAY": ":0"}, "linux") == [str(program), "--app-name=inboxtriage", "inboxtriage"]
    program.unlink()
    assert desktop_command({"DISPLAY": ":0"}, "linux") is None
    mac = desktop_command({}, "darwin")
    assert mac is not None
    assert mac[0] == "osascript"


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    """The socket of a service manager, and its name in the environment."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        name = f"inboxtriage-test-{os.getpid()}" if request.param == "abstract" else str(tmp_path / "notify")
        listening.bind(f"\0{name}" if request.param == "abstract" else name)
        listening.settimeout(30)
        yield (f"@{name}" if request.param == "abstract" else name), listening


def test_systemd_is_told(manager: tuple[str, socket.socket], tmp_path: Path) -> None:
    """G57: ready, what it does, alive twice within the time it has, stopping."""
    name, listening = manager
    practice = Practice.in_folders(tmp_path / "home")
    practice.environment |= {"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "1000000"}
    with running(practice) as daemon:
        told: list[str] = []
        while sum("WATCHDOG=1" in one for one in told) < 3 or "STATUS=1 account(s): 1 listening" not in told:
            told.append(listening.recv(4096).decode())
        assert told[0].splitlines()[0] == "READY=1"
        ended(daemon)
        while "STOPPING=1" not in told:
            told.append(listening.recv(4096).decode())


def test_lines_of_the_journal_bear_no_time_of_their_own(practice: Practice) -> None:
    log = practice.home / "log"
    with log.open("w") as file:
        at = os.fstat(file.fileno())
        stream = {"JOURNAL_STREAM": f"{at.st_dev}:{at.st_ino}"}
        daemon = subprocess.Popen(practice.command("run"), env=practice.env() | stream, stderr=file)
        wait(lambda: "action=started" in log.read_text())
        daemon.terminate()
        assert daemon.wait(30) == 0
    assert log.read_text().startswith("INFO action=started")

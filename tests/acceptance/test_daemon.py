"""The daemon as a process: it polls, sends what is due, keeps others out, and ends when it is told to."""

import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from tests.peers.dovecot import PASSWORD, Dovecot
from tests.peers.imap import ImapPeer, scripted
from tests.peers.smtp import Misbehaviour, SmtpPeer
from tests.practice import ASKS_INSURANCE, Practice, mail
from tests.running import ended, often, running, wait


def with_a_draft_shown(dovecot: Dovecot, home: Path, smtp: SmtpPeer) -> Practice:
    """A practice on servers with one draft that may be approved."""
    box = dovecot.mailbox()
    box.deliver(mail(ASKS_INSURANCE))
    practice = often(Practice.on_servers(home, box, smtp))
    practice.ok("poll")
    practice.queue()
    return practice


def test_it_reads_sends_and_ends_cleanly(practice: Practice) -> None:
    practice.receive(mail(ASKS_INSURANCE))
    with running(often(practice)) as daemon:
        wait(lambda: len(practice.queue()) == 1)
        practice.receive(mail(ASKS_INSURANCE, sender="second@example.org"))
        wait(lambda: len(practice.queue()) == 2)
        practice.ok("approve", "m1")
        wait(lambda: len(practice.outgoing()) == 1)
        started = time.monotonic()
        daemon.send_signal(signal.SIGTERM)
        _, log = daemon.communicate(timeout=30)
        assert daemon.returncode == 0
        assert time.monotonic() - started < 10
    assert "action=stopped" in log
    assert "action=send sent=1" in log
    assert "jane@example.org" not in log
    assert [out["state"] for out in practice.ok("outbox", "--json").json] == ["sent"]


def test_one_at_a_time(practice: Practice, tmp_path: Path) -> None:
    """G26: a second one ends at once with one line, also by another path to the store; a killed one holds nothing."""
    with running(practice) as daemon:
        for words in (["run"], ["poll"]):
            started = time.monotonic()
            second = practice.run(*words)
            assert second.code == 1
            assert second.err.count("\n") == 1
            assert time.monotonic() - started < 5
        link = tmp_path / "link"
        link.symlink_to(practice.home / "store")
        other = practice.home / "other.toml"
        other.write_text(practice.config.read_text().replace('path = "store"', f'path = "{link}"'))
        assert Practice(practice.home, other).run("poll").code == 1
        daemon.send_signal(signal.SIGKILL)
        daemon.wait(10)
    with running(practice):
        pass


def test_one_for_a_mailbox_also_from_a_copied_store(practice: Practice) -> None:
    """G26: a second store, as after a restore, does not read the same mailbox; `poll` in it still may."""
    other = practice.home / "other.toml"
    other.write_text(practice.config.read_text().replace('path = "store"', 'path = "copy"'))
    copy = Practice(practice.home, other, practice.environment)
    with running(practice) as daemon:
        begun = time.monotonic()
        second = copy.run("run")
        assert (second.code, second.err.count("\n")) == (1, 1)
        assert "from another store" in second.err or "with another store" in second.err
        assert time.monotonic() - begun < 5
        daemon.send_signal(signal.SIGKILL)
        daemon.wait(10)
    with running(copy):
        pass


def test_without_a_place_for_locks_it_runs_all_the_same(practice: Practice) -> None:
    """G26: it says so."""
    practice.environment["XDG_STATE_HOME"] = "/dev/null"
    with running(practice) as daemon:
        assert "action=lock account=practice outcome=failed" in ended(daemon)


@pytest.mark.parametrize("after", [0.3, 0.6, 1.0])
def test_sigterm_while_it_starts(after: float, practice: Practice) -> None:
    """G57: before it listens to anything, also while it makes its store."""
    practice.receive(mail(ASKS_INSURANCE))
    daemon = practice.start("run")
    time.sleep(after)
    daemon.send_signal(signal.SIGTERM)
    daemon.communicate(timeout=40)
    assert daemon.returncode in {0, -signal.SIGTERM}, "the second only before Python had begun"
    assert practice.ok("poll", "--json").json["fetched"] + len(practice.queue()) >= 1


def test_send_works_beside_the_daemon(practice: Practice) -> None:
    practice.receive(mail(ASKS_INSURANCE))
    practice.ok("poll")
    practice.queue()
    with running(practice):
        practice.ok("approve", "m1", "--now")
    assert len(practice.outgoing()) == 1


@pytest.mark.parametrize("phase", ["connect", "rcpt", "data", "dot"])
def test_sigterm_in_the_middle_of_sending(phase: str, dovecot: Dovecot, tmp_path: Path) -> None:
    """G57: it ends within 30 s with exit 0; the end state is that of a kill at the same phase."""
    with SmtpPeer() as smtp:
        practice = with_a_draft_shown(dovecot, tmp_path, smtp)
        smtp.misbehave[phase] = Misbehaviour(silent=True, times=1)
        with running(practice) as daemon:
            practice.ok("approve", "m1")
            wait(lambda: smtp.connections > 0 and (phase == "connect" or bool(smtp.commands)))
            time.sleep(1)
            started = time.monotonic()
            daemon.send_signal(signal.SIGTERM)
            daemon.communicate(timeout=40)
            assert daemon.returncode == 0
            assert time.monotonic() - started < 30
        smtp.misbehave.clear()
        practice.run("send")
        practice.run("send")
        (out,) = practice.ok("outbox", "--json").json
        assert (out["state"], len(smtp.taken)) == (("unknown", 0) if phase == "dot" else ("sent", 1))


def test_a_mailbox_that_cannot_be_looked_at_rests_the_sender(dovecot: Dovecot, tmp_path: Path) -> None:
    """G17: no sign-in a second, which would lock the account."""
    with SmtpPeer() as smtp:
        practice = with_a_draft_shown(dovecot, tmp_path, smtp)
        practice.ok("approve", "m1")
        a = practice.assembly()
        with a.db.writing():
            a.db.run("UPDATE pass SET succeeded_at = '2020-01-01T00:00:00.000000+00:00'")
        a.close()
        practice.environment["TEST_IMAP_PASSWORD"] = "wrong"
        with running(practice) as daemon:
            wait(lambda: practice.ok("status", "--json").json["accounts"][0]["sender_paused"])
            time.sleep(5)
            daemon.send_signal(signal.SIGTERM)
            _, log = daemon.communicate(timeout=30)
        assert log.count("cannot be looked at first") <= 2
        assert smtp.taken == []
        practice.environment["TEST_IMAP_PASSWORD"] = PASSWORD
        practice.ok("send")
        assert len(smtp.taken) == 1, "`send` does not wait for the rest to end"


def test_the_end_is_not_held_up_by_a_server_that_says_nothing(tmp_path: Path) -> None:
    """G57: 30 seconds, also while signing in."""
    with scripted(ImapPeer([], "mute")) as peer:
        practice = Practice.on_scripted(tmp_path, peer.port)
        daemon = practice.start("run")
        wait(lambda: peer.connections > 0)
        begun = time.monotonic()
        daemon.send_signal(signal.SIGTERM)
        daemon.communicate(timeout=60)
        assert time.monotonic() - begun < 30


@pytest.mark.parametrize("at", ["CAPABILITY", "LOGIN", "EXAMINE", "SEARCH", "FETCH", "IDLE"])
def test_sigterm_at_every_step_of_reading(at: str, tmp_path: Path) -> None:
    """G57: a server that falls silent there does not hold up the end."""
    with scripted(ImapPeer([mail()], idle="works", mute_at=at)) as peer:
        practice = Practice.on_scripted(tmp_path, peer.port)
        with running(practice) as daemon:
            wait(lambda: at in peer.seen)
            ended(daemon)
        peer.mute_at = ""
        assert practice.ok("poll", "--json").json["fetched"] == (0 if at == "IDLE" else 1), "nothing is lost"


def test_sigterm_while_it_listens(tmp_path: Path) -> None:
    """G57."""
    with scripted(ImapPeer([], idle="works")) as peer:
        practice = Practice.on_scripted(tmp_path, peer.port)
        with running(practice) as daemon:
            wait(lambda: "IDLE" in peer.seen)
            ended(daemon, 10)


def test_sigterm_in_the_handshake(tmp_path: Path) -> None:
    """G57: a port that takes the connection and never speaks, not even TLS."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        practice = Practice.on_scripted(tmp_path, silent.getsockname()[1])
        practice.config.write_text(practice.config.read_text().replace('security = "none"', 'security = "tls"'))
        with running(practice) as daemon:
            met, _ = silent.accept()
            with met:
                ended(daemon)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_it_ends_cleanly_when_its_terminal_says_so(number: signal.Signals, practice: Practice) -> None:
    """G57: Ctrl-C, and a terminal that is closed; twice, as people do."""
    with running(practice) as daemon:
        for _ in range(2):
            daemon.send_signal(number)
        _, log = daemon.communicate(timeout=30)
        assert daemon.returncode == 0
    assert "action=stopped" in log


def test_under_nohup_a_closed_terminal_is_nothing_to_it(practice: Practice) -> None:
    """G57: what was started to outlive its terminal does."""
    daemon = subprocess.Popen(
        ["nohup", *practice.command("run")], env=practice.env(), stderr=subprocess.PIPE, text=True
    )
    wait(lambda: "The daemon is running" in practice.run("status").out)
    daemon.send_signal(signal.SIGHUP)
    time.sleep(2)
    assert daemon.poll() is None
    ended(daemon)


def test_a_server_that_is_down_is_waited_for(dovecot: Dovecot, tmp_path: Path) -> None:
    box = dovecot.mailbox()
    box.deliver(mail(ASKS_INSURANCE))
    with SmtpPeer() as smtp:
        practice = often(Practice.on_servers(tmp_path, box, smtp))
        good = practice.config.read_text()
        practice.config.write_text(good.replace(f"port = {dovecot.tls_port}", "port = 1"))
        with running(practice) as daemon:
            wait(lambda: "refused" in practice.run("status").out)
            assert practice.run("status", "--json").json["accounts"][0]["error"]
            daemon.send_signal(signal.SIGTERM)
            _, log = daemon.communicate(timeout=30)
        assert log.count("outcome=failed") <= 3, "no hot loop"
        assert "Traceback" not in log
        practice.config.write_text(good)
        assert practice.ok("poll", "--json").json["fetched"] == 1, "nothing is lost"

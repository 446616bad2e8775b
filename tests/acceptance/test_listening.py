"""The daemon listens (IDLE), notices when nobody is there any more, and never hammers at a server that fails."""

import threading
import time
from pathlib import Path

import pytest

from inboxtriage.errors import Unreachable
from inboxtriage.service.daemon.back_off import NETWORK, SPREAD
from tests.peers.dovecot import Dovecot
from tests.peers.imap import Always, Idle, ImapPeer, scripted
from tests.peers.smtp import SmtpPeer
from tests.practice import Practice, mail
from tests.running import ended, running, served, wait, worker


def known(practice: Practice) -> int:
    count: int = practice.ok("status", "--json").json["messages"]
    return count


def test_news_are_read_at_once_from_a_real_server(dovecot: Dovecot, tmp_path: Path) -> None:
    """G18: listening, not polling; and one connection for it all."""
    box = dovecot.mailbox()
    with SmtpPeer() as smtp:
        practice = served(Practice.on_servers(tmp_path, box, smtp), poll_seconds=3600)
        with running(practice) as daemon:
            wait(lambda: worker(practice)["doing"] == "listening")
            for expected in (1, 2):
                box.deliver(mail())
                wait(lambda: known(practice) == expected)  # noqa: B023
            log = ended(daemon)
    assert log.count("action=watch") == 1, "it says once that it listens"


@pytest.mark.parametrize("idle", ["works", "slow_line", "chatter", "early", "refused", None])
def test_news_are_read_whatever_way_the_server_tells_of_them(idle: Idle | None, tmp_path: Path) -> None:
    """G18: also with no IDLE, with one that is refused, with news before the "+", with chatter, with a line in two halves."""
    with scripted(ImapPeer([mail()], idle=idle)) as peer:
        practice = served(
            Practice.on_scripted(tmp_path, peer.port), poll_seconds=3 if idle in {"refused", None} else 3600
        )
        with running(practice) as daemon:
            wait(lambda: known(practice) == 1)
            doing = "polling" if idle in {"refused", None} else "listening"
            wait(lambda: worker(practice)["doing"] == doing)
            peer.mails.append(mail())
            wait(lambda: known(practice) == 2)
            ended(daemon)


@pytest.mark.parametrize("idle", ["eof", "bye", "garbage"])
def test_a_listening_that_breaks_is_begun_again(idle: Idle, tmp_path: Path) -> None:
    """G17, G18: what came meanwhile is read after one step of the back-off."""
    with scripted(ImapPeer([mail()], idle=idle)) as peer:
        practice = served(Practice.on_scripted(tmp_path, peer.port), poll_seconds=3600)
        with running(practice) as daemon:
            wait(lambda: peer.seen.count("IDLE") == 1)
            peer.mails.append(mail())
            wait(lambda: known(practice) == 2)
            assert peer.connections == 2
            log = ended(daemon)
    assert log.count("outcome=failed") == 1


@pytest.mark.parametrize("always", ["no", "bad", "bye", "eof", "garbage"])
def test_a_server_that_fails_is_not_hammered_and_heals(always: Always, tmp_path: Path) -> None:
    """G17: connections stay within the back-off; after the peer heals one step of it is the most that is waited."""
    with scripted(ImapPeer([mail()], idle="works")) as peer:
        practice = Practice.on_scripted(tmp_path, peer.port)
        with running(practice) as daemon:
            wait(lambda: worker(practice)["doing"] == "listening")
            peer.always = always
            peer.mails.append(mail())  # the DONE that follows is not refused, the pass is
            begun, before = time.monotonic(), peer.connections
            wait(lambda: worker(practice)["doing"] == "resting")
            time.sleep(8)
            took, made = time.monotonic() - begun, peer.connections - before
            allowed, waited, step = 1, 0.0, 1
            while (waited := waited + NETWORK.after(step, 0.0)) < took:
                allowed, step = allowed + 1, step + 1
            assert made <= allowed, (made, took)
            resting = worker(practice)
            assert resting["until"]
            assert resting["why"]
            peer.always = None
            wait(lambda: known(practice) == 2, NETWORK.first * 2**made * (1 + SPREAD) + 30)
            wait(lambda: worker(practice)["doing"] == "listening")
            ended(daemon)


def test_news_that_are_none_do_not_drive_it_round(tmp_path: Path) -> None:
    """G17: a server that tells of news all the time, and has none, is asked less and less often."""
    with scripted(ImapPeer([mail()], idle="flood")) as peer:
        practice = served(Practice.on_scripted(tmp_path, peer.port), poll_seconds=3600)
        with running(practice) as daemon:
            wait(lambda: peer.seen.count("IDLE") >= 2)
            before = peer.seen.count("IDLE")
            time.sleep(8)
            assert peer.seen.count("IDLE") - before <= 4
            ended(daemon)
    assert peer.connections == 1


def test_listening_is_renewed(tmp_path: Path) -> None:
    """G18: every idle_seconds the server must answer."""
    with scripted(ImapPeer([], idle="works")) as peer:
        practice = served(Practice.on_scripted(tmp_path, peer.port), poll_seconds=3600, idle_seconds=1)
        with running(practice) as daemon:
            wait(lambda: peer.seen.count("IDLE") >= 4)
            ended(daemon)
    assert peer.connections == 1


@pytest.mark.parametrize("idle", ["half_line", "endless"])
def test_a_listening_that_comes_to_no_end_is_broken_off(
    idle: Idle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G18: half a line and no more; an end that is asked for and talked over."""
    monkeypatch.setattr("inboxtriage.mailbox.imap.idle._ANSWER_SECONDS", 1.0)
    with scripted(ImapPeer([mail()], idle=idle)) as peer:
        practice = Practice.on_scripted(tmp_path, peer.port)
        a = practice.assembly()
        mailbox = a.mailbox(a.settings.accounts[0])
        mailbox.listing("INBOX", above=None, since=None)
        threading.Timer(0.5, peer.mails.append, [mail()]).start()
        begun = time.monotonic()
        with pytest.raises(Unreachable):
            mailbox.wait("INBOX", 60)
        assert time.monotonic() - begun < 20
        mailbox.abort()
        mailbox.close()

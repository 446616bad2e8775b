"""One approved mail over hours and days: how often it is tried, with which bytes, and when that ends."""

import asyncio
import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from inboxtriage.clock import SystemClock
from inboxtriage.config.load import load
from inboxtriage.config.settings import Server
from inboxtriage.outbox import smtp as smtp_door
from inboxtriage.outbox.outgoing import Outgoing
from inboxtriage.outbox.settle import QUEUE_LIFE, Outcome
from inboxtriage.outbox.smtp import FINAL_TIMEOUT, SmtpTransport
from inboxtriage.outbox.transport import Parcel
from inboxtriage.service import outbox
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.sending import SendReport, send
from tests.peers.dovecot import Dovecot
from tests.peers.smtp import Misbehaviour, SmtpPeer
from tests.practice import ASKS_INSURANCE, Practice, mail

GREYLISTED = "451 4.7.1 greylisted, come back later"


class Days:
    """One approved mail, and a clock that is moved by hand; each `restart` is a program begun anew."""

    def __init__(self, dovecot: Dovecot, home: Path, smtp: SmtpPeer) -> None:
        box = dovecot.mailbox()
        box.deliver(mail(ASKS_INSURANCE, Cc="partner@example.org, friend@example.net"))
        self.practice = Practice.on_servers(home, box, smtp)
        self.practice.ok("poll")
        self.practice.queue()
        self.practice.ok("approve", "m1")
        self.ahead = timedelta()
        self.practice.assembly().close()  # sets the environment
        self.a = Assembly(load(self.practice.config), self)

    def now(self) -> datetime:
        """See Clock."""
        return SystemClock().now() + self.ahead

    def restart(self) -> None:
        self.a.close()
        self.a = Assembly(load(self.practice.config), self)

    def send(self) -> SendReport:
        return send(self.a)

    @property
    def mail(self) -> Outgoing:
        (found,) = outbox.everything(self.a)
        return found

    def wait_until_due(self) -> timedelta:
        """Move the clock to the next attempt; how long that was."""
        gap = self.mail.not_before - self.now()
        self.ahead += max(gap, timedelta()) + timedelta(seconds=1)
        return gap


def test_greylisting_is_waited_out_with_growing_gaps(dovecot: Dovecot, tmp_path: Path) -> None:
    """G6: three times 451 at RCPT, then one delivery; one connection an attempt."""
    with SmtpPeer(misbehave={"rcpt": Misbehaviour(answer=GREYLISTED, times=3)}) as smtp:
        days = Days(dovecot, tmp_path, smtp)
        gaps = []
        for _ in range(3):
            assert days.send().deferred == 1
            assert days.send().deferred == 0, "not before its moment"
            gaps.append(days.wait_until_due())
        assert gaps == sorted(gaps)
        assert gaps[2] > 2 * gaps[0]
        assert days.send().sent == 1
        assert (len(smtp.taken), smtp.connections) == (1, 4)


def test_what_is_put_off_for_ever_is_given_up_visibly(dovecot: Dovecot, tmp_path: Path) -> None:
    """G6: `failed` after the queue's life, with the server's words; the inquiry waits for a person again."""
    with SmtpPeer(misbehave={"rcpt": Misbehaviour(answer=GREYLISTED)}) as smtp:
        days = Days(dovecot, tmp_path, smtp)
        begun, tries = days.now(), 0
        while days.send().failed == 0:
            tries += 1
            days.wait_until_due()
            assert tries < 50, "gaps grow"
        assert QUEUE_LIFE <= days.now() - begun < QUEUE_LIFE + timedelta(hours=5)
        assert smtp.connections == tries + 1
        assert "greylisted" in (days.mail.last_reply or "")
        assert days.mail.state == "failed"
        (out,) = days.practice.ok("outbox", "--json").json
        assert out["last_reply"] == GREYLISTED
        assert [item["state"] for item in days.practice.queue()] == ["waiting"]
        days.ahead += timedelta(days=10)
        days.send()
        assert smtp.connections == tries + 1, "failed is final"
        assert smtp.taken == []


@pytest.mark.parametrize("answer", ["421 4.3.2 shutting down", "451 4.3.0 try again"])
def test_every_attempt_hands_over_the_same_bytes(answer: str, dovecot: Dovecot, tmp_path: Path) -> None:
    """G4: Message-ID, Date and body of the second attempt are those of the first, also from another process."""
    with SmtpPeer(misbehave={"dot": Misbehaviour(answer=answer, times=1)}) as smtp:
        days = Days(dovecot, tmp_path, smtp)
        assert days.send().deferred == 1
        days.wait_until_due()
        days.practice.config.write_text(days.practice.config.read_text().replace("$160", "$999"))
        days.restart()
        assert days.send().sent == 1
        first, second = smtp.bodies
        assert first == second == smtp.taken[0].data


def test_unknown_stays_unknown_over_two_days_and_five_restarts(dovecot: Dovecot, tmp_path: Path) -> None:
    """G2: the server took the whole mail and said nothing; 48 h later there was no other DATA."""
    with SmtpPeer(misbehave={"dot": Misbehaviour(drop=True, times=1)}) as smtp:
        days = Days(dovecot, tmp_path, smtp)
        assert days.send().unknown == 1
        for _ in range(5):
            days.ahead += timedelta(hours=10)
            days.restart()
            days.send()
        assert days.mail.state == "unknown"
        assert smtp.bodies_begun == 1
        assert sum(command == "DATA" for command in smtp.commands) == 1
        assert days.practice.run("check").code == 1


def test_one_recipient_and_it_is_the_approved_one(dovecot: Dovecot, tmp_path: Path) -> None:
    """G8: one RCPT a mail, whoever else stood in the inquiry; no Cc and no Bcc on the wire."""
    with SmtpPeer() as smtp:
        days = Days(dovecot, tmp_path, smtp)
        assert days.send().sent == 1
        asked = [command for command in smtp.commands if command.upper().startswith("RCPT")]
        assert asked == ["RCPT TO:<jane@example.org>"]
        head = smtp.taken[0].data.partition(b"\r\n\r\n")[0].lower()
        assert b"\r\nbcc:" not in head
        assert b"\r\ncc:" not in head
        assert b"partner@" not in smtp.taken[0].data


class TestAfterTheDot:
    """G5: at least ten minutes for the last answer (RFC 5321 section 4.5.3.2.6); the library would wait for one."""

    def test_the_last_answer_has_a_time_of_its_own(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What holds for every other answer does not hold for this one."""
        assert FINAL_TIMEOUT >= 600
        monkeypatch.setattr(smtp_door, "_TIMEOUT", 1.0)
        with SmtpPeer(offer_auth=False, misbehave={"dot": Misbehaviour(delay=4)}) as peer:
            transport = SmtpTransport(Server("localhost", "me", peer.port, "none"), lambda: "")
            parcel = Parcel("a@example.org", "b@example.org", "<1@x>", b"Subject: x\r\n\r\nx\r\n")

            async def hand_over() -> Outcome:
                try:
                    return await transport.deliver(parcel, lambda: None)
                finally:
                    await transport.close()

            outcome = asyncio.run(hand_over())
            assert (outcome.phase, outcome.code) == ("body", 250)

    @pytest.mark.skipif(shutil.which("faketime") is None, reason="libfaketime is not installed: no answer after 9 min")
    @pytest.mark.parametrize(("minutes", "state"), [(9, "sent"), (15, "unknown")])
    def test_nine_minutes_are_waited_and_not_for_ever(
        self, minutes: float, state: str, dovecot: Dovecot, tmp_path: Path
    ) -> None:
        """The clock of the program runs sixty times as fast; the server answers late by that clock."""
        speed = 60
        with SmtpPeer(misbehave={"dot": Misbehaviour(delay=minutes * 60 / speed, times=1)}) as smtp:
            days = Days(dovecot, tmp_path, smtp)
            words = ["faketime", "-f", f"+0 x{speed}", *days.practice.command("send", "--json")]
            done = subprocess.run(words, env=days.practice.env(), capture_output=True, text=True, check=False)
            assert days.mail.state == state, done
            assert smtp.bodies_begun == 1

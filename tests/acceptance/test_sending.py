"""What servers answer, and what becomes of the mail: one outcome for each named misbehaviour."""

import hashlib
from pathlib import Path

import pytest

from tests.peers import tls
from tests.peers.dovecot import Dovecot
from tests.peers.smtp import Misbehaviour, SmtpPeer
from tests.practice import ASKS_INSURANCE, Done, Practice, mail


class Sending:
    """One approved mail at a peer that misbehaves."""

    def __init__(
        self, dovecot: Dovecot, tmp_path: Path, smtp: SmtpPeer, *, security: str = "none", mails: int = 1
    ) -> None:
        self.box = dovecot.mailbox()
        self.box.deliver(*[mail(ASKS_INSURANCE, sender=f"p{n}@example.org") for n in range(mails)])
        self.practice = Practice.on_servers(tmp_path, self.box, smtp, smtp_security=security)
        self.practice.ok("poll")
        self.items = [item["id"] for item in self.practice.queue()]

    def approve_now(self) -> Done:
        return self.practice.run("approve", *self.items, "--now")

    def states(self) -> list[str]:
        return [out["state"] for out in self.practice.ok("outbox", "--json").json]


@pytest.mark.parametrize("phase", ["mail", "rcpt", "data", "dot"])
def test_4xx_is_put_off_and_tried_again_with_the_same_bytes(phase: str, dovecot: Dovecot, tmp_path: Path) -> None:
    """G4, G6: deferred, not failed; the later attempt is byte for byte the approved one."""
    with SmtpPeer(misbehave={phase: Misbehaviour(answer="451 4.7.1 greylisted", times=1)}) as smtp:
        sending = Sending(dovecot, tmp_path, smtp)
        done = sending.approve_now()
        assert done.code == 1
        assert "greylisted" in done.err
        assert sending.states() == ["deferred"]
        (out,) = sending.practice.ok("outbox", "--json").json
        assert "451" in out["last_reply"]
        assert sending.practice.ok("send", "--json").json["sent"] == 0, "its moment has not come"
        a = sending.practice.assembly()
        with a.db.writing():
            a.db.run("UPDATE outgoing SET not_before = approved_at")
        a.close()
        assert sending.practice.ok("send", "--json").json["sent"] == 1
        (taken,) = smtp.taken
        assert hashlib.sha256(taken.data).hexdigest() == out["wire_sha256"]


@pytest.mark.parametrize("phase", ["mail", "rcpt", "data", "dot"])
def test_5xx_is_final_for_that_mail(phase: str, dovecot: Dovecot, tmp_path: Path) -> None:
    """G7: failed, never retried, and the inquiry is not answered."""
    with SmtpPeer(misbehave={phase: Misbehaviour(answer="550 5.1.1 no such user")}) as smtp:
        sending = Sending(dovecot, tmp_path, smtp)
        assert sending.approve_now().code == 1
        assert sending.states() == ["failed"]
        before = len(smtp.commands)
        nothing = {
            "sent": 0,
            "deferred": 0,
            "failed": 0,
            "unknown": 0,
            "recalled": 0,
            "acknowledged": 0,
            "problems": [],
        }
        assert sending.practice.ok("send", "--json").json == nothing
        assert len(smtp.commands) == before
        (item,) = sending.practice.queue()
        assert item["state"] == "waiting"
        smtp.misbehave.clear()
        assert sending.approve_now().code == 0, "a person may approve it again"
        assert sending.states() == ["failed", "sent"]


def test_a_wrong_password_pauses_the_sender_and_fails_no_mail(dovecot: Dovecot, tmp_path: Path) -> None:
    """G7: 535 with five approved mails: five still approved, one connection's worth of trying."""
    with SmtpPeer() as smtp:
        sending = Sending(dovecot, tmp_path, smtp, mails=5)
        sending.practice.environment["TEST_SMTP_PASSWORD"] = "canary-of-a-secret"
        done = sending.approve_now()
        assert done.code == 1
        assert sending.states() == ["queued"] * 5
        assert "535" in done.err
        assert "canary" not in done.err + done.out
        assert sum(command.startswith("AUTH") for command in smtp.commands) <= 3, "one sign-in, by the offered ways"
        assert sending.practice.run("check").code == 1
        sending.practice.environment["TEST_SMTP_PASSWORD"] = smtp.password
        assert sending.practice.ok("send", "--json").json["sent"] == 5, "`send` tries at once"
        assert sending.practice.ok("check").code == 0


def test_a_server_that_is_not_there_loses_nothing(dovecot: Dovecot, tmp_path: Path) -> None:
    with SmtpPeer() as smtp:
        sending = Sending(dovecot, tmp_path, smtp)
    done = sending.approve_now()
    assert done.code == 1
    assert done.err.count("\n") == 1
    assert "inboxtriage send" in done.err
    assert sending.states() == ["queued"]
    with SmtpPeer(port=smtp.port):
        assert sending.practice.ok("send", "--json").json["sent"] == 1


def test_a_421_greeting_is_waited_out(dovecot: Dovecot, tmp_path: Path) -> None:
    with SmtpPeer(misbehave={"connect": Misbehaviour(answer="421 too busy", times=1)}) as smtp:
        sending = Sending(dovecot, tmp_path, smtp)
        assert sending.approve_now().code == 1
        assert sending.states() == ["queued"]
        assert sending.practice.ok("send", "--json").json["sent"] == 1


def test_a_missing_password_is_said_and_pauses(dovecot: Dovecot, tmp_path: Path) -> None:
    with SmtpPeer() as smtp:
        sending = Sending(dovecot, tmp_path, smtp)
        del sending.practice.environment["TEST_SMTP_PASSWORD"]
        done = sending.approve_now()
        assert done.code == 1
        assert "TEST_SMTP_PASSWORD" in done.err
        assert sending.states() == ["queued"]
        assert not any(command.startswith("MAIL") for command in smtp.commands)


class TestTls:
    """G48, G49: TLS is required where configured; nothing secret leaves without it."""

    def refused(self, dovecot: Dovecot, tmp_path: Path, smtp: SmtpPeer, security: str) -> Done:
        sending = Sending(dovecot, tmp_path, smtp, security=security)
        done = sending.approve_now()
        assert done.code == 1
        assert sending.states() == ["queued"]
        assert not any(c.upper().startswith(("AUTH", "MAIL")) for c in smtp.commands)
        return done

    def test_starttls_that_is_not_offered(self, dovecot: Dovecot, tmp_path: Path) -> None:
        with SmtpPeer(tls=dovecot.certificate, offer_starttls=False) as smtp:
            self.refused(dovecot, tmp_path, smtp, "starttls")

    def test_starttls_with_a_certificate_of_another_host(self, dovecot: Dovecot, tmp_path: Path) -> None:
        wrong = tls.make(tmp_path / "wrong", host="other.example")
        mixed = tls.Certificate(wrong.certificate, wrong.key, dovecot.certificate.authority)
        with SmtpPeer(tls=mixed) as smtp:
            assert "cannot be secured" in self.refused(dovecot, tmp_path, smtp, "starttls").err

    def test_tls_with_an_unknown_authority(self, dovecot: Dovecot, tmp_path: Path) -> None:
        with SmtpPeer(tls=tls.make(tmp_path / "other"), implicit_tls=True) as smtp:
            assert "cannot be secured" in self.refused(dovecot, tmp_path, smtp, "tls").err

    def test_tls_with_an_expired_certificate(self, dovecot: Dovecot, tmp_path: Path) -> None:
        with SmtpPeer(tls=tls.make(tmp_path / "old", expired=True), implicit_tls=True) as smtp:
            self.refused(dovecot, tmp_path, smtp, "tls")

    def test_a_broken_authority_file_fails_no_mail(self, dovecot: Dovecot, tmp_path: Path) -> None:
        with SmtpPeer(tls=dovecot.certificate, implicit_tls=True) as smtp:
            sending = Sending(dovecot, tmp_path, smtp, security="tls")
            broken = tmp_path / "broken.pem"
            broken.write_text("no certificate")
            text = sending.practice.config.read_text()
            good = str(dovecot.certificate.authority)
            before, _, after = text.rpartition(good)  # the sending server's
            sending.practice.config.write_text(before + str(broken) + after)
            done = sending.approve_now()
            assert done.code == 1
            assert "ca_file" in done.err
            assert sending.states() == ["queued"]

    def test_implicit_tls_works(self, dovecot: Dovecot, tmp_path: Path) -> None:
        with SmtpPeer(tls=dovecot.certificate, implicit_tls=True) as smtp:
            sending = Sending(dovecot, tmp_path, smtp, security="tls")
            assert sending.approve_now().code == 0
            assert len(smtp.taken) == 1

    def test_imap_with_an_unknown_authority(self, dovecot: Dovecot, tmp_path: Path) -> None:
        box = dovecot.mailbox()
        with SmtpPeer() as smtp:
            practice = Practice.on_servers(tmp_path, box, smtp)
        other = tls.make(tmp_path / "other").authority
        practice.config.write_text(practice.config.read_text().replace(str(dovecot.certificate.authority), str(other)))
        done = practice.run("poll")
        assert done.code == 1
        assert "certificate cannot be trusted" in done.err
        assert "ca_file" in done.err


def test_lines_that_begin_with_a_dot_arrive_whole(dovecot: Dovecot, tmp_path: Path) -> None:
    with SmtpPeer() as smtp:
        sending = Sending(dovecot, tmp_path, smtp)
        sending.practice.ok("edit", sending.items[0], "--body", "-", stdin=".one dot\n..two dots\n.\nlast ñ")
        sending.practice.queue()
        assert sending.approve_now().code == 0
        (out,) = sending.practice.ok("outbox", "--json").json
        assert hashlib.sha256(smtp.taken[0].data).hexdigest() == out["wire_sha256"]
        assert b"\r\n.\r\nlast =C3=B1" in smtp.taken[0].data


def test_twenty_approvals_at_once_send_one(dovecot: Dovecot, tmp_path: Path) -> None:
    """G11: double approval, double command line: one DATA; the losers say why."""
    with SmtpPeer() as smtp:
        sending = Sending(dovecot, tmp_path, smtp)
        running = [sending.practice.start("approve", sending.items[0], "--now") for _ in range(20)]
        ends = [process.communicate(timeout=120) for process in running]
        codes = [process.returncode for process in running]
        assert codes.count(0) == 1, ends
        assert len(smtp.taken) == 1
        assert all("already approved" in err or "settled" in err or "busy" in err for _, err in ends if err), ends

"""SIGKILL of the sender at every phase of SMTP: at most once everywhere, exactly once up to RCPT (G1)."""

from pathlib import Path
from subprocess import Popen

import pytest

from tests.peers.dovecot import Dovecot
from tests.peers.smtp import Misbehaviour, SmtpPeer
from tests.practice import ASKS_INSURANCE, Practice, mail

BEFORE_THE_BODY = ("connect", "hello", "auth", "mail", "rcpt", "data")
AFTER = ("body", "dot", "answered")


@pytest.mark.parametrize("phase", [*BEFORE_THE_BODY, *AFTER])
def test_sigkill_at(phase: str, dovecot: Dovecot, tmp_path: Path) -> None:
    box = dovecot.mailbox()
    box.deliver(mail(ASKS_INSURANCE))
    with SmtpPeer() as smtp:
        practice = Practice.on_servers(tmp_path, box, smtp)
        practice.ok("poll")
        (item,) = practice.queue()
        practice.ok("approve", item["id"])
        running: list[Popen[str]] = []
        smtp.misbehave[phase] = Misbehaviour(kill=True, times=1)
        smtp.victim = lambda: running[0].pid
        running.append(practice.start("send", "--json"))
        running[0].communicate(timeout=60)
        assert running[0].returncode == -9, "the peer really killed it"

        for _ in range(2):
            practice.run("send", "--json")
        (state,) = [out["state"] for out in practice.ok("outbox", "--json").json]
        assert len(smtp.taken) <= 1
        assert all(taken.recipients == ["jane@example.org"] for taken in smtp.taken)
        if phase in BEFORE_THE_BODY:
            assert (state, len(smtp.taken)) == ("sent", 1)
        else:
            assert state == "unknown"
            assert smtp.bodies_begun == 1, "what may have been taken is never sent again"
            check = practice.run("check")
            assert check.code == 1
            assert "unknown" in check.out
    assert practice.assembly().db.integrity() == "ok"


@pytest.mark.parametrize("phase", ["dot", "body"])
def test_a_drop_after_the_body_began_is_unknown_for_ever(phase: str, dovecot: Dovecot, tmp_path: Path) -> None:
    """G2: no reply code after the body began is `unknown`; only a person or proof moves it on."""
    box = dovecot.mailbox()
    box.deliver(mail(ASKS_INSURANCE))
    with SmtpPeer(misbehave={phase: Misbehaviour(drop=True)}) as smtp:
        practice = Practice.on_servers(tmp_path, box, smtp)
        practice.ok("poll")
        (item,) = practice.queue()
        assert practice.run("approve", item["id"], "--now").code == 1
        for _ in range(3):
            practice.run("send")
        (mail_,) = practice.ok("outbox", "--json").json
        assert mail_["state"] == "unknown"
        assert smtp.bodies_begun == 1
        assert "unknown" in practice.run("status").out

        undecided = practice.run("resolve", mail_["id"])
        assert undecided.code == 1
        assert "--sent" in undecided.err
        assert "--resend" in undecided.err
        assert practice.ok("outbox", "--json").json[0]["state"] == "unknown"

        smtp.misbehave.clear()
        practice.ok("resolve", mail_["id"], "--resend")
        practice.ok("send")
        assert len(smtp.taken) == 1
    assert practice.ok("outbox", "--json").json[0]["state"] == "sent"


@pytest.mark.parametrize("proof", ["ours", "rewritten"])
def test_an_unknown_send_is_settled_by_proof_from_sent(proof: str, dovecot: Dovecot, tmp_path: Path) -> None:
    """G3: our Message-ID in Sent, or an answer to theirs under an id that the provider gave."""
    box = dovecot.mailbox()
    box.deliver(mail(ASKS_INSURANCE, message_id="<theirs@example.org>"))
    with SmtpPeer(misbehave={"dot": Misbehaviour(drop=True)}) as smtp:
        practice = Practice.on_servers(tmp_path, box, smtp)
        practice.ok("poll")
        (item,) = practice.queue()
        practice.run("approve", item["id"], "--now")
        (out,) = practice.ok("outbox", "--json").json
        ours = out["message_id"] if proof == "ours" else "<rewritten@provider.example>"
        box.deliver(
            mail("copy", sender="hello@harbor.example", message_id=ours, In_Reply_To="<theirs@example.org>"),
            folder="Sent",
        )
        practice.ok("resolve", out["id"])
        assert practice.ok("outbox", "--json").json[0]["state"] == "sent"
        practice.run("send")
        assert smtp.bodies_begun == 1
        practice.ok("poll")
    assert len(box.messages("Sent")) == 1, "what is in Sent already gets no second copy"

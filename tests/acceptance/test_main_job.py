"""The main job, end to end, against a real Dovecot and an SMTP peer, through the command line alone."""

import time
from email import message_from_bytes, policy
from pathlib import Path

from inboxtriage import shipped
from tests.peers.dovecot import Dovecot
from tests.peers.proxy import delaying
from tests.peers.smtp import SmtpPeer
from tests.practice import ASKS_INSURANCE, ASKS_ROOM, Practice, mail, plain_text

COUNTS = ("reply", "urgent", "read", "ignore", "quarantine")


def backlog() -> list[bytes]:
    """The demo's sixty messages; IMAP servers refuse an empty one, so its place is taken by junk."""
    files = sorted((shipped.folder("demo") / "backlog").glob("*.eml"))
    return [
        f.read_bytes() if f.read_bytes().strip() else b"Content-Type: text/plain\n" + b"X: 1\n" * 1200 + b"\nx"
        for f in files
    ]


def test_sixty_mails_over_imaps(dovecot: Dovecot, tmp_path: Path) -> None:
    box = dovecot.mailbox()
    box.deliver(*backlog())
    flags = box.flags()
    with SmtpPeer() as smtp:
        practice = Practice.on_servers(tmp_path, box, smtp)
        found = practice.ok("poll", "--json").json
        assert found["fetched"] == 60
        assert sum(found[name] for name in COUNTS) == 60
        assert found["accounts"] == [{"name": "practice", "error": None}]
        assert box.flags() == flags, "a look must not change a flag"

        again = practice.ok("poll", "--json").json
        assert again["fetched"] == 0
        assert again["duplicates"] == 0

        queue = practice.queue()
        assert {item["id"] for item in practice.ok("queue", "--all", "--json").json} >= {item["id"] for item in queue}
        assert len(practice.ok("queue", "--all", "--json").json) == 60
        chosen = [i for i in queue if i["disposition"] == "reply" and i["draft"] and not i["draft"]["blocked"]][:3]
        assert len(chosen) == 3
        assert smtp.connections == 0, "no approval, no SMTP connection (G9)"

        for item in chosen:
            practice.ok("approve", item["id"], "--now")
        assert len(smtp.taken) == 3
        for item, taken in zip(chosen, smtp.taken, strict=True):
            reply = message_from_bytes(taken.data, policy=policy.default)
            assert taken.recipients == [item["draft"]["to"]]
            assert taken.sender == "hello@harbor.example"
            assert reply["Subject"] == item["draft"]["subject"]
            original = practice.ok("show", item["id"], "--json").json
            if reply["In-Reply-To"]:
                assert reply["In-Reply-To"] == original["message_id"]
                assert original["message_id"] in reply["References"]
            assert original["lead"]["stage"] == "inquire"
            assert "reply sent" in [event["kind"] for event in original["events"]]

        for item in chosen:
            assert practice.run("approve", item["id"], "--now").code == 1
        assert len(smtp.taken) == 3
        assert [mail["state"] for mail in practice.ok("outbox", "--json").json] == ["sent"] * 3

    assert len(box.messages("Sent")) == 3, "a copy of each is in Sent"
    answered = [uid for uid, marks in box.flags().items() if b"\\Answered" in marks]
    assert len(answered) == 3
    assert practice.ok("audit", "verify", "--json").json["ok"]


def test_the_reply_is_threaded_and_plain(dovecot: Dovecot, tmp_path: Path) -> None:
    box = dovecot.mailbox()
    box.deliver(
        mail(
            ASKS_INSURANCE,
            subject="Re: AW: your practice",
            message_id="<third@example.org>",
            In_Reply_To="<second@example.org>",
            References="<first@example.org> <second@example.org>",
            to="Maya <maya@harbor.example>",
        )
    )
    with SmtpPeer(tls=dovecot.certificate) as smtp:
        practice = Practice.on_servers(tmp_path, box, smtp, smtp_security="starttls")
        practice.ok("poll")
        (item,) = practice.queue()
        practice.ok("approve", item["id"], "--now")
        (taken,) = smtp.taken
    reply = message_from_bytes(taken.data, policy=policy.default)
    assert reply["From"] == "Harbor Counseling <maya@harbor.example>", "from the address they wrote to"
    assert reply["To"] == "jane@example.org"
    assert reply["Subject"] == "Re: your practice"
    assert reply["In-Reply-To"] == "<third@example.org>"
    assert reply["References"] == "<first@example.org> <second@example.org> <third@example.org>"
    assert reply["Auto-Submitted"] is None, "a person approved it (G35)"
    assert reply["X-Auto-Response-Suppress"]
    assert "STARTTLS" in smtp.commands
    body = plain_text(reply)
    assert body.startswith("Dear Jane,")
    assert body.count("Maya Rao, PhD") == 1


def test_polling_reports_each_account_and_goes_on(dovecot: Dovecot, tmp_path: Path) -> None:
    box = dovecot.mailbox()
    box.deliver(mail(ASKS_ROOM))
    with SmtpPeer() as smtp:
        more = """
        [[accounts]]
        name = "second"
        address = "second@harbor.example"
          [accounts.maildir]
          inbox = "nowhere"
          outgoing = "out2"
          sent = "sent2"
        """
        practice = Practice.on_servers(tmp_path, box, smtp, more=more)
        done = practice.run("poll", "--json")
    assert done.code == 1
    assert done.json["fetched"] == 1
    first, second = done.json["accounts"]
    assert first == {"name": "practice", "error": None}
    assert "nowhere" in second["error"]
    assert done.err.count("\n") == 1


def test_mail_that_was_read_elsewhere_is_found(dovecot: Dovecot, tmp_path: Path) -> None:
    """G15: the ledger is our own; \\Seen means nothing to it."""
    box = dovecot.mailbox()
    box.deliver(mail(), mail(), flags=(b"\\Seen",))
    with SmtpPeer() as smtp:
        practice = Practice.on_servers(tmp_path, box, smtp)
        assert practice.ok("poll", "--json").json["fetched"] == 2
    assert all(b"\\Seen" in marks for marks in box.flags().values())


def test_same_mail_twice_is_one_different_mail_with_one_id_is_two(dovecot: Dovecot, tmp_path: Path) -> None:
    """G22, by both backends' most usual way: two deliveries of one mail, and two mails that share an id."""
    box = dovecot.mailbox()
    one = mail("the same", message_id="<one@example.org>")
    box.deliver(one, b"Received: by another route\r\n" + one)
    box.deliver(
        mail("first words", message_id="<two@example.org>"), mail("other words", message_id="<two@example.org>")
    )
    with SmtpPeer() as smtp:
        practice = Practice.on_servers(tmp_path, box, smtp)
        found = practice.ok("poll", "--json").json
    assert (found["fetched"], found["duplicates"]) == (3, 1)


def test_a_changed_uidvalidity_counts_only_what_is_new(dovecot: Dovecot, tmp_path: Path) -> None:
    """G19: full rescan, known mail is recognised by its content, old drafts keep their own message."""
    box = dovecot.mailbox()
    old = [mail(f"{ASKS_ROOM} {n}", sender=f"p{n}@example.org") for n in range(4)]
    box.deliver(*old)
    with SmtpPeer() as smtp:
        practice = Practice.on_servers(tmp_path, box, smtp)
        assert practice.ok("poll", "--json").json["fetched"] == 4
        before = {item["id"]: item["from"] for item in practice.queue()}
        client = box.client()
        client.create_folder("Elsewhere")
        validity = client.select_folder("INBOX")[b"UIDVALIDITY"]
        client.move(client.search(), "Elsewhere")
        client.logout()
        while box.validity() == validity:  # Dovecot numbers by the second; a late process may write its index again
            time.sleep(0.3)
            for index in (dovecot.folder / "mail" / box.user / "Maildir").glob("dovecot*"):
                index.unlink()
        new = [mail(f"{ASKS_ROOM} new {n}", sender=f"n{n}@example.org") for n in range(3)]
        box.deliver(*reversed(old), *new)
        found = practice.ok("poll", "--json").json
        assert (found["fetched"], found["duplicates"]) == (3, 4)
        after = {item["id"]: item["from"] for item in practice.queue()}
    assert before.items() <= after.items()


def test_an_old_mailbox_asks_for_a_start_date(dovecot: Dovecot, tmp_path: Path) -> None:
    """G25: nothing is drafted by surprise; a date, or "all", permits it."""
    box = dovecot.mailbox()
    client = box.client()
    for start in range(0, 2_001, 500):
        client.multiappend("INBOX", [mail(str(n)) for n in range(start, min(start + 500, 2_001))])
    client.logout()
    with SmtpPeer() as smtp:
        practice = Practice.on_servers(tmp_path, box, smtp, since="")
        done = practice.run("poll", "--json")
        assert done.code == 1
        assert done.json["fetched"] == 0
        assert "2001 messages" in done.err
        assert "--since" in done.err
        assert practice.ok("poll", "--since", "2100-01-01", "--json").json["fetched"] == 0
        box.deliver(mail("after the start"))
        assert practice.ok("poll", "--json").json["fetched"] == 1


def test_too_many_drafts_at_once_are_held_back(practice: Practice) -> None:
    practice.config.write_text(practice.config.read_text() + "\n[triage]\nmax_drafts_per_pass = 2\n")
    for n in range(4):
        practice.receive(mail(ASKS_INSURANCE, sender=f"p{n}@example.org"))
    done = practice.ok("poll", "--json")
    assert done.json["fetched"] == 4
    assert done.json["drafts"] == 0
    assert "--allow-drafts" in done.err
    assert [item["draft"] for item in practice.queue()] == [None] * 4
    assert "--allow-drafts" in practice.run("poll").err
    assert practice.ok("poll", "--allow-drafts", "--json").json["drafts"] == 4
    assert all(item["draft"] for item in practice.queue())


def test_a_pass_takes_few_turns_however_many_messages(dovecot: Dovecot, tmp_path: Path) -> None:
    """Batched: what distance costs is paid by the batch, not by the message."""
    box = dovecot.mailbox()
    box.deliver(*(mail(sender=f"n{n}@example.org") for n in range(150)))
    with SmtpPeer() as smtp, delaying(dovecot.tls_port, 0.0) as proxy:
        practice = Practice.on_servers(tmp_path, box, smtp)
        text = practice.config.read_text()
        practice.config.write_text(text.replace(f"port = {dovecot.tls_port}", f"port = {proxy.port}"))
        assert practice.ok("poll", "--json").json["fetched"] == 150
        first = proxy.turns
        assert first <= 25
        assert practice.ok("poll", "--json").json["fetched"] == 0
        assert proxy.turns - first <= 20

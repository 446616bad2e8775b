"""Sending over a line with distance: what counts is how often it waits for an answer."""

from pathlib import Path

from tests.peers.dovecot import Dovecot
from tests.peers.proxy import delaying
from tests.peers.smtp import SmtpPeer
from tests.practice import ASKS_INSURANCE, Practice, mail

MAILS, MOST_TURNS = 8, 17  # for each letter
DISTANCE = 0.04  # seconds, there and back: with five turns of SMTP, sixty letters leave within a minute


def test_letters_leave_in_few_turns(dovecot: Dovecot, tmp_path: Path) -> None:
    """G12, G13: the last look before each letter, and the care after it, over a line of 40 ms."""
    box = dovecot.mailbox()
    box.deliver(*(mail(ASKS_INSURANCE, sender=f"p{n}@example.org") for n in range(MAILS)))
    with (
        SmtpPeer() as smtp,
        delaying(dovecot.plain_port, DISTANCE) as imap_line,
        delaying(smtp.port, DISTANCE) as smtp_line,
    ):
        practice = Practice.on_servers(tmp_path, box, smtp, imap_security="none")
        practice.ok("poll")
        ids = [item["id"] for item in practice.queue()]
        practice.ok("approve", *ids)
        text = practice.config.read_text()
        for near, far in ((dovecot.plain_port, imap_line.port), (smtp.port, smtp_line.port)):
            text = text.replace(f"port = {near}\n", f"port = {far}\n")
        practice.config.write_text(text)
        report = practice.ok("send", "--json").json
    assert (report["sent"], report["problems"]) == (MAILS, [])
    assert len(box.messages("Sent")) == MAILS
    assert box.messages("Drafts") == []
    assert smtp_line.turns <= 5 * MAILS
    assert imap_line.turns <= MOST_TURNS * MAILS + 12

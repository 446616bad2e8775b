"""What a pass costs in which nothing happened, and that flags are asked for only when one changed (RFC 7162)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.peers.dovecot import Dovecot, Mailbox
from tests.peers.old_mail import fill
from tests.peers.proxy import DelayingProxy, delaying
from tests.peers.smtp import SmtpPeer
from tests.practice import ASKS_ROOM, Practice, mail

_IDLE_BYTES = 6_000


@contextmanager
def listening(home: Path, box: Mailbox, *, since: str = '"all"') -> Iterator[tuple[Practice, DelayingProxy]]:
    """A practice whose talk with the IMAP server is heard."""
    with SmtpPeer() as smtp, delaying(box.server.plain_port, 0.0) as tap:
        practice = Practice.on_servers(home, box, smtp, imap_security="none", since=since)
        text = practice.config.read_text()
        practice.config.write_text(text.replace(f"port = {box.server.plain_port}", f"port = {tap.port}"))
        yield practice, tap


def test_an_idle_pass_over_a_large_mailbox_is_small(dovecot: Dovecot, tmp_path: Path) -> None:
    """G21, G25: 5,000 messages, none of them talked about again; one that was deleted costs one list of numbers."""
    box = dovecot.mailbox()
    fill(box, 5_000, days_ago=400)
    with listening(tmp_path, box, since='"2025-11-20"') as (practice, tap):
        assert practice.ok("poll", "--json").json["fetched"] == 0
        tap.clear()
        practice.ok("poll")
        idle = tap.bytes
        assert 500 < idle < _IDLE_BYTES
        with box.client() as client:
            client.select_folder("INBOX")
            client.delete_messages([17])
            client.expunge([17])
        tap.clear()
        practice.ok("poll")
        assert _IDLE_BYTES < tap.bytes < 100_000
        tap.clear()
        practice.ok("poll")
        assert tap.bytes < _IDLE_BYTES
        (account,) = practice.ok("status", "--json").json["accounts"]
    inbox = account["folders"][0]
    assert (inbox["in_mailbox"], inbox["before_start"], inbox["missing"]) == (4_999, 4_999, 0)


def test_flags_are_asked_for_only_when_something_changed(dovecot: Dovecot, tmp_path: Path) -> None:
    """G12, RFC 7162: and an answer given elsewhere is still seen at once."""
    box = dovecot.mailbox()
    box.deliver(*(mail(f"{ASKS_ROOM} {n}", sender=f"p{n}@example.org") for n in range(3)))
    with listening(tmp_path, box) as (practice, tap):
        practice.ok("poll")
        assert len(tap.commands("ANSWERED")) == 1
        tap.clear()
        practice.ok("poll")
        assert tap.commands("ANSWERED") == []
        with box.client() as client:
            client.select_folder("INBOX")
            client.add_flags([2], [b"\\Answered"])
        assert practice.ok("poll", "--json").json["answered_elsewhere"] == 1
        practice.ok("poll")
        tap.clear()
        practice.ok("poll")
        assert tap.commands("ANSWERED") == []
        held = [item["from"] for item in practice.queue() if "answered elsewhere" in " ".join(item["draft"]["blocked"])]
        assert held == ["p1@example.org"]


def test_a_reopened_item_is_looked_at_again(dovecot: Dovecot, tmp_path: Path) -> None:
    """G12: flagged while it was settled, then reopened: no flag changed since, and yet it is found."""
    box = dovecot.mailbox()
    box.deliver(*(mail(f"{ASKS_ROOM} {n}", sender=f"p{n}@example.org") for n in range(2)))
    with listening(tmp_path, box) as (practice, _):
        practice.ok("poll")
        item = next(i for i in practice.queue() if i["from"] == "p0@example.org")
        practice.ok("reject", item["id"])
        with box.client() as client:
            client.select_folder("INBOX")
            client.add_flags([1], [b"\\Answered"])
        assert practice.ok("poll", "--json").json["answered_elsewhere"] == 0
        practice.ok("undo", item["id"])
        assert practice.ok("poll", "--json").json["answered_elsewhere"] == 1

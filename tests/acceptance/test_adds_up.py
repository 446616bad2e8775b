"""A mailbox adds up: messages in it = messages accounted for; what is missing is found again, what went is said (G20)."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.peers.dovecot import Dovecot, Mailbox
from tests.peers.smtp import SmtpPeer
from tests.practice import ASKS_ROOM, Practice, mail


def folder_of(practice: Practice, name: str = "INBOX") -> dict[str, Any]:
    """A folder's line in `status --json`."""
    (account,) = practice.ok("status", "--json").json["accounts"]
    found: dict[str, Any] = next(one for one in account["folders"] if one["folder"] == name)
    return found


def figures(practice: Practice, name: str = "INBOX") -> tuple[int, int, int, int]:
    """In the mailbox, known, missing, gone."""
    one = folder_of(practice, name)
    assert one["reconciles"] == (one["missing"] == 0)
    assert one["in_mailbox"] == one["known"] + one["before_start"] + one["asked_again"] + one["missing"]
    return one["in_mailbox"], one["known"], one["missing"], one["gone"]


def people(*numbers: int) -> list[bytes]:
    return [mail(f"{ASKS_ROOM} {n}", sender=f"p{n}@example.org") for n in numbers]


def senders(practice: Practice) -> list[str]:
    return sorted(item["from"] for item in practice.ok("queue", "--all", "--json").json)


def expunge(box: Mailbox, *uids: int, folder: str = "INBOX") -> None:
    with box.client() as client:
        client.select_folder(folder)
        client.delete_messages(list(uids))
        client.expunge(list(uids))


@pytest.fixture
def opened(dovecot: Dovecot, tmp_path: Path) -> tuple[Practice, Mailbox]:
    """A practice on a fresh mailbox."""
    box = dovecot.mailbox()
    with SmtpPeer() as smtp:
        return Practice.on_servers(tmp_path, box, smtp), box


def test_what_the_ledger_lost_is_read_again(opened: tuple[Practice, Mailbox]) -> None:
    """By whatever cause a message below the mark is not in the ledger (G21): the numbers differ, so it is found."""
    practice, box = opened
    box.deliver(*people(1, 2, 3, 4))
    practice.ok("poll")
    assert figures(practice) == (4, 4, 0, 0)
    with sqlite3.connect(practice.home / "store" / "inboxtriage.sqlite3") as store:
        store.execute("PRAGMA foreign_keys = ON")
        store.execute("DELETE FROM sighting WHERE uid = '2'")
        store.execute("DELETE FROM message WHERE sender = 'p2@example.org'")
    found = practice.ok("poll", "--json").json
    assert found["fetched"] == 1
    assert found["notices"] == ["INBOX: 1 message(s) were not accounted for, and are read now"]
    assert senders(practice) == [f"p{n}@example.org" for n in (1, 2, 3, 4)]
    assert figures(practice) == (4, 4, 0, 0)
    assert practice.ok("poll", "--json").json["notices"] == []


def test_a_folder_that_does_not_add_up_is_said(opened: tuple[Practice, Mailbox]) -> None:
    practice, box = opened
    box.deliver(*people(1, 2))
    practice.ok("poll")
    with sqlite3.connect(practice.home / "store" / "inboxtriage.sqlite3") as store:
        store.execute("UPDATE tally SET known = 1")
    found = practice.ok("status", "--json").json
    assert found["accounts"][0]["folders"][0]["reconciles"] is False
    said = "practice: INBOX holds 2 message(s), 1 are accounted for"
    assert any(need.startswith(said) for need in found["needs"])
    assert "2 in the mailbox = 1 known + 1 not accounted for" in practice.ok("status").out


def test_what_was_deleted_keeps_its_draft_and_is_said_to_be_gone(opened: tuple[Practice, Mailbox]) -> None:
    """G20: expunged while it waits."""
    practice, box = opened
    box.deliver(*people(1, 2, 3))
    practice.ok("poll")
    expunge(box, 2)
    practice.ok("poll")
    assert figures(practice) == (2, 2, 0, 1)
    queue = {item["from"]: item for item in practice.queue()}
    assert {who: item["on_server"] for who, item in queue.items()} == {
        "p1@example.org": True,
        "p2@example.org": False,
        "p3@example.org": True,
    }
    gone = queue["p2@example.org"]
    assert gone["draft"]
    assert "gone from the server" in practice.ok("show", gone["id"]).out
    assert "gone from" in " ".join(practice.ok("queue").out.split())
    assert "; 1 gone since" in practice.ok("status").out
    practice.ok("approve", gone["id"])


def test_moved_away_and_back_is_no_second_inquiry(opened: tuple[Practice, Mailbox]) -> None:
    """G20: elsewhere it is gone; in another folder that is read, or back again, it is the same inquiry."""
    practice, box = opened
    text = practice.config.read_text()
    practice.config.write_text(text.replace('since = "all"', 'since = "all"\nfolders = ["INBOX", "Clients"]'))
    with box.client() as client:
        client.create_folder("Clients")
        client.create_folder("Elsewhere")
    box.deliver(*people(1, 2))
    practice.ok("poll")
    known = senders(practice)

    def move(source: str, target: str) -> dict[str, Any]:
        with box.client() as client:
            client.select_folder(source)
            client.move(client.search(["FROM", "p1@example.org"]), target)
        found: dict[str, Any] = practice.ok("poll", "--json").json
        assert found["fetched"] == 0
        assert senders(practice) == known
        return found

    def there() -> bool:
        return next(bool(i["on_server"]) for i in practice.queue() if i["from"] == "p1@example.org")

    assert move("INBOX", "Elsewhere")["duplicates"] == 0
    assert not there()
    assert move("Elsewhere", "INBOX")["duplicates"] == 1
    assert there()
    assert figures(practice) == (2, 2, 0, 0)
    assert move("INBOX", "Clients")["duplicates"] == 1
    assert there()
    assert (figures(practice), figures(practice, "Clients")) == ((1, 1, 0, 1), (1, 1, 0, 0))


def test_mail_before_the_start_is_part_of_the_sum(dovecot: Dovecot, tmp_path: Path) -> None:
    """G25: what is older than the start date is counted, not read; also after some of it was deleted."""
    box = dovecot.mailbox()
    with box.client() as client:
        for raw in people(1, 2, 3):
            client.append("INBOX", raw, msg_time=datetime(2020, 1, 1, tzinfo=UTC))
    box.deliver(*people(4, 5))
    with SmtpPeer() as smtp:
        practice = Practice.on_servers(tmp_path, box, smtp, since='"2025-01-01"')
    assert practice.ok("poll", "--json").json["fetched"] == 2
    assert (figures(practice), folder_of(practice)["before_start"]) == ((5, 2, 0, 0), 3)
    expunge(box, 1, 5)
    assert practice.ok("poll", "--json").json["fetched"] == 0
    assert (figures(practice), folder_of(practice)["before_start"]) == ((3, 1, 0, 1), 2)
    assert practice.ok("poll", "--since", "2019-01-01", "--json").json["fetched"] == 2
    assert (figures(practice), folder_of(practice)["before_start"]) == ((3, 3, 0, 1), 0)


def test_a_maildir_adds_up_too(practice: Practice) -> None:
    practice.receive(people(1)[0], days_ago=30)
    path = practice.receive(people(2)[0])
    start = (datetime.now(UTC) - timedelta(days=7)).date()
    practice.config.write_text(practice.config.read_text().replace('since = "all"', f'since = "{start}"'))
    practice.ok("poll")
    first = figures(practice)
    path.unlink()
    practice.ok("poll")
    assert (first[0], first[2]) == (2, 0)
    assert figures(practice)[0] == 1
    assert figures(practice)[3] == 1


def test_mail_that_moved_is_marked_where_it_is_now(dovecot: Dovecot, tmp_path: Path) -> None:
    """G20: the mark that it was answered goes to the copy that is there, in another folder that is read."""
    box = dovecot.mailbox()
    with box.client() as client:
        client.create_folder("Work")
    box.deliver(*people(1))
    with SmtpPeer() as smtp:
        practice = Practice.on_servers(tmp_path, box, smtp)
        text = practice.config.read_text()
        practice.config.write_text(text.replace('since = "all"', 'since = "all"\nfolders = ["INBOX", "Work"]'))
        practice.ok("poll")
        with box.client() as client:
            client.select_folder("INBOX")
            client.move([1], "Work")
        practice.ok("poll")
        (item,) = practice.queue()
        practice.ok("approve", item["id"], "--now")
    assert [b"\\Answered" in flags for flags in box.flags("Work").values()] == [True]

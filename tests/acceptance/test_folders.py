"""Several folders: odd names, folders that vanish or cannot be opened, the same mail in two, junk on request (G20, G22)."""

import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.peers.dovecot import Dovecot, Mailbox
from tests.peers.smtp import SmtpPeer
from tests.practice import ASKS_ROOM, Practice, mail

ODD = ["Anfragen über Größe", "two words", 'with "quotes"', "back\\slash", "Deep/er/still", "日本語", "R&D", "50% *"]


def asking(*senders: str) -> list[bytes]:
    return [mail(f"{ASKS_ROOM} {who}", sender=f"{who}@example.org") for who in senders]


@pytest.fixture
def box(dovecot: Dovecot) -> Mailbox:
    return dovecot.mailbox()


def reading(home: Path, box: Mailbox, *folders: str, also: str = "") -> Practice:
    """A practice that reads these folders."""
    with SmtpPeer() as smtp:
        practice = Practice.on_servers(home, box, smtp)
    names = ", ".join("'" + name + "'" for name in folders)
    text = practice.config.read_text()
    practice.config.write_text(text.replace('since = "all"', f'since = "all"\nfolders = [{names}]\n{also}'))
    return practice


def make(box: Mailbox, *folders: str) -> None:
    with box.client() as client:
        for folder in folders:
            client.create_folder(folder)


def figures(practice: Practice) -> dict[str, tuple[int, int, int]]:
    """Each folder: in the mailbox, known, missing."""
    (account,) = practice.ok("status", "--json").json["accounts"]
    return {one["folder"]: (one["in_mailbox"], one["known"], one["missing"]) for one in account["folders"]}


def senders(practice: Practice) -> list[str]:
    return sorted(item["from"].partition("@")[0] for item in practice.ok("queue", "--all", "--json").json)


def test_names_that_are_hard_to_say(box: Mailbox, tmp_path: Path) -> None:
    """Modified UTF-7, blanks, quotes, separators, wildcards (RFC 3501 section 5.1.3)."""
    make(box, *ODD)
    for number, folder in enumerate(ODD):
        box.deliver(*asking(f"n{number}"), folder=folder)
    practice = reading(tmp_path, box, *ODD)
    assert practice.ok("poll", "--json").json["fetched"] == len(ODD)
    assert practice.ok("poll", "--json").json["fetched"] == 0
    assert figures(practice) == dict.fromkeys(ODD, (1, 1, 0))


def test_inbox_is_one_folder_in_any_case(box: Mailbox, tmp_path: Path) -> None:
    box.deliver(*asking("one"))
    practice = reading(tmp_path, box, "inbox", "INBOX", "Inbox")
    found = practice.ok("poll", "--json").json
    assert (found["fetched"], found["duplicates"]) == (1, 0)
    assert figures(practice) == {"INBOX": (1, 1, 0)}


def test_a_folder_that_is_renamed_does_not_stop_the_others(box: Mailbox, tmp_path: Path) -> None:
    """G20: its mail is said to be gone, its drafts stay; once it is back, nothing is new."""
    make(box, "First", "Second")
    box.deliver(*asking("one", "two"), folder="First")
    practice = reading(tmp_path, box, "First", "Second", "INBOX")
    practice.ok("poll")
    with box.client() as client:
        client.rename_folder("First", "Renamed")
    box.deliver(*asking("three"), folder="Second")
    box.deliver(*asking("four"))
    done = practice.run("poll", "--json")
    assert done.code == 1
    assert "First" in done.json["accounts"][0]["error"]
    assert len(done.err.splitlines()) == 1
    assert done.json["fetched"] == 2
    there: dict[str, Any] = {i["from"].partition("@")[0]: (i["on_server"], bool(i["draft"])) for i in practice.queue()}
    assert there == {"one": (False, True), "two": (False, True), "three": (True, True), "four": (True, True)}
    assert "First" not in figures(practice)
    with box.client() as client:
        client.rename_folder("Renamed", "First")
    assert practice.ok("poll", "--json").json["fetched"] == 0
    assert all(item["on_server"] for item in practice.queue())
    assert figures(practice)["First"] == (2, 2, 0)


def test_a_folder_that_vanished_does_not_stop_sending(box: Mailbox, tmp_path: Path) -> None:
    """G20: the last look before sending goes past it."""
    make(box, "First")
    box.deliver(*asking("one"))
    practice = reading(tmp_path, box, "First", "INBOX")
    practice.ok("poll")
    (item,) = practice.queue()
    practice.ok("approve", item["id"])
    with box.client() as client:
        client.delete_folder("First")
    with sqlite3.connect(practice.home / "store" / "inboxtriage.sqlite3") as store:
        store.execute("UPDATE pass SET succeeded_at = NULL")  # so that no earlier pass vouches for the folder
    with SmtpPeer() as smtp:
        text = practice.config.read_text()
        practice.config.write_text(re.sub(r"(accounts.smtp\]\s+host = .*\s+port = )\d+", rf"\g<1>{smtp.port}", text))
        assert practice.ok("send", "--json").json["sent"] == 1
        assert len(smtp.taken) == 1


def test_a_folder_that_holds_only_folders_is_named_and_does_not_stop_the_others(box: Mailbox, tmp_path: Path) -> None:
    """A name with \\Noselect: it can be listed and not opened."""
    make(box, "Parent/Child")
    box.deliver(*asking("one"), folder="Parent/Child")
    practice = reading(tmp_path, box, "Parent", "Parent/Child")
    done = practice.run("poll", "--json")
    assert done.json["fetched"] == 1
    assert "does not open the folder Parent " in done.json["accounts"][0]["error"]


def test_the_same_mail_in_two_folders_is_one_inquiry(box: Mailbox, tmp_path: Path) -> None:
    """G22: and it is gone only when the last copy is."""
    make(box, "Copy")
    (raw,) = asking("one")
    box.deliver(raw)
    box.deliver(raw, folder="Copy")
    practice = reading(tmp_path, box, "INBOX", "Copy")
    found = practice.ok("poll", "--json").json
    assert (found["fetched"], found["duplicates"]) == (1, 1)
    for folder, there in (("INBOX", True), ("Copy", False)):
        with box.client() as client:
            client.select_folder(folder)
            client.delete_messages(client.search())
            client.expunge()
        practice.ok("poll")
        (item,) = practice.queue()
        assert item["on_server"] is there


def test_junk_is_read_where_asked_and_never_moved(box: Mailbox, tmp_path: Path) -> None:
    box.deliver(*asking("calm"))
    box.deliver(*asking("junked"), folder="Junk", flags=(b"$Junk",))
    practice = reading(tmp_path / "without", box, "INBOX")
    practice.ok("poll")
    assert senders(practice) == ["calm"]
    before = box.flags("Junk"), box.messages("Junk")
    practice = reading(tmp_path / "with", box, "INBOX", also="watch_junk = true")
    practice.ok("poll")
    assert senders(practice) == ["calm", "junked"]
    assert (box.flags("Junk"), box.messages("Junk")) == before

"""A second mail client at work in the same mailbox: before, after and while we read (G15, G20, G22, G24)."""

import hashlib
import random
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from inboxtriage.errors import Unreachable
from tests.peers.dovecot import Dovecot, Mailbox
from tests.peers.smtp import SmtpPeer
from tests.practice import ASKS_ROOM, Practice, mail

MANY = 300


@pytest.fixture
def box(dovecot: Dovecot) -> Mailbox:
    return dovecot.mailbox()


@pytest.fixture
def practice(box: Mailbox, tmp_path: Path) -> Iterator[Practice]:
    with SmtpPeer() as smtp:
        yield Practice.on_servers(tmp_path, box, smtp)


class Chaos(threading.Thread):
    """A client that flags, deletes, moves away and back, and renames a folder, until told to stop."""

    def __init__(self, box: Mailbox, seed: int) -> None:
        super().__init__(daemon=True)
        self._box, self._random, self.enough = box, random.Random(seed), threading.Event()
        self.acts: Counter[str] = Counter()

    def run(self) -> None:
        """Do something, again and again."""
        with self._box.client() as client:
            while not self.enough.wait(0.01):
                act = self._random.choice(["flag", "delete", "away", "back", "rename"])
                source = "Else" if act == "back" else "INBOX"
                if act == "rename":
                    names = ("Work", "Work2") if client.folder_exists("Work") else ("Work2", "Work")
                    client.rename_folder(*names)
                    self.acts[act] += 1
                    continue
                client.select_folder(source)
                uids = client.search()
                if not uids:
                    continue
                some = self._random.sample(uids, min(3, len(uids)))
                if act == "flag":
                    client.add_flags(some, [b"\\Seen", b"\\Flagged"])
                elif act == "delete":
                    client.delete_messages(some[:1])
                    client.expunge(some[:1])
                else:
                    client.move(some, "Else" if act == "away" else "INBOX")
                self.acts[act] += 1
            if not client.folder_exists("Work"):
                client.rename_folder("Work2", "Work")


def test_nothing_is_lost_or_doubled_beside_a_busy_client(box: Mailbox, practice: Practice) -> None:
    """G20: whatever it did meanwhile, what is in the mailbox at the end is known once, and what is not is gone."""
    text = practice.config.read_text()
    practice.config.write_text(text.replace('since = "all"', 'since = "all"\nfolders = ["INBOX", "Work"]'))
    with box.client() as client:
        client.create_folder("Else")
        client.create_folder("Work")
        client.multiappend("INBOX", [mail(f"{ASKS_ROOM} {n}", sender=f"p{n}@example.org") for n in range(MANY)])
        client.multiappend("Work", [mail(f"{ASKS_ROOM} w{n}", sender=f"w{n}@example.org") for n in range(10)])
    chaos = Chaos(box, seed=5)
    chaos.start()
    try:
        for _ in range(3):
            done = practice.run("poll", "--json")
            assert done.code == 0 or "Work" in done.err, done.err
            assert len(done.err.splitlines()) <= 1
    finally:  # else it works on while its server is taken down, and its error hides ours
        chaos.enough.set()
        chaos.join(30)
    assert set(chaos.acts) == {"flag", "delete", "away", "back", "rename"}
    assert practice.ok("poll", "--json").json["accounts"][0]["error"] is None

    everything = practice.ok("queue", "--all", "--json").json
    times = Counter(item["from"] for item in everything)
    assert set(times.values()) == {1}
    there = {item["from"] for item in everything if item["on_server"]}
    assert there == {sender for folder in ("INBOX", "Work") for sender in senders(box, folder)}
    (account,) = practice.ok("status", "--json").json["accounts"]
    assert [one["reconciles"] for one in account["folders"]] == [True, True]


def test_a_folder_renamed_while_it_is_read_is_named(box: Mailbox, practice: Practice) -> None:
    """G20: the server hangs up over it; whoever reads the error must see which of several folders it was."""
    with box.client() as client:
        client.create_folder("Work")
        client.append("Work", mail())
        a = practice.assembly()
        mailbox = a.mailbox(a.settings.accounts[0])
        (uid,) = mailbox.listing("Work", above=None, since=None).uids
        client.rename_folder("Work", "Elsewhere")
        with pytest.raises(Unreachable, match="in Work"):
            list(mailbox.fetch("Work", [uid]))
        mailbox.close()


def senders(box: Mailbox, folder: str) -> list[str]:
    with box.client() as client:
        client.select_folder(folder, readonly=True)
        found = client.fetch(client.search(), ["ENVELOPE"])
    return [f"{e[b'ENVELOPE'].from_[0].mailbox.decode()}@example.org" for e in found.values()]


def trace(box: Mailbox) -> list[tuple[int, tuple[bytes, ...], str]]:
    """Every message of the inbox: its number, its flags, the digest of its bytes."""
    flags, raws = box.flags(), box.messages("INBOX")
    return [(n, flags[n], hashlib.sha256(r).hexdigest()) for n, r in zip(sorted(flags), raws, strict=True)]


def test_reading_and_sorting_leave_every_byte_and_flag(box: Mailbox, practice: Practice) -> None:
    """G15, G24: read elsewhere or not, sorted as whatever: the mailbox is the same afterwards, and all is listed."""
    box.deliver(mail(sender="seen@example.org"), flags=(b"\\Seen", b"$Label1"))
    box.deliver(mail(sender="unseen@example.org"))
    box.deliver(
        mail(
            "You have won a prize. Click here to claim it now! Cheap pills, no prescription.", sender="spam@example.com"
        ),
        mail("Our newsletter", sender="news@example.com", List_Id="<news.example.com>", Precedence="bulk"),
        mail("I want to end my life tonight.", sender="urgent@example.org"),
        b"Content-Type: text/plain\n" + b"X: 1\n" * 1_200 + b"\nx",
    )
    before = trace(box)
    assert practice.ok("poll", "--json").json["fetched"] == 6
    for item in practice.queue():
        practice.run("relabel", item["id"], "spam")
    practice.ok("poll")
    assert trace(box) == before
    assert b"\\Seen" not in before[1][1]
    assert len(practice.ok("queue", "--all", "--json").json) == 6


def without_id(body: str) -> bytes:
    return b"".join(line for line in mail(body).splitlines(keepends=True) if not line.startswith(b"Message-ID:"))


def test_none_one_or_two_identifications_fed_twice_are_one_row_each(box: Mailbox, practice: Practice) -> None:
    """G22: and different words under one identification are two."""
    plain = mail("first words", message_id="<shared@example.org>")
    other = mail("other words", message_id="<shared@example.org>")
    doubled = b"Message-ID: <second@example.org>\r\n" + mail("two identifications")
    bare = without_id("no identification")
    undated = b"\r\n".join(line for line in without_id("neither").split(b"\r\n") if not line.startswith(b"Date:"))
    kinds = [plain, other, doubled, bare, undated, without_id("another without")]
    box.deliver(*kinds)
    box.deliver(*reversed(kinds))
    found = practice.ok("poll", "--json").json
    assert (found["fetched"], found["duplicates"]) == (6, 6)
    box.deliver(*kinds)
    found = practice.ok("poll", "--json").json
    assert (found["fetched"], found["duplicates"]) == (0, 6)
    (account,) = practice.ok("status", "--json").json["accounts"]
    assert [(one["in_mailbox"], one["known"], one["missing"]) for one in account["folders"]] == [(18, 18, 0)]

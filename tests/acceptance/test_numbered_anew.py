"""G19: a folder is numbered anew. Read as a whole, nothing lost or twice, and never an act on an old number."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from inboxtriage.errors import Unreachable
from inboxtriage.service.elsewhere import aftercare
from tests.peers.dovecot import Dovecot, Mailbox
from tests.peers.smtp import SmtpPeer
from tests.practice import ASKS_ROOM, Practice, mail

FOLDER = "Inquiries"


def people(*numbers: int) -> list[bytes]:
    return [
        mail(f"{ASKS_ROOM} {n}", sender=f"p{n}@example.org", message_id=f"<theirs{n}@example.org>") for n in numbers
    ]


def number_anew(box: Mailbox, folder: str, *mails: bytes) -> None:
    """The folder is made again, as after a move to another server: other validity, numbers from 1, this order."""
    with box.client() as client:
        if client.folder_exists(folder):
            before = client.folder_status(folder, ["UIDVALIDITY"])[b"UIDVALIDITY"]
            client.delete_folder(folder)
            client.create_folder(folder)
            assert client.folder_status(folder, ["UIDVALIDITY"])[b"UIDVALIDITY"] != before
        else:
            client.create_folder(folder)
    box.deliver(*mails, folder=folder)


@pytest.fixture
def smtp() -> Any:
    with SmtpPeer() as peer:
        yield peer


@pytest.fixture
def opened(dovecot: Dovecot, smtp: SmtpPeer, tmp_path: Path) -> tuple[Practice, Mailbox]:
    box = dovecot.mailbox()
    practice = Practice.on_servers(tmp_path, box, smtp)
    text = practice.config.read_text()
    keys = f'since = "all"\nfolders = ["{FOLDER}"]\ndrafts_folder = false'  # a letter in there would wait for a pass
    practice.config.write_text(text.replace('since = "all"', keys))
    return practice, box


def test_numbers_are_dealt_anew(opened: tuple[Practice, Mailbox], smtp: SmtpPeer) -> None:
    """The same mail in another order and three new in the same gap: three more, and old drafts keep their message."""
    practice, box = opened
    old = people(1, 2, 3, 4)
    number_anew(box, FOLDER, *old)
    assert practice.ok("poll", "--json").json["fetched"] == 4
    before = {item["id"]: item["from"] for item in practice.queue()}
    second = next(name for name, who in before.items() if who == "p2@example.org")
    practice.ok("approve", second)

    number_anew(box, FOLDER, *reversed(old), *people(5, 6, 7))
    practice.ok("send", "--json")  # the last pass is recent, and vouches for it
    assert [taken.recipients for taken in smtp.taken] == [["p2@example.org"]]
    with closing(practice.assembly()) as a:
        (account,) = a.settings.accounts
        flags = [task for task in aftercare.tasks(a, account) if task.what == "flag"]
        mailbox = a.mailbox(account)
        for task in flags:
            with pytest.raises(Unreachable, match="numbered anew"):
                aftercare.do(mailbox, task)
        mailbox.close()
    assert len(flags) == 1
    assert not any(box.flags(FOLDER).values()), "the number that was p2's is another's now"

    found = practice.ok("poll", "--json").json
    assert (found["fetched"], found["duplicates"]) == (3, 4)
    after = {item["id"]: item["from"] for item in practice.ok("queue", "--all", "--json").json}
    assert before.items() <= after.items()
    assert len(after) == 7
    (account,) = practice.ok("status", "--json").json["accounts"]
    assert [(f["in_mailbox"], f["known"], f["gone"]) for f in account["folders"]] == [(7, 7, 0)]
    assert practice.ok("poll", "--json").json["duplicates"] == 0

    marked = [uid for uid, flags in box.flags(FOLDER).items() if b"\\Answered" in flags]
    assert marked == [3], "p2 is the third of the reversed order"


def test_what_did_not_come_along_is_gone(opened: tuple[Practice, Mailbox]) -> None:
    practice, box = opened
    number_anew(box, FOLDER, *people(1, 2))
    mails = box.messages(FOLDER)
    practice.ok("poll")
    number_anew(box, FOLDER, mails[1])
    practice.ok("poll")
    assert {i["from"]: i["on_server"] for i in practice.queue()} == {"p1@example.org": False, "p2@example.org": True}


def test_an_answer_in_a_sent_folder_that_was_numbered_anew_is_seen(opened: tuple[Practice, Mailbox]) -> None:
    """G12, G19: its number is below the old mark."""
    practice, box = opened
    number_anew(box, FOLDER, *people(1, 2))
    box.deliver(*(mail(sender="hello@harbor.example", to="x@example.org") for _ in range(3)), folder="Sent")
    assert practice.ok("poll", "--json").json["answered_elsewhere"] == 0
    answer = mail(
        sender="hello@harbor.example",
        to="p2@example.org",
        In_Reply_To="<theirs2@example.org>",
    )
    number_anew(box, "Sent", answer)
    assert practice.ok("poll", "--json").json["answered_elsewhere"] == 1


def test_a_mailbox_that_grew_is_read_anew_without_a_question(opened: tuple[Practice, Mailbox]) -> None:
    """G19, G25: a start date is asked for at a first pass, not when a mailbox that is known is numbered anew."""
    practice, box = opened
    text = practice.config.read_text()
    practice.config.write_text(text.replace('since = "all"\n', ""))
    number_anew(box, FOLDER, *people(1))
    practice.ok("poll")
    number_anew(box, FOLDER)
    with box.client() as client:
        for start in range(0, 2_001, 500):
            client.multiappend(FOLDER, people(*range(start, min(start + 500, 2_001))))
    found = practice.ok("poll", "--json").json
    assert found["fetched"] + found["duplicates"] == 2_001

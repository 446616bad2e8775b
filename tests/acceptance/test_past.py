"""`past`: an invented year of a therapist's mail, on a real server and in folders, read and asked about by keys."""

import hashlib
import os
import pty
import re
import select
import subprocess
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from inboxtriage.category.examples import Example
from inboxtriage.category.examples import faults as contradictions
from inboxtriage.service import learning
from inboxtriage.service.past.proposing import Proposal, proposals
from inboxtriage.service.past.reading import Past, read
from inboxtriage.store import past as store
from tests import past_year
from tests.past_year import COUPLES, FEE, INQUIRIES, NEVER, NO_PLANS, OLD_FEE, ROOM, SUPERBILL, VIDEO
from tests.peers.dovecot import Dovecot
from tests.peers.smtp import SmtpPeer
from tests.practice import ASKS_INSURANCE, Practice, mail
from tests.running import running
from tests.unit.test_past import personal_words

_WAIT = 60.0
_CONTROL = re.compile(r"\x1b\[[\d;?]*[A-Za-z]")


@dataclass
class Year:
    """A practice with a year of mail, and a look at all of its mailbox."""

    practice: Practice
    mailbox: Callable[[], object]


def on_server(dovecot: Dovecot, home: Path, smtp: SmtpPeer) -> Year:
    box = dovecot.mailbox()
    client = box.client()
    for folder, mails in (("INBOX", past_year.inbox()), ("Sent", past_year.sent())):
        for raw, days in mails:
            client.append(folder, raw, [b"\\Seen"] if days % 2 else [], datetime.now(UTC) - timedelta(days=days))
    client.logout()

    def look() -> object:
        status = box.client()
        counts = {
            name: status.folder_status(name, ["MESSAGES", "UIDNEXT", "UIDVALIDITY", "UNSEEN"])
            for name in ("INBOX", "Sent", "Drafts")
        }
        status.logout()
        return counts, box.flags(), box.flags("Sent")

    return Year(Practice.on_servers(home, box, smtp), look)


def in_folders(home: Path) -> Year:
    practice = Practice.in_folders(home)
    for folder, mails in (("inbox", past_year.inbox()), ("sent", past_year.sent())):
        for number, (raw, days) in enumerate(mails):
            path = home / folder / "cur" / f"{number:04}.test:2,{'S' if days % 2 else ''}"
            path.write_bytes(raw)
            at = (datetime.now(UTC) - timedelta(days=days)).timestamp()
            os.utime(path, (at, at))
    files = lambda: sorted(  # noqa: E731
        (str(path.relative_to(home)), hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime)
        for box in ("inbox", "sent", "outgoing")
        for path in (home / box).rglob("*")
        if path.is_file()
    )
    return Year(practice, files)


@pytest.fixture(params=["server", "folders"])
def year(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Year]:
    if request.param == "folders":
        yield in_folders(tmp_path / "home")
        return
    with SmtpPeer() as smtp:
        yield on_server(request.getfixturevalue("dovecot"), tmp_path / "home", smtp)


@pytest.fixture
def folders(tmp_path: Path) -> Year:
    return in_folders(tmp_path / "home")


def looked(practice: Practice) -> tuple[Past, tuple[Proposal, ...]]:
    a = practice.assembly()
    found = read(a, a.settings.accounts, None, lambda _doing: None)
    return found, proposals(found, a.settings.practice, a.library)


def test_every_answer_finds_its_question_and_nothing_else_does(year: Year) -> None:
    found, _ = looked(year.practice)
    assert found.sent == len(past_year.sent())
    pairs = {str(one.asked.message.message_id): one.words for one in found.answered}
    assert pairs.keys() == {one.message_id for one in INQUIRIES} | {"<vendor@x>", "<friend@x>"}
    for one in INQUIRIES:
        said = [line for line in one.answer.splitlines() if line][1]
        assert " ".join(said.split()) in " ".join(pairs[one.message_id].split()), one.name
        assert one.asks.splitlines()[2] not in pairs[one.message_id], f"what {one.style} quotes is not hers"
    assert {one.asked.message.message_id for one in found.inquiries} == {one.message_id for one in INQUIRIES}


def test_a_letter_that_this_program_sent_is_none_of_her_mails(dovecot: Dovecot, tmp_path: Path) -> None:
    box = dovecot.mailbox()
    raw, _ = past_year.sent()[0]
    marked = raw.replace(b"Subject:", b"X-Loop: " + b"0123456789abcdef" * 2 + b"\r\nSubject:", 1)
    client = box.client()
    for one in (raw, marked.replace(b"Message-ID: <", b"Message-ID: <by-us-", 1)):
        client.append("Sent", one, [b"\\Seen"], datetime.now(UTC) - timedelta(days=3))
    client.logout()
    with SmtpPeer() as smtp:
        found, _ = looked(Practice.on_servers(tmp_path / "home", box, smtp))
    assert found.sent == 1


def test_her_own_words_are_proposed_with_how_often(year: Year) -> None:
    _, found = looked(year.practice)
    told = {one.text: (one.label, one.times, one.of) for one in found}
    assert told == {
        SUPERBILL: ("insurance", 6, 8),
        NO_PLANS: ("insurance", 2, 8),
        FEE: ("insurance", 4, 8),
        OLD_FEE: ("insurance", 2, 8),
        ROOM: ("availability", 5, 5),
        COUPLES: ("fit", 3, 5),
        VIDEO: ("scheduling", 4, 4),
    }
    remarks = {one.text: " ".join(one.remarks) for one in found}
    assert "$150" in remarks[OLD_FEE]
    assert "Aetna" in remarks[NO_PLANS]
    assert [text for text, remark in remarks.items() if remark] == [
        one.text for one in found if one.text in {OLD_FEE, NO_PLANS}
    ]


def test_nobody_is_in_what_is_proposed(year: Year) -> None:
    found, proposed = looked(year.practice)
    people = {word for one in INQUIRIES for word in one.name.casefold().split()} | {"priya", "nair", "maya", "rao"}
    assert people - {"priya", "nair"} <= found.names
    for one in proposed:
        assert one.text not in NEVER
        assert not personal_words(one.text, people), one.text


def test_reading_changes_nothing_and_keeps_nothing(year: Year) -> None:
    before = year.mailbox()
    told = year.practice.ok("past", "--json").json
    assert (told["sent"], told["answered"], told["inquiries"]) == (len(past_year.sent()), 24, 22)
    assert (len(told["proposals"]), told["to_confirm"], told["examples"]) == (7, 24, 0)
    assert year.mailbox() == before
    assert year.practice.ok("lead", "list", "--json").json == []
    assert year.practice.queue_all() == []
    a = year.practice.assembly()
    assert a.db.value("SELECT count(*) FROM past") + a.db.value("SELECT count(*) FROM sighting") == 0


def test_only_what_was_sent_since_a_day(year: Year) -> None:
    since = (datetime.now(UTC) - timedelta(days=30)).date().isoformat()
    told = year.practice.ok("past", "--since", since, "--json").json
    assert 0 < told["inquiries"] < 10
    wrong = year.practice.run("past", "--since", "yesterday")
    assert (wrong.code, wrong.err.count("\n")) == (2, 1)


def test_answered_mail_that_was_put_away_is_found(dovecot: Dovecot, tmp_path: Path) -> None:
    folders = in_folders(tmp_path / "folders")
    home = folders.practice.home
    (home / "inbox" / ".Archive" / "cur").mkdir(parents=True)
    for path in sorted((home / "inbox" / "cur").iterdir())[:10]:
        path.rename(home / "inbox" / ".Archive" / "cur" / path.name)
    assert folders.practice.ok("past", "--json").json["inquiries"] == 22


def test_without_a_terminal_it_asks_nothing(folders: Year) -> None:
    done = folders.practice.run("past")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "--json" in done.err


class Person:
    """Somebody at a terminal: waits until something is shown, then presses keys."""

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self.shown = ""
        self._heard = 0

    def sees(self, words: str) -> str:
        """What was shown from the last time on, up to these words, as one line."""
        deadline = time.monotonic() + _WAIT
        while (found := self._text().find(words, self._heard)) < 0:
            assert time.monotonic() < deadline, (words, self.shown[-2_000:])
            self._read()
        begun, self._heard = self._heard, found + len(words)
        return self._text()[begun : self._heard]

    def _text(self) -> str:
        return " ".join(_CONTROL.sub(" ", self.shown).split())

    def presses(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    def answers(self, key: str) -> None:
        """One key without Enter: what is typed before one is waited for is lost."""
        deadline = time.monotonic() + _WAIT
        while termios.tcgetattr(self._terminal)[3] & termios.ICANON:
            assert time.monotonic() < deadline, self.shown[-2_000:]
            time.sleep(0.01)
        self.presses(key)

    def _read(self) -> None:
        if select.select([self._terminal], [], [], 0.2)[0]:
            self.shown += os.read(self._terminal, 65_536).decode("utf-8", "replace")


@contextmanager
def at_terminal(practice: Practice, **environment: str) -> Iterator[tuple[Person, "subprocess.Popen[bytes]"]]:
    ours, theirs = pty.openpty()
    env = practice.env() | {"TERM": "xterm", "COLUMNS": "80"} | environment
    process = subprocess.Popen(
        practice.command("past"), stdin=theirs, stdout=theirs, stderr=theirs, env=env, start_new_session=True
    )
    os.close(theirs)
    try:
        yield Person(ours), process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(30)
        os.close(ours)


def decides(person: Person, said: dict[str, str], *, of: int) -> None:
    """Answers every proposal: by its text a key, else skip."""
    for number in range(1, of + 1):
        text = person.sees("q leave >")
        assert f"{number} of {of}:" in text
        key = next((key for words, key in said.items() if words in text), "s")
        person.answers(key)
        if key == "t" and "look twice" in text:
            assert "t again takes it" in person.sees("q leave >")
            person.answers(key)


def test_taken_words_are_said_by_the_next_draft(folders: Year, tmp_path: Path) -> None:
    practice = folders.practice
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nsed -i 's/mostly in the mornings/above all before noon/' \"$1\"\n")
    editor.chmod(0o755)
    with at_terminal(practice, EDITOR=str(editor)) as (person, process):
        person.sees("Read them now?")
        assert "Nothing leaves this computer" in person.shown
        person.presses("y\n")
        decides(person, {SUPERBILL: "t", FEE: "t", OLD_FEE: "t", ROOM: "e", COUPLES: "t"}, of=7)
        person.sees("is this what they asked?")
        person.answers("q")
        assert process.wait(60) == 0
    assert practice.ok("template", "check").out.splitlines()[-1].startswith("0 wrong")
    assert '[responses]\npath = "responses"\n' in practice.config.read_text()
    practice.receive(mail("Hello, do you take Oxford, and what is your fee? Ann", sender="ann.new@example.org"))
    practice.receive(mail("Hello, are you accepting new clients right now? Bob", sender="bob.new@example.org"))
    practice.receive(mail("Hello, do you work with couples? Cy", sender="cy.new@example.org"))
    practice.receive(mail("Hello, do you work with teenagers? My son is 15. Di", sender="di.new@example.org"))
    practice.ok("poll", "--since", datetime.now(UTC).date().isoformat())
    bodies = {item["from"]: item["draft"]["body"] for item in practice.queue() if ".new@" in item["from"]}
    assert SUPERBILL in bodies["ann.new@example.org"]
    assert FEE in bodies["ann.new@example.org"]
    assert "$150" not in bodies["ann.new@example.org"], "the configuration has another fee"
    assert "above all before noon" in bodies["bob.new@example.org"]
    assert COUPLES in bodies["cy.new@example.org"]
    assert COUPLES not in bodies["di.new@example.org"]
    text = practice.config.read_text()
    practice.config.write_text(text.replace("$160 for 50", "$150 for 50"))
    body = next(item["draft"]["body"] for item in practice.queue() if item["from"] == "ann.new@example.org")
    assert OLD_FEE in practice.ok("template", "preview", "insurance").out
    assert FEE not in practice.ok("template", "preview", "insurance").out, body
    told = practice.ok("past", "--json").json
    assert told["proposals"] == [], "each is put to her once"


def confirms(practice: Practice, keys: list[str], left: int | None = None) -> str:
    """Leaves every proposal out, answers the mails by these keys, then leaves; what was shown.

    Where `left`, the number of mails that are left, are all answered, it ends of itself.
    """
    with at_terminal(practice) as (person, process):
        person.sees("Read them now?")
        person.presses("\n")
        text = person.sees(
            "q leave >" if not practice.assembly().db.value("SELECT 1 FROM past_settled") else "We think"
        )
        if "We think" not in text:
            total = int(re.findall(r"1 of (\d+): in", text)[0])
            person.answers("s")
            for _ in range(total - 1):
                person.sees("q leave >")
                person.answers("s")
            person.sees("We think")
        for n, key in enumerate(keys, 1):
            person.answers(key)
            if n == left:
                break
            person.sees({"u": "taken back"}.get(key, "Enter keeps it" if key in "iasf!c" else "We think"))
            if key == "u":
                person.sees("We think")
        else:
            person.answers("q")
        person.sees("Teach it")
        person.presses("n\n")
        assert process.wait(60) == 0
        return person.shown


def test_confirmed_mails_become_examples(year: Year) -> None:
    before = year.mailbox()
    shown = confirms(year.practice, ["\n", "\n", "i", "\n", "n", "v", "u", "k", "\n"])
    assert "5 confirmed" in shown
    assert "»" in shown
    a = year.practice.assembly()
    rows = a.db.all("SELECT * FROM past ORDER BY id")
    assert len(rows) == 5
    assert any("insurance" in row["labels"] for row in rows)
    found = store.everything(a.db)
    assert {one.how for one in found} == {"past"}
    names = frozenset({"insurance", "availability", "scheduling", "fit"})
    for one in found:
        assert [fault for fault in contradictions(learning._example(one, 0), names) if "kind" in fault] == []
    assert year.practice.ok("past", "--json").json["to_confirm"] == 24 - 5 - 1, (
        "the one that was left out comes not again"
    )
    assert "6 confirmed" in confirms(year.practice, ["\n"] * 6), "it goes on where it stopped"
    assert store.count(a.db) == 11
    assert year.mailbox() == before
    assert year.practice.ok("lead", "list", "--json").json == []
    assert year.practice.ok("audit", "verify").code == 0
    year.practice.ok("status")
    assert "11 examples taken back" in year.practice.ok("past", "--drop").out
    assert store.count(a.db) == 0


def test_train_learns_from_them(folders: Year, monkeypatch: pytest.MonkeyPatch) -> None:
    confirms(folders.practice, ["\n", "\n", "\n"])
    a = folders.practice.assembly()
    taught: list[Example] = []

    def stop(added: list[Example], *_: object) -> object:
        taught.extend(added)
        raise InterruptedError

    monkeypatch.setattr(learning, "_fitted", stop)
    with pytest.raises(InterruptedError):
        learning.train(a, a.clock, lambda _doing: None)
    assert len({one.voice for one in taught}) == 3
    assert {one.practice for one in taught} == {"own"}
    assert all(one.voice.startswith("past-") for one in taught)


def test_one_who_is_forgotten_leaves_no_example(folders: Year) -> None:
    practice = folders.practice
    confirms(practice, ["\n"] * 24, left=24)
    one = INQUIRIES[0]
    a = practice.assembly()
    assert one.address in store.people(a.db)
    practice.ok("forget", one.address, "--json")
    assert one.address not in store.people(a.db)
    assert store.count(a.db) == 23
    for path in (practice.home / "store").rglob("*"):
        if path.is_file():
            assert one.address.encode() not in path.read_bytes(), path
    told = practice.ok("past", "--again", "--json").json
    assert told["to_confirm"] == 23, "nobody asks about their mail again"


def test_old_examples_expire_with_the_words(folders: Year) -> None:
    practice = folders.practice
    confirms(practice, ["\n"])
    a = practice.assembly()
    with a.db.writing():
        a.db.run("UPDATE past SET at = '2020-01-01T00:00:00.000000+00:00'")
    practice.config.write_text(
        practice.config.read_text().replace('path = "store"', 'path = "store"\nkeep_text_days = 30')
    )
    practice.ok("poll", "--since", datetime.now(UTC).date().isoformat())
    assert store.count(a.db) == 0


def test_the_daemon_may_run_meanwhile(folders: Year) -> None:
    practice = folders.practice
    practice.config.write_text(
        practice.config.read_text().replace('since = "all"', f'since = "{datetime.now(UTC).date().isoformat()}"')
    )
    with running(practice):
        assert "2 confirmed" in confirms(practice, ["\n", "\n"])
        practice.receive(mail(ASKS_INSURANCE))
    assert practice.run("check").code in {0, 1}

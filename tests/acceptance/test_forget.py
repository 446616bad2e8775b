"""`forget`: one person is erased everywhere, to the last byte; nobody else is touched (G53)."""

import base64
import quopri
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from inboxtriage import shipped
from inboxtriage.category.examples import Example
from inboxtriage.service import learning
from inboxtriage.service.upkeep import forgetting
from inboxtriage.store.database import Database
from inboxtriage.triage.model import weights
from inboxtriage.triage.model.weights import Weights
from tests.peers.dovecot import Dovecot
from tests.peers.dovecot import Mailbox as Box
from tests.peers.smtp import Misbehaviour, SmtpPeer
from tests.practice import ASKS_INSURANCE, ASKS_ROOM, Practice, mail
from tests.running import often, running, wait

ADDRESS, NAME, PHONE = "quillon.canary@example.org", "Zebrafinch Quillon", "555-014-7788"
SUBJECT, WORD, NOTE = "Xylocarp therapy", "Quälgeist", "Marzipanvogel"
CANARIES = (ADDRESS, "zebrafinch", "quillon", PHONE, "014-7788", "xylocarp", WORD, NOTE)
# Tables that hang neither on a message nor on a lead, and hold nothing of a person, or are seen to by `forget`.
IMPERSONAL = {"mark", "unfetched", "tally", "audit", "installation", "chore", "lead", "_sqlite_migrations"}
IMPERSONAL |= {"forgotten", "forgotten_key", "standing", "held_back", "past_settled"}
SEEN_TO = {"message", "sighting", "pin", "unpinned", "pass", "sender", "worker", "past"}


def theirs(body: str, *, encoding: str = "quoted-printable", sender: str = f"{NAME} <{ADDRESS}>") -> bytes:
    """A mail with every canary in it, its text encoded."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = sender, "hello@harbor.example", SUBJECT
    made["Date"] = "Sat, 21 Nov 2026 10:00:00 +0000"
    made["Message-ID"] = f"<{abs(hash((body, encoding)))}@example.org>"
    made.set_content(f"{body}\n\n{WORD} {NAME}, call {PHONE}", cte=encoding)
    return made.as_bytes()


FORM = mail(
    f"Name: {NAME}\nEmail: {ADDRESS}\nPhone: {PHONE}\nMessage: {ASKS_ROOM} {WORD}\n",
    sender="Website <noreply@forms.example>",
    subject="New contact form submission",
)


def test_g53_the_letter_in_the_drafts_folder_goes_too(dovecot: Dovecot, tmp_path: Path) -> None:
    box = dovecot.mailbox()
    box.deliver(mail(ASKS_INSURANCE, sender=f"{NAME} <{ADDRESS}>"), mail(ASKS_ROOM, sender="other@example.org"))
    with SmtpPeer() as smtp:
        practice = Practice.on_servers(tmp_path, box, smtp)
        practice.ok("poll")
        assert len(box.messages("Drafts")) == 2
        assert practice.ok("forget", ADDRESS, "--json").json["in_drafts"] == []
        (kept,) = box.messages("Drafts")
        assert b"other@example.org" in kept
        dovecot_port = f"port = {dovecot.tls_port}"
        practice.config.write_text(practice.config.read_text().replace(dovecot_port, "port = 1"))
        assert practice.ok("forget", "other@example.org", "--json").json["in_drafts"] == ["m2"]


def spellings(word: str) -> Iterator[bytes]:
    """A word as it may stand in a file: plain, in other charsets, in JSON, quoted-printable, base64 at any offset."""
    for text in {word, word.lower()}:
        plain = text.encode()
        yield plain
        yield text.encode("latin-1")
        yield text.encode("utf-16-le")
        yield text.encode("ascii", "backslashreplace").replace(b"\\x", b"\\u00")
        yield quopri.encodestring(plain)
        for before in range(3):
            coded = base64.b64encode(b"." * before + plain + b"..")
            yield coded[4 if before else 0 : -4]


def traces(folder: Path) -> list[str]:
    """Every file under `folder` that holds a canary in any spelling, and which."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            small = data.lower()
            found += [
                f"{path.name}: {word}"
                for word in CANARIES
                if any(spelled in data or spelled in small for spelled in spellings(word))
            ]
    return found


def with_canary(model: Weights) -> Weights:
    """A model whose vocabulary has learned a word of theirs."""
    terms = model.vocabulary.split("\n")
    changed = {name: getattr(model, name) for name in Weights.__slots__}
    return Weights(**changed | {"vocabulary": "\n".join(["zebrafinch", *terms[1:]])})


def rows(home: Practice) -> dict[str, list[tuple[object, ...]]]:
    """What the store holds of everybody else."""
    db = Database(home.home / "store")
    tables = ("message", "item", "raw", "draft", "outgoing", "lead", "event", "correction", "step")
    found = {table: [tuple(row) for row in db.all(f"SELECT * FROM {table}")] for table in tables}
    db.close()
    return found


@pytest.fixture
def smtp() -> Iterator[SmtpPeer]:
    with SmtpPeer() as peer:
        yield peer


@pytest.fixture
def box(dovecot: Dovecot) -> Box:
    return dovecot.mailbox()


@pytest.fixture
def known(box: Box, smtp: SmtpPeer, tmp_path: Path) -> Practice:
    """A practice in which somebody left traces everywhere, and somebody else did too."""
    box.deliver(mail(ASKS_INSURANCE, sender="Other <other@example.net>"))
    practice = Practice.on_servers(tmp_path / "home", box, smtp)
    practice.ok("poll")
    practice.ok("edit", "m1", "--body", "-", stdin="Dear Other,\n\nPlease call me.\n\nMaya")  # it teaches nothing
    practice.queue()
    practice.ok("approve", "m1", "--now")
    return practice


def leave_traces(practice: Practice, box: Box) -> None:
    """Mail in every encoding and by every way; drafts, letters, notes, corrections, a pin, a model."""
    box.deliver(theirs(ASKS_INSURANCE))
    box.deliver(theirs(ASKS_ROOM, encoding="base64"), FORM)
    practice.ok("poll")
    practice.ok("lead", "note", ADDRESS, NOTE)
    practice.ok("pin", "add", ADDRESS, "read")
    head = next(item for item in practice.queue() if item["name"] == NAME)
    practice.ok("edit", head["id"], "--note", f"{NOTE}, see you soon!", "--to", ADDRESS)
    practice.queue()
    practice.ok("approve", head["id"], "--now")
    box.deliver(theirs(f"{ASKS_ROOM} Thanks for {NOTE}!"), b"From: %s\nSubject: %s" % (ADDRESS.encode(), b"Xylocarp"))
    practice.ok("poll")
    last = practice.queue()[-1]
    practice.ok("relabel", last["id"], "fit")
    practice.ok("done", last["id"], "--how", "phone", "--note", NOTE)
    learned = with_canary(weights.load(shipped.folder("models") / "shipped"))
    for _ in range(3):
        weights.save(learned, practice.home / "store" / "model", keep=3)


def test_g53_no_byte_is_left_and_nobody_else_is_touched(known: Practice, box: Box) -> None:
    before = rows(known)
    leave_traces(known, box)
    assert {name.split(": ")[0] for name in traces(known.home)} >= {"inboxtriage.sqlite3", "model.json"}
    assert {word for word in CANARIES if any(word in line for line in traces(known.home))} == set(CANARIES)
    done = known.ok("forget", ADDRESS.upper(), "--json").json
    assert (len(done["messages"]), len(done["outgoing"]), len(done["leads"])) == (5, 1, 1)
    assert (done["model"], done["unsent"], done["named_in"], done["compacted"]) == ("shipped", 0, [], True)
    assert traces(known.home) == []
    assert rows(known) == before
    assert known.ok("audit", "verify", "--json").json["records"][-1]["action"] == "forgot"
    assert known.ok("check").out.count("ok") > 0
    gone = known.run("forget", ADDRESS)
    assert (gone.code, gone.err.count("\n")) == (1, 1)
    assert "nothing is known" in gone.err


def test_g53_it_works_beside_the_daemon(known: Practice, box: Box) -> None:
    leave_traces(known, box)
    with running(often(known)) as daemon:
        time.sleep(2)
        assert known.ok("forget", ADDRESS, "--json").json["compacted"]
        wait(lambda: traces(known.home) == [])
        daemon.terminate()
        _, log = daemon.communicate(timeout=30)
    assert "Traceback" not in log
    assert not [word for word in CANARIES if word.lower() in log.lower()]
    assert traces(known.home) == []


def test_g53_their_old_mail_does_not_come_back_and_new_mail_is_a_new_lead(known: Practice, box: Box) -> None:
    old = theirs(ASKS_INSURANCE)
    box.deliver(old)
    known.ok("poll")
    known.ok("forget", ADDRESS)
    assert known.ok("poll", "--since", "2020-01-01", "--json").json["fetched"] == 0
    box.deliver(old)  # the same mail under another number, as after a new UIDVALIDITY
    assert known.ok("poll", "--json").json["fetched"] == 0
    assert traces(known.home) == []
    box.deliver(theirs(ASKS_ROOM))
    assert known.ok("poll", "--json").json["leads_new"] == 1
    assert known.ok("lead", "show", ADDRESS, "--json").json["id"] == "p3", "an id is never used again"


def test_g53_a_letter_that_may_be_on_its_way_is_settled_first(known: Practice, box: Box, smtp: SmtpPeer) -> None:
    box.deliver(theirs(ASKS_INSURANCE))
    known.ok("poll")
    item = known.queue()[0]
    known.ok("approve", item["id"])
    smtp.misbehave["dot"] = Misbehaviour(drop=True)
    known.run("send")
    refused = known.run("forget", ADDRESS)
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert "inboxtriage resolve o2" in refused.err
    assert known.ok("show", item["id"], "--json").json["from"] == ADDRESS, "nothing was erased"
    smtp.misbehave.clear()
    known.ok("resolve", "o2", "--resend")
    done = known.ok("forget", ADDRESS)
    assert "1 approved letter(s) will not be sent" in done.out
    known.ok("send")
    assert [one.recipients for one in smtp.taken] == [["other@example.net"]]
    assert traces(known.home) == []


def test_g53_it_says_where_else_they_are_named(known: Practice, box: Box) -> None:
    box.deliver(theirs(ASKS_INSURANCE))
    box.deliver(mail(f"{ASKS_ROOM} My sister is {ADDRESS}.", sender="sister@example.com"))
    known.ok("poll")
    backups = known.home / "store" / "backups"
    backups.mkdir(mode=0o700)
    (backups / "monday.sqlite3").write_bytes(b"a copy")
    said = known.ok("forget", ADDRESS).out
    assert "m3, somebody else's mail, names this address still" in said
    assert "backups/monday.sqlite3 (today" in said
    assert "mail server stay" in said
    assert len(known.ok("lead", "list", "--json").json) == 2


def test_g53_who_left_only_a_number_is_forgotten_by_their_id(known: Practice) -> None:
    known.ok("lead", "add", "--phone", PHONE, "--name", NAME)
    lead = known.ok("lead", "list", "--json").json[-1]["id"]
    known.ok("forget", lead)
    assert traces(known.home) == []
    assert known.run("forget", lead).code == 1


def test_g53_a_file_that_is_in_use_is_cleaned_by_the_next_pass(practice: Practice) -> None:
    """Somebody reads the store all the while, so that its log cannot be cut."""
    practice.receive(theirs(ASKS_INSURANCE))
    practice.ok("poll")
    with closing(sqlite3.connect(practice.home / "store" / "inboxtriage.sqlite3", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM message").fetchone()
        done = practice.run("forget", ADDRESS)
        assert (done.code, done.err.count("\n")) == (1, 1)
        assert "the next pass does it" in done.err
        assert practice.ok("lead", "list", "--json").json == []
        assert traces(practice.home / "store") != []
        reader.execute("ROLLBACK")
    practice.ok("poll")
    assert traces(practice.home / "store") == []


@pytest.mark.parametrize("who", ["nobody@example.org", "not an address", "hello@harbor.example", "p99"])
def test_g53_who_is_not_known_is_said_in_one_line(who: str, practice: Practice) -> None:
    done = practice.run("forget", who)
    assert done.code != 0
    assert done.err.count("\n") == 1


def test_g53_the_model_learns_again_from_everybody_else(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    for sender in (ADDRESS, "other@example.net"):
        practice.receive(mail(f"{ASKS_INSURANCE} {sender}", sender=sender))
    practice.ok("poll")
    practice.ok("relabel", "m1", "fit")
    practice.ok("relabel", "m2", "availability")
    good = weights.load(shipped.folder("models") / "shipped")
    weights.save(with_canary(good), practice.home / "store" / "model", keep=3)
    learned: list[str] = []

    def fit(own: list[Example], _clock: object, _progress: Callable[[str], None]) -> tuple[Weights, int]:
        learned.extend(example.from_addr for example in own)
        return good, len(own)

    monkeypatch.setattr(learning, "_fitted", fit)
    a = practice.assembly()
    assert forgetting.forget(a, ADDRESS, lambda _text: None).model == "refitted"
    a.close()
    assert set(learned) == {"other@example.net"}
    assert sorted(path.name for path in (practice.home / "store").glob("model*")) == ["model"]


def test_g53_every_table_hangs_on_a_person_or_is_seen_to(tmp_path: Path) -> None:
    """A new table must be thought of: it hangs on a message or a lead, `erase` sees to it, or it is impersonal."""
    db = Database(tmp_path / "store")
    names = {row["name"] for row in db.all("SELECT name FROM sqlite_master WHERE type = 'table'")}
    hanging = {
        name
        for name in names
        for key in db.all(f"PRAGMA foreign_key_list({name})")
        if key["table"] in {"message", "lead"} and key["on_delete"] == "CASCADE"
    }
    db.close()
    assert {name for name in names - hanging if not name.startswith("sqlite_")} == IMPERSONAL | SEEN_TO - hanging

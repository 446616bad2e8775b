"""The store under other hands: held busy, opened to others, its chain bent; and a classifier that calls all junk."""

import os
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from inboxtriage import shipped
from inboxtriage.triage.model import weights
from inboxtriage.triage.model.network import Network
from inboxtriage.triage.model.weights import Weights
from tests.peers.dovecot import Dovecot
from tests.peers.smtp import SmtpPeer
from tests.practice import ASKS_INSURANCE, ASKS_ROOM, Practice, mail
from tests.running import often, running, wait


@contextmanager
def held(practice: Practice) -> Iterator[None]:
    """Another program holds the store for itself."""
    with closing(sqlite3.connect(practice.home / "store" / "inboxtriage.sqlite3", isolation_level=None)) as store:
        store.execute("PRAGMA busy_timeout = 30000")
        store.execute("BEGIN EXCLUSIVE")
        yield
        store.execute("ROLLBACK")


def test_g27_the_daemon_sends_nothing_while_the_store_is_held_and_goes_on(dovecot: Dovecot, tmp_path: Path) -> None:
    """Held for longer than anybody waits for it (10 s)."""
    box = dovecot.mailbox()
    box.deliver(mail(ASKS_INSURANCE))
    with SmtpPeer() as smtp:
        practice = often(Practice.on_servers(tmp_path, box, smtp))
        text = practice.config.read_text()
        practice.config.write_text(text.replace("undo_seconds = 0", "undo_seconds = 4"))
        practice.ok("poll")
        practice.queue()
        with running(practice) as daemon:
            practice.ok("approve", "m1")
            with held(practice):
                box.deliver(mail(ASKS_ROOM, sender="second@example.org"))
                done = practice.run("reject", "m1")
                assert (done.code, done.err.count("\n")) == (1, 1)
                assert "busy" in done.err
                time.sleep(4)
                assert smtp.commands == [], "what cannot be recorded is not sent"
                assert daemon.poll() is None
            wait(lambda: len(smtp.taken) == 1, 90)
            wait(lambda: len(practice.ok("queue", "--all", "--json").json) == 2, 90)
            daemon.terminate()
            _, log = daemon.communicate(timeout=30)
        assert "Traceback" not in log
        assert practice.ok("outbox", "--json").json[0]["state"] == "sent"


def test_g52_the_files_of_a_running_daemon_and_of_a_model_are_private(practice: Practice) -> None:
    """Also the write-ahead log and its index, which are gone when nobody has the store open."""
    store = practice.home / "store"
    previous = os.umask(0)
    try:
        weights.save(weights.load(shipped.folder("models") / "shipped"), store / "model", keep=3)
        practice.receive(mail(ASKS_INSURANCE))
        with running(practice) as daemon:
            wait(lambda: (store / "inboxtriage.sqlite3-wal").exists() and len(practice.queue()) == 1)
            paths = [store, *store.rglob("*")]
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in paths}
            kinds = {path.name: 0o700 if path.is_dir() else 0o600 for path in paths}
            daemon.terminate()
            daemon.communicate(timeout=30)
    finally:
        os.umask(previous)
    assert {"inboxtriage.sqlite3-wal", "inboxtriage.sqlite3-shm", "model", "model.json"} <= set(modes)
    assert {name: oct(mode) for name, mode in modes.items()} == {name: oct(mode) for name, mode in kinds.items()}


@pytest.mark.parametrize(
    "bend",
    [
        "UPDATE audit SET seq = CASE seq WHEN 1 THEN -2 WHEN 2 THEN -1 ELSE seq END; UPDATE audit SET seq = abs(seq)",
        "DELETE FROM outgoing WHERE id = 2",
        "DELETE FROM audit WHERE seq >= 2",
        "DELETE FROM audit; DELETE FROM sqlite_sequence WHERE name = 'audit'",
        "UPDATE audit SET action = 'withdrawn' WHERE seq = 2",
        "UPDATE audit SET item = 'm1', outgoing = 'o1' WHERE seq = 3",
    ],
    ids=["two swapped", "a letter gone", "cut short", "emptied", "another act", "another letter"],
)
def test_g54_a_chain_that_was_bent_is_found(bend: str, practice: Practice) -> None:
    for n in range(3):
        practice.receive(mail(ASKS_INSURANCE, sender=f"p{n}@example.org"))
    practice.ok("poll")
    practice.queue()
    practice.ok("approve", "m1", "m2", "m3", "--now")
    practice.ok("audit", "verify")
    with closing(sqlite3.connect(practice.home / "store" / "inboxtriage.sqlite3")) as store:
        store.executescript(f"DROP TRIGGER audit_is_final; DROP TRIGGER audit_is_kept; {bend}")
    done = practice.run("audit", "verify")
    assert done.code == 1
    assert done.err


def test_g54_the_chain_holds_after_somebody_was_forgotten(practice: Practice) -> None:
    for n in range(3):
        practice.receive(mail(ASKS_INSURANCE, sender=f"p{n}@example.org"))
    practice.ok("poll")
    practice.queue()
    practice.ok("approve", "m1", "m2", "m3", "--now")
    practice.ok("forget", "p1@example.org")
    told = practice.ok("audit", "verify", "--json").json
    assert told["ok"]
    last = told["records"][-1]
    assert (last["action"], last["item"], last["outgoing"]) == ("forgot", "m2", "o2")
    assert "p1@example.org" not in practice.ok("audit", "verify", "--json").out
    with closing(sqlite3.connect(practice.home / "store" / "inboxtriage.sqlite3")) as store:
        store.execute("DELETE FROM outgoing WHERE id = 3")
        store.commit()
    done = practice.run("audit", "verify")
    assert done.code == 1
    assert "o3" in done.err
    assert "o2" not in done.err


def calls_all_spam(model: Weights) -> Weights:
    """A model that is sure of nothing but that everything is spam."""
    bias = model.judge.answer_bias.copy() * 0 - 1e4
    bias[:, len(model.labels) + model.kinds.index("spam")] = 1e4
    judge = Network(
        model.judge.mean, model.judge.scale, model.judge.hidden, model.judge.hidden_bias, model.judge.answer, bias
    )
    return Weights(**{name: getattr(model, name) for name in Weights.__slots__} | {"judge": judge})


def test_g24_calling_everything_junk_hides_and_moves_nothing(dovecot: Dovecot, tmp_path: Path) -> None:
    box = dovecot.mailbox()
    demo = sorted((Path(__file__).parents[2] / "demo" / "backlog").glob("*.eml"))[:20]
    box.deliver(*(path.read_bytes() for path in demo), mail(ASKS_INSURANCE))
    with SmtpPeer() as smtp:
        practice = Practice.on_servers(tmp_path, box, smtp)
        junk = calls_all_spam(weights.load(shipped.folder("models") / "shipped"))
        weights.save(junk, practice.home / "store" / "model")
        before = (box.messages("INBOX"), box.flags(), box.validity())
        practice.ok("poll")
        practice.ok("poll")
        listed = practice.ok("queue", "--all", "--json").json
        assert len(listed) == len(demo) + 1, "every one is listed"
        assert "spam" in {item["kind"] for item in listed}
        assert not {"inquiry", "client"} & {item["kind"] for item in listed}
        assert all(practice.run("show", item["id"]).code == 0 for item in listed[-3:])
        assert {item["state"] for item in listed} <= {"waiting", "ignored"}
        assert (box.messages("INBOX"), box.flags(), box.validity()) == before, "byte for byte, and flag for flag"
        assert smtp.commands == []

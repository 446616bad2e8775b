"""[store] keep_text_days: the words of what was settled long ago go; counts, dates, labels and digests stay."""

from datetime import UTC, datetime, timedelta

import pytest

from inboxtriage.service.assembly import Assembly
from inboxtriage.service.upkeep import tidying
from inboxtriage.store import corrections
from tests.acceptance.test_forget import ADDRESS, theirs, traces
from tests.practice import ASKS_INSURANCE, ASKS_ROOM, Practice, mail

WORDS = ("xylocarp", "Quälgeist", "Marzipanvogel")  # of the mail and the letter; address, name and number stay


class Later:
    """A clock that is so many days ahead."""

    def __init__(self, days: float) -> None:
        self.days = days

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(days=self.days)


@pytest.fixture
def keeping(practice: Practice) -> Practice:
    """A practice that keeps words for 30 days, with one person's mail answered by a letter."""
    text = practice.config.read_text()
    practice.config.write_text(text.replace('path = "store"', 'path = "store"\nkeep_text_days = 30'))
    practice.receive(theirs(ASKS_INSURANCE))
    practice.ok("poll")
    practice.ok("edit", "m1", "--note", "Marzipanvogel")
    practice.queue()
    practice.ok("approve", "m1", "--now")
    return practice


def tidied(practice: Practice, days: float) -> int:
    """What a pass of that day does."""
    a = Assembly(practice.assembly().settings, Later(days))
    try:
        return tidying.tidy(a)
    finally:
        a.close()


def words_left(practice: Practice) -> set[str]:
    return {line.split(": ")[1] for line in traces(practice.home / "store")} & set(WORDS)


def test_words_go_after_their_days_and_the_rest_stays(keeping: Practice) -> None:
    before = keeping.ok("queue", "--all", "--json").json[0]
    mail_before = keeping.ok("outbox", "--json").json[0]
    assert words_left(keeping) == set(WORDS)
    assert tidied(keeping, 29) == 0
    assert words_left(keeping) == set(WORDS)
    assert tidied(keeping, 31) == 1
    assert words_left(keeping) == set(), "to the last byte"
    after = keeping.ok("queue", "--all", "--json").json[0]
    for kept in ("id", "from", "name", "phone", "state", "settled_at", "labels", "received_at", "how", "lead"):
        assert after[kept] == before[kept], kept
    assert after["erased_at"] is not None
    assert keeping.ok("outbox", "--json").json[0] == mail_before | {"subject": ""}
    assert "its words were erased on" in keeping.ok("show", "m1").out
    assert "(keep_text_days)" in keeping.ok("show", "m1").out
    assert keeping.ok("audit", "verify", "--json").json["ok"]
    assert keeping.ok("status", "--json").json["states"] == {"answered": 1}


def test_a_pass_does_it_by_itself_once_a_day(keeping: Practice) -> None:
    a = keeping.assembly()
    with a.db.writing():
        a.db.run("UPDATE item SET settled_at = '2020-01-01T00:00:00.000000+00:00'")
        a.db.run("DELETE FROM chore")
    keeping.ok("poll")
    assert words_left(keeping) == set()
    keeping.receive(theirs(ASKS_ROOM))
    keeping.ok("poll")
    keeping.ok("reject", "m2")
    with a.db.writing():
        a.db.run("UPDATE item SET settled_at = '2020-01-01T00:00:00.000000+00:00'")
    keeping.ok("poll")
    assert words_left(keeping) != set(), "not again on the same day"
    a.close()
    assert tidied(keeping, 2) == 1


@pytest.mark.parametrize("step", ["waiting", "snoozed", "approved", "unknown"])
def test_nothing_goes_while_anything_of_the_person_is_open(step: str, keeping: Practice) -> None:
    keeping.receive(theirs(ASKS_ROOM))
    keeping.ok("poll")
    if step == "snoozed":
        keeping.ok("snooze", "m2", "2099-01-01")
    if step in {"approved", "unknown"}:
        keeping.queue()
        keeping.ok("approve", "m2")
    if step == "unknown":
        a = keeping.assembly()
        with a.db.writing():
            a.db.run("UPDATE outgoing SET state = 'unknown' WHERE id = 2")
        a.close()
    assert tidied(keeping, 400) == 0
    assert keeping.ok("show", "m1", "--json").json["text"]
    if step == "waiting":
        keeping.ok("done", "m2", "--how", "none")
        assert tidied(keeping, 800) == 2


def test_what_was_folded_goes_with_its_head(practice: Practice) -> None:
    text = practice.config.read_text()
    practice.config.write_text(text.replace('path = "store"', 'path = "store"\nkeep_text_days = 30'))
    for body in (ASKS_INSURANCE, ASKS_ROOM):
        practice.receive(theirs(body))
        practice.ok("poll")
    assert practice.ok("show", "m1", "--json").json["state"] == "folded"
    assert tidied(practice, 400) == 0
    practice.queue()
    practice.ok("approve", "m2", "--now")
    assert tidied(practice, 800) == 2
    assert words_left(practice) == set()


def test_erased_words_teach_nothing_and_nothing_is_undone(keeping: Practice) -> None:
    a = keeping.assembly()
    assert len(corrections.everything(a.db)) == 1
    tidied(keeping, 400)
    assert corrections.everything(a.db) == []
    a.close()
    for words in (["undo", "m1"], ["relabel", "m1", "fit"], ["edit", "m1", "--note", "x"]):
        done = keeping.run(*words)
        assert (done.code, done.err.count("\n")) == (1, 1), words


def test_known_mail_is_known_without_its_words(keeping: Practice) -> None:
    raw = theirs(ASKS_INSURANCE)
    tidied(keeping, 400)
    keeping.receive(raw)
    assert keeping.ok("poll", "--json").json["duplicates"] == 1
    keeping.receive(mail(ASKS_ROOM, sender=ADDRESS))
    assert keeping.ok("poll", "--json").json["fetched"] == 1


def test_without_days_words_stay_for_ever(practice: Practice) -> None:
    practice.receive(theirs(ASKS_INSURANCE))
    practice.ok("poll")
    practice.ok("reject", "m1")
    assert tidied(practice, 36_500) == 0
    assert practice.ok("show", "m1", "--json").json["text"]

"""Every order of what a person, a server, the post and a crash can do to approvals: real store, real folders.

The server is made up at the Transport protocol: it records what it took, and the process dies where it is told to.
"""

import os
import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from functools import cache
from pathlib import Path

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from inboxtriage.clock import SystemClock
from inboxtriage.config.load import load
from inboxtriage.config.settings import Account
from inboxtriage.errors import InboxTriageError
from inboxtriage.outbox.outgoing import Outgoing
from inboxtriage.outbox.settle import Outcome
from inboxtriage.outbox.transport import Parcel
from inboxtriage.service import approvals, deciding, intake, outbox, queue, resolving, sending
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.sorting import Sorter
from inboxtriage.service.upkeep import backups, forgetting
from inboxtriage.store import messages
from tests.practice import ASKS_INSURANCE, ASKS_ROOM, Practice, mail

PEOPLE = ("jane@example.org", "ravi@example.net")
UNDER_WAY = {"queued", "sending", "committing", "deferred", "unknown"}
WAYS = ("taken", "lost", "put off", "refused", "no server", "dies before", "dies committed", "dies after")


class Killed(BaseException):
    """The process is no more."""


class Hand:
    """The clock that a test moves by hand."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        """See Clock."""
        return SystemClock().now() + self.ahead


@dataclass
class Server:
    """What a server does with the mails that come, in turn; the last way goes on. `meanwhile` is called once."""

    ways: list[str] = field(default_factory=lambda: ["taken"])
    meanwhile: Callable[[], None] | None = None
    taken: list[Parcel] = field(default_factory=list)
    taking: Callable[[Parcel], None] = lambda _parcel: None

    async def deliver(self, parcel: Parcel, commit: Callable[[], None]) -> Outcome:
        """See Transport."""
        way = self.ways.pop(0) if len(self.ways) > 1 else self.ways[0]
        then, self.meanwhile = self.meanwhile, None
        if then is not None:
            then()
        if way == "dies before":
            raise Killed
        if way == "no server":
            return Outcome("connect", None, "nobody there")
        if way == "put off":
            return Outcome("rcpt", 451, "later")
        if way == "refused":
            return Outcome("rcpt", 550, "nobody of that name")
        commit()
        if way == "dies committed":
            raise Killed
        self.taking(parcel)
        self.taken.append(parcel)
        if way == "dies after":
            raise Killed
        return Outcome("body", None, "lost") if way == "lost" else Outcome("body", 250, "taken")

    async def close(self) -> None:
        """See Transport."""

    async def probe(self) -> None:
        """See Transport."""


class Wired(Assembly):
    """An assembly whose mail goes to the made-up server."""

    server: Server

    def transport(self, account: Account, *, secret: Callable[..., str] | None = None) -> Server:
        """See Assembly."""
        return self.server


@cache
def _sorter(config: Path) -> Sorter:
    return Assembly(load(config)).sorter


class World:
    """One practice on its folders, with the hands of everybody who can do something to it."""

    def __init__(self, home: Path) -> None:
        self.practice = Practice.in_folders(home)
        os.environ.update(self.practice.environment)
        self.clock, self.server = Hand(), Server()
        self.a = self.opened()

    def opened(self) -> Wired:
        """Another process's view."""
        a = Wired(load(self.practice.config), self.clock)
        a.server = self.server
        a.__dict__["sorter"] = _sorter(self.practice.config)
        return a

    def again(self) -> None:
        """The process ends, and another begins."""
        self.a.close()
        self.a = self.opened()

    def write(self, who: str, body: str = ASKS_INSURANCE) -> None:
        """The post brings a mail."""
        self.practice.receive(mail(body, sender=who))

    def writes_and_is_read(self, body: str = ASKS_INSURANCE) -> Callable[[], None]:
        """The first person writes, and that is read, when it is called."""

        def happens() -> None:
            self.write(PEOPLE[0], body)
            self.poll()

        return happens

    def poll(self) -> None:
        """Another process reads it."""
        b = self.opened()
        try:
            intake.poll(b)
        finally:
            b.close()

    def approve(self, item: str) -> str:
        """As the owner does: looks, and says yes."""
        queue.whole(self.a, item)
        (found,) = [entry for entry in queue.entries(self.a, everything=True) if entry.item.id == item]
        if found.draft is None:
            raise InboxTriageError("no draft")
        return approvals.approve(self.a, item, sha256=found.draft.sha256)

    def answer_elsewhere(self, item: str) -> None:
        """The owner answers from another mail client."""
        theirs = messages.find(self.a.db, item).message_id
        raw = mail("Thank you", sender="hello@harbor.example", to="x@example.org", In_Reply_To=str(theirs))
        (self.practice.home / "sent" / "cur" / f"{os.urandom(6).hex()}:2,S").write_bytes(raw)

    def send(self) -> sending.SendReport | None:
        """A round of sending; None where the process died in it."""
        try:
            return sending.send(self.a)
        except Killed:
            self.again()
            return None

    def outbox(self) -> list[Outgoing]:
        """Every mail that was ever approved."""
        return outbox.everything(self.a)


@contextmanager
def world() -> Iterator[World]:
    """A world with one letter that waits."""
    with tempfile.TemporaryDirectory() as folder:
        made = World(Path(folder))
        made.write(PEOPLE[0])
        made.poll()
        try:
            yield made
        finally:
            made.a.close()


class InAWorld(RuleBasedStateMachine):
    """What happens to the `world` that `begin` makes in `folder`."""

    folder: tempfile.TemporaryDirectory[str]
    world: World

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.a.close()
            self.folder.cleanup()


class AnyDay(InAWorld):
    """What else happens on any day, with nothing to keep of it."""

    @rule(who=st.sampled_from(PEOPLE))
    def forget(self, who: str) -> None:
        with suppress(InboxTriageError):
            forgetting.forget(self.world.a, who, lambda _line: None)

    @rule(jump=st.sampled_from([timedelta(minutes=5), timedelta(days=2)]))
    def time_passes(self, jump: timedelta) -> None:
        self.world.clock.ahead += jump


def runs(steps: int) -> settings:
    """As many runs as the environment says, of so many steps each."""
    return settings(
        max_examples=int(os.environ.get("INTERLEAVINGS", "12")),
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


class Approvals(InAWorld):
    """G1, G2, G9, G12, G13, G31: whatever happens in whatever order."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.world = World(Path(self.folder.name))
        self.world.server.taking = self.is_allowed
        self.void: set[str] = set()  # Message-IDs of letters that must not leave any more
        self.resent: Counter[str] = Counter()
        self.unknown: set[str] = set()
        self.written: dict[str, int] = {}  # Message-ID of a letter -> mails of its person that were read by then
        self.copy: Path | None = None
        for who in PEOPLE:
            self.world.write(who, ASKS_ROOM if who == PEOPLE[1] else ASKS_INSURANCE)
        self.world.poll()

    def items(self) -> list[str]:
        return [item.id for item in messages.everything(self.world.a.db)]

    def mails_of(self, who: str) -> int:
        return sum(item.person == who for item in messages.everything(self.world.a.db))

    def is_allowed(self, parcel: Parcel) -> None:
        """The server is about to take a letter."""
        assert parcel.message_id not in self.void, "its approval was taken back"
        assert parcel.message_id in self.written, "nobody approved it"
        assert message_from_bytes(parcel.mime)["To"].strip() == parcel.recipient
        assert self.mails_of(parcel.recipient) == self.written[parcel.message_id], "they wrote again, and we knew"

    def took_back(self) -> None:
        self.void |= {one.message_id for one in self.world.outbox() if one.state in {"cancelled", "failed"}}

    @rule(who=st.sampled_from(PEOPLE), read=st.booleans())
    def they_write(self, who: str, read: bool) -> None:
        self.world.write(who)
        if read:
            self.world.poll()

    @rule()
    def poll(self) -> None:
        self.world.poll()

    @rule(n=st.integers(0, 7))
    def approve(self, n: int) -> None:
        items = self.items()
        if not items:
            return
        with suppress(InboxTriageError):
            out = self.world.approve(items[n % len(items)])
            (one,) = [one for one in self.world.outbox() if one.id == out]
            self.written[one.message_id] = self.mails_of(one.to)

    @rule(n=st.integers(0, 7), what=st.sampled_from(["undo", "reject", "edit", "done", "snooze", "relabel"]))
    def decide(self, n: int, what: str) -> None:
        items, a = self.items(), self.world.a
        if not items:
            return
        item = items[n % len(items)]
        with suppress(InboxTriageError):
            match what:
                case "undo":
                    deciding.undo(a, item)
                case "reject":
                    deciding.reject(a, item, None)
                case "edit":
                    deciding.edit(a, item, body=f"A letter of my own, {os.urandom(4).hex()}.")
                case "done":
                    deciding.done(a, item, "none", None)
                case "snooze":
                    deciding.snooze(a, item, self.world.clock.now() + timedelta(days=1))
                case _:
                    deciding.relabel(a, item, ["insurance"])

    @rule(n=st.integers(0, 7), noticed=st.booleans())
    def answer_elsewhere(self, n: int, noticed: bool) -> None:
        items = self.items()
        if items:
            item = messages.find(self.world.a.db, items[n % len(items)])
            self.world.answer_elsewhere(item.id)
            if noticed:
                self.world.poll()

    @rule(who=st.sampled_from(PEOPLE))
    def forget(self, who: str) -> None:
        before = {one.message_id for one in self.world.outbox()}
        with suppress(InboxTriageError):
            forgetting.forget(self.world.a, who, lambda _line: None)
            self.void |= before - {one.message_id for one in self.world.outbox()}

    @rule(
        ways=st.lists(st.sampled_from(WAYS), min_size=1, max_size=3),
        meanwhile=st.sampled_from([None, *PEOPLE]),
        answered=st.booleans(),
    )
    def send(self, ways: list[str], meanwhile: str | None, answered: bool) -> None:
        def happens() -> None:
            if meanwhile is not None:
                self.world.write(meanwhile)
            if answered:
                with suppress(IndexError):
                    self.world.answer_elsewhere(self.items()[0])
            self.world.poll()

        self.world.server.ways = list(ways)
        self.world.server.meanwhile = happens if meanwhile or answered else None
        self.world.send()

    @rule(n=st.integers(0, 3), sent=st.booleans(), resend=st.booleans())
    def resolve(self, n: int, sent: bool, resend: bool) -> None:
        unknown = [one for one in self.world.outbox() if one.state == "unknown"]
        if not unknown:
            return
        one = unknown[n % len(unknown)]
        with suppress(InboxTriageError):
            resolving.resolve(self.world.a, one.id, sent=sent, resend=resend and not sent)
            self.resent[one.message_id] += resend and not sent
        self.unknown.discard(one.message_id)

    @rule()
    def back_up(self) -> None:
        self.copy = self.world.practice.home / f"{os.urandom(4).hex()}.sqlite3"
        backups.make(self.world.a, self.copy)

    @precondition(lambda self: self.copy is not None)
    @rule(by_hand=st.booleans())
    def put_back(self, by_hand: bool) -> None:
        assert self.copy is not None
        if by_hand:
            self.world.a.close()
            store = self.world.practice.home / "store"
            for file in store.glob("inboxtriage.sqlite3*"):
                file.unlink()
            shutil.copy(self.copy, store / "inboxtriage.sqlite3")
        else:
            self.world.clock.ahead += timedelta(seconds=2)  # what was there is kept under a name of this second
            backups.restore(self.world.a, self.copy)
            self.world.a.close()
        self.world.a = self.world.opened()
        self.unknown = set()

    @rule(jump=st.sampled_from([timedelta(days=-2), timedelta(minutes=5), timedelta(hours=5), timedelta(days=366)]))
    def clock_jumps(self, jump: timedelta) -> None:
        self.world.clock.ahead += jump

    @rule()
    def process_ends(self) -> None:
        self.world.again()

    @invariant()
    def nothing_leaves_twice(self) -> None:
        if hasattr(self, "world"):
            for message_id, times in Counter(parcel.message_id for parcel in self.world.server.taken).items():
                assert times <= 1 + self.resent[message_id]

    @invariant()
    def every_message_is_in_one_visible_state(self) -> None:
        if not hasattr(self, "world"):
            return
        self.took_back()
        now = self.world.outbox()
        last = {one.item: one.state for one in now}
        shown = [entry.item for entry in queue.entries(self.world.a, everything=True)]
        assert len({item.id for item in shown}) == len(shown) == len(self.items())
        for item in shown:
            state = last.get(item.id, "cancelled")
            assert (item.state == "approved") == (state in UNDER_WAY), (item.id, item.state, state)
            assert state != "sent" or item.state == "answered", (item.id, item.state)
        unknown = {one.message_id for one in now if one.state == "unknown"}
        assert self.unknown <= unknown, "unknown never leaves by itself"
        self.unknown = unknown


TestApprovals = Approvals.TestCase
TestApprovals.settings = runs(25)


def test_who_writes_while_their_letter_is_claimed_is_not_sent_it_later() -> None:
    """G13: what came between the claim and a 451 was read by then, so that no later look would find it new."""
    with world() as w:
        w.approve("m1")
        w.server.ways, w.server.meanwhile = ["put off", "taken"], w.writes_and_is_read()
        assert w.send().deferred == 1  # type: ignore[union-attr]
        w.clock.ahead += timedelta(minutes=5)
        report = w.send()
        assert report is not None
        assert (report.sent, report.recalled) == (0, 1)
        assert w.server.taken == []
        assert [one.state for one in w.outbox()] == ["cancelled"]


def test_who_writes_between_claim_and_354_is_not_sent_the_letter() -> None:
    """G13: the last moment at which nothing has left yet."""
    with world() as w:
        w.approve("m1")
        w.server.meanwhile = w.writes_and_is_read("I want to kill myself tonight.")
        report = w.send()
        assert report is not None
        assert (report.sent, report.recalled) == (0, 1)
        assert "danger" in report.problems[0]
        assert w.server.taken == []


def test_an_unknown_letter_does_not_go_again_to_who_wrote_meanwhile() -> None:
    """G13: --resend is the word of somebody who may not have read the new mail yet."""
    with world() as w:
        w.approve("m1")
        w.server.ways = ["lost", "taken"]
        assert w.send().unknown == 1  # type: ignore[union-attr]
        w.write(PEOPLE[0])
        w.poll()
        one, why = resolving.resolve(w.a, "o1", sent=False, resend=True)
        assert (one.state, "they wrote again" in why) == ("cancelled", True)
        w.send()
        assert len(w.server.taken) == 1


def test_a_clock_that_jumps_neither_ends_a_mail_nor_holds_it_for_days() -> None:
    """G29: a year on, one 451 is one 451; two days back, what waits does not wait for two days."""
    with world() as w:
        w.approve("m1")
        w.clock.ahead += timedelta(days=366)
        w.server.ways = ["put off"]
        assert w.send().deferred == 1  # type: ignore[union-attr]
        w.clock.ahead -= timedelta(days=368)
        w.send()  # the pause of a wrong clock does not count, nor does its moment
        w.clock.ahead += timedelta(minutes=2)
        w.server.ways = ["taken"]
        w.send()
        assert len(w.server.taken) == 1


def test_an_approval_that_came_to_nothing_hides_no_earlier_step() -> None:
    """`undo` takes back what the owner did last, and never the letter that they wrote after an approval lapsed."""
    with world() as w:
        deciding.snooze(w.a, "m1", w.clock.now() + timedelta(days=1))
        deciding.undo(w.a, "m1")
        w.approve("m1")
        w.answer_elsewhere("m1")
        w.poll()
        assert [one.state for one in w.outbox()] == ["cancelled"]
        deciding.edit(w.a, "m1", body="Another letter, by hand.")
        with suppress(InboxTriageError):
            deciding.undo(w.a, "m1")
        entry = queue.whole(w.a, "m1").entry
        assert entry.draft is not None
        assert entry.draft.draft.body == "Another letter, by hand."


def test_two_copies_of_a_store_that_send_side_by_side() -> None:
    """G31: the second began its round before the first sent anything; it notices before its first byte."""
    with world() as w:
        w.write(PEOPLE[1])
        w.poll()
        w.approve("m1")
        other = w.practice.home / "other"
        other.mkdir()
        backups.make(w.a, other / "inboxtriage.sqlite3")
        there = msgspec.structs.replace(w.a.settings, store=msgspec.structs.replace(w.a.settings.store, path=other))

        def the_other_sends() -> None:
            for file in (w.practice.home / "sent").glob("*/*"):
                file.unlink()  # no proof there: the mark alone has to tell
            copied = Wired(there, w.clock)
            copied.server = Server(taken=w.server.taken)
            sending.send(copied)
            copied.close()

        def meanwhile() -> None:
            process = threading.Thread(target=the_other_sends)
            process.start()
            process.join()

        w.server.meanwhile = meanwhile
        w.send()
        assert [parcel.recipient for parcel in w.server.taken] == [PEOPLE[0]]
        the_other_sends()
        w.send()
        assert len(w.server.taken) == 1

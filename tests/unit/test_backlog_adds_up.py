"""What waits adds up wherever it is told: queue, backlog, `unanswered`, `status` and the line of the week.

Whatever was decided, by one key or several, in whatever order, on a real store; the world is that of the interleavings.
"""

import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from inboxtriage.errors import InboxTriageError
from inboxtriage.service import deciding, merging, queue, reckoning, sending
from inboxtriage.service import leads as people
from inboxtriage.service.backlog import acting, cards, walk
from inboxtriage.service.backlog.acting import Decision
from inboxtriage.service.journey import digest
from inboxtriage.service.status import status
from inboxtriage.service.unanswered import unanswered
from inboxtriage.store import messages
from tests.practice import ASKS_INSURANCE, ASKS_ROOM, mail
from tests.unit.test_interleavings import PEOPLE, AnyDay, World, runs

FOUND_SOMEONE = "Hello again. I have found someone else in the meantime, so you need not answer. Thank you."
ADS = "Dear sir, buy our SEO services and marketing, best price. Book a demo of our services today."
DANGER = "I want to kill myself tonight."
UNSURE = "Hi, it was lovely to see you at the wedding! Love, Kim"
EVERYBODY = (*PEOPLE, "new@example.com", "kim@example.com")
SETTLED = ("approved", "rejected", "done", "snoozed", "folded")
BODIES = (ASKS_INSURANCE, ASKS_ROOM, DANGER, FOUND_SOMEONE, UNSURE, "Thank you!", ADS)


class Backlog(AnyDay):
    """A morning's mail, and everything that a person, the post and the clock can do to it."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.world = World(Path(self.folder.name))
        self.made: list[Decision] = []
        for who in EVERYBODY:
            self.world.write(who, ASKS_INSURANCE)
        self.world.write("Ads <ads@ads.example>", ADS)
        self.world.practice.receive(mail("News", sender="news@list.example", List_Id="<a.b>", Auto_Submitted="auto"))
        self.world.poll()

    def some(self, n: int, states: Sequence[str] = ("waiting",)) -> str:
        mails = messages.in_states(self.world.a.db, states) or messages.everything(self.world.a.db)
        return mails[n % len(mails)].id if mails else "m1"

    @rule(who=st.sampled_from(EVERYBODY), body=st.sampled_from(BODIES))
    def they_write(self, who: str, body: str) -> None:
        self.world.write(who, body)
        self.world.poll()

    @rule(n=st.integers(0, 9))
    def approve(self, n: int) -> None:
        with suppress(InboxTriageError):
            self.world.approve(self.some(n))

    @rule(n=st.integers(0, 9), spared=st.integers(0, 3))
    def approve_group(self, n: int, spared: int) -> None:
        a = self.world.a
        names = sorted({entry.group for entry in queue.entries(a) if entry.group is not None})
        if not names:
            return
        card = cards.whole(a, names[n % len(names)])
        out = [entry.item.id for entry in card.entries[:spared]]
        chosen = cards.to_approve(a, card.name, out)
        shas = {entry.item.id: entry.draft.sha256 for entry in card.entries if entry.draft is not None}
        self.made += acting.approve(a, [(item, shas[item]) for item in chosen])
        assert not any(one.failed for one in self.made[-len(chosen) :] if chosen)

    @rule(n=st.integers(0, 9), what=st.sampled_from(["undo", "reject", "edit", "phone", "none", "snooze"]))
    def decide(self, n: int, what: str) -> None:
        a, item = self.world.a, self.some(n, SETTLED if what == "undo" else ("waiting",))
        match what:
            case "undo":
                with suppress(InboxTriageError):
                    deciding.undo(a, item)
            case "reject":
                self.made += acting.reject(a, [item])
            case "edit":
                self.made.append(
                    acting.edit(a, queue.one(a, item).entry, f"A letter of my own, {os.urandom(4).hex()}.")
                )
            case "snooze":
                self.made.append(acting.snooze(a, item, self.world.clock.now() + timedelta(days=1)))
            case how:
                self.made += acting.done(a, [item], how)

    @rule(n=st.integers(0, 9), value=st.sampled_from(["insurance", "none", "vendor", "urgent", "not-urgent", "client"]))
    def relabel(self, n: int, value: str) -> None:
        self.made.append(acting.relabel(self.world.a, self.some(n), [value]))

    @rule()
    def put_aside(self) -> None:
        for step in walk.steps(self.world.a):
            if step.kind == "aside":
                self.made += [one for case in step.cases for one in acting.put_aside(self.world.a, case)]

    @rule()
    def take_back(self) -> None:
        good = [one for one in self.made if not one.failed and one.what != "edit"]
        if good:
            self.made.remove(good[-1])
            acting.undo(self.world.a, good[-1])

    @rule(n=st.integers(0, 5), m=st.integers(0, 5), how=st.sampled_from(["merge", "split"]))
    def records(self, n: int, m: int, how: str) -> None:
        leads = [view.lead.id for view in people.everyone(self.world.a)]
        with suppress(InboxTriageError):
            if how == "merge" and leads:
                merging.merge(self.world.a, leads[n % len(leads)], leads[m % len(leads)], "")
            else:
                merging.split(self.world.a, f"p{n}", "")

    @rule(n=st.integers(0, 9))
    def answer_elsewhere(self, n: int) -> None:
        with suppress(InboxTriageError):
            self.world.answer_elsewhere(self.some(n))
            self.world.poll()

    @rule()
    def send(self) -> None:
        sending.send(self.world.a)

    @invariant()
    def it_adds_up(self) -> None:
        if not hasattr(self, "world"):
            return
        a = self.world.a
        at_once = status(a)  # before anything else has looked
        waits = queue.entries(a)
        steps = walk.steps(a)
        ids = [entry.item.id for entry in waits]
        mails = [entry for entry in waits if entry.letter is None]  # a letter of ours that fell due is no mail
        assert at_once.states.get("waiting", 0) == len(mails)
        assert sorted(entry.item.id for step in steps for entry in step.entries) == sorted(ids), "each exactly once"
        ahead = walk.estimate(steps)
        assert ahead.mails == len(ids) + sum(len(entry.folded) for entry in waits)

        kept = {item.number: item for item in messages.everything(a.db)}
        who = {mail.number: key for key, mails in reckoning.by_person(a.db).items() for mail, _ in mails}
        cases = [case for step in steps for case in step.cases]
        of = [{who[e.item.number] for e in case.entries if e.item.number in who} for case in cases]
        assert all(len(one) <= 1 for one in of), "a case is one person"
        seen = [next(iter(one)) for one in of if one]
        assert len(seen) == len(set(seen)), "and nobody is two"

        found, counted = unanswered(a), reckoning.people(a)
        assert counted.waiting == len(found)
        for one in found:
            item = messages.find(a.db, one.queue_id)
            assert item.id in ids or item.state in {"snoozed", "approved"}
        open_heads = {kept[n].folded_into or n for n, key in who.items() if kept[n].state in {"waiting", "folded"}}
        listed = {entry.item.number for entry in waits}
        assert {n for n in open_heads if kept[n].state == "waiting"} <= listed
        assert f"{len(found)} wait" in digest.digest(a).forgotten or not counted.wrote or not found


TestBacklog = Backlog.TestCase
TestBacklog.settings = runs(20)

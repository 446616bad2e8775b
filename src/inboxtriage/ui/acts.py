"""What each key does to the step that one looks at. Each method is named by `does` in `keys`."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from inboxtriage.errors import InboxTriageError
from inboxtriage.reply.draft import has_gap
from inboxtriage.service.backlog import acting
from inboxtriage.service.backlog.deck import ids
from inboxtriage.service.backlog.second_look import waits_for_an_answer
from inboxtriage.ui import editor
from inboxtriage.ui.asking import Ask, Choose, Mark
from inboxtriage.ui.flow import one
from inboxtriage.ui.going import Going
from inboxtriage.ui.keys import GROUP, LIST, MAIL
from inboxtriage.ui.letter import Editor
from inboxtriage.ui.pages import looks_twice, who

if TYPE_CHECKING:
    from collections.abc import Callable

    from inboxtriage.service.backlog.reading import Reading
    from inboxtriage.service.queue import Entry
    from inboxtriage.ui.desk import Job

_DAYS = {"1": 1, "3": 3, "7": 7}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Acts(Going):
    """Every key of the review: those that decide, and those that go about."""

    # Deciding

    def approve(self) -> None:
        """Approve what is on the screen, if all of it was there."""
        if self._app.view == GROUP:
            self._approve_group()
            return
        reading = self._reading()
        if reading is None or not self._may_be_approved(reading):
            return
        if looks_twice(reading):
            self._app.confirming, self._app.second = reading.entry.item.id, "y"
            to = reading.entry.draft.draft.to if reading.entry.draft else ""
            self._app.tell(f"Look twice ({looks_twice(reading)}). y sends this letter to {to}; any other key does not")
            return
        self._send_off([reading.entry.item.id])

    def confirmed(self) -> None:
        """The second key for what is looked at twice, or for nobody's getting an answer."""
        if self._app.second == "r":
            item, self._app.confirming = self._app.confirming, None
            if item is not None and self._is_here(item):
                self._settle(lambda items: lambda a: acting.reject(a, items), "rejected")
            return
        if self._app.view == GROUP:
            self._app.confirming = None
            self._approve_group(confirmed=True)
            return
        reading = self._reading()
        item, self._app.confirming = self._app.confirming, None
        if reading is not None and reading.entry.item.id == item and self._may_be_approved(reading):
            self._send_off([item])

    def _may_be_approved(self, reading: Reading) -> bool:
        draft = reading.entry.draft
        if draft is None:
            self._app.tell("there is no letter to approve: e writes one, d says it was dealt with in another way")
        elif draft.blocked:
            # What the commands advise there has a key here.
            said = re.sub(": choose (?:one )?with edit --to", "", "; ".join(draft.blocked))
            ways = ["e opens the letter there"] * has_gap(draft.draft.body)
            ways += ["w chooses whom it goes to"] * any("edit --to" in reason for reason in draft.blocked)
            self._app.tell(f"blocked: {said}: {', '.join(ways) or 'e changes it'}")
        elif reading.entry.item.id not in self._app.on_page:
            self._app.tell("one moment, it is being changed")
        else:
            return self._app.paging.was_seen()
        return False

    def _approve_group(self, *, confirmed: bool = False) -> None:
        step = self._app.deck.current
        if step is None or step.card is None or not self._app.on_page:
            self._app.tell("one moment, it is being read")
            return
        if not self._app.paging.was_seen():
            return
        chosen = [item for item in ids(step) if item not in self._app.struck]
        minds = [f"{item}: {why}" for item in chosen if (why := looks_twice(self._desk.readings[item]))]
        if minds and not confirmed:
            self._app.confirming, self._app.second = chosen[0], "y"
            self._app.tell(f"Look twice; y sends these letters, any other key does not ({'; '.join(minds)})")
            return
        self._app.deck.alone |= set(ids(step)) & self._app.struck
        if chosen:
            self._send_off(chosen)
        else:
            self._app.tell("all are struck out: they come one by one")
            self._app.deck.renew(list(self._app.deck.left))
            self._desk.look()

    def _send_off(self, items: list[str]) -> None:
        letters = [(item, self._app.on_page[item]) for item in items]
        self._desk.decide(lambda a: acting.approve(a, letters), items)
        self._app.tell(f"{', '.join(items)} approved" if len(items) < 6 else f"{len(items)} letters approved")

    def reject(self) -> None:
        """Settle without an answer."""
        step = self._app.deck.current
        if step is None or (self._app.view == LIST and step.kind != "selling"):
            self._app.tell("d settles these")
            return
        reading = self._reading() if self._app.view == MAIL else None
        if reading is None and self._app.view == MAIL:
            return
        if reading is not None and waits_for_an_answer(reading.entry):
            self._app.confirming, self._app.second = reading.entry.item.id, "r"
            self._app.tell(f"r again: {who(reading.entry)} gets no answer; any other key does not")
            return
        self._settle(lambda items: lambda a: acting.reject(a, items), "rejected")

    def done(self) -> None:
        """Settle what was dealt with in another way."""
        step = self._app.deck.current
        if self._app.view == LIST and step is not None:
            if step.kind != "aside":
                self._app.tell("r rejects these")
                return
            cases = step.cases
            self._settle(
                lambda items: (
                    lambda a: [
                        said for case in cases if case.head.item.id in items for said in acting.put_aside(a, case)
                    ]
                ),
                "settled",
            )
            return
        reading = self._reading()
        if reading is None:
            return
        item, name = reading.entry.item.id, who(reading.entry)
        options = [("p", "by phone"), ("e", "elsewhere, in writing or in person"), ("n", "it needs no answer")]
        self._app.ask(Choose(f"How was {name} dealt with ({item})?", options), partial(self._done_how, item))

    def _done_how(self, item: str, key: str) -> None:
        how = acting.HOW[key]
        if how == "none":
            self._done(item, how, "")
        else:
            self._app.ask(Ask("What was said? (may be left empty)"), partial(self._done, item, how))

    def _done(self, item: str, how: str, note: str) -> None:
        if self._is_here(item):
            self._desk.decide(lambda a: acting.done(a, [item], how, one(note) or None), [item])
            self._app.tell(f"{item} done")

    def _settle(self, job: Callable[[list[str]], Job], said: str) -> None:
        """The same for one mail, or for all of a list that are not struck out, once each was on the screen."""
        step = self._app.deck.current
        if step is None:
            return
        if self._app.view == LIST and not self._app.paging.was_seen():
            return
        if not self._desk.has_read(step) or self._desk.is_under_way(step):
            self._app.tell("one moment, it is being read")
            return
        chosen = [item for item in ids(step) if self._app.view == MAIL or item not in self._app.struck]
        self._app.deck.alone |= set(ids(step)) - set(chosen)
        if not chosen:
            self._app.deck.renew(list(self._app.deck.left))
            self._desk.look()
            return
        self._desk.decide(job(chosen), chosen)
        self._app.tell(f"{', '.join(chosen)} {said}")

    def snooze(self) -> None:
        """Hide one until a day."""
        reading = self._reading()
        if reading is None:
            return
        item = reading.entry.item.id
        options = [("1", "tomorrow"), ("3", "in three days"), ("7", "in a week"), ("d", "another day")]
        self._app.ask(Choose(f"When is {item} to come back?", options), partial(self._snooze, item))

    def _snooze(self, item: str, key: str) -> None:
        if key in _DAYS:
            self._until(item, (self._app.now + timedelta(days=_DAYS[key])).date())
        else:
            self._app.ask(Ask("On which day? (such as 2026-11-30)"), partial(self._until_said, item))

    def _until_said(self, item: str, said: str) -> None:
        try:
            self._until(item, date.fromisoformat(said))
        except ValueError:
            self._app.tell(f"{one(said)[:40]!r} is no date: write one like 2026-11-30")

    def _until(self, item: str, day: date) -> None:
        moment = acting.beginning(day, self._app.now)
        if moment <= self._app.now:
            self._app.tell(f"{day} is not in the future: give a later day")
        elif self._is_here(item):
            self._desk.decide(lambda a: [acting.snooze(a, item, moment)], [item])
            self._app.tell(f"{item} comes back on {day:%a} {day.day} {day:%b}")

    def relabel(self) -> None:
        """Say what one really is."""
        reading = self._reading()
        if reading is None:
            return
        item = reading.entry.item.id
        try:
            values = [*self._app.labels, *acting.VALUES]
        except InboxTriageError as error:  # a response file was changed, and cannot be read now
            self._app.tell(str(error))
            return
        options = list(zip(_LETTERS, values, strict=False))
        self._app.ask(Mark(f"What is {item} really?", options), partial(self._relabel, item))

    def _relabel(self, item: str, values: list[str]) -> None:
        if self._is_here(item):
            self._desk.decide(lambda a: [acting.relabel(a, item, values)], [item], stays=True)
            self._app.tell("the letter is written anew ...")

    def take(self) -> None:
        """Do what is proposed for this person."""
        self._proposal(acting.take)

    def dismiss(self) -> None:
        """Decide against what is proposed."""
        self._proposal(acting.dismiss)

    def _proposal(self, act: Callable[..., acting.Decision]) -> None:
        reading = self._reading()
        if reading is None:
            return
        if not reading.proposals:
            self._app.tell("nothing is proposed for this person")
            return
        first = reading.proposals[0]
        item = reading.entry.item.id
        self._desk.decide(lambda a: [act(a, first.lead.id, first.proposal.what)], [item], stays=True)

    # Changing the letter

    def edit(self) -> None:
        """Change the letter in place."""
        reading = self._reading()
        if reading is None:
            return
        draft = reading.entry.draft
        body = draft.draft.body if draft else ""
        to = (draft.draft.to if draft else reading.entry.item.answer_to) or "nobody yet"
        self._app.ask(Editor(f"Letter to {to}", body), partial(self._changed, reading.entry))

    def editor(self) -> None:
        """Change the letter in an editor of the person's own."""
        reading = self._reading()
        if reading is None:
            return
        body = reading.entry.draft.draft.body if reading.entry.draft else ""
        text, failed = None, ""
        with self._app.suspend():  # what is raised in there keeps the screen from coming back
            try:
                text = editor.change(body)
            except InboxTriageError as error:
                failed = str(error)
        if failed:
            self._app.tell(failed)
        elif text is None:
            self._app.tell("nothing was changed")
        else:
            self._changed(reading.entry, text)

    def whom(self) -> None:
        """Choose whom the letter goes to."""
        reading = self._reading()
        if reading is None:
            return
        item = reading.entry.item
        draft = reading.entry.draft
        known = dict.fromkeys(one for one in (item.sender, item.answer_to, draft.draft.to if draft else None) if one)
        options = [(str(n), address) for n, address in enumerate(known, start=1)]
        self._app.ask(
            Choose(f"To whom does the letter of {item.id} go?", [*options, ("o", "another address")]),
            partial(self._whom, reading.entry, dict(options)),
        )

    def _whom(self, entry: Entry, known: dict[str, str], key: str) -> None:
        if key in known:
            self._to(entry, known[key])
        else:
            self._app.ask(Ask("To which address?"), partial(self._to, entry))

    def _to(self, entry: Entry, address: str) -> None:
        if one(address) and self._is_here(entry.item.id):
            self._desk.change(lambda a: acting.edit(a, entry, to=one(address)), entry.item.id)

    def note(self) -> None:
        """Add a line to the letter."""
        reading = self._reading()
        if reading is not None:
            self._app.ask(Ask("Which line is to be added?"), partial(self._note, reading.entry))

    def _note(self, entry: Entry, line: str) -> None:
        if one(line) and self._is_here(entry.item.id):
            self._desk.change(lambda a: acting.edit(a, entry, note=one(line)), entry.item.id)

    def _changed(self, entry: Entry, text: str) -> None:
        if not text.strip():
            self._app.tell("an empty letter is none: nothing was changed")
        else:
            failed = partial(self._not_kept, entry, text)
            self._desk.change(lambda a: acting.edit(a, entry, text), entry.item.id, failed)

    def _not_kept(self, entry: Entry, text: str, said: str) -> None:
        """Nothing that was written is lost: it is there again, to be kept once more or copied."""
        self._app.ask(Editor(f"NOT DONE: {one(said)}", text, kept=False), partial(self._changed, entry))

    # What is asked

    def _reading(self) -> Reading | None:
        """The mail one looks at; None where it is being read or changed, which is said."""
        step = self._app.deck.current
        if step is None:
            return None
        if not self._desk.has_read(step) or self._desk.is_under_way(step):
            self._app.tell("one moment, it is being read")
            return None
        return self._desk.readings[ids(step)[0]]

    def _is_here(self, item: str) -> bool:
        """Whether one still looks at the mail that was asked about."""
        return item in ids(self._app.deck.current)

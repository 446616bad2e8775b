"""What a key does at one step of a backlog. What is left and what was decided is kept by `service.backlog.sitting`."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from inboxtriage.cli import console
from inboxtriage.cli.backlog_words import groups_told, who
from inboxtriage.cli.decide import in_editor, moment_given
from inboxtriage.cli.keys import press
from inboxtriage.cli.reviewing import aloud, asking
from inboxtriage.cli.reviewing.keys import help_lines, meant, possible
from inboxtriage.cli.session import now_of
from inboxtriage.errors import InboxTriageError, Refused
from inboxtriage.service import queue
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.backlog import acting, reading, walk
from inboxtriage.service.backlog.acting import Decision
from inboxtriage.service.backlog.deck import ids
from inboxtriage.service.backlog.finding import Searched, find
from inboxtriage.service.backlog.reading import Reading
from inboxtriage.service.backlog.second_look import second_look, waits_for_an_answer
from inboxtriage.service.backlog.sitting import Sitting, undo
from inboxtriage.service.backlog.walk import TOGETHER, Step
from inboxtriage.service.backlog.words import left
from inboxtriage.service.queue import Entry


class Desk:
    """One sitting at a backlog, in words. What happens to a step happens at once, and the backlog is then read anew."""

    def __init__(self, a: Assembly) -> None:
        self._a = a
        self.sitting = Sitting()
        self._deck = self.sitting.deck
        self._readings: dict[str, Reading] = {}
        self._struck: set[str] = set()
        self._searched: dict[str, Searched] = {}
        self._only_letter = False
        self._looking: tuple[str, ...] = ()  # the mails of the step that was read out
        self._told = True  # what is left

    def look(self) -> Step | None:
        """The backlog as it stands now, and where one is in it; None where nothing is left."""
        looking = ids(self._deck.current) == self._looking
        new = self._deck.renew(walk.steps(self._a), looking=looking)
        if new and self._looking:
            console.say(f"{len(new)} new.")
        while (step := self._deck.current) is not None:
            found = reading.read(self._a, step)
            self._deck.exchange(step, found.step)
            self._readings = found.readings
            if found.step is not None and ids(self._deck.current) == ids(step):
                break
        self.sitting.at_work(now_of(self._a))
        return self._deck.current

    def read_out(self, step: Step) -> None:
        """Everything that is needed to decide about a step, and the keys; its letters then count as shown."""
        now, deck = now_of(self._a), self._deck
        names = groups_told(entry for one in deck.left for entry in one.entries)
        where = f"Step {self.sitting.settled + deck.at + 1} of {self.sitting.settled + len(deck.left)}"
        if step.kind == "group":
            aloud.group(step, self._readings, names, where, self._struck, now)
        elif step.kind in TOGETHER:
            aloud.sweep(step, self._readings, names, where, self._struck, now)
        elif self._only_letter:
            aloud.letter(self._first(step).entry)
        else:
            aloud.single(step, self._first(step), names, where, now)
        if step.kind not in TOGETHER or step.kind == "group":
            queue.show_all(self._a, list(step.entries))
        self._looking, self._only_letter = ids(step), False
        self.tell_keys(step)

    def tell_keys(self, step: Step) -> None:
        """The keys that do something here, in one line."""
        console.say("Keys: " + ", ".join(f"{key} {says}" for key, says in self.keys(step).items()))

    def tell_left(self) -> None:
        """What is left, after a decision."""
        if not self._told:
            console.say(f"Left: {left(self._deck.estimate)}.")
        self._told = True

    def keys(self, step: Step) -> dict[str, str]:
        """The keys that do something at a step."""
        return possible(step, self._first(step), can_undo=self.sitting.can_undo)

    def act(self, step: Step, key: str) -> bool:
        """Do what a key says; whether the step is left or has to be read out again."""
        self.sitting.at_work(now_of(self._a))
        if key not in self.keys(step):
            console.say("Nothing is to be done with that key here.")
            self.tell_keys(step)
            return False
        acts = self._always | (self._together if step.kind in TOGETHER else self._single)
        try:
            return acts[key](step)
        except asking.NeverMind:
            console.say("Nothing was changed.")
        except InboxTriageError as error:
            console.say(f"Not done: {error}")
        return False

    @property
    def _always(self) -> dict[str, Callable[[Step], bool]]:
        return {
            "s": self._skip,
            "b": self._back,
            "n": self._next,
            "/": self._search,
            "u": self._undo,
            ".": lambda _: True,
            "?": self._help,
        }

    @property
    def _single(self) -> dict[str, Callable[[Step], bool]]:
        return {
            "a": self._approve,
            "e": lambda step: self._changed(step, asking.letter(self._body(step))),
            "E": lambda step: self._changed(step, in_editor(self._first(step).entry)),
            "+": lambda step: self._changed(step, note=asking.words("Personal line")),
            "m": lambda step: self._changed(step, to=asking.words("To which address")),
            "r": self._reject,
            "l": self._relabel,
            "d": self._done,
            "z": self._snooze,
            "t": lambda step: self._propose(step, acting.take),
            "D": lambda step: self._propose(step, acting.dismiss),
            "w": self._words,
            "o": self._sources,
            "j": self._journey,
        }

    @property
    def _together(self) -> dict[str, Callable[[Step], bool]]:
        return {
            "a": self._approve,
            "r": lambda step: self._settle(acting.reject(self._a, [one.item.id for one in self._in(step)])),
            "d": self._put_aside,
            "x": self._strike,
            "v": self._view,
            "o": self._sources,
        }

    def _first(self, step: Step) -> Reading:
        return self._readings[ids(step)[0]]

    def _in(self, step: Step) -> list[Entry]:
        """What of a step is not struck out. Raises Refused where nothing is left of it."""
        kept = [case for case in step.cases if step.kind not in TOGETHER or case.head.item.id not in self._struck]
        if not kept:
            raise Refused("everybody is struck out", do="x takes somebody in again, s skips")
        return [entry for case in kept for entry in case.entries]

    # Deciding

    def _approve(self, step: Step) -> bool:
        """Approve what was read out, by its digest; where a person has to look twice, with a second, different key."""
        entries = self._in(step)
        for entry in entries:
            if entry.draft is None:
                raise Refused(f"{entry.item.id} has no letter", do="e writes one, r rejects, d is done without")
            if entry.draft.blocked:
                raise Refused(f"it is blocked: {'; '.join(entry.draft.blocked)}", do="e or m mends it")
        if minds := [f"{entry.item.id}: {why}" for entry in entries for why in self._minds(entry)]:
            for why in minds:
                console.fact("mind", why)
            console.say("Look twice. y approves, any other key does not.")
            if asking.second() != "y":
                raise asking.NeverMind
        letters = [(entry.item.id, entry.draft.sha256) for entry in entries if entry.draft is not None]
        return self._settle(acting.approve(self._a, letters))

    def _minds(self, entry: Entry) -> list[str]:
        """Why one letter takes a second, different key."""
        cut = ["it is long, and was not read out to its end: w reads all of it"]
        return second_look(entry) + (cut if aloud.is_cut(self._readings[entry.item.id].whole) else [])

    def _put_aside(self, step: Step) -> bool:
        kept = {entry.item.id for entry in self._in(step)}
        cases = [case for case in step.cases if case.head.item.id in kept]
        return self._settle([one for case in cases for one in acting.put_aside(self._a, case)])

    def _reject(self, step: Step) -> bool:
        entry = self._first(step).entry
        if waits_for_an_answer(entry):
            console.say(f"r again: {who(entry)} gets no answer; any other key does not.")
            if asking.second() != "r":
                raise asking.NeverMind
        return self._settle(acting.reject(self._a, [ids(step)[0]], asking.perhaps("Why (Enter: no word)")))

    def _done(self, step: Step) -> bool:
        item = self._first(step).entry.item
        name = item.name or item.answer_to or item.sender or item.phone or item.id
        console.say(f"How was {name} dealt with: p by phone, e elsewhere, n it needs nothing; any other key leaves it.")
        how = acting.HOW.get(asking.second())
        if how is None:
            raise asking.NeverMind
        note = asking.perhaps("What was said (Enter: nothing)")
        return self._settle(acting.done(self._a, [ids(step)[0]], how, note))

    def _snooze(self, step: Step) -> bool:
        when = asking.days_or_date("For how many days, or until which date (2026-11-30)")
        if isinstance(when, int):
            day = now_of(self._a).date() + timedelta(days=when)
            until = acting.beginning(day, now_of(self._a))
        else:
            until = moment_given(self._a, when)
        return self._settle([acting.snooze(self._a, ids(step)[0], until)])

    def _relabel(self, step: Step) -> bool:
        known = ", ".join(self._a.library.labels)
        said = asking.words(f"What is it really: {known}; or {', '.join(acting.VALUES)}")
        values = said.lower().replace(",", " ").split()
        return self._settle([acting.relabel(self._a, ids(step)[0], values)], of=step)

    def _propose(self, step: Step, act: Callable[[Assembly, str, str], Decision]) -> bool:
        """Take or dismiss what is proposed for the person."""
        open_ = self._first(step).proposals
        chosen = open_[asking.one_of("Which", [one.words for one in open_])]
        return self._settle([act(self._a, chosen.lead.id, chosen.proposal.what)], of=step)

    def _settle(self, made: Sequence[Decision], *, of: Step | None = None) -> bool:
        """Say what was done, and go on; what failed stays where it is. `of`: a step that is only changed by it."""
        items = ids(of) if of is not None else tuple(dict.fromkeys(one.item for one in made))
        here = ids(self._deck.current)
        batch = self.sitting.decide(items, now_of(self._a), stays=of is not None)
        for one in made:
            console.say(f"Not done: {one.said}" if one.failed else f"{one.said}.")
            if one.mind:
                console.heading(f"{one.mind}.")
        if batch is not None:
            self.sitting.came_back(batch, made, went_on=False)
        if of is None:
            self._struck -= set(here)
            self._told = all(one.failed for one in made)
        return True

    def _undo(self, _step: Step) -> bool:
        """Take back the last decision of this sitting, and go there."""
        batch = self.sitting.take_back()
        if batch is not None:
            made = undo(self._a, batch)
            for one in made:
                console.say(f"Not done: {one.said}" if one.failed else f"{one.said}.")
            self.sitting.taken_back(batch, made)
        return True

    # Changing the letter

    def _body(self, step: Step) -> str:
        draft = self._first(step).entry.draft
        return draft.draft.body if draft is not None else ""

    def _changed(self, step: Step, body: str | None = None, *, note: str | None = None, to: str | None = None) -> bool:
        """Change the letter, and read it out as it is then."""
        entry = self._first(step).entry
        made = acting.edit(self._a, entry, body, note=note, to=to)
        console.say(f"Not done: {made.said}" if made.failed else f"{made.said}.")
        if made.failed and body is not None:
            console.say("What you wrote, to be kept elsewhere:")
            console.paragraph(body)
        self._deck.alone.add(entry.item.id)  # read again where it stands, not in a group
        self._only_letter = not made.failed
        return not made.failed

    # Reading

    def _sources(self, step: Step) -> bool:
        aloud.sources(self._first(step).entry)
        return False

    def _journey(self, step: Step) -> bool:
        aloud.journey(self._first(step).entry, now_of(self._a))
        return False

    def _words(self, step: Step) -> bool:
        self._read_pages(self._first(step))
        return False

    def _view(self, step: Step) -> bool:
        """One of a group or a list whole; the keys are still those of all."""
        entries = step.entries
        for n, entry in enumerate(entries, 1):
            console.say(f"{n}. {aloud.line(entry, self._a.hours.zone)}")
        entry = entries[asking.numbers("Which", len(entries))[0] - 1]
        self._read_pages(self._readings[entry.item.id])
        aloud.letter(entry)
        aloud.journey(entry, now_of(self._a))
        self.tell_keys(step)
        return False

    def _read_pages(self, found: Reading) -> None:
        pages = list(aloud.pages(found.whole))
        for n, page in enumerate(pages, 1):
            console.paragraph(page)
            if n < len(pages):
                console.say(f"Page {n} of {len(pages)}. q stops, any other key goes on.")
                if meant(press().rstrip("\r\n")) == "q":
                    return

    def _strike(self, step: Step) -> bool:
        cases = step.cases
        for n in asking.numbers("Which numbers", len(cases)):
            self._struck ^= {cases[n - 1].head.item.id}
        console.say(aloud.several(step, self._struck))
        return False

    # Going about

    def _skip(self, _step: Step) -> bool:
        if not self._deck.skip():
            raise Refused("this is the only one left")
        return True

    def _back(self, _step: Step) -> bool:
        if not self._deck.back():
            raise Refused("there is nothing before this that is still to be decided", do="u takes back what was")
        return True

    def _next(self, _step: Step) -> bool:
        if not self._deck.next_kind():
            raise Refused("no other group or kind comes after this")
        return True

    def _search(self, _step: Step) -> bool:
        """Look for somebody, and go there."""
        entries = {entry.item.id: entry for one in self._deck.left for entry in one.entries}
        found = find(self._a, entries.values(), asking.words("Search"), self._searched)
        if not found:
            raise Refused("nobody and nothing of that sort waits")
        told = [aloud.line(entries[item], self._a.hours.zone) for item, _ in found]
        self._deck.go_to(found[asking.one_of("Which (Enter stays)", told)][0])
        return True

    def _help(self, step: Step) -> bool:
        for line in help_lines(self.keys(step)):
            console.say(line)
        return False

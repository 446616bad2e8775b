"""The keys that go about: strike out, open, skip, back, search, undo, read again, leave. Named by `does` in `keys`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from inboxtriage.service.backlog.deck import ids
from inboxtriage.ui.asking import Ask, Help, Places
from inboxtriage.ui.flow import one
from inboxtriage.ui.keys import GROUP, KEYS, LIST
from inboxtriage.ui.pages import who
from inboxtriage.ui.titles import name_of

if TYPE_CHECKING:
    from inboxtriage.service.backlog.closing import Closing
    from inboxtriage.ui.stage import Stage


class Going:
    """Going about among the steps, and out."""

    def __init__(self, app: Stage) -> None:
        self._app = app
        self._desk = app.desk

    def strike(self) -> None:
        """Strike one out, or take it in again."""
        step = self._app.deck.current
        if step is None or not self._desk.has_read(step):
            return
        n = self._app.cursor
        if self._app.view in {GROUP, LIST} and not self._app.panes[0].shows(n):
            self._app.paging.move(0)
            self._app.tell(f"here is {who(step.cases[n].head)}, who was not on the screen: press x again to strike out")
            return
        mine = {entry.item.id for entry in step.cases[min(n, len(step.cases) - 1)].entries}
        out = not mine <= self._app.struck
        self._app.struck = self._app.struck | mine if out else self._app.struck - mine
        name = who(step.cases[n].head)
        self._app.tell(f"{name} is struck out, and comes by itself afterwards" if out else f"{name} is taken in again")
        self._app.draw()
        self._app.panes[0].show_member(n)  # so that one sees what the key did

    def open(self) -> None:
        """Look at one of several in full, or back at all."""
        step = self._app.deck.current
        if step is None or not self._desk.has_read(step):
            return
        here = step.cases[min(self._app.cursor, len(step.cases) - 1)].head.item.id
        self._app.peek(None if self._app.peeked else here)

    def fold(self) -> None:
        """Fold away where each paragraph of a letter comes from, or show it again."""
        self._app.sources = not self._app.sources
        self._app.tell("" if self._app.sources else "where a paragraph comes from is folded away; o shows it again")
        self._app.draw()

    def skip(self) -> None:
        """Leave it for the end."""
        self._app.tell("skipped: it comes again at the end" if self._app.deck.skip() else "this is the only one left")
        self._desk.look()

    def back(self) -> None:
        """Look at the step from which one jumped here, else at the one before."""
        self._app.tell("" if self._app.deck.back() else "this is the first step")
        self._desk.look()

    def next(self) -> None:
        """Go on to the next group or kind."""
        self._app.tell("" if self._app.deck.next_kind() else "no other group or kind comes after this")
        self._desk.look()

    def undo(self) -> None:
        """Take back the last decision of this sitting."""
        if self._desk.undo():
            self._app.tell("taking it back ...")
        else:
            self._app.tell("nothing was decided in this sitting yet; `inboxtriage undo` takes older decisions back")

    def renew(self) -> None:
        """Look whether anything new came in."""
        self._app.closing = None
        self._desk.read_again(lambda new: self._app.tell(f"{new} new" if new else "nothing new"))

    def search(self) -> None:
        """Find words."""
        self._app.ask(Ask("Find a name, an address, a subject or words"), self._search)

    def _search(self, words: str) -> None:
        if words:
            self._app.tell("looking ...")
            self._desk.search(words, partial(self._found, words))

    def _found(self, words: str, found: list[tuple[str, str]]) -> None:
        self._app.tell("")
        if not found:
            self._app.tell(f"nothing that is left says {one(words)!r}")
        elif len(found) == 1:
            self._go_to(found[0][0])
        else:
            entries = {entry.item.id: entry for step in self._app.deck.left for entry in step.entries}
            places = [(item, f"{who(entries[item])}: {one(line)}", "") for item, line in found if item in entries]
            self._app.ask(Places(f"{len(places)} say {one(words)!r}", places), self._go_to)

    def steps(self) -> None:
        """The list of all steps."""
        deck = self._app.deck
        places = [(ids(step)[0], f"{n + 1:>3} {name_of(step, deck)}", "") for n, step in enumerate(deck.left)]
        self._app.ask(Places(f"{len(places)} steps", places, deck.at), self._go_to)

    def _go_to(self, item: str) -> None:
        self._app.closing = None
        if self._app.deck.go_to(item):
            step = self._app.deck.current
            cases = step.cases if step else ()
            self._desk.look()
            if self._app.view in {GROUP, LIST}:
                at = next(n for n, case in enumerate(cases) if item in {entry.item.id for entry in case.entries})
                self._app.paging.move(at - self._app.cursor)

    def help(self) -> None:
        """Every key."""
        self._app.ask(Help(KEYS))

    def leave(self) -> None:
        """Give the terminal back, when all that was decided is done; first say what still has to be sent."""
        if self._app.closing is not None:
            self._app.give_back(self._app.closing_lines())
            return
        self._app.tell("finishing what you decided ...")
        self._desk.close(self._closed)

    def _closed(self, found: Closing) -> None:
        self._app.closing = found
        if not found.waiting or found.running:
            self._app.give_back(self._app.closing_lines())
            return
        self._app.tell("S sends now what is due, q leaves")
        self._app.draw()

    def send(self) -> None:
        """Send what is due."""
        self._app.tell("sending ...")
        self._desk.send(self._sent)

    def _sent(self, found: Closing) -> None:
        problems = f"; {'; '.join(found.problems)}" if found.problems else ""
        self._app.tell(f"{found.sent} sent{problems}")
        if self._app.closing is not None:
            self._desk.close(self._closed_again)

    def _closed_again(self, found: Closing) -> None:
        self._app.closing = found
        self._app.draw()

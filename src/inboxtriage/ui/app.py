"""The review on a whole screen: what one sees of the desk, and what the keys do."""

import asyncio
import gc
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from textual.app import App
from textual.binding import Binding
from textual.screen import Screen

from inboxtriage.service.assembly import Assembly
from inboxtriage.service.backlog.deck import Deck, ids
from inboxtriage.service.backlog.reading import Reading
from inboxtriage.service.backlog.walk import TOGETHER, Step
from inboxtriage.service.backlog.words import at_the_end
from inboxtriage.ui import cards, pages, titles
from inboxtriage.ui.acts import Acts
from inboxtriage.ui.desk import Desk
from inboxtriage.ui.desktop import Desktop
from inboxtriage.ui.flow import Block, Page, one, rows
from inboxtriage.ui.kept import Kept
from inboxtriage.ui.keys import END, GROUP, LIST, MAIL, PEEK, on
from inboxtriage.ui.paging import Paging
from inboxtriage.ui.panes import Line, Names, Pane
from inboxtriage.ui.worker import Worker

if TYPE_CHECKING:
    from textual.timer import Timer

    from inboxtriage.service.backlog.closing import Closing

WIDE = 120  # columns from which list, words and letter stand side by side
_SMALLEST = (40, 10)
_LOOK_AGAIN = 5.0  # seconds, at the end
_TURN = 0.001  # seconds after which the store's thread lets the screen's have its turn
_GARBAGE = (50_000, 20, 100)  # objects and rounds between two collections: the usual ones come in the middle of a key
_MOST_NOTICE = 4  # rows


class Review(App[list[str]], inherit_bindings=False):
    """The review. What it returns is what is to be said when the screen is given back."""

    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Screen { layout: vertical; overflow: hidden; background: ansi_default; color: ansi_default; }
    #panes { height: 1fr; }
    #names { width: 30; margin-right: 1; }
    """
    BINDINGS = [  # noqa: RUF012 - as Textual wants it
        Binding("ctrl+c", "leave", priority=True),
        Binding("ctrl+q", "leave", priority=True),
    ]

    def __init__(self, a: Assembly) -> None:
        super().__init__(ansi_color=True)  # the terminal's own colours, whatever they are; none with NO_COLOR
        self.theme = "ansi-dark"
        self.title = "inboxtriage review"
        self._a = a
        self.fault: Exception | None = None
        self.opened: Callable[[], None] = lambda: None  # called when what waits was read
        self.worker = Worker(a, self.call_later)
        self.desk = Desk(self.worker, self.draw, self.tell, a.clock.now)
        self.acts = Acts(self)
        self.paging = Paging(self)
        self.kept = Kept(self)
        self.cursor = 0
        self.struck: set[str] = set()
        self.peeked: str | None = None  # the mail of a group or a list that is looked at in full
        self.on_page: dict[str, str] = {}  # the letters on the page, by the digest of each
        self.confirming: str | None = None  # the mail that waits for the `second` key
        self.second = ""
        self.sources = True  # whether it stands under each paragraph of a letter where it comes from
        self.closing: Closing | None = None
        self._shown: tuple[object, ...] = ()
        self._look_again: Timer | None = None
        self._notice = ""

    def get_default_screen(self) -> Screen[None]:
        """See Textual."""
        return Desktop(id="desktop")

    # What is seen

    @property
    def deck(self) -> Deck:
        """What is left."""
        return self.desk.deck

    @property
    def now(self) -> datetime:
        """Now, in the practice's zone."""
        return self._a.clock.now().astimezone(self._a.hours.zone)

    @property
    def labels(self) -> list[str]:
        """What a mail may ask about."""
        return sorted(self._a.library.labels)

    @property
    def view(self) -> str:
        """What one looks at: it decides what the keys do."""
        step = self.deck.current
        if step is None or self.closing is not None:
            return END
        if step.kind not in TOGETHER:
            return MAIL
        return PEEK if self.peeked else (GROUP if step.kind == "group" else LIST)

    @property
    def is_asking(self) -> bool:
        """Whether something lies over the desktop."""
        return self.screen is not self.desktop

    @property
    def desktop(self) -> Desktop:
        """The screen under all others."""
        return cast("Desktop", self.screen_stack[0])

    @property
    def panes(self) -> tuple[Pane, Pane]:
        """What is read: everything in the first, or their words in it and the letter in the second."""
        return self.desktop.query_one("#words", Pane), self.desktop.query_one("#letter", Pane)

    def begin(self) -> None:
        """Read what waits. Where the terminal is closed or this is ended, what was decided is finished first."""
        for number in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self.exit, [])
        self.worker.start()
        self.desk.read_again(self._has_opened)

    def _has_opened(self, _new: int) -> None:
        self.opened()
        self.tell(titles.opening(self.deck))

    def tell(self, text: str) -> None:
        """Say something in the line for that."""
        self._notice = one(text)
        self._draw_lines()

    def draw(self) -> None:
        """Show the step one looks at as it is known now."""
        if not self.is_running or not self.screen_stack:
            return
        step, wide = self.deck.current, self.size.width >= WIDE
        if step is None and self.desk.is_open and self.closing is None:
            self._wait_for_more()
        words, letter = self.panes
        names = self.desktop.query_one("#names", Names)
        view = self.view
        names.display = wide and view != END
        letter.display = wide and view in {MAIL, PEEK}
        words.styles.margin = (0, 1, 0, 0) if letter.display else 0
        shown: tuple[object, ...] = (view, self.peeked, ids(step) if view != END else ())
        afresh = self._shown[:3] != shown
        if afresh:
            self.confirming = None
            if self._shown[2:3] != shown[2:3]:
                self.cursor, self.peeked = 0, self.peeked if self.peeked in ids(step) else None
        self._shown = shown
        left, right = self._page(step, view)
        words.put([*left, *(right if not letter.display else [])], afresh=afresh)
        letter.put(right if letter.display else [], afresh=afresh)
        names.put([(titles.name_of(one_step, self.deck), "") for one_step in self.deck.left], self.deck.at)
        self._draw_lines()
        self.kept.give_back()

    def _page(self, step: Step | None, view: str) -> tuple[list[Block], list[Block]]:
        self.on_page = {}
        if self.size.width < _SMALLEST[0] or self.size.height < _SMALLEST[1]:
            page = Page()
            page.say(f"Too small: {_SMALLEST[0]}x{_SMALLEST[1]} is needed; q quits", lead="")
            return page.blocks, []
        if step is None or view == END:
            return self._end(), []
        if not self.desk.has_read(step):
            page = Page()
            page.say("one moment ...", "dim")
            return page.blocks, []
        readings = {item: self.desk.readings[item] for item in ids(step)}
        shown = list(readings.values()) if not self.peeked else [readings[self.peeked]]
        if self.desk.is_under_way(step):
            shown = []
        self.on_page = {one.entry.item.id: one.entry.draft.sha256 for one in shown if one.entry.draft is not None}
        if view in {MAIL, PEEK}:
            reading = readings[self.peeked or ids(step)[0]]
            return self._mail(reading, step)
        if step.card is not None:
            return cards.card_page(step, step.card, readings, self.struck, self.cursor, self.now), []
        return cards.list_page(step, readings, self.struck, self.cursor, self.now), []

    def _mail(self, reading: Reading, step: Step) -> tuple[list[Block], list[Block]]:
        """The mail, and the letter with the person: read from top to bottom, or beside each other."""
        page = Page()
        said = self.deck.refused.get(reading.entry.item.id)
        if said:
            page.fact("NOT DONE", said, "warn")
        page.blocks += pages.facts(reading, step, self.now)
        page.space()
        if reading.entry.letter is None:
            page.rule("Their words")
            page.space()
        care = bool(pages.looks_twice(reading))  # then their words have to be read to the end as well
        page.blocks += [replace(block, must=care) for block in pages.words(reading.whole)]
        page.space()
        beside = Page([*pages.letter(reading.entry, sources=self.sources)])
        beside.space()
        beside.blocks += pages.person(reading, self.now)
        return page.blocks, beside.blocks

    def _end(self) -> list[Block]:
        page = Page()
        if not self.desk.is_open:
            page.say("Looking what waits ...", "dim")
            return page.blocks
        if not self.deck.left:
            page.rule("That was everybody")
            page.space()
            page.say("Nobody is left. What comes in while this is open appears here by itself (R looks at once).")
        for line in self.closing_lines():
            page.say(line)
        return page.blocks

    def closing_lines(self) -> list[str]:
        """What was approved, when it leaves, what is left, and what of that could not be done."""
        left = self.deck.estimate if self.desk.is_open else None
        waits = {item for step in self.deck.left for item in ids(step)}
        failed = [f"Not done: {one(said)}" for item, said in self.deck.refused.items() if item in waits]
        return [*at_the_end(self.closing, left, self.now, pages.when), *failed]

    def _draw_lines(self) -> None:
        if not self.screen_stack:
            return
        find = self.desktop.query_one
        find("#head", Line).put(titles.head(self.deck, self.size.width, is_open=self.desk.is_open))
        find("#title", Line).put([(f" {self._title()}", "bar")])
        said = rows([Block(self._notice, "", " ")], self.size.width)[: min(_MOST_NOTICE, max(1, self.size.height // 4))]
        notice = find("#notice", Line)
        notice.styles.height = max(1, len(said))
        notice.put(*([(row.text, "bold")] for row in said))
        find("#keys", Line).put(titles.keys(self.view, self.size.width))

    def _title(self) -> str:
        step = self.deck.current
        if step is None or self.view == END:
            return "inboxtriage review"
        where = f"{self.deck.at + 1}/{len(self.deck.left)}"
        if self.view == PEEK and self.peeked in self.desk.readings:
            return f"{where} {pages.who(self.desk.readings[self.peeked].entry)} (Enter: back)"
        kind = titles.KINDS[step.kind]
        return f"{where} {kind + ': ' if kind else ''}{titles.name_of(step, self.deck, kind=False)}"

    # What the keys do

    def pressed(self, key: str | None) -> None:
        """One key."""
        if key is None:
            return
        self.desk.at_work()
        if key != self.second and self.confirming is not None:
            self.confirming = None
            self.tell("")
        found = next((one_key for one_key in on(self.view) if one_key.key == key), None)
        if key == self.second and self.confirming is not None:
            self.acts.confirmed()
        elif self.kept.takes(key, found):
            return
        elif self.view == PEEK and key == "escape":
            self.peek(None)
        elif found is not None:
            getattr(self.acts, found.does)()
        elif key in {"left", "right"}:
            self.go(-1 if key == "left" else 1)
        elif not self.paging.pressed(key) and len(key) == 1:
            self.tell(f"{key} does nothing here; ? shows the keys")

    def go(self, by: int) -> None:
        """Look at the step before or behind."""
        if self.deck.go(by):
            self.tell("")
            self.desk.look()
        else:
            self.tell("this is the first step" if by < 0 else "this is the last step")

    def peek(self, item: str | None) -> None:
        """Look at one of several in full; or back at all of them."""
        self.peeked = item
        self.draw()
        if item is None:
            self.panes[0].show_member(self.cursor)

    def ask(self, screen: Screen[Any], then: Callable[[Any], None] | None = None) -> None:
        """Put something over the desktop; what is answered goes on, Esc does not."""
        self.push_screen(screen, lambda answer: then(answer) if then is not None and answer is not None else None)

    def action_leave(self) -> None:
        """ctrl+c: gives up what is asked, else leaves; after the keys that were pressed before it."""
        self.screen.call_later(self._leave)

    def _leave(self) -> None:
        give_up = getattr(self.screen, "action_give_up", None)
        if give_up is not None:
            give_up()
        elif self.screen is self.desktop:
            self.acts.leave()
        else:
            self.screen.dismiss(None)

    # The end

    def _wait_for_more(self) -> None:
        """Look again by itself, as long as nothing is left."""
        if self._look_again is None:
            self._look_again = self.set_interval(_LOOK_AGAIN, self._look)

    def _look(self) -> None:
        if self.deck.current is not None or self.closing is not None:
            if self._look_again is not None:
                self._look_again.stop()
                self._look_again = None
        elif self.worker.is_idle:
            self.desk.read_again(lambda new: self.tell(f"{new} new") if new else None)

    def give_back(self, lines: Sequence[str]) -> None:
        """Give the terminal back, with what is to be said then."""
        self.exit(list(lines))

    def _handle_exception(self, error: Exception) -> None:
        """A fault of ours is told by who started this, in one line: Textual would show the mail in it."""
        if self.fault is None:
            self.fault = error
        if self._exception is None:  # for a test, which raises it again
            self._exception = error
            self._exception_event.set()
        self._return_code = 1
        self._close_messages_no_wait()


def run(a: Assembly) -> list[str]:
    """The review, until it is left; what is to be said then. Raises what went wrong in it."""
    sys.setswitchinterval(_TURN)
    gc.set_threshold(*_GARBAGE)
    app = Review(a)
    app.opened = gc.freeze  # what is there then stays: no key waits while all of it is looked through
    said: list[str] | None = None
    try:
        said = app.run(mouse=False)
    finally:
        app.worker.end()
    if app.fault is not None:
        raise app.fault
    return said or []

"""A person before the review: keys go in, and what was really on the screen is remembered, row by row."""

import asyncio
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from textual import events
from textual.keys import _character_to_key
from textual.widgets import TextArea

from inboxtriage.ui.app import Review
from inboxtriage.ui.keys import GROUP
from inboxtriage.ui.panes import Pane
from tests.practice import Practice

_NAMES = {" ": "space", "\n": "enter"}
_ROUNDS = 3  # from the app to a screen, from there to a widget, and back
NOT_SEEN = "(this row was not on the screen)"
_LETTERS = ("── Draft", "── Letter", "── Your letter", "── Safety text")
_FACT = re.compile(r"  (BLOCKED|remark|to|subject|attached|answers) ")
_MEMBER = re.compile(r"[> ][x ] [ \d]\d ")
_OWN = re.compile(r" {5}\((\d+)\) (.*)")
_PLACE = re.compile(r" {4}\((\d+)\) each their own lines")


@dataclass(frozen=True)
class Seen:
    """A letter as it stood on the screen, its white space alone put right."""

    to: str
    subject: str
    body: str


class Sitting:
    """The review, driven by keys as a terminal would send them; one step of the loop at a time."""

    def __init__(self, practice: Practice, columns: int, rows: int) -> None:
        self.app = Review(practice.assembly())
        self._loop = asyncio.Runner()
        self._size = (columns, rows)
        self._page: object = None
        self._rows: dict[tuple[str, int], str] = {}
        self.frames = 0

    def open(self) -> None:
        """Start it, and wait for the first step."""
        self._running = self.app.run_test(size=self._size)
        self._pilot = self._loop.run(self._running.__aenter__())
        self.settle()

    def close(self) -> None:
        """End it; what went wrong in it is raised."""
        try:
            if self.app.is_running:
                self.app.exit([])
            self._loop.run(self._running.__aexit__(None, None, None))
        finally:
            self.app.worker.end()
            self._loop.close()

    def press(self, *keys: str, settle: bool = True) -> str:
        """Press keys; what the screen shows then. Without `settle` the next key comes before anything was done."""
        for key in keys:
            self._loop.run(self._send(key))
            if settle:
                self.settle()
        return self.screen

    def type(self, text: str) -> None:
        """Write a text into what has the focus."""
        self.press(*(_NAMES.get(letter, letter) for letter in text), settle=False)
        self.settle()

    async def _send(self, key: str) -> None:
        """One key, as the terminal's driver tells it; without the pauses that Textual's pilot makes for it."""
        name = _character_to_key(key) if len(key) == 1 and not key.isalnum() else key
        letters = {called: letter for letter, called in _NAMES.items()}
        event = events.Key(name, key if len(key) == 1 else letters.get(key))
        event.set_sender(self.app)
        assert self.app._driver is not None
        self.app._driver.send_message(event)
        await self._processed()

    async def _processed(self) -> None:
        """Every message was heard by everyone, and what came of it too."""
        for _ in range(_ROUNDS):
            if self.app.is_running:
                await self._pilot.pause(0)

    def settle(self, seconds: float = 60) -> None:
        """Wait until everything that was asked for was done, and shown."""
        deadline = time.monotonic() + seconds
        self._loop.run(self._processed())
        while self.app.is_running and not self.app.worker.is_idle:
            assert time.monotonic() < deadline, self.screen
            self._loop.run(asyncio.sleep(0.002))
        self._loop.run(self._processed())
        if self.app.is_running:
            self._look()

    def wait(self, seconds: float) -> None:
        """Do nothing for a while."""
        self._loop.run(asyncio.sleep(seconds))
        self.settle()

    # What is seen

    @property
    def screen(self) -> str:
        """What the terminal shows now."""
        if not self.app.is_running:
            return ""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(part.text for part in strip).rstrip() for strip in strips)

    @property
    def has_ended(self) -> bool:
        """Whether the terminal was given back."""
        return not self.app.is_running or self.app._exit

    def is_asked(self) -> bool:
        """Whether something lies over the page: a question, a list, the editor, the help."""
        return self.app.screen is not self.app.desktop

    @property
    def said(self) -> list[str]:
        """What is said when the terminal was given back."""
        assert self.app.return_value is not None
        return self.app.return_value

    @property
    def item(self) -> str:
        """The first mail of the step one looks at."""
        step = self.app.deck.current
        assert step is not None
        return self.app.peeked or step.entries[0].item.id

    @property
    def items(self) -> list[str]:
        """All mails of the step one looks at."""
        step = self.app.deck.current
        return [entry.item.id for entry in step.entries] if step else []

    @property
    def letter_in_hand(self) -> str:
        """The letter as it stands in the editor."""
        return self.app.screen.query_one("#letter", TextArea).text

    def _look(self) -> None:
        """Remember what is on the screen of the page that stands there."""
        if self.is_asked():
            return
        page = (self.app.view, self.app.peeked, tuple(self.items), tuple(sorted(self.app.on_page.items())))
        if page != self._page:
            self._page, self._rows = page, {}
        shown = self.screen.split("\n")
        for pane in self.app.panes:
            if pane.display:
                self._take(pane, shown)
        self.frames += 1

    def _take(self, pane: Pane, shown: list[str]) -> None:
        left, top, width, height = pane.region
        for y in range(height):
            text = _cells(shown[top + y], left, width) if top + y < len(shown) else ""
            text = text[2:] if pane.id == "letter" else text  # its margin
            if not text.startswith(("  ▼ ", "  ▲ ")):
                self._rows[str(pane.id), pane.top + y] = text.rstrip()

    @property
    def is_whole(self) -> bool:
        """Whether every row of the page was on the screen."""
        shown = [(pane.id, pane.text.count("\n") + 1) for pane in self.app.panes if pane.display]
        return all((str(name), n) in self._rows for name, rows in shown for n in range(rows))

    @property
    def page(self) -> list[str]:
        """Every row of the page that was on the screen so far, the words first; a row that was not, is named so."""
        found = []
        for name in ("words", "letter"):
            mine = [n for pane, n in self._rows if pane == name]
            found += [self._rows.get((name, n), NOT_SEEN) for n in range(max(mine, default=-1) + 1)]
        return found

    def read_on(self) -> None:
        """Read the page from its beginning to its end."""
        self.press("home")
        for _ in range(500):
            if all(pane.is_at_end for pane in self.app.panes if pane.display):
                return
            self.press("space")
        raise AssertionError(self.screen)

    def letters(self) -> dict[str, Seen]:
        """The letters that stand on the page, as far as they were on the screen."""
        if self.app.view == GROUP:
            return dict(zip(self.items, _of_card(self.page), strict=True)) if self.is_whole else {}
        return {self.item: _of_mail(self.page)} if any(row.startswith(_LETTERS) for row in self.page) else {}


def _cells(row: str, left: int, width: int) -> str:
    """A stretch of a row, by cells of the terminal."""
    from rich.cells import cell_len

    at, found = 0, ""
    for sign in row:
        if left <= at < left + width:
            found += sign
        at += cell_len(sign)
    return found


def _of_mail(page: list[str]) -> Seen:
    begin = next(n for n, row in enumerate(page) if row.startswith(_LETTERS))
    facts: dict[str, str] = {}
    body: list[str] = []
    name, is_source = "", False
    for row in page[begin + 1 :]:
        if row.startswith(("── ", "  answers   also ")):
            break
        if not body and _FACT.match(row):
            name = row.split()[0]
            facts[name] = row[12:]
        elif not body and name and row.startswith(" " * 12):
            facts[name] += " " * (name != "to") + row.strip()  # an address has no spaces, however it is folded
        elif not row:
            body.append("")
            name, is_source = "", False
        else:
            is_source = is_source or row.startswith("    ~ ")
            body += [] if is_source else [row]
    return Seen(facts.get("to", ""), _one(facts.get("subject", "")), _one(" ".join(body)))


def _of_card(page: list[str]) -> Iterator[Seen]:
    begin = page.index("── What all of them say")
    members = [n for n, row in enumerate(page) if n > begin and _MEMBER.match(row)]
    shared = page[begin + 1 : members[0]]
    for first, last in zip(members, [*members[1:], len(page)], strict=True):
        rows, own, place = page[first + 1 : last], dict[str, list[str]](), ""
        for row in rows:
            if found := _OWN.fullmatch(row):
                place = found[1]
                own[place] = [found[2]]
            elif place and row.startswith(" " * 9):
                own[place].append(row)
        body = []
        for row in shared:
            found = _PLACE.fullmatch(row)
            body += own.pop(found[1], []) if found else [row]
        assert not own, own
        to = rows[0].strip().partition(",")[0]
        yield Seen(to, _one(rows[1]), _one(" ".join(body)))


def _one(text: str) -> str:
    return " ".join(text.split())


@contextmanager
def sitting(practice: Practice, columns: int = 80, rows: int = 24, **environment: str) -> Iterator[Sitting]:
    """The review of a practice on a terminal of this size."""
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    try:
        made = Sitting(practice, columns, rows)
        made.open()
        try:
            yield made
        finally:
            made.close()
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value

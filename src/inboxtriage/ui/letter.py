"""A letter, changed in place: a gap in it is selected, so that what one types stands in its place."""

import re

from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from inboxtriage.reply.draft import GAP_CLOSES, GAP_OPENS
from inboxtriage.ui.panes import Line

_GAP = re.compile(f"{re.escape(GAP_OPENS.strip())}[^{re.escape(GAP_CLOSES)}]*(?:{re.escape(GAP_CLOSES)}|$)")


class Editor(Screen[str | None]):
    """A letter, to be changed in place."""

    CSS = """
    Editor TextArea { border: none; padding: 0 1; background: ansi_default; color: ansi_default; }
    Editor TextArea .text-area--cursor { text-style: reverse; }
    Editor TextArea .text-area--selection { text-style: reverse; }
    Editor TextArea .text-area--cursor-line { background: ansi_default; }
    """
    BINDINGS = [  # noqa: RUF012 - as Textual wants it
        Binding("ctrl+s", "keep", priority=True),
        Binding("escape", "give_up", priority=True),
        Binding("tab", "gap", priority=True),
        Binding("ctrl+n", "gap", priority=True),
    ]

    def __init__(self, title: str, text: str, *, kept: bool = True) -> None:
        super().__init__()
        self._title, self._text = title, text
        self._kept = kept  # False: it could not be kept before, and would be lost
        self._sure = False

    def compose(self) -> ComposeResult:
        """A title, the letter, the keys."""
        yield Line(id="title")
        area = TextArea(self._text, id="letter", soft_wrap=True, tab_behavior="focus", theme="css")
        area.highlight_cursor_line = False
        area.cursor_blink = False
        yield area
        yield Line(id="say")

    def on_mount(self) -> None:
        """Show it, at its first gap."""
        self.query_one("#title", Line).put([(f" {self._title}", "bar")])
        self._say("")
        self.query_one("#letter", TextArea).focus()
        self._choose(0)

    def _choose(self, start: int) -> bool:
        """Select the first gap from an offset on, else the first of all, so that what is typed takes its place."""
        area = self.query_one("#letter", TextArea)
        gaps = [found.span() for found in _GAP.finditer(area.text)]
        if not gaps:
            return False
        first, last = next((gap for gap in gaps if gap[0] >= start), gaps[0])
        area.selection = Selection(_place(area.text, first), _place(area.text, last))
        return True

    def action_gap(self) -> None:
        """Go to the next gap."""
        area = self.query_one("#letter", TextArea)
        if not self._choose(_offset(area.text, area.selection.end)):
            self._say("nothing is left to fill in")

    def _say(self, text: str) -> None:
        keys = [("ctrl+s", "key"), (" keeps it  ", ""), ("Esc", "key"), (" gives up", "")]
        if gaps := len(_GAP.findall(self.query_one("#letter", TextArea).text)):
            keys += [("  Tab", "key"), (f" next gap ({gaps} to fill in: type over it)", "")]
        self.query_one("#say", Line).put([("  ", ""), *([(text, "warn")] if text else keys)])

    @property
    def is_changed(self) -> bool:
        """Whether anything would be lost."""
        return not self._kept or self.query_one("#letter", TextArea).text != self._text

    def on_text_area_changed(self) -> None:
        """Who writes on did not want to give up."""
        self._sure = False
        self._say("")

    def action_keep(self) -> None:
        """Keep it."""
        self.dismiss(self.query_one("#letter", TextArea).text if self.is_changed else None)

    def action_give_up(self) -> None:
        """Give up; where something was changed, only when it is said twice."""
        if not self.is_changed or self._sure:
            self.dismiss(None)
            return
        self._sure = True
        self._say("Esc again throws your changes away; ctrl+s keeps them")


def _place(text: str, offset: int) -> tuple[int, int]:
    """An offset as row and column."""
    before = text[:offset]
    return before.count("\n"), len(before.rpartition("\n")[2])


def _offset(text: str, place: tuple[int, int]) -> int:
    """Row and column as an offset."""
    return sum(len(line) + 1 for line in text.split("\n")[: place[0]]) + place[1]

"""What is drawn: panes of text that know which of their rows were on the screen, and lines. One look for all of it.

Colours are the terminal's own, and never the only sign of anything.
"""

from collections.abc import Sequence
from itertools import pairwise

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from inboxtriage.ui.flow import Block, Row, rows

STYLES: dict[str, Style] = {
    "": Style(),
    "dim": Style(dim=True),
    "bold": Style(bold=True),
    "head": Style(bold=True),
    "mark": Style(bold=True, underline=True),
    "danger": Style(bold=True, underline=True, color="red"),
    "asked": Style(italic=True, underline=True, color="magenta"),
    "label": Style(color="cyan"),
    "gap": Style(bold=True, reverse=True),
    "warn": Style(bold=True, color="red"),
    "urgent": Style(bold=True, color="red"),
    "struck": Style(dim=True, strike=True),
    "cursor": Style(bold=True, reverse=True),
    "bar": Style(reverse=True),
    "good": Style(color="green"),
    "key": Style(bold=True),
}
_KEPT = 2  # rows of the last screen that stay when one reads on


class Pane(Widget):
    """A text that is scrolled by keys. `width_limit`: wider than that no row gets, so that it stays readable."""

    DEFAULT_CSS = "Pane { height: 1fr; width: 1fr; }"
    can_focus = False

    class Seen(Message):
        """Something that must be seen was on the screen for the first time."""

    def __init__(self, *, id: str, margin: str = "", width_limit: int = 100) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._blocks: Sequence[Block] = ()
        self._rows: list[Row] = []
        self._width = 0
        self._margin, self._limit = margin, width_limit
        self.top = 0
        self._painted: set[int] = set()
        self._says = False  # what was seen is being told

    def on_pane_seen(self) -> None:
        """It is told."""
        self._says = False

    def put(self, blocks: Sequence[Block], *, afresh: bool) -> None:
        """Show another text, `afresh` from its beginning; or the same people's, changed, where one was."""
        self._blocks = blocks
        before = self._rows
        self._fold()
        if afresh:
            self.top, self._painted = 0, set()
        else:
            self._painted = _still_seen(self._painted, before, self._rows)
            self.top = _same_place(self.top, before, self._rows)
        self.top = max(0, min(self.top, self._end))
        self.refresh()

    def on_resize(self) -> None:
        """Fold it anew; what was seen before counts where all of it was."""
        if self._inner != self._width:
            seen = self.unseen() is None
            self._fold()
            self._painted = set(range(len(self._rows))) if seen and self._blocks else set()
            self.top = max(0, min(self.top, self._end))
            self.refresh()

    @property
    def _inner(self) -> int:
        return max(1, min(self.size.width - cell_len(self._margin), self._limit))

    @property
    def _end(self) -> int:
        return max(0, len(self._rows) - self.size.height)

    def _fold(self) -> None:
        self._width = self._inner
        self._rows = rows(self._blocks, self._width)

    def render_line(self, y: int) -> Strip:
        """One row, as it is on the screen from now on."""
        n, margin = self.top + y, [Segment(self._margin, STYLES["dim"])] if self._margin else []
        if n >= len(self._rows):
            return Strip([*margin, Segment(" " * (self.size.width - cell_len(self._margin)), STYLES[""])])
        below = len(self._rows) - self.top - self.size.height
        said = ""
        if y == self.size.height - 1 and below > 0:
            said = f"  ▼ {below + 1} more lines: space"
        elif y == 0 and (above := self._unseen_above(self.top)):
            above += self._rows[n].must and n not in self._painted  # this row stands behind that word
            said = f"  ▲ {above} more {'line' if above == 1 else 'lines'} above, not seen yet"
        if said:
            room = self.size.width - cell_len(self._margin)
            return Strip([*margin, Segment(set_cell_size(said, room), STYLES["bold"])])
        row = self._rows[n]
        if n not in self._painted:
            self._painted.add(n)
            if row.must and not self._says:
                self._says = True
                self.post_message(self.Seen())
        return Strip(
            [*margin, *_segments(row), Segment(" " * (self.size.width - cell_len(self._margin + row.text)), STYLES[""])]
        )

    def unseen(self) -> int | None:
        """The first row that must be seen before one approves and was not on the screen; None where all were."""
        return next((n for n, row in enumerate(self._rows) if row.must and n not in self._painted), None)

    def _unseen_above(self, top: int) -> int:
        """How many rows that must be seen, and were not, stand above this one."""
        return sum(row.must and n not in self._painted for n, row in enumerate(self._rows[:top]))

    def bring(self, row: int) -> None:
        """Go to a row that was not seen yet, up or down, as little as is needed; a row of what came before stays."""
        if row < self.top:
            self.show_from(row - 1)
        elif row not in self._on_screen(self.top):
            self.show_from(max(self.top + 1, min(row - 1, self.top + self.size.height - _KEPT)))
        else:
            self.refresh()

    def _on_screen(self, top: int) -> range:
        """The rows that are read where one is at `top`; not those behind a word about what is above or below."""
        end = top + self.size.height
        return range(top + bool(self._unseen_above(top)), end - 1 if end < len(self._rows) else len(self._rows))

    @property
    def is_at_end(self) -> bool:
        """Whether nothing comes below."""
        return self.top >= self._end

    def scroll_by(self, by: int) -> None:
        """So many rows on, or back."""
        self.show_from(self.top + by)

    def page(self, by: int) -> None:
        """A screen on, or back."""
        self.scroll_by(by * max(1, self.size.height - _KEPT))

    def show_from(self, row: int) -> None:
        """Let a row be the first, as far as there is enough below it."""
        top = max(0, min(row, self._end))
        if top != self.top:
            self.top = top
            self.refresh()

    def show_member(self, member: int) -> None:
        """Bring the rows of one of several people onto the screen, their first one in any case."""
        mine = [n for n, row in enumerate(self._rows) if row.member == member]
        if not mine:
            return
        height = max(1, self.size.height - 1)
        if mine[-1] >= self.top + height:
            self.show_from(min(mine[0], mine[-1] - height + 1) if len(mine) <= height else mine[0])
        if mine[0] < self._on_screen(self.top).start:
            self.show_from(mine[0])
        if mine[0] < self._on_screen(self.top).start:  # something above was not seen yet, and that is said there
            self.show_from(mine[0] - 1)

    def shows(self, member: int) -> bool:
        """Whether one sees who one of several people is."""
        return self._begins(member) in self._on_screen(self.top)

    def member_on_screen(self) -> int | None:
        """The first of several people whom one sees; where that is nobody, who comes next below."""
        seen = self._on_screen(self.top)
        members = {row.member for row in self._rows[seen.start :] if row.member is not None}
        begun = [member for member in members if self._begins(member) in seen]
        return min(begun or members, default=None)

    def _begins(self, member: int) -> int:
        """The row that says who one of several people is."""
        return next((n for n, row in enumerate(self._rows) if row.member == member), -1)

    @property
    def text(self) -> str:
        """Everything in it, row by row."""
        return "\n".join(row.text for row in self._rows)


class Line(Widget):
    """Rows of a given look, each cut at the width."""

    DEFAULT_CSS = "Line { height: 1; width: 1fr; }"
    can_focus = False

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._parts: list[list[tuple[str, str]]] = []

    def put(self, *lines: Sequence[tuple[str, str]]) -> None:
        """Show these lines, each of pieces with their styles."""
        fresh = [list(line) for line in lines]
        if fresh != self._parts:
            self._parts = fresh
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """One of them."""
        parts = self._parts[y] if y < len(self._parts) else []
        strip = Strip([Segment(text, STYLES[style]) for text, style in parts])
        filler = parts[-1][1] if parts and parts[-1][1] == "bar" else ""
        return strip.adjust_cell_length(self.size.width, STYLES[filler])

    @property
    def text(self) -> str:
        """What it says."""
        return "\n".join("".join(text for text, _ in line) for line in self._parts)


class Names(Widget):
    """A long list of which one is chosen; only what is on the screen is drawn."""

    DEFAULT_CSS = "Names { height: 1fr; width: 1fr; }"
    can_focus = False

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._names: Sequence[tuple[str, str]] = ()
        self.at = 0

    def put(self, names: Sequence[tuple[str, str]], at: int) -> None:
        """Show these, each with its style."""
        if names != self._names or at != self.at:
            self._names, self.at = names, at
            self.refresh()

    def move(self, by: int) -> None:
        """Choose another."""
        self.put(self._names, max(0, min(self.at + by, len(self._names) - 1)))

    def render_line(self, y: int) -> Strip:
        """One name."""
        top = max(0, min(self.at - self.size.height // 2, len(self._names) - self.size.height))
        n = top + y
        if n >= len(self._names):
            return Strip.blank(self.size.width, STYLES[""])
        name, style = self._names[n]
        said = set_cell_size(("> " if n == self.at else "  ") + name, self.size.width)
        return Strip([Segment(said, STYLES["cursor"] if n == self.at else STYLES[style])])


def _still_seen(painted: set[int], before: Sequence[Row], now: Sequence[Row]) -> set[int]:
    """Which of the rows that must be seen count as seen in a changed text: those above and below the change.

    The first two cells of a row are its marks, which are no part of what is read.
    """
    old = [n for n, row in enumerate(before) if row.must]
    new = [n for n, row in enumerate(now) if row.must]
    texts, others = [before[n].text[2:] for n in old], [now[n].text[2:] for n in new]
    most = min(len(old), len(new))
    above = next((n for n in range(most) if texts[n] != others[n]), most)
    below = next((n for n in range(most - above) if texts[-1 - n] != others[-1 - n]), most - above)
    same = [
        *zip(old[:above], new[:above], strict=True),
        *zip(old[len(old) - below :], new[len(new) - below :], strict=True),
    ]
    return {there for here, there in same if here in painted}


def _same_place(top: int, before: Sequence[Row], now: Sequence[Row]) -> int:
    """Where the first row on the screen stands, when only what need not be read was folded away or shown again."""
    old = [n for n, row in enumerate(before) if row.must]
    new = [n for n, row in enumerate(now) if row.must]
    at = next((k for k, n in enumerate(old) if n >= top), None)
    if at is None or len(before) == len(now) or len(old) != len(new):
        return top
    return max(0, new[at] - (old[at] - top))


def _segments(row: Row) -> list[Segment]:
    if not row.spans:
        return [Segment(row.text, STYLES[row.style])]
    edges = sorted({0, len(row.text), *(span.start for span in row.spans), *(span.end for span in row.spans)})
    found = []
    for start, end in pairwise(edges):
        style = STYLES[row.style]
        for span in row.spans:
            if span.start <= start and end <= span.end:
                style += STYLES[span.style]
        found.append(Segment(row.text[start:end], style))
    return found

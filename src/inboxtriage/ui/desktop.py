"""The one screen of the review, under all that is asked."""

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.screen import Screen

from inboxtriage.ui.panes import Line, Names, Pane


class Desktop(Screen[None]):
    """The one screen: what is left, the panes, a line that says something, the keys."""

    def compose(self) -> ComposeResult:
        """From top to bottom."""
        yield Line(id="head")
        yield Line(id="title")
        with Horizontal(id="panes"):
            yield Names(id="names")
            yield Pane(id="words")
            yield Pane(id="letter", margin="│ ")
        yield Line(id="notice")
        yield Line(id="keys")

    def on_mount(self) -> None:
        """Begin; with one pane, as most terminals have it, so that nothing is folded twice."""
        self.query_one("#names").display = self.query_one("#letter").display = False
        self.app.call_later(self.app.begin)  # type: ignore[attr-defined]

    def on_resize(self) -> None:
        """Other panes may fit."""
        self.app.call_later(self.app.draw)  # type: ignore[attr-defined]

    def on_pane_seen(self) -> None:
        """Something of the page was seen that had not been."""
        self.app.paging.has_seen()  # type: ignore[attr-defined]

    def on_key(self, event: events.Key) -> None:
        """A key is for the app."""
        event.stop()
        event.prevent_default()
        self.app.pressed(event.character if event.is_printable else event.key)  # type: ignore[attr-defined]

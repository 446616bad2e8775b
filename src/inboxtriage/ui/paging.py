"""How one moves through a page, and what of it was on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxtriage.service.backlog.deck import ids
from inboxtriage.ui.keys import GROUP, LIST

if TYPE_CHECKING:
    from inboxtriage.ui.panes import Pane
    from inboxtriage.ui.stage import Stage

ROWS = frozenset({" ", "space", "pagedown", "pageup", "up", "down", "home", "end"})  # the keys for it


class Paging:
    """Moves through the panes; on a page of several people the cursor stays with somebody who is on the screen."""

    def __init__(self, app: Stage) -> None:
        self._app = app
        self._asked: tuple[str, ...] = ()  # to read on: the mails of the step

    def pressed(self, key: str) -> bool:
        """Whether a key moves through the page, which it then did."""
        if key not in ROWS:
            return False
        together = self._app.view in {GROUP, LIST}
        if together and key in {"up", "down"}:
            self.move(-1 if key == "up" else 1)
            return True
        before = self._app.panes[0].top
        for pane in self._app.panes:
            _scroll(pane, key)
        if together and self._app.panes[0].top != before:
            member = self._app.panes[0].member_on_screen()
            if member is not None and member != self._app.cursor:
                self._app.cursor = member
                self._app.draw()
        return True

    def move(self, by: int) -> None:
        """Look at the person before or behind on a card or in a list."""
        step = self._app.deck.current
        if step is not None:
            self._app.cursor = max(0, min(self._app.cursor + by, len(step.cases) - 1))
            self._app.draw()
            self._app.panes[0].show_member(self._app.cursor)

    def was_seen(self) -> bool:
        """Whether all that is decided about was on the screen; else the rest is brought there, wherever it is."""
        for pane in self._app.panes:
            missing = pane.unseen() if pane.display else None
            if missing is None:
                continue
            where = "above" if missing < pane.top else "below"
            pane.bring(missing)
            self._app.tell(f"not all of it was on the screen yet: read on {where}, from here, then press it again")
            self._asked = ids(self._app.deck.current)
            return False
        return True

    def has_seen(self) -> None:
        """Take back the word that one has to read on, as soon as all was seen."""
        is_here = self._asked and self._asked == ids(self._app.deck.current)
        if is_here and all(pane.unseen() is None for pane in self._app.panes if pane.display):
            self._asked = ()
            self._app.tell("")


def _scroll(pane: Pane, key: str) -> None:
    match key:
        case "pageup":
            pane.page(-1)
        case "up" | "down":
            pane.scroll_by(-1 if key == "up" else 1)
        case "home":
            pane.show_from(0)
        case "end":
            pane.show_from(1 << 30)
        case _:
            pane.page(1)

"""Keys that were pressed while a step was still being read: they are kept until it stands there.

Not those that decide: nobody decides about what they do not see. Whoever goes on to another step gives them up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxtriage.service.backlog.deck import ids
from inboxtriage.ui.keys import GROUP, LIST, MAIL, Key
from inboxtriage.ui.paging import ROWS

if TYPE_CHECKING:
    from inboxtriage.ui.stage import Stage

_DECIDE = frozenset({"approve", "reject", "take", "dismiss"})
_ASK = frozenset({"done", "edit", "editor", "whom", "note", "snooze", "relabel"})  # first, about one mail
_POINT = frozenset({"strike", "open"})  # at somebody


class Kept:
    """What was pressed too early."""

    def __init__(self, app: Stage) -> None:
        self._app = app
        self._keys: list[str] = []
        self._of: tuple[str, ...] = ()  # the mails of the step

    def takes(self, key: str, found: Key | None) -> bool:
        """Whether a key has to wait, or is refused; `found` is what it does, where it does anything."""
        step = self._app.deck.current
        if step is None or self._app.view not in {MAIL, GROUP, LIST} or self._is_there():
            return False
        does = found.does if found is not None else ""
        if does in _DECIDE or (does == "done" and self._app.view == LIST):
            self._app.tell("one moment, it is being read")
            return True
        if does in _ASK | _POINT or (self._keys and key in ROWS):
            self._keys = [*(self._keys if self._of == ids(step) else []), key]
            self._of = ids(step)
            return True
        self._keys = []
        return False

    def give_back(self) -> None:
        """Do what they say, once the step is read, if one still looks at it."""
        if self._keys and ids(self._app.deck.current) != self._of:
            self._keys = []
        if self._keys and self._is_there():
            keys, self._keys = self._keys, []
            self._app.call_later(self._press, keys)

    def _press(self, keys: list[str]) -> None:
        for key in keys:
            if self._app.is_asking:
                return
            self._app.pressed(key)

    def _is_there(self) -> bool:
        step, desk = self._app.deck.current, self._app.desk
        return step is not None and desk.has_read(step) and not desk.is_under_way(step)

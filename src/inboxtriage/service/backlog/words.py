"""A backlog in words, the same on every surface: what lies ahead, what is left, and what is said at the end. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # `queue` says what lies ahead, and has no need of what sends
    from collections.abc import Callable
    from datetime import datetime

    from inboxtriage.service.backlog.closing import Closing
    from inboxtriage.service.backlog.walk import Estimate


DUE_NOW = "answer due now"  # to whoever may be in danger, whatever the office hours say


def ahead(estimate: Estimate) -> str:
    """What lies ahead: "63 mails, 41 people, 9 groups, about 20 minutes"."""
    groups = [count(estimate.groups, "group")] if estimate.groups else []
    aside = [f"{estimate.aside} settled already"] if estimate.aside else []
    parts = [count(estimate.mails, "mail"), count(estimate.people, "person", "people"), *groups, *aside]
    return ", ".join([*parts, f"about {count(estimate.minutes, 'minute')}"])


def left(estimate: Estimate) -> str:
    """The same while one works: "32 people, about 11 minutes"."""
    if not estimate.mails:
        return "nothing"
    return f"{count(estimate.people, 'person', 'people')}, about {count(estimate.minutes, 'minute')}"


def count(n: int, one: str, many: str | None = None) -> str:
    """A number and its word."""
    return f"{n} {one if n == 1 else many or f'{one}s'}"


def at_the_end(
    found: Closing | None, remaining: Estimate | None, now: datetime, when: Callable[[datetime, datetime], str]
) -> list[str]:
    """What is said at the end: what was approved, when it leaves, and what is left. Pure.

    `found` is None where nothing was asked yet, `remaining` where that is not known. `when` says a moment, as seen
    from `now`.
    """
    lines = []
    if found is not None and found.approved:
        lines.append(f"{found.approved} approved" + (f", {found.sent} of them sent." if found.sent else "."))
        if found.waiting and found.leaves is not None:
            lines.append(_waiting(found, found.leaves, now, when))
    lines += found.problems if found is not None else ()
    if remaining is not None and remaining.mails:
        mails, people = count(remaining.mails, "mail"), count(remaining.people, "person", "people")
        are = "is" if remaining.mails == 1 else "are"
        lines.append(f"{mails} of {people} {are} left, about {count(remaining.minutes, 'minute')}.")
    elif remaining is not None:
        lines.append("Nothing is left.")
    return lines


def _waiting(found: Closing, leaves: datetime, now: datetime, when: Callable[[datetime, datetime], str]) -> str:
    is_due = leaves <= now
    at = "now" if is_due else f"by {when(leaves, now)}"
    one = found.waiting == 1
    if found.running:
        said = f"{found.waiting} {'leaves' if one else 'leave'} {at}, by the daemon that runs."
    else:
        them = "it" if one else "them"
        said = (
            f"{found.waiting} {'waits' if one else 'wait'} to be sent ({at}): "
            f"no daemon runs, so `inboxtriage send` sends {them}."
        )
    return said if is_due else f"{said} `inboxtriage undo ID` takes one back until then."

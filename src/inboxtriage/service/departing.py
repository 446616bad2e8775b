"""When an approved letter leaves, and whether anything is there that sends it: the same words on every surface."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from inboxtriage.outbox.outgoing import DUE
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.decency import leaves_at
from inboxtriage.store import messages, outgoing
from inboxtriage.store.ids import OUTGOING, number
from inboxtriage.store.lock import RUN, is_held

NOBODY_SENDS = "no daemon runs: `inboxtriage send`"


@dataclass(frozen=True, slots=True)
class Departure:
    """When a letter leaves where nothing comes in between (`at`), and whether a daemon sends it then.

    `urgent`: it is for somebody whose mail reads as danger.
    """

    at: datetime
    running: bool
    urgent: bool


def departure(a: Assembly, out: str) -> Departure:
    """How it stands with one mail of the outbox that was just approved. Raises NotFound."""
    mail = outgoing.get(a.db, number(OUTGOING, out))
    item = messages.get(a.db, outgoing.message_of(mail))
    return Departure(leaves_at(a, item, mail.not_before), is_sending(a), item.verdict.disposition == "urgent")


def is_sending(a: Assembly) -> bool:
    """Whether a daemon (or a pass) holds the store, so that what is due leaves by itself."""
    return is_held(a.folder, RUN)


def just_approved(found: Departure, now: datetime, when: Callable[[datetime, datetime], str], undo_seconds: int) -> str:
    """What becomes of a letter that was approved a moment ago. Pure; `when` says a moment as seen from `now`."""
    seconds = math.ceil((found.at - now).total_seconds())
    soon = "now" if seconds <= 0 else f"in {seconds} s"
    if seconds > undo_seconds:
        soon = f"not before {when(found.at, now)}"
    if found.running:
        return f"leaves {soon}" + (", by the daemon that runs" if found.urgent else "")
    later = "" if seconds <= 0 else f", {soon}" if soon.startswith("not") else f", {soon} at the earliest"
    return f"{'NOT' if found.urgent else 'not'} sent yet: no daemon runs, `inboxtriage send` sends it{later}"


def next_to_leave(a: Assembly) -> tuple[int, datetime] | None:
    """How many approved letters are not due yet, and when the first of them is; None where none waits."""
    now = a.clock.now()
    ahead = [mail.not_before for mail in outgoing.in_states(a.db, DUE) if mail.not_before > now]
    return (len(ahead), min(ahead)) if ahead else None


def waiting(not_before: datetime, now: datetime, when: Callable[[datetime], str], *, running: bool) -> str:
    """When a letter that waits leaves; never a moment that is past. Pure."""
    if not_before > now:
        return f"leaves {when(not_before)}" + ("" if running else f"; {NOBODY_SENDS}")
    return "leaves now" if running else f"was due to leave {when(not_before)}; {NOBODY_SENDS}"

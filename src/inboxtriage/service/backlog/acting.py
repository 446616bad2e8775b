"""What a person does with the steps of a backlog, and taking it back. Every decision is one of those of the commands.

Nothing here raises for what one message is in the way of: each decision says whether it was done, and else why not,
so that a dozen of them are independent of each other.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import partial

from inboxtriage.errors import InboxTriageError, Refused
from inboxtriage.service import approvals, deciding, queue
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.backlog.cases import Case, closing, proposed_by
from inboxtriage.service.departing import departure, just_approved
from inboxtriage.service.journey import moving, proposing
from inboxtriage.service.queue import Entry
from inboxtriage.store import messages

HOW = {"p": "phone", "e": "elsewhere", "n": "none"}  # the keys that say how one was dealt with
VALUES = ("none", "urgent", "not-urgent", "person", "client", "vendor", "spam", "automated")  # beside the categories


@dataclass(frozen=True, slots=True)
class Decision:
    """What was done with one message, or why it could not be done (`failed`).

    `closed` is the lead for whom `taken` proposals were taken with it, so that undoing takes them back too.
    `out` is the id in the outbox of what was approved; `mind` what must not be missed about it, or "".
    """

    item: str
    what: str
    said: str
    failed: bool = False
    closed: str | None = None
    taken: int = 0
    out: str | None = None
    mind: str = ""


def approve(a: Assembly, letters: Iterable[tuple[str, str]]) -> list[Decision]:
    """Approve these letters, each by its message and the digest of what was put before the person."""
    return [_approve(a, item, sha) for item, sha in letters]


def reject(a: Assembly, items: Sequence[str], reason: str | None = None) -> list[Decision]:
    """Settle these without an answer."""
    return [_one(item, "reject", partial(_reject, a, item, reason)) for item in items]


def done(a: Assembly, items: Sequence[str], how: str, note: str | None = None) -> list[Decision]:
    """Finish these, which were dealt with without a mail of ours: by "phone", "elsewhere" or "none"."""
    return [_one(item, "done", partial(_done, a, item, how, note)) for item in items]


def snooze(a: Assembly, item: str, until: datetime) -> Decision:
    """Hide one until a moment."""

    def act() -> str:
        deciding.snooze(a, item, until)
        return f"{item} comes back on {until.astimezone(a.hours.zone):%a %d %b %H:%M}"

    return _one(item, "snooze", act)


def beginning(day: date, now: datetime) -> datetime:
    """The moment at which a day begins in the zone of `now`, when what was hidden until that day comes back."""
    return datetime.combine(day, time(), now.tzinfo)


def relabel(a: Assembly, item: str, values: Sequence[str]) -> Decision:
    """Say what one really is."""

    def act() -> str:
        verdict = deciding.relabel(a, item, list(values))
        return f"{item} is {verdict.disposition} now, asks about {', '.join(verdict.labels) or 'nothing'}"

    return _one(item, "relabel", act)


def edit(
    a: Assembly, entry: Entry, body: str | None = None, *, note: str | None = None, to: str | None = None
) -> Decision:
    """Put other words into the letter of an entry, as it was read; add a personal line, or choose whom it goes to."""
    item = entry.item.id

    def act() -> str:
        head = messages.find(a.db, item).head if body is not None else None
        if head is not None:
            return _into_newer(a, item, head, str(body))
        blocked = deciding.edit(a, item, body=body, note=note, to=to, seen=entry.seen)
        return f"{item} is changed" + (f"; still blocked: {'; '.join(blocked)}" if blocked else "")

    return _one(item, "edit", act)


def _into_newer(a: Assembly, item: str, head: str, body: str) -> str:
    """What was written while a newer mail of the same person came is not lost: one letter answers both. Or Refused."""
    newer = queue.one(a, head).entry
    if newer.draft is not None and newer.draft.edited:
        raise Refused(f"{head} came meanwhile, and its letter answers {item} too", do="it was written by hand already")
    deciding.edit(a, head, body=body, seen=newer.seen)
    return f"they wrote again: your letter waits at {head} now, which answers {item} too; read that first"


def put_aside(a: Assembly, case: Case) -> list[Decision]:
    """Confirm that nobody of a case waits for an answer: its mails are done, and what they propose is taken.

    Not where they wrote again since the case was read.
    """
    mine = {entry.item.id for entry in case.entries}
    since = {one.item.id for entry in case.entries for one in queue.of_person(a, entry)} - mine
    if since:
        again = f"they wrote again: read {', '.join(sorted(since))} first"
        return [Decision(entry.item.id, "done", again, failed=True) for entry in case.entries]
    how, ending = closing(case)
    decisions = done(a, [entry.item.id for entry in case.entries], how)
    if ending is None or ending.lead is None or any(one.failed for one in decisions):
        return decisions
    lead, taken = ending.lead.lead.id, 0
    try:
        for one in proposed_by(ending):
            proposing.take(a, lead, one.what)
            taken += 1
    except InboxTriageError as error:
        decisions.append(Decision(ending.item.id, "close", str(error), failed=True))
    return [
        replace(one, closed=lead, taken=taken) if (one.item, one.what) == (ending.item.id, "done") else one
        for one in decisions
    ]


def undo(a: Assembly, decision: Decision) -> Decision:
    """Take back what was done with one message, as `undo` does, and the ending that was taken with it."""

    def act() -> str:
        if decision.what in {"take", "dismiss"}:
            moving.undo(a, decision.item)
            return f"{decision.item}: {decision.what} undone"
        kind = deciding.undo(a, decision.item, only=decision.what)
        for _ in range(decision.taken if decision.closed else 0):
            moving.undo(a, str(decision.closed))
        return f"{decision.item}: {kind} undone"

    return _one(decision.item, "undo", act)


def take(a: Assembly, lead: str, what: str) -> Decision:
    """Do what is proposed for somebody."""
    return _one(lead, "take", lambda: f"{lead} is {proposing.take(a, lead, what)[1].value} now")


def dismiss(a: Assembly, lead: str, what: str) -> Decision:
    """Decide against what is proposed for somebody."""
    return _one(lead, "dismiss", lambda: f"{lead}: {proposing.dismiss(a, lead, what)[1].value} is dismissed")


def _one(item: str, what: str, act: Callable[[], str]) -> Decision:
    try:
        return Decision(item, what, act())
    except InboxTriageError as error:
        return Decision(item, what, str(error), failed=True)


def _approve(a: Assembly, item: str, sha256: str) -> Decision:
    try:
        out = approvals.approve(a, item, sha256=sha256)
    except InboxTriageError as error:
        return Decision(item, "approve", str(error), failed=True)
    return Decision(item, "approve", f"{item} approved as {out}", out=out, mind=_to_mind(a, item, out))


def _to_mind(a: Assembly, item: str, out: str) -> str:
    """How a letter to somebody in danger leaves; nothing about any other letter, of which the end tells."""
    found = departure(a, out)
    if not found.urgent:
        return ""
    said = just_approved(found, a.clock.now(), lambda at, _: f"{at:%H:%M}", a.settings.review.undo_seconds)
    return f"{item}: {said}"


def _reject(a: Assembly, item: str, reason: str | None) -> str:
    deciding.reject(a, item, reason)
    return f"{item} rejected"


def _done(a: Assembly, item: str, how: str, note: str | None) -> str:
    deciding.done(a, item, how, note)
    return f"{item} done"

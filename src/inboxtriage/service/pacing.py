"""How fast letters leave, held against what was handed over already (`[sending]`)."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice

from inboxtriage.outbox.outgoing import Outgoing
from inboxtriage.outbox.pace import DAY, HOUR, Handed, departures, to_one
from inboxtriage.outbox.settle import LONGEST_RETRY
from inboxtriage.service.assembly import Assembly
from inboxtriage.store import drafts, messages, outgoing
from inboxtriage.store.drafts import Waiting
from inboxtriage.store.messages import Item


class Pace:
    """What left within the last day, as of one moment: made anew for each look."""

    def __init__(self, a: Assembly) -> None:
        self._a, self.now = a, a.clock.now()

    @cached_property
    def _handed(self) -> list[Handed]:
        return outgoing.handed(self._a.db, self.now - DAY, self.now)

    def draft(self, item: Item) -> Waiting | None:
        """The draft of an item; blocked, too, where its person got too many letters already."""
        waiting = drafts.get(self._a.db, item)
        if waiting is None or waiting.draft.to is None:
            return waiting
        why = self.too_many(item, waiting.draft.to)
        return waiting if why is None else replace(waiting, blocked=(*waiting.blocked, why))

    def too_many(self, item: Item, to: str) -> str | None:
        """Why one letter more to this person or in this thread is one too many; None where it is not (G34)."""
        most = self._a.settings.sending.per_person
        if len(self._handed) < most:
            return None
        went = to_one(self._handed, to, outgoing.conversation(item))
        if went < most:
            return None
        return (
            f"{went} letter{'s' if went > 1 else ''} went to this person within a day: is a machine answering? "
            "raise [sending] per_person, or wait"
        )

    def full_until(self, mails: list[Outgoing]) -> list[tuple[Outgoing, datetime]]:
        """When each of these may leave, if the hour is full; nothing where the first may leave now."""
        times = [letter.at for letter in self._handed if letter.at > self.now - HOUR]
        slots = list(islice(departures(times, self.now, self._a.settings.sending.per_hour), len(mails)))
        return list(zip(mails, slots, strict=True)) if slots and slots[0] > self.now else []


def hold_back(a: Assembly, mails: list[Outgoing]) -> str | None:
    """Put these off where the hour is full, and say so; None where the first of them may leave now."""
    waiting = Pace(a).full_until(mails)
    if not waiting:
        return None
    why = f"{a.settings.sending.per_hour} letters left within the hour ([sending] per_hour)"
    latest = a.clock.now() + longest_wait(a)
    with a.db.writing():
        for mail, until in waiting:
            outgoing.put_off(a.db, outgoing.number_of(mail), min(until, latest), why)
    return f"{len(waiting)} approved mail(s) wait: {why}"


def longest_wait(a: Assembly) -> timedelta:
    """How long an approved mail waits for its moment at most."""
    return max(LONGEST_RETRY, timedelta(seconds=a.settings.review.undo_seconds))


def is_due(a: Assembly) -> bool:
    """Whether a mail is due. A moment further away than any wait was set by a clock that ran ahead (G29)."""
    at, now = outgoing.next_due(a.db), a.clock.now()
    return at is not None and not now < at <= now + longest_wait(a)


def after_set_back(a: Assembly) -> None:
    """Where the clock was set back, no mail waits until it is there again; its undo window begins anew."""
    now = a.clock.now()
    with a.db.writing():
        outgoing.bring_nearer(a.db, now + longest_wait(a), now + timedelta(seconds=a.settings.review.undo_seconds))


def one_too_many(a: Assembly, mail: Outgoing) -> str | None:
    """Why this approved mail must not leave now, by how many went to its person; None where it may."""
    return Pace(a).too_many(messages.get(a.db, outgoing.message_of(mail)), mail.to)

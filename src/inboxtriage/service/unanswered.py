"""People who wrote and have no answer yet, whoever is to give it; the longest waiting first, each with why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from inboxtriage.message.plain import one_line
from inboxtriage.outbox.outgoing import DUE, Outgoing
from inboxtriage.service import departing, reckoning
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.pacing import Pace
from inboxtriage.store import drafts, leads, messages, outgoing, sender, wrote
from inboxtriage.store.ids import LEAD, shown
from inboxtriage.store.messages import OPEN, Item

_LONGEST = 200  # letters of what a server said, or of a reason
_FOUND = {"sent": "found in Sent", "flag": "marked as answered"}


@dataclass(frozen=True, slots=True)
class Unanswered:
    """One person: since when they wait, what they ask in all their mails, and the mail whose letter answers them.

    `why` there is no answer yet, in words; where several letters wait for one person, of each.
    """

    address: str | None
    name: str | None
    since: datetime
    labels: tuple[str, ...]
    queue_id: str
    lead: str | None
    phone: str | None
    due_at: datetime | None
    why: str
    urgent: bool = False  # any of it reads as danger


def unanswered(a: Assembly) -> list[Unanswered]:
    """Everybody with mail that is neither answered nor settled by a person; an approved answer did not leave yet."""
    items = {item.number: item for item in messages.in_states(a.db, [*OPEN, "folded"])}
    waiting = [
        [items[mail.number] for mail, stands in mails if stands == "unanswered"]
        for mails in reckoning.by_person(a.db).values()
    ]
    pace = Pace(a)
    return sorted((_one(a, mails, items, pace) for mails in waiting if mails), key=lambda one: one.since)


def _one(a: Assembly, mails: list[Item], items: Mapping[int, Item], pace: Pace) -> Unanswered:
    first = min(mails, key=lambda item: item.received_at)
    lead = leads.get(a.db, first.lead) if first.lead is not None else None
    heads = {head.id: head for head in (_head(item, items) for item in [first, *mails])}
    reasons = [(head.id, _why(a, head, pace)) for head in heads.values()]
    why = "; ".join([reasons[0][1], *(f"{other}: {reason}" for other, reason in reasons[1:])])
    return Unanswered(
        address=first.answer_to or first.sender or (lead.address if lead else None),
        name=first.name or (lead.name if lead else None),
        since=first.received_at,
        labels=tuple(dict.fromkeys(label for item in mails for label in item.verdict.labels)),
        queue_id=reasons[0][0],
        lead=shown(LEAD, first.lead) if first.lead is not None else None,
        phone=first.phone or (lead.phone if lead else None),
        due_at=min((item.due_at for item in mails if item.due_at is not None), default=None),
        why=why,
        urgent=any(item.verdict.disposition == "urgent" for item in mails),
    )


def _head(item: Item, items: Mapping[int, Item]) -> Item:
    """The mail whose letter answers this one."""
    passed = {item.number}
    while (above := item.folded_into) is not None and above in items and above not in passed:
        item = items[above]
        passed.add(above)
    return item


def _why(a: Assembly, item: Item, pace: Pace) -> str:
    """Why a mail has no answer yet: what happened to a letter that was approved, else what a person is to do."""
    mail = outgoing.of_message(a.db, item.number)
    if mail is not None and (gone := _on_its_way(a, item, mail)) is not None:
        return gone
    if item.state == "snoozed" and item.snoozed_until is not None and item.snoozed_until > a.clock.now():
        return f"snoozed until {_when(a, item.snoozed_until)}"
    elsewhere = wrote.answered_elsewhere(a.db, item.number)
    if elsewhere is not None and not drafts.answer_is_acknowledged(a.db, item.number):
        return (
            f"answered elsewhere ({_FOUND[elsewhere]}), to be confirmed: `inboxtriage done {item.id} --how elsewhere`"
        )
    return _to_decide(item, pace)


def _on_its_way(a: Assembly, item: Item, mail: Outgoing) -> str | None:
    """What became of the last letter that was approved; None where that says nothing any more."""
    said = f" ({one_line(mail.last_reply, _LONGEST)})" if mail.last_reply else ""
    if mail.state == "unknown":
        return f"sending is unknown{said}: `inboxtriage resolve {mail.id}`"
    if mail.state == "failed" and item.state != "approved":
        return f"sending failed{said}: look at it again, `inboxtriage show {item.id}`"
    if item.state != "approved":
        return None
    if mail.state in DUE:
        paused = sender.paused(a.db, mail.account)
        if paused is not None:
            return f"approved, but nothing is sent ({one_line(paused.why, _LONGEST)}): `inboxtriage check`"
        if mail.state == "deferred":
            return f"approved, put off by the server{said}; {_tried_again(a, mail)}"
        running = departing.is_sending(a)
        leaves = departing.waiting(mail.not_before, a.clock.now(), lambda at: f"at {_when(a, at)}", running=running)
        return f"approved, {leaves}"
    if mail.state in {"sending", "committing"}:
        return f"approved, being sent now as {mail.id}"
    return f"approved, but its sending is {mail.state}{said}: `inboxtriage undo {item.id}`, then approve it again"


def _tried_again(a: Assembly, mail: Outgoing) -> str:
    """When a letter that the server put off is tried again; never a moment that is past."""
    running, at = departing.is_sending(a), _when(a, mail.not_before)
    if mail.not_before > a.clock.now():
        return f"tried again at {at}" + ("" if running else f"; {departing.NOBODY_SENDS}")
    return "tried again now" if running else f"was to be tried again at {at}; {departing.NOBODY_SENDS}"


def _to_decide(item: Item, pace: Pace) -> str:
    """What a person is to do with a mail that waits."""
    verdict, waiting = item.verdict, pace.draft(item)
    if waiting is not None and waiting.blocked:
        return f"its draft is blocked: {'; '.join(waiting.blocked)}"
    if verdict.disposition == "urgent":
        text = "; the safety text waits for your approval" if waiting is not None else ""
        return f"urgent, you are to read it now: {verdict.reason}{text}"
    if waiting is not None:
        return "a draft waits for your approval"
    if verdict.disposition == "reply":
        return "no draft is written yet: `inboxtriage poll --allow-drafts`"
    return f"you are to read it: {verdict.reason}"


def _when(a: Assembly, moment: datetime) -> str:
    at = moment.astimezone(a.hours.zone)
    year = f" {at.year}" if at.year != a.clock.now().astimezone(a.hours.zone).year else ""
    return f"{at:%a} {at.day} {at:%b}{year} {at:%H:%M}"

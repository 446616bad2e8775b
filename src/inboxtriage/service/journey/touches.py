"""What the plan asks for, turned into drafts once; what no longer applies is taken back, with its reason.

Nothing here sends: a letter waits in the queue like any other until a person approves it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from inboxtriage.errors import InboxTriageError, NotFound, Refused, ResponseFault
from inboxtriage.hours.standards import answered_by
from inboxtriage.journey.history import Standing, standing
from inboxtriage.journey.lead import Lead
from inboxtriage.journey.touches import Past, Reckoning, Upcoming, held, silenced
from inboxtriage.message.plain import one_line
from inboxtriage.outbox.outgoing import Outgoing
from inboxtriage.service.assembly import Assembly
from inboxtriage.store import leads, letters, messages, outgoing, standings, steps, touches
from inboxtriage.store.ids import LEAD, MESSAGE, OUTGOING, number, shown
from inboxtriage.store.messages import Item
from inboxtriage.store.touches import OpenLetter

if TYPE_CHECKING:
    from inboxtriage.service.journey.letters import Order

BY_HAND = "by hand"


@dataclass(frozen=True, slots=True)
class Person:
    """One lead with what is to come."""

    lead: Lead
    standing: Standing
    upcoming: tuple[Upcoming, ...]


@dataclass(slots=True)
class Tended:
    """What was done about touches in one go.

    `held_back` letters were due and not written: more at once than `letters_per_day`. `later` wait for tomorrow.
    """

    written: int = 0
    dropped: int = 0
    proposed: int = 0
    held_back: int = 0
    later: int = 0
    notices: list[str] = field(default_factory=list)


def everyone(a: Assembly) -> list[Person]:
    """Every lead with what is to come, as they came. Raises ResponseFault where the plan is wrong."""
    return _with_touches(a, standings.everyone(a.db))


def _with_touches(a: Assembly, people: Iterable[tuple[Lead, Standing]]) -> list[Person]:
    reckoning = Reckoning(a.plan, a.hours, a.clock.now())
    pasts, nothing = touches.pasts(a.db, _counted_from(a)), Past()
    return [
        Person(lead, where, tuple(reckoning.of(lead, where, pasts.get(lead_number(lead), nothing))))
        for lead, where in people
    ]


def of_lead(a: Assembly, which: int) -> Person | None:
    """One lead with what is to come; None where there is none."""
    lead = leads.get(a.db, which)
    if lead is None:
        return None
    where = standing(leads.events(a.db, which))
    past = touches.pasts(a.db, _counted_from(a), which).get(lead_number(lead), Past())
    return Person(lead, where, tuple(Reckoning(a.plan, a.hours, a.clock.now()).of(lead, where, past)))


def next_by_lead(a: Assembly, people: Iterable[tuple[Lead, Standing]]) -> dict[str, datetime]:
    """When the next touch of each of these is due, by the lead's id; empty where the plan is wrong (`due` says so)."""
    try:
        return {one.lead.id: one.upcoming[0].due_at for one in _with_touches(a, people) if one.upcoming}
    except InboxTriageError:
        return {}


def next_of(a: Assembly, which: str) -> Upcoming | None:
    """The next touch of one lead, or None."""
    try:
        person = of_lead(a, number(LEAD, which))
    except InboxTriageError:
        return None
    return person.upcoming[0] if person and person.upcoming else None


def waiting_to_be_written(a: Assembly, people: list[Person]) -> list[tuple[Person, Upcoming]]:
    """The letters that are due now and not in the queue, the longest due first."""
    now = a.clock.now()
    found = [
        (person, one)
        for person in people
        if person.lead.address is not None
        for one in person.upcoming
        if one.letter is not None and one.draft is None and one.due_at <= now and _has_letter(a, one.letter)
    ]
    return sorted(found, key=lambda each: each[1].due_at)


def tend(a: Assembly, *, room: int, all_at_once: bool = False) -> Tended:
    """Take back what no longer applies, propose an end where nobody answers, write what is due; at most `room`.

    `all_at_once`: a person asked for every letter that is due, however many. A fault costs only its own letter.
    """
    done = Tended()
    try:
        people = everyone(a)
    except InboxTriageError as fault:
        done.notices.append(f"the journey's plan cannot be used: {fault}")
        return done
    _drop_stale(a, people, done)
    _propose_ends(a, people, done)
    if a.settings.journey.draft_touches or all_at_once:
        _write_due(a, people, done, room=room, all_at_once=all_at_once)
    if touches.held_back(a.db) != done.held_back:  # for `status`, which is not to look at everybody
        with a.db.writing():
            touches.hold_back(a.db, done.held_back)
    return done


def overtaken(a: Assembly, item: Item) -> str | None:
    """Why the letter of a touch must not leave any more; None where it may, and for every other mail."""
    letter = letters.get(a.db, item.number) if item.is_letter else None
    if letter is None or letter.touch is None or item.lead is None:
        return None
    mine = [one for one in touches.open_letters(a.db) if one.message == item.number]
    try:
        return next((why for one in mine if (why := _why_stale(a, one)) is not None), None)
    except InboxTriageError:
        return None  # a plan that cannot be read speaks against nothing


def settle(a: Assembly, who: Lead, name: str, *, done: bool, note: str) -> Upcoming:
    """Say that a touch was seen to by hand, or is not to be; its waiting letter goes. Raises NotFound."""
    with a.db.writing():
        person = of_lead(a, lead_number(who))
        found = next((one for one in (person.upcoming if person else ()) if one.name == name), None)
        if found is None:
            names = ", ".join(one.name for one in (person.upcoming if person else ()))
            raise NotFound(
                f"nothing called {one_line(name, 40)!r} is to come for {who.id}",
                do=f"to come: {names}" if names else f"nothing is: `inboxtriage lead show {who.id}`",
            )
        now = a.clock.now()
        if found.draft is not None:
            put_away(a, number(MESSAGE, found.draft), BY_HAND, "done" if done else "rejected", now)
        leads.happened(
            a.db,
            lead_number(who),
            "contact" if done else "touch dropped",
            at=now,
            cause=BY_HAND,
            note=note,
            what=found.name,
            value=found.occurrence,
        )
    return found


def _counted_from(a: Assembly) -> list[str]:
    return [touch.what for touch in a.plan.touches.values() if touch.after == "event"]


def _has_letter(a: Assembly, name: str) -> bool:
    """Whether there is such a letter; while the files cannot be read, each is a gap in its place that says so."""
    try:
        library = a.letter_library
    except ResponseFault:
        return True
    return library.find(name, library.default) is not None


# --- taking back ---


def _drop_stale(a: Assembly, people: list[Person], done: Tended) -> None:
    still = {(lead_number(one.lead), touch.name, touch.occurrence) for one in people for touch in one.upcoming}
    for letter in touches.open_letters(a.db):
        if (letter.lead, letter.touch, letter.occurrence) in still:
            continue
        with a.db.writing():
            why = _why_stale(a, letter)  # as it is now
            if why is not None and put_away(a, letter.message, why, "rejected", a.clock.now()):
                _dropped(a, letter, why)
                done.dropped += 1


def _why_stale(a: Assembly, letter: OpenLetter) -> str | None:
    """Why a letter does not apply any more; None where it does, or waits for a decision, or a person put it back."""
    person = of_lead(a, letter.lead)
    if person is None:
        return None
    if any((one.name, one.occurrence) == (letter.touch, letter.occurrence) for one in person.upcoming):
        return None
    where = person.standing
    why = silenced(person.lead, where)
    if why is not None:
        return None if held(where) and where.writable and where.outcome == "open" else why
    if letter.kept:
        return None
    touch = a.plan.touches.get(letter.touch)
    if touch is None:
        return "the plan does not ask for it any more"
    if touch.stages and where.stage not in touch.stages:
        return f"they are at {where.stage} now"
    if touch.after in {"silence", "contact"}:
        theirs, ours = where.last_theirs, where.last_ours
        return "they wrote" if theirs and (ours is None or theirs.at > ours.at) else "there was contact since"
    if touch.after in {"date", "season"}:
        return "its day has passed, or one went to them already"
    return "what it is counted from has changed"


def put_away(a: Assembly, message: int, why: str, state: messages.ItemState, now: datetime) -> bool:
    """Settle the item of a letter without sending it, inside `writing`; False where it is on its way already."""
    from inboxtriage.service import approvals  # noqa: PLC0415 - looking takes nothing back

    item = messages.get(a.db, message)
    if item.state == "approved" and not approvals.withdraw(a, item, why):
        return False
    steps.take(a.db, message, "done" if state == "done" else "reject", now)
    messages.set_state(a.db, message, state, at=now, how=why)
    return True


def _dropped(a: Assembly, letter: OpenLetter, why: str) -> None:
    leads.happened(
        a.db,
        letter.lead,
        "touch dropped",
        at=a.clock.now(),
        cause=shown(MESSAGE, letter.message),
        note=why,
        what=letter.touch,
        value=letter.occurrence,
    )


# --- proposing and writing ---


def _propose_ends(a: Assembly, people: list[Person], done: Tended) -> None:
    now = a.clock.now()
    for person in people:
        for one in person.upcoming:
            if one.then is None or one.due_at > now:
                continue
            with a.db.writing():
                if _is_still_due(a, person, one) is not None:
                    leads.happened(
                        a.db,
                        lead_number(person.lead),
                        "proposed",
                        at=now,
                        cause=one.cause,
                        note=one.why,
                        what="outcome",
                        value=one.then,
                    )
                    done.proposed += 1


def _write_due(a: Assembly, people: list[Person], done: Tended, *, room: int, all_at_once: bool) -> None:
    from inboxtriage.service.journey.letters import write  # noqa: PLC0415 - looking composes nothing

    due = waiting_to_be_written(a, people)
    most = a.settings.journey.letters_per_day
    if all_at_once:
        allowed = len(due)
    elif len(due) > most:
        done.held_back = len(due)
        return
    else:
        allowed = max(0, min(room, most - touches.written_since(a.db, _midnight(a))))
    done.later = max(0, len(due) - allowed)
    if due and allowed:
        a.offering.prepare()
    for person, one in due[:allowed]:
        try:
            with a.db.writing():
                current = _is_still_due(a, person, one)
                if current is not None and write(a, lead_number(person.lead), _order(a, current, one)) is not None:
                    done.written += 1
        except (NotFound, Refused) as refused:
            done.notices.append(f"{person.lead.id}: no letter {one.letter!r} was written: {refused}")


def _is_still_due(a: Assembly, person: Person, one: Upcoming) -> Person | None:
    """The person as they are now, where this is due with them still; inside `writing`."""
    current = of_lead(a, lead_number(person.lead))
    same = current and any(
        (o.name, o.occurrence, o.draft) == (one.name, one.occurrence, None) for o in current.upcoming
    )
    return current if same else None


def _order(a: Assembly, person: Person, one: Upcoming) -> "Order":
    """The letter that a touch asks for. One after silence goes on where our last letter was.

    Its answer-by is that of mail that came today: no letter of ours comes before somebody who waits for an answer.
    """
    from inboxtriage.service.journey.letters import Order  # noqa: PLC0415 - as above

    due_at = answered_by(a.hours, a.settings.standards, a.clock.now())
    order = Order(one.letter or "", one.why, one.occurrence, touch=one.name, due_at=due_at)
    last = _last_mail(a, person.standing) if a.plan.touches[one.name].after == "silence" else None
    if last is None:
        return order
    item = messages.get(a.db, outgoing.message_of(last))
    thread = (*item.thread, *((item.message_id,) if item.message_id else ()), last.message_id)
    return Order(
        order.name,
        order.why,
        order.occurrence,
        touch=order.touch,
        due_at=due_at,
        thread=tuple(dict.fromkeys(thread)),
        subject=last.subject,
        to=last.to,
    )


def _last_mail(a: Assembly, where: Standing) -> Outgoing | None:
    """Our last letter as it was sent, where we sent it ourselves."""
    cause = where.last_ours.cause if where.last_ours else ""
    if not cause.startswith(OUTGOING):
        return None
    try:
        return outgoing.get(a.db, number(OUTGOING, cause))
    except NotFound:
        return None


def lead_number(who: Lead) -> int:
    """The row of a lead."""
    return number(LEAD, who.id)


def _midnight(a: Assembly) -> datetime:
    today = a.clock.now().astimezone(a.hours.zone).date()
    return datetime.combine(today, time(), a.hours.zone).astimezone(UTC)

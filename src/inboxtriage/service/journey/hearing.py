"""What a mail of somebody known says for the journey: a score for a survey, or signs that speak for a change.

A score is recorded, a change only proposed. Everything here runs inside `writing`, in the commit of the mail itself.
"""

from dataclasses import replace
from datetime import datetime

from inboxtriage.errors import ResponseFault
from inboxtriage.journey.history import Standing, living, standing
from inboxtriage.journey.lead import OURS, Event
from inboxtriage.journey.plan import Plan, Survey
from inboxtriage.journey.proposals import AND_MORE, CLOSING, is_open, wanted
from inboxtriage.message.model import Message
from inboxtriage.service.assembly import Assembly
from inboxtriage.store import evidence, leads, messages, steps
from inboxtriage.store.ids import MESSAGE, shown
from inboxtriage.triage.reading import read
from inboxtriage.triage.score import Score, score
from inboxtriage.triage.settled import says_only_that
from inboxtriage.triage.signs import Before, Sign, signs
from inboxtriage.triage.urgency import signs as danger_signs
from inboxtriage.triage.verdict import Verdict

HOW = "survey"  # how an item was settled that is nothing but a number
_STRANGERS = frozenset({"vendor", "spam", "automated"})
_ENDINGS = frozenset({"goodbye", "withdraws"})  # where any word of danger stands beside them, a person judges


def hear(a: Assembly, message: Message, verdict: Verdict, number: int, lead: int, at: datetime) -> bool:
    """Record what one mail says; whether it is settled by that. A fault in the plan costs no mail: nothing is heard."""
    if verdict.disposition not in {"reply", "read", "urgent"} or verdict.kind in _STRANGERS:
        return False
    try:
        plan = a.plan
    except ResponseFault:  # `check` says so
        return False
    events = leads.events(a.db, lead)
    survey = _survey_answered(a, plan, message, lead, events)
    if survey is not None and (given := _score(message, plan.surveys[survey])) is not None:
        return _record(a, plan.surveys[survey], survey, given, verdict, number, lead, at, events)
    if verdict.urgent or verdict.is_near_danger:
        return False
    where = standing(events)
    if verdict.kind == "colleague" and where.last_ours is None:  # whom we wrote to, we know better than the model
        return False
    found = signs_in(a, message, lead, where)
    if danger_signs(read(message))[-1]:
        found = tuple(sign for sign in found if sign.name not in _ENDINGS)
    times = {sign.name: sign.times for sign in found}
    more = AND_MORE if not says_only_that(message) else ""
    for change in wanted(times, plan, where):
        if not is_open(where, change.what, change.value):
            leads.happened(
                a.db,
                lead,
                "proposed",
                at=at,
                cause=shown(MESSAGE, number),
                note=change.why + _named(times[change.sign]) + (more if change.value in CLOSING else ""),
                what=change.what,
                value=change.value,
            )
    return False


def hear_for_others(a: Assembly, message: Message, verdict: Verdict, number: int, lead: int | None) -> None:
    """A letter that is answered from another address is answered: whom it went to is silent no more.

    Who wrote may be them or somebody beside them; nothing else is concluded from it.
    """
    if verdict.disposition not in {"reply", "read", "urgent"} or verdict.kind in _STRANGERS:
        return
    ids = [message.in_reply_to] if message.in_reply_to else list(message.references[-1:])
    own = leads.family(a.db, lead) if lead is not None else []
    for other in evidence.answered(a.db, ids):
        if other not in own:
            at, cause = messages.get(a.db, number).received_at, shown(MESSAGE, number)
            leads.happened(a.db, other, "wrote", at=at, cause=cause, note="from another address, to a letter of ours")


def signs_in(a: Assembly, message: Message, lead: int, where: Standing) -> tuple[Sign, ...]:
    """The signs in a mail of a lead, in the light of what we wrote to them before. Raises ResponseFault."""
    asked = _asked_for_a_yes(a, message, lead)
    zone = a.hours.zone
    sent = (message.date or a.clock.now()).astimezone(zone)
    offers = tuple(time.astimezone(zone) for time in evidence.last_offers(a.db, lead) if time > sent)
    spoken = where.last_ours is not None or bool(message.thread) or _was_called(where)
    files = [attachment.name for attachment in message.attachments]
    return signs(message.words.new, files=files, before=Before(spoken, offers, asked), sent=sent.date())


def _asked_for_a_yes(a: Assembly, message: Message, lead: int) -> bool:
    letters = {move.letter for move in a.plan.moves.values() if move.letter is not None}
    return bool(letters) and evidence.letter_answered(a.db, lead, _answered(message)) in letters


def _answered(message: Message) -> list[str]:
    """The Message-ID of what a mail answers, where it answers anything."""
    return [message.in_reply_to] if message.in_reply_to else list(message.references[-1:])


def _was_called(where: Standing) -> bool:
    return where.last_contact is not None and where.last_contact.kind == "contact"


def _named(times: tuple[datetime, ...]) -> str:
    """The offered times, for the note of an event: ours, no words of theirs."""
    return f" ({', '.join(f'{time:%Y-%m-%d %H:%M}' for time in times)})" if times else ""


def _survey_answered(a: Assembly, plan: Plan, message: Message, lead: int, events: list[Event]) -> str | None:
    """Which survey a mail answers: by the letter that it replies to; a new mail, if a survey was the last we wrote."""
    by_letter = {survey.letter: name for name, survey in reversed(plan.surveys.items())}
    last = _answered(message)
    if last:
        return by_letter.get(evidence.letter_answered(a.db, lead, last) or "")
    ours = [event for event in living(events) if event.kind in {*OURS, "scored"}]
    asked = ours[-1] if ours else None
    if asked is None or asked.kind != "letter sent" or asked.what not in by_letter:
        return None
    name = by_letter[asked.what]
    given = _score(message, plan.surveys[name])
    return name if given is not None and given.bare else None


def _score(message: Message, survey: Survey) -> Score | None:
    return score(message.words.new, least=survey.least, most=survey.most, name=message.person.name)


def _record(
    a: Assembly,
    survey: Survey,
    name: str,
    given: Score,
    verdict: Verdict,
    number: int,
    lead: int,
    at: datetime,
    events: list[Event],
) -> bool:
    """Record a score; one given before for the same letter counts no more. Whether the mail is settled by it."""
    cause = shown(MESSAGE, number)
    for earlier in _since_asked(living(events), name):
        leads.happened(a.db, lead, "undone", at=at, cause=cause, note="a later answer", value=str(earlier.id))
    leads.happened(a.db, lead, "scored", at=at, cause=cause, what=name, value=str(given.value))
    if verdict.urgent or verdict.is_near_danger:
        return False
    low = given.value <= survey.low
    if given.bare and not low and not messages.get(a.db, number).attachments:
        steps.take(a.db, number, "done", at)
        messages.set_state(a.db, number, "done", at=a.clock.now(), how=HOW)
        return True
    told = f"{given.value} of {survey.most} for {name}" + (", a low score" if low else ", with words to read")
    item = messages.get(a.db, number)
    messages.judge_again(a.db, number, replace(verdict, reason=f"{told}; {verdict.reason}"), item.state, item.due_at)
    return False


def _since_asked(alive: list[Event], survey: str) -> list[Event]:
    """The scores that were given since this survey was last sent."""
    found: list[Event] = []
    for event in alive:
        if event.what == survey and event.kind == "survey sent":
            found = []
        elif event.what == survey and event.kind == "scored":
            found.append(event)
    return found

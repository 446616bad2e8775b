"""A letter of ours that answers no mail, as it would be written now: to whom, in which language, with which times."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from inboxtriage.journey.history import Standing, standing
from inboxtriage.journey.lead import Lead, is_client
from inboxtriage.store import leads, letters, messages

if TYPE_CHECKING:
    from inboxtriage.reply.draft import Draft
    from inboxtriage.reply.letters import Addressee
    from inboxtriage.service.assembly import Assembly

_AHEAD = timedelta(days=90)  # absences that are told


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be written: the letter's name, the owner's own words for its blanks, the language where it is chosen.

    `subject` is that of the conversation it goes on with; None: the letter's own. `note` is a personal line.
    """

    name: str
    said: Mapping[str, str]
    language: str | None = None
    subject: str | None = None
    note: str = ""


def compose(a: "Assembly", who: Lead, where: Standing, asked: Asked, *, number: int = 0) -> "Draft":
    """The letter as it would be now; `number` is its own in the queue, whose held times are free to it.

    A file that is wrong becomes a visible gap, never a lost letter (G41). Raises NotFound where there is none.
    """
    from inboxtriage.errors import ResponseFault  # noqa: PLC0415 - looking at the queue composes nothing
    from inboxtriage.reply.draft import GAP_CLOSES, GAP_OPENS, Draft  # noqa: PLC0415
    from inboxtriage.reply.letters import Times  # noqa: PLC0415

    times = Times(lambda: a.offering.free(number), lambda: a.offering.problem or a.offering.shortage)
    try:
        to = addressee(a, who, where, asked)
        draft = a.letters.compose(asked.name, to, times, note=asked.note)
    except ResponseFault as fault:
        gap, language = f"template error: {fault}", asked.language or a.settings.responses.language
        body = f"{GAP_OPENS}{gap}{GAP_CLOSES}"
        return Draft("letter", who.address, asked.subject or "-", body, language, (gap,))
    return replace(draft, to=who.address, subject=asked.subject or draft.subject)


def compose_again(a: "Assembly", item: messages.Item, *, note: str = "") -> "Draft | None":
    """The letter of an item of the queue as it would be now; None where its lead or its file is gone."""
    from inboxtriage.errors import NotFound  # noqa: PLC0415

    letter = letters.get(a.db, item.number)
    who = leads.get(a.db, item.lead) if item.lead is not None else None
    if letter is None or who is None or item.lead is None:
        return None
    who = at_address(a, who, item.answer_to)
    asked = Asked(letter.name, letter.said, letter.language, item.subject if item.thread else None, note)
    try:
        return compose(a, who, standing(leads.events(a.db, item.lead)), asked, number=item.number)
    except NotFound:
        return None


def made_from(a: "Assembly", item: messages.Item) -> str:
    """A digest of what such a letter is composed from, beside the calendars; another one means that it may differ."""
    from inboxtriage.errors import ResponseFault  # noqa: PLC0415

    letter = letters.get(a.db, item.number)
    who = leads.get(a.db, item.lead) if item.lead is not None else None
    if letter is None or who is None or item.lead is None:
        return ""
    who = at_address(a, who, item.answer_to)
    asked = Asked(letter.name, letter.said, letter.language)
    try:
        to = _known(a, who, standing(leads.events(a.db, item.lead)), asked)
    except ResponseFault as fault:
        to = {"fault": str(fault)}
    made = json.dumps([a.saying, letter.name, to], sort_keys=True, default=str)
    return hashlib.sha256(made.encode()).hexdigest()[:32]


def at_address(a: "Assembly", who: Lead, address: str | None) -> Lead:
    """The person at one of their addresses, where it is theirs: a conversation goes on where it was."""
    kin = leads.records(a.db, leads.family(a.db, leads.number_of(who)))
    theirs = address is not None and address.lower() in {one.address for one in kin}
    return replace(who, address=address) if theirs else who


def addressee(a: "Assembly", who: Lead, where: Standing, asked: Asked) -> "Addressee":
    """Whom a letter is for, and what of the journey and the standards it may speak of. Raises ResponseFault."""
    from inboxtriage.reply.letters import Addressee, Away, Scale  # noqa: PLC0415

    known = _known(a, who, where, asked)
    away = tuple(Away(*one) for one in known["away"])
    return Addressee(**{**known, "scale": Scale(*known["scale"]), "away": away})


def _known(a: "Assembly", who: Lead, where: Standing, asked: Asked) -> dict[str, Any]:
    """The same as plain values: whether a letter is out of date is asked often, and needs nothing that writes one."""
    survey = next((one for one in a.plan.surveys.values() if one.letter == asked.name), None)
    today, standards = a.clock.now().astimezone(a.hours.zone).date(), a.settings.standards
    to_come = (one for one in standards.absences if today <= one.until and one.from_ <= today + _AHEAD)
    return {
        "to": who.address or "",
        "name": who.name,
        "language": asked.language or language_of(a, who, where),
        "stage": where.stage,
        "client": is_client(where.stage),
        "said": dict(asked.said),
        "scale": (survey.least, survey.most) if survey else (0, 10),
        "reply_days": reply_days(a),
        "holidays": bool(standards.holidays),
        "away": sorted((one.from_, one.until) for one in to_come),
    }


def language_of(a: "Assembly", who: Lead, where: Standing) -> str:
    """In which language somebody is written to: as the owner said, as they wrote last, else the practice's own."""
    return where.language or letters.wrote_in(a.db, leads.number_of(who)) or a.settings.responses.language


def reply_days(a: "Assembly") -> int:
    """How many working days an answer takes at most, by [standards] and the hours of an open day."""
    minutes = [sum(closes - opens for opens, closes in spans) for spans in a.hours.spans.values()]
    a_day = sum(minutes) / len(minutes) / 60 if minutes else 8
    return max(1, math.ceil(a.settings.standards.reply / a_day - 0.01)) if a_day else 1

"""The one thing that is sent without being looked at singly: an acknowledgement, under a standing approval. Pure.

Once a person and absence, of exactly the text that was approved, to people only and never to anybody in danger
(RFC 3834 section 2, RFC 5230 section 4). What is in doubt gets none: it waits for a person as all mail does.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from inboxtriage.approval.audit import Entry
from inboxtriage.hours.absence import Away
from inboxtriage.message.automated import is_machine
from inboxtriage.message.header import is_own, is_plain
from inboxtriage.message.model import Message
from inboxtriage.triage.verdict import Verdict

LATE = timedelta(days=2)  # after which an acknowledgement would only be odd
_AHEAD = timedelta(hours=1)  # by which a server's clock may run before ours
_KINDS = frozenset({"inquiry", "client"})
_DISPOSITIONS = frozenset({"reply", "read"})
_WAYS = frozenset({"from", "reply_to", "form"})  # by which an address is sure to be the writer's own


@dataclass(frozen=True, slots=True)
class Wording:
    """What would be sent in one language. `gaps` name what is missing; with one it cannot be approved."""

    language: str
    subject: str
    body: str
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrived:
    """One mail as the rules see it. `state` is its item's; `written_to` an address of ours among its recipients."""

    received_at: datetime
    state: str
    written_to: str | None
    verdict: Verdict
    message: Message


def digest(away: Away, zone: str, wording: Wording) -> str:
    """What a standing approval binds to: the text to the letter, the dates, and the zone that they are of."""
    answer = away.answer_at.isoformat() if away.answer_at else None
    said = [away.first.isoformat(), away.last.isoformat(), answer, zone]
    seen = json.dumps([*said, wording.language, wording.subject, wording.body], ensure_ascii=False)
    return hashlib.sha256(seen.encode("utf-8", "surrogatepass")).hexdigest()


def name_of(first: date, language: str) -> str:
    """How the audit chain names a standing approval."""
    return f"absence {first.isoformat()} {language}"


def why_not(mail: Arrived, away: Away, approved_at: datetime, now: datetime, own: frozenset[str]) -> str | None:
    """Why this mail is not acknowledged, or None. `own` are the addresses of the practice."""
    return _by_time(mail.received_at, away, approved_at, now) or _by_verdict(mail) or _by_sender(mail, own)


def _by_time(received_at: datetime, away: Away, approved_at: datetime, now: datetime) -> str | None:
    if not away.covers(now):
        return "the absence does not last now"
    if not away.covers(received_at):
        return "it did not come during the absence"
    if received_at < approved_at.replace(microsecond=0):  # mailboxes keep no parts of a second
        return "it came before the approval"
    if received_at > now + _AHEAD:
        return "it came in the future"
    return "it came too long ago" if now - received_at > LATE else None


def _by_verdict(mail: Arrived) -> str | None:
    verdict = mail.verdict
    if mail.state != "waiting":
        return f"it is {mail.state}"
    if verdict.disposition not in _DISPOSITIONS or verdict.urgent:
        return f"it is {'urgent' if verdict.urgent else verdict.disposition}"
    if verdict.kind not in _KINDS:
        return f"it is from: {verdict.kind or 'nobody knows whom'}"
    return "some words could mean danger" if verdict.is_near_danger else None


def _by_sender(mail: Arrived, own: frozenset[str]) -> str | None:
    message, person = mail.message, mail.message.person
    to = person.answer_to
    sign = message.automated
    if sign is not None and (person.via != "form" or sign.sure or sign.approved or sign.report or sign.answer):
        return sign.reason  # a form's own sender is no person; whom it names is one
    if message.unreadable is not None or message.encrypted:
        return "not all of it could be read"
    if to is None or not is_plain(to) or person.via not in _WAYS:
        return "no address is sure to be theirs"
    if person.doubts:
        return person.doubts[0]
    if is_own(to, own):
        return "it is an address of your own"
    if is_machine(to):
        return "its address takes no answers"
    if mail.written_to is None:
        return "no address of yours is among its recipients"
    return None


def unauthorised(entries: Sequence[Entry]) -> list[str]:
    """The acknowledgements on record whose text no standing approval held for when they were written."""
    held: dict[str, str] = {}
    found = []
    for act in (entry.act for entry in entries):
        if act.action == "standing approved":
            held[act.item] = act.draft_sha256
        elif act.action == "standing withdrawn":
            held.pop(act.item, None)
        elif act.action == "acknowledged" and act.draft_sha256 not in held.values():
            found.append(f"{act.outgoing} is an acknowledgement that no standing approval allowed")
    return found

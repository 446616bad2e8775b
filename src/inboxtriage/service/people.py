"""What an incoming mail means for the journey: a new lead, or one more event of a known person."""

from datetime import datetime

from inboxtriage.journey.history import stage_of
from inboxtriage.journey.stage import Stage
from inboxtriage.message.header import is_plain
from inboxtriage.message.model import Message, Person
from inboxtriage.store import leads
from inboxtriage.store.database import Database
from inboxtriage.store.ids import MESSAGE, shown
from inboxtriage.triage.verdict import Verdict

_INQUIRING = frozenset({"inquiry", "client"})
_SOURCES = {"from": "email", "reply_to": "email", "form": "form", "forward": "forward", "voicemail": "voicemail"}


def log_mail(
    db: Database,
    message: Message | None,
    verdict: Verdict,
    number: int,
    at: datetime,
    own: frozenset[str],
    *,
    client: bool = False,
) -> tuple[int | None, bool]:
    """Log one mail; the lead's number, and whether the lead is new. Own addresses never become one (G36).

    Whom the owner calls a `client` (by a pin, by a relabel) begins at "engage"; who only reads like one at "inquire".
    """
    if message is None or verdict.disposition in {"ignore", "quarantine"}:
        return None, False
    person = message.person
    address = _address(person, own)
    if address is None and person.phone is None:
        return None, False
    lead = leads.find(db, address=address, phone=person.phone)
    asked = bool(verdict.labels) or verdict.urgent
    cause = shown(MESSAGE, number)
    if lead is not None:
        stage: Stage | None = "inquire" if asked and stage_of(leads.events(db, lead)) == "encounter" else None
        leads.happened(db, lead, "asked" if asked else "wrote", at=at, cause=cause, note=_note(verdict), stage=stage)
        return lead, False
    if not asked or verdict.kind not in _INQUIRING:
        return None, False
    lead = leads.add(db, address=address, name=person.name, phone=person.phone, source=_SOURCES[person.via], at=at)
    writes_as = "wrote as a client" if verdict.kind == "client" else ""
    note = "; ".join(part for part in (writes_as, _note(verdict)) if part)
    leads.happened(db, lead, "asked", at=at, cause=cause, note=note, stage="engage" if client else "inquire")
    return lead, True


def known_as(db: Database, message: Message, own: frozenset[str]) -> Stage | None:
    """Where the person who wrote stands in the journey, by their address or else their number; None for a stranger."""
    person = message.person
    address = _address(person, own)
    lead = leads.find(db, address=address, phone=person.phone)
    return None if lead is None else stage_of(leads.events(db, lead))


def _address(person: Person, own: frozenset[str]) -> str | None:
    address = person.answer_to or person.address
    if address is None or not is_plain(address) or address.lower() in own:
        return None
    return address


def _note(verdict: Verdict) -> str:
    about = f"asked about {', '.join(verdict.labels)}" if verdict.labels else ""
    return "; ".join(part for part in ("urgent" if verdict.urgent else "", about) if part)

"""Letters of ours that answer no mail: put into the same queue as answers, and approved and sent the same way."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from inboxtriage.errors import Refused
from inboxtriage.journey.history import standing
from inboxtriage.journey.lead import Lead, is_client
from inboxtriage.service import composing, writing
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.journey.feedback import refuse_to_ask
from inboxtriage.store import evidence, leads, letters
from inboxtriage.store.ids import LEAD, MESSAGE, number, shown
from inboxtriage.store.letters import LetterItem, NewLetter
from inboxtriage.triage.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Order:
    """A letter that is to be written. `touch` and `occurrence` say for what of the plan; None: asked for by hand.

    `thread` are the Message-IDs that it goes on from, oldest first; none: a conversation of its own.
    """

    name: str
    why: str
    occurrence: str
    touch: str | None = None
    said: Mapping[str, str] = field(default_factory=dict)
    due_at: datetime | None = None
    thread: tuple[str, ...] = ()
    subject: str | None = None  # of the thread; None: the letter's own
    language: str | None = None  # chosen for this letter; None: the lead's own
    to: str | None = None  # where the thread went, one of their addresses; None: where they last wrote from


def write(a: Assembly, lead: int, order: Order) -> str | None:
    """Put a letter into the queue, inside `writing`; its id, or None where this occurrence was written before.

    Raises Refused where it cannot be written to them, NotFound where there is no such letter.
    """
    who = leads.get(a.db, lead)
    if who is None or who.address is None:
        raise Refused(f"{shown(LEAD, lead)} has no address", do=f"call them: `inboxtriage lead script {LEAD}{lead}`")
    who = composing.at_address(a, who, order.to or evidence.wrote_from(a.db, lead))
    where = standing(leads.events(a.db, lead))
    refuse_to_ask(a, order.name)
    if not where.writable:
        raise Refused(f"{who.id} asked not to be written to", do=f"`inboxtriage lead show {who.id}` says when")
    item = LetterItem(order.name, order.touch, order.occurrence, order.why, order.said, order.language)
    if letters.was_written(a.db, lead, item):
        return None
    draft = composing.compose(
        a, who, where, composing.Asked(order.name, order.said, order.language, order.subject if order.thread else None)
    )
    kind = "client" if is_client(where.stage) else "inquiry"
    verdict = Verdict("reply", order.why, kind=kind, language=draft.language, confidence=1.0)
    new = NewLetter(
        lead, account_of(a, lead), who.address or "", who.name, draft.subject, item, verdict, order.due_at, order.thread
    )
    made = letters.add(a.db, new, a.clock.now())
    writing.put(a, draft, writing.Place(made, lead, order.due_at))
    leads.happened(
        a.db,
        lead,
        "touch written",
        at=a.clock.now(),
        cause=shown(MESSAGE, made),
        note=f"{order.name}: {order.why}",
        what=order.touch or order.name,
        value=order.occurrence,
    )
    return shown(MESSAGE, made)


def account_of(a: Assembly, lead: int) -> str:
    """From which account somebody is written to: the one that they last wrote to, else the first."""
    wrote_to = a.db.value(
        "SELECT account FROM message WHERE lead IN (SELECT value FROM json_each(?)) ORDER BY id DESC LIMIT 1",
        json.dumps(leads.family(a.db, lead)),
    )
    names = [account.name for account in a.settings.accounts]
    return wrote_to if wrote_to in names else names[0]


def lead_number(who: Lead) -> int:
    """The row of a lead."""
    return number(LEAD, who.id)

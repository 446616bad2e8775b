"""Erasing one person everywhere in the store: rows, bytes, drafts, letters, and what the model learned of them (G53).

The order makes it safe to break off: first the models go, then the rows in one transaction together with the wish
that the file be written anew, then that. Whatever is left to do is done by the next `forget` or the next pass.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from inboxtriage.approval.audit import Act
from inboxtriage.errors import NotFound, Refused, ResponseFault, UsageProblem
from inboxtriage.message.header import is_plain
from inboxtriage.message.plain import one_line
from inboxtriage.outbox.outgoing import DUE
from inboxtriage.service.approvals import actor
from inboxtriage.service.assembly import MODEL_FOLDER, Assembly
from inboxtriage.service.elsewhere import letter_copy
from inboxtriage.service.sending import sending_alone
from inboxtriage.service.upkeep.backups import Backup, listing
from inboxtriage.service.upkeep.tidying import compact
from inboxtriage.store import audit, chores, corrections, digest_file, forgetting, leads, outgoing, past
from inboxtriage.store.forgetting import Traces
from inboxtriage.store.ids import LEAD, MESSAGE, OUTGOING, number, shown

_WAIT_FOR_SENDER = 30.0  # seconds that another process's sending may take to end
ModelNow = Literal["untouched", "refitted", "shipped"]


@dataclass(frozen=True, slots=True)
class Person:
    """Who is to be forgotten, and what there is of them."""

    address: str | None
    traces: Traces


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was erased. `in_drafts`: letters to these may lie in the Drafts folder still.

    `named_in` are other people's messages that name the address still.
    """

    leads: tuple[str, ...]
    messages: tuple[str, ...]
    outgoing: tuple[str, ...]
    unsent: int
    in_drafts: tuple[str, ...]
    model: ModelNow
    backups: tuple[Backup, ...]
    named_in: tuple[str, ...]
    compacted: bool


def find(a: Assembly, who: str) -> Person:
    """The person with this address, or this lead. Raises NotFound, or UsageProblem where it is neither."""
    compact(a)
    address, lead = _named(a, who.strip())
    found = forgetting.traces(a.db, address, lead)
    if not (found.leads or found.messages or found.outgoing or found.past) and not (
        address and forgetting.pinned(a.db, address)
    ):
        raise NotFound(f"nothing is known of {one_line(who, 80)}", do="`inboxtriage queue --all` names everybody")
    return Person(address, found)


def forget(a: Assembly, who: str, progress: Callable[[str], None]) -> Forgotten:
    """Erase a person. Raises NotFound, Busy, or Refused while it is unknown whether a mail to them was sent."""
    with sending_alone(a, _WAIT_FOR_SENDER):
        person = find(a, who)
        with a.db.writing():
            outgoing.after_death(a.db)  # nobody else is sending: a claim is a dead one
        _may_go(a, person.traces)
        in_drafts = letter_copy.discard(a, person.traces.messages)
        had_model = _discard_model(a) if person.traces.messages or person.traces.past else False
        now = a.clock.now()
        with a.db.writing():
            found = forgetting.traces(a.db, person.address, _lead(person))  # what has come meanwhile goes too
            _may_go(a, found)
            unsent = forgetting.on_the_way(a.db, found, DUE)
            _record(a, found, now)
            forgetting.erase(a.db, found, now)
            chores.want(a.db, chores.COMPACTING)
        digest_file.discard(a.folder)
    compacted = compact(a)
    return Forgotten(
        leads=tuple(shown(LEAD, n) for n in found.leads),
        messages=tuple(shown(MESSAGE, n) for n in found.messages),
        outgoing=tuple(shown(OUTGOING, n) for n in found.outgoing),
        unsent=len(unsent),
        in_drafts=tuple(shown(MESSAGE, n) for n in in_drafts),
        model=_refit(a, progress) if had_model else "untouched",
        backups=listing(a),
        named_in=tuple(
            shown(MESSAGE, n) for n in sorted({n for one in found.addresses for n in forgetting.naming(a.db, one)})
        ),
        compacted=compacted,
    )


def _named(a: Assembly, who: str) -> tuple[str | None, int | None]:
    """The address and the lead that somebody named."""
    if "@" not in who:
        lead = leads.record(a.db, number(LEAD, who))
        if lead is None:
            raise NotFound(f"there is no lead {who}", do="`inboxtriage lead list` shows every one")
        return lead.address, number(LEAD, lead.id)
    if not is_plain(who):
        raise UsageProblem(f"{one_line(who, 80)!r} is no mail address", do="give one like a@b.org, or a lead's id")
    if who.lower() in a.settings.own_addresses():
        raise Refused("that is an address of your own", do="forget other people")
    return who.lower(), None


def _lead(person: Person) -> int | None:
    return person.traces.leads[0] if person.traces.leads else None


def _may_go(a: Assembly, found: Traces) -> None:
    """Raises Refused where a mail to this person may be on its way."""
    for mail in forgetting.on_the_way(a.db, found, ["unknown", "sending", "committing"]):
        name = shown(OUTGOING, mail)
        raise Refused(
            f"it is unknown whether {name}, a mail to them, was sent", do=f"settle it: `inboxtriage resolve {name}`"
        )


def _record(a: Assembly, found: Traces, now: datetime) -> None:
    """Who forgot, and the ids of what went; never whom."""
    items = ",".join(shown(MESSAGE, n) for n in found.messages)
    mails = ",".join(shown(OUTGOING, n) for n in found.outgoing)
    audit.append(a.db, Act(now, actor(), "forgot", items, mails, "", ""))


def _discard_model(a: Assembly) -> bool:
    """Remove the owner's own models, which may have learned from this person's words; whether there were any."""
    from inboxtriage.triage.model import weights  # noqa: PLC0415 - numpy is needed only where there is a model

    return weights.discard(a.folder / MODEL_FOLDER)


def _refit(a: Assembly, progress: Callable[[str], None]) -> ModelNow:
    """Learn again from everybody else; where there is nothing left to learn, or it is worse, the shipped one stays."""
    from inboxtriage.service.learning import own_categories, train  # noqa: PLC0415 - scikit-learn is slow to import

    try:
        if not corrections.everything(a.db) and not past.everything(a.db) and not list(own_categories(a.library)):
            return "shipped"
        return "shipped" if train(a, a.clock, progress).refused is not None else "refitted"
    except ResponseFault:  # `train` and `check` say which; the person is erased, and that is to be told
        return "shipped"

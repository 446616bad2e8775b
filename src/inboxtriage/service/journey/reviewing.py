"""Going through the whole list once: who is still to be seen in this round, and what is decided about each."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from inboxtriage.errors import Refused
from inboxtriage.journey.history import Proposal
from inboxtriage.journey.lead import Event, EventKind
from inboxtriage.journey.stage import OUTCOMES, STAGES
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.journey import letters, tiers
from inboxtriage.service.journey.letters import Order
from inboxtriage.service.journey.tiers import Rated
from inboxtriage.store import leads, links
from inboxtriage.store import letters as stored
from inboxtriage.store.ids import LEAD, MESSAGE, number, shown

ROUND = timedelta(days=30)  # who was seen within it is not shown again, so that a round can be broken off
_CAUSE = "lead review"


@dataclass(frozen=True, slots=True)
class Round:
    """Those who are still to be seen, the longest not spoken to first; `seen` are behind us in this round."""

    people: tuple[Rated, ...]
    seen: int


def begin(a: Assembly, *, again: bool, everybody: bool) -> Round:
    """The round as it stands: everybody with an open outcome (or really everybody) who was not seen in it.

    `again` begins a new one.
    """
    last = _last_seen(a)
    since = a.clock.now() - ROUND
    walked = [one for one in tiers.everybody(a) if everybody or one.standing.outcome == "open"]
    left = [one for one in walked if again or one.lead.id not in last or last[one.lead.id] < since]
    long_ago = datetime.min.replace(tzinfo=since.tzinfo)
    left.sort(key=lambda one: one.standing.last_contact.at if one.standing.last_contact else long_ago)
    return Round(tuple(left), len(walked) - len(left))


def afresh(a: Assembly, one: Rated) -> Rated:
    """The same person as they stand now."""
    return tiers.rated(a, one.lead)


def open_letters(a: Assembly, one: Rated) -> list[str]:
    """The letters to them that wait, as `id name`."""
    return [f"{shown(MESSAGE, n)} {letter.name}" for n, letter in stored.open_of(a.db, number(LEAD, one.lead.id))]


def seen(a: Assembly, one: Rated) -> None:
    """They were seen in this round."""
    _happened(a, one, "reviewed")


def note(a: Assembly, one: Rated, words: str) -> None:
    """Write something down about them."""
    _happened(a, one, "noted", note=words)


def take(a: Assembly, one: Rated, proposal: Proposal) -> None:
    """Do what is proposed. Raises Refused where it is no longer what it was."""
    value = proposal.value
    if proposal.what == "stage":
        stage = next((stage for stage in STAGES if stage == value), None)
        if stage is None:
            raise Refused(f"there is no stage {value!r} any more", do="dismiss it")
        with a.db.writing():
            leads.happened(
                a.db,
                number(LEAD, one.lead.id),
                "moved",
                at=a.clock.now(),
                cause=proposal.cause,
                note=proposal.why,
                stage=stage,
            )
    elif proposal.what == "tier":
        tiers.give(a, one.lead.id, value)
    elif proposal.what == "contact":
        _happened(a, one, "may be written to", value=value, note=proposal.why, cause=proposal.cause)
    elif value in OUTCOMES:
        kind: EventKind = "reopened" if value == "open" else "closed"
        _happened(a, one, kind, value=value, note=proposal.why, cause=proposal.cause)


def dismiss(a: Assembly, one: Rated, proposal: Proposal) -> None:
    """Say no to what is proposed."""
    _happened(a, one, "dismissed", what=proposal.what, value=proposal.value)


def write(a: Assembly, one: Rated, name: str) -> str:
    """A letter to them into the queue; its id. Raises Refused, or NotFound where there is no letter of that name."""
    waiting = [
        f"{shown(MESSAGE, n)}" for n, letter in stored.open_of(a.db, number(LEAD, one.lead.id)) if letter.name == name
    ]
    if waiting:
        raise Refused(f"{waiting[0]} is that letter and waits", do=f"`inboxtriage show {waiting[0]}`")
    now = a.clock.now()
    with a.db.writing():
        made = letters.write(
            a, number(LEAD, one.lead.id), Order(name, "asked for in the review", f"review {now.isoformat()}")
        )
    if made is None:
        raise Refused("that letter was written already", do="`inboxtriage queue --all` shows it")
    return made


def offered(a: Assembly, one: Rated) -> tuple[str, ...]:
    """The letters of their stage."""
    return a.plan.stages[one.standing.stage].letters


def _happened(
    a: Assembly,
    one: Rated,
    kind: EventKind,
    *,
    what: str = "",
    value: str = "",
    note: str = "",
    cause: str = _CAUSE,
) -> None:
    with a.db.writing():
        leads.happened(
            a.db, number(LEAD, one.lead.id), kind, at=a.clock.now(), cause=cause, note=note, what=what, value=value
        )


def _last_seen(a: Assembly) -> dict[str, datetime]:
    root = links.roots(a.db)
    found: dict[str, datetime] = {}
    told: dict[str, list[Event]] = links.told(a.db, ["reviewed"])
    for lead, events in told.items():
        for event in events:
            if event.kind == "reviewed":
                person = root.get(lead, lead)
                found[person] = max(event.at, found.get(person, event.at))
    return found

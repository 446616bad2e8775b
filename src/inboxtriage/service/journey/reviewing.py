"""Going through the whole list once: who is still to be seen in this round, and what is decided about each."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from inboxtriage.errors import Refused
from inboxtriage.journey.history import Proposal
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.journey import by_hand, notes, proposing, tiers
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
    with a.db.writing():
        leads.happened(a.db, number(LEAD, one.lead.id), "reviewed", at=a.clock.now(), cause=_CAUSE)


def note(a: Assembly, one: Rated, words: str) -> None:
    """Write something down about them."""
    notes.note(a, one.lead.id, words)


def take(a: Assembly, one: Rated, proposal: Proposal) -> None:
    """Do what is proposed. Raises Refused where it is no longer what it was."""
    _still(a, one, proposal)
    proposing.take(a, one.lead.id, proposal.what)


def dismiss(a: Assembly, one: Rated, proposal: Proposal) -> None:
    """Say no to what is proposed. Raises Refused as `take`."""
    _still(a, one, proposal)
    proposing.dismiss(a, one.lead.id, proposal.what)


def write(a: Assembly, one: Rated, name: str) -> str:
    """A letter to them into the queue; its id. Raises Refused, or NotFound where there is no letter of that name."""
    return by_hand.write(a, one.lead.id, name, said={}).id


def offered(a: Assembly, one: Rated) -> tuple[str, ...]:
    """The letters of their stage."""
    return a.plan.stages[one.standing.stage].letters


def _still(a: Assembly, one: Rated, proposal: Proposal) -> None:
    if proposal not in afresh(a, one).standing.proposals:
        raise Refused("that is not proposed any more", do="look at them again")


def _last_seen(a: Assembly) -> dict[str, datetime]:
    root = links.roots(a.db)
    found: dict[str, datetime] = {}
    for lead, events in links.told(a.db, ["reviewed"]).items():
        for event in events:
            if event.kind == "reviewed":
                person = root.get(lead, lead)
                found[person] = max(event.at, found.get(person, event.at))
    return found

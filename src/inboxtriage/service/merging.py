"""Two records that are one person, by the owner's word; and taking that back. What it means: `journey.identity`."""

from dataclasses import dataclass

from inboxtriage.errors import NotFound, Refused
from inboxtriage.journey.lead import Lead
from inboxtriage.message.plain import one_line
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.journey.tiers import due_again
from inboxtriage.service.leads import BY_HAND, LeadView, find, record_named
from inboxtriage.store import leads
from inboxtriage.store.ids import LEAD, number

_ABOUT_RECORDS = frozenset({"merged", "split"})


@dataclass(frozen=True, slots=True)
class Split:
    """Who stayed and who is a person of their own again; how many events by hand stayed with the one who stayed."""

    stayed: LeadView
    gone: LeadView
    kept: int


def merge(a: Assembly, keep: str, other: str, note: str) -> LeadView:
    """Let two people be one from now on, under the id of `keep`. Raises Refused where they cannot be."""
    with a.db.writing():
        into, member = _whole(a, keep), _whole(a, other)
        if into.id == member.id:
            raise Refused(f"{into.id} is one person already", do="name two different people")
        at, why = a.clock.now(), one_line(note)
        for one, its_other in ((into, member), (member, into)):
            leads.happened(a.db, number(LEAD, one.id), "merged", at=at, cause=BY_HAND, note=why, value=its_other.id)
        leads.merge(a.db, number(LEAD, member.id), number(LEAD, into.id))
        due_again(a, number(LEAD, into.id))
    return find(a, into.id)


def split(a: Assembly, other: str, note: str) -> Split:
    """Take a merge back. Raises Refused where there was none."""
    with a.db.writing():
        member = record_named(a, other)
        if member.merged_into is None:
            raise Refused(f"{member.id} was not merged into anybody", do=f"`inboxtriage lead show {member.id}`")
        into = member.merged_into
        events = leads.recorded(a.db, number(LEAD, into))
        since = max((event.id for event in events if event.kind == "merged" and event.value == member.id), default=0)
        kept = sum(1 for e in events if e.id > since and e.cause == BY_HAND and e.kind not in _ABOUT_RECORDS)
        at, why = a.clock.now(), one_line(note)
        leads.merge(a.db, number(LEAD, member.id), None)
        for one, its_other in ((into, member.id), (member.id, into)):
            leads.happened(a.db, number(LEAD, one), "split", at=at, cause=BY_HAND, note=why, value=its_other)
            due_again(a, number(LEAD, one))
    return Split(find(a, into), find(a, member.id), kept)


def _whole(a: Assembly, text: str) -> Lead:
    """The record that somebody named, where it stands for a whole person. Raises NotFound and Refused."""
    record = record_named(a, text)
    if record.merged_into is not None:
        root = leads.get(a.db, number(LEAD, record.id))
        if root is None:
            raise NotFound(f"there is no lead {one_line(text, 80)}", do="`inboxtriage lead list` shows every one")
        raise Refused(f"{record.id} is a part of {root.id} already", do=f"name {root.id}, or split {record.id} first")
    return record

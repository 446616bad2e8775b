"""Groups as cards: all that a person reads before one decision settles several letters, and what they then approve."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from inboxtriage.approval.group import Card, card
from inboxtriage.errors import Refused
from inboxtriage.service import queue, writing
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.backlog.marked import besides
from inboxtriage.service.grouping import group_called, group_members
from inboxtriage.service.queue import Entry, Whole


@dataclass(frozen=True, slots=True)
class GroupCard:
    """A group as it stands now: its whole name, its letters as one card, and the entries in the card's order.

    `besides`: of each mail what else it says than what decided.
    """

    name: str
    card: Card
    entries: tuple[Entry, ...]
    besides: tuple[str, ...]


def whole(a: Assembly, name: str) -> GroupCard:
    """The group whose name begins so, in full; each of its drafts then counts as shown. Raises NotFound."""
    writing.refresh(a)
    full, members = group_called(a, name)
    entries = [replace(entry, group=full) for entry in queue.some(a, [member.item for member in members])]
    queue.show_all(a, entries)
    bodies = [entry.draft.draft.body if entry.draft else "" for entry in entries]
    wholes = ([queue.with_words(a, entry), *(queue.one(a, older) for older in entry.folded)] for entry in entries)
    return GroupCard(full, card(bodies), tuple(entries), tuple(map(said_besides, wholes)))


def said_besides(wholes: Iterable[Whole]) -> str:
    """What else a mail of a group says than what decided, and the older ones that its letter answers too.

    What the letter's remarks quote is left to them: wherever this is shown, they are too.
    """
    mails = list(wholes)
    remarks = [remark for one in mails if one.entry.draft for remark in one.entry.draft.draft.remarks]
    said = (besides(one.words.new, one.entry.item.verdict.evidence, remarks) for one in mails if one.words is not None)
    return " ".join(one for one in said if one)


def to_approve(a: Assembly, name: str, leave_out: Collection[str] = ()) -> list[str]:
    """The messages of a group that one yes settles, without those struck out.

    Raises NotFound where the group is no more, and Refused where one of these letters was not shown as it is now: what
    settles several at once is read whole, or settles none.
    """
    chosen = group_members(a, name, leave_out)
    drafts = [(entry.item.id, entry.draft) for entry in queue.some(a, chosen)]
    unseen = [item for item, draft in drafts if draft is None or draft.shown_sha256 != draft.sha256]
    if unseen:
        raise Refused(
            f"the letters of {name} were not shown as they are now ({', '.join(unseen)})",
            do=f"read them with `inboxtriage show {name}`, then approve",
        )
    return chosen

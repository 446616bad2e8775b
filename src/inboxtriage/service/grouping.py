"""Groups in the queue: letters that one decision can settle together."""

from collections.abc import Collection, Iterable

from inboxtriage.approval.group import Card, Member, card, groups
from inboxtriage.errors import NotFound
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.pacing import Pace
from inboxtriage.store import evidence, leads, messages
from inboxtriage.store.drafts import Waiting
from inboxtriage.store.messages import Item

_SHORTEST = 4  # letters of a group's name that are enough, where no other begins with them
_TOLD = 5  # letters that it is told with, or as many as tell it from the others


def short_names(names: Iterable[str]) -> dict[str, str]:
    """How groups are told to a person: each by as few letters as tell it from the others. Pure."""
    every = sorted(set(names))
    lengths = range(_TOLD, max(map(len, every), default=0) + 1)
    return {
        one: next((one[:n] for n in lengths if sum(other.startswith(one[:n]) for other in every) == 1), one)
        for one in every
    }


def group_members(a: Assembly, name: str, leave_out: Collection[str] = ()) -> list[str]:
    """The messages of a group as it stands now, without those struck out. Raises NotFound where it is no more."""
    members = [member.item for member in group_named(a, name)]
    strange = [text for text in leave_out if text not in members]
    if strange:
        raise NotFound(f"{strange[0]} is not in {name}", do=f"its members are {', '.join(members)}")
    return [member for member in members if member not in leave_out]


def group_named(a: Assembly, name: str) -> tuple[Member, ...]:
    """The members of the group whose name begins so. Raises NotFound where there is none, or several."""
    return group_called(a, name)[1]


def group_called(a: Assembly, name: str) -> tuple[str, tuple[Member, ...]]:
    """The same with its whole name."""
    found = current_groups(a)
    said = name.strip().lower()
    fitting = [one for one in found if one == said or (len(said) >= _SHORTEST and one.startswith(said))]
    if len(fitting) == 1:
        return fitting[0], found[fitting[0]]
    do = "`inboxtriage queue` names the groups of now"
    if fitting:
        raise NotFound(f"{len(fitting)} groups begin with {name}", do=do)
    raise NotFound(f"there is no group {name} (any more)", do=do)


def card_of(members: Iterable[Member]) -> Card:
    """The letters of a group as they are read together."""
    return card([member.body for member in members])


def current_groups(a: Assembly) -> dict[str, tuple[Member, ...]]:
    """The groups among what may be approved now.

    In none are safety texts, blocked drafts, letters written by hand, mail of people who wrote anything that could mean
    danger and is not settled, and mail that proposes a change in somebody's journey.
    """
    pace, proposing, careful = Pace(a), evidence.proposing(a.db), _looked_at_singly(a)
    members = []
    for item in messages.in_states(a.db, ["waiting"]):
        if item.verdict.disposition != "reply" or item.id in proposing or not careful.isdisjoint(_keys(a, item)):
            continue
        waiting = pace.draft(item)
        if waiting is not None and not waiting.blocked and not waiting.edited:
            draft = waiting.draft
            members.append(
                Member(item.id, waiting.sha256, item.verdict.labels, draft.language, draft.body, _says(item, waiting))
            )
    return groups(members)


def _looked_at_singly(a: Assembly) -> set[object]:
    """The people of whom any mail that is not settled could mean danger."""
    unsettled = messages.in_states(a.db, [*messages.OPEN, "folded"])
    near = (item for item in unsettled if item.verdict.urgent or item.verdict.is_near_danger)
    return {key for item in near for key in _keys(a, item)}


def _keys(a: Assembly, item: Item) -> list[object]:
    """By what the person of a mail is known: their address, and every record of theirs."""
    kin = leads.family(a.db, item.lead) if item.lead is not None else []
    return [*kin, item.person or f"{item.number}"]


def _says(item: Item, waiting: Waiting) -> tuple[object, ...]:
    """What a letter answers from: for each answer its file and facts; of a letter of ours, the whole of it."""
    sources = waiting.draft.sources
    answers = [one for one in sources if item.is_letter or one.label != "letter"]
    client = item.verdict.kind == "client"
    return (item.account, item.is_letter, client, bool(waiting.draft.refers_to), *((s.file, s.facts) for s in answers))

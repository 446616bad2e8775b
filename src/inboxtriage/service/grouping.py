"""Groups in the queue: letters that one decision can settle together."""

from collections.abc import Collection

from inboxtriage.approval.group import Member, groups
from inboxtriage.errors import NotFound
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.pacing import Pace
from inboxtriage.store import messages


def group_members(a: Assembly, name: str, leave_out: Collection[str] = ()) -> list[str]:
    """The messages of a group as it stands now, without those struck out. Raises NotFound where it is no more."""
    found = current_groups(a).get(name)
    if found is None:
        raise NotFound(f"there is no group {name} (any more)", do="`inboxtriage queue --json` names the groups of now")
    members = [member.item for member in found]
    strange = [text for text in leave_out if text not in members]
    if strange:
        raise NotFound(f"{strange[0]} is not in {name}", do=f"its members are {', '.join(members)}")
    return [member for member in members if member not in leave_out]


def current_groups(a: Assembly) -> dict[str, tuple[Member, ...]]:
    """The groups among what may be approved now. Safety texts and blocked drafts are in none."""
    members, pace = [], Pace(a)
    for item in messages.in_states(a.db, ["waiting"]):
        waiting = pace.draft(item) if item.verdict.disposition == "reply" else None
        if waiting is not None and not waiting.blocked:
            draft = waiting.draft
            members.append(Member(item.id, waiting.sha256, item.verdict.labels, draft.language, draft.body))
    return groups(members)

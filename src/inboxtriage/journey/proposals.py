"""What the signs in a mail, or a finished checklist, speak for: proposed, and never done by itself. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from inboxtriage.journey.history import Proposal, Standing, standing
from inboxtriage.journey.lead import Event
from inboxtriage.journey.plan import Move, Plan

NO_MORE_MAIL = "no more mail"  # the sign that counts at every stage, whatever the plan says
CLOSING = frozenset({"withdrawn", "declined"})  # what a mail proposes that wants no answer any more
AND_MORE = ", and say more: read it"  # behind the reason, where the mail says anything besides
CHECKLIST = "checklist"  # the cause of what a finished checklist proposes


@dataclass(frozen=True, slots=True)
class Wanted:
    """A change: `what` ("stage", "outcome", "contact") should become `value`; why, in words, and by which sign."""

    what: str
    value: str
    why: str
    sign: str


def wanted(signs: Iterable[str], plan: Plan, where: Standing) -> list[Wanted]:
    """What the signs of one mail speak for where a lead stands; one of each kind, nothing that is so already.

    Of two stages the plan's later move counts. Who is closed is not closed again.
    """
    said = set(signs)
    found: dict[str, Wanted] = {}
    for move in plan.moves.values():
        if move.sign in said and (not move.stages or where.stage in move.stages):
            change = _change(move)
            if change is not None and change.value != where.stage:
                found[change.what] = change
    if where.outcome != "open":
        found.pop("outcome", None)
    if NO_MORE_MAIL in said and where.writable:
        found["contact"] = Wanted("contact", "no", "they ask not to be written to any more", NO_MORE_MAIL)
    return list(found.values())


def speaks_for(sign: str, plan: Plan, what: str, value: str) -> bool:
    """Whether a sign is one that speaks for this change, by the plan as it is now."""
    if what == "contact":
        return sign == NO_MORE_MAIL
    changes = (_change(move) for move in plan.moves.values() if move.sign == sign)
    return any(change is not None and (change.what, change.value) == (what, value) for change in changes)


def is_open(where: Standing, what: str, value: str) -> bool:
    """Whether just this is proposed already."""
    return any((one.what, one.value) == (what, value) for one in where.proposals)


def by_mail(events: Sequence[Event], message: str) -> list[Proposal]:
    """The open proposals of a lead that one mail brought about."""
    return [one for one in standing(events).proposals if one.cause == message]


def _change(move: Move) -> Wanted | None:
    if move.outcome is not None:
        return Wanted("outcome", move.outcome, move.why, move.sign)
    return Wanted("stage", move.to, move.why, move.sign) if move.to is not None else None

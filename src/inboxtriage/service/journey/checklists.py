"""What has to be done at the stage where somebody stands, and what of it is. The last item proposes the next stage."""

from collections.abc import Sequence
from dataclasses import dataclass

from inboxtriage.errors import Refused, UsageProblem
from inboxtriage.journey.proposals import CHECKLIST, is_open
from inboxtriage.service import leads as people
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.journey.moving import BY_HAND, drop_finished, of, where
from inboxtriage.service.leads import LeadView
from inboxtriage.store import leads

PROMISE = "promise"  # the item that is no stage's: what was promised by a day


@dataclass(frozen=True, slots=True)
class ListItem:
    """One item of a checklist."""

    item: str
    title: str
    done: bool


def checklist(a: Assembly, view: LeadView) -> list[ListItem]:
    """The list of the stage where a lead stands, in the plan's order. Raises ResponseFault where the plan is wrong."""
    stage = a.plan.stages.get(view.stage)
    checked = where(view).checked
    return [ListItem(key, says, key in checked) for key, says in stage.checklist.items()] if stage else []


def done(a: Assembly, text: str, items: Sequence[str], *, undo: bool = False) -> tuple[LeadView, str | None]:
    """Check items off, or with `undo` not; the stage that is proposed, where all is done now.

    Raises UsageProblem for an item that the list has not, Refused where no promise is open.
    """
    view = people.find(a, text)
    known = {one.item: one for one in checklist(a, view)}
    chosen = list(dict.fromkeys(item.strip().lower().replace("-", "_").replace(" ", "_") for item in items))
    _refuse_unknown(view, chosen, known, undo=undo)
    with a.db.writing():
        now, lead = a.clock.now(), of(view)
        for item in chosen:
            if item == PROMISE and item not in known:
                leads.happened(a.db, lead, "promise kept", at=now, cause=BY_HAND, value=where(view).promises[0])
            elif known[item].done is undo:
                leads.happened(a.db, lead, "unchecked" if undo else "checked", at=now, cause=BY_HAND, what=item)
        if undo:
            drop_finished(a, lead, now)
    after = people.find(a, view.lead.id)
    return after, None if undo else _propose_next(a, after, chosen)


def _propose_next(a: Assembly, view: LeadView, chosen: Sequence[str]) -> str | None:
    """Propose the stage that follows, where the list has just been finished."""
    items = checklist(a, view)
    following = a.plan.stages[view.stage].next[:1] if view.stage in a.plan.stages else ()
    finished = bool(items) and all(one.done for one in items) and not {one.item for one in items}.isdisjoint(chosen)
    if not finished or not following or is_open(where(view), "stage", following[0]):
        return None
    title = a.plan.stages[view.stage].title
    with a.db.writing():
        leads.happened(
            a.db,
            of(view),
            "proposed",
            at=a.clock.now(),
            cause=CHECKLIST,
            note=f"everything at {title} is done",
            what="stage",
            value=following[0],
        )
    return following[0]


def _refuse_unknown(view: LeadView, chosen: Sequence[str], known: dict[str, ListItem], *, undo: bool) -> None:
    for item in chosen:
        if item in known:
            continue
        if item == PROMISE and undo:
            raise UsageProblem("a promise is not taken back so", do=f"`inboxtriage lead undo {view.lead.id}`")
        if item == PROMISE and not where(view).promises:
            raise Refused(f"nothing is promised to {view.lead.id}", do=f"`inboxtriage lead show {view.lead.id}`")
        if item != PROMISE:
            listed = ", ".join(known) or f"{view.stage} has no list in the plan"
            raise UsageProblem(f"the list of {view.lead.id} has no item {item!r}", do=f"choose from {listed}")

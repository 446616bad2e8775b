"""What is to be done about a person: proposals that wait, and the list of their stage."""

from inboxtriage.cli import console
from inboxtriage.cli.documents import Documents
from inboxtriage.cli.lead_documents import Json
from inboxtriage.journey.parting import parting
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.journey import checklists, moving, proposing
from inboxtriage.service.journey.proposing import Open
from inboxtriage.service.leads import LeadView


def document(a: Assembly, view: LeadView, documents: Documents) -> Json:
    """What `lead show --json` adds."""
    return {
        "proposals": [proposal(one, documents) for one in proposing.of_view(a, view)],
        "checklist": [
            {"item": one.item, "title": one.title, "done": one.done} for one in checklists.checklist(a, view)
        ],
        "promises": list(moving.where(view).promises),
    }


def proposal(one: Open, documents: Documents) -> Json:
    """A proposal with the sentence that decided."""
    return {**documents.proposal(one.proposal), "sentence": one.sentence}


def tell(a: Assembly, view: LeadView) -> None:
    """The same for a person."""
    items = checklists.checklist(a, view)
    if items:
        left = [one.item for one in items if not one.done]
        console.heading(f"At {view.stage}: {len(items) - len(left)} of {len(items)} done")
        for one in items:
            console.say(f"  [{'x' if one.done else ' '}] {one.item}: {one.title}")
        if left:
            console.fact("next", f"inboxtriage lead done {view.lead.id} {left[0]}")
    for day in moving.where(view).promises:
        console.fact("promised", f"by {day}: inboxtriage lead done {view.lead.id} {checklists.PROMISE}")
    _tell_parting(a, view)
    tell_proposals(a, view)


def _tell_parting(a: Assembly, view: LeadView) -> None:
    """The plan to end the work with them, where there is one."""
    plan = parting(view.events, a.plan.letting_go.letter)
    if plan is None:
        return
    steps = a.plan.letting_go.steps
    console.heading(f"To be let go{f' to {plan.colleague}' if plan.colleague else ''}, from {plan.on}")
    for key, says in steps.items():
        console.say(f"  [{'x' if key in plan.done else ' '}] {key}: {says}")
    if left := plan.missing(steps):
        console.fact("next", f"inboxtriage lead let-go {view.lead.id} --done {left[0]}   (or: --cancel)")


def tell_proposals(a: Assembly, view: LeadView) -> None:
    """The open proposals of one lead, each with its reason and its command."""
    found = proposing.of_view(a, view)
    for one in found:
        console.fact("proposed", words_of(one))
        which = f" {one.proposal.what}" if len(found) > 1 else ""
        console.fact("next", f"inboxtriage lead take {view.lead.id}{which}   (or: lead dismiss {view.lead.id}{which})")


def words_of(one: Open) -> str:
    """A proposal in one line: what would become of them, why, and their own sentence."""
    return one.words

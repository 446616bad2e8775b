"""What a person reads before they decide: a mail and its letter as they stand now, and what else there is of theirs."""

from dataclasses import dataclass, replace

from inboxtriage.approval.group import Card
from inboxtriage.approval.group import card as card_of
from inboxtriage.errors import NotFound
from inboxtriage.service import queue
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.backlog.walk import TOGETHER, Step
from inboxtriage.service.journey import proposing
from inboxtriage.service.journey.proposing import Open
from inboxtriage.service.queue import Entry, Whole


@dataclass(frozen=True, slots=True)
class Reading:
    """One mail in full, the older ones that its letter answers too, the others of this person, and what is proposed."""

    whole: Whole
    folded: tuple[Whole, ...] = ()
    others: tuple[Whole, ...] = ()
    proposals: tuple[Open, ...] = ()

    @property
    def entry(self) -> Entry:
        """Its line of the queue, as it stands now."""
        return self.whole.entry


@dataclass(frozen=True, slots=True)
class Read:
    """A step as it stands now, with everything of it read; `gone` are the mails that wait no more, and why."""

    step: Step | None
    readings: dict[str, Reading]
    gone: dict[str, str]


def read(a: Assembly, step: Step) -> Read:
    """Read a step. What was settled meanwhile is no more in it; None where nothing of it is left."""
    readings: dict[str, Reading] = {}
    gone: dict[str, str] = {}
    cases = []
    for case in step.cases:
        entries = []
        for entry in case.entries:
            try:
                found = _one(a, entry, alone=step.kind not in TOGETHER)
            except NotFound:  # `forget` erased it, or one that its letter answers too: then all of them went
                gone[entry.item.id] = "erased"
                continue
            if found.entry.item.state == "waiting":
                readings[entry.item.id] = found
                entries.append(replace(found.entry, group=entry.group))
            else:
                gone[entry.item.id] = found.entry.item.state
        if entries:
            cases.append(replace(case, entries=tuple(entries)))
    if not cases:
        return Read(None, readings, gone)
    now = replace(step, cases=tuple(cases))
    return Read(replace(now, card=_card(now)) if step.kind == "group" else now, readings, gone)


def _one(a: Assembly, entry: Entry, *, alone: bool) -> Reading:
    whole = queue.one(a, entry.item.id)
    now = whole.entry
    if now.item.state != "waiting":
        return Reading(whole)
    folded = tuple(queue.one(a, older) for older in now.folded)
    if not alone:
        return Reading(whole, folded)
    others = (one for one in queue.of_person(a, now) if one.item.id != now.item.id)
    proposals = tuple(proposing.of_view(a, now.lead)) if now.lead is not None else ()
    return Reading(whole, folded, tuple(queue.with_words(a, one) for one in others), proposals)


def _card(step: Step) -> Card | None:
    """The letters of a group together; None where one of them is no letter any more, so that nothing is read amiss."""
    drafts = [entry.draft for entry in step.entries if entry.draft is not None and not entry.draft.blocked]
    return card_of([draft.draft.body for draft in drafts]) if len(drafts) == len(step.entries) > 1 else None

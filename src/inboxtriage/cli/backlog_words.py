"""The steps of a backlog in words, for every command that tells them: what one is, and what settles it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from inboxtriage.cli import console
from inboxtriage.cli.next_steps import next_steps
from inboxtriage.service.backlog.cases import Case, closing, proposed_by
from inboxtriage.service.backlog.walk import Step
from inboxtriage.service.backlog.words import DUE_NOW, count
from inboxtriage.service.grouping import short_names
from inboxtriage.service.queue import Entry

_KINDS = {
    "urgent": f"Cannot wait: it reads as danger, {DUE_NOW}",
    "care": "Look closely",
    "selling": "Sells or begs; no letter is written",
    "aside": "Settled already, as it seems; to confirm",
}


def groups_told(entries: Iterable[Entry]) -> dict[str, str]:
    """The groups of these entries, each with the short name that it is told by."""
    return short_names(entry.group for entry in entries if entry.group is not None)


def title(step: Step, names: Mapping[str, str], now: datetime) -> str:
    """What a step is, in a few words."""
    about = about_what(step.cases[0].head)
    if step.group is not None:
        people = count(len(step.cases), "person", "people")
        return f"Group {names.get(step.group, step.group)}: {people}, {about}"
    if step.kind in {"selling", "aside"}:
        return f"{_KINDS[step.kind]}: {len(step.cases)}"
    if step.kind == "dated" and step.cases[0].wanted_by is not None:
        return f"Names a day, {console.day(step.cases[0].wanted_by, now)}: {about}"
    said = _KINDS.get(step.kind)
    return f"{said}; {about}" if said else about[:1].upper() + about[1:]


def about_what(entry: Entry) -> str:
    """What one mail is about, in the classifier's words."""
    if entry.letter is not None:
        return f"a letter of yours, {entry.letter.name}: {entry.letter.why}"
    verdict = entry.item.verdict
    if verdict.disposition == "quarantine":
        return "a mail that could not be read"
    if verdict.labels:
        *first, last = verdict.labels
        return f"asks about {', '.join(first)} and {last}" if first else f"asks about {last}"
    return {"client": "from a client", "colleague": "from a colleague", "personal": "personal"}.get(
        verdict.kind or "", verdict.kind or "to be read"
    )


def who(entry: Entry) -> str:
    """Whose a mail is: their name, and the address that would be answered."""
    item = entry.item
    known = entry.lead.lead.phone if entry.lead is not None else None
    address = item.answer_to or item.sender or item.phone or known or "nobody readable"
    return f"{item.name} ({address})" if item.name else address


def commands(step: Step, every: Sequence[Step]) -> list[str]:
    """The commands that settle a step, the likeliest way, without the program's name.

    `every`: all steps, because what else is of its group stands elsewhere.
    """
    if step.group is not None:
        mine = {entry.item.id for entry in step.entries}
        others = [e.item.id for s in every for e in s.entries if e.group == step.group and e.item.id not in mine]
        name = groups_told(entry for s in every for entry in s.entries).get(step.group, step.group)
        return [f"show {name}", f"approve --group {name}" + "".join(f" --except {item}" for item in others)]
    if step.kind == "selling":
        return [f"reject {' '.join(entry.item.id for entry in step.entries)}"]
    if step.kind == "aside":
        return [command for case in step.cases for command in _confirming(case)]
    return [words for entry in step.entries for words in _one(entry)]


def _one(entry: Entry) -> list[str]:
    usual = next_steps(entry)
    return [f"show {entry.item.id}", *[words for words, _ in usual[:1]]]


def _confirming(case: Case) -> list[str]:
    """What confirms that nobody of a case waits any more, as `acting.put_aside` does it."""
    how, ending = closing(case)
    ids = [entry.item.id for entry in case.entries]
    lead = ending.lead.lead.id if ending is not None and ending.lead is not None else ""
    taken = [f"lead take {lead} {one.what}" for one in proposed_by(ending)] if ending is not None else []
    decided = ids[0] if ending is None else ending.item.id
    return [f"show {decided}", f"done {' '.join(ids)} --how {how}", *taken]

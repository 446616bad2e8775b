"""`backlog`: everything that waits, folded into people, in the order in which it is best gone through."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from inboxtriage.cli import console
from inboxtriage.cli.backlog_documents import BacklogDocuments
from inboxtriage.cli.backlog_words import commands, groups_told, title, who
from inboxtriage.cli.session import Session, command, json_option, now_of, pass_session
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.backlog import walk
from inboxtriage.service.backlog.walk import Step
from inboxtriage.service.backlog.words import ahead

_PLACE = "     "  # under the number of a step


@command()
@json_option
@pass_session
def backlog(session: Session, as_json: bool) -> None:
    """Everything that waits, step by step: who cannot wait, what goes together, one by one; and how long it takes.

    Each step names the commands that settle it. `review` goes through the same steps with a key for each decision.
    """
    a = session.assembly()
    steps = walk.steps(a)
    if as_json:
        console.document(BacklogDocuments(ZoneInfo(a.settings.practice.timezone)).backlog(steps))
        return
    if not steps:
        console.say("Nothing waits for you.")
        return
    console.heading(ahead(walk.estimate(steps)))
    _tell(a, steps)


def _tell(a: Assembly, steps: Sequence[Step]) -> None:
    now = now_of(a)
    names = groups_told(entry for step in steps for entry in step.entries)
    for n, step in enumerate(steps, 1):
        console.say()
        console.heading(f"{f'{n}.':<5}{title(step, names, now)}")
        for case in step.cases:
            ids = ", ".join(item for entry in case.entries for item in (entry.item.id, *entry.folded))
            why = f": {case.aside}" if case.aside else ""
            console.indented(f"{ids}  {who(case.head)}{why}", _PLACE)
        for words in commands(step, steps):
            console.indented(f"inboxtriage {words}", f"{_PLACE}  ")

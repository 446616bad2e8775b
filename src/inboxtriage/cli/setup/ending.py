"""The end of `init`: a test letter, what `check` finds, the first pass, the background service, and what comes next."""

import click

from inboxtriage.cli import console
from inboxtriage.cli.session import Session
from inboxtriage.cli.setup import asking, practice
from inboxtriage.cli.setup.wizard import Wizard
from inboxtriage.errors import InboxTriageError
from inboxtriage.reply.draft import Draft
from inboxtriage.service.setup import sample
from inboxtriage.service.setup.questions import facts, wording

_NEXT = (
    ("inboxtriage poll", "reads what is new, sorts it, writes drafts"),
    ("inboxtriage review", "what waits for you: read, approve, change"),
    ("inboxtriage run", "keeps reading, and sends what you approved"),
)


def letter(wizard: Wizard) -> None:
    """A letter to somebody who asks everything; what is missing in it can be answered at once."""
    asking.chapter("A test letter")
    asking.tell("Somebody writes to you. Nobody gets the answer: it is shown here, and kept nowhere.")
    console.say()
    asking.note(sample.mail(wizard.profile))
    console.say()
    draft = _shown(wizard)
    if draft is None:
        return
    if "practice.hours" in draft.gaps and asking.yes("Your hours are missing. Shall I ask?", usual=True):
        practice.hours(wizard)
        draft = _shown(wizard) or draft
    missing = sample.fillable(draft.gaps, wizard.profile)
    if missing and asking.yes(f"{len(missing)} of the gaps can be filled now. Shall I ask?", usual=True):
        for question in missing:
            practice.fact(wizard, question)
        wizard.save("Saved")
        console.say()
        _shown(wizard)


def _shown(wizard: Wizard) -> Draft | None:
    """Write the letter, and show it with its gaps."""
    a = wizard.assembly()
    try:
        asking.busy("Sorting it, and writing the answer")
        shown = sample.letter(a)
    finally:
        a.close()
    if shown.draft is None:
        asking.tell(f"No letter was written: {shown.why}.")
        return None
    called = wording(wizard.profile).labels
    asking.tell(f"It asks about {', '.join(called.get(label, label) for label in shown.labels)}. The draft:")
    console.say()
    asking.note(shown.draft.body)
    console.say()
    if shown.draft.gaps:
        asking.tell(
            "Where it says “to fill in” a fact is not given. Such a letter waits until you fill it in, or reject it."
        )
    else:
        asking.tell("Nothing is missing in this letter. One like it waits until you approve it.")
    unsaid = [one.name for one in facts(wizard.profile) if wizard.document.get(*one.path) is None]
    if unsaid:
        asking.tell(f"Not told yet, and left open where somebody asks for it: {', '.join(unsaid)}.")
    return shown.draft


def past(wizard: Wizard) -> None:
    """Offer to learn from mail that was answered before, so that the letters say it in the owner's words."""
    from inboxtriage.cli.past import offer  # noqa: PLC0415 - slow to import

    asking.chapter("In your own words")
    wizard.keep()
    try:
        offer(Session(str(wizard.document.path), debug=False))
    except InboxTriageError as error:
        asking.complain(error)
        asking.tell("`inboxtriage past` tries it again later.")
    wizard.begin_again()


def finish(wizard: Wizard) -> None:
    """Look at everything, read for the first time, go on in the background."""
    asking.chapter("Is everything in order?")
    _check(wizard)
    if asking.yes("Shall I read your new mail now? Nothing is sent or marked as read.", usual=True):
        _poll(wizard)
    service(wizard)
    console.say()
    console.heading("Your first morning")
    for line, why in _NEXT:
        click.echo(f"  {line:<20} {why}")
    asking.tell("To change something: `inboxtriage init` again, or by hand in the file:")
    console.say(f"  {wizard.document.path}")


def _check(wizard: Wizard) -> None:
    from inboxtriage.service.doctor import examine  # noqa: PLC0415 - slow to import

    a = wizard.assembly()
    try:
        asking.busy("Looking at everything once more")
        findings = list(examine(a, wizard.document.path))
    finally:
        a.close()
    wrong = [one for one in findings if not one.ok]
    for one in wrong:
        asking.tell(f"{one.name}: {one.detail}")
    asking.tell(
        f"{len(findings) - len(wrong)} of {len(findings)} things are in order (`inboxtriage check` lists them)."
    )


def _poll(wizard: Wizard) -> None:
    from inboxtriage.cli.work import tell_pass  # noqa: PLC0415
    from inboxtriage.service.intake import poll  # noqa: PLC0415

    a = wizard.assembly()
    try:
        asking.busy("Reading your mail")
        report = poll(a)
        tell_pass(report)
    except InboxTriageError as error:
        asking.complain(error)
    finally:
        a.close()


def service(wizard: Wizard) -> None:
    """Offer the background service."""
    from inboxtriage.service.background import installing  # noqa: PLC0415

    asking.chapter("In the background")
    if not asking.yes(
        "Shall it run in the background from now on?",
        usual=False,
        notes=[
            "It then reads new mail by itself and sends what you approved, also after a restart of this computer.",
            "Without it: `inboxtriage poll` reads, `inboxtriage send` sends. Later: `inboxtriage service install`.",
        ],
    ):
        return
    try:
        for one in installing.install(wizard.assembly(), wizard.document.path):
            asking.tell(one)
    except InboxTriageError as error:
        asking.complain(error)

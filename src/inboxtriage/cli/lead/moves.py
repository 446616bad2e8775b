"""`lead move`, `proposals`, `take`, `dismiss`, `close`, `reopen`, `undo`, `done`."""

from zoneinfo import ZoneInfo

import click

from inboxtriage.cli import console
from inboxtriage.cli.documents import Documents
from inboxtriage.cli.lead import happened, progress
from inboxtriage.cli.session import Session, command, json_option, pass_session
from inboxtriage.journey.stage import OUTCOMES
from inboxtriage.service.journey import checklists, moving, proposing
from inboxtriage.service.leads import LeadView, find

_WHO = click.argument("who", metavar="ID|ADDRESS")
_WHAT = click.argument("what", required=False, metavar="[WHAT]")


@command()
@_WHO
@click.argument("stage")
@click.option("--note", default="", help="Why.")
@click.option("--back", is_flag=True, help="Really back to an earlier stage; --note says so too.")
@pass_session
def move(session: Session, who: str, stage: str, note: str, back: bool) -> None:
    """Move a person to another stage of the journey.

    What the plan has not behind their stage is done all the same, and said. Back, or to the same stage once more (its
    list then begins anew), only with --note or --back.
    """
    view, instead = moving.move(session.assembly(), who, stage, note, back=back)
    closed = "" if view.outcome == "open" else f"; still closed as {view.outcome}: `lead reopen {view.lead.id}`"
    console.say(f"{view.lead.id} is at {view.stage}" + (f" ({instead})" if instead else "") + closed)


@command()
@json_option
@pass_session
def proposals(session: Session, as_json: bool) -> None:
    """Every change that a mail or a finished checklist speaks for."""
    a = session.assembly()
    found = proposing.waiting(a)
    if as_json:
        documents = Documents(ZoneInfo(a.settings.practice.timezone))
        console.document(
            [
                {
                    "lead": one.lead.id,
                    "name": one.lead.name,
                    "address": one.lead.address,
                    **progress.proposal(one, documents),
                }
                for one in found
            ]
        )
        return
    for one in found:
        console.say(f"{one.lead.id}  {one.lead.name or one.lead.address or one.lead.phone}")
        console.say(f"    {progress.words_of(one)}")
    console.say(
        "`inboxtriage lead take ID` does it, `lead dismiss ID` decides against it."
        if found
        else "Nothing is proposed: signs in mail and finished lists propose."
    )


@command()
@_WHO
@_WHAT
@pass_session
def take(session: Session, who: str, what: str | None) -> None:
    """Do what is proposed for a person.

    WHAT (stage, outcome, tier, contact) is needed only where several things are proposed.
    """
    view, taken = proposing.take(session.assembly(), who, what)
    console.say(f"{_stands(view)}; {taken.why} ({taken.cause}); `inboxtriage lead undo {view.lead.id}` takes it back")


@command()
@_WHO
@_WHAT
@pass_session
def dismiss(session: Session, who: str, what: str | None) -> None:
    """Decide against what is proposed for a person."""
    view, dropped = proposing.dismiss(session.assembly(), who, what)
    console.say(f"{_stands(view)}; not {dropped.value}")


@command()
@_WHO
@click.argument("outcome", metavar="OUTCOME")
@click.option("--note", default="", help="Why.")
@pass_session
def close(session: Session, who: str, outcome: str, note: str) -> None:
    """Say how it ended with a person; nothing is due any more."""
    console.say(_stands(moving.close(session.assembly(), who, outcome, note)))


close.help = f"{close.help}\n\nOUTCOME is {', '.join(OUTCOMES[1:-1])} or {OUTCOMES[-1]}. Who asks again is open again."


@command()
@_WHO
@click.option("--note", default="", help="Why.")
@pass_session
def reopen(session: Session, who: str, note: str) -> None:
    """Go on with a person who was closed."""
    console.say(_stands(moving.reopen(session.assembly(), who, note)))


@command()
@_WHO
@pass_session
def undo(session: Session, who: str) -> None:
    """Take back the last change that was made by hand, or taken.

    It stays on record and counts no more. What came from mail is not undone.
    """
    view, event = moving.undo(session.assembly(), who)
    console.say(f"undone: {happened.what(event, event.stage, view.events)}; {_stands(view)}")


@command()
@_WHO
@click.argument("items", nargs=-1, metavar="[ITEM]...")
@click.option("--undo", "not_done", is_flag=True, help="It is not done after all.")
@pass_session
def done(session: Session, who: str, items: tuple[str, ...], not_done: bool) -> None:
    """Check off items of the list of their stage, or a promise.

    Without ITEM it says what the list holds. `promise` is the promise that is due first. When the last item is done,
    the next stage is proposed.
    """
    a = session.assembly()
    if not items:
        view = find(a, who)
        progress.tell(a, view)
        if not checklists.checklist(a, view):
            console.say(f"{view.stage} has no list in the plan.")
        return
    view, following = checklists.done(a, who, items, undo=not_done)
    left = [one.item for one in checklists.checklist(a, view) if not one.done]
    console.say(f"{view.lead.id}, {view.stage}: " + (f"to do: {', '.join(left)}" if left else "everything is done"))
    if following:
        console.say(f"{following} is proposed: `inboxtriage lead take {view.lead.id}`")


def _stands(view: LeadView) -> str:
    return f"{view.lead.id} is at {view.stage}" + ("" if view.outcome == "open" else f", closed as {view.outcome}")

"""`lead list`, `show`, `add`, `move`, `note`."""

from datetime import datetime
from zoneinfo import ZoneInfo

import click

from inboxtriage.cli import console
from inboxtriage.cli.documents import Documents
from inboxtriage.cli.lead import links
from inboxtriage.cli.session import Session, command, json_option, now_of, pass_session
from inboxtriage.journey.stage import STAGES
from inboxtriage.service import leads
from inboxtriage.service.journey.links import relations
from inboxtriage.service.leads import LeadView


@command(name="list")
@json_option
@pass_session
def list_(session: Session, as_json: bool) -> None:
    """Every lead."""
    a = session.assembly()
    views = leads.everyone(a)
    if as_json:
        documents = Documents(ZoneInfo(a.settings.practice.timezone))
        console.document([documents.lead(view) for view in views])
        return
    now = now_of(a)
    if not views:
        console.say("No leads yet: they come with the first inquiry, or by `inboxtriage lead add`.")
        return
    console.table(
        ["id", "who", "name", "stage", "source", "last contact"],
        [
            [
                v.lead.id,
                v.lead.address or v.lead.phone or "",
                v.lead.name or "",
                v.stage,
                v.lead.source,
                console.when(v.last_contact_at, now) if v.last_contact_at else "",
            ]
            for v in views
        ],
        elastic=["who", "name", "source"],
    )


@command()
@click.argument("who", metavar="ID|ADDRESS")
@json_option
@pass_session
def show(session: Session, who: str, as_json: bool) -> None:
    """One lead with everything that happened."""
    a = session.assembly()
    view = leads.find(a, who)
    if as_json:
        told = Documents(ZoneInfo(a.settings.practice.timezone)).lead(view, events=True)
        console.document({**told, **links.document(relations(a, view.lead))})
        return
    _tell(view, now_of(a))
    links.tell(relations(a, view.lead))


@command()
@click.argument("address", required=False)
@click.option("--name", help="Their name.")
@click.option("--phone", help="Their number; enough for a caller without an address.")
@click.option("--source", help='How they came to you.  [default: "met in person", "referral", or "by hand"]')
@click.option("--stage", help=f"Where they stand: {', '.join(STAGES)}.")
@click.option("--met", metavar="WHERE", help='Where you met them: "Book fair, 12 Nov". Counts as a contact.')
@click.option("--on", "day", metavar="YYYY-MM-DD", help="The day you met, where it is not today.")
@click.option("--referred-by", metavar="WHO", help="Who sent them: a lead's id, address or name, or other words.")
@click.option("--tier", help="A, B or C.")
@click.option("--note", default="", help="What you want to remember.")
@pass_session
def add(session: Session, /, address: str | None, **given: str | None) -> None:
    """Add a person by hand: a caller, a client you already have, somebody met in person."""
    from inboxtriage.service.journey.adding import Newcomer, add as add_person  # noqa: PLC0415, I001

    view = add_person(session.assembly(), Newcomer(address, **given))
    console.say(f"{view.lead.id} added at {view.stage}")
    if given["met"] and view.lead.address:
        console.say(f"Next: inboxtriage lead letter {view.lead.id} after-meeting")
    elif not view.lead.address:
        console.say(f"Next: inboxtriage lead script {view.lead.id}")


@command()
@click.argument("who", metavar="ID|ADDRESS")
@click.argument("stage")
@click.option("--note", default="", help="Why.")
@pass_session
def move(session: Session, who: str, stage: str, note: str) -> None:
    """Move a person to another stage of the journey."""
    view = leads.move(session.assembly(), who, stage, note)
    console.say(f"{view.lead.id} is at {view.stage}")


@command()
@click.argument("who", metavar="ID|ADDRESS")
@click.argument("words", metavar="TEXT")
@pass_session
def note(session: Session, who: str, words: str) -> None:
    """Write something down about a person."""
    view = leads.note(session.assembly(), who, words)
    console.say(f"noted for {view.lead.id}")


def _tell(view: LeadView, now: datetime) -> None:
    who = view.lead
    console.heading(f"{who.id}  {who.name or ''} {who.address or who.phone or ''}".replace("  ", " "))
    outcome = "" if view.outcome == "open" else f" ({view.outcome.replace('_', ' ')})"
    console.say(f"stage {view.stage}{outcome}, came by {who.source}, {console.when(who.first_seen_at, now)}")
    for event, stage in zip(view.events, view.stages(), strict=True):
        to = f" to {stage}" if event.kind == "moved" else ""
        note = f": {event.note}" if event.note else ""
        console.say(f"  {console.when(event.at, now)}  {event.kind}{to} ({event.cause}){note}")

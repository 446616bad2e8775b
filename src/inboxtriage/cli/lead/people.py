"""`lead list`, `show`, `add`."""

from zoneinfo import ZoneInfo

import click

from inboxtriage.cli import console
from inboxtriage.cli.documents import Documents
from inboxtriage.cli.lead import links, progress, telling
from inboxtriage.cli.session import Session, at_once, command, json_option, now_of, pass_session
from inboxtriage.journey.lead import TIERS
from inboxtriage.journey.stage import OUTCOMES, STAGES
from inboxtriage.service import leads
from inboxtriage.service.journey import touches
from inboxtriage.service.journey.links import relations
from inboxtriage.service.leads import LeadView


@command(name="list")
@click.option("--stage", help=f"Only who stands there: {', '.join(STAGES)}.")
@click.option("--outcome", help=f"Only with whom it ended so: {', '.join(OUTCOMES)}.")
@click.option("--tier", help=f"Only this tier: {', '.join(TIERS)}, or none.")
@click.option("--source", help="Only who came by a source with these words in it.")
@click.option("--search", help="Only in whose name, address or number these words stand.")
@json_option
@pass_session
def list_(
    session: Session,
    stage: str | None,
    outcome: str | None,
    tier: str | None,
    source: str | None,
    search: str | None,
    as_json: bool,
) -> None:
    """Every lead."""
    wanted = leads.wanted(stage=stage, outcome=outcome, tier=tier, source=source, search=search)
    a = session.assembly()
    at_once()
    views = leads.everyone(a, wanted)
    upcoming = touches.next_by_lead(a, [(view.lead, view.standing) for view in views])
    if as_json:
        documents = Documents(ZoneInfo(a.settings.practice.timezone))
        console.document([documents.lead(view, next_touch_at=upcoming.get(view.lead.id)) for view in views])
        return
    now = now_of(a)
    if not views and wanted != leads.Wanted():
        console.say("No lead is like that: `inboxtriage lead list` shows every one.")
        return
    if not views:
        console.say("No leads yet: they come with the first inquiry, or by `inboxtriage lead add`.")
        return
    console.table(
        ["id", "who", "name", "stage", "tier", "source", "last contact", "next"],
        [
            [
                v.lead.id,
                v.lead.address or v.lead.phone or "",
                v.lead.name or "",
                _stage_in_list(v),
                v.tier or "",
                v.lead.source,
                console.when(v.last_contact_at, now) if v.last_contact_at else "",
                console.when(upcoming[v.lead.id], now) if v.lead.id in upcoming else "",
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
    upcoming = touches.next_of(a, view.lead.id)
    if as_json:
        documents = Documents(ZoneInfo(a.settings.practice.timezone))
        told = documents.lead(view, events=True, next_touch_at=upcoming.due_at if upcoming is not None else None)
        more = {**links.document(relations(a, view.lead)), **progress.document(a, view, documents)}
        console.document({**told, **more})
        return
    now = now_of(a)
    asked_for = who.strip().lower()
    if asked_for in {one.id for one in view.others}:
        console.say(
            f"{asked_for} was merged: it is {view.lead.id} (`inboxtriage lead split {asked_for}` takes it back)"
        )
    telling.show(view, now, upcoming, lambda: links.tell(relations(a, view.lead)), lambda: progress.tell(a, view))


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


def _stage_in_list(view: LeadView) -> str:
    return view.stage if view.outcome == "open" else f"{view.stage} ({view.outcome.replace('_', ' ')})"

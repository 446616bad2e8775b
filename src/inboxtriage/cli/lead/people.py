"""`lead list`, `show`, `add`, `move`, `note`, `import`."""

import sys
from dataclasses import asdict
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from inboxtriage.cli import console
from inboxtriage.cli.documents import Documents
from inboxtriage.cli.lead import telling
from inboxtriage.cli.session import Session, command, json_option, now_of, pass_session
from inboxtriage.errors import InboxTriageError, NotFound
from inboxtriage.journey.lead import TIERS
from inboxtriage.journey.stage import OUTCOMES, STAGES
from inboxtriage.service import leads
from inboxtriage.service.journey import touches
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
    views = leads.everyone(a, wanted)
    upcoming = touches.next_by_lead(a) if views else {}
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
        console.document(
            documents.lead(view, events=True, next_touch_at=upcoming.due_at if upcoming is not None else None)
        )
        return
    now = now_of(a)
    asked_for = who.strip().lower()
    if asked_for in {one.id for one in view.others}:
        console.say(
            f"{asked_for} was merged: it is {view.lead.id} (`inboxtriage lead split {asked_for}` takes it back)"
        )
    telling.show(view, now, upcoming)


@command()
@click.argument("address", required=False)
@click.option("--name", help="Their name.")
@click.option("--phone", help="Their number; enough for a caller without an address.")
@click.option("--source", default="by hand", show_default=True, help="How they came to you.")
@click.option("--stage", help=f"Where they stand: {', '.join(STAGES)}.")
@pass_session
def add(
    session: Session, address: str | None, name: str | None, phone: str | None, source: str, stage: str | None
) -> None:
    """Add a person by hand: a caller, a client you already have, somebody met in person."""
    view = leads.add(session.assembly(), address=address, name=name, phone=phone, source=source, stage=stage)
    console.say(f"{view.lead.id} added at {view.stage}")


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


@command(name="import")
@click.argument("file", type=click.Path(allow_dash=True))
@click.option(
    "--stage", help="Where those stand whose line names no stage: clients whom you have already.  [default: engage]"
)
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@json_option
@pass_session
def import_(session: Session, file: str, stage: str | None, dry_run: bool, as_json: bool) -> int:
    """Add the people of a CSV file, such as the clients you already have.

    FILE is what a spreadsheet or an address book exports (- is stdin). Its first line names the columns, in English or
    Spanish: an address or a phone number, and if you like a name (or first and last name), a stage, a note and a
    source; other columns are passed over.

    Nobody is added twice. Who is known keeps what their record says; what it lacks is filled in. They move only where
    their line names a stage that is further on and they are no client yet.

    A line that cannot be used is told with its number and skipped; the others are added all the same (exit code 1).
    """
    from inboxtriage.service.importing import import_list  # noqa: PLC0415 - `list` and `show` need none of it

    report = import_list(session.assembly(), _read(file), stage=stage, dry_run=dry_run)
    if as_json:
        console.document(asdict(report))
    else:
        moved = f" ({report.moved} moved)" if report.moved else ""
        counts = f"{report.added} added, {report.known} known already{moved}, {len(report.skipped)} skipped"
        console.say(f"{counts}: nothing was changed (--dry-run)" if dry_run else counts)
    for one in report.skipped:
        console.warn(f"inboxtriage: line {one.line} skipped: {one.why}")
    return 1 if report.skipped else 0


def _read(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except FileNotFoundError:
        raise NotFound(f"there is no file {file}", do="name a CSV file, or - for stdin") from None
    except OSError as error:
        raise InboxTriageError(
            f"{file} cannot be read ({error.strerror})", do="name a CSV file, or - for stdin"
        ) from error


def _stage_in_list(view: LeadView) -> str:
    return view.stage if view.outcome == "open" else f"{view.stage}: {view.outcome.replace('_', ' ')}"

"""`lead import`, `lead export`, `lead duplicates`: whole lists of people, in and out."""

import sys
from dataclasses import asdict
from pathlib import Path

import click

from inboxtriage.cli import console
from inboxtriage.cli.lead.links import named
from inboxtriage.cli.session import Session, command, json_option, pass_session
from inboxtriage.errors import InboxTriageError, NotFound, UsageProblem
from inboxtriage.journey.contacts import MOST_BYTES, NoContactList


@command(name="import")
@click.argument("file", type=click.Path(allow_dash=True))
@click.option(
    "--stage", help="Where those stand whose line names no stage: clients whom you have already.  [default: engage]"
)
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@json_option
@pass_session
def import_(session: Session, file: str, stage: str | None, dry_run: bool, as_json: bool) -> int:
    """Add the people of a CSV file or an address book, such as the clients you already have.

    FILE is what a spreadsheet or an address book exports (- is stdin). The first line of a CSV file names the columns,
    in English or Spanish: an address or a phone number, and if you like a name (or first and last name), stage, note,
    source, referred by, tier, outcome, birthday, anniversary, language, time zone, do not contact, client since, last
    contact; other columns are passed over. Of a vCard, names, addresses, numbers, birthdays, anniversaries, language,
    time zone and notes are read; pictures are not.

    Nobody is added twice. Who is known keeps what their record says; what it lacks is filled in. They move only where
    their line names a stage that is further on and they are no client yet.

    A line that cannot be used is told with its number and skipped; the others are added all the same (exit code 1).
    What a cell means that could mean two things (a birthday 5/12/1980) is kept as a note.
    """
    from inboxtriage.service.importing import import_list  # noqa: PLC0415 - `export` needs none of it

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


@command()
@click.argument("file", required=False, default="-", type=click.Path(allow_dash=True))
@click.option("--csv", "as_csv", is_flag=True, help="For spreadsheets; what a file is called else says which.")
@click.option("--vcard", "as_vcard", is_flag=True, help="For address books.")
@pass_session
def export(session: Session, file: str, *, as_csv: bool, as_vcard: bool) -> None:
    """Everybody as a CSV file or an address book, which `inboxtriage lead import` reads back.

    FILE is yours alone (mode 0600); - or nothing is stdout. It holds who people are and where they stand; what was said
    and noted is not in it: `inboxtriage backup` holds everything.
    """
    from inboxtriage.service.journey import exporting  # noqa: PLC0415 - `import` needs none of it

    if as_csv and as_vcard:
        raise UsageProblem("a list is either CSV or an address book", do="leave out --csv or --vcard")
    by_name = Path(file).suffix.lower() in {".vcf", ".vcard"} and not as_csv
    text, people = exporting.export(session.assembly(), "vcard" if as_vcard or by_name else "csv")
    if file == "-":
        sys.stdout.buffer.write(text.encode())
        return
    exporting.save(text, Path(file))
    console.say(f"{people} people are in {file}; it is not encrypted")


@command()
@json_option
@pass_session
def duplicates(session: Session, *, as_json: bool) -> None:
    """People who may be one person on record twice, and why; nothing is merged by itself.

    People whom you linked (a couple, a family) are known to be two.
    """
    from inboxtriage.service.journey.duplicates import suggestions  # noqa: PLC0415 - as above

    found = suggestions(session.assembly())
    if as_json:
        console.document([{"one": pair.one.id, "other": pair.other.id, "why": list(pair.why)} for pair in found])
        return
    if not found:
        console.say("Nobody seems to be on record twice.")
        return
    rows = [[named(pair.one), named(pair.other), "; ".join(pair.why)] for pair in found]
    console.table(["one", "other", "why"], rows, elastic=["one", "other", "why"])
    console.say(f"If they are one person: inboxtriage lead merge {found[0].one.id} {found[0].other.id}")
    console.say(f"If they are two: inboxtriage lead link {found[0].one.id} {found[0].other.id} --as other")


def _read(file: str) -> bytes:
    try:
        if file == "-":
            data = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(file).open("rb") as opened:
                data = opened.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise NotFound(f"there is no file {file}", do="name a CSV or vCard file, or - for stdin") from None
    except OSError as error:
        raise InboxTriageError(
            f"{file} cannot be read ({error.strerror})", do="name a CSV or vCard file, or - for stdin"
        ) from error
    if len(data) > MOST_BYTES:
        raise NoContactList(
            f"more than {MOST_BYTES // 1_000_000} MB are too much for a list of people",
            do="export it without pictures, or in parts",
        )
    return data

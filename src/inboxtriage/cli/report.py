"""`report`: how the practice does, for a terminal, as JSON, or as one page."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from inboxtriage.cli import console
from inboxtriage.cli.session import Session, command, json_option, pass_session
from inboxtriage.errors import UsageProblem

if TYPE_CHECKING:
    from inboxtriage.journey.measures.report import Report
    from inboxtriage.journey.measures.rows import Period
    from inboxtriage.service.assembly import Assembly


@command()
@click.option("--since", metavar="DATE", help="The first day, such as 2026-09-01.  [default: 90 days with the last]")
@click.option("--until", metavar="DATE", help="The last day.  [default: today]")
@click.option("--html", metavar="FILE", help="Write one page with charts, for a browser or a printer (- is stdout).")
@click.option("--force", is_flag=True, help="Replace FILE also where it is no report.")
@json_option
@pass_session
def report(
    session: Session, since: str | None, until: str | None, html: str | None, force: bool, as_json: bool
) -> None:
    """How the practice does: answers against the standard, the funnel, who stays, what it takes.

    Each figure comes with the number of cases behind it; with fewer than five there is "too few to say". Names of
    people are in none of it.
    """
    from inboxtriage.service.journey import report as reporting  # noqa: PLC0415 - its help needs none of it

    if html == "-" and as_json:
        raise UsageProblem("--json and --html - cannot share stdout", do="name a file for the page")
    a = session.assembly()
    period = reporting.period_of(a, since, until)
    found = reporting.report(a, period)
    if html is not None:
        _write_page(a, found, period, html, force=force, quiet=as_json)
    if as_json:
        console.document(_document(a, found, period))
    if as_json or html is not None:
        return
    from inboxtriage.cli.report_text import tell  # noqa: PLC0415

    tell(found, a.settings.practice.name, period)


def _document(a: Assembly, found: Report, period: Period) -> dict[str, Any]:
    """`report --json`: the report's own fields, times as text."""
    made = found.made_at.astimezone(period.zone).isoformat(timespec="seconds")
    head = {"practice": a.settings.practice.name, "timezone": period.zone.key, "made_at": made}
    fields = {name: value for name, value in asdict(found).items() if name != "made_at"}
    fields |= {"since": found.since.isoformat(), "until": found.until.isoformat()}
    fields["retention"] = [{**one, "day": one["day"].isoformat()} for one in fields["retention"]]
    return {**head, **fields}


def _write_page(a: Assembly, found: Report, period: Period, file: str, *, force: bool, quiet: bool) -> None:
    from inboxtriage.page.file import write  # noqa: PLC0415
    from inboxtriage.page.report import page  # noqa: PLC0415

    text = page(found, a.settings.practice.name, period)
    if file == "-":
        sys.stdout.buffer.write(text.encode())
        return
    written = write(file, text, force=force)
    if not quiet:
        console.say(f"written: {written}")

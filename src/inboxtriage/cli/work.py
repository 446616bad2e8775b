"""Working: `poll`, `run` and `send`."""

import math
import signal
import sys
from datetime import date

import click

from inboxtriage.cli import console, documents
from inboxtriage.cli.session import Session, command, json_option, now_of, pass_session
from inboxtriage.errors import UsageProblem
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.intake import PollReport

_MINUTES = 600  # seconds that are told as such


@command()
@click.option(
    "--since", metavar="DATE", help="Also read what arrived from this day on (YYYY-MM-DD), not just what is new."
)
@click.option("--allow-drafts", is_flag=True, help="Write the drafts even if they are more than max_drafts_per_pass.")
@json_option
@pass_session
def poll(session: Session, since: str | None, allow_drafts: bool, as_json: bool) -> int:
    """Read what is new once, sort it, draft replies, log leads."""
    from inboxtriage.service.intake import poll as one_pass  # noqa: PLC0415 - `send` needs none of it

    start = _date(since) if since else None
    a = _with_a_sound_model(session.assembly())
    with console.working("reading the mailboxes"):
        report = one_pass(a, since=start, allow_drafts=allow_drafts)
    return tell_pass(report, as_json=as_json)


def tell_pass(report: PollReport, *, as_json: bool = False) -> int:
    """What a pass found; the exit code, 1 where an account failed."""
    if as_json:
        console.document(documents.poll(report))
    else:
        _tell(report)
    for notice in report.notices:
        console.warn(f"inboxtriage: {notice}")
    if report.held_back:
        console.warn(
            f"inboxtriage: {report.held_back} drafts at once are more than max_drafts_per_pass; everything is stored, "
            "no draft is written: `inboxtriage poll --allow-drafts` writes them"
        )
    if report.touches.held_back:
        console.warn(
            f"inboxtriage: {report.touches.held_back} letters are due at once, more than [journey] letters_per_day; "
            "none is written: `inboxtriage due` lists them, `inboxtriage due --draft` writes them"
        )
    failed = [account for account in report.accounts if account.error]
    for account in failed:
        console.warn(f"inboxtriage: {account.name}: {account.error}")
    return 1 if failed else 0


def _tell(report: PollReport) -> None:
    counts = ", ".join(f"{n} {name}" for name, n in report.dispositions.items() if n)
    console.say(f"{report.fetched} new message(s)" + (f": {counts}" if counts else ""))
    if report.fetched:
        console.say(f"{report.drafts} draft(s), {report.leads_new} new lead(s). Next: inboxtriage review")
    done = report.touches
    if done.written or done.dropped or done.proposed:
        console.say(
            f"{done.written} letter(s) that were due written, {done.dropped} taken back, "
            f"{done.proposed} proposal(s). Next: inboxtriage due"
        )
    if report.answered_elsewhere:
        console.say(f"{report.answered_elsewhere} answered by you elsewhere")


@command()
@pass_session
def run(session: Session) -> None:
    """The daemon: listen for mail, and send what is approved and due.

    Reads each account as soon as its server tells of news (IDLE), and every poll_seconds. Runs in the foreground until
    SIGTERM or Ctrl-C. Sounds alarms ([service] alarm_command, desktop_alarm) when a person is needed.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # until the daemon minds it: nothing is under way yet (G57)
    from inboxtriage.service.daemon.run import run as keep_running  # noqa: PLC0415

    keep_running(_with_a_sound_model(session.assembly()))


@command()
@json_option
@pass_session
def send(session: Session, as_json: bool) -> int:
    """Send now what is approved and due.

    Works whether or not the daemon runs. Mail still inside its undo window stays where it is.
    """
    from inboxtriage.service.sending import send as one_round  # noqa: PLC0415

    a = session.assembly()
    with console.working("sending"):
        report = one_round(a)
    if as_json:
        console.document(documents.send(report))
    else:
        console.say(
            f"{report.sent} sent, {report.deferred} put off, {report.failed} refused, {report.unknown} unknown"
            + (f", {report.recalled} taken back" if report.recalled else "")
            + (f", {report.acknowledged} acknowledged" if report.acknowledged else "")
        )
        _tell_waiting(a)
    for problem in report.problems:
        console.warn(f"inboxtriage: {problem}")
    return 1 if report.failed or report.unknown or report.problems else 0


def _tell_waiting(a: Assembly) -> None:
    """What is approved and not due yet: whoever asked for sending must not think that it left."""
    from inboxtriage.service.departing import is_sending, next_to_leave  # noqa: PLC0415

    if (ahead := next_to_leave(a)) is not None:
        count, first = ahead
        now = now_of(a)
        seconds = math.ceil((first - now).total_seconds())
        soon = f"in {seconds} s" if seconds <= _MINUTES else console.when(first, now)
        again = "" if is_sending(a) else ": `inboxtriage send` again then, as no daemon runs"
        console.say(f"{count} NOT sent yet, the first leaves {soon} at the earliest{again}")


def _with_a_sound_model(a: Assembly) -> Assembly:
    """The same assembly; where the owner's model is damaged or foreign, it is fitted anew from the data first (G55)."""
    if not a.own_model_is_broken:
        return a
    from inboxtriage.service.learning import roll_back, train  # noqa: PLC0415 - only then is scikit-learn needed

    console.warn("inboxtriage: your own model cannot be used; it is fitted anew now, which takes a minute")
    with console.working("training") as progress:
        if train(a, a.clock, progress).refused is not None:
            roll_back(a)
    fresh = a.again()
    a.close()
    return fresh


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageProblem(f"--since: {text!r} is no date", do="write one like 2026-11-01") from None

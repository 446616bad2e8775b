"""Deciding: `approve`, `edit`, `reject`, `relabel`, `snooze`, `undo`, `done`."""

import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from inboxtriage.cli import console
from inboxtriage.cli.session import Session, command, now_of, pass_session
from inboxtriage.errors import InboxTriageError, UsageProblem
from inboxtriage.service import approvals
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.grouping import group_members


@command()
@click.argument("messages", metavar="[ID]...", nargs=-1)
@click.option("--sha256", metavar="H", help="Approve exactly the draft with this digest (one ID only).")
@click.option("--now", is_flag=True, help="Send at once in this process; exit 0 only when the server took it.")
@click.option("--group", metavar="G", help="Approve every draft of a group (see `queue --json`).")
@click.option("--except", "leave_out", metavar="ID", multiple=True, help="Leave this one of the group out.")
@pass_session
def approve(
    session: Session,
    messages: tuple[str, ...],
    sha256: str | None,
    now: bool,
    group: str | None,
    leave_out: tuple[str, ...],
) -> int:
    """Put drafts into the outbox, as they were last shown.

    A draft must be the one that `show` or `queue --json` showed last, or match --sha256. It leaves after
    the undo window; several ids are independent of each other.
    """
    if bool(messages) == bool(group):
        raise UsageProblem("give message ids, or --group", do="`inboxtriage queue` lists them")
    if sha256 and len(messages) != 1:
        raise UsageProblem("--sha256 goes with exactly one id")
    if leave_out and not group:
        raise UsageProblem("--except goes with --group")
    a = session.assembly()
    chosen = group_members(a, group, leave_out) if group else list(dict.fromkeys(messages))
    approved: list[str] = []

    def one(message: str) -> str:
        out = approvals.approve(a, message, sha256=sha256, at_once=now)
        approved.append(out)
        later = "" if now else f"; leaves {_when(a, out)}, `inboxtriage undo {message}` takes it back"
        return f"{message} approved as {out}{later}"

    failed = _each(chosen, one)
    if now and approved:
        failed |= not _send_now(a, approved)
    return 1 if failed else 0


def _when(a: Assembly, out: str) -> str:
    """When an approved mail leaves: after the undo window, or in the morning of whom a letter of ours is for."""
    from inboxtriage.service.outbox import leaves_at  # noqa: PLC0415

    at, now, wait = leaves_at(a, out), now_of(a), a.settings.review.undo_seconds
    return f"in {wait} s" if (at - now).total_seconds() <= wait else f"not before {console.when(at, now)}"


def _send_now(a: Assembly, approved: list[str]) -> bool:
    """Send these mails in this process, or see them sent by the daemon; whether the server took every one."""
    from inboxtriage.service.outbox import sent_of  # noqa: PLC0415
    from inboxtriage.service.sending import send  # noqa: PLC0415 - approving alone needs no network

    with console.working("sending"):
        report = send(a, only=approved)
    for problem in report.problems:
        console.warn(f"inboxtriage: {problem}")
    sent = sent_of(a, approved)
    console.say(f"{sent} of {len(approved)} sent")
    return sent == len(approved)


def _each(chosen: Iterable[str], act: Callable[[str], str]) -> bool:
    """Do something with each message, independently; whether any failed."""
    failed = False
    for which in chosen:
        try:
            console.say(act(which))
        except InboxTriageError as error:
            console.warn(f"inboxtriage: {error}")
            failed = True
    return failed


@command()
@click.argument("message", metavar="ID")
@click.option(
    "--body", metavar="FILE", type=click.Path(allow_dash=True), help="Take the letter from a file (- is stdin)."
)
@click.option("--note", metavar="TEXT", help="Add a personal line.")
@click.option("--to", metavar="ADDR", help="Choose who is answered.")
@pass_session
def edit(session: Session, message: str, body: str | None, note: str | None, to: str | None) -> None:
    """Change a draft, or start one where there is none.

    Without an option it opens the letter in $EDITOR. A gap that is filled no longer blocks the draft.
    """
    from inboxtriage.service import deciding  # noqa: PLC0415 - approving needs no composing

    a = session.assembly()
    text = _read(body) if body else None
    if text is None and note is None and to is None:
        text = _in_editor(a, message)
    blocked = deciding.edit(a, message, body=text, note=note, to=to)
    console.say(f"{message} edited: `inboxtriage show {message}`, then approve")
    for reason in blocked:
        console.warn(f"inboxtriage: {message} is blocked still: {reason}")


def _read(path: str) -> str:
    try:
        return sys.stdin.buffer.read().decode() if path == "-" else Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageProblem(f"--body: {path} cannot be read ({error})", do="give a UTF-8 text file") from error


def _in_editor(a: Assembly, message: str) -> str:
    from inboxtriage.service.queue import whole  # noqa: PLC0415

    if not sys.stdin.isatty():
        raise UsageProblem("there is no terminal to open an editor in", do="give --body, --note or --to")
    waiting = whole(a, message).entry.draft
    try:
        text = click.edit(waiting.draft.body if waiting else "", extension=".txt", require_save=True)
    except click.ClickException as error:
        raise UsageProblem(error.message, do="set EDITOR to an editor that works, or give --body FILE") from error
    if text is None:
        raise UsageProblem("the editor was left without saving; nothing was changed")
    return text


@command()
@click.argument("message", metavar="ID")
@click.option("--reason", metavar="T", help="Why, for your own record.")
@pass_session
def reject(session: Session, message: str, reason: str | None) -> None:
    """Settle a message without an answer."""
    from inboxtriage.service import deciding  # noqa: PLC0415

    deciding.reject(session.assembly(), message, reason)
    console.say(f"{message} rejected; `inboxtriage undo {message}` takes it back")


@command()
@click.argument("message", metavar="ID")
@click.argument("values", metavar="VALUE...", nargs=-1, required=True)
@pass_session
def relabel(session: Session, message: str, values: tuple[str, ...]) -> None:
    """Say what a message really is; its draft is written anew.

    VALUE is any category (insurance, availability, scheduling, fit), or one of none, urgent, not-urgent, automated,
    person, vendor, spam, client. It becomes an example for `inboxtriage train`.
    """
    from inboxtriage.service import deciding  # noqa: PLC0415

    verdict = deciding.relabel(session.assembly(), message, [value.lower() for value in values])
    about = ", ".join(verdict.labels) or "nothing"
    console.say(f"{message} is {verdict.disposition} now ({verdict.kind}), asks about {about}")


@command()
@click.argument("message", metavar="ID")
@click.argument("until", metavar="DATE")
@pass_session
def snooze(session: Session, message: str, until: str) -> None:
    """Hide a message until a date."""
    from inboxtriage.service import deciding  # noqa: PLC0415

    a = session.assembly()
    zone = ZoneInfo(a.settings.practice.timezone)
    try:
        moment = datetime.fromisoformat(until)
    except ValueError:
        raise UsageProblem(f"{until!r} is no date", do="write one like 2026-11-30") from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    deciding.snooze(a, message, moment)
    console.say(f"{message} comes back {console.when(moment, now_of(a))}")


@command()
@click.argument("message", metavar="ID")
@pass_session
def undo(session: Session, message: str) -> None:
    """Take back the last approve, reject, snooze, relabel or done."""
    from inboxtriage.service import deciding  # noqa: PLC0415

    kind = deciding.undo(session.assembly(), message)
    console.say(f"{message}: {kind} undone")


@command()
@click.argument("message", metavar="ID")
@click.option("--how", type=click.Choice(["phone", "elsewhere", "none"]), required=True, help="How it was dealt with.")
@click.option("--note", metavar="T", help="What was said.")
@pass_session
def done(session: Session, message: str, how: str, note: str | None) -> None:
    """Finish a message that was dealt with without a mail of ours."""
    from inboxtriage.service import deciding  # noqa: PLC0415

    deciding.done(session.assembly(), message, how, note)
    console.say(f"{message} done; `inboxtriage undo {message}` takes it back")

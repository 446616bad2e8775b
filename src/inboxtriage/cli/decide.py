"""Deciding: `approve`, `edit`, `reject`, `relabel`, `snooze`, `undo`, `done`."""

import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from inboxtriage.cli import console
from inboxtriage.cli.session import Session, command, now_of, pass_session
from inboxtriage.errors import InboxTriageError, UsageProblem
from inboxtriage.service import approvals
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.backlog.cards import to_approve
from inboxtriage.service.queue import Entry


@command()
@click.argument("messages", metavar="[ID]...", nargs=-1)
@click.option("--sha256", metavar="H", help="Approve exactly the draft with this digest (one ID only).")
@click.option("--now", is_flag=True, help="Send at once in this process; exit 0 only when the server took it.")
@click.option("--group", metavar="G", help="Approve every draft of a group (`queue` names it).")
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
    the undo window; several ids are independent of each other. A group is read with `show G`; where it has changed
    since, or one of its letters was not shown, none of it is approved.
    """
    if bool(messages) == bool(group):
        raise UsageProblem("give message ids, or --group", do="`inboxtriage queue` lists them")
    if sha256 and len(messages) != 1:
        raise UsageProblem("--sha256 goes with exactly one id")
    if leave_out and not group:
        raise UsageProblem("--except goes with --group")
    a = session.assembly()
    chosen = to_approve(a, group, leave_out) if group else list(dict.fromkeys(messages))
    approved: list[str] = []

    def one(message: str) -> str:
        out = approvals.approve(a, message, sha256=sha256, at_once=now)
        approved.append(out)
        later = "" if now else f"; {_leaves(a, out)}; `inboxtriage undo {message}` takes it back"
        return f"{message} approved as {out}{later}"

    failed = _each(chosen, one)
    if now and approved:
        failed |= not _send_now(a, approved)
    return 1 if failed else 0


def _leaves(a: Assembly, out: str) -> str:
    """When an approved mail leaves, after the undo window or in the morning of whom it is for, and what sends it."""
    from inboxtriage.service.departing import departure, just_approved  # noqa: PLC0415

    return just_approved(departure(a, out), now_of(a), console.when, a.settings.review.undo_seconds)


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
    if body is None and note is None and to is None:
        blocked = _in_editor(a, message)
    else:
        blocked = deciding.edit(a, message, body=_read(body) if body else None, note=note, to=to)
    console.say(f"{message} edited: `inboxtriage show {message}`, then approve")
    for reason in blocked:
        console.warn(f"inboxtriage: {message} is blocked still: {reason}")


def _read(path: str) -> str:
    try:
        return sys.stdin.buffer.read().decode() if path == "-" else Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageProblem(f"--body: {path} cannot be read ({error})", do="give a UTF-8 text file") from error


def _in_editor(a: Assembly, message: str) -> tuple[str, ...]:
    """Change a letter in an editor; what still blocks it. What was written is shown where it could not be kept."""
    from inboxtriage.service import deciding  # noqa: PLC0415 - as above
    from inboxtriage.service.queue import whole  # noqa: PLC0415

    if not sys.stdin.isatty():
        raise UsageProblem("there is no terminal to open an editor in", do="give --body, --note or --to")
    entry = whole(a, message).entry
    text = in_editor(entry)
    try:
        return deciding.edit(a, message, body=text, seen=entry.seen)
    except InboxTriageError:
        console.say("What you wrote was not kept. Here it is:")
        console.paragraph(text)
        raise


def in_editor(entry: Entry) -> str:
    """The letter of an entry as it was saved. Raises UsageProblem where nothing was."""
    waiting = entry.draft
    try:
        text = click.edit(waiting.draft.body if waiting else "", extension=".txt", require_save=True)
    except click.ClickException as error:
        raise UsageProblem(error.message, do="set EDITOR to an editor that works, or give --body FILE") from error
    if text is None:
        raise UsageProblem("the editor was left without saving; nothing was changed")
    return text


@command()
@click.argument("messages", metavar="ID...", nargs=-1, required=True)
@click.option("--reason", metavar="T", help="Why, for your own record.")
@pass_session
def reject(session: Session, messages: tuple[str, ...], reason: str | None) -> int:
    """Settle messages without an answer.

    Several ids are independent of each other.
    """
    from inboxtriage.service import deciding  # noqa: PLC0415

    a = session.assembly()

    def one(message: str) -> str:
        deciding.reject(a, message, reason)
        return f"{message} rejected; `inboxtriage undo {message}` takes it back"

    return 1 if _each(dict.fromkeys(messages), one) else 0


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
    moment = moment_given(a, until)
    deciding.snooze(a, message, moment)
    console.say(f"{message} comes back {console.when(moment, now_of(a))}")


def moment_given(a: Assembly, text: str) -> datetime:
    """The moment that somebody typed, in the practice's zone where they named none. Raises UsageProblem."""
    try:
        said = datetime.fromisoformat(text)
        moment = said if said.tzinfo else said.replace(tzinfo=ZoneInfo(a.settings.practice.timezone))
        moment.astimezone(UTC)  # as it is stored: the last hours of the year 9999 are none there
    except (ValueError, OverflowError):
        raise UsageProblem(f"{text!r} is no date", do="write one like 2026-11-30") from None
    return moment


@command()
@click.argument("message", metavar="ID")
@pass_session
def undo(session: Session, message: str) -> None:
    """Take back the last approve, reject, snooze, relabel or done."""
    from inboxtriage.service import deciding  # noqa: PLC0415

    kind = deciding.undo(session.assembly(), message)
    console.say(f"{message}: {kind} undone")


@command()
@click.argument("messages", metavar="ID...", nargs=-1, required=True)
@click.option("--how", type=click.Choice(["phone", "elsewhere", "none"]), required=True, help="How it was dealt with.")
@click.option("--note", metavar="T", help="What was said.")
@pass_session
def done(session: Session, messages: tuple[str, ...], how: str, note: str | None) -> int:
    """Finish messages that were dealt with without a mail of ours.

    Several ids are independent of each other.
    """
    from inboxtriage.service import deciding  # noqa: PLC0415

    a = session.assembly()

    def one(message: str) -> str:
        deciding.done(a, message, how, note)
        return f"{message} done; `inboxtriage undo {message}` takes it back"

    return 1 if _each(dict.fromkeys(messages), one) else 0

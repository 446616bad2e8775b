"""What is due with people: `due`, `unanswered`, `digest`."""

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from inboxtriage.cli import console, people_documents
from inboxtriage.cli.session import Session, at_once, command, json_option, now_of, pass_session
from inboxtriage.errors import UsageProblem
from inboxtriage.service.backlog.words import DUE_NOW
from inboxtriage.service.journey.due import Due

if TYPE_CHECKING:
    from inboxtriage.service.unanswered import Unanswered

_LONGEST_LOOK = 3_660  # days


@click.group(invoke_without_command=True)
@click.option("--days", metavar="N", type=int, default=0, help="Also what comes due within so many days.")
@click.option("--draft", is_flag=True, help="Write the letters that are due now, however many.")
@json_option
@click.option("--debug", is_flag=True, expose_value=False, help="Show the whole traceback of an error.")
@click.pass_context
def due(ctx: click.Context, days: int, draft: bool, as_json: bool) -> None:
    """Who is to be written to or called now, why, and which letter waits; promises and open questions too.

    The plan of the journey says when (docs/journey.md). What has a letter becomes a draft in the queue by itself, with
    `poll` or the daemon; what has none is done by hand and settled with `due done`.
    """
    if ctx.invoked_subcommand is not None:
        return
    if not 0 <= days <= _LONGEST_LOOK:
        raise UsageProblem(f"--days: {days} is out of reach", do=f"give a number from 0 to {_LONGEST_LOOK}")
    from inboxtriage.service.journey import due as dues  # noqa: PLC0415 - `due --help` needs none of it
    from inboxtriage.service.journey import touches  # noqa: PLC0415

    a = ctx.find_object(Session).assembly()  # type: ignore[union-attr]
    if draft:
        done = touches.tend(a, room=0, all_at_once=True)
        for notice in done.notices:
            console.warn(f"inboxtriage: {notice}")
        if not as_json:
            console.say(f"{done.written} letter(s) written." + (" Next: inboxtriage queue" if done.written else ""))
    at_once()
    people = touches.everyone(a)
    found = dues.due(a, days=days, people=people)
    if as_json:
        console.document(people_documents.due(found, ZoneInfo(a.settings.practice.timezone)))
        return
    _tell(found, now_of(a), days)
    unwritten = len(touches.waiting_to_be_written(a, people))
    if unwritten > a.settings.journey.letters_per_day and a.settings.journey.draft_touches:
        console.say(
            f"{unwritten} letters at once are more than letters_per_day: none is written by itself, "
            "`inboxtriage due --draft` writes them"
        )


@due.command(name="done")
@click.argument("who", metavar="ID|ADDRESS")
@click.argument("touch")
@click.option("--note", default="", help="How it went.")
@pass_session
def done(session: Session, who: str, touch: str, note: str) -> None:
    """Say that a touch was seen to by hand: a call, a card. It counts as contact; a waiting letter is put away."""
    _settle(session, who, touch, note, did=True)


@due.command(name="skip")
@click.argument("who", metavar="ID|ADDRESS")
@click.argument("touch")
@click.option("--note", default="", help="Why not.")
@pass_session
def skip(session: Session, who: str, touch: str, note: str) -> None:
    """Let a touch be this time; a waiting letter is put away. It comes round again as the plan says."""
    _settle(session, who, touch, note, did=False)


def _settle(session: Session, who: str, touch: str, note: str, *, did: bool) -> None:
    from inboxtriage.service.journey import touches  # noqa: PLC0415
    from inboxtriage.service.leads import find  # noqa: PLC0415

    a = session.assembly()
    lead = find(a, who).lead
    settled = touches.settle(a, lead, touch, done=did, note=note)
    away = f"; {settled.draft} is put away" if settled.draft else ""
    console.say(f"{lead.id}: {settled.name} {'done' if did else 'skipped'}{away}")


def _tell(found: list[Due], now: datetime, days: int) -> None:
    if not found:
        console.say(
            f"Nothing is due within {days} day(s)." if days else "Nothing is due. Ahead: inboxtriage due --days 30"
        )
        return
    console.table(
        ["id", "who", "stage", "tier", "due", "what", "why", "draft"],
        [
            [
                one.lead.id,
                one.lead.name or one.lead.address or one.lead.phone or "",
                one.stage,
                one.tier or "",
                "overdue" if one.overdue and one.kind != "proposal" else console.when(one.due_at, now),
                one.touch or one.kind,
                one.why,
                one.draft or one.problem or ("" if one.letter else "by hand" if one.kind == "touch" else ""),
            ]
            for one in found
        ],
        elastic=["who", "why", "draft"],
    )
    waiting = sum(1 for one in found if one.draft)
    console.say(f"{len(found)} due, {waiting} with a letter in the queue (`inboxtriage show ID`)")
    if any(one.kind == "proposal" for one in found):
        console.say("To decide: `inboxtriage lead take ID`, or `lead dismiss ID`")


@command()
@json_option
@pass_session
def unanswered(session: Session, as_json: bool) -> None:
    """People who wrote and have no answer yet, the longest waiting first.

    Each with why. Below it how every folder of the mailbox adds up, and everybody who wrote: whoever is not named here
    was answered, or settled by you.
    """
    from inboxtriage.service import reckoning  # noqa: PLC0415 - `due` needs none of it
    from inboxtriage.service.unanswered import unanswered as look  # noqa: PLC0415

    a = session.assembly()
    found = look(a)
    if as_json:
        console.document(people_documents.unanswered(found, ZoneInfo(a.settings.practice.timezone)))
        return
    now = now_of(a)
    if found:
        _tell_unanswered(found, now)
    counted = reckoning.people(a)
    day = console.day(counted.since.astimezone(now.tzinfo).date(), now) if counted.since else ""
    console.say(reckoning.in_a_line(counted, day))
    several = len(a.settings.accounts) > 1
    for folder in reckoning.folders(a):
        where = f"{folder.account}, " if several else ""
        if folder.tally is None:
            console.say(f"{folder.account}: {folder.problem}")
        else:
            console.say(f"{where}{folder.tally.folder}: {reckoning.adds_up(folder.tally)}")


def _tell_unanswered(found: list["Unanswered"], now: datetime) -> None:
    urgent = [one for one in found if one.urgent]
    if urgent:
        console.heading(f"URGENT: reads as danger, {DUE_NOW}")
        _tell_people(urgent, now)
        if len(urgent) < len(found):
            console.say()
            console.heading("Everybody else, the longest waiting first")
    _tell_people([one for one in found if not one.urgent], now)
    console.say(f"{len(found)} without an answer: `inboxtriage show ID`")


def _tell_people(found: list["Unanswered"], now: datetime) -> None:
    for one in found:
        who = one.address or one.phone or "unknown"
        about = f", about {', '.join(one.labels)}" if one.labels else ""
        console.say(
            f"{console.when(one.since, now)}  {one.queue_id}  {f'{one.name} ({who})' if one.name else who}{about}"
        )
        console.paragraph(one.why, indent="    ")


@command()
@json_option
@pass_session
def digest(session: Session, as_json: bool) -> None:
    """The list of the week: who waits, who is due, promises, dates, and whether anybody is forgotten.

    The daemon writes it once a week into digest.txt in the store's folder ([journey] digest), for nobody but you.
    """
    from inboxtriage.service.journey import digest as weekly  # noqa: PLC0415

    a = session.assembly()
    found = weekly.digest(a)
    if as_json:
        console.document(people_documents.digest(found, ZoneInfo(a.settings.practice.timezone)))
        return
    console.paragraph(weekly.text(a, found).rstrip(), indent="")

"""`lead letter`, `script`."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from inboxtriage.cli import console
from inboxtriage.cli.letter import script_document, tell_script
from inboxtriage.cli.session import Session, command, json_option, pass_session
from inboxtriage.errors import UsageProblem
from inboxtriage.journey.stage import STAGES
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.leads import LeadView, stage_given


@command()
@click.argument("who", metavar="ID|ADDRESS")
@click.argument("name", metavar="[NAME]", required=False)
@click.option("--say", metavar="BLANK=TEXT", multiple=True, help="Fill in a blank; given again it adds a line.")
@click.option(
    "--lang", "--language", "language", metavar="CODE", help="The letter's language, such as es.  [default: theirs]"
)
@click.option("--due", metavar="DATE", help="By when it should leave.")
@json_option
@pass_session
def letter(
    session: Session,
    who: str,
    name: str | None,
    say: tuple[str, ...],
    language: str | None,
    due: str | None,
    as_json: bool,
) -> None:
    """Write a letter to somebody; it waits in the queue for your approval.

    Without NAME: the letters of the stage they are at, and the blanks of each. What only you can say is a blank: one
    that is needed and not filled in leaves a gap, and the letter cannot be approved before. While a letter of that name
    waits, --say fills in its blanks; no second one is written.
    """
    from inboxtriage.service.journey import by_hand  # noqa: PLC0415 - `lead list` needs no composing

    a = session.assembly()
    if name is None:
        if say or language or due:
            raise UsageProblem("which letter?", do=f"`inboxtriage lead letter {who}` lists them")
        view, choices = by_hand.choices(a, who)
        if as_json:
            console.document(_document(view, choices))
        else:
            _tell(view, choices)
        return
    until = _day(a, due) if due else None
    written = by_hand.write(a, who, name, said=by_hand.said_of(say), language=language, due_at=until)
    if as_json:
        view, choices = by_hand.choices(a, who)
        document = _document(view, [one for one in choices if one.name == name])
        console.document({**document, "id": written.id, "blocked": list(written.blocked)})
        return
    console.say(
        f"{name} {'was filled in' if written.waited else 'waits'} as {written.id}: "
        f"`inboxtriage show {written.id}`, then approve"
    )
    for reason in written.blocked:
        console.warn(f"inboxtriage: {written.id} is blocked still: {reason}")


def _tell(view: LeadView, choices: Any) -> None:
    console.heading(f"{view.lead.id}  {view.lead.name or view.lead.address or ''}, stage {view.stage}")
    console.table(
        ["letter", "what", "waits as", "blanks (* needed)"],
        [
            [
                one.name,
                one.title,
                one.waits_as or "-",
                ", ".join(f"{blank.name}{'*' if blank.needed else ''}" for blank in one.blanks) or "-",
            ]
            for one in choices
            if one.of_stage
        ],
        elastic=["what", "blanks (* needed)"],
    )
    others = [one.name for one in choices if not one.of_stage]
    if others:
        console.items(others, before="Of other stages: ")
    console.say(f"`inboxtriage lead letter {view.lead.id} NAME --say BLANK=TEXT`")


def _document(view: LeadView, choices: Any) -> dict[str, Any]:
    return {
        "lead": view.lead.id,
        "stage": view.stage,
        "letters": [asdict(one) for one in choices],
        "id": None,
        "blocked": [],
    }


def _day(a: Assembly, text: str) -> datetime:
    """The beginning of a day in the practice's zone. Raises UsageProblem."""
    zone = ZoneInfo(a.settings.practice.timezone)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageProblem(f"{text!r} is no date", do="write one like 2026-11-30") from None
    if day < a.clock.now().astimezone(zone).date():
        raise UsageProblem(f"{text} is past", do="give today or a later date")
    return datetime(day.year, day.month, day.day, tzinfo=zone)


@command()
@click.argument("who", metavar="[ID|ADDRESS]", required=False)
@click.option("--stage", metavar="STAGE", help=f"The script for a stage: {', '.join(STAGES)}.")
@click.option("--for", "name", metavar="NAME", help="A script by its name, such as goodbye.")
@click.option("--lang", "--language", "language", metavar="CODE", help="Its language, such as es.  [default: theirs]")
@json_option
@pass_session
def script(
    session: Session, who: str | None, stage: str | None, name: str | None, language: str | None, as_json: bool
) -> None:
    """What to say on the phone, with what they asked and your own facts.

    For one person, or without ID for whoever calls. It is printed and never mailed.
    """
    from inboxtriage.service.journey import calling  # noqa: PLC0415 - as above

    if stage and name:
        raise UsageProblem("--stage and --for both name a script", do="give one of them")
    a = session.assembly()
    call = calling.call(a, who, name=name, stage=stage_given(stage) if stage else None, language=language)
    text = call.script
    if as_json:
        console.document(
            {
                "lead": call.lead.lead.id if call.lead else None,
                "phone": call.caller.phone,
                "urgent": call.caller.urgent,
                "questions": [asdict(one) for one in call.caller.questions],
                "words": [{"label": one.label, "text": one.text} for one in call.words],
                "script": script_document(text),
            }
        )
        return
    console.heading(text.title)
    if call.lead is not None:
        lead = call.lead.lead
        console.fact("with", " ".join(part for part in (lead.id, lead.name, lead.phone, lead.address) if part))
        for one in call.words:
            console.fact("", f"{one.label}: “{one.text}”")
    console.say()
    tell_script(text)
    if call.lead is not None:
        console.fact("next", f"inboxtriage lead note {call.lead.lead.id} TEXT   (what was said and agreed)")

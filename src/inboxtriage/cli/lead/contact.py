"""`lead contact`, `date`, `zone`, `language`: whether, when and how somebody is written to."""

import click

from inboxtriage.cli import console
from inboxtriage.cli.session import Session, command, pass_session


@command()
@click.argument("who", metavar="ID|ADDRESS")
@click.argument("may", type=click.Choice(["yes", "no"]))
@click.option("--note", default="", help="What they said.")
@pass_session
def contact(session: Session, who: str, may: str, note: str) -> None:
    """Say whether a person may be written to.

    With "no" nothing goes to them any more, whatever it is: what waits is blocked, what was approved is taken back.
    Nothing is lost; "yes" lifts it.
    """
    from inboxtriage.service.journey.contact import may_be_written_to  # noqa: PLC0415

    lead, recalled, too_late = may_be_written_to(session.assembly(), who, may=may == "yes", note=note)
    back = f"; {recalled} approved letter(s) taken back" if recalled else ""
    console.say(f"{lead.id} may {'not ' if may == 'no' else ''}be written to{back}")
    for item in too_late:
        console.warn(f"inboxtriage: the letter of {item} is on its way already: `inboxtriage outbox` shows it")


@command()
@click.argument("who", metavar="ID|ADDRESS")
@click.argument("what")
@click.argument("day", metavar="DAY|none")
@pass_session
def date(session: Session, who: str, what: str, day: str) -> None:
    """Remember a day of a person's year: birthday, anniversary, or one of your own.

    DAY is 1980-05-12, or 05-12 where the year is not known; "none" takes it out.
    """
    from inboxtriage.service.journey import contact as known  # noqa: PLC0415

    lead, kept = known.date(session.assembly(), who, what, day)
    console.say(f"{lead.id}: {what.lower()} {kept.removeprefix('--') or 'taken out'}")


@command()
@click.argument("who", metavar="ID|ADDRESS")
@click.argument("name", metavar="ZONE|none")
@pass_session
def zone(session: Session, who: str, name: str) -> None:
    """Say on which clock a person lives, so that letters arrive at decent hours there."""
    from inboxtriage.service.journey import contact as known  # noqa: PLC0415

    lead = known.zone(session.assembly(), who, name)
    console.say(f"{lead.id}: {name}")


@command()
@click.argument("who", metavar="ID|ADDRESS")
@click.argument("code", metavar="LANGUAGE|none")
@pass_session
def language(session: Session, who: str, code: str) -> None:
    """Say in which language a person is written to, as its two letters."""
    from inboxtriage.service.journey import contact as known  # noqa: PLC0415

    lead = known.language(session.assembly(), who, code)
    console.say(f"{lead.id}: {code.lower()}")

"""`lead note`, `log`, `lessons`, `testimonial`, `consent`, `testimonials`."""

from zoneinfo import ZoneInfo

import click

from inboxtriage.cli import console
from inboxtriage.cli.documents import Documents
from inboxtriage.cli.session import Session, command, json_option, now_of, pass_session
from inboxtriage.errors import UsageProblem
from inboxtriage.journey.testimonials import TESTIMONIAL
from inboxtriage.service.journey import feedback, notes

_WHO = click.argument("who", metavar="ID|ADDRESS")
_ON = click.option("--on", metavar="DATE", help="Its day, YYYY-MM-DD.  [default: today]")


@command()
@_WHO
@click.argument("words", metavar="TEXT")
@click.option("--kind", default="", metavar="KIND", help=f"What it is: {', '.join(notes.KINDS)}.")
@_ON
@pass_session
def note(session: Session, who: str, words: str, kind: str, on: str | None) -> None:
    """Write something down about a person."""
    view = notes.note(session.assembly(), who, words, kind, on)
    console.say(f"{kind or 'noted'} for {view.lead.id}" + (f", {on}" if on else ""))


@command()
@_WHO
@click.argument("what", metavar="WHAT")
@click.argument("number", required=False)
@click.option("--note", "words", default="", help="What it was about.")
@_ON
@pass_session
def log(session: Session, who: str, what: str, number: str | None, words: str, on: str | None) -> None:
    """Log a call, a meeting, hours or revenue.

    WHAT is call, meeting, hours or revenue; the last two need a NUMBER. A call and a meeting are contacts, from which
    it is counted when you next get in touch.
    """
    view, kept = notes.log(session.assembly(), who, what, number, words, on)
    console.say(f"{what} logged for {view.lead.id}" + (f": {kept}" if kept else ""))


@command()
@json_option
@pass_session
def lessons(session: Session, as_json: bool) -> None:
    """Every lesson that was noted, the latest first."""
    found = notes.lessons(session.assembly())
    if as_json:
        console.document([{"lead": one.lead.id, "on": one.on.isoformat(), "words": one.words} for one in found])
        return
    for one in found:
        console.say(f"{one.on.isoformat()}  {one.lead.id}: {one.words}")
    if not found:
        console.say("No lesson is noted: `inboxtriage lead note ID TEXT --kind lesson`")


@command()
@_WHO
@click.argument("words", required=False, metavar="[TEXT]")
@click.option(
    "--from", "mail", metavar="MESSAGE", help="Take their own words from this mail; with TEXT only that part."
)
@pass_session
def testimonial(session: Session, who: str, words: str | None, mail: str | None) -> None:
    """Keep what somebody said for others to read.

    It is shown nowhere before they agreed to it: `lead consent`.
    """
    view = feedback.keep(session.assembly(), who, words, mail)
    console.say(
        f"kept for {view.lead.id}; what they agree to: `inboxtriage lead consent {view.lead.id} {TESTIMONIAL} --to USE`"
    )


@command()
@_WHO
@click.argument("what", type=click.Choice([TESTIMONIAL]), metavar="testimonial")
@click.option("--to", "use", metavar="USE", help='To what they agreed: "website, first name".')
@click.option("--withdraw", is_flag=True, help="They agree to nothing any more.")
@pass_session
def consent(session: Session, who: str, what: str, use: str | None, withdraw: bool) -> None:
    """Record to which use of their words somebody agreed."""
    if withdraw == (use is not None):
        raise UsageProblem("give --to or --withdraw")
    a = session.assembly()
    view = feedback.consent(a, who, use) if use is not None else feedback.withdraw(a, who)
    console.say(f"{view.lead.id}, {what}: " + (f"agreed to {use}" if use is not None else "agreed to nothing any more"))


@command()
@json_option
@pass_session
def testimonials(session: Session, as_json: bool) -> None:
    """What may be shown: the testimonials with consent."""
    a = session.assembly()
    found, without = feedback.usable(a)
    if as_json:
        documents = Documents(ZoneInfo(a.settings.practice.timezone))
        console.document(
            [
                {
                    "lead": one.lead.id,
                    "name": one.lead.name,
                    "words": one.testimonial.words,
                    "consent": one.testimonial.consent,
                    "at": documents.time(one.testimonial.at),
                    "cause": one.testimonial.cause,
                }
                for one in found
            ]
        )
        return
    now = now_of(a)
    for one in found:
        console.heading(f"{one.lead.id}  {one.lead.name or ''}  {console.when(one.testimonial.at, now)}")
        console.fact("consent", one.testimonial.consent or "")
        console.paragraph(one.testimonial.words)
    if without:
        console.say(f"{without} more may not be shown: nobody agreed to it (`inboxtriage lead consent`)")
    elif not found:
        console.say("No testimonial is kept: `inboxtriage lead testimonial ID TEXT`")

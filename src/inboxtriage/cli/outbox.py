"""What is on its way: `outbox` and `resolve`."""

from datetime import datetime
from zoneinfo import ZoneInfo

import click

from inboxtriage.cli import console
from inboxtriage.cli.documents import Documents
from inboxtriage.cli.session import Session, command, json_option, now_of, pass_session
from inboxtriage.errors import UsageProblem
from inboxtriage.outbox.outgoing import DUE, Outgoing
from inboxtriage.service.departing import NOBODY_SENDS, is_sending


@command()
@json_option
@pass_session
def outbox(session: Session, as_json: bool) -> None:
    """What is on its way, and how it went."""
    from inboxtriage.service.outbox import everything  # noqa: PLC0415

    a = session.assembly()
    mails = everything(a)
    if as_json:
        documents = Documents(ZoneInfo(a.settings.practice.timezone))
        console.document([documents.outgoing(mail) for mail in mails])
        return
    if not mails:
        console.say("The outbox is empty: nothing was approved yet.")
        return
    now, running = now_of(a), is_sending(a)
    console.table(
        ["id", "message", "state", "to", "subject", "leaves", "last reply"],
        [[m.id, m.item, m.state, m.to, m.subject, _leaves(m, now, running=running), m.last_reply or ""] for m in mails],
        elastic=["to", "subject", "last reply"],
        whole=["message", "state", "to", "leaves"],
        styles=[
            {"unknown": "bold red", "failed": "red", "sent": "dim", "cancelled": "dim"}.get(m.state) for m in mails
        ],
    )
    if not running and (waits := sum(m.state in DUE for m in mails)):
        console.say(f"{waits} not sent yet, and {NOBODY_SENDS} sends what is due.")


def _leaves(mail: Outgoing, now: datetime, *, running: bool) -> str:
    if mail.state not in DUE:
        return "-"
    if mail.not_before > now:
        return console.when(mail.not_before, now)
    return "now" if running else f"was due {console.when(mail.not_before, now)}"


@command()
@click.argument("mail", metavar="ID")
@click.option("--sent", is_flag=True, help="You know that it arrived.")
@click.option("--resend", is_flag=True, help="You know that it did not arrive: send it again.")
@pass_session
def resolve(session: Session, mail: str, sent: bool, resend: bool) -> None:
    """Settle a send whose end is unknown.

    Without an option it looks into the Sent folder; without proof there it asks you to choose.
    """
    from inboxtriage.service.resolving import resolve as settle  # noqa: PLC0415

    if sent and resend:
        raise UsageProblem("--sent and --resend exclude each other")
    settled, why = settle(session.assembly(), mail, sent=sent, resend=resend)
    console.say(f"{settled.id} is {settled.state}: {why}")

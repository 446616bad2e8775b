"""What is on its way: `outbox` and `resolve`."""

from datetime import datetime
from zoneinfo import ZoneInfo

import click

from inboxtriage.cli import console
from inboxtriage.cli.documents import Documents
from inboxtriage.cli.session import Session, command, json_option, now_of, pass_session
from inboxtriage.errors import UsageProblem
from inboxtriage.outbox.outgoing import DUE, Outgoing


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
    now = now_of(a)
    console.table(
        ["id", "message", "state", "to", "subject", "leaves", "last reply"],
        [[m.id, m.item, m.state, m.to, m.subject, _leaves(m, now), m.last_reply or ""] for m in mails],
        elastic=["to", "subject", "last reply"],
        styles=[
            {"unknown": "bold red", "failed": "red", "sent": "dim", "cancelled": "dim"}.get(m.state) for m in mails
        ],
    )


def _leaves(mail: Outgoing, now: datetime) -> str:
    return console.when(mail.not_before, now) if mail.state in DUE else "-"


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

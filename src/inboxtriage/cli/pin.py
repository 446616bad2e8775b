"""Rules of one's own for senders: `pin list`, `add`, `remove`."""

from zoneinfo import ZoneInfo

import click

from inboxtriage.cli import console
from inboxtriage.cli.documents import Documents
from inboxtriage.cli.session import Session, command, json_option, now_of, pass_session
from inboxtriage.service import pinning


@click.group()
def pin() -> None:
    """Rules of your own for a sender or a domain, which beat the classifier."""


@command(name="list")
@json_option
@pass_session
def list_(session: Session, as_json: bool) -> None:
    """Every pin, with how often it was used."""
    a = session.assembly()
    found = pinning.everything(a)
    if as_json:
        console.document(Documents(ZoneInfo(a.settings.practice.timezone)).pins(found))
        return
    if not found:
        console.say("Nobody is pinned: `inboxtriage pin add a@b.org ignore`")
        return
    now = now_of(a)
    console.table(
        ["who", "rule", "used", "since", "state"],
        [
            [
                one.who,
                one.rule,
                str(one.hits),
                console.when(one.at, now),
                f"lifted {console.when(one.lifted_at, now)}: you wrote to them" if one.lifted_at else "in force",
            ]
            for one in found
        ],
        elastic=["who", "state"],
    )


@command()
@click.argument("who", metavar="ADDRESS|@DOMAIN")
@click.argument("rule", metavar="ignore|read|client")
@pass_session
def add(session: Session, who: str, rule: str) -> None:
    """Pin a sender, or a whole domain.

    Their mail is then ignored, always left to you, or taken for a client's. What reads as danger stays urgent.
    A pin is lifted for whomever you write to.
    """
    made = pinning.pin(session.assembly(), who, rule)
    console.say(f"{made.who} is pinned to {made.rule}, from the next mail on")


@command()
@click.argument("who", metavar="ADDRESS|@DOMAIN")
@pass_session
def remove(session: Session, who: str) -> None:
    """Forget a pin."""
    pinning.unpin(session.assembly(), who)
    console.say(f"{who} is pinned no more")


for _command in (list_, add, remove):
    pin.add_command(_command)

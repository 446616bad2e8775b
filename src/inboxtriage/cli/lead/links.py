"""`lead referred`, `link`, `unlink`, and what `lead show` says of them."""

import click

from inboxtriage.cli import console
from inboxtriage.cli.session import Session, command, pass_session
from inboxtriage.journey.lead import Lead
from inboxtriage.service.journey import links
from inboxtriage.service.journey.links import Relations


@command()
@click.argument("who", metavar="ID|ADDRESS")
@click.option("--by", required=True, help="Who sent them: a lead's id, address or full name, other words, or none.")
@pass_session
def referred(session: Session, who: str, by: str) -> None:
    """Say by whose word somebody came; a letter of thanks to them is then due.

    The letter never names whom they sent.
    """
    lead, kept = links.refer(session.assembly(), who, by)
    console.say(f"{lead.id} came by the word of {kept}" if kept else f"{lead.id}: nobody is named as having sent them")


@command()
@click.argument("one", metavar="ID|ADDRESS")
@click.argument("other", metavar="ID|ADDRESS")
@click.option("--as", "tie", required=True, help="What they are to each other: couple, family, colleague or other.")
@pass_session
def link(session: Session, one: str, other: str, tie: str) -> None:
    """Link two people: a couple, a family, colleagues. Each keeps letters of their own."""
    first, second = links.link(session.assembly(), one, other, tie)
    console.say(f"{first.id} and {second.id} are linked ({tie.strip().lower()})")


@command()
@click.argument("one", metavar="ID|ADDRESS")
@click.argument("other", metavar="ID|ADDRESS")
@pass_session
def unlink(session: Session, one: str, other: str) -> None:
    """Take a link between two people away."""
    first, second = links.unlink(session.assembly(), one, other)
    console.say(f"{first.id} and {second.id} are not linked any more")


def tell(found: Relations) -> None:
    """The lines about other people in `lead show`."""
    for tied in found.ties:
        console.fact(tied.tie, named(tied.lead))
    if found.referred_by is not None:
        by = found.referred_by
        console.fact("came by", named(by) if isinstance(by, Lead) else by)
    if found.referred:
        console.fact("sent us", ", ".join(map(named, found.referred)))


def document(found: Relations) -> dict[str, object]:
    """What `lead show --json` says of other people."""
    by = found.referred_by
    return {
        "links": [{"id": tied.lead.id, "as": tied.tie} for tied in found.ties],
        "referred_by": by.id if isinstance(by, Lead) else by,
        "referred": [one.id for one in found.referred],
    }


def named(lead: Lead) -> str:
    """A person in a few words: the id and what they are known by."""
    return f"{lead.id} {lead.name or lead.address or lead.phone or ''}".strip()

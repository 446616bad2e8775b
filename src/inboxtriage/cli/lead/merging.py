"""`lead merge`, `lead split`."""

import click

from inboxtriage.cli import console
from inboxtriage.cli.session import Session, command, pass_session
from inboxtriage.service import merging


@command()
@click.argument("keep", metavar="KEEP")
@click.argument("other", metavar="OTHER")
@click.option("--note", default="", help="How you know.")
@pass_session
def merge(session: Session, keep: str, other: str, note: str) -> None:
    """Let two people be one: somebody with two addresses, a caller who wrote.

    Both are an id, an address or a phone number. From now on they are one person under the id of KEEP, found by every
    address and number, with one history. Where the two say different things: who is a client in one is a client; the
    higher tier counts; who asked not to be written to in one is not written to. `lead split OTHER` takes it back.
    """
    view = merging.merge(session.assembly(), keep, other, note)
    parts = ", ".join(one.id for one in view.others)
    name = f" ({view.lead.name})" if view.lead.name else ""
    tier = f", tier {view.tier}" if view.tier else ""
    console.say(f"{parts} and {view.lead.id}{name} are one person now: {view.lead.id}, at {view.stage}{tier}")
    if not view.standing.writable:
        console.say("they asked not to be written to, and that counts for every address")
    console.say(f"`inboxtriage lead split {view.others[-1].id}` takes it back")


@command()
@click.argument("other", metavar="OTHER")
@click.option("--note", default="", help="How you know.")
@pass_session
def split(session: Session, other: str, note: str) -> None:
    """Take a merge back: everybody has again what was theirs.

    OTHER is the id, the address or the number that was merged into somebody. What was recorded of each address is as
    if there had been no merge; what you wrote down by hand meanwhile stays with the person who was kept.
    """
    done = merging.split(session.assembly(), other, note)
    gone, stayed = done.gone, done.stayed
    console.say(
        f"{gone.lead.id} is a person of their own again, at {gone.stage}; {stayed.lead.id} is at {stayed.stage}"
    )
    if done.kept:
        what = "entry" if done.kept == 1 else "entries"
        console.say(f"{done.kept} {what} by hand since the merge stayed with {stayed.lead.id}: `lead show` names them")

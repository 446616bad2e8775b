"""`review --plain`: the backlog step by step, one below the other; no clearing, no colour, no moving of the cursor."""

import sys
from contextlib import suppress

import click

from inboxtriage.cli import console
from inboxtriage.cli.reviewing import asking
from inboxtriage.cli.reviewing.desk import Desk
from inboxtriage.cli.session import Session, now_of
from inboxtriage.errors import Refused
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.backlog.words import ahead, at_the_end


def run(session: Session) -> int:
    """Go through everything that waits, asking one thing after the other. Raises Refused where nobody can answer."""
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        raise Refused(
            "the review asks one thing after the other and needs a terminal",
            do="without one: `inboxtriage backlog`, `show`, `approve`",
        )
    context = click.get_current_context(silent=True)
    if context is not None:
        context.color = False  # bold and dim are nothing to a screen reader
    return _go_through(session.assembly())


def _go_through(a: Assembly) -> int:
    desk = Desk(a)
    step = desk.look()
    if step is None:
        console.say("Nothing waits for you.")
        return 0
    console.say(f"{ahead(desk.sitting.deck.estimate)}. One key decides, ? helps, q quits at any time.")
    with suppress(asking.Leave):
        while step is not None:
            desk.read_out(step)
            while not desk.act(step, asking.second()):
                pass
            step = desk.look()
            if step is not None:
                desk.tell_left()
    _farewell(a, desk)
    return 0


def _farewell(a: Assembly, desk: Desk) -> None:
    """What was approved, when that leaves and by whom it is sent, and what is left."""
    from inboxtriage.service.backlog.closing import closing  # noqa: PLC0415 - only at the end

    desk.look()
    found = closing(a, set(desk.sitting.approved.values()))
    for line in at_the_end(found, desk.sitting.deck.estimate, now_of(a), console.when):
        console.say(line)

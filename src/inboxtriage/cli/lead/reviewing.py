"""`lead review`: the whole list, one person after the other, one key each."""

import sys
from datetime import datetime

import click

from inboxtriage.cli import console
from inboxtriage.cli.keys import press
from inboxtriage.cli.lead.links import named
from inboxtriage.cli.lead.parting import tell as tell_parting
from inboxtriage.cli.session import Session, command, now_of, pass_session
from inboxtriage.errors import InboxTriageError, Refused
from inboxtriage.message.plain import one_line
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.journey import parting
from inboxtriage.service.journey import reviewing as service
from inboxtriage.service.journey.tiers import Rated, give

_KEYS = {
    "k": "keep as it is",
    "a": "tier A",
    "b": "tier B",
    "c": "tier C",
    "t": "take the proposal",
    "d": "dismiss it",
    "w": "write a letter",
    "g": "let go",
    "n": "note",
    "s": "skip for now",
    "p": "back",
    "q": "quit",
}


@command()
@click.option("--again", is_flag=True, help="Begin a new round, also with those who were seen lately.")
@click.option("--all", "everybody", is_flag=True, help="Also those with whom it ended.")
@click.option("--plain", is_flag=True, help="One below the other, without clearing the screen.")
@pass_session
def review(session: Session, *, again: bool, everybody: bool, plain: bool) -> None:
    """Go through the whole list once: keep, tier, write, let go, one key each.

    Who was not spoken to for longest comes first. Quit at any time: it goes on where you stopped, and who was seen
    within 30 days is not shown again in this round.
    """
    if not sys.stdin.isatty():
        raise Refused(
            "the review asks one thing after the other and needs a terminal",
            do="without one: `inboxtriage lead tiers`, `lead tier`, `lead note`, `lead let-go`",
        )
    a = session.assembly()
    found = service.begin(a, again=again, everybody=everybody)
    if not found.people:
        everyone = f"all {found.seen} people were seen" if found.seen else "there are no leads yet"
        console.say(f"Nobody is left in this round: {everyone}. `inboxtriage lead review --again` begins a new one.")
        return
    people, at, total = list(found.people), 0, found.seen + len(found.people)
    while at < len(people):
        if not plain:
            click.clear()
        people[at] = service.afresh(a, people[at])
        _show(a, people[at], f"{found.seen + at + 1} of {total}", now_of(a))
        step = _decide(a, people[at])
        if step is None:
            break
        at = max(0, at + step)
    left = len(people) - at
    console.say("That was everybody." if not left else f"{left} left; `inboxtriage lead review` goes on here.")


def _decide(a: Assembly, one: Rated) -> int | None:
    """What to do with one person; by how many people to go on (0: the same again), None: stop."""
    while True:
        key = press().lower()
        if key == "q":
            return None
        try:
            step = _act(a, one, key)
        except InboxTriageError as error:
            console.warn(f"inboxtriage: {error}")
            continue
        except click.Abort:  # a question that was not answered
            console.say("nothing was changed")
            continue
        if step is not None:
            return step
        console.items([f"[{one_key}] {says}" for one_key, says in _KEYS.items()], between="  ")


def _act(a: Assembly, one: Rated, key: str) -> int | None:
    """Do what a key says; None where it says nothing."""
    simple = {"k": 1, "s": 1, "p": -1}
    if key in simple:
        if key == "k":
            service.seen(a, one)
        return simple[key]
    if key in {"a", "b", "c"}:
        give(a, one.lead.id, key)
        service.seen(a, one)
        return 1
    asks = {"t": _proposal, "d": _proposal, "w": _write, "g": _let_go, "n": _note}
    return asks[key](a, one, key) if key in asks else None


def _proposal(a: Assembly, one: Rated, key: str) -> int:
    """Take or dismiss what is proposed; without a proposal on record, `t` takes the tier that is suggested."""
    proposals = one.standing.proposals
    if proposals:
        (service.take if key == "t" else service.dismiss)(a, one, proposals[0])
    elif key == "t" and one.differs:
        give(a, one.lead.id, "suggested")
    else:
        raise Refused(f"nothing is proposed for {one.lead.id}")
    return 0


def _write(a: Assembly, one: Rated, _key: str) -> int:
    console.say(f"letters of this stage: {', '.join(service.offered(a, one)) or 'none'}")
    name = click.prompt("which", default="", show_default=False).strip()
    if name:
        console.say(f"{service.write(a, one, name)} waits in the queue")
        click.pause("any key goes on")
    return 0


def _let_go(a: Assembly, one: Rated, _key: str) -> int:
    if not click.confirm(f"let {one_line(named(one.lead))} go", default=False):
        return 0
    to = click.prompt("to which colleague (Enter: none)", default="", show_default=False).strip()
    tell_parting(parting.begin(a, one.lead.id, to=to or None, on=None))
    service.seen(a, one)
    click.pause("any key goes on")
    return 1


def _note(a: Assembly, one: Rated, _key: str) -> int:
    words = click.prompt("note", default="", show_default=False).strip()
    if words:
        service.note(a, one, one_line(words))
    return 0


def _show(a: Assembly, one: Rated, where: str, now: datetime) -> None:
    """Everything that is needed to decide about one person."""
    standing = one.standing
    outcome = "" if standing.outcome == "open" else f" ({standing.outcome.replace('_', ' ')})"
    console.heading(f"{where}  {named(one.lead)}")
    console.fact("stage", f"{standing.stage}{outcome}")
    console.fact("tier", standing.tier or "none")
    if one.suggestion is not None and one.differs:
        console.fact("", f"their record speaks for {one.suggestion.tier}: {', '.join(one.suggestion.reasons)}")
    last = standing.last_contact
    console.fact("spoken", f"{console.when(last.at, now)} ({last.kind})" if last else "never")
    if one.referrals.given:
        console.fact("sent us", str(len(one.referrals.given)))
    for proposal in standing.proposals:
        console.fact("proposed", f"{proposal.what} {proposal.value}: {proposal.why} ({proposal.cause})")
    waiting = [*service.open_letters(a, one), *(f"promised by {day}" for day in standing.promises)]
    if waiting:
        console.fact("due", ", ".join(waiting))
    if not standing.writable:
        console.fact("", "asked not to be written to")
    console.items([f"[{key}] {says}" for key, says in _KEYS.items()], between="  ")

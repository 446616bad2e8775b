"""`lead let-go`."""

import click

from inboxtriage.cli import console
from inboxtriage.cli.session import Session, command, pass_session
from inboxtriage.errors import UsageProblem
from inboxtriage.service.journey import parting as service
from inboxtriage.service.journey.parting import LettingGo


@command(name="let-go")
@click.argument("who", metavar="ID|ADDRESS")
@click.option("--to", metavar="COLLEAGUE", help="Who goes on with them; a name of [[practice.fit.referrals]], or any.")
@click.option("--on", "day", metavar="YYYY-MM-DD", help="From which day the letter is due.  [default: today]")
@click.option("--done", "done", metavar="STEP", multiple=True, help="This step is done; can be given several times.")
@click.option("--not-done", "undone", metavar="STEP", multiple=True, help="It is not, after all.")
@click.option("--cancel", is_flag=True, help="Give the plan up.")
@pass_session
def let_go(
    session: Session,
    who: str,
    *,
    to: str | None,
    day: str | None,
    done: tuple[str, ...],
    undone: tuple[str, ...],
    cancel: bool,
) -> None:
    """End the work with somebody as a planned step: a letter, a list of steps, a colleague.

    The letter waits in the queue for your approval. When it has left and all steps are done, the outcome is proposed:
    `referred_out` where a colleague is named, else `ended`. What to say on the phone is the script for goodbye (`lead
    script`).
    """
    a = session.assembly()
    if sum((bool(to or day), bool(done), bool(undone), cancel)) > 1:
        raise UsageProblem(
            "that is several things at once", do="give --to and --on, or --done, --not-done, or --cancel"
        )
    if cancel:
        ended = service.cancel(a, who)
        away = f"; {', '.join(ended.put_away)} is put away" if ended.put_away else ""
        console.say(f"the plan for {ended.lead.id} is given up{away}")
        for item in ended.too_late:
            console.warn(f"inboxtriage: the letter of {item} is on its way already: `inboxtriage outbox` shows it")
    elif done or undone:
        tell(service.step(a, who, done or undone, done=bool(done)))
    else:
        found = service.begin(a, who, to=to, on=day)
        tell(found)
        if found.draft is None:
            console.say(
                f"{found.lead.id} has no address: call them (`inboxtriage lead script {found.lead.id} --for goodbye`)"
            )
        else:
            console.say(f"Next: inboxtriage show {found.draft}")


def tell(found: LettingGo) -> None:
    """Where it stands, a line for each step."""
    where = f" to {found.plan.colleague}" if found.plan.colleague else ""
    console.say(f"{found.lead.id} is to be let go{where}, from {found.plan.on}")
    for key, says in found.steps.items():
        console.say(f"  [{'x' if key in found.plan.done else ' '}] {key}: {says}")
    if found.proposed:
        outcome = found.plan.outcome.replace("_", " ")
        console.say(f"all is done: {outcome} is proposed (`inboxtriage lead show {found.lead.id}`)")

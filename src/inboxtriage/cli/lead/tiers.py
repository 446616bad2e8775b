"""`lead tier`, `lead tiers`."""

import click

from inboxtriage.cli import console
from inboxtriage.cli.session import Session, command, json_option, now_of, pass_session
from inboxtriage.service.journey import tiers as service
from inboxtriage.service.journey.tiers import Rated


@command()
@click.argument("who", metavar="ID|ADDRESS")
@click.argument("tier_", metavar="A|B|C|none|suggested")
@pass_session
def tier(session: Session, who: str, tier_: str) -> None:
    """Put a person into tier A, B or C, or into none.

    A tier drives how often the journey gets in touch, the place in the queue among answers due on one day, and by when
    an answer is due where `[standards.tiers]` says so. It never delays anybody: not who may be in danger, and not a
    first answer.
    """
    lead, given, changed = service.give(session.assembly(), who, tier_)
    dates = f"; the date of {changed} open answer(s) is another now" if changed else ""
    console.say((f"{lead.id} is in tier {given}" if given else f"{lead.id} is in no tier") + dates)


@command()
@click.option("--differing", is_flag=True, help="Only those whose record speaks for another tier.")
@json_option
@pass_session
def tiers(session: Session, *, differing: bool, as_json: bool) -> None:
    """Everybody by tier, and which tier their record speaks for.

    What speaks for a tier is weighed by [tiers] of the journey: people they sent, years as a client, revenue that was
    logged, when you last spoke. `inboxtriage lead tier ID suggested` takes a suggestion.
    """
    a = session.assembly()
    found = [one for one in service.everybody(a) if one.differs or not differing]
    if as_json:
        console.document([_document(one) for one in found])
        return
    if not found:
        console.say("Nobody's record speaks for another tier." if differing else "No leads yet.")
        return
    now = now_of(a)
    rows = [
        [
            one.lead.id,
            one.lead.name or one.lead.address or one.lead.phone or "",
            one.standing.tier or "-",
            one.suggestion.tier if one.suggestion else "-",
            ", ".join(one.suggestion.reasons) if one.suggestion else "too little is known",
            console.when(one.standing.last_contact.at, now) if one.standing.last_contact else "",
        ]
        for one in sorted(found, key=lambda one: one.standing.tier or "D")
    ]
    console.table(["id", "who", "tier", "suggested", "why", "last contact"], rows, elastic=["who", "why"])


def _document(one: Rated) -> dict[str, object]:
    """One line of `lead tiers --json`."""
    why = one.suggestion
    return {
        "id": one.lead.id,
        "tier": one.standing.tier,
        "suggested": why.tier if why else None,
        "points": why.points if why else None,
        "reasons": list(why.reasons) if why else [],
        "referrals": len(one.referrals.given),
    }

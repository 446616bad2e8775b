"""`lead show`: one person in words, part by part; what there is nothing of is not mentioned."""

from collections.abc import Callable
from datetime import datetime

from inboxtriage.cli import console
from inboxtriage.cli.lead import happened
from inboxtriage.journey.history import living
from inboxtriage.journey.lead import Event
from inboxtriage.journey.touches import Upcoming
from inboxtriage.service.leads import LeadView


def show(view: LeadView, now: datetime, upcoming: Upcoming | None, *others: Callable[[], None]) -> None:
    """Who it is, where they stand, what is open and what comes next, and everything that happened.

    `others` tell what stands between: other people, what is to be done.
    """
    _who(view, now)
    _stands(view, now)
    _known(view)
    for tell in others:
        tell()
    if upcoming is not None:
        console.fact("next", f"{upcoming.name}, {console.when(upcoming.due_at, now)} ({upcoming.why})")
    console.say()
    _history(view, now)


def _who(view: LeadView, now: datetime) -> None:
    lead = view.lead
    known_by = lead.name or lead.address or lead.phone or "nobody known"
    console.heading(f"{lead.id}  {known_by}")
    if lead.address:
        console.fact("address", lead.address)
    if lead.phone:
        console.fact("phone", lead.phone)
    for one in view.others:
        said = ", ".join(part for part in (one.address, one.phone, one.name) if part and part != lead.name)
        console.fact("also", f"{said or 'a record without address or number'} ({one.id})")
    console.fact("came by", f"{lead.source}, {console.when(lead.first_seen_at, now)}")


def _stands(view: LeadView, now: datetime) -> None:
    where = view.standing
    since = f", since {console.when(where.since.at, now)}" if where.since else ""
    outcome = f" ({where.outcome.replace('_', ' ')})" if where.outcome != "open" else ""
    console.fact("stage", f"{where.stage}{outcome}{since}")
    if where.outcome != "open" and (ended := _ended(view)) is not None:
        console.fact("ended", console.when(ended.at, now) + (f": {ended.note}" if ended.note else ""))
    if where.tier:
        console.fact("tier", where.tier)
    if not where.writable:
        console.fact("letters", "none: they asked not to be written to")
    if where.last_contact:
        console.fact("spoke", f"{console.when(where.last_contact.at, now)} ({where.last_contact.kind})")


def _ended(view: LeadView) -> Event | None:
    """What ended it with them."""
    return next((one for one in reversed(living(view.events)) if one.kind in {"closed", "referred out"}), None)


def _known(view: LeadView) -> None:
    where = view.standing
    for what, day in sorted(where.dates.items()):
        console.fact(what, day.removeprefix("--"))
    if where.zone:
        console.fact("zone", where.zone)
    if where.language:
        console.fact("language", where.language)


def _history(view: LeadView, now: datetime) -> None:
    for event, stage in zip(view.events, view.stages(), strict=True):
        if event.kind in {"merged", "split"} and event.value == view.lead.id:
            continue  # the same, as the record on the other side has it
        console.say(f"  {console.when(event.at, now)}  {happened.words(event, stage, view.events)}")

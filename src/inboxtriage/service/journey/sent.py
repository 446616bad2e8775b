"""What a letter that left means for promises and surveys, besides the contact that it is. Inside `writing`."""

from datetime import datetime

from inboxtriage.errors import ResponseFault
from inboxtriage.journey.history import standing
from inboxtriage.service.assembly import Assembly
from inboxtriage.store import leads


def letter_left(a: Assembly, lead: int, name: str | None, text: str, now: datetime, *, cause: str) -> None:
    """Promises made before are kept by it, those in its `text` are made; `name` is the letter's, None for an answer."""
    from inboxtriage.triage.promises import promised  # noqa: PLC0415 - only when something left

    for day in standing(leads.events(a.db, lead)).promises:
        leads.happened(a.db, lead, "promise kept", at=now, cause=cause, value=day)
    for by in promised(text, now.astimezone(a.hours.zone).date()):
        leads.happened(a.db, lead, "promised", at=now, cause=cause, value=by.isoformat())
    for survey in _surveys_of(a, name) if name is not None else ():
        leads.happened(a.db, lead, "survey sent", at=now, cause=cause, what=survey)


def _surveys_of(a: Assembly, letter: str) -> list[str]:
    """The first survey that this letter asks; none where the plan cannot be read, which `check` says."""
    try:
        return [name for name, survey in a.plan.surveys.items() if survey.letter == letter][:1]
    except ResponseFault:
        return []

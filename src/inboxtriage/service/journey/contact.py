"""What is known of a person and decides whether, when and how they are written to."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from inboxtriage.errors import UsageProblem
from inboxtriage.journey import dates
from inboxtriage.journey.lead import EventKind, Lead
from inboxtriage.message.plain import one_line
from inboxtriage.service import approvals
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.journey.touches import BY_HAND, lead_number
from inboxtriage.service.leads import find
from inboxtriage.store import leads, messages, touches

_LONGEST_NAME, _LONGEST_NOTE = 40, 2_000
NONE = "none"  # takes out again what was said


def may_be_written_to(a: Assembly, text: str, *, may: bool, note: str) -> tuple[Lead, int, tuple[str, ...]]:
    """Say whether somebody may be written to; the lead, how many approved letters were taken back, and which left.

    Answers that wait are blocked, and wait again when the word is lifted; letters that the plan asked for are dropped.
    """
    lead = find(a, text).lead
    with a.db.writing():
        _say(a, lead, "may be written to", value="yes" if may else "no", note=note)
        recalled, too_late = (0, ()) if may else call_back(a, lead_number(lead))
    return lead, recalled, too_late


def call_back(a: Assembly, lead: int) -> tuple[int, tuple[str, ...]]:
    """Take back what is approved for somebody who asked not to be written to, inside `writing`; what is too late."""
    recalled, too_late = 0, []
    for number in touches.open_items_to(a.db, lead):
        item = messages.get(a.db, number)
        if item.state != "approved":
            continue
        if approvals.withdraw(a, item, "they asked not to be written to"):
            recalled += 1
        else:
            too_late.append(item.id)
    return recalled, tuple(too_late)


def date(a: Assembly, text: str, name: str, value: str) -> tuple[Lead, str]:
    """Remember a day of somebody's year (or forget it: "none"); the lead and the day as it is kept."""
    what = one_line(name, _LONGEST_NAME).strip().lower()
    if not what:
        raise UsageProblem("the date has no name", do="name it, such as birthday or anniversary")
    kept = "" if value.strip().lower() == NONE else dates.stated(value)
    if kept is None:
        raise UsageProblem(f"{one_line(value, 40)!r} is no day", do="write it like 1980-05-12 or 05-12, or none")
    lead = find(a, text).lead
    with a.db.writing():
        _say(a, lead, "date", what=what, value=kept)
    return lead, kept


def zone(a: Assembly, text: str, name: str) -> Lead:
    """Remember on which clock somebody lives (or "none": the practice's)."""
    kept = "" if name.strip().lower() == NONE else name.strip()
    try:
        if kept:
            ZoneInfo(kept)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageProblem(
            f"{one_line(name, 60)!r} is no time zone", do="write one like Europe/Madrid, or none"
        ) from None
    lead = find(a, text).lead
    with a.db.writing():
        _say(a, lead, "zone", value=kept)
    return lead


def language(a: Assembly, text: str, code: str) -> Lead:
    """Remember in which language somebody is written to (or "none": the practice's usual one)."""
    kept = code.strip().lower()
    offered = sorted({a.settings.responses.language, *a.letter_library.languages, *a.library.languages})
    if kept != NONE and kept not in offered:
        raise UsageProblem(
            f"there are no letters in {one_line(code, 20)!r}", do=f"choose from {', '.join(offered)}, none"
        )
    lead = find(a, text).lead
    with a.db.writing():
        _say(a, lead, "language", value="" if kept == NONE else kept)
    return lead


def _say(a: Assembly, lead: Lead, kind: EventKind, *, what: str = "", value: str = "", note: str = "") -> None:
    leads.happened(
        a.db,
        lead_number(lead),
        kind,
        at=a.clock.now(),
        cause=BY_HAND,
        note=one_line(note, _LONGEST_NOTE),
        what=what,
        value=value,
    )

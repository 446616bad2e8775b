"""What of a practice is set already, a line for each part."""

from inboxtriage.cli.setup.wizard import Wizard
from inboxtriage.config.settings import DAYS
from inboxtriage.service.background.installing import standing
from inboxtriage.service.setup.questions import facts
from inboxtriage.service.setup.spans import as_said

_MOST = 3  # missing facts that are named


def told(wizard: Wizard) -> dict[str, str]:
    """Each part that has answers, and which."""
    get = wizard.document.get
    names = [str(one.get("address")) for one in get("accounts") or []]
    asked = facts(wizard.profile)
    missing = [one.name for one in asked if get(*one.path) is None]
    some = ", ".join(missing[:_MOST]) + (" and more" if len(missing) > _MOST else "")
    given = f"{len(asked) - len(missing)} of {len(asked)}" if len(missing) < len(asked) else "nothing yet"
    week = [f"{day} {as_said(spans)}" for day in DAYS if (spans := get("practice", "hours", day))]
    calendars = [*(get("practice", "openings", "calendars") or []), *(get("practice", "openings", "caldav") or [])]
    return {
        "profile": f"{get('practice', 'name') or 'no name yet'}, {wizard.profile}",
        "account": ", ".join(names) or "nothing yet",
        "facts": given + (f"; without: {some}" if missing else ""),
        "hours": "; ".join(week) or "nothing yet",
        "calendar": f"{len(calendars)} of them" if calendars else "none",
        "safety": "your own words" if get("practice", "urgent", "text") else "none",
    }


def open_parts(wizard: Wizard) -> list[str]:
    """The parts in which something was never answered, in order; a calendar and safety words need not be given."""
    get = wizard.document.get
    unanswered = {
        "profile": not get("practice", "name") or not get("practice", "owner"),
        "facts": any(get(*one.path) is None for one in facts(wizard.profile)),
        "hours": not any(get("practice", "hours", day) for day in DAYS),
    }
    return [part for part, is_open in unanswered.items() if is_open]


def starts_anew(wizard: Wizard) -> str | None:
    """How a daemon that runs comes to know what was changed; None where none runs."""
    now = standing(wizard.assembly())
    if now.active:
        return "The service goes by what it read when it started: `inboxtriage service install` starts it anew."
    if now.running:
        return (
            "`inboxtriage run` goes by what it read when it started: end it in its window with Ctrl-C, and start it "
            "there again."
        )
    return None

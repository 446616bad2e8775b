"""One event of a person's history in words, as `lead show`, `show` and `review` tell it."""

from collections.abc import Sequence

from inboxtriage.journey.lead import Event
from inboxtriage.journey.stage import Stage

_TALKS = {"phone": "spoke on the phone", "meeting": "met", "elsewhere": "answered elsewhere"}
_TAKEN_OUT = frozenset({"date", "zone", "language", "tier", "referred by"})  # kinds whose empty value takes it out


def words(event: Event, stage: Stage | None, events: Sequence[Event]) -> str:
    """What happened, with its cause and its note; `stage` is where it led to, `events` are all of the person."""
    said = what(event, stage, events)
    note = "" if event.kind == "undone" else event.note
    if event.kind == "touch written":
        note = note.removeprefix(f"{event.what}: ")
    return f"{said} ({event.cause})" + (f": {note}" if note else "")


def what(event: Event, stage: Stage | None, events: Sequence[Event]) -> str:
    """The same without cause and note, and without what only the program counts by."""
    match event.kind:
        case "moved":
            return f"moved to {stage}" if stage else "moved"
        case "undone":
            meant = next((one for one in events if str(one.id) == event.value), None)
            return f"taken back: {what(meant, meant.stage, events) if meant else event.note}"
        case "contact":
            return _TALKS.get(event.what, f"{event.what} seen to" if event.what else "spoke")
        case "touch written":
            return f"letter written: {event.what}"
        case "touch dropped":
            return f"{event.what} is not to be"
        case "may be written to":
            return "may be written to" if event.value == "yes" else "may not be written to"
        case "letting go":
            to = f" to {event.what}" if event.what else ""
            return f"to be let go{to}, from {event.value}" if event.value else "letting them go was given up"
        case "let-go step":
            return f"let-go step {event.what} {event.value or 'not done'}"
        case "merged" | "proposed":
            about = [event.value] if event.kind == "merged" else [event.what, event.value]
        case kind if kind in _TAKEN_OUT:
            about = [event.what, event.value.removeprefix("--") or "none"]
        case _:
            about = [event.what, event.value]
    return " ".join([event.kind, *(part for part in about if part)])

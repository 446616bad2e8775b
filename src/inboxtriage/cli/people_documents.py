"""The JSON of what is due with people: `due`, `unanswered`, `digest` (docs/json.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from inboxtriage.service.journey.digest import Digest
    from inboxtriage.service.journey.due import Due
    from inboxtriage.service.unanswered import Unanswered

Json = dict[str, Any]


def due(found: Iterable[Due], zone: ZoneInfo) -> list[Json]:
    """`due --json`."""
    return [
        {
            "kind": one.kind,
            "lead": one.lead.id,
            "address": one.lead.address,
            "name": one.lead.name,
            "phone": one.lead.phone,
            "stage": one.stage,
            "tier": one.tier,
            "touch": one.touch,
            "occurrence": one.occurrence,
            "why": one.why,
            "since": _time(one.since, zone),
            "due_at": _time(one.due_at, zone),
            "overdue": one.overdue,
            "letter": one.letter,
            "draft": one.draft,
            "problem": one.problem,
        }
        for one in found
    ]


def unanswered(found: Iterable[Unanswered], zone: ZoneInfo) -> list[Json]:
    """`unanswered --json`."""
    return [
        {
            "address": one.address,
            "name": one.name,
            "since": _time(one.since, zone),
            "labels": list(one.labels),
            "queue_id": one.queue_id,
            "lead": one.lead,
            "phone": one.phone,
            "due_at": _time(one.due_at, zone),
            "why": one.why,
            "urgent": one.urgent,
        }
        for one in found
    ]


def digest(found: Digest, zone: ZoneInfo) -> Json:
    """`digest --json`."""
    return {
        "at": _time(found.at, zone),
        "until": found.until.isoformat(),
        "forgotten": found.forgotten,
        "due": due(found.due, zone),
        "dates": [{"lead": one.lead.id, "what": one.what, "day": one.day.isoformat()} for one in found.dates],
        "unanswered": unanswered(found.unanswered, zone),
        "people": {
            "since": _time(found.people.since, zone),
            "wrote": found.people.wrote,
            "answered": found.people.answered,
            "settled": found.people.settled,
            "waiting": found.people.waiting,
        },
    }


def _time(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None

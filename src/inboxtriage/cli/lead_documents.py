"""The JSON of one person. As in `cli.documents`, types are imported for the checker only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from inboxtriage.journey.history import Proposal
    from inboxtriage.service.leads import LeadView

Json = dict[str, Any]


class LeadDocuments:
    """Writes a person, with every time in the practice's zone."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def lead(self, view: LeadView, *, events: bool = False, next_touch_at: datetime | None = None) -> Json:
        """One line of `lead list`, or `lead show` with its events."""
        lead = view.lead
        document: Json = {
            "id": lead.id,
            "address": lead.address,
            "name": lead.name,
            "phone": lead.phone,
            "stage": view.stage,
            "outcome": view.outcome,
            "tier": view.tier,
            "source": lead.source,
            "first_seen_at": self.time(lead.first_seen_at),
            "last_contact_at": self.time(view.last_contact_at),
            "next_touch_at": self.time(next_touch_at),
        }
        return {**document, **self.known(view), "events": self.events(view)} if events else document

    def known(self, view: LeadView) -> Json:
        """What `lead show` knows of a person beside a line of the list."""
        where = view.standing
        return {
            "since": self.time(where.since.at) if where.since else None,
            "may_be_written_to": where.writable,
            "merged": [{"id": one.id, "address": one.address, "phone": one.phone} for one in view.others],
            "dates": where.dates,
            "zone": where.zone,
            "language": where.language,
            "promises": list(where.promises),
            "proposals": [self.proposal(one) for one in where.proposals],
        }

    def events(self, view: LeadView) -> list[Json]:
        """What happened with a lead; each event with the stage after it."""
        return [
            {
                "kind": e.kind,
                "stage": stage,
                "at": self.time(e.at),
                "cause": e.cause,
                "note": e.note,
                "what": e.what,
                "value": e.value,
            }
            for e, stage in zip(view.events, view.stages(), strict=True)
        ]

    def proposal(self, one: Proposal) -> Json:
        """A change that waits for a person's word."""
        return {"what": one.what, "value": one.value, "cause": one.cause, "why": one.why, "at": self.time(one.at)}

    def time(self, moment: datetime | None) -> str | None:
        """ISO 8601 with the offset of the practice's zone."""
        return moment.astimezone(self._zone).isoformat(timespec="seconds") if moment else None

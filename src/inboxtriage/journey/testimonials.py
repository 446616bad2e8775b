"""What people said for others to read, and to what of it they agreed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from inboxtriage.journey.history import living
from inboxtriage.journey.lead import Event

TESTIMONIAL = "testimonial"  # what is consented to; also the letter that asks for one


@dataclass(frozen=True, slots=True)
class Testimonial:
    """Their words, when and by which mail they came, and to which use of them they agreed; None: to none."""

    words: str
    at: datetime
    cause: str
    consent: str | None


def testimonials(events: Sequence[Event]) -> list[Testimonial]:
    """What one person said, the oldest first. Their consent holds for all of it until they take it back."""
    alive = living(events)
    consent: str | None = None
    for event in alive:
        if event.what == TESTIMONIAL and event.kind == "consented":
            consent = event.value
        elif event.what == TESTIMONIAL and event.kind == "consent withdrawn":
            consent = None
    return [Testimonial(event.note, event.at, event.cause, consent) for event in alive if event.kind == TESTIMONIAL]

"""Letting somebody go on purpose: what was planned, which steps are done, and where that leads. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inboxtriage.journey.history import living
from inboxtriage.journey.lead import Event
from inboxtriage.journey.stage import Outcome


@dataclass(frozen=True, slots=True)
class Parting:
    """A plan to end the work with somebody: to which colleague they go ("": to none), and from which day.

    `done` are the steps that are done; `letter_left` whether the letter left since it was planned.
    """

    colleague: str
    on: str
    done: frozenset[str]
    letter_left: bool

    @property
    def outcome(self) -> Outcome:
        """How it will have ended."""
        return "referred_out" if self.colleague else "ended"

    def missing(self, steps: Mapping[str, str]) -> list[str]:
        """The steps that are still to be done, in the plan's order."""
        return [key for key in steps if key not in self.done]


def parting(events: Sequence[Event], letter: str) -> Parting | None:
    """The plan that stands; None where there is none, where it was given up, or where it has ended since."""
    found: Event | None = None
    done: set[str] = set()
    left = False
    for event in living(events):
        if event.kind == "letting go":
            found, done, left = (event if event.value else None), set(), False
        elif event.kind == "closed":
            found = None
        elif event.kind == "let-go step":
            (done.add if event.value else done.discard)(event.what)
        elif event.kind == "letter sent" and event.what == letter:
            left = True
    return None if found is None else Parting(found.what, found.value, frozenset(done), left)

"""The journey as data: its stages, what is done at each, when somebody is written to, what moves them on.

Read from `responses/journey.toml`, then the one of the practice's profile, then the owner's own; what a later file says
of a key counts.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from inboxtriage.errors import ResponseFault
from inboxtriage.journey.dates import day_of
from inboxtriage.journey.stage import Outcome, Stage

FILE = "journey.toml"
_LONGEST = 3_660  # days
Anchor = Literal["silence", "stage", "contact", "date", "season", "event"]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the plan; unknown keys in it are faults."""


class StagePlan(Part, frozen=True):
    """One stage: what it is called, what may follow it, its letters, and what has to be done in it."""

    title: str
    next: tuple[Stage, ...] = ()  # the first is where a finished checklist leads
    letters: tuple[str, ...] = ()  # names under letters/, as offered for this stage
    checklist: dict[str, str] = {}  # key -> what it says; "" takes an item of an earlier file out


class Touch(Part, frozen=True):
    """A reason to get in touch, and when.

    With a `letter` it becomes a draft, once for each occurrence; without, a line in what is due: a call, a card.
    `after` says from what is counted: "silence" (our last letter, while they say nothing), "stage" (coming to the
    present stage), "contact" (the last real contact, either way), "date" (`what`: a date of theirs, each year),
    "season" (`on`: MM-DD, each year), "event" (`what`: an event's kind, or "kind: what").
    """

    why: str
    after: Anchor
    letter: str | None = None
    stages: tuple[Stage, ...] = ()  # none: every stage
    what: str = ""
    on: str = ""
    days: int = 0  # from the anchor; a working day of the practice is chosen on or after it
    tiers: dict[str, int] = {}  # days for the people of a tier, where they differ; 0: not at all
    times: int = 1  # how often in a row ("silence")
    within: int = 0  # days after which a missed one is let go; 0: a month ("date", "season"), else never
    then: Outcome | None = None  # proposed when the last of them stayed unanswered for as long
    off: bool = False


class Move(Part, frozen=True):
    """What a sign in a mail speaks for: another stage, or an outcome.

    `letter`: one of ours that asks for a yes; in reply to it a plain yes is the sign "accepts".
    """

    sign: str  # of journey/signs.toml
    why: str
    stages: tuple[Stage, ...] = ()  # where it counts; none: everywhere
    to: Stage | None = None
    outcome: Outcome | None = None
    letter: str | None = None
    off: bool = False


class Survey(Part, frozen=True):
    """A question that is answered with a number; `low`: up to it a person looks at once."""

    letter: str
    least: int = 0
    most: int = 10
    low: int = 6


class TierRules(Part, frozen=True):
    """What speaks for tier A, B or C, in points; `lead tiers` says the reasons in words."""

    a: float = 8  # from so many points on
    b: float = 4
    referral: float = 3  # for each person who came by their word
    year: float = 1  # for each whole year since they became a client
    years_at_most: int = 3
    revenue: float = 1_000  # one point for each so many that were logged; 0: revenue says nothing
    revenue_at_most: int = 4
    recent_days: int = 120  # spoken to within these days
    recent: float = 1
    quiet_days: int = 400  # not spoken to for so long: so many points less
    quiet: float = 2


class LettingGo(Part, frozen=True):
    """How work with somebody is ended on purpose: the letter, and what has to be done."""

    letter: str = "transition"
    steps: dict[str, str] = {}  # key -> what it says; "" takes a step of an earlier file out


class Plan(Part, frozen=True):
    """The whole journey of one practice."""

    stages: dict[Stage, StagePlan]
    touches: dict[str, Touch] = {}
    moves: dict[str, Move] = {}
    surveys: dict[str, Survey] = {}
    tiers: TierRules = TierRules()
    letting_go: LettingGo = LettingGo()
    ask_for_testimonials: bool = True  # False: the letter "testimonial" is refused

    def may_follow(self, here: Stage, to: Stage) -> bool:
        """Whether the plan has `to` behind `here`."""
        return to in self.stages[here].next


def read_plan(files: Sequence[Path]) -> Plan:
    """The plan that these files make, later over earlier; files that are not there are passed over.

    Raises ResponseFault naming the file and what is wrong in it.
    """
    merged: dict[str, Any] = {}
    for path in files:
        if not path.is_file():
            continue
        try:
            merged = _over(merged, tomllib.loads(path.read_text("utf-8")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, RecursionError) as error:
            raise ResponseFault(f"{path.name} cannot be read: {error}", do="mend it") from error
        try:
            plan = msgspec.convert(merged, Plan)
        except msgspec.ValidationError as error:
            raise ResponseFault(f"{path.name}: {error}", do="mend it; docs/journey.md explains every key") from error
        for fault in _faults(plan):
            raise ResponseFault(f"{path.name}: {fault}", do="mend it; docs/journey.md explains every key")
    return _without_blanks(plan)


def _faults(plan: Plan) -> Iterator[str]:
    """What is well typed in a plan and cannot be meant."""
    for name, touch in plan.touches.items():
        where = f"touches.{name}"
        if touch.after in {"date", "event"} and not touch.what:
            yield f"{where} has no `what`"
        if touch.after == "season" and day_of(f"--{touch.on}", 2000) is None:
            yield f"{where} has no day of the year: on = {touch.on!r}, where one like 03-01 belongs"
        if any(abs(days) > _LONGEST for days in (touch.days, *touch.tiers.values())):
            yield f"{where} is more than {_LONGEST} days away"
        if touch.times < 1 or touch.within < 0:
            yield f"{where} has times below 1, or within below 0"


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """One mapping laid over another, table by table."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        merged[key] = _over(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def _without_blanks(plan: Plan) -> Plan:
    """Without what a later file switched off."""
    stages = {
        name: msgspec.structs.replace(one, checklist={key: says for key, says in one.checklist.items() if says})
        for name, one in plan.stages.items()
    }
    touches = {name: touch for name, touch in plan.touches.items() if not touch.off}
    moves = {name: move for name, move in plan.moves.items() if not move.off}
    steps = {key: says for key, says in plan.letting_go.steps.items() if says}
    going = msgspec.structs.replace(plan.letting_go, steps=steps)
    return msgspec.structs.replace(plan, stages=stages, touches=touches, moves=moves, letting_go=going)

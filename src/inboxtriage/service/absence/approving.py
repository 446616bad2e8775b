"""Absences as their owner looks at them, and the standing approval of what is said meanwhile."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from inboxtriage.approval.audit import Act, Action
from inboxtriage.approval.standing import Wording, name_of
from inboxtriage.config.settings import Absence
from inboxtriage.errors import NotFound, Refused, ResponseFault, UsageProblem
from inboxtriage.hours.absence import Away
from inboxtriage.outbox.outgoing import DUE
from inboxtriage.service import approvals, marking
from inboxtriage.service.absence import wording
from inboxtriage.service.assembly import Assembly
from inboxtriage.store import acknowledgements, audit, messages, standing
from inboxtriage.store.standing import Standing

When = Literal["ahead", "now", "over"]
# none: nobody approved anything; lapsed: the text, its dates or facts are others than those that were approved
Approval = Literal["none", "approved", "lapsed", "withdrawn"]
WHY_NONE = {
    "none": "its text is not approved",
    "lapsed": "its text, dates or facts are others than those that were approved",
    "withdrawn": "its approval was withdrawn",
    "approved": "",
}
SOON = timedelta(days=14)  # before its first day, for which a missing approval is worth a warning
_FAILED = ("failed", "unknown")


@dataclass(frozen=True, slots=True)
class View:
    """One absence as it stands. `counts` are its acknowledgements by their state in the outbox.

    `problem`: why their text cannot be written.
    """

    absence: Absence
    away: Away
    when: When
    approval: Approval
    given: Standing | None
    counts: dict[str, int] = field(default_factory=dict)
    problem: str | None = None

    @property
    def sent(self) -> int:
        """How many acknowledgements left."""
        return self.counts.get("sent", 0)

    @property
    def waiting(self) -> int:
        """How many wait to leave."""
        return sum(self.counts.get(state, 0) for state in (*DUE, "sending", "committing"))

    @property
    def unsure(self) -> int:
        """How many were refused, or may or may not have left; none is tried again."""
        return sum(self.counts.get(state, 0) for state in _FAILED)

    def is_missing(self, now: datetime) -> bool:
        """Whether acknowledgements are wished for, soon or now, and none would be sent."""
        wished = self.absence.acknowledge and self.when != "over" and self.approval != "approved"
        return wished and self.away.starts - now <= SOON


@dataclass(frozen=True, slots=True)
class Whole:
    """An absence with what would be said; `sha256` binds an approval to all of it.

    Where the text in the practice's own language (`usual`) has gaps nothing can be approved; who wrote in another one
    that has gaps is told in that.
    """

    view: View
    texts: tuple[Wording, ...]
    usual: str
    sha256: str

    @property
    def gaps(self) -> tuple[str, ...]:
        """What stands against an approval."""
        return next((text.gaps for text in self.texts if text.language == self.usual), ("a text",))


def told(view: View) -> str:
    """How its acknowledgements went: "12 acknowledgements sent, 1 waiting"."""
    parts = [f"{view.sent} acknowledgement{'s' if view.sent != 1 else ''} sent"]
    parts += [f"{view.waiting} waiting"] if view.waiting else []
    parts += [f"{view.unsure} refused or unknown"] if view.unsure else []
    return ", ".join(parts)


def views(a: Assembly) -> list[View]:
    """Every absence of the configuration, by its first day."""
    return [_view(a, absence) for absence in _sorted(a)]


def current(found: Sequence[View]) -> View | None:
    """The absence of now among these, one that acknowledges before others; None where nobody is away."""
    lasting = [view for view in found if view.when == "now"]
    return next((view for view in lasting if view.absence.acknowledge), next(iter(lasting), None))


def whole(a: Assembly, first: str | None) -> Whole:
    """The absence that begins on `first` (ISO), or the next that acknowledges. Raises NotFound or ResponseFault."""
    absence = _named(a, first)
    texts = wording.wordings(a, absence)
    return Whole(_view(a, absence), texts, a.library.default, _sum(wording.digests(a, absence, texts)))


def approve(a: Assembly, first: str | None, sha256: str) -> Whole:
    """Approve the texts that have this digest, for all who write during the absence. Raises Refused."""
    marking.leave_mark(a)
    found = whole(a, first)
    view, absence, now = found.view, found.view.absence, a.clock.now()
    day = absence.from_.isoformat()
    if not absence.acknowledge:
        raise Refused(
            f"the absence from {day} acknowledges nothing",
            do="set acknowledge = true in its [[standards.absences]] table",
        )
    if view.when == "over":
        raise Refused(f"the absence from {day} is over", do="`inboxtriage absence list` shows every one")
    if found.gaps:
        raise Refused(f"the text is not complete ({'; '.join(found.gaps)})", do="set it in the configuration")
    if sha256 != found.sha256:
        raise Refused("the text is another by now", do=f"read it with `inboxtriage absence show {day}`, then approve")
    with a.db.writing():
        if (given := standing.last(a.db, absence.from_)) is not None and given.action == "approved":
            _take_back(a, given, now, "approved anew")
        texts = wording.digests(a, absence, found.texts)
        standing.say(a.db, "approved", absence.from_, absence.until, texts, at=now, actor=approvals.actor())
        _record(a, "standing approved", absence.from_, texts, now)
    return whole(a, day)


def withdraw(a: Assembly, first: str | None) -> tuple[date, int]:
    """Take a standing approval back, and every acknowledgement that did not leave; of which absence, and how many.

    Raises Refused where there is none. An absence need not be in the configuration any more.
    """
    given = standing.in_force(a.db)
    if first is not None:
        given = [one for one in given if one.absence == _day(first)]
    if not given:
        raise Refused("no standing approval is in force there", do="`inboxtriage absence list` shows every one")
    with a.db.writing():
        return given[-1].absence, _take_back(a, given[-1], a.clock.now(), "withdrawn")


def lapse(a: Assembly, why: str) -> int:
    """Take every standing approval back, inside `writing`; how many there were."""
    given = standing.in_force(a.db)
    for one in given:
        _take_back(a, one, a.clock.now(), why)
    return len(given)


def _take_back(a: Assembly, given: Standing, now: datetime, why: str) -> int:
    standing.say(a.db, "withdrawn", given.absence, given.until, given.texts, at=now, actor=approvals.actor(), why=why)
    _record(a, "standing withdrawn", given.absence, dict(given.texts), now)
    waiting = [messages.get(a.db, number) for number in acknowledgements.to_leave(a.db, given.absence)]
    return sum(approvals.withdraw(a, item, f"the standing approval was taken back: {why}") for item in waiting)


def _record(a: Assembly, action: Action, absence: date, texts: dict[str, str], now: datetime) -> None:
    for language, sha256 in sorted(texts.items()):
        audit.append(a.db, Act(now, approvals.actor(), action, name_of(absence, language), "", sha256, ""))


def _sorted(a: Assembly) -> list[Absence]:
    return sorted(a.settings.standards.absences, key=lambda one: (one.from_, one.until))


def _view(a: Assembly, absence: Absence) -> View:
    now, when = a.clock.now(), wording.span(a, absence)
    stands: When = "now" if when.covers(now) else "ahead" if now < when.starts else "over"
    given = standing.last(a.db, absence.from_) if absence.acknowledge else None
    approval: Approval = "none" if given is None else given.action
    problem = None
    if approval == "approved" and stands != "over" and given is not None:  # what is over is not composed any more
        try:
            if dict(given.texts) != wording.digests(a, absence, wording.wordings(a, absence)):
                approval = "lapsed"
        except ResponseFault as fault:
            approval, problem = "lapsed", str(fault)
    return View(absence, when, stands, approval, given, acknowledgements.counts(a.db, absence.from_), problem)


def _named(a: Assembly, first: str | None) -> Absence:
    found = _sorted(a)
    if first is not None:
        day = _day(first)
        found = [absence for absence in found if absence.from_ == day]
    else:
        now = a.clock.now()
        found = [absence for absence in found if now < wording.span(a, absence).ends]
    if not found:
        which = f"begins on {first}" if first is not None else "lasts or lies ahead"
        raise NotFound(f"no absence {which}", do="write a [[standards.absences]] table; `inboxtriage absence list`")
    return next((absence for absence in found if absence.acknowledge), found[0])


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UsageProblem(f"{text!r} is no date", do="give its first day, like 2026-12-24") from None


def _sum(texts: dict[str, str]) -> str:
    return hashlib.sha256("\n".join(f"{name} {sha}" for name, sha in sorted(texts.items())).encode()).hexdigest()

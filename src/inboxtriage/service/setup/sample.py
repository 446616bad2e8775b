"""A letter to somebody who asks all four questions, written with the facts that were just given."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inboxtriage.hours.standards import answered_by
from inboxtriage.reply.compose import Circumstances
from inboxtriage.reply.draft import Draft
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.setup.questions import Question, about

_SAMPLES = Path(__file__).parent / "samples"


@dataclass(frozen=True, slots=True)
class Answered:
    """What the sample inquiry asks about, and the draft to it; None where none was written, for the reason `why`."""

    labels: tuple[str, ...]
    draft: Draft | None
    why: str


def mail(profile: str) -> str:
    """The words of the sample inquiry of a profile."""
    return _file(profile).read_text(encoding="utf-8").partition("\n\n")[2].strip()


def letter(a: Assembly) -> Answered:
    """The answer to it: sorted and composed as every mail is, with the free times of now. Nothing is stored or held."""
    found = a.sorter.sort(_file(a.settings.practice.profile).read_bytes())
    verdict, now = found.verdict, a.clock.now()
    if found.message is None:
        return Answered((), None, verdict.reason)
    how = Circumstances(
        free=lambda: a.offering.free(0),
        why_none=lambda: a.offering.problem or a.offering.shortage,
        today=now.astimezone(a.hours.zone).date(),
        closed=lambda day: day in a.hours.closed,
        answer_by=answered_by(a.hours, a.settings.standards, now).astimezone(a.hours.zone).date(),
    )
    return Answered(verdict.labels, a.composer.compose(found.message, verdict, how), verdict.reason)


def fillable(gaps: Sequence[str], profile: str) -> tuple[Question, ...]:
    """The questions whose answers fill these gaps of a letter."""
    found = {one.key: one for gap in gaps if (one := about(gap, profile)) is not None}
    return tuple(found.values())


def _file(profile: str) -> Path:
    return _SAMPLES / f"{profile}.eml"

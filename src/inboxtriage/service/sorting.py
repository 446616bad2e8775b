"""Bytes -> message and verdict. Whatever a mail does to the parser, it does to itself alone."""

from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from inboxtriage.message import apart
from inboxtriage.message.guard import Unreadable
from inboxtriage.message.model import Message
from inboxtriage.triage.classifier import Classifier
from inboxtriage.triage.decision import decide, quarantined
from inboxtriage.triage.reading import read
from inboxtriage.triage.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Sorted:
    """A mail as read and judged; `message` is None where it could not be read."""

    message: Message | None
    verdict: Verdict
    problem: str | None = None  # why no model judged it


def message_of(raw: bytes, own: frozenset[str]) -> Message | None:
    """A kept mail, read again; None where it cannot be read."""
    try:
        return apart.read(raw, own)
    except Exception:  # noqa: BLE001 - it was quarantined for this when it came
        return None


class Sorter:
    """Reads and judges mail. `classifier` is None where no model can be used; `problem` then says why."""

    def __init__(
        self, classifier: Classifier | None, problem: str | None, own: frozenset[str], zone: ZoneInfo | None = None
    ) -> None:
        self._classifier = classifier
        self._own, self._zone = own, zone
        self.problem = problem

    def sort(self, raw: bytes, cut: bool = False) -> Sorted:
        """Judge one mail. Never raises: what cannot be read is quarantined with its reason."""
        try:
            message = apart.read(raw, self._own)
            if cut:
                message = replace(message, unreadable="very large: only the beginning was read")
            return Sorted(message, self.judge(message), self.problem if self._classifier is None else None)
        except Unreadable as error:
            return Sorted(None, quarantined(str(error)))
        except Exception as error:  # noqa: BLE001 - one bad mail must not stop the next (GUARANTEES, rule 6)
            return Sorted(None, quarantined(f"the parser failed on it ({type(error).__name__})"))

    def judge(self, message: Message) -> Verdict:
        """The verdict on a mail that could be read."""
        if self._classifier is None:
            if message.automated is not None and message.automated.sure:
                return Verdict("ignore", message.automated.reason, kind="automated", automated=message.automated.reason)
            return Verdict("read", f"not classified: {self.problem}")
        reading = read(message)
        return decide(message, reading, self._classifier.score(reading), self._classifier.thresholds, self._zone)

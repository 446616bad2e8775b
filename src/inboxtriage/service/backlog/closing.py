"""What becomes of the letters that were approved in one sitting, when it ends."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from inboxtriage.outbox.outgoing import DUE
from inboxtriage.service import outbox, sending
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.status import is_running


@dataclass(frozen=True, slots=True)
class Closing:
    """How many were approved and not taken back, how many of them left, and when the last of the others may."""

    approved: int
    sent: int
    waiting: int
    leaves: datetime | None
    running: bool
    problems: tuple[str, ...] = ()


def closing(a: Assembly, outs: Collection[str]) -> Closing:
    """How it stands with these mails of the outbox."""
    mine = [mail for mail in outbox.everything(a) if mail.id in outs]
    waiting = [mail for mail in mine if mail.state in DUE]
    leaves = max((outbox.leaves_at(a, mail.id) for mail in waiting), default=None)
    sent = sum(mail.state == "sent" for mail in mine)
    approved = sum(mail.state != "cancelled" for mail in mine)
    return Closing(approved, sent, len(waiting), leaves, is_running(a))


def send(a: Assembly) -> Closing:
    """Send what is due now, as `send` does, and how many were taken. Raises Busy."""
    report = sending.send(a)
    return Closing(report.sent, report.sent, report.deferred, None, is_running(a), tuple(report.problems))

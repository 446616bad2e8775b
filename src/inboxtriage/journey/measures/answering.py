"""How soon mail is answered, against the standard; which questions are answered; what is changed before it leaves."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from inboxtriage.hours.office import OfficeHours
from inboxtriage.journey.measures.rows import Mail, Period, Sent, Standard
from inboxtriage.journey.measures.spread import Share, Spread, share, spread
from inboxtriage.journey.measures.tracks import Track


@dataclass(frozen=True, slots=True)
class Response:
    """How soon mail of one disposition was answered ("all": of every one).

    `hours` are office hours from its arrival to the answer. `kept` is the share answered in time, of all that were
    answered or are overdue. What was settled without an answer owed none.
    """

    disposition: str
    standard_hours: float | None
    mails: int
    waiting: int
    overdue: int
    without: int
    hours: Spread
    kept: Share


@dataclass(frozen=True, slots=True)
class Question:
    """What became of the mails that asked one question; `clients`: of those who asked it before they were one."""

    label: str
    mails: int
    answered: Share
    without: int
    waiting: int
    clients: Share


@dataclass(frozen=True, slots=True)
class Drafts:
    """Letters that left: how many were changed first, and how many office hours they waited for a yes."""

    edited: Share
    approval_hours: Spread


def timed(mails: Iterable[Mail], hours: OfficeHours) -> list[Mail]:
    """The mails, each with the office hours until it was answered."""
    return [
        mail._replace(took=hours.between(mail.received_at, mail.ended_at))
        if mail.end == "answered" and mail.ended_at
        else mail
        for mail in mails
    ]


def responses(mails: Sequence[Mail], period: Period, standard: Standard, now: datetime) -> list[Response]:
    """All mails of the period, then by disposition, most pressing first, those that occurred."""
    came = [mail for mail in mails if period.holds(mail.received_at)]
    parts = [("all", came)]
    parts += [(name, [mail for mail in came if mail.disposition == name]) for name in standard.hours]
    return [_response(name, part, standard.hours.get(name), now) for name, part in parts if part or name == "all"]


def _response(name: str, mails: Sequence[Mail], standard_hours: float | None, now: datetime) -> Response:
    overdue = sum(_overdue(mail, now) for mail in mails)
    return Response(
        disposition=name,
        standard_hours=standard_hours,
        mails=len(mails),
        waiting=sum(mail.end == "waiting" for mail in mails),
        overdue=overdue,
        without=sum(mail.end == "without" for mail in mails),
        hours=spread(took(mails)),
        kept=kept(mails, now),
    )


def took(mails: Iterable[Mail]) -> list[float]:
    """The office hours after which each answered mail was answered."""
    return [mail.took for mail in mails if mail.took is not None]


def kept(mails: Sequence[Mail], now: datetime) -> Share:
    """How many answers came by the time they were due; an answer that is overdue counts as one that did not."""
    answered = [mail for mail in mails if mail.end == "answered" and mail.due_at and mail.ended_at]
    in_time = sum(mail.ended_at <= mail.due_at for mail in answered if mail.due_at and mail.ended_at)
    return share(in_time, len(answered) + sum(_overdue(mail, now) for mail in mails))


def _overdue(mail: Mail, now: datetime) -> bool:
    return mail.end == "waiting" and mail.due_at is not None and mail.due_at < now


def questions(mails: Sequence[Mail], period: Period, ways: Mapping[int, Track]) -> list[Question]:
    """By label, the most frequent first. Never by anything that a person might be."""
    by_label: dict[str, list[Mail]] = defaultdict(list)
    for mail in mails:
        if period.holds(mail.received_at):
            for label in mail.labels:
                by_label[label].append(mail)
    found = [_question(label, asked, ways) for label, asked in by_label.items()]
    return sorted(found, key=lambda question: (-question.mails, question.label))


def _question(label: str, asked: Sequence[Mail], ways: Mapping[int, Track]) -> Question:
    ends = [mail.end for mail in asked]
    newcomers = {mail.person for mail in asked if mail.person is not None and _is_newcomer(mail, ways)}
    return Question(
        label=label,
        mails=len(asked),
        answered=share(ends.count("answered"), len(asked)),
        without=ends.count("without"),
        waiting=ends.count("waiting"),
        clients=share(sum(ways[one].became_client() is not None for one in newcomers), len(newcomers)),
    )


def _is_newcomer(mail: Mail, ways: Mapping[int, Track]) -> bool:
    """Whether it was written by somebody who was no client yet."""
    way = ways.get(mail.person) if mail.person is not None else None
    if way is None or way.came_as_client:
        return False
    became = way.became_client()
    return became is None or became >= mail.received_at


def drafts(sent: Sequence[Sent], period: Period, hours: OfficeHours) -> Drafts:
    """Of the letters that left in the period."""
    left = [one for one in sent if period.holds(one.at)]
    return Drafts(
        edited=share(sum(one.edited for one in left), len(left)),
        approval_hours=spread([hours.between(one.written_at, one.approved_at) for one in left]),
    )

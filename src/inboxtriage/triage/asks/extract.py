"""All that one message asks for, put together."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from inboxtriage.triage.asks.meeting import language, meeting
from inboxtriage.triage.asks.particular import breadth
from inboxtriage.triage.asks.payers import payers
from inboxtriage.triage.asks.regions import regions
from inboxtriage.triage.asks.services import services
from inboxtriage.triage.asks.topics import of_labels, topics
from inboxtriage.triage.asks.unlisted import UNLISTED, names_unlisted_plan
from inboxtriage.triage.asks.when.days import days
from inboxtriage.triage.asks.when.timeframe import timeframe
from inboxtriage.triage.asks.when.times import times
from inboxtriage.triage.asks.whereabouts import WHEREABOUTS, tells_a_place
from inboxtriage.triage.asks.whom import Whom, whom
from inboxtriage.triage.phrases import table
from inboxtriage.triage.verdict import Asks

# Two people who were cut apart as if they were two questions: "me", "my boyfriend?".
_ONE = re.compile(r"\b(?:me|myself|us|i|mí|mi|yo|nosotros)$", re.IGNORECASE)
_OTHER = re.compile(r"(?:(?P<en>my|our)|(?P<es>mi|mis))\b", re.IGNORECASE)


_AGE = re.compile(r"\b(1?\d)(?:-| )?(?:years?|yrs?|yo\b|años|a[nñ]itos)", re.IGNORECASE)
# Finer questions that are plain enough to be answered where the classifier heard no label for them.
_PLAIN_ENOUGH = frozenset(
    {
        "plans", "fee", "sliding_scale", "superbill", "payment", "eap", "room", "waitlist", "latest", "earliest",
        "length", "place", "access", "home_visits", "area", "qualifications", "licence",
    }
)  # fmt: skip


def asks_of(
    sentences: Sequence[str], labels: Iterable[str], *, sent: datetime | None = None, zone: ZoneInfo | None = None
) -> Asks:
    """What the sentences of one message name, as far as its labels make it a question.

    `sent` is the mail's own date; "this week" is counted from it in `zone`, or where none is given in its own offset.
    """
    asked = set(labels)
    if not asked:
        return Asks()
    local = sent.astimezone(zone) if sent is not None and zone is not None else sent
    dated = bool(asked & {"scheduling", "availability"})
    finer = topics(sentences)
    unlisted = "insurance" in asked and names_unlisted_plan(sentences)
    borne_out = (*of_labels(finer, asked), *((UNLISTED,) if unlisted else ()))
    if "fit" in asked:
        borne_out = (*borne_out, *breadth(sentences))
    if tells_a_place(sentences):
        borne_out = (*borne_out, WHEREABOUTS)
    for_whom, wanted = _of_one_age(whom(_people_together(sentences)), sentences), services(sentences)
    return Asks(
        insurers=payers(sentences, another=unlisted) if "insurance" in asked else (),
        days=days(sentences, local) if dated else (),
        times=times(sentences) if dated else (),
        timeframe=timeframe(sentences, local) if dated else None,
        service=next(iter(wanted), None),
        who_for=for_whom.who,
        language=language(sentences),
        services=wanted,
        age=for_whom.age,
        meeting=meeting(sentences),
        regions=regions(sentences),
        topics=borne_out,
        beside=tuple(topic for topic in finer if topic in _PLAIN_ENOUGH and topic not in borne_out),
    )


def _of_one_age(found: Whom, sentences: Sequence[str]) -> Whom:
    """For whom it is; of several children the ages differ, and no one of them decides."""
    ages = {match[1] for match in _AGE.finditer("\n".join(sentences))} if found.who in {"child", "teen"} else set()
    return Whom("child") if len(ages) > 1 else found


def label_of(topic: str) -> str | None:
    """The label under which a finer question is answered; None where any will do."""
    labels: list[str] = table("topics")["labels"].get(topic, [])
    return next(iter(labels), None)


def _people_together(clauses: Sequence[str]) -> list[str]:
    """The clauses, with those joined again that name two people in one breath."""
    joined: list[str] = []
    for clause in clauses:
        other = _OTHER.match(clause)
        if joined and other and _ONE.search(joined[-1]):
            joined[-1] += f" {'and' if other['en'] else 'y'} {clause}"
        else:
            joined.append(clause)
    return joined

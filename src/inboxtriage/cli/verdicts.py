"""What the classifier says, as the JSON that scripts rely on (docs/json.md)."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inboxtriage.service.classifying import Judged
    from inboxtriage.triage.model.evaluate import Figures
    from inboxtriage.triage.verdict import Asks, Verdict

Json = dict[str, Any]


def judged(one: Judged) -> Json:
    """One line of `classify --json`."""
    message, verdict = one.result.message, one.result.verdict
    ignored = verdict.disposition == "ignore"
    person = message.person if message else None
    return {
        "source": one.source,
        "message_id": message.message_id if message else None,
        "from": message.sender.address if message and message.sender else None,
        "answer_to": person.answer_to if person and not ignored else None,
        "name": person.name if person else None,
        "subject": message.subject if message else None,
        "new_text": message.words.new if message else None,
        **verdict_document(verdict),
        "doubts": list(person.doubts) if person else [],
        "phone": person.phone if person else None,
        "via": person.via if person else None,
    }


def verdict_document(verdict: Verdict) -> Json:
    """A verdict as `classify` tells it."""
    return {
        "disposition": verdict.disposition,
        "kind": verdict.kind,
        "automated": verdict.automated,
        "urgent": verdict.urgent,
        "labels": list(verdict.labels),
        "scores": {label: round(score, 4) for label, score in verdict.scores.items()},
        "evidence": [asdict(evidence) for evidence in verdict.evidence],
        "asks": asks(verdict.asks),
        "error": verdict.error,
        "reason": verdict.reason,
        "language": verdict.language,
        "confidence": round(verdict.confidence, 4),
    }


def asks(found: Asks) -> Json:
    """What exactly is asked."""
    frame = found.timeframe
    return {
        "insurers": list(found.insurers),
        "days": list(found.days),
        "times": list(found.times),
        "timeframe": {"from": frame.start, "to": frame.end, "words": frame.words} if frame else None,
        "service": found.service,
        "who_for": found.who_for,
        "language": found.language,
        "services": list(found.services),
        "age": found.age,
        "meeting": found.meeting,
        "regions": list(found.regions),
        "topics": list(found.topics),
        "beside": list(found.beside),
    }


def figures(found: Figures) -> Json:
    """`evaluate --json`."""
    return asdict(found)

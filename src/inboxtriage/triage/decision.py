"""One message, read and scored -> one disposition with its reason. Pure; the first rule that fits wins (CONTRACT.md).

Doubt becomes `read`: a person looks, nothing is drafted.
"""

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from inboxtriage.message.model import Message
from inboxtriage.triage.asks.deadline import deadline
from inboxtriage.triage.asks.extract import asks_of
from inboxtriage.triage.language import language_of
from inboxtriage.triage.reading import Reading, is_nudge, is_withdrawn, read
from inboxtriage.triage.urgency import to_look_at
from inboxtriage.triage.verdict import LOOK_TWICE, Asks, Disposition, Evidence, Scores, Verdict

_UNASKED = (
    "vendor",
    "automated",
    "spam",
    "personal",
)  # kinds whose words ask the practice nothing (LABELS.md)
_ASKING = ("inquiry", "client")
_SELLING = ("vendor", "spam")
_SEEMS = {
    "colleague": "seems to be from a colleague",
    "vendor": "seems to sell something",
    "spam": "seems to be spam",
    "personal": "seems to be personal",
}
_PLAIN_QUESTION, _SURELY_UNASKED = 0.80, 0.85  # a label so sure outweighs a writer who is not surely a stranger
_MACHINE_KIND = 0.90  # how sure the words alone must be that no person wrote them
_MACHINE_SENT = 0.70  # how sure that no person asks, where the way of sending says so too
_CERTAIN = 0.50  # the score that at least one label must reach before a letter is drafted
_QUOTED = 160  # letters of a sentence that a reason quotes
_UNHEARD = 0.15  # the score of every label that is answered, below which a question counts as not understood
_SHORTEST_QUESTION = 4  # words; shorter ones ("Would that work?") lean on what was asked before
_CAUTION = 0.5  # the part of the urgent threshold from which on a person is told to look twice


def own_mail_back(verdict: Verdict) -> Verdict:
    """The verdict on mail of ours that came back by whatever way: nobody wrote it to us (G34)."""
    why = "our own mail came back"
    return replace(
        verdict,
        disposition="ignore",
        reason=why,
        kind="automated",
        automated=why,
        urgent=False,
        labels=(),
        evidence=(),
        unanswered=(),
    )


def quarantined(error: str) -> Verdict:
    """The verdict on bytes that could not be read; `error` says why, for a person."""
    return Verdict("quarantine", f"could not be read: {error}", error=error)


def decide(
    message: Message, reading: Reading, scores: Scores, thresholds: dict[str, float], zone: ZoneInfo | None = None
) -> Verdict:
    """What becomes of `message`. "This week" is counted in `zone`, or where none is known in the mail's own offset.

    `thresholds` hold a score for each label and for "urgent", and for "reply" the confidence from which on a letter is
    drafted.
    """
    verdict = _sorted(message, reading, scores, thresholds)
    return replace(
        verdict,
        asks=_asks_of(message, reading, verdict.labels, zone),
        unanswered=_unanswered(reading, scores, verdict) if verdict.disposition == "reply" else (),
    )


def _sorted(message: Message, reading: Reading, scores: Scores, thresholds: dict[str, float]) -> Verdict:
    if message.encrypted and not (message.automated is not None and message.automated.sure):
        return Verdict("read", message.unreadable or "encrypted", language=language_of(message.subject))
    asking = _asks(scores)
    labels = _labels(message, scores, thresholds) if asking else ()
    urgent = _is_urgent(scores, thresholds)
    automated = _automated(message, scores, labels, urgent=urgent)
    if automated is not None:
        return _verdict("ignore", automated, message, reading, scores, "automated", (), automated=automated)
    kind = _kind(scores, labels)
    if urgent:
        reason = f"reads as danger now{_spoken(reading, scores, 'urgent')}"
        return _verdict("urgent", reason, message, reading, scores, kind, labels, urgent=True)
    disposition, reason = _answerable(message, scores, kind, labels, thresholds)
    if scores.urgent >= thresholds.get("urgent", 0.5) * _CAUTION:
        reason += f"; {LOOK_TWICE}: some words could mean danger{_spoken(reading, scores, 'urgent')}"
    elif (said := to_look_at(reading, _beside(message), selling=kind in _SELLING)) is not None:
        reason += f"; {LOOK_TWICE}: some words could mean danger: “{said[:_QUOTED]}”"
    return _verdict(disposition, reason, message, reading, scores, kind, labels)


def _beside(message: Message) -> tuple[str, ...]:
    """What of a mail is not judged, and is theirs: the subject of a reply, and what stands below their name."""
    return tuple(text for text in (message.topic, message.words.signature) if text)


def of_client(verdict: Verdict) -> Verdict:
    """The verdict on mail of a known client: whatever it reads like, no stranger wrote it."""
    if verdict.disposition in {"ignore", "quarantine"} or verdict.kind == "client":
        return verdict
    return replace(verdict, kind="client", reason=f"{verdict.reason}; from a known client")


def what_is_asked(message: Message, labels: Sequence[str], zone: ZoneInfo | None) -> Asks:
    """What exactly a message asks for under these labels."""
    return _asks_of(message, read(message), labels, zone)


def _asks_of(message: Message, reading: Reading, labels: Sequence[str], zone: ZoneInfo | None) -> Asks:
    said = [sentence.text for sentence in reading.sentences]
    sent = message.date.astimezone(zone) if message.date is not None and zone is not None else message.date
    day = deadline(said, sent)
    asks = asks_of(said, labels, sent=message.date, zone=zone)
    return replace(asks, needed_by=day.isoformat() if day is not None else None)


def confidence(scores: Scores) -> float:
    """How sure the least sure label is, asked or not: 0.5 (anybody's guess) to 1."""
    return min((max(p, 1.0 - p) for p in scores.labels.values()), default=0.0)


def _unasked_share(scores: Scores) -> float:
    """How likely it is that a machine, a seller, a scammer or a friend wrote this."""
    return sum(scores.kinds.get(kind, 0.0) for kind in _UNASKED)


def _asks(scores: Scores) -> bool:
    """Whether the words can be a question to the practice: by who seems to write, or by a question that is plain."""
    share = _unasked_share(scores)
    return share < 0.5 or (share < _SURELY_UNASKED and max(scores.labels.values(), default=0.0) > _PLAIN_QUESTION)


def _kind(scores: Scores, labels: tuple[str, ...]) -> str:
    """The likeliest writer; where something is asked, of those who ask. No machine is left here."""
    excluded = _UNASKED if labels else ("automated",)
    return max((kind for kind in scores.kinds if kind not in excluded), key=lambda kind: scores.kinds[kind])


def _labels(message: Message, scores: Scores, thresholds: dict[str, float]) -> tuple[str, ...]:
    """The labels that pass, in the order in which their sentences stand in the message."""
    if is_withdrawn(message.words.new) and message.words.own_quote:
        return ()
    passed = [label for label, score in scores.labels.items() if score >= thresholds.get(label, 0.5)]
    return tuple(sorted(passed, key=lambda label: (scores.evidence.get(label, 0), label)))


def _is_urgent(scores: Scores, thresholds: dict[str, float]) -> bool:
    """Danger now, in a person's words; selling and begging mail uses the same words for other ends."""
    selling = scores.kinds.get("vendor", 0.0) + scores.kinds.get("spam", 0.0) + scores.kinds.get("automated", 0.0)
    return scores.urgent >= thresholds.get("urgent", 0.5) and selling < 0.6


def _automated(message: Message, scores: Scores, labels: tuple[str, ...], *, urgent: bool) -> str | None:
    """Why no person wrote this, or None. A person's words in a machine's envelope are never thrown away."""
    sign = message.automated
    if sign is not None and sign.sure:
        return sign.reason
    if labels or urgent or (sign is not None and sign.approved):
        return None
    if sign is not None and _unasked_share(scores) > _MACHINE_SENT:
        return sign.reason
    if sign is None and message.person.via == "from" and scores.kinds.get("automated", 0.0) >= _MACHINE_KIND:
        return "reads like an automatic message"
    return None


def _answerable(
    message: Message, scores: Scores, kind: str, labels: tuple[str, ...], thresholds: dict[str, float]
) -> tuple[Disposition, str]:
    if message.unreadable is not None:
        return "read", message.unreadable
    if kind not in _ASKING:
        return "read", _SEEMS[kind]
    if not labels or max(scores.labels[label] for label in labels) < _CERTAIN:
        return "read", "no question was recognised with certainty"
    if confidence(scores) < thresholds.get("reply", 0.0):
        return "read", f"may ask about {', '.join(labels)}, not surely enough for a draft; `relabel` writes one"
    if message.person.answer_to is None:
        why = message.person.doubts[0] if message.person.doubts else "no address to answer is known"
        return "read", f"asks about {', '.join(labels)}, but {why}"
    if message.automated is not None:
        return "read", f"asks about {', '.join(labels)}, but {message.automated.reason}"
    return "reply", f"asks about {', '.join(labels)}"


def _spoken(reading: Reading, scores: Scores, of: str) -> str:
    """The sentence that spoke loudest, in quotes."""
    spoke = scores.evidence.get(of, -1)
    return f": “{reading.sentences[spoke].text[:_QUOTED]}”" if spoke in range(len(reading.sentences)) else ""


def _unanswered(reading: Reading, scores: Scores, verdict: Verdict) -> tuple[str, ...]:
    """The questions that no label heard: a letter on the others must not look as if it answered everything."""
    answered = {evidence.text for evidence in verdict.evidence}
    return tuple(
        sentence.text
        for sentence, heard in zip(reading.sentences, scores.heard, strict=False)
        if sentence.text.rstrip("\"')”’ ").endswith("?")
        and not sentence.topic
        and max(heard[label] for label in verdict.labels) < _UNHEARD
        and sentence.text not in answered
        and len(sentence.text.split()) >= _SHORTEST_QUESTION
    )


def _verdict(
    disposition: Disposition,
    reason: str,
    message: Message,
    reading: Reading,
    scores: Scores,
    kind: str,
    labels: tuple[str, ...],
    *,
    automated: str | None = None,
    urgent: bool = False,
) -> Verdict:
    evidence = tuple(
        Evidence(label, reading.sentences[spoke].text, reading.sentences[spoke].quoted)
        for label in labels
        if (spoke := scores.evidence.get(label, -1)) in range(len(reading.sentences))
    )
    said = message.words.new + ("\n" + message.words.own_quote if is_nudge(message) else "")
    return Verdict(
        disposition,
        reason,
        kind=kind,
        automated=automated,
        urgent=urgent,
        labels=labels,
        scores=scores.labels,
        evidence=evidence,
        language=language_of(said),
        confidence=confidence(scores),
    )

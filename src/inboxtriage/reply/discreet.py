"""What may be read over somebody's shoulder: subjects that tell nothing, templates that name no illness.

A reply's subject shows on locked screens and in shared inboxes; the sender's own line may hold their whole story.
"""

import re
from dataclasses import dataclass
from functools import cache

from inboxtriage import shipped
from inboxtriage.triage.phrases import Phrases, plain, vocabulary

_PIECE = re.compile(
    r"(?P<word>[a-z]+(?:['-][a-z]+)*\.?)"
    r"|(?P<number>[$€£#]?\d{1,4}(?:[:.,/-]\d{1,4})*(?:st|nd|rd|th|am|pm|a|p|h|ish|k|min|mins)?%?)(?![a-z\d])"
    r"|(?P<mark>[\s?!.,;:()\[\]\"'/&+~*@_|<>=#-]+|[\u2013\u2014\u2026\u201c\u201d\u00ab\u00bb\u00bf\u00a1]+)"
)
_TIME = re.compile(r"\d ?[ap]m\b|\d:\d\d|\d/\d")
_ELIDED = re.compile(r"\b(?:d|l|qu)'(?=[a-z])")  # French "d'assurance"
_ALARMS = {"911", "988", "999", "112", "5150", "5585", "51-50"}  # numbers that are a story by themselves
_MOST_WORDS = 14
_LONGEST_PHRASE = 4
_DEFAULT = "en"


@dataclass(frozen=True, slots=True)
class _Neutral:
    """The harmless words of one language."""

    words: frozenset[str]
    small: frozenset[str]
    phrases: frozenset[str]


def neutral_subject(topic: str, language: str) -> str | None:
    """The `topic` as it is, where each word of it is business ("Question about Saturdays", "Aetna?"); else None.

    `language` is the mail's; its words may be mixed with English ones, or the topic be wholly in another language that
    neutral.toml knows. A word that is not known there is taken for part of a story, and so is a sign that is no
    ordinary punctuation. The topic comes without "Re:" and on one line.
    """
    text = plain(topic)
    if _telling().spans(text):
        return None
    payers = {span for spans in vocabulary("insurers").spans(text).values() for span in spans}
    for start, end in payers:
        text = text[:start] + " " * (end - start) + text[end:]
    words = _words(text)
    if words is None or len(words) > _MOST_WORDS:
        return None
    told = bool(payers) or _TIME.search(text) is not None
    known = _neutral()
    mixed = [known.get(language, known[_DEFAULT]), known[_DEFAULT]]
    if any(_harmless(words, tongues, told=told) for tongues in (mixed, *([other] for other in known.values()))):
        return topic
    return None


def tells_nothing(topic: str, language: str) -> bool:
    """Whether the `topic` names no illness, crisis, money trouble or family matter, whatever else it says."""
    text = plain(topic)
    if _telling().spans(text) or clinical_words(topic, language) or _private().spans(text):
        return False
    words = _words(text)
    return words is not None


def clinical_words(text: str, language: str) -> tuple[str, ...]:
    """Words of a template that name an illness, a crisis or a treatment, in plain spelling, in order, each once.

    What a practice helps with is a fact of the configuration; written into a template it would go to everybody.
    English words are looked for in every language.
    """
    spoken = plain(text)
    lists = _clinical()
    spans = {span for name in {language, _DEFAULT} & lists.keys() for span in lists[name].spans(spoken).get(name, ())}
    outer = [(s, e) for s, e in sorted(spans) if not any(a <= s and e <= b and (a, b) != (s, e) for a, b in spans)]
    return tuple(dict.fromkeys(spoken[start:end] for start, end in outer))


def _words(text: str) -> list[str] | None:
    """The words of a subject, numbers checked and left out; None where it holds anything that is neither."""
    text = _ELIDED.sub("", text)
    words, at = [], 0
    while at < len(text):
        found = _PIECE.match(text, at)
        if found is None or found[0].lstrip("$#") in _ALARMS:
            return None
        if found.lastgroup == "word":
            words.append(found[0].rstrip("."))
        at = found.end()
    return words


def _harmless(words: list[str], tongues: list[_Neutral], *, told: bool) -> bool:
    """Whether every word is known; `told` is whether something of substance was named already."""
    at = 0
    while at < len(words):
        width = next((n for n in range(_LONGEST_PHRASE, 0, -1) if _is_phrase(words[at : at + n], tongues)), 0)
        word = words[at].removesuffix("'s")
        if width or any(word in tongue.words for tongue in tongues):
            told = True
        elif not any(words[at] in tongue.small for tongue in tongues):
            return False
        at += width or 1
    return told


def _is_phrase(words: list[str], tongues: list[_Neutral]) -> bool:
    joined = " ".join(words)
    return any(joined in tongue.phrases for tongue in tongues)


@cache
def _neutral() -> dict[str, _Neutral]:
    return {
        language: _Neutral(
            words=frozenset(" ".join(lists["words"]).split()),
            small=frozenset(" ".join(lists["small"]).split()),
            phrases=frozenset(lists["phrases"]),
        )
        for language, lists in shipped.table("reply", "neutral").items()
        if language != "telling"
    }


@cache
def _private() -> Phrases:
    return Phrases({"private": shipped.table("reply", "clinical")["private"]["words"]})


@cache
def _telling() -> Phrases:
    return Phrases(shipped.table("reply", "neutral")["telling"])


@cache
def _clinical() -> dict[str, Phrases]:
    return {
        language: Phrases({language: lists["words"]})
        for language, lists in shipped.table("reply", "clinical").items()
        if language != "private"
    }

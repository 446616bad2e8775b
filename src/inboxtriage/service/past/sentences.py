"""The sentences of an owner's letter that could be said to anybody. Pure; where it is not certain, none is.

A capital letter inside a sentence counts as a name unless the practice's own facts or a list hold the word.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from inboxtriage import shipped
from inboxtriage.reply.discreet import clinical_words
from inboxtriage.triage.asks.payers import payers
from inboxtriage.triage.phrases import plain

_FEWEST_WORDS, _MOST_WORDS = 5, 45
_ENDS = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+(?=[\"'“‘(¿¡]*[A-ZÁÉÍÓÚÑ¿¡])")
_POINT = re.compile(r"^\s*(?:[-*•·–]|\d{1,2}[.)])\s+")
_WORD = re.compile(r"[^\W\d_][^\W\d_'’]*(?:-[^\W\d_][^\W\d_'’]*)*(?:['’][^\W\d_]+)?")
_ADDRESSED = re.compile(r"@|https?:|www\.|\w\.(?:com|org|net|io|health)\b|#")
_MARKUP = re.compile(r"[{}<>\[\]*_`|\\~^]|^\s*[#>+-]")
_SHORTENED = re.compile(r"['’](?:s|m|ve|ll|d|re|t)$")
_KINDS = {  # the lists whose phrases nobody says to everybody
    "theirs": "about one person",
    "moments": "about one day",
    "passing": "about one time",
    "promises": "a promise",
    "secrets": "a secret, or a number in words",
    "titles": "a name",
}
_MONEY = re.compile(
    r"[$€£] ?\d[\d,]*(?:\.\d\d)?|\b\d[\d,]*(?:\.\d\d)? ?(?:dollars|euros|pounds|bucks|USD|EUR)\b", re.IGNORECASE
)


def sentences(letter: str) -> list[str]:
    """The sentences between greeting and ending, each on one line; list items stand alone."""
    blocks: list[str] = [""]
    for line in _between(letter.split("\n")):
        if not line.strip():
            blocks.append("")
        elif _POINT.match(line):
            blocks.append(_POINT.sub("", line).strip())
        else:
            blocks[-1] = f"{blocks[-1]} {line.strip()}".strip()
    found = (" ".join(piece.split()) for block in blocks for piece in _ENDS.split(block))
    return [one for one in found if one]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What tells a name from a word. All are in lower case but `facts`."""

    names: frozenset[str]  # the words of people's names
    common: frozenset[str]  # words that are no name when they are written small
    ordinary: frozenset[str]  # words that may begin a sentence
    facts: frozenset[str]  # words with a capital in the practice's own facts


def unfit(sentence: str, known: Knowledge, language: str) -> str | None:
    """Why a sentence cannot be said to anybody, or None."""
    words = sentence.split()
    said = plain(sentence)
    if not _FEWEST_WORDS <= len(words) <= _MOST_WORDS or not sentence.endswith((".", "!")) or sentence.endswith(".."):
        return "no plain sentence"
    if _MARKUP.search(sentence) or _ADDRESSED.search(sentence):
        return "an address or signs"
    for kind, why in _KINDS.items():
        if _any(kind).search(said):
            return why
    if _any("courtesies").match(said):
        return "a courtesy"
    if re.search(r"\d", _any("numbers", borders=False).sub(" ", said)):
        return "a number"
    if payers([sentence]):
        return "a plan by name"
    if _names_somebody(sentence, known):
        return "a name"
    if clinical_words(sentence, language):
        return "clinical words"
    return None


def amounts(sentence: str) -> tuple[str, ...]:
    """The sums of money in a sentence, as they are written."""
    return tuple(dict.fromkeys(_MONEY.findall(sentence)))


def capitals(text: str) -> set[str]:
    """The words of a text that are written with a capital."""
    return {word for word in _WORD.findall(text) if word[0].isupper()}


def ordinary(text: str) -> set[str]:
    """The words of a text that are written small; of shortened ones the whole word too."""
    small = {word for word in _WORD.findall(text) if word[0].islower()}
    return small | {_SHORTENED.sub("", word) for word in small}


def _between(lines: list[str]) -> Iterator[str]:
    """The lines without a greeting at the beginning, up to an ending."""
    begun = False
    for line in lines:
        text = line.strip()
        if not begun and text:
            begun = True
            if _is_greeting(text):
                continue
            opening = _greeted().match(plain(text))
            text = text[opening.end() :] if opening and len(plain(text)) == len(text) else text
        elif begun and _any("endings", whole=True).match(plain(text).rstrip(" ,.!–—-")):
            return
        yield text


def _is_greeting(text: str) -> bool:
    """Whether a line is nothing but a greeting: it begins as one, or is a name or two and a comma."""
    said = plain(text)
    if len(said.split()) <= 6 and _any("greetings").match(said) and not said.rstrip(" ,!:.–—-").count("."):
        return True
    return len(said.split()) <= 3 and said.endswith((",", "-", "–", "—", ":"))


def _names_somebody(sentence: str, known: Knowledge) -> bool:
    harmless = known.facts | frozenset(shipped.table("service.past", "sentences")["capitals"])
    for at, word in enumerate(_WORD.findall(sentence)):
        bare = _SHORTENED.sub("", word)
        small = bare.casefold()
        is_name = bool(known.names & {small, word.casefold(), *small.split("-")}) and bare != "I"
        if is_name and (bare[0].isupper() or small not in known.common):
            return True
        if bare[0].isupper() and bare not in harmless and (at > 0 or small not in known.ordinary):
            return True
    return False


@cache
def _greeted() -> re.Pattern[str]:
    """A greeting before the first sentence of the same line."""
    return re.compile(rf"{_either('greetings')}\b[^.!?\n]{{0,60}}?[,!:–—]\s*")


@cache
def _any(kind: str, *, whole: bool = False, borders: bool = True) -> re.Pattern[str]:
    """What finds a phrase of a list in plain text."""
    phrases = _either(kind)
    return re.compile(f"^{phrases}$" if whole else rf"\b{phrases}\b" if borders else phrases)


@cache
def _either(kind: str) -> str:
    return "(?:" + "|".join(shipped.table("service.past", "sentences")[kind]) + ")"

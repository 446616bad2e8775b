"""Clauses of a text in which a day or an hour stands, each with what it says of it: asked for, or not."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate

from inboxtriage.triage.phrases import Phrases, plain, table

_STANCES = (  # the first that is found decides; see vocabulary/when/stances.toml
    ("dropped", False),
    ("phoning", False),
    ("wished", True),
    ("opened", True),
    ("refused", False),
    ("told", False),
    ("asked", True),
)
_WORTH_READING = {  # the vocabularies whose words are looked for first
    "days": ("days", "months", "calendar", "holidays"),
    "times": ("times", "hour_hints"),
    "stretches": ("stretches",),  # and what is worth reading for days
}
_NAMED_ONLY = 9  # words; a longer clause without any sign is a statement
_TURNED = re.compile(r"(?:so|but|pero|asi que|entonces)\b")  # what follows is what the writer draws from the rest
_COMMA = r",\s+(?!(?:the |el )?\d|20\d\d)"
_DAY_MONTH = (  # "Tuesday, December 1" is one date
    r"(?!\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? (?:the )?\d)|"
    r"(?<!day,)(?<!mon,)(?<!tue,)(?<!tues,)(?<!wed,)(?<!weds,)(?<!thu,)(?<!thur,)(?<!thurs,)(?<!fri,)(?<!sat,)(?<!sun,)"
)
_COMMA = rf",(?!\s+(?:(?:the |el )?\d|20\d\d|(?:or|o) (?:to|al|para) ))(?:{_DAY_MONTH})\s+"
_OR_BUT = r"(?<! day)(?<! days)(?<!thing)(?<!weekday)(?<! time)(?<! afternoon)(?<! evening)\s+but\s+"
_SUBJECT = (
    r"(?:i|i'm|i'd|i'll|we|we'd|we're|he|he's|she|she's|they|it|it's|it'd|that|there|my|our|his|her|can|could|would|do|"
    r"does|is|are|yo|mi|me|mis|tiene|puede|podria|hay)\b"
)
_BREAK = re.compile(
    rf"{_COMMA}|{_OR_BUT}|[;()?!¿¡]+\s*|:\s+|"
    r"\s+[–—-]+\s+(?!\d|mon|tue|wed|thu|fri|sat|sun|lun|mar|mie|jue|vie|sab|dom)"
    r"|\s+(?=(?:so(?! that)|because|bc|cause|cuz|which|though|although|unless|while|since|whether|hence|"
    r"porque|pero|asi que|entonces|o sea|ya que|aunque)\b)"
    rf"|\s+(?=(?:and|if|when|as|or|y|si|que si|cuando) {_SUBJECT}|if you\b|and \w+days? (?:is|are|works?|would)\b)"
)

_NOT_THIS = re.compile(
    r"\b(?:instead of|rather than|in place of|not|except(?: for)?|excluding|but(?: not)?|other than|besides|"
    r"apart from|aside from|in lieu of|en (?:vez|lugar) del?|que no sea|"
    r"menos|excepto|salvo|nunca|never|no|sauf|au lieu du?)"
    r"(?: (?:on|for|a|an|any|the|my|our|your|el|en|los|las|al|this|next|le|mon|of))*(?: |$)$"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause in plain text; `sentence` counts the sentences, `start` the letters of the plain sentence before it.

    `bare` where it asks only by being nothing but the name of a day or an hour.
    """

    sentence: int
    start: int
    text: str
    asked: bool
    bare: bool


def clauses(sentences: Sequence[str], of: str) -> Iterator[Clause]:
    """The clauses of those sentences in which "days", "times" or "stretches" may stand, in their order."""
    texts, places = _looked_through(tuple(sentences))
    for number in places[of]:
        for found in _judged(texts[number]):
            yield Clause(number, *found)


def as_written(sentence: str, start: int, end: int) -> str:
    """The writer's own letters of `sentence` that stand in its plain text from `start` to `end`."""
    if sentence.isascii():
        return sentence[start:end]
    letters = [index for index, letter in enumerate(sentence) for _ in plain(letter)]
    last = letters[min(end, len(letters)) - 1] + 1
    while last < len(sentence) and unicodedata.combining(sentence[last]):
        last += 1
    return sentence[letters[start] : last]


def is_left_out(text: str, start: int) -> bool:
    """Whether what stands at `start` is set aside by the words before it: "not Friday", "instead of mornings"."""
    return _NOT_THIS.search(text[max(0, start - 32) : start]) is not None


def lists(name: str) -> Mapping[str, list[str]]:
    """The lists of `vocabulary/when/<name>.toml` as they stand, for patterns that are put together from them."""
    loaded: dict[str, list[str]] = table(f"when/{name}")
    return loaded


def any_of(words: Iterator[str] | Sequence[str]) -> str:
    """A pattern that finds any of `words`, the longest first."""
    return "(?:" + "|".join(sorted(words, key=lambda word: (-len(word), word))) + ")"


@cache
def merged(name: str) -> Phrases:
    """The lists of `vocabulary/when/<name>.toml`, each as one pattern: quicker where only their names matter."""
    return Phrases({key: [any_of(phrases)] for key, phrases in lists(name).items()})


class _Signs(Phrases):
    """Lists of phrases of which it only matters whether one stands in a text."""

    __slots__ = ()

    def of(self, text: str) -> set[str]:
        """The names of the lists of which a phrase stands in plain `text`."""
        return {self._phrases[number][0] for number in self._all.Match(text) or ()}


@cache
def _signs() -> _Signs:
    return _Signs({name: [any_of(phrases)] for name, phrases in lists("stances").items()})


@cache
def _hints() -> Phrases:
    """Words that say that a sentence is worth reading for days, for times, for stretches."""
    return Phrases(
        {
            of: [any_of([phrase for name in names for phrases in lists(name).values() for phrase in phrases])]
            for of, names in _WORTH_READING.items()
        }
    )


@lru_cache(maxsize=1)  # days, times and stretches are looked for in the same mail, one after the other
def _looked_through(sentences: tuple[str, ...]) -> tuple[list[str], dict[str, list[int]]]:
    """The plain sentences, each on one line and letter for letter, and which of them are worth reading for what."""
    texts = [plain(sentence).replace("\n", " ") for sentence in sentences]
    ends = list(accumulate(len(text) + 1 for text in texts))
    spans = _hints().spans("\n".join(texts))
    found = {of: {bisect_right(ends, start) for start, _ in spans.get(of, ())} for of in _WORTH_READING}
    found["stretches"] |= found["days"]
    return texts, {of: sorted(numbers) for of, numbers in found.items()}


@lru_cache(maxsize=32)
def _judged(text: str) -> tuple[tuple[int, str, bool, bool], ...]:
    """The clauses of one sentence. One without a sign of its own goes with the one before, else with the next."""
    pieces = list(_pieces(text))
    signs = [_signs().of(piece) for _, piece, _ in pieces]
    stances = [_stance(sign, behind) for sign, (_, _, behind) in zip(signs, pieces, strict=True)]
    names = [
        "sentence" not in sign and len(p.split()) <= _NAMED_ONLY for sign, (_, p, _) in zip(signs, pieces, strict=True)
    ]
    found = []
    before: bool | None = None  # what the clauses before say; a statement without a sign asks nothing
    for index, (start, piece, behind) in enumerate(pieces):
        asked, bare = stances[index], False
        if asked is None and names[index]:
            near = before if before is not None else next((s for s in stances[index + 1 :] if s is not None), None)
            bare = near is None or _TURNED.match(piece) is not None
            asked = bare or bool(near)
        elif asked is None:
            asked = False
        before = asked if not bare else None
        if behind.startswith(":") and stances[index] is None:
            before = None  # the name of a field
        found.append((start, piece, asked, bare))
    return tuple(found)


def _pieces(text: str) -> Iterator[tuple[int, str, str]]:
    """Where each clause stands, the clause, and what ends it."""
    start = 0
    for found in _BREAK.finditer(text):
        if piece := text[start : found.start()].rstrip(" ,.!"):
            yield start, piece, found.group()
        start = found.end()
    if piece := text[start:].rstrip(" ,.!"):
        yield start, piece, ""


def _stance(signs: Container[str], behind: str) -> bool | None:
    """Whether a piece asks by its own signs or a question mark behind it; None where it shows none."""
    return next((asked for name, asked in _STANCES if name in signs), True if behind.startswith("?") else None)

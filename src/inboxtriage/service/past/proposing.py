"""Answer blocks in the owner's words: sentences that come again in their answers to one question. Pure.

Two sentences are one where hardly a letter differs, the same numbers stand in them, and both say yes or both say no.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
from rapidfuzz import fuzz

from inboxtriage import shipped
from inboxtriage.category.response import LETTER, Library
from inboxtriage.config.settings import Practice
from inboxtriage.reply.facts import stated
from inboxtriage.service.past.places import Place, contradictions, place_of
from inboxtriage.service.past.reading import Answered, Past
from inboxtriage.service.past.sentences import Knowledge, capitals, ordinary, sentences, unfit
from inboxtriage.triage.phrases import plain

_ALIKE = 86.0  # per cent of letters
_SAID_ALREADY = 90.0
_FEWEST_PEOPLE = 2  # to whom it was written: what was written once is one person's
_MORE_THAN_ELSEWHERE = 0.2  # how much larger its share is among the answers to one question than among all others
_MOST = 12
_NO = re.compile(r"\b(?:not?|never|none|without|unfortunately|cannot|nor|full)\b|n't\b")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A sentence of the owner's: in `times` of their `of` answers about `label`, last written at `last`.

    `remarks` say where the configuration says otherwise; `place` is the shipped line that it would stand for.
    """

    label: str
    language: str
    text: str
    times: int
    of: int
    last: datetime
    place: Place | None
    remarks: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """By which it is known that it was put to the owner once."""
        return hashlib.sha256(f"{self.label} {self.language} {plain(self.text)}".encode()).hexdigest()


@dataclass(slots=True)
class _Sentence:
    """One sentence in its variants: who was told, in which answers, last when."""

    said: str
    numbers: tuple[str, ...]
    says_no: bool
    language: str
    variants: Counter[str] = field(default_factory=Counter)
    answers: dict[int, datetime] = field(default_factory=dict)  # by the answer's place in the list
    people: set[str] = field(default_factory=set)


def proposals(past: Past, practice: Practice, library: Library) -> tuple[Proposal, ...]:
    """What can be proposed, what was said most first; what the responses say already is left out."""
    answers = past.inquiries
    known = _knowledge(past, practice, library)
    found: list[Proposal] = []
    for one in _gathered(answers, known):
        if len(one.people) < _FEWEST_PEOPLE:
            continue
        label = _label(one, answers)
        response = library.exactly(label, one.language) if label is not None else None
        if label is None or response is None or _is_said(one.said, response.text):
            continue
        about = [n for n, answer in enumerate(answers) if label in answer.asked.verdict.labels]
        last = max(one.answers.values())
        text = max(one.variants, key=lambda variant: (one.variants[variant], variant))
        found.append(
            Proposal(
                label,
                one.language,
                text,
                len(one.answers.keys() & set(about)),
                len(about),
                last,
                place_of(label, text) if one.language == "en" else None,
                tuple(contradictions(label, text, practice)),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.times, one.label, one.text)))[:_MOST]


def _knowledge(past: Past, practice: Practice, library: Library) -> Knowledge:
    letters = "\n".join(answer.words for answer in past.answered)
    shipped_words = "\n".join(response.text for response in library.all() if response.name != LETTER)
    lists = shipped.table("service.past", "sentences")
    facts = stated(practice)
    own = {word.casefold() for word in capitals(str(facts.pop("owner", "")))}
    colleagues = facts.get("fit", {}).pop("referrals", [])
    own |= {word.casefold() for one in colleagues for word in capitals(str(one.get("name", "")))}
    common = ordinary(shipped_words) | set(lists["words_too"])
    return Knowledge(
        names=past.names | own - common,
        common=frozenset(common),
        ordinary=frozenset(common | ordinary(letters) | set(lists["openers"])),
        facts=frozenset(capitals(msgspec.json.encode(facts).decode())),
    )


def _gathered(answers: Sequence[Answered], known: Knowledge) -> list[_Sentence]:
    """Every sentence that could be said to anybody, its variants together."""
    found: list[_Sentence] = []
    for number, answer in enumerate(answers):
        for sentence in sentences(answer.words):
            if unfit(sentence, known, answer.language) is not None:
                continue
            one = _same(found, sentence, answer.language)
            if one is None:
                said = plain(sentence)
                one = _Sentence(said, _numbers(said), _NO.search(said) is not None, answer.language)
                found.append(one)
            one.variants[sentence] += 1
            one.answers[number] = answer.at
            one.people.add(answer.asked.person)
    return found


def _same(found: Iterable[_Sentence], sentence: str, language: str) -> _Sentence | None:
    said = plain(sentence)
    numbers, says_no = _numbers(said), _NO.search(said) is not None
    alike = (one for one in found if (one.numbers, one.says_no, one.language) == (numbers, says_no, language))
    best = max(alike, key=lambda one: fuzz.ratio(one.said, said), default=None)
    return best if best is not None and fuzz.ratio(best.said, said) >= _ALIKE else None


def _numbers(said: str) -> tuple[str, ...]:
    return tuple(sorted(_NUMBER.findall(said)))


def _label(one: _Sentence, answers: Sequence[Answered]) -> str | None:
    """The question that it answers: whose line it could stand for, else in whose answers it stands more than elsewhere.

    A sentence that stands in all letters alike answers none.
    """
    shares: dict[str, float] = {}
    for label in {label for answer in answers for label in answer.asked.verdict.labels}:
        about = {n for n, answer in enumerate(answers) if label in answer.asked.verdict.labels}
        others = len(answers) - len(about)
        there = len(one.answers.keys() & about)
        if there >= _FEWEST_PEOPLE:
            shares[label] = there / len(about) - ((len(one.answers) - there) / others if others else 0.0)
    placed = [label for label in shares if place_of(label, one.said) is not None]
    best = max(placed or shares, key=lambda label: (shares[label], label), default=None)
    return best if best is not None and (placed or shares[best] >= _MORE_THAN_ELSEWHERE) else None


def _is_said(said: str, text: str) -> bool:
    return any(fuzz.ratio(said, plain(line)) >= _SAID_ALREADY for line in text.split("\n"))

"""Where a sentence of the owner's goes in a response file: in the place of the shipped line that says the same. Pure.

The conditions around that line stay, so that a fact goes on deciding whether it is said. A sum of money is said only
while the configuration has it; when that changes, the shipped line is back.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from inboxtriage import shipped
from inboxtriage.config.settings import Practice
from inboxtriage.reply.facts import stated
from inboxtriage.service.past.sentences import amounts
from inboxtriage.triage.phrases import plain

_OWN = "{{# in your words: {} #}}"
_ELSEWHERE = "more"
_MINUTES = re.compile(r"\b(\d{2,3})[- ]min")
_TAKES = re.compile(r"\b(?:see|work with|treat|take on|welcome)\b")
_TAKES_NOT = re.compile(rf"(?:\bnot|\bnever|\bno longer|\bcannot|n't) (?:\w+ )?{_TAKES.pattern}")
_FEES = ("fee", "sliding_scale", "fees")


@dataclass(frozen=True, slots=True)
class Place:
    """The line of a shipped response that a sentence can stand for, and the fact that decides about it."""

    label: str
    topic: str
    line: str
    fact: str
    value: str | bool

    def is_so(self, facts: Mapping[str, Any]) -> bool | None:
        """Whether the fact is such that the line is true; None where the configuration does not say."""
        found = fact_of(facts, self.fact)
        if found is None:
            return None
        return bool(found) if self.value == "given" else bool(found == self.value)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a sentence may say that is true only while a fact has this value."""

    fact: str
    value: str | bool | list[str]
    only_if: str


def place_of(label: str, sentence: str) -> Place | None:
    """The line that a sentence about `label` stands for; None where no shipped line says the same."""
    said = plain(sentence)
    for place, cue, unless in _places():
        if place.label == label and cue.search(said) and not (unless and unless.search(said)):
            return place
    return None


def contradictions(label: str, sentence: str, practice: Practice) -> Iterator[str]:
    """What the configuration says otherwise, each in one line with its key."""
    facts = stated(practice)
    place = place_of(label, sentence)
    if place is not None and place.is_so(facts) is False:
        found = fact_of(facts, place.fact)
        yield f"your configuration has {place.fact} = {_written(found)}; while that is so, this is not said"
    elif place is not None and place.is_so(facts) is None:
        yield f"your configuration does not have {place.fact} yet, which decides when this is said"
    for claim in _claimed(sentence):
        found = fact_of(facts, claim.fact)
        if found is not None and found != claim.value:
            yield f"your configuration has {claim.fact} = {_written(found)}; while that is so, this is not said"
    yield from _whom(sentence, facts)
    for sum_ in amounts(sentence):
        if _key_of(facts, sum_) is None:
            fee = fact_of(facts, "practice.insurance.fee")
            has = f"has practice.insurance.fee = {_written(fee)}" if fee else "has no practice.insurance.fee"
            yield f"it names {sum_}; your configuration {has}, and this is said only while both agree"
    minutes = fact_of(facts, "practice.hours.session_minutes")
    for told in _MINUTES.findall(plain(sentence)):
        if minutes is not None and int(told) != minutes:
            yield f"it names {told} minutes; your configuration has practice.hours.session_minutes = {minutes}"


def _whom(sentence: str, facts: Mapping[str, Any]) -> Iterator[str]:
    """Where it takes people who are not taken by the configuration, or the other way round."""
    said = plain(sentence)
    key = "works_with" if _TAKES_NOT.search(said) else "does_not_work_with"
    takes = _TAKES_NOT.search(said) or _TAKES.search(said)
    for whom in fact_of(facts, f"practice.fit.{key}") or ():
        if takes and re.search(rf"\b{re.escape(plain(whom))}\b", said[takes.start() :]):
            yield f'your configuration has "{whom}" in practice.fit.{key}: is that what it says?'


def fact_of(facts: Mapping[str, Any], key: str) -> Any:
    """A fact by its key ("practice.insurance.fee"); None where it is not given."""
    value: Any = facts
    for part in key.removeprefix("practice.").split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def put(text: str, label: str, sentence: str, practice: Practice) -> str:
    """The response's text with the sentence in its place; at its end where no line says the same."""
    place = place_of(label, sentence)
    topic = place.topic if place is not None else _ELSEWHERE
    own = _guarded(sentence, practice, [] if place is not None else _groups(sentence))
    lines = text.rstrip("\n").split("\n")
    before = next((n for n, line in enumerate(lines) if line.strip() == _OWN.format(topic)), None)
    if before is not None:  # a second sentence about the same follows the first
        return "\n".join([*lines[: before + 1], *_after(lines, before, own)]) + "\n"
    at = next((n for n, line in enumerate(lines) if place is not None and line.startswith(place.line)), None)
    marked = [_OWN.format(topic)]
    if at is None:
        shut = ["{% if not client and not fit.declined %}", *marked, *own.alone, "{% endif %}"]
        return "\n".join([*lines, *shut]) + "\n"
    return "\n".join([*lines[:at], *marked, *own.instead(lines[at]), *lines[at + 1 :]]) + "\n"


@dataclass(frozen=True, slots=True)
class _Guarded:
    """A sentence, and the condition under which its sums of money are those of the configuration."""

    sentence: str
    condition: str

    @property
    def alone(self) -> list[str]:
        """Said under its condition, else nothing."""
        return [f"{{% if {self.condition} %}}", self.sentence, "{% endif %}"] if self.condition else [self.sentence]

    def instead(self, line: str) -> list[str]:
        """Said under its condition, else the line that stood there."""
        if not self.condition:
            return [self.sentence]
        return [f"{{% if {self.condition} %}}", self.sentence, "{% else %}", line, "{% endif %}"]


def _guarded(sentence: str, practice: Practice, groups: list[str]) -> _Guarded:
    """The sentence under what its claims, its sums of money and the people in it ask for."""
    facts = stated(practice)
    keys = {sum_: _key_of(facts, sum_) or "practice.insurance.fee" for sum_ in amounts(sentence)}
    parts = [claim.only_if for claim in _claimed(sentence)]
    parts += [f'{key} is defined and "{sum_}" in {key}' for sum_, key in keys.items()]
    if groups:
        parts.append(f"asked.who in {groups}".replace("'", '"'))
    return _Guarded(sentence, " and ".join(parts))


def _after(lines: list[str], marker: int, own: _Guarded) -> list[str]:
    """The lines behind a marker, with another sentence behind the one that stands there."""
    rest = lines[marker + 1 :]
    first = 1
    if rest and rest[0].startswith("{% if "):  # one that is said under a condition, and what else is said
        first = next((n for n, line in enumerate(rest) if line == "{% endif %}"), 0) + 1
    return [*rest[:first], *own.alone, *rest[first:]]


def _key_of(facts: Mapping[str, Any], sum_: str) -> str | None:
    """The key of the fee that names this sum; a sum of one person's own fee (`fees`) has a key of its own."""
    figure = re.compile(rf"{re.escape(sum_)}(?![\d,.]\d|\d)")
    for name in _FEES:
        key = f"practice.insurance.{name}"
        value = fact_of(facts, key)
        if isinstance(value, str) and figure.search(value):
            return key
        if isinstance(value, Mapping):
            inner = next((one for one, fee in value.items() if figure.search(str(fee))), None)
            if inner is not None and inner.isidentifier():
                return f"{key}.{inner}"
    return None


def _written(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "nothing"
    return str(value).lower() if isinstance(value, bool) else f'"{value}"'


def _claimed(sentence: str) -> list[Claim]:
    said = plain(sentence)
    return [claim for claim, cue in _claims() if cue.search(said)]


@cache
def _claims() -> tuple[tuple[Claim, re.Pattern[str]], ...]:
    return tuple(
        (Claim(one["fact"], one["is"], one["only_if"]), re.compile("|".join(rf"\b(?:{cue})" for cue in one["cue"])))
        for one in shipped.table("service.past", "places")["claim"]
    )


def _groups(sentence: str) -> list[str]:
    """Whom it is about, as `asked.who` names them."""
    groups = shipped.table("service.past", "places")["group"]
    said = plain(sentence)
    return [one["who"] for one in groups if re.search(rf"\b(?:{'|'.join(one['cue'])})\b", said)]


@cache
def _places() -> tuple[tuple[Place, re.Pattern[str], re.Pattern[str] | None], ...]:
    def either(phrases: list[str]) -> re.Pattern[str] | None:
        return re.compile(rf"(?:\b|(?=\W))(?:{'|'.join(phrases)})") if phrases else None

    return tuple(
        (Place(one["label"], one["topic"], one["line"], one["fact"], one["is"]), cue, either(one["unless"]))
        for one in shipped.table("service.past", "places")["place"]
        if (cue := either(one["cue"])) is not None
    )

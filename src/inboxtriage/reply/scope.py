"""Whom and what the practice works with, held against what was asked: yes, no, or not known. Pure.

A group or service that the configuration does not name is neither yes nor no: a person has to say (a gap).
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from inboxtriage import shipped
from inboxtriage.config.settings import Fit, Practice
from inboxtriage.triage.asks.clauses import longest
from inboxtriage.triage.asks.particular import OVERVIEW, PARTICULAR, things
from inboxtriage.triage.asks.regions import regions
from inboxtriage.triage.asks.services import kind_of, named_services, services_of
from inboxtriage.triage.asks.whereabouts import WHEREABOUTS
from inboxtriage.triage.phrases import plain
from inboxtriage.triage.verdict import Asks

MENTIONED = "whether you can help: they mention {}, and do not plainly ask for it"
_GROUP_OF = {"self": "adult", "parent": "adult", "other": "adult"}  # for whom -> the group of people they belong to
_WHAT_THEY_ASK = "practice.fit.helps_with: whether you do what they ask about"
_SERVICE_FOR = {"couples counseling": "couple", "family therapy": "family"}  # a service that is a group of people
_AGES = (
    (re.compile(r"(?:under|below|younger than|menores de)\D{0,12}(\d+)"), lambda n: (0, n - 1)),
    (re.compile(r"(\d+) ?(?:-|to|a|through) ?(\d+)"), lambda low, high: (low, high)),
    (re.compile(r"(?:over|above|older than|mayores de)\D{0,12}(\d+)"), lambda n: (n + 1, 120)),
    (re.compile(r"(?:from|desde|de)\D{0,12}(\d+)"), lambda n: (n, 120)),
    (re.compile(r"(\d+) ?(?:\+|and (?:up|over|older|above)|y mas|en adelante)"), lambda n: (n, 120)),
)


@dataclass(frozen=True, slots=True)
class People:
    """A group of people as a practice names it; `low` to `high` are years of age, both included."""

    group: str
    low: int
    high: int

    def covers(self, group: str, age: int | None) -> bool:
        """Whether all of `group` (of that age, where it is known) is meant."""
        if group not in {"child", "teen", "adult"}:
            return self.group == group
        if self.group not in {"child", "teen", "adult", "any"}:
            return False
        if age is not None:
            return self.low <= age <= self.high
        low, high = _groups()[group].ages
        return self.low <= low and self.high >= high

    def touches(self, group: str) -> bool:
        """Whether some of `group` is meant."""
        if group not in {"child", "teen", "adult"} or self.group not in {"child", "teen", "adult", "any"}:
            return self.group == group
        low, high = _groups()[group].ages
        return self.low <= high and self.high >= low


@dataclass(frozen=True, slots=True)
class Scope:
    """The answer to "can you help with this?", in the letter's own words.

    `yes`, `no`: groups of people; `helps`, `helps_not`: services; `unknown`: what the configuration does not say, each
    with its key; `colleagues`: whom a kind no names; `general`: nothing particular was asked.
    """

    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    helps: tuple[str, ...] = ()
    helps_not: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    colleagues: tuple[dict[str, Any], ...] = ()
    speaks: str | None = None  # the language asked for, where it is spoken
    speaks_not: str | None = None
    licensed: tuple[str, ...] = ()  # the regions asked about in which there is a licence
    unlicensed: tuple[str, ...] = ()
    area: tuple[str, ...] = ()  # the places asked about that are in the area
    placed: bool = False  # they told where they are, and whether the practice goes there is to be said
    partly: bool = False  # some of the group asked about are seen, others not

    @property
    def declined(self) -> bool:
        """Whether the answer is no, and no part of it yes."""
        some = self.helps or self.yes or self.speaks or self.licensed or self.unknown
        return bool(self.no) or (bool(self.helps_not) and not some)

    @property
    def general(self) -> bool:
        """Whether nothing particular was asked, or nothing that could be told apart."""
        particular = (self.yes, self.no, self.helps, self.helps_not, self.unknown, self.speaks, self.speaks_not)
        return not any((*particular, self.licensed, self.unlicensed)) or self.partly


def scope(
    asks: Asks,
    practice: Practice,
    told: dict[str, Any],
    *,
    said: str = "",
    requested: Collection[str],
    fit_was_asked: bool,
) -> Scope:
    """What a practice's [practice.fit] says to `asks`. `told` are the same facts in the letter's language.

    `said` is the mail in plain text: where it names one of the practice's services in the practice's words, that was
    asked for too. `requested` are the services, and the practice's own words for some, that are plainly asked for: only
    to these a no is said; what is merely named and not offered is for a person to say. Where fit was not asked, only a
    plain no counts, as whoever cannot be seen must not get a newcomer's letter; and the licences, as whoever is
    elsewhere cannot be met by video.
    """
    fit = practice.fit
    works, works_not = _people(fit.works_with), _people(fit.does_not_work_with)
    group = _group(asks)
    no = _named(told, "does_not_work_with", fit.does_not_work_with, group, asks.age)
    yes = () if no else _named(told, "works_with", fit.works_with, group, asks.age)
    services = [service for service in asks.services if _SERVICE_FOR.get(service) is None]
    not_offered = _offered(told, "does_not_help_with", fit.does_not_help_with, services, said)
    helps_not = tuple(
        word
        for n, term in enumerate(fit.does_not_help_with or ())
        if (word := _word(told, "does_not_help_with", n, term)) in not_offered and _canonical([term]) & {*requested}
    )
    licensed, unlicensed = _licences(asks, fit)
    area = tuple(place for place in fit.area or () if _is_named(place, said))
    comes = practice.profile != "therapist" and (fit.area is not None or practice.profile == "seasonal")
    placed = comes and WHEREABOUTS in asks.topics and (fit_was_asked or fit.area is not None)
    if not fit_was_asked:
        colleagues = _colleagues(fit, told, group, asks.age, ()) if no else ()
        return Scope(no=no, colleagues=colleagues, licensed=licensed, unlicensed=unlicensed, area=area, placed=placed)
    colleagues = _colleagues(fit, told, group, asks.age, services if helps_not else ())
    helps = _offered(told, "helps_with", fit.helps_with, services, said)
    partly = bool(group) and not yes and not no and any(p.touches(str(group)) for p in (*works, *works_not))
    unknown = []
    if group is not None and not yes and not no and not partly and (group != "adult" or works):
        unknown.append(f"practice.fit.works_with: whether you work with {_plural(str(group))}")
    named = {service for one in (fit.helps_with, fit.does_not_help_with) for service in _canonical(one)}
    own = {service for service in services if kind_of(service) & _canonical(fit.helps_with)}  # their trade
    unknown += [
        f"practice.fit.helps_with: whether you help with {service}"
        for service in services
        if service not in named
        and service in services_of(practice.profile)
        and not any(plain(service) in plain(term) for term in fit.helps_with or ())
        and service not in own
    ]
    unknown += [MENTIONED.format(word) for word in not_offered if word not in helps_not][:1]
    speaks, speaks_not = _spoken(asks, fit, told, unknown)
    if not any((group, yes, no, own, helps, helps_not, unknown, speaks, speaks_not, licensed, unlicensed)):
        unknown += _not_listed(asks, practice)
    elif (helps or helps_not) and not unknown and _asks_for_more(practice, said):
        unknown.append(_WHAT_THEY_ASK)
    return Scope(
        yes=yes if group != "adult" or asks.who_for not in {"self", None} else (),
        no=no,
        helps=helps,
        helps_not=helps_not,
        unknown=tuple(unknown) if not no else (),
        colleagues=colleagues if no or helps_not or (partly and works_not) else (),
        speaks=speaks,
        speaks_not=speaks_not,
        licensed=licensed,
        unlicensed=unlicensed,
        area=area,
        placed=placed,
        partly=partly,
    )


def _not_listed(asks: Asks, practice: Practice) -> list[str]:
    """The gap for one thing that is asked after and not understood, where what is done most would only evade it."""
    asked = {*asks.topics, *asks.beside}
    if OVERVIEW in asked or asked & {"area", "qualifications", "licence"}:
        return []
    if PARTICULAR not in asked and practice.profile == "therapist":
        return []
    return [_WHAT_THEY_ASK]


def _asks_for_more(practice: Practice, said: str) -> bool:
    """Whether a business is asked after one more thing, beside what it lists: "do you take down trees? Also mowing"."""
    if practice.profile == "therapist":
        return False
    terms = (*(practice.fit.helps_with or ()), *(practice.fit.does_not_help_with or ()))
    return any(not any(_is_named(term, thing) for term in terms) for thing in things(said))


def people(term: str) -> People | None:
    """What a practice's word for people means ("children under 12"); None where it is not understood."""
    text = plain(term)
    named = [name for name, group in _groups().items() if group.pattern.search(text)]
    if not named:
        return None
    group = named[0]
    ages = _groups()[group].ages
    for pattern, limits in _AGES:
        found = pattern.search(text)
        if found:
            low, high = limits(*map(int, found.groups()))
            return People(group, low, high)
    return People(group, *ages)


def _people(terms: Sequence[str] | None) -> list[People]:
    return [found for term in terms or () if (found := people(term)) is not None]


def _group(asks: Asks) -> str | None:
    who = asks.who_for or next((_SERVICE_FOR[s] for s in asks.services if s in _SERVICE_FOR), None)
    if who == "child" and asks.age is not None and asks.age > 12:
        return "teen" if asks.age < 18 else "adult"
    return _GROUP_OF.get(who, who) if who is not None else None


def _named(
    told: dict[str, Any],
    key: str,
    terms: Sequence[str] | None,
    group: str | None,
    age: int | None,
) -> tuple[str, ...]:
    """The practice's words that cover the group, as the letter tells them."""
    if group is None:
        return ()
    return tuple(
        _word(told, key, n, term)
        for n, term in enumerate(terms or ())
        if (meant := people(term)) is not None and meant.covers(group, age)
    )


def _offered(
    told: dict[str, Any], key: str, terms: Sequence[str] | None, services: Sequence[str], said: str
) -> tuple[str, ...]:
    """The practice's words for the services asked about, as the letter tells them."""
    return tuple(
        _word(told, key, n, term)
        for n, term in enumerate(terms or ())
        if any(service in _canonical([term]) for service in services) or _is_named(term, said)
    )


def _is_named(term: str, said: str) -> bool:
    """Whether a mail names a service in the practice's own words ("jazz piano", "hot stones")."""
    return re.search(rf"\b{re.escape(plain(term))}(?:s|es)?\b", said) is not None


def _word(told: dict[str, Any], key: str, n: int, term: str) -> str:
    words = told.get(key) or ()
    return str(words[n]) if n < len(words) else term


def _canonical(terms: Sequence[str] | None) -> set[str]:
    """The usual names of the services that an owner's words name, and those words themselves."""
    return {
        name for term in terms or () for name in (*(n for _, _, n in longest(named_services(plain(term)))), plain(term))
    }


def _spoken(asks: Asks, fit: Fit, told: dict[str, Any], unknown: list[str]) -> tuple[str | None, str | None]:
    if asks.language is None:
        return None, None
    if fit.languages is None:
        unknown.append(f"practice.fit.languages: whether you speak {asks.language}")
        return None, None
    if asks.language not in fit.languages:
        return None, asks.language
    return _word(told, "languages", fit.languages.index(asks.language), asks.language), None


def _licences(asks: Asks, fit: Fit) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if not asks.regions or not fit.licensed_in:
        return (), ()
    held = {code: entry for entry in fit.licensed_in for code in (entry, *regions([f"licensed in {entry}"]))}
    return (
        tuple(held[region] for region in asks.regions if region in held),
        tuple(region for region in asks.regions if region not in held),
    )


def _colleagues(
    fit: Fit, told: dict[str, Any], group: str | None, age: int | None, services: Sequence[str]
) -> tuple[dict[str, Any], ...]:
    """The colleagues for what is refused; else those who are for anybody."""
    entries = told.get("referrals") or ()
    fitting, anybody = [], []
    for colleague, entry in zip(fit.referrals, entries, strict=False):
        if not colleague.for_:
            anybody.append(entry)
        elif any(
            (
                (meant := people(term)) is not None
                and group is not None
                and (meant.covers(group, age) or meant.group == group)
            )
            or any(service in _canonical([term]) for service in services)
            for term in colleague.for_
        ):
            fitting.append(entry)
    return tuple(fitting or anybody)


def _plural(group: str) -> str:
    return {"child": "children", "family": "families"}.get(group, f"{group}s")


@dataclass(frozen=True, slots=True)
class _Group:
    pattern: re.Pattern[str]
    ages: tuple[int, int]


@cache
def _groups() -> dict[str, _Group]:
    tables = shipped.table("reply", "populations")
    return {
        name: _Group(re.compile(rf"\b(?:{'|'.join(table['words'])})\b"), tuple(table.get("ages", (0, 120))))
        for name, table in tables.items()
    }

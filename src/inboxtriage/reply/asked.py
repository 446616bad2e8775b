"""What exactly was asked, held against the practice's plans and hours: what a response decides by. Pure.

None of the sender's own words is in here: only names from our vocabularies, and the practice's facts (G40).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from inboxtriage.config.settings import DAYS, Practice
from inboxtriage.hours.office import DAY, minutes_of
from inboxtriage.reply.speech import Speech
from inboxtriage.triage.asks.payers import is_programme, listed, related
from inboxtriage.triage.asks.unlisted import UNLISTED
from inboxtriage.triage.phrases import plain
from inboxtriage.triage.verdict import Asks, Timeframe

_PLAN_TOPICS = frozenset({"copay", "eap", "plans", UNLISTED})
_ANY_WEEKDAY = frozenset(range(5))  # Monday to Friday: "on a weekday"
_EARLY = 30  # minutes before a day opens from which "after 6 in the morning" promises what there is not
_NOON, _NEARBY = 12 * 60, 4 * 60
_EVENING = 18 * 60  # a span that lasts until then reaches people after work
_MONEY_TOPICS = frozenset({"fee", "sliding_scale", "superbill", "payment", "invoice", "third_party"})
_QUALIFIERS = frozenset(  # an entry with one of these words is for some plans of the payer only
    {
        "ppo", "hmo", "epo", "pos", "hdhp", "advantage", "medicare", "medicaid", "medigap", "supplement", "dual",
        "student", "students", "choice", "open", "access", "plus", "select", "preferred", "commercial", "exchange",
        "marketplace", "individual", "employer", "group", "federal", "fep", "eap", "tier", "bronze", "silver",
        "gold", "platinum", "of", "only", "some", "most", "certain", "selected", "local", "state", "except",
        "excluding", "not", "no", "but", "without", "pending", "until", "from", "adults", "children", "couples",
        "teletherapy", "telehealth", "online", "network",
    }
)  # fmt: skip
_BRACKETS = re.compile(r"\(([^)]*)\)?")
_WORDS = re.compile(r"\w+")
_ALL_PLANS = re.compile(r"(?:all|any|every)(?: \w+)? (?:plans?|products?)|in[- ]network")

Span = tuple[int, int]  # minutes since local midnight


@dataclass(frozen=True, slots=True)
class Plan:
    """A payer that was asked about. `status`: "in", "out", or "some" (it depends); `ours`: our entries."""

    name: str
    status: str
    ours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the week ("mon") or a date: its name in the letter's language, and when it is open.

    `since` and `until` say when it opens and when it closes, whatever time of day was asked for.
    """

    key: str
    name: str
    plural: str
    open: tuple[str, ...]
    spans: tuple[Span, ...] = ()
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class When:
    """The days and times that were asked for, held against the hours.

    `fits`: open days among them, with the spans that fit; `closed`: those that are not; `near`: the nearest that are,
    where nothing fits; `around`: the time of day in words; `dated`: single dates, not every week; `early`: from an hour
    on at which no day that fits is open yet.
    """

    fits: tuple[Day, ...] = ()
    closed: tuple[Day, ...] = ()
    near: tuple[Day, ...] = ()
    around: str | None = None
    dated: bool = False
    other_times: bool = False
    early: bool = False

    def __bool__(self) -> bool:
        return self.asked

    @property
    def asked(self) -> bool:
        """Whether a day or a time of day was named at all."""
        return bool(self.fits or self.closed or self.near or self.around)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the writer named. `topics` are the finer questions (vocabulary/topics.toml)."""

    plans: tuple[Plan, ...] = ()
    programmes: tuple[Plan, ...] = ()
    about_plans: bool = True
    when: When = field(default_factory=When)
    soon: bool = False
    framed: bool = False
    week: str | None = None
    topics: tuple[str, ...] = ()
    meeting: str | None = None
    who: str | None = None
    fee: str | None = None  # the key of a fee of its own
    no_video: bool = False  # they cannot or will not meet by video
    unpriced: int | None = None  # how many sessions they ask the price of, where the fees name none for so many
    elsewhere: bool = False  # the times were named in another time zone than the practice's


def asked(asks: Asks, practice: Practice, speech: Speech, closed: Iterable[date] = (), today: date = date.min) -> Asked:
    """What `asks` means to this practice. `closed` are the dates asked for on which nobody is there."""
    topics = frozenset((*asks.topics, *asks.beside))
    entries = practice.insurance.in_network or ()
    plans = {name: plan(name, entries) for name in asks.insurers}
    programmes = tuple(name for name, one in plans.items() if is_programme(name) and one.status != "in")
    held = when(asks, practice, speech, frozenset(closed))
    far = _is_far_off(held, [minutes_of(one) for one in asks.times])
    only_money = bool(topics & _MONEY_TOPICS) and not topics & _PLAN_TOPICS
    return Asked(
        plans=tuple(one for name, one in plans.items() if name not in programmes),
        programmes=tuple(_programme(name, practice.insurance.eap) for name in programmes),
        about_plans=not only_money and not ("plans" not in topics and programmes),
        when=When() if far else held,
        soon="soon" in topics or asks.timeframe is not None,
        framed=asks.timeframe is not None,
        week=_week(asks.timeframe, today, speech) if asks.timeframe else None,
        topics=tuple(dict.fromkeys((*asks.topics, *asks.beside, *(("hours",) if far else ())))),
        meeting=asks.meeting,
        who=asks.who_for,
        fee=_own_fee(asks, practice.insurance.fees),
    )


def _is_far_off(held: When, wishes: Sequence[Span]) -> bool:
    """Whether "10 am" is met by an evening only: a yes to that is no answer, so the hours are told and nothing else."""
    opens = [begin for day in held.fits for begin, _ in day.spans]
    return bool(opens and wishes) and all(
        0 < low < _NOON and high >= DAY and min(opens) > low + _NEARBY for low, high in wishes
    )


def narrowed(times: Sequence[str]) -> tuple[str, ...]:
    """Times of day ("17:00-"); of those that overlap what they have in common: "evenings, after 6" is after 6."""
    apart: list[Span] = []
    for begin, end in map(minutes_of, times):
        for n, (other_begin, other_end) in enumerate(apart):
            if max(begin, other_begin) < min(end, other_end):
                apart[n] = max(begin, other_begin), min(end, other_end)
                break
        else:
            apart.append((begin, end))
    return tuple(f"{_clock(begin) if begin else ''}-{_clock(end) if end < DAY else ''}" for begin, end in apart)


def plan(name: str, entries: Sequence[str]) -> Plan:
    """Whether the practice is in network with payer `name`, by the entries of its own list.

    "in" where an entry is for the whole of this payer; "some" where one is for some of its plans only ("Aetna (PPO
    only)") or for another of its family; "out" where none is for either.
    """
    named = {entry: listed(entry) or (entry,) for entry in entries}
    own = [entry for entry in entries if name in named[entry]]
    whole = [entry for entry in own if not _is_qualified(entry, name)]
    if whole:
        return Plan(name, "in", tuple(whole))
    kin = [entry for entry in entries if entry not in own and related(name).intersection(named[entry])]
    some = (*own, *kin)
    return Plan(name, "some", some) if some else Plan(name, "out")


def _programme(name: str, entries: Sequence[str] | None) -> Plan:
    """Whether the practice works with an employee assistance program; "unknown" where it does not say."""
    if entries is None:
        return Plan(name, "unknown")
    own = tuple(entry for entry in entries if entry == name or {*listed(entry)} & {name, *related(name)})
    return Plan(name, "in", own) if own else Plan(name, "out")


def _is_qualified(entry: str, name: str) -> bool:
    """Whether an entry is for some plans of the payer `name` only: by a word, or by what its brackets add."""
    outside = listed(_BRACKETS.sub(" ", entry))
    for inside in map(str.strip, _BRACKETS.findall(plain(entry))):
        inner = listed(inside)
        if inside and not inner and not _ALL_PLANS.fullmatch(inside):
            return True
        if name in inner and name not in outside and outside and not related(name).intersection(outside):
            return True
    others = [one for one in listed(entry) if one not in related(name)]
    meant = {word for one in (name, *others) for word in _WORDS.findall(plain(one))}
    if "medicare" in meant:
        meant.add("advantage")
    return bool(set(_WORDS.findall(plain(entry))) & _QUALIFIERS - meant)


def when(asks: Asks, practice: Practice, speech: Speech, closed: frozenset[date]) -> When:
    """The days and times asked for, held against the practice's hours."""
    hours = {DAYS.index(day): tuple(map(minutes_of, spans)) for day, spans in practice.hours.spans().items()}
    if not hours or not (asks.days or asks.times):
        return When()
    wishes = [minutes_of(one) for one in asks.times]
    length = practice.hours.session_minutes or 1
    dates = [date.fromisoformat(day) for day in asks.days if day not in DAYS]
    weekdays = [DAYS.index(day) for day in asks.days if day in DAYS]
    wanted = weekdays or ([] if dates else list(hours))

    def told(key: str, names: tuple[str, str], number: int, spans: Sequence[Span]) -> Day:
        whole = hours.get(number, ()) if spans else ()
        since, until = (speech.time(pick) for pick in (whole[0][0], whole[-1][1])) if whole else ("", "")
        return Day(key, *names, _told(spans, speech), tuple(spans), since, until)

    def week_day(number: int, spans: Sequence[Span]) -> Day:
        return told(DAYS[number], (speech.weekday(number), speech.weekdays(number)), number, spans)

    fitting = {n: _fitting(hours.get(n, ()), wishes, length) for n in wanted}
    fits = [week_day(n, spans) for n, spans in fitting.items() if spans]
    shut = [week_day(n, ()) for n in weekdays if n not in hours]
    if {*weekdays} >= _ANY_WEEKDAY and len(shut) < len(weekdays):
        shut = [day for day in shut if DAYS.index(day.key) not in _ANY_WEEKDAY]  # one of them will do
    for day in dates:
        spans = () if day in closed else _fitting(hours.get(day.weekday(), ()), wishes, length)
        one = told(day.isoformat(), (speech.day(day), speech.day(day)), day.weekday(), spans)
        if spans:
            fits.append(one)
        elif day in closed or day.weekday() not in hours:
            shut.append(one)
    near = [] if fits or (dates and not weekdays) else _nearest(weekdays, hours, wishes, length)
    met = [wish for wish in wishes if any(_fitting(day.spans, [wish], length) for day in fits)]
    begin, end = next(iter(met or wishes), (0, DAY))  # a yes is said to the time that fits
    return When(
        fits=tuple(fits),
        closed=tuple(shut),
        near=tuple(week_day(n, spans) for n, spans in near),
        around=speech.around(begin or None, end if end < DAY else None, given=bool(fits)) if wishes else None,
        dated=bool(dates) and not weekdays,
        other_times=bool(near) and any(n in hours for n in weekdays),
        early=bool(fits) and end == DAY and all(begin + _EARLY <= day.spans[0][0] for day in fits) and bool(begin),
    )


def week(practice: Practice, speech: Speech) -> tuple[str, ...]:
    """The hours of the week, days with the same hours together: "Monday to Friday 9:00 AM to 5:00 PM"."""
    spans = practice.hours.spans()
    told = [(n, _told([minutes_of(s) for s in spans[day]], speech)) for n, day in enumerate(DAYS) if day in spans]
    groups: dict[tuple[str, ...], list[int]] = {}
    for number, hours in told:
        groups.setdefault(hours, []).append(number)
    return tuple(f"{_days(numbers, speech)} {speech.listed(hours)}" for hours, numbers in groups.items())


def _days(numbers: list[int], speech: Speech) -> str:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    names = [
        name
        for run in runs
        for name in ([speech.run(run[0], run[-1])] if len(run) > 2 else [speech.weekday(n) for n in run])
    ]
    return speech.listed(names)


def _fitting(spans: Sequence[Span], wishes: Sequence[Span], length: int) -> tuple[Span, ...]:
    """The spans in which an appointment of `length` minutes can begin at one of the wished times."""
    if not wishes:
        return tuple(spans)
    return tuple(
        (begin, end)
        for begin, end in spans
        if any(max(begin, low) + length <= end and max(begin, low) < high for low, high in wishes)
    )


def _nearest(
    weekdays: Sequence[int],
    hours: Mapping[int, Sequence[Span]],
    wishes: Sequence[Span],
    length: int,
) -> list[tuple[int, Sequence[Span]]]:
    """The open days nearest to what was asked: the same at another time; those about it; the earliest or latest.

    Who asks for the weekend mostly works in the week: the evenings are told too.
    """
    same = [n for n in weekdays if n in hours]
    if wishes and same and {*weekdays} >= _ANY_WEEKDAY:
        return _outermost({n: hours[n] for n in same}, wishes[0])
    if same:
        return [(n, hours[n]) for n in same]
    if weekdays:
        open_at = [n for n in hours if _fitting(hours[n], wishes, length)] or list(hours)
        distance = {n: min(min((n - day) % 7, (day - n) % 7) for day in weekdays) for n in open_at}
        about = {n: hours[n] for n in sorted(open_at) if distance[n] == min(distance.values())}
        weekend = {*weekdays} <= {5, 6} and not wishes
        evenings = {n: [s for s in hours[n] if s[1] >= _EVENING] for n in sorted(hours) if n not in about}
        return sorted([*about.items(), *((n, spans) for n, spans in evenings.items() if spans and weekend)])
    return _outermost(hours, wishes[0])


def _outermost(hours: Mapping[int, Sequence[Span]], wish: Span) -> list[tuple[int, Sequence[Span]]]:
    """The days that open first, for who asks for an hour before them; else those that close last."""
    earliest = min(begin for spans in hours.values() for begin, _ in spans)
    if wish[0] < earliest:
        return [(n, spans) for n, spans in hours.items() if min(begin for begin, _ in spans) == earliest]
    latest = max(end for spans in hours.values() for _, end in spans)
    return [(n, spans) for n, spans in hours.items() if max(end for _, end in spans) == latest]


def _week(frame: Timeframe, today: date, speech: Speech) -> str | None:
    """A stretch of time as "this week" or "next week", seen from `today`; None where it is neither."""
    if frame.start is None or frame.end is None or today == date.min:
        return None
    monday = today - timedelta(days=today.weekday())
    begin, end = date.fromisoformat(frame.start), date.fromisoformat(frame.end)
    for word, first in (("this_week", monday), ("next_week", monday + timedelta(days=7))):
        if first <= begin <= end <= first + timedelta(days=6):
            return speech.words[word] or None
    return None


def _own_fee(asks: Asks, fees: Mapping[str, str]) -> str | None:
    """The key of the fee that is told for just these people or this service."""
    wanted = [plain(one) for one in (asks.who_for, *asks.services) if one]
    return next((key for key in fees for one in wanted if one in plain(key) or plain(key).rstrip("s") in one), None)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _told(spans: Iterable[Span], speech: Speech) -> tuple[str, ...]:
    return tuple(speech.span(begin, end) for begin, end in spans)

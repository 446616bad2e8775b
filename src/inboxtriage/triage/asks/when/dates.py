"""Days of the calendar and days of the week that a clause names, each where it stands. Pure arithmetic on dates."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from inboxtriage.config.settings import DAYS
from inboxtriage.triage.asks.when.holidays import holidays
from inboxtriage.triage.asks.when.stances import any_of, lists

_DAY = timedelta(days=1)
_JUST_PAST = 60  # days; a date without a year that lies no further back is past, and not next year's
_SAME_WEEKDAY = 45  # days ahead within which "Tuesday 11" is a date and not an hour

_MOST = 24  # days of one clause that are looked at; more are no question of a person's

_WEEKDAYS = {day: any_of(lists("days")[day]) for day in DAYS}
_MONTHS = {int(number): any_of(names) for number, names in lists("months").items()}
WEEKDAY = any_of([name for day in DAYS for name in lists("days")[day]])
MONTH = any_of([name for names in lists("months").values() for name in names])
_TH = r"(?:st|nd|rd|th|er|\.?º)"
_BESIDE = lists("around_days")
_HOUR_FOLLOWS = (
    r"(?!\d|[:.]\d| ?[ap]\.?m\b| ?h(?:rs?|s)?\b| ?o'?clock| ?%|/\d"
    r"| ?-? ?(?:hour|min|wk|week|year|month|day|session|time)s?\b)"
)
_ENDS = rf"(?=$|[^\w\s-]|\s*(?:-|–)\s*(?:the )?\d|\s+{any_of(_BESIDE['behind_date'])}\b)"
_NO_NTH = rf"(?! (?:and|or|&) (?:the )?\d{_TH} (?:{WEEKDAY}|weeks?))"  # "the 1st and 3rd Thursdays"
_DATE = re.compile(
    rf"(?<![\w$£€#./:])(?:(?P<weekday>{WEEKDAY})\.?,? (?:the |el )?)?(?:"
    r"(?P<iso>20\d\d-\d\d-\d\d)"
    rf"|(?P<m1>{MONTH})\.? (?:the )?(?P<d1>\d{{1,2}}){_TH}?{_HOUR_FOLLOWS}(?:(?:,| de| del)? (?P<y1>20\d\d))?"
    rf"|(?:the |el )?(?P<d2>\d{{1,2}}){_TH}?(?: of| de)? ?(?P<m2>{MONTH})\b(?:(?:,| de| del)? (?P<y2>20\d\d))?"
    r"|(?P<a>\d{1,2})/(?P<b>\d{1,2})(?:/(?P<y3>20\d\d|\d\d))?(?![\d/%])"
    rf"|(?P<d4>(?<=the )\d{{1,2}}|(?<=on )\d{{1,2}}|(?<=or )\d{{1,2}}|(?<=and )\d{{1,2}}|(?<=by )\d{{1,2}})"
    rf"{_TH}{_ENDS}{_NO_NTH}"
    rf"|(?:(?<=el )|(?<=del )|(?<=al )|(?<=dia ))(?P<d5>\d{{1,2}}){_HOUR_FOLLOWS}{_ENDS}"
    r")(?!\w)"
)
_LISTED = r"(?: ?(?:/|&)| ?,?(?: (?:or|and|o|y|ou|et))(?: on)?| ?,)"
_NO_HOURS = r"(?! ?(?:-|–|to|till?|until) ?\d)"  # "December 5, 9 to 4"
_MORE_BEHIND = re.compile(
    rf"{_LISTED} ?(?:the |el )?(?P<all>(?P<day>\d{{1,2}}){_TH}?)(?![\w/]){_HOUR_FOLLOWS}{_NO_HOURS}"
    rf"(?:(?={_LISTED} ?\d)|{_ENDS})"
)
_MORE_BEFORE = re.compile(rf"(?<![\w$£€#./:-])(?:the |el )?(?P<all>(?P<day>\d{{1,2}}){_TH}?){_LISTED} ?(?:the |el )?$")
_BETWEEN = re.compile(r"\b(?:between|entre)(?: the| el)? $")
_BESIDE_IT = re.compile(  # before a date: "the day after Thanksgiving", "the Monday after the 4th"
    rf"(?:(?:(?:the|el|al) |^|(?<=open )|(?<=on ))(?:day|dia)|(?:the|el) (?P<weekday>{WEEKDAY}))"
    r" (?:(?P<after>after|following|despues del?|siguiente al?)|before|antes del?|anterior al?)(?: the| el| la)? $"
)
_THEN = re.compile(  # behind a date
    r",? (?:or|and|o|y)(?: maybe| even| possibly)?(?: on| for)? (?:the |el |al )?"
    r"(?:(?P<after>day after(?: that)?|(?:next|following) day|dia siguiente|dia despues)"
    r"|day before(?: that)?|dia anterior)" + _ENDS
)
_MONTH_ALONE = re.compile(rf"(?<![\w'-]){MONTH}(?![\w'])")
_WEEKDAY_DAY = re.compile(
    rf"(?<!\w)(?P<weekday>{WEEKDAY})\.?,? (?:the |el )?(?P<day>\d{{1,2}})(?P<th>{_TH})?(?!\w)"
    rf"(?! ?(?:-|–|to) ?\d)(?! instead of \d{{1,2}}\b(?!{_TH})){_HOUR_FOLLOWS}"
)
_NAME = re.compile(
    rf"(?<![\w@])(?:{'|'.join(f'(?P<{day}>{names})' for day, names in _WEEKDAYS.items())})(?:'s)?(?![\w])"
)
_SHORT = frozenset({"mon", "sat", "sun", "wed", "mar"})  # also English verbs, the star, a French "my"
_BY_SHORT = re.compile(rf"(?:\b{any_of(_BESIDE['before_short'])} |{WEEKDAY}(?: ?[-–/,&+] ?| (?:or|and|to) ))$")
_AFTER_SHORT = re.compile(
    rf"^\.?(?: ?[-–/,&+] ?| (?:or|and|to|thru|through) ){WEEKDAY}\b|^\.? {any_of(_BESIDE['behind_short'])}"
)
_VERBS = frozenset({"may", "march", "mar"})  # months only where no verb or noun goes on ("this may be")
_NO_VERB = re.compile(rf"$|[^\w\s]|\s+(?!be\b|i\b|we\b|you\b|it\b|not?\b){any_of(_BESIDE['behind_date'])}\b")
_SPANISH = re.compile(r"\b(?:el|la|los|para|puede|podria|tiene|hay|una?|cita|por|de|usted|antes)\b")


@dataclass(frozen=True, slots=True)
class Named:
    """One or several days that stand in a clause from `start` to `end`: a day of the week, or days of the calendar.

    `first` and `last` are days of the calendar; `last` is None where they go on without an end, `first` is None for a
    day of the week that no certain date belongs to. `explicit` says that the writer gave the year or the day itself;
    `name` is the stretch as vocabulary/when/stretches.toml calls it.
    """

    start: int
    end: int
    first: date | None = None
    last: date | None = None
    weekday: str | None = None
    explicit: bool = False
    name: str = ""


def weekdays(text: str) -> list[Named]:
    """The days of the week that plain `text` names, in their order."""
    found = []
    for match in _NAME.finditer(text):
        word = match.group()
        if word in _SHORT and not (
            _BY_SHORT.search(text[max(0, match.start() - 24) : match.start()])
            or _AFTER_SHORT.match(text[match.end() :])
            or word == text.strip(" .?")
        ):
            continue
        found.append(Named(*match.span(), weekday=match.lastgroup))
    return found[:_MOST]


def calendar_days(text: str, sent: date | None) -> list[Named]:
    """The dates that plain `text` names ("November 24", "24 Nov", "11/24", "the 24th", "el 24"), in their order.

    A date without a year is the next such date on or after `sent`; one that has just passed is left out, and so is
    every date without a year where `sent` is not known. Numbers are month/day, in Spanish day/month.
    """
    found: list[Named] = []
    listed: list[Named] = []
    for match in _DATE.finditer(text):
        if (day := _day(match, text, sent)) is not None:
            found.append(Named(*match.span(), day, day, explicit=True))
            listed += _listed(match, text, day)
    found = [*listed, *(named for named in found if not _overlaps(named, listed))]
    for match in _WEEKDAY_DAY.finditer(text):
        if sent is None or _overlaps(Named(*match.span()), found):
            continue
        fits = _on_weekday(int(match["day"]), _key(match["weekday"]), sent)
        day = fits if match["th"] is None or fits is not None else _coming(int(match["day"]), None, sent)
        if day is not None:
            found.append(Named(*match.span(), day, day, explicit=True))
    found = [_beside(text, named) for named in found]
    for start, end, day, sure in holidays(text, sent) if sent is not None else ():
        named = Named(start, end, day, day, explicit=True)
        beside = _beside(text, named)
        if (sure or beside is not named) and not _overlaps(named, found):
            found.append(beside)
    found += [then for named in found if (then := _then(text, named)) is not None]
    return sorted(found, key=lambda named: named.start)[:_MOST]


def _overlaps(one: Named, others: list[Named]) -> bool:
    return any(other.start < one.end and one.start < other.end for other in others)


def _listed(match: re.Match[str], text: str, day: date) -> Iterator[Named]:
    """The other days of one month that are named with `day`: "December 3 or 4", "the 3rd or the 4th of December"."""
    if match["m2"] and not _BETWEEN.search(text, 0, match.start()):
        start = match.start()
        while (more := _MORE_BEFORE.search(text, max(0, start - 24), start)) is not None:
            start = more.start()
            if _BETWEEN.search(text, 0, start):
                return
            if (other := _exact(day.year, day.month, int(more["day"]))) is not None:
                yield Named(*more.span("all"), other, other, explicit=True)
    elif (match["m1"] or match["a"]) and not _BETWEEN.search(text, 0, match.start()):
        end = match.end()
        while (more := _MORE_BEHIND.match(text, end)) is not None:
            end = more.end()
            if (other := _exact(day.year, day.month, int(more["day"]))) is not None:
                yield Named(*more.span("all"), other, other, explicit=True)


def _beside(text: str, named: Named) -> Named:
    """The day beside a date if one is named so ("the day after Thanksgiving"), else the date itself."""
    found = _BESIDE_IT.search(text, max(0, named.start - 40), named.start)
    if found is None or named.first is None:
        return named
    step = _DAY if found["after"] else -_DAY
    day = named.first + step
    while found["weekday"] and DAYS[day.weekday()] != _key(found["weekday"]):
        day += step
    return Named(found.start(), named.end, day, day, explicit=True)


def _then(text: str, named: Named) -> Named | None:
    """The second day in "December 3 or the day after"."""
    found = _THEN.match(text, named.end)
    if found is None or named.first is None:
        return None
    day = named.first + (_DAY if found["after"] else -_DAY)
    return Named(*found.span(), day, day, explicit=True)


def months(text: str, sent: date) -> list[Named]:
    """The months that plain `text` names without a day: each the one that runs or the next."""
    found = []
    for match in _MONTH_ALONE.finditer(text):
        if match.group() in _VERBS and not _NO_VERB.match(text[match.end() :]):
            continue
        first, last = month_of(month_number(match.group()), sent)
        found.append(Named(*match.span(), first, last, name="month"))
    return found


def month_of(number: int, sent: date) -> tuple[date, date]:
    """The first and the last day of the month `number` that comes next, or that runs."""
    first = date(sent.year + (number < sent.month), number, 1)
    return first, month_end(first)


def month_end(day: date) -> date:
    """The last day of the month of `day`."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def next_weekday(day: str, sent: date, *, today: bool = False) -> date:
    """The first `day` ("mon") after `sent`, or `sent` itself where `today` counts."""
    ahead = (DAYS.index(day) - sent.weekday()) % 7
    return sent + timedelta(days=ahead if ahead or today else 7)


def month_number(name: str) -> int:
    """The number of the month that plain text names."""
    return next(number for number, names in _MONTHS.items() if re.fullmatch(names, name))


def _key(name: str) -> str:
    return next(day for day, names in _WEEKDAYS.items() if re.fullmatch(names, name))


def _day(match: re.Match[str], text: str, sent: date | None) -> date | None:
    if match["iso"]:
        return _exact(*map(int, match["iso"].split("-")))
    if match["a"]:
        month, day = int(match["a"]), int(match["b"])
        if month > 12 or (day <= 12 and _SPANISH.search(text)):
            month, day = day, month
        year = match["y3"]
        if (match["a"], match["b"]) in {
            ("24", "7"),
            ("50", "50"),
            ("1", "2"),
            ("1", "3"),
            ("1", "4"),
            ("3", "4"),
        } and not year:
            return None
        return _dated(month, day, f"20{year[-2:]}" if year else None, sent)
    if match["m1"]:
        return _dated(month_number(match["m1"]), int(match["d1"]), match["y1"], sent)
    if match["m2"]:
        return _dated(month_number(match["m2"]), int(match["d2"]), match["y2"], sent)
    weekday = _key(match["weekday"]) if match["weekday"] else None
    return _coming(int(match["d4"] or match["d5"]), weekday, sent) if sent is not None else None


def _exact(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _dated(month: int, day: int, year: str | None, sent: date | None) -> date | None:
    if year is not None:
        return _exact(int(year), month, day)
    if sent is None:
        return None
    this = _exact(sent.year, month, day)
    if this is not None and this >= sent:
        return this
    if this is not None and (sent - this).days <= _JUST_PAST:
        return None
    following = _exact(sent.year + 1, month, day)
    before = _exact(sent.year - 1, month, day)
    return following if before is None or (sent - before).days > _JUST_PAST else None


def _coming(day: int, weekday: str | None, sent: date) -> date | None:
    """The next such day of a month; of several months the one in which it falls on `weekday`."""
    if weekday is not None and (fits := _on_weekday(day, weekday, sent)) is not None:
        return fits
    return next(iter(_such_days(day, sent)), None)


def _on_weekday(day: int, weekday: str, sent: date) -> date | None:
    return next(
        (d for d in _such_days(day, sent) if DAYS[d.weekday()] == weekday and (d - sent).days <= _SAME_WEEKDAY), None
    )


def _such_days(day: int, sent: date) -> list[date]:
    """The next days with this number in a month, at most three months ahead."""
    months = [(sent.year + (sent.month + ahead - 1) // 12, (sent.month + ahead - 1) % 12 + 1) for ahead in range(4)]
    return [d for year, month in months if (d := _exact(year, month, day)) is not None and d >= sent]

"""Days, times and lists as a letter in one language writes them. The one door to Babel."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from functools import cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time, get_day_names, get_timezone_name

from inboxtriage import shipped

_FALLBACK = "en"
_HOUR, _ABOUT = 60, 30  # minutes; "around 6" is understood as half an hour on either side


@dataclass(frozen=True, slots=True)
class Speech:
    """How one language says it. `locale` is Babel's name of the language."""

    locale: str
    words: dict[str, str]

    def moment(self, moment: datetime) -> str:
        """A free time, in the zone of `moment`: "Tuesday, November 24 at 9:00 AM"."""
        return str(format_datetime(moment.replace(tzinfo=None), self.words["moment"], locale=self.locale))

    def day(self, day: date) -> str:
        """A date: "Tuesday, November 24"."""
        return str(format_date(day, self.words["day"], locale=self.locale))

    def weekday(self, number: int) -> str:
        """A day of the week, 0 is Monday: "Tuesday"."""
        return str(_day_names(self.locale)[number])

    def weekdays(self, number: int) -> str:
        """The same in the plural: "Tuesdays"."""
        name = self.weekday(number)
        return name if name.endswith("s") else self.words["plural"].format(name)

    def time(self, minutes: int) -> str:
        """Minutes since midnight as a time of day: "3:30 PM"."""
        return str(format_time(time(minutes // 60 % 24, minutes % 60), self.words["time"], locale=self.locale))

    def span(self, begin: int, end: int) -> str:
        """From and to, in minutes since midnight: "9:00 AM to 5:00 PM"."""
        return self.words["span"].format(self.time(begin), self.time(end))

    def around(self, begin: int | None, end: int | None, *, given: bool = True) -> str:
        """A wished stretch of the day: "after 5:00 PM", "between 3:00 PM and 5:00 PM", "around 6:00 AM", "at 6:30 AM".

        `given`: whether it can be had; "at 6:00 AM" where it cannot.
        """
        if begin is None:
            return self.words["before"].format(self.time(end or 0))
        if end is None:
            return self.words["after"].format(self.time(begin))
        if end - begin == 2 * _ABOUT and begin % _HOUR == _ABOUT:
            return self.words["about" if given else "at"].format(self.time(begin + _ABOUT))
        if end - begin == _ABOUT:
            return self.words["at"].format(self.time(begin))
        return self.words["between"].format(self.time(begin), self.time(end))

    def run(self, first: int, last: int) -> str:
        """Days of the week from one to another: "Monday to Friday"."""
        return self.words["run"].format(self.weekday(first), self.weekday(last))

    def zone(self, zone: tzinfo) -> str:
        """A time zone, whatever the season: "Eastern Time"."""
        name = str(get_timezone_name(zone, width="long", zone_variant="generic", locale=self.locale))
        # "Unknown Region (UTC) Time" for what no country keeps.
        return name if "(" not in name else str(get_timezone_name(zone, width="long", locale=self.locale))

    def listed(self, values: Iterable[Any], by: str = "and") -> str:
        """Write "a, b and c"; by "or" or "nor" as the language does behind a choice or a no."""
        words: Sequence[str] = [str(value) for value in values]
        if len(words) < 2:
            return "".join(words)
        joint = self.words[by]
        if self.locale == "es":  # "y" before the sound of i is "e", "o" before that of o is "u"
            sounds, other = {"and": (("i", "hi"), "e"), "or": (("o", "ho"), "u")}.get(by, ((), joint))
            joint = other if words[-1].lower().startswith(sounds) else joint
        return f"{', '.join(words[:-1])} {joint} {words[-1]}"


@cache
def speech(language: str) -> Speech:
    """How `language` (two letters) writes; as English does where it is no language."""
    patterns = shipped.table("reply", "speech")
    try:
        Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        language = _FALLBACK
    return Speech(language, patterns.get(language, patterns["other"]))


@cache
def name_of(code: str, language: str) -> str:
    """A language by its name in another: "French"."""
    try:
        return Locale.parse(code).get_display_name(language) or code
    except (UnknownLocaleError, ValueError):
        return code


@cache
def _languages() -> dict[str, str]:
    """Every language's English name, by that name in lower case."""
    return {name.casefold(): name for name in Locale("en").languages.values()}


def language_named(name: str) -> str | None:
    """The English name of a language as it is written ("spanish": "Spanish"); None where there is no such language."""
    return _languages().get(name.casefold())


@cache
def _day_names(locale: str) -> dict[int, str]:
    return dict(get_day_names("wide", locale=locale))

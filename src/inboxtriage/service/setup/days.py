"""The day from which mail is read, as people say it ("two weeks", "last Monday", "Nov 1") -> a date."""

import re
from datetime import date, timedelta

_EVERYTHING = {"all", "everything", "all of it"}
_NEAR = {"today": 0, "yesterday": 1}
_NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "a an one",
            "two couple",
            "three few",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ),
        1,
    )
    for word in words.split()
}
_DAYS = {
    "day": 1,
    "d": 1,
    "week": 7,
    "wk": 7,
    "w": 7,
    "fortnight": 14,
    "month": 30,
    "m": 30,
    "year": 365,
    "y": 365,
}
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_AGO = re.compile(
    rf"(?:(?:for |in |since )?(?:the )?(?:last|past) )?(?:a )?(\d{{1,4}}|{'|'.join(_NUMBERS)})?(?: of)? *"
    rf"({'|'.join(sorted(_DAYS, key=len, reverse=True))})s?(?: ago| back)?"
)
_WEEKDAY = re.compile(rf"(?:since )?(last |past |on )?({'|'.join(_WEEK)})[a-z]*")
_NAMED = re.compile(
    rf"(?:since )?(?:({'|'.join(_MONTHS)})[a-z]*\.? (\d{{1,2}})(?:st|nd|rd|th)?|"
    rf"(\d{{1,2}})(?:st|nd|rd|th|\.)? (?:of )?({'|'.join(_MONTHS)})[a-z]*\.?)(?:,? (\d{{4}}))?"
)


def start_of(text: str, today: date) -> str:
    """What `since` says: "all", or a date (ISO 8601). Raises ValueError where it is none, or still to come.

    "last Monday" is the one before today; a day without a year is the last that there was.
    """
    word = " ".join(text.lower().split()).rstrip(".")
    if word in _EVERYTHING:
        return "all"
    try:
        found = _spoken(word, today) or date.fromisoformat(word)
    except OverflowError as error:
        raise ValueError("there is no such day") from error
    if found > today:
        raise ValueError("it is still to come")
    return found.isoformat()


def _spoken(word: str, today: date) -> date | None:
    if word in _NEAR:
        return today - timedelta(days=_NEAR[word])
    if (ago := _AGO.fullmatch(word)) and (ago[1] or " " in word):
        number = _NUMBERS.get(ago[1] or "a") or int(ago[1])
        return today - timedelta(days=number * _DAYS[ago[2]])
    if weekday := _WEEKDAY.fullmatch(word):
        return today - timedelta(days=(today.weekday() - _WEEK.index(weekday[2]) - 1) % 7 + 1)
    if named := _NAMED.fullmatch(word):
        month = _MONTHS.index(named[1] or named[4]) + 1
        number = int(named[2] or named[3])
        if named[5]:
            return date(int(named[5]), month, number)
        this_year = date(today.year, month, number)
        return this_year if this_year <= today else date(today.year - 1, month, number)
    return None

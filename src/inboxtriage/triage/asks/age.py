"""Ages that a mail tells, in figures or in words."""

import re

from inboxtriage.triage.phrases import Phrases

OLDEST = 110  # years
_YOUNGEST_WRITER = 6  # years; "I'm two" and "I'm one" mean other things
# fmt: off
_ONES = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]
_UNOS = [
    "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce", "trece",
    "catorce", "quince", "dieciseis", "diecisiete", "dieciocho", "diecinueve",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_DIEZ = ["veinte", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"]
_VEINTI = [f"veinti{word}" for word in _UNOS[:9]]
# fmt: on
_VALUES = (
    {word: i + 1 for words in (_ONES, _UNOS) for i, word in enumerate(words)}
    | {word: (i + 2) * 10 for words in (_TENS, _DIEZ) for i, word in enumerate(words)}
    | {word: i + 21 for i, word in enumerate(_VEINTI)}
)
_WITH_ONE = rf"(?:{'|'.join(_TENS + _DIEZ)})(?:(?:-| y | )(?:{'|'.join(_ONES[:9] + _UNOS[:9])}))?"
_WORDS = "|".join(sorted(_ONES + _UNOS + _VEINTI, key=len, reverse=True))
_AGE = rf"(?P<age>\d{{1,3}}|{_WITH_ONE}|{_WORDS})"
_OLD = r"(?:[- ]?(?:years?|yrs?)[- ]?olds?|[- ]?y/?os?\b| anos)"
_UNITS = (
    "times|days?|weeks?|months?|hours?|hrs?|minutes?|mins?|sessions?|miles|percent|of|or|and a half|more|people|kids|"
    "other|different|dias|veces|meses|semanas|horas|minutos|sesiones|am|pm|o'?clock|in the|a m|p m"
)
_NO_AGE = rf"(?![\w:%⁄]|[.,]\d|[- ](?:{_UNITS})\b)"  # what a number may not be followed by to be an age
_CHILD = (
    r"(?:sons?|daughters?|kids?|child|boys?|girls?|teen\w*|step-?son|step-?daughter|grandson|granddaughter|nephew|"
    r"niece|toddler|hij[oa]|hijit[oa]|nin[oa]|niet[oa]|sobrin[oa]|muchach[oa]|adolescente|one|student|lad)"
)
_ELDER = r"(?:mother|mom|mum|father|dad|(?:mother|father)[- ]in[- ]law|mama|papa|madre|padre|suegr[oa])"
_GROWN = r"(?:wife|husband|partner|brother|sister|friend|espos[oa]|herman[oa]|grandmother|grandfather|abuel[oa])"
_NAME = r"(?: (?!and\b|y\b|at\b|from\b|for\b|on\b|is\b)\w+)?"
_BECOMES = "is|are|turns|just turned|turned|will be|who's|tiene|que tiene|cumple|va a cumplir"
_IS = (
    rf"(?:{_NAME},? (?:who )?(?:{_BECOMES})(?: now| only| almost| just| ya| apenas)? |{_NAME},? ?\(|"
    rf"{_NAME}, (?:aged? |de )?|{_NAME} (?:aged? |de )|'s )"
)


def _of(person: str) -> tuple[re.Pattern[str], ...]:
    return re.compile(rf"\b{_AGE}{_OLD}[ ,]*(?:\w+ )?{person}\b"), re.compile(rf"\b{person}{_IS}{_AGE}{_NO_AGE}")


_PRONOUN = (
    re.compile(
        rf"(?m:^)(?:\w+ )?(?:he|she|they)(?:'s| is|'re| are| just turned| turned| turns| will be)"
        rf"(?: now| only| almost)? {_AGE}{_NO_AGE}"
    ),
    re.compile(rf"\b(?:tiene|cumplio|va a cumplir) {_AGE} anos\b"),
)
_BARE = re.compile(rf"\b(?:my|our|an?|for|see|mi|the) {_AGE}(?:[- ]?(?:years?|yrs?)[- ]?olds?|[- ]?y/?os?\b)")
_TOLD = (
    re.compile(
        r"(?<!like )(?<!since )(?<!when )(?<!until )(?<!till )\b(?:i'm|i am|im) (?:now |only |almost |just )?"
        rf"{_AGE}(?:{_OLD}|(?m:$)|,| and)"
    ),
    re.compile(rf"\b(?:i'm|i am|im) an? {_AGE}{_OLD}"),
    re.compile(rf"\btengo {_AGE} anos\b(?! (?:aqui|en|de|con|sin|viviendo|trabajando|casad[oa]|que)\b)"),
)
_OWN = (
    *_TOLD,
    re.compile(rf"(?m:^){_AGE}(?:[- ]?(?:year|yr)s?[- ]old|[- ]?y/?o)(?: (?:male|female|man|woman))?"),
)
_YOUNG = (*_of(_CHILD), _BARE, *_PRONOUN)
_PLACES = {
    "child": _YOUNG,
    "teen": _YOUNG,
    "parent": (*_of(_ELDER), *_PRONOUN),
    "other": (*_of(_GROWN), *_PRONOUN),
    "self": _OWN,
}
# A quick first look at whether a writer tells an age at all.
_TELLS = Phrases({"age": [rf"(?:i'm|i am|im|tengo) (?:\w+ )?(?:\d+|{_WORDS}|{'|'.join(_TENS + _DIEZ)})"]})
_FIGURE, _WORD = re.compile(r"\d"), re.compile(r"[a-z]+")


def age_of(who: str | None, text: str) -> int | None:
    """The age in years that plain `text`, a clause a line, tells of the person sought for; None where it tells none.

    `who` is one of the names of `whom.WHO`; a couple, a family and employees have no age.
    """
    if who not in _PLACES or not (_FIGURE.search(text) or _VALUES.keys() & set(_WORD.findall(text))):
        return None
    return _first(_PLACES[who], text)


def own_age(text: str) -> int | None:
    """The age in years that the writer of plain `text`, a clause a line, gives as their own, or None."""
    return _first(_TOLD, text, _YOUNGEST_WRITER) if _TELLS.spans(text) else None


def _first(places: tuple[re.Pattern[str], ...], text: str, youngest: int = 1) -> int | None:
    for place in places:
        for match in place.finditer(text):
            if youngest <= (years := _years(match["age"])) <= OLDEST:
                return years
    return None


def _years(words: str) -> int:
    """The number that `words` say: figures, or English or Spanish words below a hundred."""
    if words.isdigit():
        return int(words)
    if words in _VALUES:
        return _VALUES[words]
    return sum(_VALUES.get(word, 0) for word in re.split(r"[- ]", words))

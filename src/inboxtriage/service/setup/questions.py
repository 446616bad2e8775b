"""The questions about a practice (questions.toml), and what an answer to one of them is worth."""

import re
from functools import cache
from typing import Any, Literal

import msgspec

from inboxtriage import shipped
from inboxtriage.config.settings import Practice
from inboxtriage.errors import UsageProblem
from inboxtriage.service.setup import lists

_YES = {"y", "yes", "yeah", "yep", "sure", "true", "si", "sí"}
_NO = {"n", "no", "nope", "false"}
_NOTHING = {"none", "nothing", "nobody", "no one", "never", "not at all", "n/a", "-", *_NO}
_LEADING_YES = re.compile(r"(?:yes|yeah|yep|sure|sí|si)(?:\s*[,.;:!–—-]+\s*|\s+(?=(?:i|we)\b)|$)", re.IGNORECASE)
_JUST_NO = re.compile(r"(?:no|nope)?[\s,.]*(?:thanks?(?: you)?|sorry|(?:i|we) (?:do not|don['’]t|never do))")
_LEADING_NO = re.compile(r"(?:no|nope)\b[\s,.;:!–—-]", re.IGNORECASE)
_MOST_MINUTES = 24 * 60


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question: the key of its answer, its words, what an answer is good for.

    `says` is the sentence of a letter that the answer makes. `none`: an empty answer means something too, for a text
    that nothing is said ("no": not offered). `names`: what kind of names a list holds. `by` are other words for a
    profile.
    """

    key: str
    ask: str
    buys: str
    kind: Literal["text", "list", "yes/no", "minutes", "choice"]
    example: str = ""
    says: str = ""
    none: bool = False
    names: Literal["payers", "languages", ""] = ""
    choices: dict[str, str] = {}
    profiles: tuple[str, ...] = ("therapist", "general", "seasonal")
    by: dict[str, dict[str, str]] = {}

    @property
    def path(self) -> tuple[str, ...]:
        """The key, part by part."""
        return tuple(self.key.split("."))

    @property
    def name(self) -> str:
        """The fact in a word or two."""
        return self.path[-1].replace("_", " ")


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a profile is shown as an example of names, and how its letters' subjects are called."""

    name: str
    owner: str
    labels: dict[str, str] = {}


@cache
def facts(profile: str) -> tuple[Question, ...]:
    """What a practice of this profile is asked, in order and in its words."""
    every = msgspec.convert(shipped.table("service.setup", "questions")["facts"], tuple[Question, ...])
    return tuple(msgspec.structs.replace(one, **one.by.get(profile, {})) for one in every if profile in one.profiles)


def without(practice: Practice) -> list[str]:
    """The keys of what a practice of its profile is asked and has not said."""
    return [one.key for one in facts(practice.profile) if _value(practice, one) is None]


def _value(practice: Practice, question: Question) -> Any:
    place: Any = practice
    for part in question.path[1:]:
        place = getattr(place, part)
    return place


def wording(profile: str) -> Wording:
    """Examples and names for a profile."""
    return msgspec.convert(shipped.table("service.setup", "questions")["wording"][profile], Wording)


def about(gap: str, profile: str) -> Question | None:
    """The question whose answer fills this gap of a letter, which begins with the key of the fact that is missing."""
    key = gap.partition(":")[0].strip()
    return next((one for one in facts(profile) if one.key == key), None)


def read(question: Question, said: str) -> Any:
    """The value of an answer. Raises UsageProblem where it is none."""
    said = said.strip()
    word = said.lower().rstrip(".! ")
    match question.kind:
        case "yes/no":
            if word in _YES | _NO:
                return word in _YES
            raise UsageProblem(f"{said!r} is neither yes nor no", do="write y or n, or press Enter to skip it")
        case "choice":
            meant = [choice for choice in question.choices if choice.startswith(word)]
            if len(meant) == 1:
                return meant[0]
            raise UsageProblem(f"{said!r} is none of them", do=f"write {' or '.join(question.choices)}")
        case "minutes":
            number = word.removesuffix("utes").removesuffix("min").strip()
            if number.isdecimal() and 0 < int(number) <= _MOST_MINUTES:
                return int(number)
            raise UsageProblem(f"{said!r} is no number of minutes", do=f"write one like {question.example}")
        case "list":
            return [] if word in _NOTHING else _list(question, said)
        case "text":
            return _text(question, said, word)


def _list(question: Question, said: str) -> list[str]:
    found = lists.entries(_LEADING_YES.sub("", said, count=1), lists.is_payer if question.names == "payers" else _never)
    if question.names == "languages":
        found = list(dict.fromkeys(map(lists.language, found)))
    if not found:
        raise UsageProblem(f"{said!r} names nothing", do=f"write them like {question.example}")
    return found


def _never(_: str) -> bool:
    return False


def _text(question: Question, said: str, word: str) -> str:
    """A text as a letter is to say it: without the yes before it; a no where that is an answer is the empty text."""
    if question.none:
        if word in _NOTHING or _JUST_NO.fullmatch(word):
            return ""
        if _LEADING_NO.match(said):
            raise UsageProblem(
                "that begins with a no, and a letter would say it word for word",
                do="write no alone, or what a letter is to say",
            )
    plain = _LEADING_YES.sub("", said, count=1)
    if word in _NOTHING | _YES or not plain:
        like = question.example.partition("(")[0].strip()
        raise UsageProblem(f"a letter would say {said!r} there", do=f"write it like {like}; Enter skips it")
    return plain


def sentence(question: Question, value: Any) -> str:
    """The sentence that a letter says with this value; empty where there is none to show."""
    if not question.says or value in (None, "", [], ()):
        return ""
    return question.says.replace("{}", as_said(value).removesuffix("."))


def as_said(value: Any) -> str:
    """A value as a person reads it; a list with its entries apart, so that one that is two is seen."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value)) or "none"
    return str(value) or "none"

"""A practice's facts in the language of a letter: the owner's own words, else a small glossary, else a named gap.

A list keeps entries that have no translation (EMDR is EMDR everywhere); a single text without one is not told.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from inboxtriage import shipped
from inboxtriage.triage.phrases import plain

# The facts that are words, by their place in [practice]; names, addresses and numbers are the same in every language.
_WORDS = frozenset(
    {
        "insurance.fee", "insurance.fees.*", "insurance.sliding_scale", "insurance.payment",
        "hours.frequency", "hours.access", "hours.cancellation", "openings.wait",
        "fit.works_with", "fit.does_not_work_with", "fit.helps_with", "fit.does_not_help_with", "fit.languages",
        "fit.about", "intake.consult", "intake.forms", "intake.sample",
        "clients.expect", "clients.reply_within", "clients.urgent", "clients.emergencies", "clients.paperwork",
        "words.session", "words.clients",
    }
)  # fmt: skip
_JOINT = re.compile(r"(, (?:or |and )?| or | and )")  # of a list of phrases
_TOKEN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|[^\w\s]|[\w.,$€£]+")


@dataclass(frozen=True, slots=True)
class Untold:
    """A fact that is there, but not in the letter's language; `key` is where the owner can give it."""

    key: str


def told_in(facts: Mapping[str, Any], translations: Mapping[str, Any], language: str) -> dict[str, Any]:
    """`facts` in `language`, with `translations` (the same tables) in the place of what they translate."""
    return {key: _told(value, key, translations.get(key), language) for key, value in facts.items()}


def untranslated(facts: Mapping[str, Any], translations: Mapping[str, Any], language: str) -> tuple[str, ...]:
    """The keys of facts that no letter in `language` can tell."""
    return tuple(_untold(told_in(facts, translations, language)))


def has_glossary(language: str) -> bool:
    """Whether common facts are known in `language`."""
    return _file(language).is_file()


def _told(value: Any, place: str, own: Any, language: str) -> Any:
    if isinstance(value, dict):
        given = own if isinstance(own, Mapping) else {}
        return {key: _told(entry, f"{place}.{key}", given.get(key), language) for key, entry in value.items()}
    if own:
        return own
    if place == "fit.referrals":
        return [_colleague(one, language) for one in value]
    if not _is_words(place) or not value:
        return value
    if isinstance(value, list):
        return [_translated(str(one), language) or one for one in value]
    return _translated(str(value), language) or Untold(f"practice.translations.{language}.{place}")


def _is_words(place: str) -> bool:
    return place in _WORDS or f"{place.rpartition('.')[0]}.*" in _WORDS


def _colleague(one: dict[str, Any], language: str) -> dict[str, Any]:
    name, comma, calling = str(one["name"]).partition(", ")
    told = _translated(calling, language) if comma else None
    return {
        **one,
        "name": f"{name}, {told}" if told else one["name"],
        "for": [_translated(str(who), language) or who for who in one.get("for", [])],
    }


def _translated(text: str, language: str) -> str | None:
    """`text` in `language`, or None where the glossary cannot say all of it."""
    if not has_glossary(language):
        return None
    glossary = _glossary(language)
    whole = _phrase(text, glossary)
    if whole is not None:
        return whole
    pieces = _JOINT.split(text)
    if len(pieces) > 1:
        told = [_phrase(piece, glossary) if n % 2 == 0 else _joint(piece, glossary) for n, piece in enumerate(pieces)]
        if all(piece is not None for piece in told):
            return "".join(str(piece) for piece in told)
    # Word for word reads well for fees and lengths, not for prose.
    return _word_for_word(text, glossary.tokens) if any(c.isdigit() for c in text) else None


def _phrase(text: str, glossary: "_Glossary") -> str | None:
    short = plain(text).strip(" .")
    if short in glossary.phrases:
        return glossary.phrases[short]
    for pattern, written in glossary.patterns:
        found = pattern.fullmatch(short)
        if found:
            return written.format(*(glossary.tokens.get(group, group) for group in found.groups()))
    return None


def _joint(text: str, glossary: "_Glossary") -> str:
    """Between the parts of a list: ", or " as the language joins them."""
    word = text.strip(" ,").lower()
    return f" {glossary.tokens[word]} " if word else ", "


def _word_for_word(text: str, tokens: Mapping[str, str]) -> str | None:
    def told(found: re.Match[str]) -> str:
        word = found[0]
        if not word[0].isalpha() or (word.isupper() and len(word) > 1):
            return word
        return tokens[plain(word)]

    try:
        return _TOKEN.sub(told, text)
    except KeyError:
        return None


@dataclass(frozen=True, slots=True)
class _Glossary:
    phrases: dict[str, str]
    patterns: tuple[tuple[re.Pattern[str], str], ...]
    tokens: dict[str, str]


def _file(language: str) -> Traversable:
    return files("inboxtriage.reply").joinpath(f"glossary.{language}.toml")


@cache
def _glossary(language: str) -> _Glossary:
    tables = shipped.table("reply", f"glossary.{language}")
    patterns = tuple((re.compile(pattern), written) for pattern, written in tables["patterns"].items())
    return _Glossary(tables["phrases"], patterns, tables["tokens"])


def _untold(value: Any) -> list[str]:
    if isinstance(value, Untold):
        return [value.key]
    children: Callable[[], Any] = value.values if isinstance(value, dict) else tuple
    return [key for child in children() for key in _untold(child)]

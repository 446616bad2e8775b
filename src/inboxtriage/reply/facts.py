"""What a response may state: the practice's own facts, in the letter's language.

A fact that the configuration does not give stays missing; a response that reads it gets told its key.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from inboxtriage.config.settings import Practice
from inboxtriage.reply.localize import told_in

# One meeting, several; the people; what they pay; what the practice does on an open day, and at all; and what it is
# called that is done with or for somebody.
_WORDS = {
    ("therapist", "en"): ("session", "sessions", "clients", "fee", "see people", "help with", "our work together"),
    ("general", "en"): (
        "appointment", "appointments", "clients", "fee", "have appointments", "help with", "our work together",
    ),
    ("seasonal", "en"): ("visit", "visits", "customers", "price", "work", "do", "our work for you"),
    ("therapist", "es"): (
        "sesión", "sesiones", "pacientes", "tarifa", "atendemos", "trabajamos con", "nuestro trabajo juntos",
    ),
    ("general", "es"): ("cita", "citas", "clientes", "tarifa", "atendemos", "ayudamos con", "nuestro trabajo juntos"),
    ("seasonal", "es"): (
        "visita", "visitas", "clientes", "tarifa", "trabajamos", "hacemos", "nuestro trabajo para usted",
    ),
}  # fmt: skip
_VOWELS = tuple("aeiouáéíóú")
# The facts that stand within a sentence of a letter, however they were written down.
_WITHIN = {
    "insurance": ("fee", "sliding_scale", "payment"),
    "hours": ("frequency",),
    "openings": ("wait",),
    "intake": ("consult", "forms"),
}
_ARTICLE = re.compile(r"(?:An?|The|One|Una?|El|La|Los|Las)(?= )")


@dataclass(frozen=True, slots=True)
class Words:
    """How the practice speaks: of a meeting, of people, of money, of being open, of what is done with somebody."""

    session: str
    sessions: str
    clients: str
    fee: str
    open: str
    help: str
    work: str


def stated(practice: Practice) -> dict[str, Any]:
    """The facts of `[practice]` as nested plain values; keys that were not given are left out."""
    given: dict[str, Any] = msgspec.to_builtins(practice)
    given.pop("translations", None)
    kept: dict[str, Any] = _without_missing(given)
    return kept


def told(practice: Practice, language: str, *, own: bool) -> dict[str, Any]:
    """The facts as a letter in `language` tells them; `own` where the file is written in that language itself."""
    facts = stated(practice)
    found = facts if own else told_in(facts, practice.translations.get(language, {}), language)
    for table, keys in _WITHIN.items():
        given = found.get(table, {})
        given.update({key: _within(given[key]) for key in keys if key in given})
    fees = found.get("insurance", {}).get("fees", {})
    fees.update({who: _within(fee) for who, fee in fees.items()})
    return found


def is_given(facts: Mapping[str, Any], key: str) -> bool:
    """Whether `facts` (the tables of [practice]) hold the fact of this key."""
    value: Any = facts
    for part in key.removeprefix("practice.").split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value is not None


def nouns(practice: Practice, language: str, facts: dict[str, Any]) -> Words:
    """How this practice speaks of meetings and people."""
    session, sessions, clients, fee, opened, helps, work = (
        _WORDS.get((practice.profile, language)) or _WORDS[practice.profile, "en"]
    )
    given = facts.get("words", {})
    if isinstance(given.get("session"), str):
        session = given["session"]
        sessions = f"{session}s" if language == "en" or session.endswith(_VOWELS) else f"{session}es"
    if isinstance(given.get("clients"), str):
        clients = given["clients"]
    return Words(session, sessions, clients, fee, opened, helps, work)


def _within(fact: Any) -> Any:
    """A fact as it stands within a sentence: "A call." becomes "a call"."""
    if not isinstance(fact, str):
        return fact
    bare = fact.strip().rstrip(".").rstrip()
    return bare[0].lower() + bare[1:] if _ARTICLE.match(bare) else bare


def _without_missing(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_missing(entry) for key, entry in value.items() if entry is not None}
    if isinstance(value, list | tuple):
        return [_without_missing(entry) for entry in value]
    return value

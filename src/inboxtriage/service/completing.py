"""What can stand where somebody presses Tab: read from what is there, changed is nothing.

What is offered is typed into a shell: values that are no plain words are left out, and of the words of strangers
nothing stays but letters, figures and the signs of an ordinary sentence.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from inboxtriage.config.load import store_folder
from inboxtriage.config.settings import Settings
from inboxtriage.service.assembly import Assembly
from inboxtriage.store import glimpse
from inboxtriage.store.glimpse import Glimpse, Seen
from inboxtriage.store.messages import OPEN

_PLAIN = re.compile(r"[\w@+-][\w.@+-]*", re.ASCII)
_SIGNS = frozenset(" .,?@+-_’")
_LONGEST = 70  # letters of a description


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value, and a few words by which a person knows it."""

    value: str
    about: str = ""


def candidates(kind: str, settings: Settings, begun: str) -> list[Candidate]:
    """What of a kind begins as was typed. Raises InboxTriageError where that cannot be read."""
    found = {one.value: one for one in _KINDS[kind](settings, begun) if one.value.startswith(begun)}
    return [Candidate(value, harmless(one.about)) for value, one in found.items() if _PLAIN.fullmatch(value)]


def harmless(words: str) -> str:
    """Words of anybody as one line that means nothing to any shell: no quotes, colons, $(…), escapes."""
    words = words.replace("'", "’").replace(":", " -").replace("\\", " ")
    kept = "".join(sign if sign.isalnum() or sign in _SIGNS else " " for sign in words[: 4 * _LONGEST])
    short = " ".join(kept.split())
    return short if len(short) <= _LONGEST else short[: _LONGEST - 1].rstrip() + "…"


@contextmanager
def _looking(settings: Settings) -> Iterator[Glimpse]:
    db = Glimpse(store_folder(settings))
    try:
        yield db
    finally:
        db.close()


def _ids(look: Callable[[Glimpse, str], list[Seen]]) -> Callable[[Settings, str], Iterable[Candidate]]:
    def found(settings: Settings, begun: str) -> list[Candidate]:
        with _looking(settings) as db:
            seen = look(db, begun.lower())
        return [Candidate(one.id, ", ".join(part for part in (one.who, one.about) if part)) for one in seen]

    return found


def _groups(settings: Settings, _begun: str) -> Iterator[Candidate]:
    from inboxtriage.service.grouping import current_groups  # noqa: PLC0415 - for this alone

    a = Assembly(settings)
    with _looking(settings) as db:
        a.__dict__["db"] = db
        for name, members in current_groups(a).items():
            yield Candidate(name, f"{len(members)} letters, {' '.join(member.item for member in members)}")


def _labels(settings: Settings, _begun: str) -> Iterator[Candidate]:
    library = Assembly(settings).library
    yield from (Candidate(label, "a category") for label in library.labels)


def _relabel(settings: Settings, begun: str) -> Iterator[Candidate]:
    yield from _labels(settings, begun)
    yield from (Candidate(value, about) for value, about in _VALUES.items())


_VALUES = {
    "none": "asks about no category",
    "urgent": "to be read now",
    "not-urgent": "nobody is in danger",
    "automated": "no person wrote it",
    "person": "a person wrote it",
    "vendor": "wants to sell something",
    "spam": "unwanted",
    "client": "somebody who is a client",
}


def _letters(settings: Settings, _begun: str) -> Iterator[Candidate]:
    yield from (Candidate(one.name, one.title) for one in Assembly(settings).letter_library.all())


def _scripts(settings: Settings, _begun: str) -> Iterator[Candidate]:
    yield from (Candidate(one.name, one.title) for one in Assembly(settings).script_library.all())


def _accounts(settings: Settings, _begun: str) -> Iterator[Candidate]:
    yield from (Candidate(account.name, account.address) for account in settings.accounts)


def _absences(settings: Settings, _begun: str) -> Iterator[Candidate]:
    for one in settings.standards.absences:
        yield Candidate(one.from_.isoformat(), f"until {one.until.isoformat()}")


_KINDS: dict[str, Callable[[Settings, str], Iterable[Candidate]]] = {
    "ready": _ids(lambda db, begun: glimpse.waiting(db, ("waiting",), begun, drafted=True)),
    "open": _ids(lambda db, begun: glimpse.waiting(db, ("waiting", "snoozed"), begun)),
    "waiting": _ids(lambda db, begun: glimpse.waiting(db, OPEN, begun)),
    "undoable": _ids(glimpse.undoable),
    "unknown": _ids(glimpse.unknown),
    "lead": _ids(glimpse.people),
    "group": _groups,
    "label": _labels,
    "relabel": _relabel,
    "letter": _letters,
    "script": _scripts,
    "account": _accounts,
    "absence": _absences,
}
KINDS = frozenset(_KINDS)

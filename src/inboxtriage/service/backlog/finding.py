"""Searching what is left of a backlog: in names, addresses, subjects, and in what people wrote."""

from collections.abc import Iterable, Iterator, MutableMapping
from dataclasses import dataclass

from inboxtriage.service import queue
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.queue import Entry


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search looks through of one mail: what stands around it, and what was written."""

    about: str
    written: str


def find(
    a: Assembly, entries: Iterable[Entry], said: str, known: MutableMapping[str, Searched]
) -> list[tuple[str, str]]:
    """The mails in which all of these words stand, each with a line of it; first where they stand around the text.

    What is looked through is kept in `known`, by the mail, so that the next search is quick.
    """
    waiting = list(entries)
    for entry in waiting:
        if entry.item.id not in known:
            known[entry.item.id] = _searched(a, entry)
    return list(matching(((entry.item.id, known[entry.item.id]) for entry in waiting), said))


def matching(texts: Iterable[tuple[str, Searched]], said: str) -> Iterator[tuple[str, str]]:
    """The same of texts that are at hand. Pure."""
    words = said.casefold().split()
    if not words:
        return
    written = []
    for item, text in texts:
        about, whole = text.about.casefold(), f"{text.about}\n{text.written}".casefold()
        if all(word in about for word in words):
            yield item, _line(text.about, words[0])
        elif all(word in whole for word in words):
            written.append((item, _line(f"{text.written}\n{text.about}", words[0])))
    yield from written


def _line(text: str, word: str) -> str:
    return next((line for line in text.split("\n") if word in line.casefold()), "").strip()


def _searched(a: Assembly, entry: Entry) -> Searched:
    item, words = entry.item, queue.with_words(a, entry).words
    lead = entry.lead.lead.id if entry.lead is not None else None
    told = (item.name, item.sender, item.answer_to, item.phone, entry.subject, item.id, lead)
    return Searched("\n".join(part for part in told if part), words.whole if words else "")

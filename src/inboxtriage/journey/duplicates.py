"""Leads that may be one person: suggestions for the owner, with the reason. Pure; nothing here merges anybody."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from rapidfuzz.distance import OSA

from inboxtriage.journey.lead import Lead
from inboxtriage.journey.phone import same_line

_MOST_ALIKE = 60  # people in one bucket; more share what says nothing: the number of a clinic, a test name
_SLIPS = ((12, 2), (6, 1))  # letters in a name -> slips of the pen that it may have


@dataclass(frozen=True, slots=True)
class Pair:
    """Two leads that may be one person, the longer known first, and why."""

    one: Lead
    other: Lead
    why: tuple[str, ...]


def pairs(people: Sequence[Lead], apart: frozenset[frozenset[str]] = frozenset()) -> list[Pair]:
    """Every two leads that may be one person, in the order in which they came. `apart` are ids known to be two.

    The same number and names that may be one; the same full name; names a slip apart at one domain; addresses that
    differ in dots or a tag alone. Who was merged into another is not looked at.
    """
    found: dict[tuple[int, int], list[str]] = {}
    for first, second, why in _alike([lead for lead in people if lead.merged_into is None]):
        one, other = sorted((first, second), key=lambda lead: int(lead.id[1:]))
        if frozenset((one.id, other.id)) not in apart:
            reasons = found.setdefault((int(one.id[1:]), int(other.id[1:])), [])
            if why not in reasons:
                reasons.append(why)
    by_number = {int(lead.id[1:]): lead for lead in people}
    return [Pair(by_number[one], by_number[other], tuple(why)) for (one, other), why in sorted(found.items())]


def _alike(people: Sequence[Lead]) -> Iterator[tuple[Lead, Lead, str]]:
    buckets: dict[tuple[str, ...], list[Lead]] = {}
    for lead in people:
        name, domain = _name(lead), (lead.address or "").rpartition("@")[2]
        if lead.phone and (line := same_line(lead.phone)):
            buckets.setdefault(("phone", line), []).append(lead)
        if lead.address:
            buckets.setdefault(("address", _mailbox(lead.address)), []).append(lead)
        if len(name) >= 2:
            buckets.setdefault(("name", *sorted(name)), []).append(lead)
            initials = "".join(sorted(word[0] for word in name))
            buckets.setdefault(("near", domain, initials), []).append(lead)
    for (kind, *_), alike in buckets.items():
        if len(alike) > _MOST_ALIKE:
            continue
        for one, other in combinations(alike, 2):
            why = _why(kind, one, other)
            if why:
                yield one, other, why


def _why(kind: str, one: Lead, other: Lead) -> str:
    if kind == "address":
        return "addresses that differ in dots or a tag alone"
    if kind == "name":
        return "the same name"
    names = _name(one), _name(other)
    if kind == "phone":
        either = not names[0] or not names[1]
        return "the same phone number" if either or set(names[0]) & set(names[1]) else ""
    if one.address and other.address and _a_slip_apart(*(" ".join(sorted(name)) for name in names)):
        return "names a slip apart, at one domain"
    return ""


def _a_slip_apart(one: str, other: str) -> bool:
    slips = next((slips for letters, slips in _SLIPS if min(len(one), len(other)) >= letters), 0)
    return one != other and OSA.distance(one, other, score_cutoff=slips) <= slips


def _name(lead: Lead) -> list[str]:
    decomposed = unicodedata.normalize("NFKD", (lead.name or "").casefold())
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return [word for word in re.split(r"[\s,.]+", plain) if len(word) > 1]


def _mailbox(address: str) -> str:
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0].replace('.', '')}@{domain}"

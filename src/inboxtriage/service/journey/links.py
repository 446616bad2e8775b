"""People and each other: who came by whose word, couples and families. Each link is an event with both of them.

A link never decides who is written to: a letter goes to its own lead's address, and to no other.
"""

from dataclasses import dataclass

from inboxtriage.errors import NotFound, Refused, UsageProblem
from inboxtriage.journey.lead import Lead
from inboxtriage.journey.links import TIES, Referrals, Tie, referrals, ties
from inboxtriage.message.plain import one_line
from inboxtriage.service import leads as people
from inboxtriage.service.assembly import Assembly
from inboxtriage.store import leads, links
from inboxtriage.store.ids import LEAD, number

_BY_HAND = "by hand"
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Tied:
    """Another person, and what the two are to each other."""

    lead: Lead
    tie: str


@dataclass(frozen=True, slots=True)
class Relations:
    """Everybody whom one lead has to do with. `referred_by` is a lead, or words where the referrer is none."""

    ties: tuple[Tied, ...]
    referred_by: Lead | str | None
    referred: tuple[Lead, ...]


def relations(a: Assembly, lead: Lead) -> Relations:
    """Whom a lead has to do with, merged people counted once."""
    told, root = links.told(a.db, links.TIES), links.roots(a.db)
    person = root.get(lead.id, lead.id)
    of_them = [one for one in told if root.get(one, one) == person]
    tied = {root.get(who, who): tie for one in of_them for who, tie in ties(told[one]).items()}
    found = referrals(told, root).get(person, Referrals())
    by: Lead | str | None = found.by
    if found.by is not None and _is_id(found.by):
        by = _lead(a, found.by)
    others = [(_lead(a, who), tie) for who, tie in tied.items() if who != person]
    return Relations(
        tuple(Tied(other, tie) for other, tie in others if other is not None),
        by,
        tuple(one for one in (_lead(a, who) for who in found.given) if one is not None),
    )


def everybodys_referrals(a: Assembly) -> dict[str, Referrals]:
    """Referrals received and given, by lead's id."""
    return referrals(links.told(a.db, ["referred by"]), links.roots(a.db))


def refer(a: Assembly, who: str, by: str) -> tuple[Lead, str]:
    """Record by whose word somebody came: a lead (id, address or full name), or words; the lead, and what is kept.

    "none" takes it back. Raises Refused where it is they themselves, or where several leads have that name.
    """
    lead = people.find(a, who).lead
    kept = "" if by.strip().lower() == "none" else referrer(a, by)
    if _is_id(kept) and _person(a, kept) == _person(a, lead.id):
        raise Refused(f"{lead.id} cannot have come by their own word", do="name somebody else, or none")
    with a.db.writing():
        leads.happened(a.db, number(LEAD, lead.id), "referred by", at=a.clock.now(), cause=_BY_HAND, value=kept)
    return lead, kept


def referrer(a: Assembly, by: str) -> str:
    """Whom an id, an address or a name means: a lead's id, or the words as they are."""
    words = one_line(by, _LONGEST_NAME).strip()
    if not words:
        raise UsageProblem("nobody is named who sent them", do="give a lead's id, an address, or a name")
    if "@" in words or _is_id(words):
        return people.find(a, words).lead.id
    same = [one for one in leads.everyone(a.db) if (one.name or "").casefold() == words.casefold()]
    if len({_person(a, one.id) for one in same}) > 1:
        several = ", ".join(one.id for one in same)
        raise Refused(f"several people are called {words}: {several}", do="give the id of the one who sent them")
    return same[0].id if same else words


def link(a: Assembly, one: str, other: str, tie: str) -> tuple[Lead, Lead]:
    """Say what two people are to each other; both have it on record. Raises UsageProblem and Refused."""
    kept = _tie(tie)
    first, second = _two(a, one, other)
    known = {tied.lead.id: tied.tie for tied in relations(a, first).ties}
    if known.get(_person(a, second.id)) == kept:
        raise Refused(f"{first.id} and {second.id} are linked already", do=f"`inboxtriage lead show {first.id}`")
    with a.db.writing():
        at = a.clock.now()
        for lead, of in ((first, second), (second, first)):
            leads.happened(
                a.db, number(LEAD, lead.id), "linked", at=at, cause=_BY_HAND, what=kept, value=_person(a, of.id)
            )
    return first, second


def unlink(a: Assembly, one: str, other: str) -> tuple[Lead, Lead]:
    """Take a link away, on both sides. Raises Refused where there is none."""
    first, second = _two(a, one, other)
    root = links.roots(a.db)
    told = links.told(a.db, ["linked", "unlinked"])
    pairs = [
        (whose, value)
        for whose, events in told.items()
        for value in ties(events)
        if {root.get(whose, whose), root.get(value, value)} == {_person(a, first.id), _person(a, second.id)}
    ]
    if not pairs:
        raise Refused(f"{first.id} and {second.id} are not linked", do=f"`inboxtriage lead show {first.id}`")
    with a.db.writing():
        at = a.clock.now()
        for whose, value in pairs:  # on whichever record of a merged person the link was noted
            leads.happened(a.db, number(LEAD, whose), "unlinked", at=at, cause=_BY_HAND, value=value)
    return first, second


def _two(a: Assembly, one: str, other: str) -> tuple[Lead, Lead]:
    first, second = people.find(a, one).lead, people.find(a, other).lead
    if _person(a, first.id) == _person(a, second.id):
        raise Refused(f"{first.id} and {second.id} are one person", do="name two people")
    return first, second


def _tie(text: str) -> Tie:
    found = next((tie for tie in TIES if tie == text.strip().lower()), None)
    if found is None:
        raise UsageProblem(f"there is no link {one_line(text, 40)!r}", do=f"choose from {', '.join(TIES)}")
    return found


def _person(a: Assembly, lead: str) -> str:
    """The lead that stays, where this one was merged into another."""
    return links.roots(a.db).get(lead, lead)


def _is_id(text: str) -> bool:
    return text[:1].lower() == LEAD and text[1:].isdecimal() and text.isascii()


def _lead(a: Assembly, which: str) -> Lead | None:
    try:
        return leads.get(a.db, number(LEAD, which))
    except NotFound:
        return None

"""Nobody is forgotten: everybody who wrote was answered, or settled by the owner, or waits. Never two, never none."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from inboxtriage.service.assembly import Assembly
from inboxtriage.store import drafts, ledger, links, tally, wrote
from inboxtriage.store.database import Database
from inboxtriage.store.ids import LEAD, shown
from inboxtriage.store.tally import Tally
from inboxtriage.store.wrote import Wrote

Standing = Literal["answered", "settled", "unanswered"]
Person = tuple[str, str]  # what they are known by, and that

_OWED_NOTHING = frozenset({"vendor", "spam", "automated"})
_STANDS: Mapping[str, Standing] = {
    "answered": "answered",
    "rejected": "settled",
    "done": "settled",
    "ignored": "settled",  # nothing but a rule of the owner's ignores what a person wrote
}


@dataclass(frozen=True, slots=True)
class People:
    """How many people wrote since the first mail that is known, and how they stand; the three add up to `wrote`.

    `elsewhere`: to how many of those who wait the owner seems to have written from another mail client. `report` counts
    their mail as answered, as it says when an answer came; here they wait until somebody confirms it.
    """

    since: datetime | None
    wrote: int
    answered: int
    settled: int
    waiting: int
    elsewhere: int = 0


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder of a mailbox, as its last pass found it; `problem` where that pass failed, or there was none yet."""

    account: str
    tally: Tally | None
    problem: str | None = None


def standing(mail: Wrote, known: Mapping[int, Wrote]) -> Standing | None:
    """How a mail stands; one that a later letter answers stands as that. None: no person waits for an answer. Pure."""
    if mail.kind in _OWED_NOTHING:
        return None
    passed = {mail.number}
    while mail.state == "folded" and mail.head is not None and mail.head in known and mail.head not in passed:
        mail = known[mail.head]
        passed.add(mail.number)
    return _STANDS.get(mail.state, "unanswered")


def standings(db: Database) -> dict[int, Standing]:
    """How each mail stands for which a person is owed an answer."""
    known = {mail.number: mail for mail in wrote.mails(db)}
    return {number: stands for number, mail in known.items() if (stands := standing(mail, known)) is not None}


def by_person(db: Database) -> dict[Person, list[tuple[Wrote, Standing]]]:
    """Everybody to whom an answer was ever owed, with their mails in order of arrival."""
    mails, root = wrote.mails(db), links.roots(db)
    known = {mail.number: mail for mail in mails}
    lead_of = {mail.person: mail.lead for mail in mails if mail.person and mail.lead is not None}
    people: dict[Person, list[tuple[Wrote, Standing]]] = {}
    for mail in mails:
        stands = standing(mail, known)
        if stands is None:
            continue
        lead = mail.lead if mail.lead is not None else lead_of.get(mail.person or "")
        if lead is not None:
            who = ("lead", root.get(shown(LEAD, lead), shown(LEAD, lead)))
        else:
            who = ("person", mail.person) if mail.person else ("mail", str(mail.number))
        people.setdefault(who, []).append((mail, stands))
    return people


def people(a: Assembly) -> People:
    """Everybody who wrote, counted. Whoever has one mail without an answer waits, whatever became of the others."""
    found = by_person(a.db)
    counted = Counter(_of_person([stands for _, stands in mails]) for mails in found.values())
    since = min((mail.received_at for mails in found.values() for mail, _ in mails), default=None)
    elsewhere = sum(_was_answered_elsewhere(a.db, mails) for mails in found.values())
    return People(since, len(found), counted["answered"], counted["settled"], counted["unanswered"], elsewhere)


def _was_answered_elsewhere(db: Database, mails: list[tuple[Wrote, Standing]]) -> bool:
    """Whether somebody waits only until the owner confirms that they answered all of it elsewhere."""
    waiting = [mail.number for mail, stands in mails if stands == "unanswered"]
    return bool(waiting) and all(
        wrote.answered_elsewhere(db, number) and not drafts.answer_is_acknowledged(db, number) for number in waiting
    )


def _of_person(mails: list[Standing]) -> Standing:
    return next(stands for stands in ("unanswered", "answered", "settled") if stands in mails)


def folders(a: Assembly) -> list[Folder]:
    """Every folder that is read, and every account that could not be."""
    passes = ledger.passes(a.db)
    found = []
    for account in a.settings.accounts:
        last = passes.get(account.name)
        if last is None:
            found.append(Folder(account.name, None, "not read yet: `inboxtriage poll`"))
        elif last.error is not None:
            found.append(Folder(account.name, None, f"not read ({last.error}): `inboxtriage check`"))
        found += [Folder(account.name, one) for one in tally.tallies(a.db, account.name)]
    return found


def in_a_line(counted: People, day: str) -> str:
    """The sum of people as a sentence; `day` is when the first of them wrote."""
    if not counted.wrote:
        return "Nobody wrote yet."
    who = f"{counted.wrote} people" if counted.wrote > 1 else "1 person"
    verb = "wait" if counted.waiting != 1 else "waits"
    parts = [f"{counted.answered} answered", f"{counted.settled} settled by you", f"{counted.waiting} {verb}"]
    seems = f" ({counted.elsewhere} of them only until you confirm an answer that was found in Sent)"
    return f"{who} wrote since {day}: {', '.join(parts)}{seems if counted.elsewhere else ''}."


def adds_up(folder: Tally) -> str:
    """How a folder adds up, in the words of somebody who asks whether any mail was lost."""
    parts = [f"{folder.known} read"]
    parts += [f"{folder.before_start} older than your start (or forgotten)"] * bool(folder.before_start)
    parts += [f"{folder.asked_again} asked for again, as the server gave nothing"] * bool(folder.asked_again)
    end = "all accounted for"
    if folder.missing:
        end = f"{abs(folder.missing)} not accounted for: `inboxtriage poll` looks for them"
    gone = f" ({folder.gone} read before are gone from there; they are kept here)" if folder.gone else ""
    return f"{folder.in_mailbox} in the mailbox: {', '.join(parts)}; {end}{gone}"

"""About thirty old mails put to the owner, those that teach most first; what they say of each becomes an example.

Least certain first, in turn from each question that was found and from the mails in which none was; one a person. Each
word is kept at once, so that it can be left at any time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from inboxtriage.category.examples import WITHOUT_LABELS
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.past.reading import Answered, Asked
from inboxtriage.store import chores, past
from inboxtriage.store.past import PastMail

MOST = 30
_NOTHING = ""  # the turn of mails in which no question was found


@dataclass(frozen=True, slots=True)
class Said:
    """What a mail asks and who wrote it, as we think or as the owner says."""

    labels: tuple[str, ...]
    kind: str
    urgent: bool

    def toggled(self, label: str) -> "Said":
        """The same with this label, or without it where it had it; who asks something is no seller."""
        labels = tuple(one for one in self.labels if one != label)
        if labels == self.labels:
            return replace(self, labels=(*labels, label), kind="inquiry" if self.kind in WITHOUT_LABELS else self.kind)
        return replace(self, labels=labels)

    def written_by(self, kind: str) -> "Said":
        """The same, written by somebody of this kind; some kinds ask nothing."""
        if kind in WITHOUT_LABELS:
            return Said((), kind, urgent=False)
        return replace(self, kind=kind)


@dataclass(frozen=True, slots=True)
class Question:
    """An old mail, and what we think of it."""

    asked: Asked
    thought: Said


def questions(a: Assembly, answered: Iterable[Answered], *, most: int = MOST, again: bool = False) -> list[Question]:
    """The mails to ask about; fewer where some were confirmed. With `again` also those, and what was put aside."""
    told = set() if again else past.people(a.db)
    open_ = [
        one.asked for one in answered if one.asked.person not in told and not past.is_known(a.db, one.asked.content_key)
    ]
    aside = set() if again else past.settled(a.db, [one.content_key for one in open_])
    left = max(0, most - past.count(a.db)) if not again else most
    return [_question(one) for one in chosen([one for one in open_ if one.content_key not in aside], left)]


def chosen(mails: Iterable[Asked], most: int) -> list[Asked]:
    """At most so many of the mails, one a person, least certain first, in turn from each label. Pure."""
    by_doubt = sorted(mails, key=lambda one: (one.verdict.confidence, one.content_key))
    turns: dict[str, list[Asked]] = {}
    for one in by_doubt:
        for label in one.verdict.labels or (_NOTHING,):
            turns.setdefault(label, []).append(one)
    found: list[Asked] = []
    people: set[str] = set()
    while len(found) < most and any(turns.values()):
        for label in sorted(turns):
            fresh = next((one for one in turns[label] if one.person not in people), None)
            turns[label] = [one for one in turns[label] if one.person not in people and one is not fresh]
            if fresh is not None and len(found) < most:
                people.add(fresh.person)
                found.append(fresh)
    return found


def confirm(a: Assembly, question: Question, said: Said) -> int:
    """Keep what the owner says of a mail as an example; its number, by which it can be taken back."""
    asked = question.asked
    sender, person = asked.message.sender, asked.message.person
    mail = PastMail(
        asked.content_key,
        asked.raw,
        sender.address.lower() if sender else None,
        asked.person,
        person.answer_to,
        asked.verdict.language,
    )
    evidence = {one.label: one.text for one in asked.verdict.evidence if one.label in said.labels}
    now = a.clock.now()
    with a.db.writing():
        return past.put(a.db, mail, now, labels=said.labels, kind=said.kind, urgent=said.urgent, evidence=evidence)


def put_aside(a: Assembly, question: Question) -> None:
    """Not to be asked about again."""
    with a.db.writing():
        past.settle(a.db, question.asked.content_key, a.clock.now())


def take_back(a: Assembly, question: Question, number: int | None) -> None:
    """Undo what was said last: an example (`number`), or that it was put aside."""
    with a.db.writing():
        if number is None:
            past.unsettle(a.db, question.asked.content_key)
        else:
            past.drop(a.db, number)


def drop(a: Assembly) -> int:
    """Take every example from past mail back; how many there were."""
    with a.db.writing():
        chores.want(a.db, chores.COMPACTING)
        return past.drop_all(a.db)


def examples(a: Assembly) -> int:
    """How many old mails were confirmed, ever."""
    return past.count(a.db)


def labels_of(a: Assembly) -> Sequence[str]:
    """The labels that can be said."""
    return a.library.labels


def _question(asked: Asked) -> Question:
    verdict = asked.verdict
    return Question(asked, Said(verdict.labels, verdict.kind or "inquiry", verdict.urgent))

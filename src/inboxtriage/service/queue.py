"""The queue as a person looks at it: what waits, most pressing first, and one message in full."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from inboxtriage.errors import Refused
from inboxtriage.journey.stage import Stage
from inboxtriage.journey.tiers import rank, was_answered
from inboxtriage.message.model import Attachment, Words
from inboxtriage.outbox.outgoing import Outgoing
from inboxtriage.service import writing
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.grouping import current_groups
from inboxtriage.service.leads import LeadView, view_of
from inboxtriage.service.pacing import Pace
from inboxtriage.store import conversation, drafts, letters, messages, outgoing, tally
from inboxtriage.store.drafts import Seen, Waiting
from inboxtriage.store.letters import LetterItem
from inboxtriage.store.messages import Item
from inboxtriage.triage.verdict import Verdict

_RANK = {"urgent": 0, "quarantine": 1, "reply": 2, "read": 2, "ignore": 4}
_LAST = frozenset({"vendor", "spam"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the queue."""

    item: Item
    draft: Waiting | None
    lead: LeadView | None
    group: str | None
    outgoing: Outgoing | None = None
    folded: tuple[str, ...] = ()  # older mails of the same person that the letter answers too
    letter: LetterItem | None = None  # where it is a letter of ours that answers no mail
    earlier: tuple[Verdict, ...] = ()  # what those ask
    on_server: bool = True  # False: no folder that is read holds it any more; deleted, or moved elsewhere
    seen: Seen | None = None  # what whoever reads this knows of the conversation

    @property
    def subject(self) -> str:
        """What it is about: theirs; of a letter of ours the one that it has now."""
        return self.draft.draft.subject if self.letter and self.draft else self.item.subject

    @property
    def written_at_stage(self) -> Stage | None:
        """The stage for which a letter of ours was written; None where it is none."""
        if self.letter is None or self.lead is None:
            return None
        along = zip(self.lead.events, self.lead.stages(), strict=True)
        for_it = (stage for event, stage in along if event.kind == "touch written" and event.cause == self.item.id)
        return next(for_it, self.lead.stage)


@dataclass(frozen=True, slots=True)
class Whole:
    """One message in full. `words` is None where it could not be read, or where there are none: a letter of ours."""

    entry: Entry
    words: Words | None
    attachments: tuple[Attachment, ...]
    read_again: str | None = None  # why the words cannot be shown


def entries(a: Assembly, *, everything: bool = False) -> list[Entry]:
    """What waits for a person, most pressing first; or every message known, in order of arrival."""
    now = a.clock.now()
    messages.wake(a.db, now)
    writing.refresh(a)
    found = messages.everything(a.db) if everything else messages.in_states(a.db, ["waiting"])
    groups = {member.item: name for name, members in current_groups(a).items() for member in members}
    pace = Pace(a)
    built = [_entry(a, item, groups.get(item.id), pace) for item in found]
    return built if everything else by_tier(sorted(built, key=lambda entry: _pressing(entry.item, now)), a.hours.zone)


def show_all(a: Assembly, shown: list[Entry]) -> None:
    """Remember that these drafts were put before a person, so that they may be approved."""
    with a.db.writing():
        for entry in shown:
            if entry.draft is not None:
                drafts.show(a.db, entry.item.number, entry.draft.sha256)


def whole(a: Assembly, message: str) -> Whole:
    """One message in full; its draft then counts as shown."""
    writing.refresh(a)
    item = messages.find(a.db, message)
    groups = {member.item: name for name, members in current_groups(a).items() for member in members}
    entry = _entry(a, item, groups.get(item.id), Pace(a))
    show_all(a, [entry])
    entry = replace(entry, outgoing=outgoing.of_message(a.db, item.number))
    return with_words(a, entry)


def one(a: Assembly, message: str) -> Whole:
    """One message in full as it stands, without the group that it is of; its draft does not count as shown."""
    item = messages.find(a.db, message)
    entry = _entry(a, item, None, Pace(a))
    return with_words(a, replace(entry, outgoing=outgoing.of_message(a.db, item.number)))


def some(a: Assembly, which: Iterable[str]) -> list[Entry]:
    """These messages as they stand now, without the groups that they are of; their drafts do not count as shown."""
    pace = Pace(a)
    return [_entry(a, messages.find(a.db, message), None, pace) for message in which]


def of_person(a: Assembly, entry: Entry) -> list[Entry]:
    """Everything that waits of the person of an entry, as it stands now, most pressing first."""
    now, pace = a.clock.now(), Pace(a)
    mine = messages.still(a.db, entry.item.number)
    found = conversation.of_conversation(a.db, entry.item.number, entry.item.person, "waiting")
    theirs = [item for item in found if entry.item.lead is not None or item.person == entry.item.person]
    theirs += [mine] if mine is not None and mine.state == "waiting" else []
    built = [_entry(a, item, None, pace) for item in theirs]
    return sorted(built, key=lambda one: _pressing(one.item, now))


def with_words(a: Assembly, entry: Entry) -> Whole:
    """A line of the queue with its words."""
    if entry.item.is_letter and entry.item.erased_at is None:
        return Whole(entry, None, ())
    if entry.item.erased_at is not None:
        day = entry.item.erased_at.astimezone(a.hours.zone).date().isoformat()
        return Whole(entry, None, (), f"its words were erased on {day} (keep_text_days)")
    from inboxtriage.message import apart  # noqa: PLC0415 - parsing is needed to show one, not to list many
    from inboxtriage.message.guard import Unreadable  # noqa: PLC0415

    try:
        message = apart.read(messages.raw_of(a.db, entry.item.number), a.settings.own_addresses())
    except Unreadable as error:
        return Whole(entry, None, (), str(error))
    except Exception as error:  # noqa: BLE001 - it is in quarantine for that; showing it must not fail as well
        return Whole(entry, None, (), f"the parser failed on it ({type(error).__name__})")
    return Whole(entry, message.words, message.attachments)


def save_attachments(a: Assembly, message: str, folder: Path) -> list[Path]:
    """Write a message's attachments into `folder`, which is the owner's choice, and say where they lie.

    Names are made safe, files are new and the owner's alone. Raises Refused where a file of that name is there
    already or the mail cannot be read.
    """
    from inboxtriage.message import apart  # noqa: PLC0415 - as above
    from inboxtriage.message.guard import Unreadable  # noqa: PLC0415

    item = messages.find(a.db, message)
    try:
        found = apart.files(messages.raw_of(a.db, item.number))
    except Unreadable as error:
        raise Refused(f"the attachments of {item.id} cannot be had ({error})", do="look in your mail client") from None
    saved = []
    for file in found:
        place = folder / file.name
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:  # noqa: PTH123
                opened.write(file.data)
        except FileExistsError:
            raise Refused(f"{place} is there already", do="name another folder") from None
        except OSError as error:
            raise Refused(f"{place} cannot be written ({error.strerror})", do="name another folder") from error
        saved.append(place)
    return saved


def _entry(a: Assembly, item: Item, group: str | None, pace: Pace) -> Entry:
    lead = view_of(a, item.lead) if item.lead is not None else None
    folded = conversation.folded_into(a.db, item.number)
    there = item.is_letter or tally.on_server(a.db, item.number)
    letter = letters.get(a.db, item.number) if item.is_letter else None
    draft = pace.draft(item)
    return Entry(
        item,
        draft,
        lead,
        group,
        folded=tuple(one.id for one in folded),
        earlier=tuple(one.verdict for one in folded),
        letter=letter,
        on_server=there,
        seen=Seen(draft.newest if draft else conversation.newest_of(a.db, item), pace.now),
    )


def by_tier(pressing: Sequence[Entry], zone: ZoneInfo) -> list[Entry]:
    """The queue with tiers counted: where answers are due on one day, A stands before B, and B before C.

    Only among people whom we have answered before. Nothing urgent and nothing that could mean danger moves, and a first
    answer to somebody keeps its place: what is due after it stays behind it, whatever its tier.
    """
    ordered: list[Entry] = []
    for _, alike in groupby(pressing, key=lambda entry: _alike(entry, zone)):
        ordered.extend(sorted(alike, key=lambda entry: rank(entry.lead.tier if entry.lead else None)))
    return ordered


def _alike(entry: Entry, zone: ZoneInfo) -> tuple[object, ...]:
    """What an entry shares with those that a tier may change places with; of its own where nothing may."""
    item = entry.item
    kind = _rank(item)
    if kind != _RANK["reply"] or _caution(item) == 0 or item.due_at is None or is_first_answer(entry):
        return (item.number,)
    return kind, item.due_at.astimezone(zone).date()


def is_first_answer(entry: Entry) -> bool:
    """Whether this is mail of somebody to whom nobody here ever answered or spoke."""
    return not entry.item.is_letter and (entry.lead is None or not was_answered(entry.lead.events))


def _rank(item: Item) -> int:
    if item.verdict.kind in _LAST and item.verdict.disposition == "read":
        return 3
    return _RANK[item.verdict.disposition]


def _caution(item: Item) -> int:
    return 0 if item.verdict.is_near_danger else 1


def _pressing(item: Item, now: datetime) -> tuple[int, int, datetime, int]:
    """Urgent first; then what could mean danger; then by when an answer is due; vendors and spam last."""
    return _rank(item), _caution(item), item.due_at or now, item.number

"""Mails that wait, put together by hand: for what is pure about a backlog."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from inboxtriage.reply.draft import Draft
from inboxtriage.service.backlog.acting import Decision
from inboxtriage.service.backlog.cases import cases
from inboxtriage.service.backlog.deck import Deck, ids
from inboxtriage.service.backlog.walk import Step, way
from inboxtriage.service.queue import Entry
from inboxtriage.store.drafts import Waiting
from inboxtriage.store.messages import Item
from inboxtriage.triage.verdict import Verdict

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
DANGER = Verdict("urgent", "reads as danger now", "inquiry", urgent=True)
NEAR = Verdict("reply", "asks; look twice: some words", "inquiry", labels=("fit",))
ASKS = Verdict("reply", "asks about fit", "inquiry", labels=("fit",))
SELLS = Verdict("read", "seems to sell something", "vendor")
BODY = "Dear {},\n\nThank you for writing, and for telling me a little about what you are looking for."


def entry(
    number: int, verdict: Verdict = ASKS, *, person: str | None = None, group: str | None = None, to: str | None = ""
) -> Entry:
    """A mail that waits; with a letter where it is to be answered."""
    sender = person or f"p{number}@example.org"
    item = Item(
        number=number, account="practice", received_at=NOW, message_id=None, thread=(), sender=sender, answer_to=sender,
        name=None, phone=None, via="from", person=sender, subject=f"Mail {number}", written_to=None, doubts=(),
        attachments=(), lead=None, verdict=verdict, state="waiting", snoozed_until=None, settled_at=None, how=None,
        due_at=None, folded_into=None,
    )  # fmt: skip
    if verdict is SELLS:
        return Entry(item, None, None, None)
    draft = Draft("reply", sender if to == "" else to, "Re: Therapy", BODY.format(number), "en")
    return Entry(item, Waiting(draft, "", False, None, f"sha-{number}", "", (), number), None, group)


def steps(entries: Sequence[Entry]) -> list[Step]:
    return way(cases(entries, NOW.date()))


def deck_of(*entries: Entry) -> Deck:
    made = Deck()
    made.renew(steps(entries))
    return made


def order(deck: Deck) -> list[tuple[str, ...]]:
    return [ids(step) for step in deck.left]


def decided(items: Iterable[str], *, failing: Iterable[str] = ()) -> list[Decision]:
    bad = set(failing)
    return [Decision(item, "approve", "no" if item in bad else "yes", failed=item in bad) for item in items]


GROUP = [entry(n, group="g1") for n in (1, 2, 3)]

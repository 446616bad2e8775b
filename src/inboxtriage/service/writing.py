"""Drafts: written when a mail comes in, when it is relabelled, and for what was left without one."""

from inboxtriage.errors import ResponseFault
from inboxtriage.message.model import Message
from inboxtriage.reply.compose import Composer, subject_of
from inboxtriage.reply.draft import GAP_CLOSES, GAP_OPENS, Draft
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.sorting import message_of
from inboxtriage.store import drafts, messages
from inboxtriage.triage.verdict import Verdict

_AT_ONCE = 50


def compose(composer: Composer, message: Message, verdict: Verdict, *, note: str = "") -> Draft | None:
    """The draft for a message. A response file that is wrong becomes a visible gap, never a lost draft (G41)."""
    try:
        return composer.compose(message, verdict, note=note)
    except ResponseFault as fault:
        gap = f"template error: {fault}"
        body = f"{GAP_OPENS}{gap}{GAP_CLOSES}"
        return Draft(
            "reply", message.person.answer_to, subject_of(message, verdict.language), body, verdict.language, (gap,)
        )


def write_missing(a: Assembly, numbers: list[int]) -> int:
    """Write the drafts of these messages, a few in each transaction; how many."""
    written = 0
    for start in range(0, len(numbers), _AT_ONCE):
        items = [messages.get(a.db, number) for number in numbers[start : start + _AT_ONCE]]
        composed = [(item, _redraft(a, item)) for item in items]
        with a.db.writing():
            for item, draft in composed:
                # A person may have decided about it while it was composed.
                if draft is not None and messages.get(a.db, item.number) == item and drafts.get(a.db, item) is None:
                    drafts.put(a.db, item.number, draft, a.clock.now())
                    written += 1
    return written


def _redraft(a: Assembly, item: messages.Item) -> Draft | None:
    message = message_of(messages.raw_of(a.db, item.number), a.settings.own_addresses())
    return compose(a.composer, message, item.verdict) if message is not None else None

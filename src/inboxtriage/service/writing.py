"""Drafts: written when a mail comes in, when it is relabelled, and for what was left without one."""

from inboxtriage.errors import ResponseFault
from inboxtriage.message.model import Message
from inboxtriage.reply.compose import Composer, subject_of
from inboxtriage.reply.draft import GAP_CLOSES, GAP_OPENS, Draft
from inboxtriage.service.assembly import Assembly
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


def without_draft(a: Assembly) -> list[messages.Item]:
    """What waits for a reply and has no draft, because too many came at once."""
    rows = a.db.all(
        "SELECT i.message FROM item i LEFT JOIN draft d ON d.message = i.message "
        "WHERE i.state = 'waiting' AND i.disposition = 'reply' AND d.message IS NULL ORDER BY i.message"
    )
    return [messages.get(a.db, row["message"]) for row in rows]


def write_missing(a: Assembly, items: list[messages.Item]) -> int:
    """Write the drafts of `items`, a few in each transaction; how many."""
    written = 0
    for start in range(0, len(items), _AT_ONCE):
        composed = [(item, _redraft(a, item)) for item in items[start : start + _AT_ONCE]]
        with a.db.writing():
            for item, draft in composed:
                if draft is not None:
                    drafts.put(a.db, item, draft, a.clock.now())
                    written += 1
    return written


def _redraft(a: Assembly, item: messages.Item) -> Draft | None:
    message = a.sorter.sort(messages.raw_of(a.db, item.number)).message
    return compose(a.composer, message, item.verdict) if message is not None else None

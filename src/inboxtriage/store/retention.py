"""The words of mail that was settled long ago: erased, while counts, dates, labels and digests stay."""

import json
from dataclasses import asdict
from datetime import datetime

from inboxtriage.store.database import Database, stamp
from inboxtriage.triage.verdict import Asks

_SETTLED = "('answered', 'rejected', 'done', 'ignored')"
# Settled, or folded into what is, for long enough; nothing of the same person open; and no letter still needed.
_OLD = f"""
    SELECT m.id FROM message m JOIN item i ON i.message = m.id
    JOIN item head ON head.message = coalesce(i.folded_into, i.message)
    JOIN message hm ON hm.id = head.message
    WHERE i.erased_at IS NULL AND head.state IN {_SETTLED} AND coalesce(head.settled_at, hm.received_at) < ?1
    AND NOT EXISTS (
        SELECT 1 FROM message o JOIN item oi ON oi.message = o.id
        WHERE oi.state IN ('waiting', 'snoozed', 'approved') AND (o.person = m.person OR o.lead = m.lead))
    AND NOT EXISTS (
        SELECT 1 FROM outgoing out WHERE out.message = m.id
        AND (out.state NOT IN ('sent', 'failed', 'cancelled') OR 'wanted' IN (out.copy, out.flag)))
    ORDER BY m.id LIMIT ?2"""
# A reason may end with the sentence that spoke for it, in quotes.
_UNQUOTED = "CASE WHEN instr(reason, ': “') THEN substr(reason, 1, instr(reason, ': “') - 1) ELSE reason END"


def old(db: Database, settled_before: datetime, most: int) -> list[int]:
    """The messages whose words may go: settled before that moment, with nothing open for their person."""
    return [row["id"] for row in db.all(_OLD, stamp(settled_before), most)]


def erase_words(db: Database, numbers: list[int], now: datetime) -> None:
    """Erase what these messages and the letters to them say, inside `writing`; no step of theirs can be undone then."""
    chosen = json.dumps(numbers)
    of = "IN (SELECT value FROM json_each(?))"
    for table in ("raw", "draft", "step"):
        db.run(f"DELETE FROM {table} WHERE message {of}", chosen)
    db.run(f"UPDATE message SET subject = '', attachments = '[]' WHERE id {of}", chosen)
    db.run(f"UPDATE letter SET said = '{{}}' WHERE message {of}", chosen)
    db.run(f"UPDATE outgoing SET subject = '', mime = x'' WHERE message {of}", chosen)
    db.run(
        f"UPDATE item SET erased_at = ?, evidence = '[]', unanswered = '[]', asks = ?, reason = {_UNQUOTED} "
        f"WHERE message {of}",
        stamp(now),
        json.dumps(asdict(Asks())),
        chosen,
    )

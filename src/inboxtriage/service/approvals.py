"""Approving, and taking an approval back: the only way into the outbox."""

import getpass
import hashlib
import mimetypes
import re
import uuid
from datetime import datetime, timedelta
from pathlib import Path

from inboxtriage.approval import rules
from inboxtriage.approval.audit import Act, Action, Entry, faults, forgotten
from inboxtriage.approval.standing import unauthorised
from inboxtriage.errors import Refused
from inboxtriage.outbox.generation import loop_mark
from inboxtriage.outbox.outgoing import Outgoing
from inboxtriage.reply.draft import Draft
from inboxtriage.reply.wire import Attached, Letter, to_bytes
from inboxtriage.service import marking, writing
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.decency import leaves_at
from inboxtriage.service.pacing import Pace, longest_wait
from inboxtriage.service.sorting import message_of
from inboxtriage.store import audit, corrections, drafts, installation, leads, messages, outgoing, steps
from inboxtriage.store.drafts import Waiting
from inboxtriage.store.ids import MESSAGE, OUTGOING, shown
from inboxtriage.store.messages import Item

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n")
_LARGEST_FILE = 10 << 20  # bytes; many servers take no more in one mail
_SHORTEST_SENTENCE = 12  # letters


def approve(a: Assembly, message: str, *, sha256: str | None = None, at_once: bool = False) -> str:
    """Put the draft of one message into the outbox; the id there. Raises Refused with the reason, or NotFound.

    What is frozen here (recipient, bytes, Message-ID, date) is what every attempt will send, or nothing (G4, G10).
    """
    now = a.clock.now()
    marking.leave_mark(a)
    _refresh_offers(a, messages.find(a.db, message))
    with a.db.writing():
        item = messages.find(a.db, message)
        waiting = Pace(a).draft(item)
        rules.check(
            rules.Candidate(
                item=item.id,
                state=item.state,
                sha256=waiting.sha256 if waiting else None,
                shown=waiting.shown_sha256 if waiting else None,
                blocked=waiting.blocked if waiting else (),
            ),
            sha256,
        )
        if waiting is None:
            raise Refused(f"{item.id} has no draft")
        letter = letter_of(a, item, waiting.draft, now)
        steps.take(a.db, item.number, "approve", now)
        leaves = now
        if not at_once:
            after_undo = now + timedelta(seconds=a.settings.review.undo_seconds)
            leaves = min(leaves_at(a, item, after_undo), after_undo + longest_wait(a))
        mail = into_outbox(a, item.number, item.account, letter, waiting.sha256, "approved", now=now, leaves=leaves)
        messages.set_state(a.db, item.number, "approved")
        drafts.hold(a.db, item.number, a.offering.held_until())
        if waiting.draft.kind == "reply":
            _learn(a, item, waiting, now)
        if item.lead is not None:
            leads.happened(a.db, item.lead, "draft approved", at=now, cause=mail.id)
    return mail.id


def into_outbox(
    a: Assembly,
    number: int,
    account: str,
    letter: Letter,
    draft_sha256: str,
    action: Action,
    *,
    now: datetime,
    leaves: datetime,
) -> Outgoing:
    """Freeze a letter, put it on record and into the outbox, inside `writing`; it `leaves` not before that moment.

    `number` is the row that it hangs on, `draft_sha256` what was approved, `action` what allows it. Raises Refused.
    """
    mime = to_bytes(letter)
    mail = Outgoing(
        id=shown(OUTGOING, outgoing.next_number(a.db)),
        item=shown(MESSAGE, number),
        account=account,
        sender=letter.sender,
        to=letter.to,
        subject=letter.subject,
        message_id=letter.message_id,
        draft_sha256=draft_sha256,
        wire_sha256=hashlib.sha256(mime).hexdigest(),
        mime=mime,
        state="queued",
        attempts=0,
        approved_at=now,
        not_before=leaves,
        last_reply=None,
    )
    outgoing.add(a.db, mail, number, record(a, mail, action, now).seq)
    return mail


def _refresh_offers(a: Assembly, item: Item) -> None:
    """Hold the offered times against the calendars once more; a letter that offers a taken one is written anew.

    Raises Refused then: what changed has to be read before it is sent.
    """
    waiting = drafts.get(a.db, item)
    if item.state != "waiting" or waiting is None or not waiting.draft.offers:
        return
    a.offering.prepare()
    free = a.offering.free(item.number)
    gone = [time for time in waiting.draft.offers if free is None or time not in free]
    if not gone:
        return
    zone = a.hours.zone
    told = ", ".join(f"{time.astimezone(zone):%a %d %b %H:%M}" for time in gone)
    why = f"{item.id} offers times that are not free any more ({told})"
    if waiting.edited:
        raise Refused(why, do=f"change them with `inboxtriage edit {item.id}`")
    with a.db.writing():
        current = drafts.get(a.db, item)
        if current is not None and current.sha256 == waiting.sha256:
            writing.rewrite(a, item, current)
    raise Refused(f"{why}; its letter is written anew", do=f"read it with `inboxtriage show {item.id}`, then approve")


def _learn(a: Assembly, item: Item, waiting: Waiting, now: datetime) -> None:
    """What an approved letter answers was asked; an answer that was struck out of it was not."""
    verdict, labels = item.verdict, item.verdict.labels
    if waiting.edited:
        message = message_of(messages.raw_of(a.db, item.number), a.settings.own_addresses())
        answers = a.composer.answers(message, verdict) if message is not None else {}
        labels = tuple(label for label, answer in answers.items() if _stands_in(waiting.draft.body, answer))
        if not labels:
            return  # a letter of the owner's own: it says nothing about what was asked
    kind = verdict.kind or "inquiry"
    corrections.put(a.db, item.number, labels, kind, now, urgent=False, how="edit" if waiting.edited else "approval")


def _stands_in(letter: str, answer: str) -> bool:
    """Whether a sentence of the answer is left in the letter."""
    whole = " ".join(letter.split())
    sentences = (" ".join(sentence.split()) for sentence in _SENTENCE.split(answer))
    return any(len(sentence) >= _SHORTEST_SENTENCE and sentence in whole for sentence in sentences)


def withdraw(a: Assembly, item: Item, why: str) -> bool:
    """Void an approval that did not leave yet (G12, G13); inside `writing`. False where there is none, or too late."""
    mail = outgoing.of_message(a.db, item.number)
    if item.state != "approved" or mail is None:
        return False
    if not outgoing.move(a.db, outgoing.number_of(mail), "cancelled", reply=why):
        return False
    now = a.clock.now()
    record(a, mail, "withdrawn", now)
    if item.is_acknowledgement:  # nobody is asked about it again
        messages.set_state(a.db, item.number, "done", at=now, how=why)
        return True
    messages.set_state(a.db, item.number, "waiting")
    steps.set_aside(a.db, item.number, now)
    if item.lead is not None:
        leads.happened(a.db, item.lead, "approval undone", at=now, cause=mail.id, note=why)
    return True


def verify(a: Assembly) -> tuple[list[Entry], list[str]]:
    """The audit chain, and what is wrong with it or with mail that does not fit it."""
    entries = audit.entries(a.db)
    found = [*faults(entries, audit.highest(a.db)), *unauthorised(entries)]
    sealed = {entry.seq: entry for entry in entries}
    approved = {entry.act.outgoing for entry in entries if entry.act.action in {"approved", "acknowledged"}}
    kept = {shown(OUTGOING, row["id"]) for row in a.db.all("SELECT id FROM outgoing")}
    gone = approved - kept - forgotten(entries)
    found += [f"{name} was approved and is gone, and nobody was forgotten with it" for name in sorted(gone)]
    for row in a.db.all("SELECT id, audit, draft_sha256, wire_sha256 FROM outgoing"):
        entry = sealed.get(row["audit"])
        sealed_as = (entry.act.draft_sha256, entry.act.wire_sha256) if entry else None
        if sealed_as != (row["draft_sha256"], row["wire_sha256"]):
            found.append(f"{shown(OUTGOING, row['id'])} does not fit its approval")
    return entries, found


def record(a: Assembly, mail: Outgoing, action: Action, now: datetime) -> Entry:
    """Put on record what was done with a mail, and by whom; inside `writing`."""
    act = Act(now, actor(), action, mail.item, mail.id, mail.draft_sha256, mail.wire_sha256)
    return audit.append(a.db, act)


def actor() -> str:
    """Who is at the keyboard, as far as the system knows."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def letter_of(a: Assembly, item: Item, draft: Draft, now: datetime, *, auto_replied: bool = False) -> Letter:
    """A draft as the letter that would leave now, under a Message-ID of its own. Raises Refused for a file.

    `auto_replied`: it leaves under a standing approval, and says so.
    """
    account = a.account(item.account)
    sender = item.written_to or account.address
    practice = a.settings.practice
    threaded = item.via in {"from", "reply_to"} and item.message_id is not None
    thread = (*(m for m in item.thread if m != item.message_id), str(item.message_id)) if threaded else ()
    return Letter(
        sender=sender,
        sender_name=practice.name or practice.owner or "",
        to=draft.to or "",
        subject=draft.subject,
        body=draft.body,
        message_id=f"<{uuid.uuid4().hex}@{sender.rpartition('@')[2]}>",
        date=now,
        thread=item.thread if item.is_letter else thread,
        attachments=tuple(_attached(Path(name)) for name in draft.attachments),
        language=draft.language,
        loop_mark=loop_mark(installation.get(a.db).id),
        auto_replied=auto_replied,
    )


def _attached(path: Path) -> Attached:
    """A file that goes with a letter, as it is now. Raises Refused where it cannot be read or is too large."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Refused(
            f"{path.name} cannot be attached ({error.strerror})", do="put it back, or mend its response"
        ) from error
    if len(data) > _LARGEST_FILE:
        raise Refused(f"{path.name} is too large for a mail ({len(data) >> 20} MB)", do="attach a smaller file")
    return Attached(path.name, mimetypes.guess_type(path.name)[0] or "application/octet-stream", data)

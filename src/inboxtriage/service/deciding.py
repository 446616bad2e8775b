"""What a person decides about a message besides approving it: edit, reject, relabel, snooze, done, undo."""

from dataclasses import replace
from datetime import datetime

from inboxtriage.category.examples import KINDS, WITHOUT_LABELS
from inboxtriage.errors import Refused, UsageProblem
from inboxtriage.message.header import is_plain
from inboxtriage.message.model import Message
from inboxtriage.message.plain import many_lines, one_line
from inboxtriage.outbox.outgoing import DUE
from inboxtriage.reply.draft import Draft, has_gap
from inboxtriage.reply.salutation import below_salutation, subject_of
from inboxtriage.reply.speech import speech
from inboxtriage.service import approvals, composing, folding, writing
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.deadlines import due_at, tier_of
from inboxtriage.service.pacing import Pace
from inboxtriage.service.people import log_mail
from inboxtriage.service.sorting import message_of
from inboxtriage.store import (
    acknowledgements,
    conversation,
    corrections,
    drafts,
    leads,
    links,
    messages,
    outgoing,
    steps,
)
from inboxtriage.store.drafts import Seen
from inboxtriage.store.ids import LEAD, shown
from inboxtriage.store.messages import Item
from inboxtriage.triage.decision import what_is_asked
from inboxtriage.triage.verdict import Disposition, Verdict

_FLAGS = frozenset({"none", "urgent", "not-urgent", "automated", "person"})
_PINNED_KINDS = frozenset({"vendor", "spam", "client"})


def edit(
    a: Assembly,
    message: str,
    *,
    body: str | None = None,
    note: str | None = None,
    to: str | None = None,
    seen: Seen | None = None,
) -> tuple[str, ...]:
    """Change the draft, or start one where there is none; what still blocks it. Raises Refused or UsageProblem.

    `seen`: what was known when the person began to write, where that took a while: what came since then they do not
    know, and it blocks the letter. Without it they know all.
    """
    if note is not None:
        a.offering.prepare()  # reading calendars may take a while; nothing is locked meanwhile
    with a.db.writing():
        item = messages.find(a.db, message)
        if item.state not in {"waiting", "snoozed"}:
            raise Refused(f"{item.id} is {item.state}", do=_reopening(item))
        if to is not None and not is_plain(to.strip()):
            raise UsageProblem(
                f"{one_line(to, 80)!r} is no address that mail can be sent to", do="give one like a@b.org"
            )
        if to is not None and item.is_letter:
            _same_person(a, item, to.strip())
        waiting = drafts.get(a.db, item)
        mail = _message(a, item)
        draft = waiting.draft if waiting else _empty(a, item, mail)
        kept_note = waiting.note if waiting else ""
        if body is not None:
            text = many_lines(body).strip()
            draft = replace(
                draft, body=text, gaps=draft.gaps if has_gap(text) else (), offers=_still_offered(a, draft, text)
            )
        if note is not None:
            by_hand = body is not None or bool(waiting and waiting.edited)
            draft, kept_note = _with_note(a, item, mail, draft, note, kept_note, edited=by_hand)
        chosen = drafts.was_chosen(a.db, item.number) or to is not None
        draft = replace(draft, to=to.strip() if to is not None else draft.to)
        edited = body is not None or (waiting.edited if waiting else True)
        newest = conversation.newest_of(a.db, item)
        writing.put(
            a,
            draft,
            writing.Place.of(a, item),
            note=kept_note,
            edited=edited,
            to_chosen=chosen,
            knowing=Seen(newest, a.clock.now()) if seen is None else Seen(min(newest, seen.newest), seen.at),
        )
        changed = Pace(a).draft(item)
    return changed.blocked if changed else ()


def _same_person(a: Assembly, item: Item, to: str) -> None:
    """A letter about one person's journey goes to nobody else whom we know, however close. Raises Refused."""
    whose, root = leads.find(a.db, address=to, phone=None), links.roots(a.db)
    if whose is None or item.lead is None:
        return
    one, other = (root.get(shown(LEAD, lead), shown(LEAD, lead)) for lead in (item.lead, whose))
    if one != other:
        raise Refused(f"{to} is {other}, and this letter is for {one}", do=f"write to them on their own: {other}")


def reject(a: Assembly, message: str, reason: str | None) -> None:
    """Settle a message without an answer."""
    now = a.clock.now()
    with a.db.writing():
        item = _open(a, message)
        steps.take(a.db, item.number, "reject", now)
        messages.set_state(a.db, item.number, "rejected", at=now, how=reason)


def snooze(a: Assembly, message: str, until: datetime) -> None:
    """Hide a message until a moment in the future."""
    if until <= a.clock.now():
        raise UsageProblem(f"{until.date().isoformat()} is not in the future", do="give a later date")
    with a.db.writing():
        item = _open(a, message)
        steps.take(a.db, item.number, "snooze", a.clock.now())
        messages.set_state(a.db, item.number, "snoozed", until=until)


def done(a: Assembly, message: str, how: str, note: str | None) -> None:
    """Settle a message that was dealt with in another way, and log the contact."""
    now = a.clock.now()
    with a.db.writing():
        item = _open(a, message)
        steps.take(a.db, item.number, "done", now)
        messages.set_state(a.db, item.number, "done", at=now, how=how)
        if item.lead is not None and how != "none":
            said = "; ".join(part for part in ({"phone": "by phone", "elsewhere": "elsewhere"}[how], note) if part)
            leads.happened(a.db, item.lead, "contact", at=now, cause=item.id, note=said)
        elif item.lead is not None and note:
            leads.happened(a.db, item.lead, "noted", at=now, cause=item.id, note=note)


def relabel(a: Assembly, message: str, values: list[str]) -> Verdict:
    """Say what a message really is; the new verdict. It becomes an example, and its draft is written anew.

    Raises UsageProblem for values that do not exist or contradict each other.
    """
    known = set(a.library.labels)
    unknown = [value for value in values if value not in known | _FLAGS | _PINNED_KINDS]
    if unknown or not values:
        choices = ", ".join([*sorted(known), *sorted(_FLAGS | _PINNED_KINDS)])
        raise UsageProblem(
            f"no such label: {', '.join(unknown)}" if unknown else "no label given", do=f"choose from {choices}"
        )
    if "none" in values and set(values) & known:
        raise UsageProblem(f"none contradicts {', '.join(set(values) & known)}", do="say one or the other")
    a.offering.prepare()
    now = a.clock.now()
    with a.db.writing():
        item = messages.find(a.db, message)
        if item.is_letter:
            raise Refused(f"{item.id} is a letter of yours, no mail to be sorted", do=f"`inboxtriage reject {item.id}`")
        if item.state in {"approved", "answered"}:
            raise Refused(f"{item.id} is {item.state}", do=_reopening(item))
        if item.erased_at is not None:
            raise Refused(f"the words of {item.id} were erased by age", do="they can teach nothing any more")
        steps.take(a.db, item.number, "relabel", now)
        mail = _message(a, item)
        verdict = corrected(item.verdict, values, known, answerable=item.answer_to is not None)
        if mail is not None:
            verdict = replace(verdict, asks=what_is_asked(mail, verdict.labels, a.hours.zone), unanswered=())
        state: messages.ItemState = "ignored" if verdict.disposition == "ignore" else "waiting"
        due = due_at(a, verdict, item.received_at, tier_of(a, item.lead))
        messages.judge_again(a.db, item.number, verdict, state, due)
        promised = acknowledgements.promised(a.db, item.number)
        if promised is not None and state == "waiting":
            acknowledgements.let_be_due(a.db, item.number, promised)
        if item.lead is None:
            lead, _ = log_mail(
                a.db,
                mail,
                verdict,
                item.number,
                item.received_at,
                a.settings.own_addresses(),
                client="client" in values,
            )
            if lead is not None:
                messages.link(a.db, item.number, lead)
        corrections.put(a.db, item.number, verdict.labels, verdict.kind or "inquiry", now, urgent=verdict.urgent)
        before = drafts.get(a.db, item)
        drafts.remove(a.db, item.number)
        if verdict.disposition != "reply":
            folding.unfold(a, item)
        if mail is not None:
            note = before.note if before is not None and not before.edited else ""
            writing.write(a, mail, verdict, writing.Place.of(a, messages.get(a.db, item.number)), note=note)
    return verdict


def corrected(verdict: Verdict, values: list[str], known: set[str], *, answerable: bool) -> Verdict:
    """The verdict that a person's words make of another. Pure."""
    said = set(values)
    labels = tuple(v for v in dict.fromkeys(values) if v in known) if said & (known | {"none"}) else verdict.labels
    urgent = "urgent" in said or (verdict.urgent and "not-urgent" not in said)
    pinned = next((value for value in values if value in _PINNED_KINDS), None)
    if "automated" in said or (pinned in WITHOUT_LABELS and pinned is not None):
        labels, urgent = (), False
    kind = pinned or ("automated" if "automated" in said else verdict.kind)
    if labels and kind in {*WITHOUT_LABELS, "colleague", None} and pinned is None:
        kind = "inquiry"
    if "person" in said and kind in {"automated", None}:
        kind = "inquiry"
    disposition: Disposition = "read"
    if kind == "automated":
        disposition = "ignore"
    elif urgent:
        disposition = "urgent"
    elif labels and answerable and kind in {"inquiry", "client"}:
        disposition = "reply"
    if kind not in KINDS:
        kind = "inquiry"
    evidence = tuple(e for e in verdict.evidence if e.label in labels)
    return replace(
        verdict,
        disposition=disposition,
        reason="you said so",
        kind=kind,
        automated="you said so" if disposition == "ignore" else None,
        urgent=urgent,
        labels=labels,
        evidence=evidence,
        confidence=1.0,
        error=None,
    )


def undo(a: Assembly, message: str, *, only: str | None = None) -> str:
    """Take back the last approve, reject, snooze, relabel or done; which it was. Raises Refused when it is too late.

    `only`: what whoever asks did last; where something else came after that, or took it back, nothing is touched.
    """
    a.offering.prepare()
    now = a.clock.now()
    with a.db.writing():
        item = messages.find(a.db, message)
        step = steps.last(a.db, item.number)
        if step is None:
            raise Refused(f"there is nothing to undo for {item.id}")
        if only is not None and step.kind != only:
            raise Refused(
                f"the last thing done with {item.id} is not this {only}, but {step.kind}",
                do=f"`inboxtriage show {item.id}`, then `undo {item.id}` takes that back",
            )
        if step.kind == "approve":
            mail = outgoing.of_message(a.db, item.number)
            if mail is not None and mail.state in DUE:
                approvals.withdraw(a, item, "undone")
            else:
                state = mail.state if mail else "gone"
                raise Refused(f"{item.id} is on its way already ({state})", do="`inboxtriage outbox` shows it")
        elif item.state in {"approved", "answered"}:
            raise Refused(f"{item.id} is {item.state} since then", do=f"`inboxtriage show {item.id}`")
        elif step.kind == "done" and item.lead is not None:
            leads.happened(a.db, item.lead, "done undone", at=now, cause=item.id)
        steps.restore(a.db, step, item.number, now)
        if step.kind == "relabel":
            _fold_again(a, messages.get(a.db, item.number))
    return step.kind


def _fold_again(a: Assembly, item: Item) -> None:
    """What a relabel had unfolded steps back again, or two letters would answer it."""
    note = folding.fold(a, item) if item.state == "waiting" else ""
    waiting = drafts.get(a.db, item)
    if conversation.folded_into(a.db, item.number) and waiting is not None and not waiting.edited:
        writing.rewrite(a, item, replace(waiting, note=f"{waiting.note} {note}".strip()))


def _reopening(item: Item) -> str:
    """How a settled or approved item can be worked on again."""
    if item.state == "answered":
        return f"`inboxtriage show {item.id}` says how; a new letter goes out from your own mail program"
    return f"`inboxtriage undo {item.id}` first"


def _open(a: Assembly, message: str) -> Item:
    """An item that a person can still decide about. Raises Refused."""
    item = messages.find(a.db, message)
    if item.state == "approved":
        raise Refused(f"{item.id} is approved and on its way", do=f"`inboxtriage undo {item.id}` first")
    if item.state not in {"waiting", "snoozed"}:
        raise Refused(f"{item.id} is settled already ({item.state})", do=f"`inboxtriage show {item.id}`")
    return item


def _message(a: Assembly, item: Item) -> Message | None:
    if item.is_letter:
        return None
    return message_of(messages.raw_of(a.db, item.number), a.settings.own_addresses())


def _empty(a: Assembly, item: Item, message: Message | None) -> Draft:
    """A letter to begin with, where none was written."""
    if message is None:
        return Draft("own", item.answer_to, "Re: your message", "", item.verdict.language)
    subject = subject_of(message, item.verdict.language, a.settings.practice.profile)
    remarks = writing.heeded(a, message, item.verdict, writing.Place.of(a, item))
    return Draft("own", item.answer_to, subject, "", item.verdict.language, remarks=remarks)


def _still_offered(a: Assembly, draft: Draft, text: str) -> tuple[datetime, ...]:
    """The free times of a draft that its text names still."""
    say = speech(draft.language).moment
    return tuple(time for time in draft.offers if say(time.astimezone(a.hours.zone)) in text)


def _with_note(
    a: Assembly, item: Item, message: Message | None, draft: Draft, note: str, earlier: str, *, edited: bool
) -> tuple[Draft, str]:
    """The letter with one more personal line; one written by hand is not composed again: it goes below "Dear …,"."""
    line = " ".join(many_lines(note).split())
    if not edited:
        line = f"{earlier} {line}".strip()
    if not edited and item.is_letter:
        return (composing.compose_again(a, item, note=line) or draft), line
    if edited or message is None or item.verdict.disposition != "reply":
        return replace(draft, body=below_salutation(draft.body, line)), line
    fresh = writing.compose(a, message, item.verdict, writing.Place.of(a, item), note=line)
    return (fresh or draft), line

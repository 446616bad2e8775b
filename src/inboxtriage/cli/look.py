"""Looking: `queue` and `show`."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from inboxtriage.cli import console
from inboxtriage.cli.backlog_words import groups_told
from inboxtriage.cli.documents import Documents
from inboxtriage.cli.lead import happened, progress
from inboxtriage.cli.letter import show_paragraphs
from inboxtriage.cli.next_steps import is_ready, next_steps
from inboxtriage.cli.session import Session, command, json_option, now_of, pass_session
from inboxtriage.errors import UsageProblem
from inboxtriage.journey.proposals import by_mail
from inboxtriage.service import queue as queueing
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.backlog import walk
from inboxtriage.service.backlog.cases import cases
from inboxtriage.service.backlog.words import DUE_NOW, ahead, count
from inboxtriage.service.departing import is_sending, waiting
from inboxtriage.service.grouping import current_groups, short_names
from inboxtriage.service.queue import Entry, Whole

_STYLE = {"urgent": "bold red", "quarantine": "yellow", "ignore": "dim"}


@command()
@click.option("--all", "everything", is_flag=True, help="Every message known, ignored and settled ones too.")
@json_option
@pass_session
def queue(session: Session, everything: bool, as_json: bool) -> None:
    """What waits for a person, most pressing first."""
    a = session.assembly()
    entries = queueing.entries(a, everything=everything)
    if as_json:
        queueing.show_all(a, entries)
        console.document(Documents(ZoneInfo(a.settings.practice.timezone)).queue(entries))
        return
    tell_queue(a, entries, everything=everything)


def tell_queue(a: Assembly, entries: list[Entry], *, everything: bool = False) -> None:
    """The queue for a person."""
    if not entries:
        console.say("Nothing waits for you." if not everything else "No message is known yet: inboxtriage poll")
        return
    now = now_of(a)
    names = groups_told(entries)
    console.table(
        ["id", "what", "asks about", "from", "subject", "received", "draft"],
        [_row(entry, now, names) for entry in entries],
        elastic=["asks about", "from", "subject"],
        whole=["what", "from"],
        styles=[_STYLE.get(entry.item.verdict.disposition) for entry in entries],
    )
    if danger := [entry.item.id for entry in entries if _waits_in_danger(entry)]:
        people = count(len(danger), "mail reads", "mails read")
        console.say(f"URGENT: {people} as danger, {DUE_NOW}: `inboxtriage show {danger[0]}`")
    ready = sum(1 for entry in entries if is_ready(entry))
    console.say(f"{len(entries)} message(s), {ready} with a draft to approve: `inboxtriage show ID`, then `approve ID`")
    if proposed := sum(1 for entry in entries if entry.lead and by_mail(entry.lead.events, entry.item.id)):
        changes = count(proposed, "of them proposes", "of them propose")
        console.say(f"{changes} a change: `inboxtriage lead proposals`, then `lead take ID`")
    if not everything:
        steps = walk.way(cases(entries, now.date()))
        console.say(f"{ahead(walk.estimate(steps))}: `inboxtriage backlog` says the way, `inboxtriage review` goes it")


def _waits_in_danger(entry: Entry) -> bool:
    return entry.item.state == "waiting" and entry.item.verdict.disposition == "urgent"


def _row(entry: Entry, now: datetime, groups: Mapping[str, str]) -> list[str]:
    item, verdict = entry.item, entry.item.verdict
    what: str = "letter" if entry.letter else verdict.disposition
    if item.state != "waiting":
        what += f", {item.state}"
    if not entry.on_server:
        what += ", gone from the server"
    history = entry.lead.events if entry.lead else ()
    what += "".join(f", proposes {proposal.value}" for proposal in by_mail(history, item.id))
    who = item.answer_to or item.sender or item.phone or "unknown"
    return [
        item.id,
        what,
        f"{entry.letter.name}: {entry.letter.why}"
        if entry.letter
        else ", ".join(verdict.labels) or (verdict.automated or verdict.kind or "-"),
        f"{who} ({item.name})" if item.name else who,  # a long name is cut; the address is not
        entry.subject,
        _day(item.received_at.astimezone(now.tzinfo), now),
        _draft_word(entry) + (f", {groups[entry.group]}" if entry.group else ""),
    ]


def _day(moment: datetime, now: datetime) -> str:
    if moment.date() == now.date():
        return moment.strftime("%H:%M")
    return moment.strftime("%b %d") if moment.year == now.year else moment.strftime("%Y-%m-%d")


def _draft_word(entry: Entry) -> str:
    if entry.draft is None:
        return "-"
    return "blocked" if entry.draft.blocked else "ready"


@command()
@click.argument("message", metavar="ID|GROUP")
@click.option(
    "--save", type=click.Path(file_okay=False), help="Write its attachments into this folder, under safe names."
)
@json_option
@pass_session
def show(session: Session, message: str, save: str | None, as_json: bool) -> None:
    """One message in full: its words, why it was sorted so, the draft, the lead.

    With the name of a group (`queue` tells it, a few letters are enough): the text that all its letters share, once
    and in full, and what each says alone. Its letters then count as shown, for `approve --group`.
    """
    a = session.assembly()
    if message.strip().lower().startswith("g"):
        _show_group(a, message, saving=save is not None, as_json=as_json)
        return
    if save is not None:
        saved = [str(place) for place in queueing.save_attachments(a, message, Path(save))]
        if as_json:
            console.document({"saved": saved})
        else:
            for line in saved or ["Nothing is attached."]:
                console.say(line)
        return
    whole = queueing.whole(a, message)
    if as_json:
        console.document(Documents(ZoneInfo(a.settings.practice.timezone)).whole(whole))
        return
    now = now_of(a)
    if whole.entry.letter is not None:
        _show_letter(whole.entry, now)
    else:
        _show_message(whole, now)
    _show_draft(whole, now, running=is_sending(a))
    _show_lead(whole, now)
    if whole.entry.lead is not None:
        progress.tell_proposals(a, whole.entry.lead)


def _show_group(a: Assembly, name: str, *, saving: bool, as_json: bool) -> None:
    """A group as a card."""
    if saving:
        raise UsageProblem("--save goes with one message, and this is a group", do="name one of its messages")
    from inboxtriage.service.backlog import cards  # noqa: PLC0415 - one message and the queue need none of it

    card = cards.whole(a, name)
    if as_json:
        from inboxtriage.cli.backlog_documents import BacklogDocuments  # noqa: PLC0415 - as above

        console.document(BacklogDocuments(ZoneInfo(a.settings.practice.timezone)).card(card))
        return
    from inboxtriage.cli.cards import tell_card  # noqa: PLC0415 - as above

    tell_card(card, short_names(current_groups(a)).get(card.name, card.name))


def _show_letter(entry: Entry, now: datetime) -> None:
    """What a letter of ours is that answers no mail, and why it was written."""
    item, letter = entry.item, entry.letter
    if letter is None:
        return
    console.heading(f"{item.id}  {entry.subject}")
    console.fact("to", (item.answer_to or "nobody") + (f"  ({item.name})" if item.name else ""))
    console.fact("letter", f"{letter.name}, for the stage {entry.written_at_stage or '-'}: {letter.why}")
    due = f", due {_day(item.due_at.astimezone(now.tzinfo), now)}" if item.due_at and item.settled_at is None else ""
    state = f" [{item.state}]" if item.state != "waiting" else ""
    console.fact("written", console.when(item.received_at, now) + due + state)
    if item.erased_at is not None:
        console.fact("erased", console.when(item.erased_at, now))
    for blank, words in letter.said.items():
        console.fact("said", f"{blank}: {words}")
    console.say()


def _show_message(whole: Whole, now: datetime) -> None:
    item, verdict = whole.entry.item, whole.entry.item.verdict
    console.heading(f"{item.id}  {item.subject or '(no subject)'}")
    console.fact("from", (item.sender or "nobody readable") + (f"  ({item.name})" if item.name else ""))
    if item.answer_to != item.sender:
        console.fact("answer to", item.answer_to or "nobody: " + (item.phone or "no address"))
    by = DUE_NOW if verdict.disposition == "urgent" else f"answer due {console.when(item.due_at or now, now)}"
    due = f", {by}" if item.due_at and item.settled_at is None else ""
    console.fact("received", console.when(item.received_at, now) + due)
    state = f" [{item.state}{f' into {item.head}' if item.head else ''}]" if item.state != "waiting" else ""
    console.fact("sorted", f"{verdict.disposition}: {verdict.reason}{state}")
    if not whole.entry.on_server:
        console.fact("mailbox", "gone from the server: deleted, or moved to a folder that is not read; kept here")
    for evidence in verdict.evidence:
        where = " (in their quoted mail)" if evidence.quoted else ""
        console.fact("", f"{evidence.label} {verdict.scores.get(evidence.label, 1):.2f}: “{evidence.text}”{where}")
    for doubt in item.doubts:
        console.fact("doubt", doubt)
    for attachment in whole.attachments:
        console.fact("attached", f"{attachment.name} ({attachment.content_type}, {attachment.size} bytes)")
    console.say()
    console.paragraph(whole.words.whole if whole.words else f"[cannot be shown: {whole.read_again}]")
    console.say()


def _show_draft(whole: Whole, now: datetime, *, running: bool) -> None:
    entry = whole.entry
    if entry.draft is None:
        console.heading("No draft")
    else:
        draft = entry.draft.draft
        kind = {"safety": "Safety text", "own": "Your letter", "letter": "Letter"}.get(draft.kind, "Draft")
        console.heading(f"{kind} to {draft.to or 'nobody yet'}: {draft.subject}")
        for remark in draft.remarks:
            console.fact("remark", remark)
        console.say()
        show_paragraphs(draft)
        if entry.folded:
            console.fact("answers", f"also {', '.join(entry.folded)}, by the same person")
        for attached in draft.attachments:
            console.fact("attached", Path(attached).name)
        for reason in entry.draft.blocked:
            console.fact("blocked", reason)
    if entry.outgoing is not None:
        mail = entry.outgoing
        leaves = waiting(mail.not_before, now, lambda at: console.when(at, now), running=running)
        console.fact("outbox", f"{mail.id} {mail.state}, {mail.last_reply or leaves}")
    for words, remark in next_steps(entry):
        console.fact("next", f"inboxtriage {words}" + (f"   ({remark})" if remark else ""))


def _show_lead(whole: Whole, now: datetime) -> None:
    view = whole.entry.lead
    if view is None:
        return
    console.say()
    console.heading(f"{view.lead.id}  {view.lead.name or view.lead.address or view.lead.phone}, stage {view.stage}")
    along = list(zip(view.events, view.stages(), strict=True))
    for event, stage in along[-6:]:
        console.fact("", f"{console.when(event.at, now)}  {happened.words(event, stage, view.events)}")

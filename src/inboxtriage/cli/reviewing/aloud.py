"""What is read out of a step, in a good order for the ear: who, what they ask, their words, then the letter."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from inboxtriage.cli import cards, console
from inboxtriage.cli.backlog_words import about_what, title, who
from inboxtriage.cli.lead import happened
from inboxtriage.cli.letter import show_paragraphs
from inboxtriage.message.plain import many_lines, one_line
from inboxtriage.service.backlog.cards import said_besides
from inboxtriage.service.backlog.marked import first_words
from inboxtriage.service.backlog.reading import Reading
from inboxtriage.service.backlog.walk import Step
from inboxtriage.service.backlog.words import DUE_NOW
from inboxtriage.service.queue import Entry, Whole

_LONGEST = 60  # lines of a mail that are read out at once; more of it on a key
_PAGE = 20  # lines read out at once of a long mail
_EVENTS = 12  # the last ones of somebody's journey
_FIRST_WORDS = 160  # letters of a mail in a list


def single(step: Step, reading: Reading, names: Mapping[str, str], where: str, now: datetime) -> None:
    """One message whole, with its letter and what stands against that."""
    entry = reading.entry
    console.say()
    console.say(f"{where}. {title(step, names, now)}.")
    header(reading.whole, now)
    for other in reading.others:
        subject = other.entry.subject or "(no subject)"
        console.fact("also", f"{other.entry.item.id} of the same person waits: {subject}")
    deciding_sentences(entry)
    their_words(reading.whole)
    for older in reading.folded:
        console.say(f"Earlier, {older.entry.item.id}, which the same letter answers:")
        _words(older)
    letter(entry)
    proposals(reading)


def header(whole: Whole, now: datetime) -> None:
    """Who, when, and what is to be minded about it."""
    entry, item, verdict = whole.entry, whole.entry.item, whole.entry.item.verdict
    console.say(f"{who(entry)}, {item.id}, {console.when(item.received_at, now)}{_due(entry, now)}.")
    console.say(f"Subject: {entry.subject or '(none)'}")
    if entry.letter is None and item.answer_to != item.sender:
        answered = item.answer_to or "nobody: " + (item.phone or "no address")
        console.fact("mind", f"it came from {item.sender or 'nobody readable'}; the answer goes to {answered}")
    if verdict.disposition != "reply" or verdict.is_near_danger:
        console.fact("sorted", f"{verdict.disposition}: {verdict.reason}")
    for doubt in item.doubts:
        console.fact("doubt", doubt)
    if not entry.on_server:
        console.fact("mind", "it is gone from the mailbox: deleted, or moved; kept here")


def _due(entry: Entry, now: datetime) -> str:
    due = entry.item.due_at
    if due is None:
        return ""
    if entry.item.verdict.disposition == "urgent":
        return f"; {DUE_NOW}"
    return f"; an answer {'was' if due < now else 'is'} due {console.when(due, now)}"


def deciding_sentences(entry: Entry) -> None:
    """What spoke for how it was sorted."""
    cards.tell_words(entry)


def their_words(whole: Whole) -> None:
    """What they wrote now, and what hangs on it."""
    if whole.entry.letter is not None:
        return
    console.say("Their words:")
    _words(whole)
    for attachment in whole.attachments:
        console.fact("attached", f"{attachment.name} ({attachment.content_type}, {attachment.size} bytes)")


def is_cut(whole: Whole) -> bool:
    """Whether not all that they wrote is read out at once."""
    return whole.words is not None and len(_lines(whole.words.new)) > _LONGEST


def pages(whole: Whole) -> Iterator[str]:
    """The whole mail, what it quotes too, in pages."""
    lines = _lines(whole.words.whole) if whole.words else [f"[cannot be shown: {whole.read_again}]"]
    for start in range(0, len(lines), _PAGE):
        yield "\n".join(lines[start : start + _PAGE])


def letter(entry: Entry) -> None:
    """The letter as it would leave, whole, and what stands against it."""
    if entry.draft is None:
        console.say("There is no letter.")
        return
    draft = entry.draft.draft
    cards.tell_remarks(draft)  # before the words, which they are to be heard against
    kind = {"safety": "Your safety text", "own": "Your letter"}.get(draft.kind, "The letter")
    console.say(f"{kind} to {draft.to or 'nobody yet'}, subject: {draft.subject}")
    console.paragraph(draft.body)
    cards.tell_attached(draft)
    for reason in entry.draft.blocked:
        console.fact("against", reason)


def sources(entry: Entry) -> None:
    """Where each paragraph of the letter comes from."""
    if entry.draft is not None:
        show_paragraphs(entry.draft.draft)


def proposals(reading: Reading) -> None:
    """What is proposed for them."""
    for n, one in enumerate(reading.proposals, 1):
        console.fact("proposed", f"{n}. {one.words}")


def journey(entry: Entry, now: datetime) -> None:
    """Where the person stands, and the last of what happened."""
    view = entry.lead
    if view is None:
        console.say("They are nobody's lead.")
        return
    tier = f", tier {view.tier}" if view.tier else ""
    console.say(f"{view.lead.id} {view.lead.name or view.lead.address or view.lead.phone}: {view.stage}{tier}")
    for event, stage in list(zip(view.events, view.stages(), strict=True))[-_EVENTS:]:
        console.indented(f"{console.when(event.at, now)}  {happened.words(event, stage, view.events)}", "  ")


def group(
    step: Step,
    readings: Mapping[str, Reading],
    names: Mapping[str, str],
    where: str,
    struck: Collection[str],
    now: datetime,
) -> None:
    """A group as a card: what its letters share, then each person by number."""
    console.say()
    console.say(f"{where}. {title(step, names, now)}.")
    if step.card is None:
        return
    cards.tell_shared(step.card)
    for n, entry in enumerate(step.entries):
        console.say()
        out = " (struck out)" if entry.item.id in struck else ""
        console.say(f"{n + 1}. {who(entry)}, {entry.item.id}{out}: {entry.subject or '(no subject)'}")
        cards.tell_words(entry)
        reading = readings[entry.item.id]
        cards.tell_besides(said_besides([reading.whole, *reading.folded]))
        cards.tell_own(step.card, n, entry)


def sweep(
    step: Step,
    readings: Mapping[str, Reading],
    names: Mapping[str, str],
    where: str,
    spared: Collection[str],
    now: datetime,
) -> None:
    """A list of what is settled with one key: by number who, what about, and their first words."""
    console.say()
    console.say(f"{where}. {title(step, names, now)}.")
    for n, case in enumerate(step.cases, 1):
        out = " (spared)" if case.head.item.id in spared else ""
        why = f". {case.aside}" if case.aside else ""
        console.say(f"{n}. {who(case.head)}{out}{why}")
        for entry in case.entries:
            console.indented(f"{entry.item.id}: {entry.subject or '(no subject)'}", "   ")
            console.indented(_first_words(readings[entry.item.id].whole), "   ")


def several(step: Step, out: Collection[str]) -> str:
    """Who is in a group or a list, and who was struck out, in one line."""
    left = [f"{n} {_name(case.head)}" for n, case in enumerate(step.cases, 1) if case.head.item.id not in out]
    gone = [f"{n} {_name(case.head)}" for n, case in enumerate(step.cases, 1) if case.head.item.id in out]
    told = f"In: {', '.join(left) or 'nobody'}."
    return f"{told} Out, to be decided singly: {', '.join(gone)}." if gone else told


def line(entry: Entry, zone: ZoneInfo) -> str:
    """One message in one line, for a list of what was found."""
    at = entry.item.received_at.astimezone(zone)
    return f"{who(entry)}, {at:%a %d %b}, {about_what(entry)}: {entry.subject or '(no subject)'}"


def _name(entry: Entry) -> str:
    return entry.item.name or entry.item.answer_to or entry.item.id


def _words(whole: Whole) -> None:
    if whole.words is None:
        if whole.entry.letter is None:
            console.paragraph(f"[cannot be shown: {whole.read_again}]")
        return
    lines = _lines(whole.words.new)
    console.paragraph("\n".join(lines[:_LONGEST]) or "(nothing new)")
    if len(lines) > _LONGEST:
        console.say(f"{len(lines) - _LONGEST} lines more: w reads all of it.")


def _first_words(whole: Whole) -> str:
    return (
        first_words(one_line(whole.words.new), _FIRST_WORDS)
        if whole.words
        else f"[cannot be shown: {whole.read_again}]"
    )


def _lines(text: str) -> list[str]:
    return many_lines(text).strip("\n").split("\n")

"""One mail as it is read before it is decided about: what is known, their words, the letter, the person. Pure."""

import re
from datetime import datetime
from pathlib import Path

from inboxtriage.approval.group import paragraphs
from inboxtriage.journey import happened
from inboxtriage.reply.draft import GAP_OPENS, Draft, Source
from inboxtriage.service.backlog.marked import marks
from inboxtriage.service.backlog.reading import Reading
from inboxtriage.service.backlog.second_look import second_look
from inboxtriage.service.backlog.walk import Step
from inboxtriage.service.backlog.words import DUE_NOW
from inboxtriage.service.leads import LeadView
from inboxtriage.service.queue import Entry, Whole
from inboxtriage.triage.verdict import Evidence, Verdict
from inboxtriage.ui.flow import Block, Page, Span, harmless, one

_SAID = re.compile("“([^”]+)”")  # the sentence in the reason of a verdict
_EVENTS = 6  # of a person's history
_NOT_UNDERSTOOD = "not understood"
_KINDS = {"safety": "Safety text", "own": "Your letter", "letter": "Letter"}


def when(moment: datetime, now: datetime) -> str:
    """A moment as people say it, in the zone of `now`."""
    local = moment.astimezone(now.tzinfo)
    if local.date() == now.date():
        return local.strftime("today %H:%M")
    day = f"{local:%a} {local.day} {local:%b}" if local.year == now.year else f"{local.day} {local:%b %Y}"
    return f"{day} {local:%H:%M}"


def who(entry: Entry) -> str:
    """Somebody's name, else the address or number."""
    item = entry.item
    return one(item.name or item.answer_to or item.sender or item.phone or "nobody readable")


def facts(reading: Reading, step: Step, now: datetime) -> list[Block]:
    """Who, when, by when, why it was sorted so, and what speaks against answering without a second look."""
    page, entry = Page(), reading.entry
    item, verdict = entry.item, entry.item.verdict
    if entry.letter is not None:
        page.fact("letter", f"{entry.letter.name}, to {item.answer_to or 'nobody'}: {entry.letter.why}")
    else:
        page.fact("from", f"{item.name or ''} <{item.sender or 'nobody readable'}>".strip(), "bold")
    if entry.letter is None and item.answer_to != item.sender:
        page.fact("answer to", item.answer_to or "nobody: " + (item.phone or "no address"), "warn")
    page.fact("written" if entry.letter else "received", f"{when(item.received_at, now)}{_due(entry, now)}")
    wanted = step.cases[0].wanted_by if step.cases else None
    if wanted is not None:
        page.fact("asks for", f"{wanted:%a} {wanted.day} {wanted:%b}", "bold")
    page.fact("sorted", f"{verdict.disposition}: {verdict.reason}", "urgent" if verdict.urgent else "")
    if verdict.is_near_danger or verdict.error:
        page.fact("", verdict.error or "look twice: some words could mean danger", "warn")
    if not entry.on_server:
        page.fact("mailbox", "gone from the server: deleted, or moved to a folder that is not read; kept here")
    for doubt in item.doubts:
        page.fact("doubt", doubt, "warn")
    for attachment in reading.whole.attachments:
        page.fact("attached", f"{attachment.name} ({attachment.content_type}, {attachment.size} bytes)")
    return page.blocks


def looks_twice(reading: Reading) -> str:
    """Why a letter needs a second key; empty where it does not."""
    return "; ".join(second_look(reading.entry))


def _due(entry: Entry, now: datetime) -> str:
    due = entry.item.due_at
    if due is None:
        return ""
    if entry.item.verdict.disposition == "urgent":
        return f", {DUE_NOW}"
    return f", LATE: due {when(due, now)}" if due < now else f", answer due {when(due, now)}"


def words(whole: Whole) -> list[Block]:
    """What somebody wrote, whole, with the sentences that decided; what they quote stands back."""
    page = Page()
    if whole.words is None:
        if whole.entry.letter is None:
            page.say(f"[cannot be shown: {whole.read_again}]", "warn")
        for blank, said in whole.entry.letter.said.items() if whole.entry.letter else ():
            page.fact("said", f"{blank}: {said}")
        return page.blocks
    text, spans = marked(harmless(whole.words.whole).strip("\n"), whole.entry.item.verdict)
    if not text.strip():
        page.say("[no words]", "dim")
        return page.blocks
    quoted, at = [], 0
    for line in text.split("\n"):
        if line.startswith(">"):
            quoted.append(Span(at, at + len(line), "dim"))
        at += len(line) + 1
    return [Block(text, "", "  ", (*quoted, *spans))]


def marked(text: str, verdict: Verdict) -> tuple[str, list[Span]]:
    """A text with what decided in it, each sentence with what it spoke for behind it."""
    said = [Evidence(_NOT_UNDERSTOOD, sentence) for sentence in verdict.unanswered]
    if verdict.urgent or verdict.is_near_danger:
        said += [Evidence("danger", sentence) for sentence in _SAID.findall(verdict.reason)]
    parts, spans, at, done = [], [], 0, 0
    for mark in marks(text, [*verdict.evidence, *said]):
        parts.append(text[done : mark.end])
        at += mark.end - done
        style = "asked" if _NOT_UNDERSTOOD in mark.labels else "danger" if "danger" in mark.labels else "mark"
        spans.append(Span(at - (mark.end - mark.start), at, style))
        tag = f" [{', '.join(mark.labels)}]"
        spans.append(Span(at + 1, at + len(tag), "label"))
        parts.append(tag)
        at += len(tag)
        done = mark.end
    return "".join([*parts, text[done:]]), spans


def letter(entry: Entry, *, sources: bool) -> list[Block]:
    """The letter as it will be sent, first what stands against it; under each paragraph its source, if `sources`."""
    page = Page()
    if entry.draft is None:
        page.rule("No letter is written")
        page.space()
        page.say("e writes one; d says that it was dealt with in another way.", "dim")
        return page.blocks
    draft = entry.draft.draft
    page.rule(f"{_KINDS.get(draft.kind, 'Draft')}{' (edited)' if entry.draft.edited else ''}")
    for reason in entry.draft.blocked:
        page.fact("BLOCKED", reason, "warn")
    for remark in draft.remarks:
        page.fact("remark", remark, "warn")
    page.fact("to", draft.to or "nobody yet", "bold", must=True)
    page.fact("subject", draft.subject, "bold", must=True)
    for attached in draft.attachments:
        page.fact("attached", Path(attached).name, must=True)
    page.space()
    page.blocks += body(draft, sources=sources)
    if entry.folded:
        page.fact("answers", f"also {', '.join(entry.folded)}, by the same person")
    return page.blocks


def body(draft: Draft, *, sources: bool) -> list[Block]:
    """The words of a letter, with where they come from if `sources`."""
    page = Page()
    said = {source.text: source for source in draft.sources}
    for text in paragraphs(draft.body):
        clean = harmless(text)
        page.blocks.append(Block(clean, "", "  ", tuple(_gaps(clean)), must=True))
        if sources and (by := _source(draft, said.get(text))):
            page.say(f"~ {by}", "dim", lead="    ")
        page.space()
    return page.blocks


def _source(draft: Draft, source: Source | None) -> str:
    """Where a paragraph comes from."""
    if draft.kind == "safety":
        return "your safety text (practice.urgent)"
    if source is None:
        return "by hand"
    if source.label == "note":
        return "your note"
    if not source.file:
        return ""
    of = "" if source.label in {"letter", Path(source.file).stem} else f"{source.label}: "
    facts_of = ", ".join(fact.removeprefix("practice.") for fact in source.facts)
    return f"{of}{source.file}{f' ({facts_of})' if facts_of else ''}"


def _gaps(text: str) -> list[Span]:
    found, at = [], text.find(GAP_OPENS)
    while at >= 0:
        end = text.find("]", at)
        end = len(text) if end < 0 else end + 1
        found.append(Span(at, end, "gap"))
        at = text.find(GAP_OPENS, end)
    return found


def person(reading: Reading, now: datetime) -> list[Block]:
    """The person in the journey: where they stand, what happened, what is proposed, and their other mails."""
    page, view = Page(), reading.entry.lead
    for older in reading.folded:
        _mail(page, older, "An older mail of theirs, which the letter answers too", now)
    for other in reading.others:
        _mail(page, other, "Another mail of theirs, which waits by itself", now)
    if view is None:
        page.rule("Nobody in the journey")
        return page.blocks
    _lead(page, view, now)
    for proposal in reading.proposals:
        page.fact("proposed", f"{proposal.words}   (t takes it, D dismisses it)", "bold")
    return page.blocks


def _lead(page: Page, view: LeadView, now: datetime) -> None:
    page.rule(f"{view.lead.id} {one(view.lead.name or view.lead.address or view.lead.phone or '')}")
    outcome = "" if view.outcome == "open" else f", {view.outcome.replace('_', ' ')}"
    page.fact("stage", f"{view.stage.replace('_', ' ')}{outcome}{f', tier {view.tier}' if view.tier else ''}")
    if not view.standing.writable:
        page.fact("", "asked not to be written to", "warn")
    along = list(zip(view.events, view.stages(), strict=True))
    for event, stage in along[-_EVENTS:]:
        page.say(f"{when(event.at, now)}  {happened.words(event, stage, view.events)}")
    if len(along) > _EVENTS:
        page.say(f"the last {_EVENTS} of {len(along)}; `inboxtriage lead show {view.lead.id}` has all", "dim")


def _mail(page: Page, whole: Whole, heading: str, now: datetime) -> None:
    item = whole.entry.item
    page.rule(f"{heading}: {item.id}, {when(item.received_at, now)}")
    page.fact("subject", whole.entry.subject or "(none)")
    page.blocks += words(whole)
    page.space()

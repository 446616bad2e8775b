"""Several people on one page: a group's card with the text that all letters share, and lists that are settled at once.

Everything of every letter stands on the card. Pure.
"""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from inboxtriage.approval.group import Card
from inboxtriage.service.backlog.cards import said_besides
from inboxtriage.service.backlog.cases import Case
from inboxtriage.service.backlog.marked import first_words
from inboxtriage.service.backlog.reading import Reading
from inboxtriage.service.backlog.walk import Step
from inboxtriage.service.queue import Entry
from inboxtriage.ui.flow import Block, Page, harmless, one
from inboxtriage.ui.pages import when, who

_FIRST_WORDS = 200  # characters of a mail that a list shows
_AIM = {
    "selling": "Mail that sells or begs. r rejects all of it that is not struck out; Enter opens one; x spares one.",
    "aside": "Nobody here waits for an answer any more. d settles all that is not struck out; Enter opens one.",
}


def card_page(
    step: Step, card: Card, readings: dict[str, Reading], struck: Collection[str], cursor: int, now: datetime
) -> list[Block]:
    """A group: the shared text once and in full, then of each person what they asked, and their letter's own lines."""
    page = Page()
    page.rule(f"{len(step.cases)} letters that say the same, about {', '.join(step.labels)}")
    page.say("a approves all that are not struck out; x strikes one out; Enter opens one.", "dim")
    page.space()
    page.rule("What all of them say")
    places = sorted({own.before for owns in card.own for own in owns})
    for n in range(len(card.shared) + 1):
        if n in places:
            page.say(f"({places.index(n) + 1}) each their own lines", "dim", lead="    ")
        if n < len(card.shared):
            page.say(card.shared[n], must=True)
            page.space()
    for n, case in enumerate(step.cases):
        own = card.own[n]
        page.blocks += _member(n, case, readings, struck, n == cursor, now)
        for piece in own:
            lead = f"     ({places.index(piece.before) + 1}) "
            for text in piece.paragraphs:
                page.blocks.append(_own(text, lead, n, case.head.item.id in struck))
                lead = " " * len(lead)
        page.space(n)
    return page.blocks


def _own(text: str, lead: str, n: int, is_struck: bool) -> Block:
    style = "struck" if is_struck else ""
    return Block(harmless(text), style, lead, must=True, member=n, lead_style="" if lead.isspace() else "dim")


def _member(
    n: int, case: Case, readings: dict[str, Reading], struck: Collection[str], here: bool, now: datetime
) -> list[Block]:
    """Who it is, where the letter goes, and what they asked."""
    page, entry = Page(), case.head
    item = entry.item
    page.blocks.append(_heading(n, entry, item.id in struck, here))
    to = entry.draft.draft.to if entry.draft else None
    draft = entry.draft.draft if entry.draft else None
    page.say(f"{to or 'nobody yet'}, {when(item.received_at, now)}", lead="     ", must=True, member=n)
    page.say(draft.subject if draft else entry.subject, "dim", lead="     ", must=True, member=n)
    for evidence in item.verdict.evidence:
        page.blocks.append(
            Block(harmless(f"“{one(evidence.text)}”  [{evidence.label}]"), "mark", "     ", must=True, member=n)
        )
    reading = readings.get(item.id)
    if reading and (said := said_besides([reading.whole, *reading.folded])):
        page.say(f"besides: “{one(said)}”", lead="     ", must=True, member=n)
    for older in reading.folded if reading else ():
        for evidence in older.entry.item.verdict.evidence:
            said = f"“{one(evidence.text)}”  [{evidence.label}, in {older.entry.item.id}, an older mail]"
            page.blocks.append(Block(harmless(said), "mark", "     ", must=True, member=n))
    for remark in draft.remarks if draft else ():
        page.say(f"remark: {remark}", "warn", lead="     ", must=True, member=n)
    for attached in draft.attachments if draft else ():
        page.say(f"attached: {Path(attached).name}", lead="     ", must=True, member=n)
    return page.blocks


def list_page(
    step: Step, readings: dict[str, Reading], struck: Collection[str], cursor: int, now: datetime
) -> list[Block]:
    """What is settled at once: each with sender, subject and first words."""
    page = Page()
    page.say(_AIM[step.kind], "dim")
    page.space()
    for n, case in enumerate(step.cases):
        for entry in case.entries:
            out = entry.item.id in struck
            page.blocks.append(_heading(n, entry, out, n == cursor and entry is case.head))
            page.say(
                f"{entry.item.sender or '?'}, {when(entry.item.received_at, now)}", lead="     ", member=n, must=True
            )
            page.say(entry.subject or "(no subject)", "struck" if out else "bold", lead="     ", must=True, member=n)
            reading = readings.get(entry.item.id)
            words = reading.whole.words if reading else None
            unread = reading.whole.read_again if reading else "…"
            said = first_words(one(words.new or words.whole), _FIRST_WORDS) if words else unread
            page.say(said or "", "dim", lead="     ", member=n)
        if case.aside:
            page.say(f"no answer needed: {case.aside}", "bold", lead="     ", must=True, member=n)
        page.space(n)
    return page.blocks


def _heading(n: int, entry: Entry, is_struck: bool, here: bool) -> Block:
    mark = "x" if is_struck else " "
    said = f"{n + 1:>2} {who(entry)}{'  STRUCK OUT' if is_struck else ''}"
    style = "cursor" if here else ("struck" if is_struck else "bold")
    return Block(harmless(said), style, f"{'>' if here else ' '}{mark} ", must=True, member=n)

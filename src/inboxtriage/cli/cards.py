"""A group as it is read before one yes: what all its letters say once and in full, and what each says alone."""

from collections.abc import Sequence

from inboxtriage.approval.group import Card, Own
from inboxtriage.cli import console
from inboxtriage.cli.backlog_words import about_what, who
from inboxtriage.reply.draft import Draft
from inboxtriage.service.backlog.cards import GroupCard
from inboxtriage.service.backlog.words import count
from inboxtriage.service.queue import Entry

_FEW = 6  # words of a paragraph that say which one is meant


def tell_card(card: GroupCard, name: str) -> None:
    """The whole card, and the commands that settle it."""
    people = card.entries
    console.heading(f"{name}  {count(len(people), 'letter')} that say the same; each {about_what(people[0])}")
    console.say()
    tell_shared(card.card)
    for n, entry in enumerate(people):
        console.say()
        console.heading(f"{entry.item.id}  {who(entry)}: {entry.subject or '(no subject)'}")
        tell_words(entry)
        tell_besides(card.besides[n])
        tell_own(card.card, n, entry)
    console.say()
    console.fact("next", f"inboxtriage approve --group {name}   (--except ID leaves one out)")
    console.fact("", f"inboxtriage show {people[0].item.id}   (one of them whole, with its sources)")


def tell_shared(card: Card) -> None:
    """What all the letters say."""
    console.fact("shared", "all of them say:")
    for paragraph in card.shared:
        console.say()
        console.paragraph(paragraph)


def tell_words(entry: Entry) -> None:
    """The sentences of a mail that decided, and what in it was not understood."""
    for evidence in entry.item.verdict.evidence:
        where = " (in their quoted mail)" if evidence.quoted else ""
        console.fact("wrote", f"{evidence.label}: “{evidence.text}”{where}")
    for text in entry.item.verdict.unanswered:
        console.fact("open", f"not understood: “{text}”")


def tell_besides(said: str) -> None:
    """What else a mail says."""
    if said:
        console.fact("besides", f"“{said}”")


def tell_own(card: Card, n: int, entry: Entry) -> None:
    """The lines of one letter alone, each with its place among the shared ones; to whom it goes and what with it."""
    if entry.draft is not None:
        draft = entry.draft.draft
        console.fact("letter", f"to {draft.to or 'nobody yet'}, subject “{draft.subject}”{_also(entry)}")
        tell_attached(draft)
        tell_remarks(draft)
    for own in card.own[n]:
        console.fact("alone", place(card.shared, own))
        for paragraph in own.paragraphs:
            console.paragraph(paragraph, indent="    ")
    if not card.own[n]:
        console.fact("alone", "nothing")


def tell_attached(draft: Draft) -> None:
    """What goes with a letter."""
    for attached in draft.attachments:
        console.fact("attached", attached.rpartition("/")[2])


def tell_remarks(draft: Draft) -> None:
    """What whoever reads a letter should know."""
    for remark in draft.remarks:
        console.fact("remark", remark)


def place(shared: Sequence[str], own: Own) -> str:
    """Where in a letter its own paragraphs stand."""
    if not own.before:
        return "first of all"
    words = shared[own.before - 1].split()
    told = " ".join(words[:_FEW])
    return f"after “{told}{'…' if len(words) > _FEW else ''}”"


def _also(entry: Entry) -> str:
    return f"; it answers {', '.join(entry.folded)} too" if entry.folded else ""

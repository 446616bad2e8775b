"""A letter as a person reads it before it leaves, each paragraph with its source; and a script as it is read out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from inboxtriage.cli import console

if TYPE_CHECKING:
    from inboxtriage.reply.draft import Draft
    from inboxtriage.reply.scripts import Script


def show_paragraphs(draft: Draft) -> None:
    """The letter, and under each paragraph where it comes from: the question, the response file, the facts."""
    said = {source.text: source for source in draft.sources}
    for text in re.split(r"\n{2,}", draft.body):
        console.paragraph(text)
        source = said.get(text)
        if source is None:
            console.source("by hand")
        elif source.label == "note":
            console.source("your note")
        elif source.file:
            facts = f" ({', '.join(source.facts)})" if source.facts else ""
            of = "" if source.label == "letter" else f"{source.label}: "
            console.source(f"{of}{source.file}{facts}")
        console.say()


def tell_script(script: Script) -> None:
    """A script under its headings, and what is missing in it."""
    for paragraph in script.paragraphs:
        if paragraph.startswith("#"):
            console.heading(paragraph.lstrip("# "))
        else:
            console.paragraph(paragraph)
            console.say()
    for gap in script.gaps:
        console.fact("blank", gap)


def script_document(script: Script) -> dict[str, Any]:
    """A script in JSON."""
    return {
        "name": script.name,
        "title": script.title,
        "file": script.file,
        "language": script.language,
        "text": "\n\n".join(script.paragraphs),
        "gaps": list(script.gaps),
    }

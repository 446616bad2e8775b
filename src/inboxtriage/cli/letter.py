"""A letter as a person reads it before it leaves: paragraph by paragraph, each with its source."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from inboxtriage.cli import console

if TYPE_CHECKING:
    from inboxtriage.reply.draft import Draft


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

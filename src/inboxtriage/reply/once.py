"""Several answers as one letter: nothing is said twice, and "Yes," only once."""

import re
from dataclasses import replace

from inboxtriage.reply.draft import Source

NOTE = "note"  # the owner's own line, in the place of a label
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def once(blocks: list[Source], yes: str) -> list[Source]:
    """The blocks with no sentence twice, and no "Yes," but in the first: three of them read like a form.

    The owner's own line stays as it was written; what it says already no block says again.
    """
    said: set[str] = set()
    opened = False
    kept: list[Source] = []
    for block in blocks:
        fresh = []
        for sentence in _SENTENCE.split(block.text) if "\n" not in block.text else [block.text]:
            spoken = " ".join(sentence.lower().split())
            again = spoken in said
            said.add(spoken)
            if block.label == NOTE:
                opened = opened or bool(yes and sentence.startswith(yes))
            elif not again and yes and opened and sentence.startswith(yes):
                sentence = sentence[len(yes)].upper() + sentence[len(yes) + 1 :]  # noqa: PLW2901 - what is said instead
                spoken = " ".join(sentence.lower().split())
                again = spoken in said
                said.add(spoken)
            opened = opened or block.label != NOTE
            if not again:
                fresh.append(sentence)
        if fresh:
            kept.append(block if block.label == NOTE else replace(block, text=" ".join(fresh)))
    return kept

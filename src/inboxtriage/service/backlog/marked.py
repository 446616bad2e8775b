"""Where the deciding sentences stand in a mail, and what it says besides. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from inboxtriage.triage.reading import sentences
from inboxtriage.triage.settled import is_courtesy
from inboxtriage.triage.verdict import Evidence


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a text, and what it spoke for."""

    start: int
    end: int
    labels: tuple[str, ...]


def marks(text: str, evidence: Iterable[Evidence]) -> list[Mark]:
    """The stretches of `text` that decided, in order, none within another.

    A sentence is found whatever its line breaks and whatever stands before its lines as a quote's mark.
    """
    found: dict[tuple[int, int], list[str]] = {}
    for one in evidence:
        place = _place(text, one.text)
        if place is not None:
            found.setdefault(place, []).append(one.label)
    ordered: list[Mark] = []
    for (start, end), labels in sorted(found.items()):
        if ordered and start < ordered[-1].end:
            last = ordered.pop()
            ordered.append(Mark(last.start, max(last.end, end), tuple(dict.fromkeys([*last.labels, *labels]))))
        else:
            ordered.append(Mark(start, end, tuple(labels)))
    return ordered


def besides(text: str, evidence: Iterable[Evidence], remarks: Iterable[str] = (), most: int = 400) -> str:
    """What else a mail says than the sentences that decided, without courtesies, in one line of at most `most` letters.

    So that who approves several letters at once sees that one writer asks to be answered somewhere else, or is a child.
    What `remarks`, which stand beside it, quote whole is not said again.
    """
    decided = {" ".join(one.text.split()) for one in evidence}
    quoted = " ".join(remarks)
    said = (" ".join(sentence.split()) for sentence in sentences(text))
    whole = " … ".join(one for one in said if one not in decided and f"“{one}”" not in quoted and not is_courtesy(one))
    return first_words(whole, most)


def first_words(text: str, most: int) -> str:
    """A line, or whole words from its beginning of together at most `most` letters, with "…" behind them."""
    if len(text) <= most:
        return text
    return f"{text[:most] if text[most] == ' ' else text[:most].rpartition(' ')[0] or text[:most]} …"


def _place(text: str, sentence: str) -> tuple[int, int] | None:
    words = [re.escape(word) for word in sentence.split()]
    if not words:
        return None
    found = re.search(r"[\s>]+".join(words), text)
    return found.span() if found else None

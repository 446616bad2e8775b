"""Which insurers and plans a text names, by their usual names."""

from collections.abc import Sequence

from inboxtriage.triage.phrases import plain, vocabulary


def payers(sentences: Sequence[str]) -> tuple[str, ...]:
    """The payers that the sentences name, by their usual names, in the order named; of two in one place the longer."""
    text = plain("\n".join(sentences))
    found = [(*span, name) for name, spans in vocabulary("insurers").spans(text).items() for span in spans]
    apart = [
        (start, name)
        for start, end, name in found
        if not any(s <= start and end <= e and (e - s > end - start) for s, e, _ in found)
    ]
    return tuple(dict.fromkeys(name for _, name in sorted(apart)))

"""What the owner did in another mail client: an answer found in Sent, or the mark that it was answered (G12). Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

How = Literal["sent", "flag"]


@dataclass(frozen=True, slots=True)
class OwnMail:
    """A mail found in the Sent folder, by its identification headers."""

    message_id: str | None
    answers: frozenset[str]  # Message-IDs in its In-Reply-To and References
    to: frozenset[str] = frozenset()  # its recipients, lower case


@dataclass(frozen=True, slots=True)
class Answered:
    """An item that was answered elsewhere."""

    item: int
    how: How


def answered_in_sent(
    sent: Iterable[OwnMail], open_items: Mapping[str, int], ours: frozenset[str]
) -> Iterator[Answered]:
    """The open items (by Message-ID) that a mail in Sent answers; mail that we sent ourselves (`ours`) is none."""
    for mail in sent:
        if mail.message_id in ours:
            continue
        for message_id in mail.answers & open_items.keys():
            yield Answered(open_items[message_id], "sent")

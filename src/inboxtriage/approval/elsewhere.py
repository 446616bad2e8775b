"""What the owner did in another mail client: an answer found in Sent, or the mark that it was answered (G12). Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

How = Literal["sent", "flag", "others"]  # "others": what was sent in its conversation went to somebody else


@dataclass(frozen=True, slots=True)
class OwnMail:
    """A mail found in the Sent folder, by its identification headers."""

    message_id: str | None
    answers: frozenset[str]  # Message-IDs in its In-Reply-To and References
    to: frozenset[str]  # its recipients, lower case
    forward: bool = False  # its subject says so
    token: str | None = None  # the name of a letter of ours that it was made of
    at: datetime | None = None  # when it was written, by its own date


@dataclass(frozen=True, slots=True)
class Answered:
    """An item that was answered elsewhere; when, where that is known."""

    item: int
    how: How
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """An item that waits for an answer: its Message-ID, and the addresses at which its person is answered.

    `approved` are the Message-IDs of letters to it that, as far as this store knows, never left (G31).
    """

    number: int
    message_id: str | None
    people: frozenset[str]
    approved: frozenset[str] = frozenset()


def answered_in_sent(sent: Iterable[OwnMail], open_items: Iterable[Open], ours: frozenset[str]) -> Iterator[Answered]:
    """The open items that a mail in Sent answers; what we sent ourselves (`ours`) is none, nor is a forward.

    What went to nobody of theirs, as to a colleague in the same conversation, is told apart ("others").
    """
    by_id: dict[str, list[Open]] = {}
    for item in open_items:
        for message_id in {item.message_id, *item.approved} - {None}:
            by_id.setdefault(str(message_id), []).append(item)
    for mail in sent:
        if mail.message_id in ours:
            continue
        for item in (
            item for message_id in (mail.answers | {str(mail.message_id)}) & by_id.keys() for item in by_id[message_id]
        ):
            if item.people & mail.to or mail.message_id in item.approved:
                yield Answered(item.number, "sent", mail.at)
            elif not mail.forward:
                yield Answered(item.number, "others", mail.at)

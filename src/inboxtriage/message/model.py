"""What is known of one mail after reading it: plain values, nothing of MIME left."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Via = Literal["from", "reply_to", "form", "forward", "voicemail"]


@dataclass(frozen=True, slots=True)
class Address:
    """One addr-spec (RFC 5322) and the name shown beside it; `plain` says whether mail can be sent to it.

    `in_group`: it stands in a named list of addresses (section 3.4), which is no person's From.
    """

    address: str
    name: str = ""
    plain: bool = True
    in_group: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is listed and never opened. `name` is the sender's word for it, made harmless."""

    name: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Person:
    """Who is asking, and where an answer goes.

    `answer_to` is None where no one address is certain. `doubts` must be settled by a person before
    anything is sent (G37, G38); each is one sentence.
    """

    name: str | None
    address: str | None
    answer_to: str | None
    phone: str | None
    via: Via
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Automated:
    """Why no person wrote this for the mailbox. Not `sure`: the words decide (list mail, a no-reply sender).

    A `report` (a bounce, a receipt of reading) carries nobody's words, whatever it quotes. An `answer` is a machine's
    own reply to a mail, which may repeat what it was told. What was `approved` by a person before it left is read by
    one, and never answered by a draft.
    """

    reason: str
    sure: bool
    report: bool = False
    approved: bool = False
    answer: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """The text, taken apart. `whole` is everything; the rest are the parts that were told apart.

    `own_quote` is what the writer quotes of an earlier mail of their own, at depth `own_depth` of the history
    (1: nobody answered in between, so this is a nudge; 0: the quote does not say whose it is), else empty.
    """

    whole: str
    new: str
    quoted: str = ""
    own_quote: str = ""
    own_depth: int = 0
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One mail as the rest of the program sees it."""

    message_id: str | None
    in_reply_to: str | None
    references: tuple[str, ...]
    date: datetime | None
    subject: str
    sender: Address | None
    written_to: tuple[str, ...]
    person: Person
    words: Words
    automated: Automated | None
    attachments: tuple[Attachment, ...] = ()
    unreadable: str | None = None  # why the words could not be had (encrypted, cut off), for a person
    loop_marks: tuple[str, ...] = ()  # the values of X-Loop, by which a sender knows its own mail again
    encrypted: bool = False  # its words are not here, so what its headers say decides nothing (G45)
    topic: str = field(default="")  # the subject as the person wrote it; empty for a form's own subject

    @property
    def thread(self) -> tuple[str, ...]:
        """The Message-IDs of the mails this one answers, oldest first."""
        last = (self.in_reply_to,) if self.in_reply_to else ()
        return self.references + tuple(m for m in last if m not in self.references)

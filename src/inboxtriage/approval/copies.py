"""Copies of letters in the owner's Drafts folder: what became of one, by what lies there now. Pure.

A copy is ours as long as its uid carries the mark of a draft: under one uid a server never changes the bytes
(RFC 3501 section 2.3.1.1), a mail client that edits puts a new message and deletes the old.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from inboxtriage.approval.elsewhere import OwnMail

# putting: meant to be put there, by now perhaps it was; removing: meant to be taken away; lost: vanished with many;
# deleted: its letter is rejected for that, unless it is found in Sent after all
CopyState = Literal["putting", "lying", "removing", "edited", "missing", "lost", "deleted"]
Standing = Literal["unchanged", "edited", "gone"]

EDITED = "being edited in your mail client: send it there, or delete it there"
GONE = "its copy is gone from your Drafts folder (the next passes find out whether it was sent or deleted)"
SENT = "answered elsewhere (sent from your Drafts folder)"
REASONS: Mapping[str, str] = {"edited": EDITED, "missing": GONE}  # against approving it here

GRACE = timedelta(minutes=2)  # between what a mail client does in Drafts and what it does in Sent
LATE = timedelta(days=1)  # for which what was taken for deleted may still be found in Sent
MOST_AT_ONCE = 5  # copies that may vanish together and be taken as rejected


@dataclass(frozen=True, slots=True)
class Copy:
    """One letter's copy. `token` names it in a header of ours; `theirs` is the Message-ID that it answers, if any.

    `sha256` is of its bytes, `draft_sha256` of the letter; `sent_at` when a mail was found in Sent that may be it.
    """

    number: int
    account: str
    folder: str
    validity: str
    uid: str | None
    message_id: str
    token: str
    to: str
    theirs: str | None
    sha256: str
    draft_sha256: str
    state: CopyState
    sent_at: datetime | None = None
    missing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """A message in the Drafts folder that may be a copy, or what a mail client made of it."""

    uid: str
    draft: bool
    mail: OwnMail


def standing(copy: Copy, marks: Mapping[str, bool], others: Iterable[Version]) -> Standing:
    """What became of a copy. `marks` says of uids that lie there whether they are drafts; `others` are not copies."""
    if copy.uid is not None and copy.uid in marks:
        return "unchanged" if marks[copy.uid] else "edited"
    return "edited" if any(is_version(copy, other) for other in others) else "gone"


def is_version(copy: Copy, other: Version) -> bool:
    """Whether a draft is the copy under another uid, or was made of it."""
    return other.draft and (is_copy(copy, other.mail) or copy.theirs in other.mail.answers)


def is_copy(copy: Copy, mail: OwnMail) -> bool:
    """Whether a mail bears the copy's own name."""
    return copy.token == mail.token or copy.message_id == mail.message_id


def may_be_it(copy: Copy, mail: OwnMail) -> bool:
    """Whether a mail in Sent may be the copy: it answers the same; or goes to the same person, where nothing is named.

    What bears the copy's name surely is.
    """
    if is_copy(copy, mail):
        return True
    if mail.forward:
        return False
    return copy.theirs in mail.answers if copy.theirs is not None else copy.to.lower() in mail.to


def are_too_many(vanished: int, left: int) -> bool:
    """Whether so many copies vanished at once that the folder was emptied or moved rather than letters rejected."""
    return vanished > MOST_AT_ONCE and not left

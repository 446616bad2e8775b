"""The one small protocol of a mailbox: what is new, its bytes, its marks, and what was sent from elsewhere.

Positions are opaque: a `validity` that changes when old positions mean nothing any more (UIDVALIDITY, RFC 3501
section 2.3.1.1), and `uid` strings. Reading never changes a flag.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

DRAFT_MARK = "X-Inboxtriage-Draft"  # the header by which a letter of ours is known again, also edited, also in Sent
Removal = Literal["removed", "changed", "gone"]


@dataclass(frozen=True, slots=True)
class Listing:
    """What a folder holds above a position: uids in the order in which they are to be read, and how many there are."""

    validity: str
    uids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class State:
    """A folder at this moment: what it costs nothing to know.

    `messages` is how many it holds, or None where that costs as much as a listing. `changes` is a word that changes
    whenever a flag of the folder does (HIGHESTMODSEQ, RFC 7162), or None.
    """

    validity: str
    messages: int | None = None
    changes: str | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message as the mailbox gave it. `raw` is None where it gave no bytes; `cut` where it gave only the first."""

    uid: str
    received_at: datetime
    size: int
    raw: bytes | None
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Lying:
    """One message in the Drafts folder. `draft`: it carries that mark; `head`: the headers by which it is known."""

    uid: str
    draft: bool
    head: bytes


class DraftsFolder(Protocol):
    """The Drafts folder, as it was when it was opened. What is marked as deleted is not there."""

    name: str
    validity: str

    def marks(self, uids: Sequence[str]) -> dict[str, bool]:
        """Which of `uids` lie there, and whether each carries the mark of a draft."""
        ...

    def heads(self) -> list[Lying]:
        """Everything that lies there, by its headers."""
        ...

    def put(self, mimes: Sequence[bytes]) -> list[str | None]:
        """Put these letters there, as drafts, marked as read; the uid of each, None where it cannot be told."""
        ...

    def digests(self, uids: Sequence[str]) -> dict[str, str]:
        """SHA-256 of the bytes of those of `uids` that lie there."""
        ...

    def remove(self, letters: Mapping[str, str]) -> dict[str, Removal]:
        """Take these away, by uid, each only if it is a draft still and its bytes have this SHA-256."""
        ...


class Mailbox(Protocol):
    """An open mailbox of one account. Raises Unreachable when the connection or folder breaks."""

    @property
    def ordered(self) -> bool:
        """Whether uids are numbers, higher for later messages, so that one mark says how far a folder was read."""
        ...

    def folders(self, wanted: Sequence[str], *, junk: bool) -> list[str]:
        """The names of the folders to read: `wanted`, and the junk folder where asked and there is one."""
        ...

    def archives(self) -> list[str]:
        """Where read mail is put away (special use All or Archive, RFC 6154); none where no folder is marked so."""
        ...

    def state(self, folder: str) -> State:
        """The folder as it is now, not as it was when it was opened. Raises FolderGone, FolderVanished."""
        ...

    def validity(self, folder: str) -> str:
        """The validity of a folder's positions. Raises Unreachable where there is no such folder."""
        ...

    def listing(self, folder: str, *, above: str | None, since: date | None) -> Listing:
        """The messages of `folder` above a uid; with `since`, only those that arrived on that day or later."""
        ...

    def fetch(self, folder: str, uids: Sequence[str]) -> Iterator[list[Arrival]]:
        """The messages in batches, the next of which is already on its way while one is worked on.

        What is there no more is left out. No other method may be called before the last batch came.
        """
        ...

    @property
    def listens(self) -> bool:
        """Whether `wait` hears of changes by itself; where not, somebody must look from time to time."""
        ...

    def wait(self, folder: str, seconds: float) -> bool:
        """Wait until the folder changed since it was last listed, at most so long; whether it did.

        Raises Unreachable where the connection turns out to be dead, at the latest soon after those seconds (G18).
        """
        ...

    def answered(self, folder: str, uids: Sequence[str]) -> set[str]:
        """Which of `uids` carry the mark that they were answered."""
        ...

    def mark_answered(self, folder: str, uid: str) -> bool:
        """Set that mark; False where the message is gone or the folder does not keep marks."""
        ...

    def sent_folder(self) -> str | None:
        """The folder that keeps sent mail, or None where there is none."""
        ...

    def headers(self, folder: str, uids: Sequence[str]) -> Iterator[bytes]:
        """The headers that tell messages apart: Message-ID, In-Reply-To, References, Date, From, To, Cc, Subject."""
        ...

    def sent_holds(self, message_id: str) -> bool:
        """Whether the sent folder holds a mail with this Message-ID."""
        ...

    def sent_answers(self, message_id: str) -> bool:
        """Whether the sent folder holds a mail that answers this Message-ID; an automatic reply answers nobody."""
        ...

    def drafts(self, name: str | None = None) -> DraftsFolder | None:
        """The Drafts folder, opened now; None where there is none. `name`: what it was called before. FolderGone."""
        ...

    def save_sent(self, mime: bytes, at: datetime) -> None:
        """Put a copy of a mail that was sent into the sent folder, marked as read."""
        ...

    def abort(self) -> None:
        """Break the connection now, from another thread; what waits for it then raises."""
        ...

    def close(self) -> None:
        """Leave politely; errors in doing so mean nothing any more."""
        ...

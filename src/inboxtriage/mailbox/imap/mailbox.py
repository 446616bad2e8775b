"""A Mailbox on an IMAP server: what is new, its bytes, its marks, and what was sent.

Facts it is built on (measured): `n:*` always returns the last message; `fetch` may lack what was asked for.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

from inboxtriage.config.settings import Server
from inboxtriage.errors import FolderGone, Unreachable
from inboxtriage.mailbox.imap import drafts
from inboxtriage.mailbox.imap.connection import READ_SECONDS, Connection
from inboxtriage.mailbox.imap.idle import IdleRefused, listen
from inboxtriage.mailbox.protocol import DRAFT_MARK, Arrival, Listing, State

_AT_ONCE = 1_000  # UIDs in one command: servers refuse longer lines
_BATCH, _BATCH_BYTES = 200, 8 * 1024 * 1024
_WHOLE_BYTES, _PART_BYTES = 20 * 1024 * 1024, 2 * 1024 * 1024  # of a larger mail only the beginning is fetched
_TOLD_APART_BY = f"MESSAGE-ID IN-REPLY-TO REFERENCES DATE FROM TO CC SUBJECT AUTO-SUBMITTED X-LOOP {DRAFT_MARK.upper()}"
_IDENTITY = f"BODY.PEEK[HEADER.FIELDS ({_TOLD_APART_BY})]"


class ImapMailbox:
    """A Mailbox on one server. Connects and signs in when made; raises Unreachable or SignInFailed."""

    def __init__(self, server: Server, secret: Callable[..., str]) -> None:
        self._line = Connection(server, secret)
        self._read_up_to: dict[str, int] = {}  # folder -> the UID that would have come next when it was listed
        self._deaf = False
        self._sent: str | None = None  # the folder for sent mail, once it was found

    ordered = True

    # -- reading ------------------------------------------------------------------------------------------------

    def folders(self, wanted: Sequence[str], *, junk: bool) -> list[str]:
        """See Mailbox."""
        found = list(wanted)
        if junk:
            with self._line.talking("listing folders"):
                name = self._line.client.find_special_folder(b"\\Junk")
            if name and name not in found:
                found.append(name)
        return found

    def archives(self) -> list[str]:
        """See Mailbox. A server that marks no folder is asked for nothing: its names mean nothing to us."""
        with self._line.talking("listing folders"):
            listed = self._line.client.list_folders()
        marked = {mark.lower(): name for marks, _, name in listed for mark in marks if isinstance(mark, bytes)}
        return [marked[mark] for mark in (b"\\all", b"\\archive") if mark in marked][:1]

    def state(self, folder: str) -> State:
        """See Mailbox."""
        self._line.forget_selection()
        self._line.select(folder)
        return State(self._line.validity, self._line.messages, self._line.changes)

    def validity(self, folder: str) -> str:
        """See Mailbox."""
        if not self._line.is_selected(folder):
            self._line.select(folder)
        return self._line.validity

    def listing(self, folder: str, *, above: str | None, since: date | None) -> Listing:
        """See Mailbox."""
        self._line.select(folder)
        floor = int(above) if above else 0
        criteria: list[Any] = ["UID", f"{floor + 1}:*"]
        if since is not None:
            criteria += ["SINCE", since]
        with self._line.talking(f"searching {folder}"):
            uids = sorted(uid for uid in self._line.client.search(criteria) if uid > floor)
        self._read_up_to[folder] = self._line.next_uid
        return Listing(self._line.validity, tuple(map(str, uids)))

    def fetch(self, folder: str, uids: Sequence[str]) -> Iterator[list[Arrival]]:
        """See Mailbox."""
        self._line.select(folder)
        batches = self._batches(folder, [int(uid) for uid in uids])
        with ThreadPoolExecutor(1, "fetch") as ahead:
            coming = None
            for batch in batches:
                if coming is not None:
                    arrived = coming.result()
                    coming = ahead.submit(self._bodies, folder, batch)
                    yield arrived
                else:
                    coming = ahead.submit(self._bodies, folder, batch)
            if coming is not None:
                yield coming.result()

    def headers(self, folder: str, uids: Sequence[str]) -> Iterator[bytes]:
        """See Mailbox."""
        self._line.select(folder)
        for start in range(0, len(uids), _AT_ONCE):
            some = [int(uid) for uid in uids[start : start + _AT_ONCE]]
            with self._line.talking(f"reading headers of {folder}"):
                answer = self._line.client.fetch(some, [_IDENTITY])
            for uid in some:
                yield next((v for k, v in answer.get(uid, {}).items() if k.startswith(b"BODY[")), b"")

    def answered(self, folder: str, uids: Sequence[str]) -> set[str]:
        """See Mailbox."""
        self._line.select(folder)
        found: set[str] = set()
        for start in range(0, len(uids), _AT_ONCE):
            some = ",".join(uids[start : start + _AT_ONCE])
            with self._line.talking(f"searching {folder}"):
                found |= {str(uid) for uid in self._line.client.search(["UID", some, "ANSWERED"])}
        return found & set(uids)

    # -- waiting ------------------------------------------------------------------------------------------------

    @property
    def listens(self) -> bool:
        """See Mailbox."""
        with self._line.talking("asking for capabilities"):
            return not self._deaf and bool(self._line.client.has_capability("IDLE"))

    def wait(self, folder: str, seconds: float) -> bool:
        """See Mailbox. The folder is opened anew: what came since it was listed is news at once."""
        self._line.forget_selection()
        self._line.select(folder)
        if self._line.next_uid != self._read_up_to.get(folder, self._line.next_uid):
            return True
        try:
            with self._line.talking(f"listening to {folder}"):
                return listen(self._line.client, seconds)
        except IdleRefused:
            self._deaf = True
            return False
        finally:
            self._line.forget_selection()
            self._line.patience(READ_SECONDS)

    # -- marks and copies ---------------------------------------------------------------------------------------

    def mark_answered(self, folder: str, uid: str) -> bool:
        """See Mailbox."""
        self._line.select(folder, writable=True)
        with self._line.talking(f"marking a message in {folder}"):
            told = self._line.client.add_flags([int(uid)], [b"\\Answered"])
        return b"\\Answered" in told.get(int(uid), ()) or uid in self.answered(folder, [uid])

    def sent_folder(self) -> str | None:
        """See Mailbox. Whoever asks by this is told how it is now; the rest goes by what was told last."""
        with self._line.talking("listing folders"):
            self._sent = self._line.client.find_special_folder(b"\\Sent")
        return self._sent

    def sent_holds(self, message_id: str) -> bool:
        """See Mailbox."""
        return self._sent_has("Message-ID", message_id)

    def sent_answers(self, message_id: str) -> bool:
        """See Mailbox."""
        return self._sent_has("In-Reply-To", message_id, but='NOT HEADER Auto-Submitted "auto-replied"')

    def drafts(self, name: str | None = None) -> drafts.ImapDrafts | None:
        """See Mailbox."""
        name = name or drafts.find(self._line)
        return None if name is None else drafts.ImapDrafts(self._line, name)

    def save_sent(self, mime: bytes, at: datetime) -> None:
        """See Mailbox."""
        folder = self._sent or self.sent_folder()
        if folder is None:
            raise Unreachable(f"{self._line.where} has no folder for sent mail", do='make one, or set save_sent = "no"')
        with self._line.talking(f"saving a copy in {folder}"):
            self._line.client.append(folder, mime, [b"\\Seen"], at)

    def abort(self) -> None:
        """See Mailbox."""
        self._line.abort()

    def close(self) -> None:
        """See Mailbox."""
        self._line.close()

    # -- how it is done -----------------------------------------------------------------------------------------

    def _batches(self, folder: str, uids: Sequence[int]) -> Iterator[list[tuple[int, int, datetime]]]:
        """Uid, size and arrival of every message, in batches that are neither too many nor too large."""
        batch: list[tuple[int, int, datetime]] = []
        weight = 0
        for start in range(0, len(uids), _AT_ONCE):
            some = uids[start : start + _AT_ONCE]
            known = self._sizes(folder, some)
            for uid in some:
                size, at = known.get(uid, (0, datetime.now(UTC)))
                weighs = min(size, _PART_BYTES if size > _WHOLE_BYTES else size)
                if batch and (len(batch) >= _BATCH or weight + weighs > _BATCH_BYTES):
                    yield batch
                    batch, weight = [], 0
                batch.append((uid, size, at))
                weight += weighs
        if batch:
            yield batch

    def _sizes(self, folder: str, uids: Sequence[int]) -> dict[int, tuple[int, datetime]]:
        with self._line.talking(f"asking for sizes in {folder}"):
            answer = self._line.client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
        found = {}
        for uid, items in answer.items():
            at, size = items.get(b"INTERNALDATE"), items.get(b"RFC822.SIZE")
            known = at.astimezone(UTC) if isinstance(at, datetime) and at.tzinfo else datetime.now(UTC)
            found[uid] = (size if isinstance(size, int) else 0, known)
        return found

    def _bodies(self, folder: str, batch: Sequence[tuple[int, int, datetime]]) -> list[Arrival]:
        whole = [uid for uid, size, _ in batch if size <= _WHOLE_BYTES]
        large = [uid for uid, size, _ in batch if size > _WHOLE_BYTES]
        with self._line.talking(f"fetching messages of {folder}"):
            answer = self._line.client.fetch(whole, ["BODY.PEEK[]"])
            answer.update(self._line.client.fetch(large, [f"BODY.PEEK[]<0.{_PART_BYTES}>"]))
            silent = [uid for uid, _, _ in batch if _body(answer.get(uid, {})) is None]
            still_there = set(self._line.client.search(["UID", ",".join(map(str, silent))])) if silent else set()
        return [
            Arrival(str(uid), at, size, _body(answer.get(uid, {})), cut=size > _WHOLE_BYTES)
            for uid, size, at in batch
            if uid not in silent or uid in still_there
        ]

    def _sent_has(self, header: str, value: str, *, but: str = "") -> bool:
        folder = self._sent or self.sent_folder()
        if folder is None:
            return False
        try:
            self._line.select(folder)
        except FolderGone:
            self._sent = None  # it has another name by now
            raise
        if not value.isascii() or not value.isprintable():
            return False  # no such value can be asked for, or was ever written
        quoted = value.replace("\\", "\\\\").replace('"', '\\"')  # as RFC 3501 quotes; a bare one may be no atom
        with self._line.talking(f"searching {folder}"):
            return bool(self._line.client.search(f'HEADER {header} "{quoted}" {but}'.rstrip()))


def _body(items: dict[bytes, Any]) -> bytes | None:
    """The bytes of one message in a FETCH answer; a partial one says at which octet it begins."""
    body = items.get(b"BODY[]", items.get(b"BODY[]<0>"))
    return body if isinstance(body, bytes) else None

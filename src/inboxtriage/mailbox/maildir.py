"""An account that lives in local Maildir folders: files are read where they lie and never moved."""

import hashlib
import os
import select
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from inboxtriage.config.settings import MaildirFolders
from inboxtriage.errors import FolderVanished, Unreachable
from inboxtriage.mailbox.protocol import Arrival, Listing, State

_BATCH = 200
_WHOLE_BYTES, _PART_BYTES = 20 * 1024 * 1024, 2 * 1024 * 1024
_HEADER_BYTES = 256 * 1024
_LOOK_SECONDS = 1.0
_VALIDITY = "maildir"  # file names are unique for ever, so positions never become invalid
_SENT = "sent"


@dataclass(frozen=True, slots=True)
class _Entry:
    uid: str
    path: Path
    flags: str
    arrived: datetime


class MaildirMailbox:
    """A Mailbox in folders. "INBOX" is the configured inbox, other names are its Maildir++ subfolders."""

    ordered = False
    listens = True

    def __init__(self, folders: MaildirFolders) -> None:
        self._listed: dict[str, tuple[int, ...]] = {}  # folder -> its `_changed` when it was last listed
        self._broken_off = False
        self._inbox = folders.inbox
        self._sent = folders.sent
        if not self._is_folder(self._inbox / "cur") and not self._is_folder(self._inbox / "new"):
            raise Unreachable(f"{self._inbox} is no Maildir (it has no cur and new)", do="mend maildir.inbox")

    def folders(self, wanted: Sequence[str], *, junk: bool) -> list[str]:
        """See Mailbox."""
        found = list(wanted)
        if junk and "Junk" not in found and self._is_folder(self._path("Junk")):
            found.append("Junk")
        return found

    def archives(self) -> list[str]:
        """See Mailbox."""
        return ["Archive"] if self._is_folder(self._path("Archive")) else []

    def state(self, folder: str) -> State:
        """See Mailbox."""
        return State(self.validity(folder))

    def validity(self, folder: str) -> str:
        """See Mailbox."""
        if folder != _SENT and not self._is_folder(self._path(folder)):
            raise FolderVanished(
                f"there is no folder {folder} in {self._inbox}", do="mend its name in folders, or take it out"
            )
        return _VALIDITY

    def listing(self, folder: str, *, above: str | None, since: date | None) -> Listing:  # noqa: ARG002 - names are in no order
        """See Mailbox. Every message is listed: file names do not grow, and the caller knows what it has seen."""
        self._listed[folder] = self._changed(folder)
        entries = sorted(self._entries(folder), key=lambda entry: (entry.arrived, entry.uid))
        return Listing(
            self.validity(folder),
            tuple(entry.uid for entry in entries if since is None or entry.arrived.astimezone().date() >= since),
        )

    def fetch(self, folder: str, uids: Sequence[str]) -> Iterator[list[Arrival]]:
        """See Mailbox."""
        for start in range(0, len(uids), _BATCH):
            known = {entry.uid: entry for entry in self._entries(folder)}
            found = (self._arrival(known[uid]) for uid in uids[start : start + _BATCH] if uid in known)
            yield [arrival for arrival in found if arrival is not None]

    def headers(self, folder: str, uids: Sequence[str]) -> Iterator[bytes]:
        """See Mailbox."""
        known = {entry.uid: entry for entry in self._entries(folder)}
        for uid in uids:
            yield self._head(known[uid].path) if uid in known else b""

    def wait(self, folder: str, seconds: float) -> bool:
        """See Mailbox. The folder's times are looked at once a second."""
        before = self._listed.get(folder, self._changed(folder))
        left = seconds
        while left > 0:
            if self._broken_off:  # an answer at once would be asked for again at once, round and round
                raise Unreachable(f"{self._inbox}: the waiting was broken off")
            if self._changed(folder) != before:
                return True
            step = min(left, _LOOK_SECONDS)
            select.select([], [], [], step)
            left -= step
        return False

    def answered(self, folder: str, uids: Sequence[str]) -> set[str]:
        """See Mailbox."""
        return {entry.uid for entry in self._entries(folder) if "R" in entry.flags} & set(uids)

    def mark_answered(self, folder: str, uid: str) -> bool:
        """See Mailbox."""
        entry = next((entry for entry in self._entries(folder) if entry.uid == uid), None)
        if entry is None:
            return False
        flags = "".join(sorted({*entry.flags, "R"}))
        try:
            entry.path.rename(self._path(folder) / "cur" / f"{uid}:2,{flags}")
        except OSError as error:
            raise self._unusable(folder, error) from error
        return True

    def sent_folder(self) -> str | None:
        """See Mailbox."""
        return _SENT

    def sent_holds(self, message_id: str) -> bool:
        """See Mailbox."""
        return any(self._names(entry.path, b"message-id", message_id) for entry in self._entries(_SENT))

    def sent_answers(self, message_id: str) -> bool:
        """See Mailbox."""
        return any(
            self._names(entry.path, b"in-reply-to", message_id)
            and not self._names(entry.path, b"auto-submitted", "auto-replied")
            for entry in self._entries(_SENT)
        )

    def drafts(self, name: str | None = None) -> None:
        """See Mailbox; no mail client is known to look for drafts in such folders."""

    def save_sent(self, mime: bytes, at: datetime) -> None:
        """See Mailbox. The file's name comes from the bytes, so that a copy saved twice is one copy."""
        name = f"{int(at.timestamp())}.{hashlib.sha256(mime).hexdigest()[:24]}.inboxtriage"
        try:
            for part in ("tmp", "new", "cur"):
                (self._sent / part).mkdir(mode=0o700, parents=True, exist_ok=True)
            waiting = self._sent / "tmp" / name
            waiting.write_bytes(mime)
            with waiting.open("rb") as file:
                os.fsync(file.fileno())
            waiting.rename(self._sent / "cur" / f"{name}:2,S")
        except OSError as error:
            raise self._unusable(_SENT, error) from error

    def abort(self) -> None:
        """See Mailbox; there is no connection, but somebody may wait."""
        self._broken_off = True

    def close(self) -> None:
        """See Mailbox; there is no connection."""

    def _path(self, folder: str) -> Path:
        if folder == _SENT:
            return self._sent
        return self._inbox if folder.upper() == "INBOX" else self._inbox / f".{folder.replace('/', '.')}"

    def _changed(self, folder: str) -> tuple[int, ...]:
        """When the folder last changed, as its directories say; 0 for one that is not there."""
        found = []
        for part in ("new", "cur"):
            try:
                found.append((self._path(folder) / part).stat().st_mtime_ns)
            except OSError:
                found.append(0)
        return tuple(found)

    def _entries(self, folder: str) -> list[_Entry]:
        entries = []
        for part in ("new", "cur"):
            place = self._path(folder) / part
            if not self._is_folder(place):
                continue
            try:
                with os.scandir(place) as found:
                    entries += [entry for file in found if (entry := _entry(file)) is not None]
            except OSError as error:
                raise self._unusable(str(place), error) from error
        return entries

    def _arrival(self, entry: _Entry) -> Arrival | None:
        """One message, or None where it went away meanwhile: it is listed again where it went."""
        try:
            size = entry.path.stat().st_size
            cut = size > _WHOLE_BYTES
            with entry.path.open("rb") as file:
                raw = file.read(_PART_BYTES if cut else -1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unusable(str(entry.path), error) from error
        return Arrival(entry.uid, entry.arrived, size, raw, cut=cut)

    def _head(self, path: Path) -> bytes:
        try:
            with path.open("rb") as file:
                return file.read(_HEADER_BYTES)
        except OSError:
            return b""

    def _names(self, path: Path, header: bytes, message_id: str) -> bool:
        """Whether the header of that name holds this Message-ID."""
        head = self._head(path).replace(b"\r\n", b"\n").partition(b"\n\n")[0]
        wanted = message_id.encode("utf-8", "replace")
        lines = head.replace(b"\n ", b" ").replace(b"\n\t", b" ").split(b"\n")
        return any(line.lower().startswith(header + b":") and wanted in line for line in lines)

    def _is_folder(self, path: Path) -> bool:
        try:
            return path.is_dir()
        except OSError as error:
            raise self._unusable(str(path), error) from error

    @staticmethod
    def _unusable(what: str, error: OSError) -> Unreachable:
        return Unreachable(f"{what} cannot be used ({error.strerror or error})", do="check the folder's permissions")


def _entry(file: os.DirEntry[str]) -> _Entry | None:
    """One message's place; None for what is none, or was renamed by another program while we looked."""
    if file.name.startswith("."):
        return None
    try:
        if not file.is_file():
            return None
        arrived = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except FileNotFoundError:
        return None
    uid, _, info = file.name.partition(":2,")
    return _Entry(uid, Path(file.path), info, arrived)

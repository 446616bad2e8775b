r"""The Drafts folder on an IMAP server: letters are put there, looked at, and taken away one by one.

Taken away is only what still carries \Draft and holds the very bytes that are named. Without UIDPLUS (RFC 4315) it is
marked \Deleted and left: a bare EXPUNGE would take away what others have marked.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from email import message_from_bytes
from typing import Any

from inboxtriage.errors import Unreachable
from inboxtriage.mailbox.imap.connection import Connection
from inboxtriage.mailbox.protocol import DRAFT_MARK, Lying, Removal

_AT_ONCE = 1_000  # UIDs in one command: servers refuse longer lines
_PUT, _PUT_BYTES = 200, 8 * 1024 * 1024  # in one command, where the server takes several (RFC 3502)
_HEAD = f"BODY.PEEK[HEADER.FIELDS (MESSAGE-ID IN-REPLY-TO REFERENCES {DRAFT_MARK.upper()})]"
_MARKS = (b"\\Draft", b"\\Seen")  # \Seen: a letter of ours is no news to its owner
_USUAL = re.compile(r"(?:INBOX[./])?Drafts", re.IGNORECASE)
_APPENDED = re.compile(rb"\[APPENDUID (\d+) ([\d:,]+)\]")


def find(line: Connection) -> str | None:
    r"""The folder's name: the one marked \Drafts (RFC 6154), else one that is called so."""
    with line.talking("listing folders"):
        folders = [(marks, str(name)) for marks, _, name in line.client.list_folders()]
    marked = (name for marks, name in folders if b"\\Drafts" in marks)
    called = (name for marks, name in folders if _USUAL.fullmatch(name) and b"\\Noselect" not in marks)
    return next(marked, None) or next(called, None)


class ImapDrafts:
    """See DraftsFolder. Opened anew, so that it is seen as it is now; raises FolderGone."""

    def __init__(self, line: Connection, name: str) -> None:
        self._line, self.name, self.validity = line, name, ""
        self._open()
        self.validity = line.validity

    def marks(self, uids: Sequence[str]) -> dict[str, bool]:
        """See DraftsFolder."""
        answer = self._fetch(uids, "FLAGS")
        return {uid: b"\\Draft" in flags for uid, flags in _flags(answer).items() if b"\\Deleted" not in flags}

    def heads(self) -> list[Lying]:
        """See DraftsFolder."""
        self._reopen()
        with self._line.talking(f"reading headers of {self.name}"):
            uids = [str(uid) for uid in self._line.client.search("UNDELETED")]
        answer = self._fetch(uids, "FLAGS", _HEAD)
        return [Lying(uid, b"\\Draft" in flags, _body(answer[int(uid)])) for uid, flags in _flags(answer).items()]

    def put(self, mimes: Sequence[bytes]) -> list[str | None]:
        """See DraftsFolder."""
        uids: list[str | None] = []
        for some in self._loads(mimes):
            with self._line.talking(f"putting letters into {self.name}"):
                uids += self._append(some)
        self._line.forget_selection()  # a folder that is open need not show what was just put there
        if None in uids:
            known = {_message_id(one.head): one.uid for one in self.heads()}
            uids = [uid or known.get(_message_id(mime)) for uid, mime in zip(uids, mimes, strict=True)]
        return uids

    def digests(self, uids: Sequence[str]) -> dict[str, str]:
        """See DraftsFolder."""
        answer = self._fetch(uids, "BODY.PEEK[]")
        return {str(uid): hashlib.sha256(body).hexdigest() for uid, items in answer.items() if (body := _body(items))}

    def remove(self, letters: Mapping[str, str]) -> dict[str, Removal]:
        """See DraftsFolder."""
        try:
            self._open(writable=True)
            answer = self._fetch(list(letters), "FLAGS", "BODY.PEEK[]")
            outcome: dict[str, Removal] = dict.fromkeys(letters, "gone")
            for uid, flags in _flags(answer).items():
                if b"\\Deleted" not in flags:
                    same = hashlib.sha256(_body(answer[int(uid)])).hexdigest() == letters[uid]
                    outcome[uid] = "removed" if same and b"\\Draft" in flags else "changed"
            going = [int(uid) for uid, how in outcome.items() if how == "removed"]
            if going:
                with self._line.talking(f"taking letters out of {self.name}"):
                    self._line.client.add_flags(going, [b"\\Deleted"], silent=True)
                    if self._line.client.has_capability("UIDPLUS"):
                        self._line.client.expunge(going)
        finally:
            self._line.forget_selection()  # the next look is read-only again
        return outcome

    def _open(self, *, writable: bool = False) -> None:
        self._line.forget_selection()
        self._line.select(self.name, writable=writable)
        self._check()

    def _reopen(self) -> None:
        self._line.select(self.name)
        self._check()

    def _check(self) -> None:
        if self.validity and self._line.validity != self.validity:
            raise Unreachable(f"{self.name} was numbered anew", do="the next pass looks at it again")

    def _fetch(self, uids: Sequence[str], *items: str) -> dict[int, dict[bytes, Any]]:
        """What the server says of those of `uids` that lie there; of no other, though it may tell (RFC 3501, 7.4.2)."""
        if not self._line.is_selected(self.name):
            self._reopen()
        found: dict[int, dict[bytes, Any]] = {}
        for start in range(0, len(uids), _AT_ONCE):
            some = [int(uid) for uid in uids[start : start + _AT_ONCE]]
            with self._line.talking(f"looking at {self.name}"):
                answer = self._line.client.fetch(some, list(items))
            found |= {uid: answer[uid] for uid in some if uid in answer}
        return found

    def _loads(self, mimes: Sequence[bytes]) -> list[list[bytes]]:
        """What goes in one command: as many as the server takes at once."""
        several = self._line.client.has_capability("MULTIAPPEND")
        loads: list[list[bytes]] = []
        for mime in mimes:
            room = loads and len(loads[-1]) < _PUT and sum(map(len, loads[-1])) + len(mime) <= _PUT_BYTES
            if several and room:
                loads[-1].append(mime)
            else:
                loads.append([mime])
        return loads

    def _append(self, some: Sequence[bytes]) -> list[str | None]:
        """The uids of what was put there, where the server tells them."""
        client = self._line.client
        if len(some) == 1:
            said = client.append(self.name, some[0], _MARKS)
        else:
            typ, data = client.multiappend(self.name, [{"msg": mime, "flags": _MARKS} for mime in some])
            if typ != "OK":  # the library does not look
                raise client.Error(f"{data[0]!r}")
            said = data[0]
        told = _APPENDED.search(said or b"")
        uids = _uids(told[2].decode()) if told and told[1].decode() == self.validity else []
        return list(uids) if len(uids) == len(some) else [None] * len(some)


def _flags(answer: Mapping[int, dict[bytes, Any]]) -> dict[str, tuple[bytes, ...]]:
    return {str(uid): items[b"FLAGS"] for uid, items in answer.items() if b"FLAGS" in items}


def _body(items: Mapping[bytes, Any]) -> bytes:
    return next((v for k, v in items.items() if k.startswith(b"BODY[") and isinstance(v, bytes)), b"")


def _message_id(head: bytes) -> str:
    return "".join(str(message_from_bytes(head.partition(b"\r\n\r\n")[0]).get("Message-ID", "")).split())


def _uids(told: str) -> list[str]:
    """A set such as 4:6,9, one by one, in its order (RFC 4315 section 3)."""
    found: list[str] = []
    for part in told.split(","):
        first, _, last = part.partition(":")
        found += map(str, range(int(first), int(last or first) + 1))
    return found

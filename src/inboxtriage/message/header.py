"""Header values read tolerantly: any bytes give text, never an exception.

`email.policy.default` raises on real mail (GUARANTEES 3a), so values are taken raw and decoded here.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message as MimePart
from email.utils import parsedate_to_datetime

from inboxtriage.message.body import in_charset
from inboxtriage.message.model import Address
from inboxtriage.message.plain import one_line

_LONGEST = 8_192
_ID = re.compile(r"<[!-;=?-~]{1,300}>")
_PLAIN = re.compile(
    r"(?=.{3,254}\Z)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
_PIECE = re.compile(
    r'(?P<quoted>"(?:[^"\\]|\\.)*"?)|(?P<angle><[^>]*>?)|(?P<comment>\()|(?P<end>[,;])|(?P<group>:)|(?P<words>[^"<(,;:]+)',
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_PARENTHESIS = re.compile(r"[()]|\\.", re.DOTALL)


def is_plain(address: str) -> bool:
    """Whether `address` is an ASCII addr-spec that every mail server takes (RFC 5321 section 4.1.2)."""
    return _PLAIN.fullmatch(address) is not None


def values(part: MimePart) -> Mapping[str, tuple[str, ...]]:
    """Every header of `part` by its lower-case name, raw and unfolded, in order."""
    found: dict[str, list[str]] = {}
    for name, value in part.raw_items():
        found.setdefault(name.lower(), []).append(str(value)[:_LONGEST])
    return {name: tuple(many) for name, many in found.items()}


def text(raw: str) -> str:
    """One header value as a person reads it: encoded words (RFC 2047) decoded, one clean line."""
    return one_line(_decoded(raw))


def ids(raw: str) -> tuple[str, ...]:
    """The Message-IDs in a value, in order, each once; junk that no reply could quote is left out.

    One that holds an encoded word is junk too: written into a header it would be decoded there (G39).
    """
    return tuple(dict.fromkeys(found for found in _ID.findall(raw) if "=?" not in found))


def moment(raw: str) -> datetime | None:
    """The date of a Date header, aware; None where it is not one."""
    try:
        when = parsedate_to_datetime(raw)
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def addresses(raw: str) -> tuple[Address, ...]:
    """The mailboxes in an address header, groups opened, in one linear scan (RFC 5322 section 3.4).

    Encoded words are decoded only after the addresses are told apart, so that no name can make one.
    """
    found = []
    for entry in _entries(raw):
        address = entry.angle if entry.angle is not None else "".join(entry.words.split())
        name = entry.words if entry.angle is not None else entry.comment
        address = one_line(_bytes_read(address), 320)
        if "@" in address or (address and entry.angle is not None):
            found.append(Address(address, text(name).strip("\"' "), is_plain(address)))
    return tuple(found)


class _Entry:
    """One mailbox while it is being scanned: words outside, in angle brackets, in comments."""

    __slots__ = ("angle", "comment", "words")

    def __init__(self) -> None:
        self.words = ""
        self.angle: str | None = None
        self.comment = ""


def _entries(raw: str) -> list[_Entry]:
    """`raw` cut at commas, semicolons and group names, outside quotes, comments and brackets."""
    entries, entry, at = [], _Entry(), 0
    while piece := _PIECE.match(raw, at):
        at = piece.end()
        kind, text_ = piece.lastgroup, piece[0]
        if kind == "quoted":
            entry.words += _ESCAPED.sub(r"\1", text_.strip('"'))
        elif kind == "angle" and entry.angle is None:
            entry.angle = text_.strip("<>")
        elif kind == "comment":
            comment, at = _comment(raw, piece.start())
            entry.comment += comment
        elif kind == "end":
            entries.append(entry)
            entry = _Entry()
        elif kind == "group" and entry.angle is None:
            entry = _Entry()  # what stood before was the name of a group
        else:
            entry.words += text_
    return [*entries, entry]


def _comment(raw: str, start: int) -> tuple[str, int]:
    """The text of the comment that opens at `start`, and where it ends; comments may hold comments."""
    depth = 0
    for found in _PARENTHESIS.finditer(raw, start):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if depth == 0:
            return raw[start + 1 : found.start()], found.end()
    return raw[start + 1 :], len(raw)


def _decoded(raw: str) -> str:
    raw = _bytes_read(raw)
    if "=?" not in raw:
        return raw
    try:
        pieces = decode_header(raw)
    except (HeaderParseError, ValueError):
        return raw
    return "".join(p if isinstance(p, str) else in_charset(p, charset) for p, charset in pieces)


def _bytes_read(raw: str) -> str:
    """8-bit bytes that stood in a header undeclared, read as UTF-8 or else Latin-1."""
    if raw.isascii():
        return raw
    return in_charset(raw.encode("utf-8", "surrogateescape"), None)

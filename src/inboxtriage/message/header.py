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
    r"(?=.{3,254}\Z)(?!.*=\?)(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
_PIECE = re.compile(
    r'(?P<quoted>"(?:[^"\\]|\\.)*"?)|(?P<angle><[^>]*>?)|(?P<comment>\()|(?P<end>[,;])|(?P<group>:)|(?P<words>[^"<(,;:]+)',
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_TAG = re.compile(r"\+[^@]*")
_PARENTHESIS = re.compile(r"[()]|\\.", re.DOTALL)


def is_plain(address: str) -> bool:
    """Whether `address` is an ASCII addr-spec that every mail server takes (RFC 5321 section 4.1.2).

    What looks like an encoded word is none: written into a header it would name somebody else.
    """
    return _PLAIN.fullmatch(address) is not None


def is_own(address: str, own: frozenset[str]) -> bool:
    """Whether an address is one of `own` (lower case), in any letter case and with any plus tag (G36)."""
    return address.lower() in own or _TAG.sub("", address.lower()) in own


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

    Encoded words are decoded only after the addresses are told apart, so that no name can make one. Nothing is left out
    of an address to make it one: `jane doe@x.example` is not `janedoe@x.example`, who is another person.
    """
    found = []
    for entry in _entries(raw):
        address = (entry.angle if entry.angle is not None else entry.bare).strip()
        name = entry.words if entry.angle is not None else entry.comment
        address = one_line(_bytes_read(address), 320)
        if "@" in address or (address and entry.angle is not None):
            found.append(Address(address, text(name).strip("\"' "), is_plain(address), entry.in_group))
    return tuple(found)


class _Entry:
    """One mailbox while it is being scanned: words outside (`bare`: quotes and all), in brackets, in comments."""

    __slots__ = ("angle", "bare", "comment", "in_group", "words")

    def __init__(self, *, in_group: bool = False) -> None:
        self.words = self.bare = ""
        self.in_group = in_group
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
            entry.bare += text_
        elif kind == "angle":
            entry.angle = text_.strip("<>") if entry.angle is None else entry.angle + text_  # two are none
        elif kind == "comment":
            comment, at = _comment(raw, piece.start())
            entry.comment += comment
        elif kind == "end":
            entries.append(entry)
            entry = _Entry(in_group=entry.in_group and text_ == ",")
        elif kind == "group" and entry.angle is None:
            entry = _Entry(in_group=";" in raw[at:])  # what stood before was the name of a group
        else:
            entry.words += text_
            entry.bare += text_
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

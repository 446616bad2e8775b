"""From MIME parts to the text a person reads: which part speaks, in which charset, what is attached."""

import codecs
from dataclasses import dataclass, field
from email.message import Message as MimePart

from inboxtriage.message import armour
from inboxtriage.message.guard import TEXT_CHARACTERS
from inboxtriage.message.model import Attachment
from inboxtriage.message.plain import many_lines, one_line

# What opens only with a key, or (opaquely signed S/MIME) only in a program that knows the format (G45).
_ENCRYPTED = {
    "multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted",
}  # fmt: skip
_CALENDARS = {"text/calendar", "application/ics"}
_SIGNATURES = {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
# Python's own encodings of text, which no mail is in; some take time in the square of what they read.
_NO_CHARSETS = {"punycode", "idna", "unicode-escape", "raw-unicode-escape", "unicode_escape", "raw_unicode_escape"}
_FEWEST_WORDS = 3  # a plain part with fewer is a stub beside its HTML twin


@dataclass(slots=True)
class Body:
    """What the parts of one mail hold."""

    text: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    forwarded: list[MimePart] = field(default_factory=list)
    calendar: str = ""
    encrypted: bool = False


def in_charset(raw: bytes, charset: str | None) -> str:
    """`raw` decoded as declared, else as UTF-8, else as Windows-1252; what fits nowhere is replaced."""
    for candidate in (charset, "utf-8"):
        try:
            # Not codecs.decode: it takes "zip" for a charset too, and unpacks.
            if candidate and codecs.lookup(named := candidate.strip("\"' ")).name not in _NO_CHARSETS:
                return raw.decode(named)
        except (LookupError, ValueError, TypeError, AssertionError):
            continue
    return raw.decode("cp1252", "replace")


def read(root: MimePart) -> Body:
    """The speaking text of `root`, and what else hangs on it."""
    body = Body()
    text = many_lines(_text(root, body)[: TEXT_CHARACTERS * 2])[:TEXT_CHARACTERS]
    body.encrypted |= armour.is_encrypted(text)
    body.text = armour.without_armour(text)
    return body


def _text(part: MimePart, body: Body) -> str:
    kind = part.get_content_type()
    if kind in _ENCRYPTED:
        body.encrypted = True
        return ""
    if part.is_multipart() and kind == "message/rfc822":
        inner = part.get_payload(0)
        if isinstance(inner, MimePart):
            body.forwarded.append(inner)
        return ""
    if part.is_multipart():
        parts = [p for p in part.get_payload() if isinstance(p, MimePart)]
        if kind == "multipart/alternative":
            return _best(parts, body)
        return "\n".join(t for t in (_text(p, body) for p in parts) if t)
    return _leaf(part, kind, body)


def _best(parts: list[MimePart], body: Body) -> str:
    """Of several renderings the plain one, unless it is a stub beside HTML that says more."""
    read_parts = [(p.get_content_type(), _text(p, body)) for p in parts]
    plain = next((t for kind, t in read_parts if kind == "text/plain"), "")
    if len(plain.split()) >= _FEWEST_WORDS:
        return plain
    return max((t for kind, t in read_parts if kind != "text/calendar"), key=len, default="")


def _leaf(part: MimePart, kind: str, body: Body) -> str:
    name = part.get_filename()
    raw = part.get_payload(decode=True)
    content = raw if isinstance(raw, bytes) else b""
    if _hangs_on(part, name):
        if kind in _CALENDARS:
            body.calendar = in_charset(content[:TEXT_CHARACTERS], _charset(part))
        if (name or "").lower().endswith(".p7m"):
            body.encrypted = True
        if kind not in _SIGNATURES:
            body.attachments.append(Attachment(_harmless(name), one_line(kind, 120), len(content)))
        return ""
    text = in_charset(content[: TEXT_CHARACTERS * 4], _charset(part))
    if kind == "text/calendar" and text.lstrip().upper().startswith("BEGIN:VCALENDAR"):
        body.calendar = text
        return ""
    if kind == "text/html" or (kind != "text/plain" and text.lstrip()[:9].lower() in {"<!doctype", "<html"}):
        from inboxtriage.message.html import readable  # noqa: PLC0415 - most mail has a plain part

        return readable(text)
    return _unflowed(text, delsp=part.get_param("delsp") == "yes") if _is_flowed(part) else text


def is_attachment(part: MimePart) -> bool:
    """Whether this is a file that hangs on a mail, to be listed: no words, no signature."""
    if part.is_multipart() or part.get_content_type() in _SIGNATURES:
        return False
    return _hangs_on(part, part.get_filename())


def _hangs_on(part: MimePart, name: str | None) -> bool:
    """Whether this part, under this file name, holds no words of the mail."""
    speaks = part.get_content_type().startswith(("text/", "multipart/"))
    return not speaks or part.get_content_disposition() == "attachment" or bool(name)


def _charset(part: MimePart) -> str | None:
    given = part.get_param("charset")
    return given if isinstance(given, str) else given[2] if isinstance(given, tuple) else None


def _is_flowed(part: MimePart) -> bool:
    given = part.get_param("format")
    return isinstance(given, str) and given.lower() == "flowed"


def _unflowed(text: str, *, delsp: bool) -> str:
    """format=flowed paragraphs in one line each (RFC 3676 section 4)."""
    lines: list[str] = []
    open_depth = -1
    for line in text.replace("\r\n", "\n").split("\n"):
        rest = line.lstrip(">")
        depth = len(line) - len(rest)
        words = rest.removeprefix(" ")
        flows = words.endswith(" ") and words != "-- "
        if open_depth == depth and lines:
            lines[-1] += words
        else:
            lines.append(">" * depth + (" " if depth else "") + words)
        if flows and delsp:
            lines[-1] = lines[-1][:-1]
        open_depth = depth if flows else -1
    return "\n".join(lines)


def _harmless(name: str | None) -> str:
    """An attachment's name as a label: no path, no control character; never a place to write to."""
    return one_line((name or "").replace("\\", "/").rpartition("/")[2], 120) or "unnamed"

"""Limits on the bytes, before any parser sees them (GUARANTEES part 3c: what bombs cost).

The stdlib parser recurses per nested part and parses parameters in quadratic time, so both are bounded here.
"""

import re

HEADER_BYTES = 256 * 1024
HEADER_LINES = 1_000
ONE_HEADER_BYTES = 64 * 1024
CONTENT_HEADER_BYTES = 8 * 1024
BOUNDARY_LINES = 200
CONTAINERS = 100
LIGHT_BYTES = 128 * 1024  # what is larger is read in a process with limits; the worst of these takes under a second
WHOLE_BYTES = 20 * 1024 * 1024  # a longer mail is read up to READ_BYTES: its words stand first
READ_BYTES = 2 * 1024 * 1024
TEXT_CHARACTERS = 256 * 1024

_HEADER_END = re.compile(rb"\r?\n[ \t]*\r?\n")
_CONTENT_HEADER = re.compile(rb"(?im)^content-[a-z-]+[ \t]*:")
_LINE_START = re.compile(rb"\n(?![ \t])")
_BOUNDARY = re.compile(rb"(?i)boundary[ \t]*=[ \t]*\"?([^\"\s;]{1,200})")
_CONTAINER = re.compile(rb"(?im)^content-type[ \t]*:\s*(?:multipart/|message/)")


class Unreadable(Exception):
    """The bytes are outside what can be read safely; the text says which limit."""


def admit(raw: bytes) -> tuple[bytes, bool]:
    """The bytes that a parser may have, and whether that is only the beginning of them.

    Raises Unreadable, whose text names the limit.
    """
    if not raw.strip():
        raise Unreadable("the message is empty")
    cut = len(raw) > WHOLE_BYTES
    if cut:
        raw = raw[:READ_BYTES]
    found = _HEADER_END.search(raw)
    header = raw[: found.start()] if found else raw
    if len(header) > HEADER_BYTES:
        raise Unreadable(f"the header is {len(header) // 1024} kB; the limit is {HEADER_BYTES // 1024}")
    lines = header.count(b"\n") + 1
    if lines > HEADER_LINES:
        raise Unreadable(f"the header has {lines} lines; the limit is {HEADER_LINES}")
    longest = max(len(line) for line in _LINE_START.split(header))
    if longest > ONE_HEADER_BYTES:
        raise Unreadable(f"one header is {longest // 1024} kB; the limit is {ONE_HEADER_BYTES // 1024}")
    _admit_parts(raw)
    return raw, cut


def is_light(admitted: bytes) -> bool:
    """Whether reading these bytes cannot take much time or memory, whatever they are."""
    return len(admitted) <= LIGHT_BYTES


def _admit_parts(raw: bytes) -> None:
    for found in _CONTENT_HEADER.finditer(raw):
        end = _LINE_START.search(raw, found.end())
        if (end.start() if end else len(raw)) - found.start() > CONTENT_HEADER_BYTES:
            raise Unreadable(f"a content header is longer than {CONTENT_HEADER_BYTES // 1024} kB")
    containers = sum(1 for _ in _CONTAINER.finditer(raw))
    if containers > CONTAINERS:
        raise Unreadable(f"{containers} nested parts; the limit is {CONTAINERS}")
    marks = {b"--" + boundary for boundary in _BOUNDARY.findall(raw)}
    if len(marks) > CONTAINERS:
        raise Unreadable(f"{len(marks)} boundaries; the limit is {CONTAINERS}")
    count = sum(raw.startswith(mark) + raw.count(b"\n" + mark) for mark in marks)
    if count > BOUNDARY_LINES:
        raise Unreadable(f"{count} parts; the limit is {BOUNDARY_LINES}")

"""What hangs on a mail, taken out of it on request, under names that can do no harm. Nothing is unpacked (G43)."""

import re
from email.message import Message as MimePart

import msgspec

from inboxtriage.message import guard
from inboxtriage.message.body import is_attachment
from inboxtriage.message.mime import parts_of
from inboxtriage.message.plain import one_line

LONGEST_NAME = 120  # characters
_UNSAFE = re.compile(r'[/\\:*?"<>|%$`~;&\x00-\x1f\x7f-\x9f]')
_BEGINS = re.compile(r"^[\s.-]+")
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")


class File(msgspec.Struct, frozen=True, array_like=True):
    """One attachment: a safe name, unique among its neighbours, and its bytes."""

    name: str
    data: bytes


def files(raw: bytes) -> list[File]:
    """Every attachment of a mail, in this process. Raises guard.Unreadable; a mail too large is no mail to read."""
    admitted, cut = guard.admit(raw)
    if cut or len(raw) == guard.READ_BYTES:  # all that a mailbox gives of a mail beyond WHOLE_BYTES
        raise guard.Unreadable("it is too large to take attachments from: save them in your mail client")
    found: list[File] = []
    taken: set[str] = set()
    for part in parts_of(admitted).walk():
        if is_attachment(part):
            name = _unique(safe_name(part.get_filename() or ""), taken)
            found.append(File(name, _content(part)))
    return found


def safe_name(given: str) -> str:
    """A file name made of the sender's: no folder, no control or hidden character, no reserved name.

    Its last ending stays, whatever it is cut to, so that `file.pdf.exe` is still seen to be what it is.
    """
    name = one_line(given.replace("\\", "/").rpartition("/")[2], 1_000)
    name = _BEGINS.sub("", _UNSAFE.sub("_", name)).rstrip(" .")
    if _RESERVED.match(name):
        name = f"_{name}"
    stem, dot, ending = name.rpartition(".")
    if len(name) > LONGEST_NAME and dot and len(ending) <= LONGEST_NAME // 2:
        name = stem[: LONGEST_NAME - len(ending) - 1] + dot + ending
    while len(name.encode()) > 2 * LONGEST_NAME:  # file systems count bytes
        stem, dot, ending = name.rpartition(".")
        name = f"{stem[:-1]}{dot}{ending}" if stem else name[:-1]
    return name[:LONGEST_NAME] or "unnamed"


def _unique(name: str, taken: set[str]) -> str:
    """`name`, with a number in front where another has it already (letter case does not tell them apart)."""
    free, number = name, 1
    while free.casefold() in taken:
        number += 1
        free = f"{number}-{name}"[:LONGEST_NAME]
    taken.add(free.casefold())
    return free


def _content(part: MimePart) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""

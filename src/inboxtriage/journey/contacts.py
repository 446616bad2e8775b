"""A list of people as a spreadsheet or an address book exports it (CSV, RFC 4180), read tolerantly. Pure.

The first line names the columns, in English or Spanish; unknown columns are passed over. A line that cannot be used
is told with its number and costs no other line.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from inboxtriage import shipped
from inboxtriage.errors import InboxTriageError
from inboxtriage.journey.phone import dialled
from inboxtriage.journey.stage import STAGES, Stage, stage_named
from inboxtriage.message.header import is_plain
from inboxtriage.message.plain import one_line

_DELIMITERS = ",;\t"
_DELIMITER_LINE = re.compile(r"sep=([,;\t])\s*", re.IGNORECASE)  # what Excel writes above the columns
_PARTS = re.compile(
    r"[,;|<>()\[\]\"\r\n]|\bmailto:", re.IGNORECASE
)  # what stands between a name and an address, or two
_ARCHIVE = b"PK\x03\x04"  # how a spreadsheet that was not exported begins
_LONGEST_NAME, _LONGEST_CELL = 80, 998


class NoContactList(InboxTriageError):
    """The file is no list of people."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One person of a list, known by `address` (plain, lower case), `phone` (`journey.phone`) or both.

    `line` is where it begins in the file, from 1; `stage` is None where the list names none.
    """

    line: int
    address: str | None = None
    name: str | None = None
    phone: str | None = None
    stage: Stage | None = None
    note: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Unusable:
    """A line that names nobody who could be known again, and why."""

    line: int
    why: str


def read_contacts(data: bytes) -> Iterator[Contact | Unusable]:
    """Every filled line of a list, in order. Raises NoContactList where the columns are not named."""
    lines = list(io.StringIO(_text(data), newline=""))
    start = next((n for n, line in enumerate(lines) if line.strip(" \t\r\n,;")), len(lines))
    stated = _DELIMITER_LINE.fullmatch(lines[start]) if start < len(lines) else None
    if stated:
        start += 1
    headers = {
        delimiter: next(_records(lines, start, delimiter), (0, None))[1] or []
        for delimiter in (stated[1] if stated else _DELIMITERS)
    }
    columns = {delimiter: _columns(header) for delimiter, header in headers.items()}
    delimiter = max(headers, key=lambda one: (len(columns[one]), len(headers[one])))
    found = columns[delimiter]
    if not found.keys() & {"email", "address", "phone"}:
        raise NoContactList(
            "the first line names no column with a mail address or a phone number",
            do="begin the file with a line like: email,name,phone,stage,note",
        )
    for line, cells in list(_records(lines, start, delimiter))[1:]:
        if cells is None:
            yield Unusable(line, "its quotation marks do not pair up")
        elif any(cell.strip() for cell in cells):
            yield _contact(line, cells, found)


def _text(data: bytes) -> str:
    """The file as text: UTF-8, UTF-16 where it says so, else the code page of Western Windows."""
    if data.startswith(_ARCHIVE):
        raise NoContactList("this is a spreadsheet itself", do="save it as CSV and import that file")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise NoContactList("this is no text", do="give a CSV file, as spreadsheets and address books export it")
    return text


def _records(lines: Sequence[str], start: int, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """The records from line `start` on, each with the number of its first line; None where it cannot be taken apart.

    After one of those, reading begins again with the next line: an open quotation mark must not swallow the rest.
    """
    while start < len(lines):
        reader = csv.reader(lines[start:], delimiter=delimiter, skipinitialspace=True, strict=True)
        begins = start
        try:
            for cells in reader:
                yield begins + 1, cells
                begins = start + reader.line_num
        except csv.Error:
            yield begins + 1, None
            start = begins + 1
        else:
            return


def _columns(header: Sequence[str]) -> dict[str, list[int]]:
    """Which columns hold what, by what they are called."""
    found: dict[str, list[int]] = {}
    for number, title in enumerate(header):
        written = unicodedata.normalize("NFKD", title[:100].lower())
        words = re.sub(r"[\W\d_]+", " ", "".join(c for c in written if not unicodedata.combining(c))).strip()
        whose, _, of_theirs = words.partition(" ")
        titles, before = _titles()
        kind = titles.get(words) or (titles.get(of_theirs) if whose in before else None)
        if kind is not None:
            found.setdefault(kind, []).append(number)
    return found


@cache
def _titles() -> tuple[dict[str, str], frozenset[str]]:
    """The kind of each title of a column, and the words that may stand before one."""
    read = shipped.table("journey", "columns")
    titles = {title: kind for kind, titles in read["columns"].items() for title in titles}
    return titles, frozenset(read["whose"])


def _contact(line: int, cells: Sequence[str], columns: Mapping[str, Sequence[int]]) -> Contact | Unusable:
    def filled(kind: str) -> list[str]:
        return [cells[n] for n in columns.get(kind, ()) if n < len(cells) and cells[n].strip()]

    def first(kind: str, limit: int = _LONGEST_CELL) -> str:
        return one_line(next(iter(filled(kind)), ""), limit)

    mail = filled("email" if "email" in columns else "address")
    address = next((found for cell in mail if (found := _address(cell)) is not None), None)
    phone = next((number for cell in filled("phone") if (number := dialled(cell[:200])) is not None), None)
    if address is None and phone is None:
        return Unusable(line, "has neither a mail address that can be written to nor a phone number")
    stage = stage_named(first("stage"))
    if stage is None and first("stage"):
        return Unusable(line, f"there is no stage {first('stage', 40)!r}; choose from {', '.join(STAGES)}")
    notes = [one_line(cell) for cell in filled("note")]
    if address is None:  # what somebody wrote there is worth keeping, though no mail could be sent to it
        notes += [f"address as written: {one_line(cell)}" for cell in mail if "@" in cell]
    return Contact(
        line,
        address,
        _name(first("name"), first("first"), first("last")),
        phone,
        stage,
        one_line("; ".join(notes)),
        first("source", _LONGEST_NAME),
    )


def _address(cell: str) -> str | None:
    """The first address in a cell, lower case. One with a space in it is a slip of the pen: no half of it is taken."""
    for part in _PARTS.split(cell[:_LONGEST_CELL]):
        words = one_line(part).split()
        if words and all(is_plain(word) and "." in word.rpartition("@")[2] for word in words):
            return words[0].lower()
    return None


def _name(name: str, first: str, last: str) -> str | None:
    """The whole name. A list with a column for the last name may call the first one "name" (in Spanish, "nombre")."""
    if last and not first and not name.lower().endswith(last.lower()):
        first = name
    return one_line(f"{first} {last}" if first and last else name or first or last, _LONGEST_NAME) or None

"""A list of people as a spreadsheet or an address book exports it (CSV, RFC 4180; vCard), read tolerantly. Pure.

The first line of a CSV file names the columns, in English or Spanish; unknown columns are passed over. A line or card
that cannot be used is told with its number and costs no other.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TypeVar

from inboxtriage import shipped
from inboxtriage.errors import InboxTriageError
from inboxtriage.journey import known, vcard
from inboxtriage.journey.phone import dialled
from inboxtriage.journey.stage import STAGES, Outcome, Stage, stage_named
from inboxtriage.message.header import is_plain
from inboxtriage.message.plain import one_line

T = TypeVar("T")
_DELIMITERS = ",;\t"
_DELIMITER_LINE = re.compile(r"sep=([,;\t])\s*", re.IGNORECASE)  # what Excel writes above the columns
_PARTS = re.compile(
    r"[,;|<>()\[\]\"\r\n]|\bmailto:", re.IGNORECASE
)  # what stands between a name and an address, or two
_ARCHIVE = b"PK\x03\x04"  # how a spreadsheet that was not exported begins
_LONGEST_NAME, _LONGEST_CELL = 80, 998
_GUARDED = re.compile(
    r"[\s']*[=+\-@\t\r\uff0b\uff0d\uff1d\uff20]"
)  # how an export keeps a spreadsheet from taking a cell for a formula
MOST_PEOPLE = 50_000
MOST_BYTES = 32_000_000


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
    referred_by: str = ""  # an address, a number, or words
    tier: str | None = None
    outcome: Outcome | None = None
    dates: dict[str, str] = field(default_factory=dict)
    language: str | None = None
    zone: str | None = None
    writable: bool | None = None
    first_seen: str | None = None  # this and the next two: YYYY-MM-DD
    client_since: str | None = None
    last_contact: str | None = None


@dataclass(frozen=True, slots=True)
class Unusable:
    """A line that names nobody who could be known again, and why."""

    line: int
    why: str


def read_contacts(data: bytes) -> Iterator[Contact | Unusable]:
    """Every filled line or card of a list, in order. Raises NoContactList where it is none, or too long to be one."""
    if len(data) > MOST_BYTES:
        raise NoContactList(
            f"this is too much for a list of people ({len(data) >> 20} MB)",
            do="export it without pictures, or in parts",
        )
    text = _text(data)
    for count, one in enumerate(_cards(text) if vcard.is_address_book(text) else _rows(text)):
        if count >= MOST_PEOPLE:
            raise NoContactList(f"it holds more than {MOST_PEOPLE:,} people", do="import it in parts")
        yield one


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (CWE-1236); reading it gives the same words again."""
    return f"'{cell}" if _GUARDED.match(cell) else cell


def _bare(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _GUARDED.match(cell) else cell


def _cards(text: str) -> Iterator[Contact | Unusable]:
    for line, cells in vcard.read_cards(text):
        yield Unusable(line, "this card cannot be read") if cells is None else _contact(line, cells)


def _rows(text: str) -> Iterator[Contact | Unusable]:
    lines = list(io.StringIO(text, newline=""))
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
            bare = [_bare(cell) for cell in cells]
            yield _contact(line, {kind: [bare[n] for n in at if n < len(bare)] for kind, at in found.items()})


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


def _contact(line: int, cells: Mapping[str, Sequence[str]]) -> Contact | Unusable:
    """What one line says, from its cells by kind of column."""

    def filled(kind: str) -> list[str]:
        return [cell for cell in cells.get(kind, ()) if cell.strip()]

    def first(kind: str, limit: int = _LONGEST_CELL) -> str:
        return one_line(next(iter(filled(kind)), ""), limit)

    mail = filled("email" if "email" in cells else "address")
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

    def read(kind: str, reader: Callable[[str], T | None]) -> T | None:
        """A cell as it is meant; what is written and means nothing certain is kept as a note, for a person."""
        written = first(kind)
        value = reader(written) if written else None
        if written and value is None:
            notes.append(f"{kind.replace('_', ' ')} as written: {written}")
        return value

    dates = {what: day for what in ("birthday", "anniversary") if (day := read(what, known.day)) is not None}
    unwritable = read("unwritable", known.yes)
    writable = False if unwritable else read("writable", known.yes)
    told = {what: read(what, _whole_day) for what in ("first_seen", "client_since", "last_contact")}
    return Contact(
        line,
        address,
        _name(first("name"), first("first"), first("last")),
        phone,
        stage,
        tier=read("tier", known.tier),
        outcome=read("outcome", known.outcome),
        dates={**known.named_days(first("dates")), **dates},
        language=read("language", known.language),
        zone=read("zone", known.zone),
        writable=writable,
        **told,
        note=one_line("; ".join(notes)),
        source=first("source", _LONGEST_NAME),
        referred_by=first("referred_by", _LONGEST_NAME),
    )


def _whole_day(text: str) -> str | None:
    found = known.day(text)
    return None if found is None or found.startswith("--") else found


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

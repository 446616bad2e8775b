"""One value of a TOML text changed, and nothing else: every other line, comment and blank stays as its owner wrote it.

A library that keeps comments (tomlkit) puts a new key behind the comments that follow a table, which speak of the next
one. Here a statement is as many lines as the standard library needs to read it, and a new key stands below the last
one of its table. What comes out is read again and compared: a file that is written too cleverly is never damaged.
"""

import copy
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from inboxtriage.errors import Refused

Key = tuple[str | int, ...]  # names of tables and keys; a number counts the tables of one name ([[accounts]])
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_CONTINUES = 4  # a comment that is indented by so much more goes on with the line above it


@dataclass(frozen=True, slots=True)
class Statement:
    """A table's heading, or a key with its value: the lines from `start` up to `end`."""

    path: Key
    heading: bool
    start: int
    end: int


def value_of(document: Any, key: Key) -> Any:
    """What a document holds at `key`; None where it holds nothing."""
    for part in key:
        if isinstance(part, int):
            document = document[part] if isinstance(document, list) and part < len(document) else None
        else:
            document = document.get(part) if isinstance(document, dict) else None
    return document


def changed(text: str, key: Key, value: Any) -> str:
    """The text with `key` set to `value`; None takes it out, a whole table too. Raises Refused where it cannot."""
    before = tomllib.loads(text)
    try:
        wanted = _with(before, key, value)
        if wanted == before:
            return text
        after = _edited(text, before, key, value)
        as_wanted = tomllib.loads(after) == wanted
    except (tomllib.TOMLDecodeError, TypeError, LookupError, AttributeError):  # a value stands where a table is wanted
        as_wanted = False
    if not as_wanted:
        name = ".".join(map(str, key))
        raise Refused(f"{name} cannot be changed without rearranging your file", do="change it there by hand")
    return after


def _with(document: dict[str, Any], key: Key, value: Any) -> dict[str, Any]:
    """A copy of the document in which the change is made."""
    made = copy.deepcopy(document)
    place: Any = made
    for n, part in enumerate(key[:-1]):
        following: Any = [] if isinstance(key[n + 1], int) else {}
        if isinstance(part, int):
            if part == len(place):
                place.append(following)
            place = place[part]
        elif value is None and part not in place:
            return made
        else:
            place = place.setdefault(part, following)
    if value is not None:
        place[key[-1]] = value
    elif isinstance(place, dict):
        place.pop(key[-1], None)
    return made


def _edited(text: str, document: dict[str, Any], key: Key, value: Any) -> str:
    if "\r\n" in text and text.count("\r\n") == text.count("\n"):
        return _edited(text.replace("\r\n", "\n"), document, key, value).replace("\n", "\r\n")
    lines = text.split("\n")
    found = list(statements(lines))
    for one in found:
        if one.heading or key[: len(one.path)] != one.path:
            continue
        if len(one.path) < len(key):  # inside of a table or list that is written as one value
            whole = value_of(_with(document, key, value), one.path)
            return _edited(text, document, one.path, whole)
        lines[one.start : one.end] = [] if value is None else [_rewritten("\n".join(lines[one.start : one.end]), value)]
        return "\n".join(lines)
    if value is None:
        return "\n".join(_without(lines, found, key))
    return "\n".join(_inserted(lines, found, key, value))


def statements(lines: list[str]) -> Iterator[Statement]:
    """The statements of a TOML text, in order."""
    table: Key = ()
    counted: dict[Key, int] = {}
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        if not line or line.startswith("#"):
            at += 1
            continue
        end = at + 1
        if line.startswith("["):
            table = _table(line, counted)
            yield Statement(table, True, at, end)
        else:
            while (read := _read("\n".join(lines[at:end]))) is None and end < len(lines):
                end += 1
            if read is not None:
                yield Statement(table + _names_of("\n".join(lines[at:end])), False, at, end)
        at = end


def _read(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _table(line: str, counted: dict[Key, int]) -> Key:
    """The path of a heading, each array of tables with the number of its table."""
    place: Any = tomllib.loads(line)
    path: Key = ()
    while isinstance(place, dict) and place:
        name, place = next(iter(place.items()))
        path += (name,)
        if isinstance(place, list):
            counted[path] = counted.get(path, 0) + 1
        if path in counted:
            path += (counted[path] - 1,)
    return path


def _names_of(statement: str) -> Key:
    """The names before the equals sign."""
    place: Any = tomllib.loads(statement[: _equals(statement)] + "= 0")
    path: Key = ()
    while isinstance(place, dict):
        name, place = next(iter(place.items()))
        path += (name,)
    return path


def _equals(statement: str) -> int:
    """Where the equals sign stands: the first whose left side is a key."""
    signs = (n for n, letter in enumerate(statement) if letter == "=")
    return next(n for n in signs if _read(statement[:n] + "= 0") is not None)


def _rewritten(statement: str, value: Any) -> str:
    """The same statement with another value; a comment behind it stays, at its column where there is room."""
    line = statement[: _equals(statement)].rstrip() + " = " + written(value)
    marks = (n for n, letter in enumerate(statement) if letter == "#")
    begins = next((n for n in marks if _read(statement[:n]) is not None), None)
    if begins is None:
        return line
    column = begins - (statement.rfind("\n", 0, begins) + 1)
    return max(line + " ", line.ljust(column), key=len) + statement[begins:]


def _without(lines: list[str], found: list[Statement], key: Key) -> list[str]:
    """The lines without a table and what belongs to it; comments stay."""
    gone = {n for one in found if one.path[: len(key)] == key for n in range(one.start, one.end)}
    return [line for n, line in enumerate(lines) if n not in gone]


def _inserted(lines: list[str], found: list[Statement], key: Key, value: Any) -> list[str]:
    table, name = key[:-1], _name(key[-1])
    heading = next((n for n, one in enumerate(found) if one.heading and one.path == table), None)
    if heading is not None or not table:
        last = _last_of(found, heading)
        if last is None:
            return [f"{name} = {written(value)}", *lines]
        at = _after(lines, last)
        indent = re.match(r"[ \t]*", lines[last.start])
        new = [f"{indent[0] if indent else ''}{name} = {written(value)}"]
    else:
        title = f"[[{_dotted(table)}]]" if isinstance(table[-1], int) else f"[{_dotted(table)}]"
        at = _after_relatives(lines, found, table)
        new = [*([""] if at and lines[at - 1].strip() else []), title, f"{name} = {written(value)}"]
        if at < len(lines) and lines[at].strip():
            new.append("")
    return [*lines[:at], *new, *lines[at:]]


def _last_of(found: list[Statement], heading: int | None) -> Statement | None:
    """The last statement of a table; of the top of the file where `heading` is None."""
    last = found[heading] if heading is not None else None
    for one in found[heading + 1 if heading is not None else 0 :]:
        if one.heading:
            break
        last = one
    return last


def _after_relatives(lines: list[str], found: list[Statement], table: Key) -> int:
    """The line at which a new table begins: behind those it has most in common with, else at the end of the file."""
    for length in range(len(table) - 1, 0, -1):
        kin = [one for one in found if one.path[:length] == table[:length]]
        if kin:
            return _after_its_comments(lines, _after(lines, kin[-1]))
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return end


def _after(lines: list[str], last: Statement) -> int:
    """The line after a statement and the comments that go on with the one behind it."""
    at, indent = last.end, _indent(lines[last.start])
    while at < len(lines) and lines[at].strip().startswith("#") and _indent(lines[at]) >= indent + _CONTINUES:
        at += 1
    return at


def _after_its_comments(lines: list[str], at: int) -> int:
    """The same line, or the first blank one behind the comments that follow: those still speak of the table above."""
    end = at
    while end < len(lines) and lines[end].strip().startswith("#"):
        end += 1
    return at if end < len(lines) and lines[end].strip() else end


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _dotted(path: Key) -> str:
    return ".".join(_name(part) for part in path if isinstance(part, str))


def _name(part: str | int) -> str:
    text = str(part)
    return text if _BARE.fullmatch(text) else written(text)


def written(value: Any) -> str:
    """A value as TOML writes it, on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_name(name)} = {written(entry)}" for name, entry in value.items()) + " }"
    return value.isoformat() if isinstance(value, date) else str(value)

"""What a response is made of and what it reads, by its syntax tree: nothing here is rendered. Pure."""

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from inboxtriage.errors import ResponseFault
from inboxtriage.reply.localize import Untold

_GIVEN = frozenset({"loop", "caller", "varargs", "kwargs", "self", "super"})  # by Jinja, inside loops and macros


class BadSyntax(ResponseFault):
    """A response cannot be read as Jinja; `line` counts from 1 in its text."""

    def __init__(self, what: str, line: int) -> None:
        self.line = line
        super().__init__(what, do="mend that response")


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a response, called as Jinja calls it ("If", "Getattr"), with the line it begins in.

    `fields` hold further parts, lists of them, or plain values; `is_value`: it comes to a value and does nothing else.
    """

    kind: str
    line: int
    is_value: bool
    fields: Mapping[str, Any]

    def __getitem__(self, field: str) -> Any:
        return self.fields[field]

    def parts(self) -> "Iterator[Node]":
        """The parts of it, in their order."""
        for field in self.fields.values():
            yield from (one for one in (field if isinstance(field, list) else [field]) if isinstance(one, Node))

    def all(self, *kinds: str) -> "Iterator[Node]":
        """Every part within it, at any depth, that is of one of these kinds."""
        for part in self.parts():
            if part.kind in kinds:
                yield part
            yield from part.all(*kinds)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A filter or test that does not exist, the line that names it first, and the known one whose name is likest."""

    name: str
    line: int
    near: str | None


@dataclass(frozen=True, slots=True)
class Outline:
    """What a response is made of. Lines count from 1 in its text; of each name the first is given.

    `names` are those that it uses and does not set itself; `files` the lines that call for another template, which
    no response can have; `words` what it says of its own, facts left out.
    """

    names: Mapping[str, int]
    unknown: tuple[Unknown, ...]
    files: tuple[int, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Reads:
    """What a response would find of the values that it reads: `missing` and `tables` are keys with their first line.

    `missing` are not there; `tables` are there, and printed though they are no single value.
    """

    missing: Mapping[str, int]
    tables: Mapping[str, int]


def outline(tree: Node, known: Collection[str], *, filters: Collection[str], tests: Collection[str]) -> Outline:
    """The outline of a response; `known` are the names, filters and tests that Jinja itself has."""
    named = list(tree.all("Name"))
    own = {one["name"] for one in (*named, *tree.all("Macro")) if one.kind == "Macro" or one["ctx"] != "load"}
    free = {one["name"] for one in named} - own - _GIVEN - set(known)
    called = [(one, filters if one.kind == "Filter" else tests) for one in tree.all("Filter", "Test")]
    return Outline(
        names=_first((one["name"], one.line) for one in named if one["name"] in free),
        unknown=tuple(
            Unknown(one["name"], one.line, near(one["name"], there))
            for one, there in called
            if one["name"] not in there
        ),
        files=tuple(one.line for one in tree.all("Include", "Import", "FromImport", "Extends")),
        words="\n".join(one["data"] for one in tree.all("TemplateData")),
    )


def reads(tree: Node, values: Mapping[str, Any], *, decide: bool) -> Reads:
    """What a response would find of `values`: tables of values, or of tables, by the name that it uses.

    `decide`: the values are those of a practice, so that a branch which they close is not read, and what stands
    behind `is defined` is not missed. Without it every branch is read, and the values only say which keys exist.
    """
    reader = _Reader(values, decide=decide)
    reader.read(tree["body"])
    return Reads(reader.missing, reader.tables)


def near(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` was probably meant to be; of keys one with the same last part before others."""
    leaf = name.rpartition(".")[2]
    there = sorted(known)
    like = [one for one in there if one.rpartition(".")[2] == leaf] if "." in name else []
    return next(iter(difflib.get_close_matches(name, like or there, n=1, cutoff=0.4 if like else 0.6)), None)


def _first(found: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Each name with the first line that it stands in, in the order of the lines."""
    lines: dict[str, int] = {}
    for name, line in sorted(found, key=lambda one: one[1]):
        lines.setdefault(name, line)
    return lines


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of values that a response can look into, and the key by which it is known."""

    key: str
    entries: Mapping[str, Any]

    def __bool__(self) -> bool:
        return bool(self.entries)


@dataclass(frozen=True, slots=True)
class _Absent:
    """A key that is in no table."""

    key: str


@dataclass(frozen=True, slots=True)
class _Settled:
    """A value of which only the truth is known."""

    truth: bool

    def __bool__(self) -> bool:
        return self.truth


_OPEN = object()  # a value that only the mail decides
_CALLS = frozenset({"get", "items", "keys", "values"})  # of a table; no keys in it


class _Reader:
    """Walks through a response as Jinja would, with the values that are known beforehand; the others are open."""

    def __init__(self, values: Mapping[str, Any], *, decide: bool) -> None:
        self._set: dict[str, Any] = {name: _Table(name, table) for name, table in values.items()}
        self._decide = decide
        self.missing: dict[str, int] = {}
        self.tables: dict[str, int] = {}

    def read(self, body: Iterable[Node]) -> None:
        """Read statements one after the other."""
        for node in body:
            self._statement(node)

    def _statement(self, node: Node) -> None:
        if node.is_value:
            self._value(node)
        elif node.kind == "Output":
            for shown in node["nodes"]:
                value = self._value(shown)
                if isinstance(value, _Table):
                    self.tables.setdefault(value.key, shown.line)
        elif node.kind == "If":
            self._choice([node, *node["elif_"]], node["else_"])
        elif node.kind == "Assign" and node["target"].kind == "Name":
            # An absent fact is no gap before it is told or decided by.
            self._set[node["target"]["name"]] = (self._reached if self._decide else self._value)(node["node"])
        elif node.kind == "For":
            over = self._truth(node["iter"])
            self._name(node["target"])
            if over is not False:
                self._maybe([*([node["test"]] if node["test"] else []), *node["body"]])
            self._maybe(node["else_"])
        else:
            self._name(node)
            self._maybe(node.parts())

    def _choice(self, ways: Iterable[Node], otherwise: list[Node]) -> None:
        """If, else if, else: up to the way that is certainly taken."""
        certain = True
        for way in ways:
            truth = self._truth(way["test"])
            if truth is True and certain:
                return self.read(way["body"])
            if truth is not False:
                self._maybe(way["body"])
                certain = False
            if truth is True:
                return None
        return self.read(otherwise) if certain else self._maybe(otherwise)

    def _maybe(self, body: Iterable[Node]) -> None:
        """Read what may come to pass: what it sets is open afterwards."""
        before = dict(self._set)
        self.read(body)
        changed = [name for name, value in self._set.items() if before.get(name, _OPEN) is not value]
        self._set |= dict.fromkeys(changed, _OPEN)

    def _name(self, node: Node) -> None:
        """What a loop, a macro or the like calls by a name is open."""
        named = [node] if node.kind == "Name" else node.all("Name")
        self._set |= {one["name"]: _OPEN for one in named if one["ctx"] != "load"}

    def _truth(self, node: Node) -> bool | None:
        """Whether an expression is true; None where that is not decided beforehand."""
        value = self._value(node)
        return bool(value) if value is not _OPEN and self._decide else None

    def _value(self, node: Node) -> Any:
        """What an expression comes to, or open; an absent key in it is noted."""
        value = self._reached(node)
        if isinstance(value, _Absent):
            self.missing.setdefault(value.key, node.line)
            return _OPEN
        return value

    def _reached(self, node: Node) -> Any:
        """The same, with an absent key as it is."""
        if node.kind == "Const":
            return node["value"]
        if node.kind == "Name":
            return self._set.get(node["name"], _OPEN)
        if node.kind == "Getattr":
            of = self._reached(node["node"])
            if isinstance(of, _Absent) and not self._decide:
                return _Absent(f"{of.key}.{node['attr']}")  # the whole key is told, and what was probably meant
            return self._entry(self._value(node["node"]), node["attr"])
        if node.kind == "Getitem":
            return self._entry(self._value(node["node"]), self._value(node["arg"]))
        if self._decide and node.kind == "Test" and node["name"] in {"defined", "undefined"}:
            value = self._reached(node["node"])
            return _OPEN if value is _OPEN else isinstance(value, _Absent) == (node["name"] == "undefined")
        if self._decide and node.kind == "Filter" and node["name"] in {"default", "d"} and node["node"] is not None:
            self._reached(node["node"])
            return self._all(node["args"])
        return self._reckoned(node)

    def _entry(self, value: Any, key: Any) -> Any:
        if not isinstance(value, _Table) or not isinstance(key, str) or key in _CALLS:
            return _OPEN
        found = value.entries.get(key)
        if isinstance(found, Untold):
            return _Absent(found.key)
        if isinstance(found, Mapping):
            return _Table(f"{value.key}.{key}", found)
        if found is None:
            return _Absent(f"{value.key}.{key}")
        return found if self._decide else _OPEN

    def _reckoned(self, node: Node) -> Any:
        """Logic and comparisons, as far as their parts are known."""
        if node.kind == "Not":
            truth = self._truth(node["node"])
            return _OPEN if truth is None else not truth
        if node.kind in {"And", "Or"}:
            return self._joined(node["left"], node["right"], ends=node.kind == "Or")
        if node.kind == "CondExpr":
            truth = self._truth(node["test"])
            ways = [
                way
                for way, wanted in ((node["expr1"], True), (node["expr2"], False))
                if way and truth in {None, wanted}
            ]
            return self._reached(ways[0]) if truth is not None and ways else self._all(ways)
        if node.kind == "Compare" and len(node["ops"]) == 1 and node["ops"][0]["op"] in {"eq", "ne"}:
            left, right = self._value(node["expr"]), self._value(node["ops"][0]["expr"])
            if any(one is _OPEN or isinstance(one, _Settled) for one in (left, right)):
                return _OPEN
            return (left == right) is (node["ops"][0]["op"] == "eq")
        return self._all(node.parts())

    def _joined(self, left: Node, right: Node, *, ends: bool) -> Any:
        """What "and" and "or" come to; `ends` is the truth of a part that settles the whole."""
        first = self._value(left)
        known = first is not _OPEN and self._decide
        if known and bool(first) is ends:
            return first
        if known:
            return self._reached(right)
        second = self._value(right)
        if second is _OPEN:
            return second
        return _Settled(ends) if bool(second) is ends else _OPEN

    def _all(self, parts: Iterable[Node]) -> Any:
        """Read every part of what only the mail decides."""
        for part in parts:
            self._value(part)
        return _OPEN

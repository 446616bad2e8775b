"""Text -> rows of a width, with the styles of its stretches. Pure: cells and offsets, no terminal.

Nothing in a text is markup: a style is only ever a name beside it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from rich.cells import cell_len, get_character_cell_size

from inboxtriage.message.plain import many_lines

_WORDS = re.compile(r"\s*\S+")
_NARROWEST = 8  # cells that are left for a text, however deep it is indented


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text and the name of its style."""

    start: int
    end: int
    style: str


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of text. `lead` stands before its first row, and as much room before the others.

    `must`: it has to be on the screen before it is approved. `member`: of which of several people it is.
    """

    text: str
    style: str = ""
    lead: str = ""
    spans: tuple[Span, ...] = ()
    must: bool = False
    member: int | None = None
    lead_style: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a screen."""

    text: str
    style: str = ""
    spans: tuple[Span, ...] = ()
    must: bool = False
    member: int | None = None


@dataclass
class Page:
    """Blocks as they are put together."""

    blocks: list[Block] = field(default_factory=list)

    def say(
        self, text: str, style: str = "", *, lead: str = "  ", must: bool = False, member: int | None = None
    ) -> None:
        """A piece of text, made harmless."""
        self.blocks.append(Block(harmless(text), style, lead, must=must, member=member))

    def fact(self, name: str, text: str, style: str = "", *, must: bool = False) -> None:
        """A name and what it is, in two columns."""
        self.blocks.append(Block(harmless(text), style, f"  {name:<10}", must=must, lead_style="dim"))

    def rule(self, text: str) -> None:
        """The heading of a part."""
        self.blocks.append(Block(harmless(text), "head", "── ", lead_style="dim"))

    def space(self, member: int | None = None) -> None:
        """An empty row."""
        self.blocks.append(Block("", member=member))


def harmless(text: str) -> str:
    """A text as it may be shown: no control character, no tab, nothing whose width terminals disagree about."""
    return many_lines(text).replace("\ufe0f", "").expandtabs(4)


def one(text: str) -> str:
    """The same in one line."""
    return " ".join(harmless(text).split())


def rows(blocks: Iterable[Block], width: int) -> list[Row]:
    """Everything folded at a width."""
    return [row for block in blocks for row in _of(block, max(width, 1))]


def _of(block: Block, width: int) -> Iterator[Row]:
    lead = block.lead if cell_len(block.lead) <= width - _NARROWEST else ""
    room, blank = width - cell_len(lead), " " * cell_len(lead)
    at = 0
    for line in block.text.split("\n"):
        for start, end in _folded(line, room):
            before = lead if at == 0 and start == 0 else blank
            yield _row(block, before, at + start, at + end)
        at += len(line) + 1


def _row(block: Block, before: str, start: int, end: int) -> Row:
    spans = [Span(0, len(before), block.lead_style)] if block.lead_style and before.strip() else []
    if block.style and before:
        spans.append(Span(len(before), len(before) + end - start, block.style))
    for span in block.spans:
        if span.start < end and start < span.end:
            shift = len(before) - start
            spans.append(Span(max(span.start, start) + shift, min(span.end, end) + shift, span.style))
    style = "" if before else block.style
    return Row(before + block.text[start:end], style, tuple(spans), block.must, block.member)


def _folded(line: str, width: int) -> list[tuple[int, int]]:
    """Where a line is folded: pieces that are no wider, between words where that is possible."""
    if len(line) <= width and (line.isascii() or cell_len(line) <= width):
        return [(0, len(line))]
    pieces: list[tuple[int, int]] = []
    start, end, taken = 0, 0, 0
    for word in _WORDS.finditer(line):
        cells = cell_len(word[0])
        if taken + cells <= width:
            end, taken = word.end(), taken + cells
            continue
        if end > start:
            pieces.append((start, end))
        start = word.end() - len(word[0].lstrip()) if pieces else word.start()
        *full, (start, end, taken) = _cut(line, start, word.end(), width)
        pieces += [(first, last) for first, last, _ in full]
    pieces.append((start, end))
    return pieces


def _cut(line: str, start: int, end: int, width: int) -> Iterator[tuple[int, int, int]]:
    """One long word in pieces, each with its width."""
    taken = 0
    for n in range(start, end):
        cells = get_character_cell_size(line[n])
        if taken + cells > width and n > start:
            yield start, n, taken
            start, taken = n, 0
        taken += cells
    yield start, end, taken


def struck(blocks: Sequence[Block], style: str) -> list[Block]:
    """The same text in another style, whatever it was."""
    return [replace(block, style=style, spans=()) for block in blocks]

"""What people see: tables and colour on a terminal, plain lines anywhere else. The one door to rich."""

import json
import re
import shutil
import sys
import textwrap
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import click

from inboxtriage.message.plain import many_lines, one_line

_WIDEST = 100
_GAP = "  "  # between the columns of plain text
_BETWEEN, _EDGES = 3, 2  # what a table on a terminal needs between its columns, and at its sides
_NARROWEST = 4  # a column that gives way where nothing else is left
_READABLE = 12  # and where another column may be left out instead
_FACT = 10  # the room of a fact's name
_COMMAND = re.compile(r"`[^`]+`")
_ONE_WORD = "\x00"  # for a space in a command, which is not folded


def document(value: Any) -> None:
    """One JSON document on stdout."""
    import msgspec  # noqa: PLC0415 - ten times as fast as json, which counts with ten thousand people

    try:
        click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2))
    except UnicodeEncodeError:  # a file whose name is no text
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def json_line(value: Any) -> None:
    """One line of JSON Lines."""
    click.echo(json.dumps(value, ensure_ascii=False))


def say(text: str = "", *, taken: int = 0) -> None:
    """One line for a person; nothing in it can move the cursor (G47). `taken`: letters that stand before it already."""
    click.echo(folded(" " * taken + one_line(text, 2_000), taken)[taken:])


def indented(text: str, indent: str) -> None:
    """One line for a person, further in."""
    click.echo(folded(indent + one_line(text, 2_000), len(indent) + 2))


def folded(line: str, hanging: int = 0, *, err: bool = False) -> str:
    """A line folded at words where it goes to a terminal that is too narrow, the rest of it that far in.

    A command in backticks stays in one piece where it can.
    """
    stream = sys.stderr if err else sys.stdout
    if not stream.isatty():
        return line
    width = shutil.get_terminal_size().columns - 1
    if len(line) <= width or width <= hanging + _NARROWEST:
        return line
    room = width - hanging
    kept = _COMMAND.sub(lambda one: one[0].replace(" ", _ONE_WORD) if len(one[0]) < room else one[0], line)
    parts = textwrap.wrap(kept, width, subsequent_indent=" " * hanging, break_on_hyphens=False)
    return "\n".join(parts).replace(_ONE_WORD, " ")


def items(several: Iterable[str], *, before: str = "", between: str = ", ") -> None:
    """A line of several things; on a terminal too narrow for it none of them is broken in two."""
    clean = [one_line(one, 300) for one in several]
    width = min(shutil.get_terminal_size().columns, _WIDEST) if sys.stdout.isatty() else 0
    line = before
    for n, one in enumerate(clean):
        part = one + between * (n < len(clean) - 1)
        if width and line.strip() and len((line + part).rstrip()) > width:
            click.echo(line.rstrip())
            line = ""
        line += part
    click.echo(line.rstrip())


def fact(name: str, value: str) -> None:
    """A name and its value in two columns."""
    click.echo(folded(f"{name:<{_FACT}}{one_line(value, 2_000)}".rstrip(), _FACT))


def paragraph(text: str, *, indent: str = "  ") -> None:
    """Several lines as somebody wrote them, indented, harmless; folded at the width of a terminal."""
    width = min(shutil.get_terminal_size().columns, _WIDEST) if sys.stdout.isatty() else None
    for line in many_lines(text).split("\n"):
        folded = textwrap.wrap(line, width - len(indent)) if width else [line]
        for part in folded or [""]:
            click.echo((indent + part).rstrip())


def paragraph_of(text: str) -> None:
    """One line for a person, folded at the width of a terminal, with the indent that it begins with."""
    paragraph(text.lstrip(), indent=" " * (len(text) - len(text.lstrip())))


def source(text: str) -> None:
    """Where the paragraph above comes from, so that it does not disturb reading."""
    click.secho(folded(f"    ~ {one_line(text, 300)}", 6), dim=True)


def when(moment: datetime, now: datetime) -> str:
    """A moment as people say it, in the zone of `now`: "today 19:05", "Mon 9 Nov 19:05", "9 Nov 2025 19:05"."""
    local = moment.astimezone(now.tzinfo)
    if local.date() == now.date():
        return local.strftime("today %H:%M")
    day = f"{local:%a} {local.day} {local:%b}" if local.year == now.year else f"{local.day} {local:%b %Y}"
    return f"{day} {local:%H:%M}"


def day(which: date, now: datetime) -> str:
    """A date as people say it: "3 January", with the year where it is not this one."""
    return f"{which.day} {which:%B}" if which.year == now.year else f"{which.day} {which:%B %Y}"


def heading(text: str) -> None:
    """A line that stands out on a terminal."""
    click.secho(folded(one_line(text)), bold=True)


def error(text: str) -> None:
    """What went wrong, line by line, on stderr."""
    for line in many_lines(text).split("\n"):
        click.echo(folded(line, 2, err=True), err=True)


def warn(text: str) -> None:
    """One line on stderr."""
    click.echo(folded(one_line(text, 2_000), err=True), err=True)


def table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    elastic: Collection[str],
    whole: Collection[str] = (),
    styles: Sequence[str | None] = (),
) -> None:
    """A table: with rules and colour on a terminal, columns of plain text elsewhere.

    Where a terminal is too narrow, columns in which nothing stands are left out, then `elastic` columns are cut, the
    widest first, then columns are left out from the right. The first one and those of `whole` always stand there whole.
    """
    clean = [[one_line(cell, 300) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _rich_table(columns, clean, elastic, {*whole, columns[0]}, styles)
        return
    widths = [max(map(len, cells)) for cells in zip(columns, *clean, strict=True)]
    lines = (
        _GAP.join([cell.ljust(width) for cell, width in zip(row, widths, strict=True)]).rstrip()
        for row in [list(columns), *clean]
    )
    click.echo("\n".join(lines))


def _rich_table(
    columns: Sequence[str],
    rows: list[list[str]],
    elastic: Collection[str],
    whole: Collection[str],
    styles: Sequence[str | None],
) -> None:
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415 - only where a person looks
    from rich.cells import cell_len  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console()
    shown = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="bold")
    widths = [max(map(cell_len, cells)) for cells in zip(columns, *rows, strict=True)]
    room = console.width - _BETWEEN * (len(columns) - 1) - _EDGES
    if sum(widths) > room:
        filled = [n for n in range(len(columns)) if any(row[n] for row in rows)]
        columns, widths = [columns[n] for n in filled], [widths[n] for n in filled]
        rows = [[row[n] for n in filled] for row in rows]
    gives, stays = [column in elastic for column in columns], [column in whole for column in columns]
    laid = laid_out(widths, gives, stays, console.width)
    for n, width in laid.items():
        shown.add_column(columns[n], overflow="fold" if stays[n] else "ellipsis", no_wrap=not stays[n], width=width)
    for number, row in enumerate(rows):
        shown.add_row(*(Text(row[n]) for n in laid), style=styles[number] if styles else None)
    console.print(shown)
    if left_out := [column for n, column in enumerate(columns) if n not in laid]:
        click.secho(folded(f"A wider window shows {', '.join(left_out)} too."), dim=True)


def laid_out(widths: Sequence[int], elastic: Sequence[bool], whole: Sequence[bool], width: int) -> dict[int, int]:
    """Which columns stand on a terminal of this width, by number, and how wide each is.

    What is elastic and need not be whole gives way to a readable width; then others are left out from the right. Those
    that must be whole are folded only where they alone are too wide. Pure.
    """
    kept = list(range(len(widths)))
    while True:
        room = width - _BETWEEN * (len(kept) - 1) - _EDGES
        wanted = [widths[n] for n in kept]
        fitting = fitted(wanted, [elastic[n] and not whole[n] for n in kept], room, narrowest=_READABLE)
        droppable = [n for n in kept if not whole[n]]
        if sum(fitting) <= room or not droppable:
            break
        kept.remove(droppable[-1])
    if sum(fitting) > room:
        fitting = fitted(wanted, [elastic[n] for n in kept], room)
    return dict(zip(kept, fitting, strict=True))


def fitted(widths: Sequence[int], elastic: Sequence[bool], room: int, *, narrowest: int = _NARROWEST) -> list[int]:
    """Column widths that fit into `room`: of the elastic ones the widest gives way, down to a few letters."""
    fitting = list(widths)
    while sum(fitting) > room:
        widest = max(range(len(fitting)), key=lambda i: fitting[i] if elastic[i] else 0)
        if not elastic[widest] or fitting[widest] <= narrowest:
            break
        fitting[widest] -= 1
    return fitting


@contextmanager
def working(what: str) -> Iterator[Any]:
    """A sign of life while something long goes on: a spinner on a terminal, nothing elsewhere.

    Gives a call that says what is being done now.
    """
    if not sys.stderr.isatty():
        yield lambda _text: None
        return
    from rich.console import Console  # noqa: PLC0415

    with Console(stderr=True).status(one_line(what)) as status:
        yield lambda text: status.update(one_line(text))

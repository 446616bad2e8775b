"""What people see: tables and colour on a terminal, plain lines anywhere else. The one door to rich."""

import json
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
_NARROWEST = 4  # a column that gives way


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


def say(text: str = "") -> None:
    """One line for a person; nothing in it can move the cursor (G47)."""
    click.echo(one_line(text, 2_000))


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
    click.echo(f"{name:<10}{one_line(value, 2_000)}".rstrip())


def paragraph(text: str, *, indent: str = "  ") -> None:
    """Several lines as somebody wrote them, indented, harmless; folded at the width of a terminal."""
    width = min(shutil.get_terminal_size().columns, _WIDEST) if sys.stdout.isatty() else None
    for line in many_lines(text).split("\n"):
        folded = textwrap.wrap(line, width - len(indent)) if width else [line]
        for part in folded or [""]:
            click.echo((indent + part).rstrip())


def source(text: str) -> None:
    """Where the paragraph above comes from, so that it does not disturb reading."""
    click.secho(f"    ~ {one_line(text, 300)}", dim=True)


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
    click.secho(one_line(text), bold=True)


def warn(text: str) -> None:
    """One line on stderr."""
    click.echo(one_line(text, 2_000), err=True)


def table(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    elastic: Collection[str],
    styles: Sequence[str | None] = (),
) -> None:
    """A table: with rules and colour on a terminal, columns of plain text elsewhere.

    Where a terminal is too narrow, `elastic` columns are cut, the widest first; the others are always whole.
    """
    clean = [[one_line(cell, 300) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _rich_table(columns, clean, elastic, styles)
        return
    widths = [max(map(len, cells)) for cells in zip(columns, *clean, strict=True)]
    lines = (
        _GAP.join([cell.ljust(width) for cell, width in zip(row, widths, strict=True)]).rstrip()
        for row in [list(columns), *clean]
    )
    click.echo("\n".join(lines))


def _rich_table(
    columns: Sequence[str], rows: list[list[str]], elastic: Collection[str], styles: Sequence[str | None]
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
    for column, width in zip(columns, fitted(widths, [column in elastic for column in columns], room), strict=True):
        shown.add_column(column, overflow="ellipsis", no_wrap=True, width=width)
    for number, row in enumerate(rows):
        shown.add_row(*(Text(cell) for cell in row), style=styles[number] if styles else None)
    console.print(shown)


def fitted(widths: Sequence[int], elastic: Sequence[bool], room: int) -> list[int]:
    """Column widths that fit into `room`: of the elastic ones the widest gives way, down to a few letters."""
    fitting = list(widths)
    while sum(fitting) > room:
        widest = max(range(len(fitting)), key=lambda i: fitting[i] if elastic[i] else 0)
        if not elastic[widest] or fitting[widest] <= _NARROWEST:
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

"""The man page: docs/inboxtriage.1.in with the help of every command put in; `make docs` writes docs/inboxtriage.1.

A page for each command, as click-man makes them, would be seventy files without what they share; this is one.
"""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import click

from inboxtriage import __version__
from inboxtriage.cli.main import group

PAGE = Path(__file__).parents[1] / "docs" / "inboxtriage.1"
_FRAME = PAGE.with_name("inboxtriage.1.in")
_EVERYWHERE = {"--debug"}
_SIGNS = str.maketrans({"\\": r"\e", "-": r"\-", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti", '"': r"\(dq"})
_WIDTH = 76  # of a line of the source, as mandoc wishes it


def page() -> str:
    """The whole page."""
    context = click.Context(group, info_name="inboxtriage")
    parts = {
        "@VERSION@": __version__,
        "@OPTIONS@": "\n".join(_options(group, context, everywhere=True)),
        "@COMMANDS@": "\n".join(_commands(group, context, ())),
    }
    text = _FRAME.read_text(encoding="utf-8")
    for mark, part in parts.items():
        text = text.replace(mark, part)
    return text


def write() -> None:
    """Write it anew."""
    PAGE.write_text(page(), encoding="utf-8")


def _commands(start: click.Group, context: click.Context, words: tuple[str, ...]) -> Iterator[str]:
    for name in start.list_commands(context):
        command = start.get_command(context, name)
        assert command is not None, name
        inner = click.Context(command, info_name=name, parent=context)
        yield from _command(command, inner, (*words, name))
        if isinstance(command, click.Group):
            yield from _commands(command, inner, (*words, name))


def _command(command: click.Command, context: click.Context, words: tuple[str, ...]) -> Iterator[str]:
    pieces = [piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]"]
    yield f'.SS "{escaped(" ".join([*words, *pieces]))}"'
    yield from _prose(command.help or "")
    yield from _options(command, context)


def _options(command: click.Command, context: click.Context, *, everywhere: bool = False) -> Iterator[str]:
    for one in command.params:
        record = one.get_help_record(context)
        if record is None or isinstance(one, click.Argument) or (not everywhere and _EVERYWHERE.intersection(one.opts)):
            continue
        names, about = record
        yield ".TP"
        yield f".B {escaped(names)}"
        yield from _filled(about)


def _prose(text: str) -> Iterator[str]:
    """The paragraphs of a help text; one that begins with click's mark stays as it is."""
    paragraphs = re.split(r"\n\s*\n", inspect.cleandoc(text).partition("\f")[0].strip())
    for number, paragraph in enumerate(paragraphs):
        if number:
            yield ".PP"
        if paragraph.startswith("\b"):
            yield ".nf"
            yield from (line(one) for one in paragraph.split("\n")[1:])
            yield ".fi"
        else:
            yield from _filled(paragraph)


def _filled(text: str) -> Iterator[str]:
    """Text in lines that are not too long."""
    done: list[str] = []
    for word in text.split():
        if done and len(line(" ".join([*done, word]))) > _WIDTH:
            yield line(" ".join(done))
            done = []
        done.append(word)
    yield line(" ".join(done))


def line(text: str) -> str:
    """A line of text; none begins as a request of roff does."""
    return escaped(text) if not text.startswith((".", "'")) else rf"\&{escaped(text)}"


def escaped(text: str) -> str:
    """Text in which nothing means anything to roff, in ASCII."""
    text = text.translate(_SIGNS)
    return "".join(sign if sign.isascii() else rf"\[u{ord(sign):04X}]" for sign in text)

"""The help of every command as one page: `make docs` writes docs/commands.md and all else that is made of it."""

from collections.abc import Iterator
from pathlib import Path

import click

from inboxtriage.cli.main import group
from tests import completion_words, man_page

PAGE = Path(__file__).parents[1] / "docs" / "commands.md"
_OPENING = """# Commands

What `inboxtriage COMMAND --help` says, written by `make docs`.
"""


def commands(
    start: click.Group = group, words: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command and subcommand with the words that call it, the group itself first."""
    yield words, start
    context = click.Context(start)
    for name in start.list_commands(context):
        found = start.get_command(context, name)
        assert found is not None, name
        if isinstance(found, click.Group):
            yield from commands(found, (*words, name))
        else:
            yield (*words, name), found


def page() -> str:
    """The whole page."""
    parts = [_OPENING]
    for words, _ in commands():
        called = " ".join(("inboxtriage", *words))
        parts.append(f"## `{called}`\n\n```text\n{help_of(words)}```\n")
    return "\n".join(parts)


def help_of(words: tuple[str, ...]) -> str:
    """What `--help` prints in a terminal of 100 columns."""
    from click.testing import CliRunner

    done = CliRunner().invoke(group, [*words, "--help"], prog_name="inboxtriage", terminal_width=100)
    assert done.exit_code == 0, (words, done.output)
    return done.output


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    completion_words.write()
    man_page.write()

"""Every command's words for the shell's completion, as `make docs` writes them; a test compares."""

import json
from typing import Any

import click

from inboxtriage.cli.completion.tree import DATA
from inboxtriage.cli.completion.values import takes
from inboxtriage.cli.main import group


def words_of(command: click.Command = group, words: tuple[str, ...] = ()) -> dict[str, Any]:
    """A command with its options, arguments and commands."""
    context = click.Context(command, info_name="inboxtriage")
    parameters = command.params
    node: dict[str, Any] = {
        "help": command.get_short_help_str(limit=200),
        "options": [
            {
                "names": [*one.opts, *one.secondary_opts],
                "help": one.help or "",
                "takes": "nothing" if one.is_flag or one.count else _takes(words, one),
                "multiple": one.multiple,
            }
            for one in parameters
            if isinstance(one, click.Option) and not one.hidden
        ],
        "arguments": [
            {"name": one.name, "nargs": one.nargs, "takes": _takes(words, one)}
            for one in parameters
            if isinstance(one, click.Argument)
        ],
    }
    if isinstance(command, click.Group):
        found = {name: command.get_command(context, name) for name in command.list_commands(context)}
        node["commands"] = {
            name: words_of(one, (*words, name)) for name, one in found.items() if one is not None and not one.hidden
        }
    return node


def _takes(words: tuple[str, ...], one: click.Parameter) -> str | list[str]:
    if isinstance(one.type, click.Choice):
        return [str(choice) for choice in one.type.choices]
    if isinstance(one.type, click.Path):
        return "file" if one.type.file_okay else "folder"
    if one.metavar in {"FILE", "PATH..."}:
        return "file"
    return takes(" ".join(words), str(one.name)) or "text"


def text() -> str:
    """The whole file."""
    return json.dumps(words_of(), indent=1, ensure_ascii=False) + "\n"


def write() -> None:
    """Write it anew."""
    DATA.write_text(text(), encoding="utf-8")

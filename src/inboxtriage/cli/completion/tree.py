"""The commands as click sees them, made from commands.json: nothing of the program itself is imported at a Tab."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

DATA = Path(__file__).with_name("commands.json")
Node = dict[str, Any]
Find = Callable[[str, click.Context, str], list[CompletionItem]]


class Tree(click.Group):
    """A group of commands whose parts are made when they are asked for."""

    def __init__(self, name: str, node: Node, find: Find) -> None:
        super().__init__(name, params=_parameters(node, find), help=node["help"], invoke_without_command=True)
        self._node, self._find = node["commands"], find

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """In the order of the help."""
        return list(self._node)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """One command, made now."""
        node = self._node.get(cmd_name)
        return None if node is None else made(cmd_name, node, self._find)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Its commands, each with its whole line; and its options."""
        found = [
            CompletionItem(name, help=node["help"]) for name, node in self._node.items() if name.startswith(incomplete)
        ]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]


def made(name: str, node: Node, find: Find) -> click.Command:
    """The command of a node. `find` gives what completes a kind of value."""
    if "commands" in node:
        return Tree(name, node, find)
    return click.Command(name, params=_parameters(node, find), help=node["help"])


def read(find: Find) -> click.Command:
    """The whole program."""
    return made("inboxtriage", json.loads(DATA.read_text(encoding="utf-8")), find)


class _Known(click.ParamType[Any]):
    """A value of a kind that can be looked up."""

    name = "known"

    def __init__(self, kind: str, find: Find) -> None:
        self._kind, self._find = kind, find

    def shell_complete(
        self,
        ctx: click.Context,
        param: click.Parameter,
        incomplete: str,
    ) -> list[CompletionItem]:
        """What begins so, without what stands there already."""
        given = ctx.params.get(param.name or "")
        there = {given} if isinstance(given, str) else set(given or ())
        return [item for item in self._find(self._kind, ctx, incomplete) if item.value not in there]


def _parameters(node: Node, find: Find) -> list[click.Parameter]:
    options = [
        click.Option(
            one["names"],
            help=one["help"],
            is_flag=one["takes"] == "nothing",
            multiple=one["multiple"],
            type=None if one["takes"] == "nothing" else _type(one["takes"], find),
        )
        for one in node["options"]
    ]
    arguments = [
        click.Argument([one["name"]], nargs=one["nargs"], required=False, type=_type(one["takes"], find))
        for one in node["arguments"]
    ]
    return [*options, *arguments]


def _type(takes: str | list[str], find: Find) -> click.ParamType[Any]:
    if isinstance(takes, list):
        return click.Choice(takes)
    if takes in {"file", "folder"}:
        return click.Path(dir_okay=takes == "folder", file_okay=takes == "file")
    return click.STRING if takes == "text" else _Known(takes, find)

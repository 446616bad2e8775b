"""What every command shares: which configuration, and the assembly made from it; and the --debug that each accepts."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from inboxtriage.service.assembly import Assembly


class Session:
    """The configuration of one run of the program, read only when a command asks for it."""

    def __init__(self, config: str | None, *, debug: bool) -> None:
        self._given = Path(config) if config else None
        self.debug = debug

    @property
    def config(self) -> Path:
        """The configuration file, which need not be there."""
        from inboxtriage.config.load import config_path  # noqa: PLC0415 - --help reads no configuration

        return config_path(self._given)

    def assembly(self) -> Assembly:
        """What commands work with. Raises NotFound or ConfigError."""
        from inboxtriage.config.load import load  # noqa: PLC0415
        from inboxtriage.service.assembly import Assembly  # noqa: PLC0415

        return Assembly(load(self.config))

    def assembly_if_configured(self) -> Assembly | None:
        """The same where there is a configuration, else None: for commands that need none."""
        return self.assembly() if self._given is not None or self.config.is_file() else None


def now_of(a: Assembly) -> datetime:
    """Now, in the practice's own zone."""
    return a.clock.now().astimezone(ZoneInfo(a.settings.practice.timezone))


def at_once() -> None:
    """Say that this command makes very many small values and then ends: the collector need not look through them."""
    gc.disable()


def command(name: str | None = None) -> Callable[[Callable[..., Any]], click.Command]:
    """A click command that also accepts --debug after its name."""
    debug = click.option("--debug", is_flag=True, expose_value=False, help="Show the whole traceback of an error.")
    return lambda function: click.command(name=name)(debug(function))


def json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """The --json that every reading command takes."""
    add = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout, and nothing else there.")
    return add(function)


pass_session = click.make_pass_decorator(Session)

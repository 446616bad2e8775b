"""Where the data that travels with the program lies: responses, models, the demo's mail, the example configuration.

In an installed wheel it is inside the package; in a checkout it stands beside `src/`.
"""

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `name` ("responses", "models" or "demo") of this installation."""
    return _place(name)


def example_config() -> Path:
    """The configuration file that names every key."""
    return _place("config.example.toml")


@cache
def table(room: str, name: str) -> dict[str, Any]:
    """The words that the code of a room goes by: `<room>/<name>.toml` as it stands. Not to be changed."""
    return tomllib.loads(files(f"inboxtriage.{room}").joinpath(f"{name}.toml").read_text("utf-8"))


def _place(name: str) -> Path:
    installed = _PACKAGE / "shipped" / name
    return installed if installed.exists() else _PACKAGE.parents[1] / name

"""Where the data that travels with the program lies: responses, models, the demo's mail, the example configuration.

In an installed wheel it is inside the package; in a checkout it stands beside `src/`.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `name` ("responses", "models" or "demo") of this installation."""
    return _place(name)


def example_config() -> Path:
    """The configuration file that names every key."""
    return _place("config.example.toml")


def _place(name: str) -> Path:
    installed = _PACKAGE / "shipped" / name
    return installed if installed.exists() else _PACKAGE.parents[1] / name

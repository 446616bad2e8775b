"""Where the data that travels with the program lies: responses, models, the demo's mail.

In an installed wheel it is inside the package; in a checkout it stands beside `src/`.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder `name` ("responses", "models" or "demo") of this installation."""
    installed = _PACKAGE / "shipped" / name
    return installed if installed.is_dir() else _PACKAGE.parents[1] / name

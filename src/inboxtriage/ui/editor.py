"""A letter in the person's own editor: in a private file that is gone afterwards."""

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from inboxtriage.errors import UsageProblem

_EDITORS = ("VISUAL", "EDITOR")


def change(text: str) -> str | None:
    """The text as it was saved; None where it was left as it was. Raises UsageProblem where there is no editor."""
    command = next((os.environ[name] for name in _EDITORS if os.environ.get(name)), "vi")
    with tempfile.TemporaryDirectory(prefix="inboxtriage-") as folder:  # mode 0700
        file = Path(folder) / "letter.txt"
        file.touch(mode=0o600)
        file.write_text(text, encoding="utf-8")
        try:
            ended = subprocess.run([*shlex.split(command), str(file)], check=False)
            changed = file.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise UsageProblem("the editor could not be used", do="set EDITOR to one that works, or press e") from error
    if ended.returncode != 0:
        raise UsageProblem(f"the editor ended with {ended.returncode}, nothing was changed", do="press e to edit here")
    return changed if changed.rstrip("\n") != text.rstrip("\n") else None

"""A secret that a command prints (`password_command`): `pass`, a password manager, a decryption."""

import os.path
import subprocess
from collections.abc import Sequence

from inboxtriage.errors import SecretMissing

_SECONDS = 60


def from_command(command: Sequence[str]) -> str:
    """The first line that `command` prints; run without a shell, "~" is the owner's folder. Raises SecretMissing."""
    command = [os.path.expanduser(word) if word.startswith("~") else word for word in command]  # noqa: PTH111 - a word as it is
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False, stdin=subprocess.DEVNULL)
    except FileNotFoundError as error:
        raise SecretMissing(f"password_command: there is no program {command[0]!r}", do="check its name") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SecretMissing(f"password_command {command[0]!r} did not finish", do="run it by hand") from error
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    if done.returncode != 0 or not lines or not lines[0]:
        raise SecretMissing(
            f"password_command {command[0]!r} ended with code {done.returncode} and no secret", do="run it by hand"
        )
    return lines[0]

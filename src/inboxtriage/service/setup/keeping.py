"""Where a password can be kept on this computer, and keeping it there."""

import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from inboxtriage.errors import SecretMissing, UsageProblem

Way = Literal["keyring", "password_file", "password_command", "password_credential", "password_env"]


@dataclass(frozen=True, slots=True)
class SignIn:
    """A password and where it is kept: `value` is what the configuration says of that (None: the system keyring).

    `password` is None where the source gives it by itself.
    """

    way: Way
    value: str | list[str] | None
    password: str | None


def keyring_problem(host: str, username: str) -> str | None:
    """Why the system keyring cannot be used here; None where it can."""
    from inboxtriage.credentials.system_keyring import looked_up  # noqa: PLC0415 - slow to import

    try:
        looked_up(host, username)
    except SecretMissing as error:
        return error.what
    return None


def keep(host: str, username: str, password: str) -> None:
    """Put a password into the system keyring, and look whether it is there. Raises SecretMissing."""
    from inboxtriage.credentials.system_keyring import into_keyring, looked_up  # noqa: PLC0415

    into_keyring(host, username, password)
    if looked_up(host, username) != password:
        raise SecretMissing("the keyring forgot the password at once", do="choose another place for it")


def keep_in_file(path: Path, password: str) -> None:
    """Put a password into a file that only its owner can read. Raises SecretMissing."""
    from inboxtriage.credentials.password_file import into_password_file  # noqa: PLC0415

    into_password_file(path, password)


def command_of(text: str) -> list[str]:
    """The words of a command that prints the password, which is run without a shell. Raises UsageProblem.

    It stands in the configuration: what is no program here may be the password itself, and is not said again.
    """
    try:
        words = shlex.split(text)
    except ValueError:
        words = []
    if not words:
        raise UsageProblem("that is no command", do="write one like: pass show mail/practice")
    if shutil.which(Path(words[0]).expanduser()) is None:
        what = "there is no such program on this computer, so what you typed was not kept"
        raise UsageProblem(what, do="write one like `pass show mail/practice`; the password itself is typed unseen")
    return words

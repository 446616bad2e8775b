"""A password in a file of its own (`password_file`), where no keyring is."""

from pathlib import Path

from inboxtriage.credentials import secret_file
from inboxtriage.errors import SecretMissing

_KEY = "password_file"


def from_password_file(path: Path) -> str:
    """The first line of the file. Raises SecretMissing where there is none, or where others could read it."""
    text = secret_file.read(
        path, _KEY, exposed=f"`chmod 600 {path}`; if somebody may have read it, change the password too"
    )
    if text is None:
        raise SecretMissing(f"there is no {_KEY} {path}", do="`inboxtriage init --only account` makes it")
    password = text.partition("\n")[0].rstrip("\r")
    if not password:
        raise SecretMissing(f"{_KEY} {path} is empty", do="`inboxtriage init --only account` makes it anew")
    return password


def into_password_file(path: Path, password: str) -> None:
    """Write it, whole or not at all. Raises SecretMissing where that cannot be done."""
    secret_file.write(path, _KEY, password)

"""A password in a file of its own, mode 0600 (`password_file`), where no keyring is. It is not encrypted."""

import os
from pathlib import Path

from inboxtriage.errors import SecretMissing


def from_password_file(path: Path) -> str:
    """The first line of the file. Raises SecretMissing where there is none, or where others could read it."""
    try:
        with path.open(encoding="utf-8") as file:
            if os.fstat(file.fileno()).st_mode & 0o077:
                raise SecretMissing(
                    f"others on this computer can read password_file {path}",
                    do=f"`chmod 600 {path}`; if somebody may have read it, change the password too",
                )
            password = file.readline().rstrip("\r\n")
    except FileNotFoundError:
        raise SecretMissing(
            f"there is no password_file {path}", do="`inboxtriage init --only account` makes it"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SecretMissing(f"password_file {path} cannot be read ({type(error).__name__})", do="check it") from None
    if not password:
        raise SecretMissing(f"password_file {path} is empty", do="`inboxtriage init --only account` makes it anew")
    return password


def into_password_file(path: Path, password: str) -> None:
    """Write it, whole or not at all, readable by its owner alone. Raises SecretMissing where that cannot be done."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(password + "\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise SecretMissing(
            f"password_file {path} cannot be written ({error.strerror})", do="check its folder and the disk"
        ) from None

"""A secret in a file of its own, mode 0600, for computers without a keyring. It is not encrypted."""

import os
from pathlib import Path

from inboxtriage.errors import SecretMissing


def read(path: Path, key: str, *, exposed: str) -> str | None:
    """What stands in the file that `key` of the configuration names; None where there is no file.

    Raises SecretMissing where it cannot be read, and where others could read it too (G52): `exposed` says what to do.
    """
    try:
        with path.open(encoding="utf-8") as file:
            if os.fstat(file.fileno()).st_mode & 0o077:
                raise SecretMissing(f"others on this computer can read {key} {path}", do=exposed)
            return file.read()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise SecretMissing(f"{key} {path} cannot be read ({type(error).__name__})", do="check it") from None


def write(path: Path, key: str, secret: str) -> None:
    """Replace it, readable by its owner alone; the old one stays whole until the new one is on disk.

    Raises SecretMissing where that cannot be done.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(secret + "\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise SecretMissing(
            f"{key} {path} cannot be written ({error.strerror})", do="check its folder and the disk"
        ) from None

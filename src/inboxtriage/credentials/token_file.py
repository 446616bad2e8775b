"""A refresh token in a file of its own, mode 0600, for computers without a keyring. It is not encrypted."""

import os
from pathlib import Path

from inboxtriage.errors import SecretMissing


def from_file(path: Path) -> str | None:
    """The token, or None where there is no file yet. Raises SecretMissing where others could read it (G52)."""
    try:
        with path.open(encoding="utf-8") as file:
            if os.fstat(file.fileno()).st_mode & 0o077:
                raise SecretMissing(
                    f"others can read {path}", do=f"chmod 600 {path}, and run `inboxtriage login` again"
                )
            return file.read().strip() or None
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise SecretMissing(f"token_file {path} cannot be read ({type(error).__name__})", do="check it") from None


def into_file(path: Path, token: str) -> None:
    """Replace the token; the old one stays whole until the new one is on disk."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(token + "\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise SecretMissing(
            f"token_file {path} cannot be written ({error.strerror})", do="check its folder and the disk"
        ) from None

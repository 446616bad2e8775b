"""A refresh token in a file of its own (`token_file`), where no keyring is."""

from pathlib import Path

from inboxtriage.credentials import secret_file

_KEY = "token_file"


def from_file(path: Path) -> str | None:
    """The token, or None where there is no file yet. Raises SecretMissing where others could read it (G52)."""
    text = secret_file.read(path, _KEY, exposed=f"chmod 600 {path}, and run `inboxtriage login` again")
    return (text or "").strip() or None


def into_file(path: Path, token: str) -> None:
    """Replace the token. Raises SecretMissing where that cannot be done."""
    secret_file.write(path, _KEY, token)

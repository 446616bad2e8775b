"""A secret that systemd hands to its service alone (`password_credential`; systemd.exec(5), Credentials)."""

import os
from pathlib import Path

from inboxtriage.errors import SecretMissing


def from_systemd(name: str) -> str:
    """The first line of $CREDENTIALS_DIRECTORY/`name`. Raises SecretMissing where there is none."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not folder:
        raise SecretMissing(
            f"systemd gave this process no credentials, so not {name} either",
            do="run it as its service, with LoadCredentialEncrypted= in the unit",
        )
    try:
        lines = (Path(folder) / name).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SecretMissing(
            f"the systemd credential {name} cannot be read ({type(error).__name__})",
            do=f"add LoadCredentialEncrypted={name} to the unit",
        ) from None
    if not lines or not lines[0]:
        raise SecretMissing(f"the systemd credential {name} is empty", do="make it anew with systemd-creds")
    return lines[0]

"""A secret in the system's keyring: the one door to `keyring`. Used where the configuration names no other source."""

import keyring
from keyring.errors import KeyringError

from inboxtriage.errors import SecretMissing

_NONE_HERE = "there is no system keyring here"
_ELSE = "on a server use password_file, password_command, password_env or password_credential, for OAuth2 token_file"


def service_name(host: str) -> str:
    """The name under which secrets of a host are kept."""
    return f"inboxtriage:{host}"


def looked_up(host: str, username: str) -> str | None:
    """The secret of `username` at `host`, or None. Raises SecretMissing where no keyring can be used."""
    try:
        return keyring.get_password(service_name(host), username) or None
    except KeyringError as error:
        raise SecretMissing(f"{_NONE_HERE} ({type(error).__name__})", do=_ELSE) from None


def from_keyring(host: str, username: str, *, put: str) -> str:
    """The secret of `username` at `host`; `put` is the command that keeps one. Raises SecretMissing."""
    secret = looked_up(host, username)
    if secret is None:
        raise SecretMissing(f"the keyring holds no secret for {host}", do=f"`{put}`")
    return secret


def into_keyring(host: str, username: str, secret: str) -> None:
    """Keep a secret. Raises SecretMissing where the keyring does not take it."""
    try:
        keyring.set_password(service_name(host), username, secret)
    except KeyringError as error:  # its words may hold the secret
        raise SecretMissing(f"the keyring did not take the secret ({type(error).__name__})", do=_ELSE) from None

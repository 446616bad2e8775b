"""A secret in the system's keyring: the one door to `keyring`. Used where the configuration names no other source."""

import keyring
from keyring.errors import KeyringError

from inboxtriage.errors import SecretMissing


def from_keyring(host: str, username: str) -> str:
    """The password of `username` at `host`, stored under the service "inboxtriage:HOST". Raises SecretMissing."""
    service = f"inboxtriage:{host}"
    try:
        secret = keyring.get_password(service, username)
    except KeyringError as error:
        raise SecretMissing(
            f"the system keyring cannot be used here ({type(error).__name__})",
            do="use password_env or password_command",
        ) from error
    if not secret:
        raise SecretMissing(f"the keyring holds no password for {username}", do=f"`keyring set {service} {username}`")
    return secret

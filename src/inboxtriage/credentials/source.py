"""Which way a server's secret is fetched, as its configuration says."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from inboxtriage.clock import Clock
from inboxtriage.config.settings import PASSWORD_KEYS, Account, CalDav, OAuth2, Server

if TYPE_CHECKING:
    from inboxtriage.credentials.oauth2 import Client, Keep

# ruff: noqa: PLC0415 - each source is imported when it is used


def named_source(server: Server | CalDav) -> str | None:
    """The key that names where the password comes from; None: the system keyring."""
    return next((key for key in PASSWORD_KEYS if getattr(server, key) is not None), None)


def secret_for(server: Server | CalDav, *, put: str = "") -> Callable[[], str]:
    """A call that fetches the password of `server` now, or raises SecretMissing, naming the source and no secret.

    `put` is the command that keeps a password in the keyring.
    """
    if server.password_file is not None:
        from inboxtriage.credentials.password_file import from_password_file

        return partial(from_password_file, server.password_file)
    if server.password_env is not None:
        from inboxtriage.credentials.environment import from_environment

        return partial(from_environment, server.password_env)
    if server.password_command is not None:
        from inboxtriage.credentials.command import from_command

        return partial(from_command, server.password_command)
    if server.password_credential is not None:
        from inboxtriage.credentials.systemd import from_systemd

        return partial(from_systemd, server.password_credential)
    host = server.host if isinstance(server, Server) else urlsplit(server.url).hostname or server.url

    def stored() -> str:
        from inboxtriage.credentials.system_keyring import from_keyring, service_name  # slow to import

        return from_keyring(host, server.username, put=put or f"keyring set {service_name(host)} {server.username}")

    return stored


def sign_in_secret(account: Account, server: Server, clock: Clock) -> Callable[..., str]:
    """What signs in at one of an account's servers: its password, or with OAuth2 an access token.

    The latter takes `fresh=True` where the server refused the last one.
    """
    if server.auth == "password" or account.oauth2 is None:
        return secret_for(server, put=f"inboxtriage login {account.name}")
    from inboxtriage.credentials.oauth2 import AccessToken

    client = client_of(account, account.oauth2)
    return AccessToken(client, keep_of(account.oauth2, client), clock.now, account.name)


def client_of(account: Account, oauth2: OAuth2) -> "Client":
    """Who asks for the permission."""
    from inboxtriage.credentials.oauth2 import Client

    secret: Callable[[], str] | None = None
    if oauth2.client_secret_env is not None:
        from inboxtriage.credentials.environment import from_environment

        secret = partial(from_environment, oauth2.client_secret_env)
    elif oauth2.client_secret_command is not None:
        from inboxtriage.credentials.command import from_command

        secret = partial(from_command, oauth2.client_secret_command)
    return Client(oauth2, account.address, secret)


@dataclass(frozen=True)
class _Kept:
    read: Callable[[], str | None]
    write: Callable[[str], None]


def keep_of(oauth2: OAuth2, client: "Client") -> "Keep":
    """Where the refresh token lies: `token_file`, else the system keyring."""
    if oauth2.token_file is not None:
        from inboxtriage.credentials.token_file import from_file, into_file

        return _Kept(partial(from_file, oauth2.token_file), partial(into_file, oauth2.token_file))
    from inboxtriage.credentials.system_keyring import into_keyring, looked_up

    return _Kept(partial(looked_up, client.host, client.address), partial(into_keyring, client.host, client.address))

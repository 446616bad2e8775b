"""Which way a server's secret is fetched, as its configuration says."""

from collections.abc import Callable
from urllib.parse import urlsplit

from inboxtriage.config.settings import CalDav, Server


def secret_for(server: Server | CalDav) -> Callable[[], str]:
    """A call that fetches the password of `server` now, or raises SecretMissing, naming the source and no secret."""
    if server.password_env is not None:
        from inboxtriage.credentials.environment import from_environment  # noqa: PLC0415 - each source when it is used

        name = server.password_env
        return lambda: from_environment(name)
    if server.password_command is not None:
        from inboxtriage.credentials.command import from_command  # noqa: PLC0415

        command = server.password_command
        return lambda: from_command(command)

    def stored() -> str:
        from inboxtriage.credentials.system_keyring import from_keyring  # noqa: PLC0415 - slow to import

        host = server.host if isinstance(server, Server) else urlsplit(server.url).hostname or server.url
        return from_keyring(host, server.username)

    return stored

"""Signing in for the first time: a password is proved at both servers, then kept; a permission is kept, then proved."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from inboxtriage.config.settings import Account, Server
from inboxtriage.credentials.source import client_of, keep_of, named_source
from inboxtriage.errors import Refused
from inboxtriage.service.assembly import Assembly


@dataclass(frozen=True, slots=True)
class Talk:
    """How the owner is talked to. `device`: they have no browser on this computer."""

    password: Callable[[str], str]  # asked with "USERNAME at HOST"
    address: Callable[[str], None]
    code: Callable[[str, str], None]  # an address and what to enter there
    device: bool = False


def login(a: Assembly, account: Account, talk: Talk) -> str:
    """Prove the sign-in of one account and keep what proved it; where it is kept now.

    Raises Refused where there is nothing to sign in to, SecretMissing, SignInFailed or Unreachable.
    """
    servers = [server for server in (account.imap, account.smtp) if server is not None]
    if not servers:
        raise Refused(f"{account.name} lives in folders on this computer", do="there is nothing to sign in to")
    by_password = [server for server in servers if server.auth == "password"]
    kept = []
    if len(by_password) < len(servers):
        kept.append(_permitted(a, account, talk))
    given = _asked([server for server in by_password if named_source(server) is None], talk)
    _prove(a, account, given)
    if given:
        from inboxtriage.credentials.system_keyring import into_keyring  # noqa: PLC0415 - slow to import

        for server, password in given.items():
            into_keyring(server.host, server.username, password)
        kept.append("the password in the system keyring")
    kept += sorted({f"the password comes from {key}" for server in by_password if (key := named_source(server))})
    return "; ".join(kept)


def _asked(servers: list[Server], talk: Talk) -> dict[Server, str]:
    """A password for each of these servers, asked once for each user name; the keyring is tried first."""
    if not servers:
        return {}
    from inboxtriage.credentials.system_keyring import looked_up  # noqa: PLC0415

    for server in servers:
        looked_up(server.host, server.username)
    by_name: dict[str, str] = {}
    for server in servers:
        if server.username not in by_name:
            by_name[server.username] = talk.password(f"{server.username} at {server.host}")
    return {server: by_name[server.username] for server in servers}


def _permitted(a: Assembly, account: Account, talk: Talk) -> str:
    """Have the permission given, and keep it."""
    from inboxtriage.credentials.consent import by_browser, by_device  # noqa: PLC0415
    from inboxtriage.credentials.oauth2 import taken  # noqa: PLC0415

    if account.oauth2 is None:
        raise Refused(f"{account.name} has no table [accounts.oauth2]", do="add it, with your client_id")
    client = client_of(account, account.oauth2)
    keep = keep_of(account.oauth2, client)
    keep.read()  # where nothing can be kept the owner need not be asked
    answer = by_device(client, talk.code) if talk.device else by_browser(client, talk.address)
    taken(answer, keep, a.clock.now())
    return f"the permission in {account.oauth2.token_file or 'the system keyring'}"


def _prove(a: Assembly, account: Account, given: dict[Server, str]) -> None:
    """Sign in at both servers. Nothing is read, marked or sent."""

    def secret(server: Server | None) -> Callable[..., str] | None:
        return (lambda: given[server]) if server is not None and server in given else None

    a.mailbox(account, secret=secret(account.imap)).close()
    asyncio.run(a.transport(account, secret=secret(account.smtp)).probe())

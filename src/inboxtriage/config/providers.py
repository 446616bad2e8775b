"""Presets of common providers (providers.toml), by which a mail address is enough.

What the file says wins over what is known here, and a server of another name takes nothing from a preset.
"""

import re
import tomllib
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Literal

import msgspec

from inboxtriage.config.settings import Security, Server

_KINDS = ("imap", "smtp")
_WANTS_TOKENS = re.compile(r"basic auth|basicauth|o-?auth|5\.7\.139|bearer", re.IGNORECASE)


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One server of a provider."""

    host: str
    port: int
    security: Security
    username: Literal["address", "local part"] = "address"


class Permission(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where a provider gives permissions (OAuth2); the client_id is always the owner's own."""

    auth_url: str
    token_url: str
    device_url: str | None = None
    scopes: tuple[str, ...] = ()


class Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of one provider, from where (`source`) and as of when (`date`)."""

    source: str
    date: date
    imap: Line
    smtp: Line
    auth: tuple[Literal["password", "oauth2"], ...]
    domains: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    saves_sent: bool = False
    app_passwords: str | None = None
    oauth2: Permission | None = None


@cache
def providers() -> dict[str, Provider]:
    """Every preset by its name."""
    text = resources.files("inboxtriage.config").joinpath("providers.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Provider])


def of_domain(domain: str) -> Provider | None:
    """The provider that serves the addresses of a domain."""
    return next((one for one in providers().values() if domain.lower() in one.domains), None)


def of_host(host: str) -> Provider | None:
    """The provider that a server belongs to."""
    wanted = host.lower()
    return next((p for p in providers().values() if wanted in {p.imap.host, p.smtp.host, *p.also}), None)


def saves_sent(host: str) -> bool:
    """Whether mail that is handed in at this server appears in Sent by itself."""
    known = of_host(host)
    return known is not None and known.saves_sent


def completed(document: dict[str, Any]) -> dict[str, Any]:
    """The configuration with what its accounts leave out filled in from presets; what is wrong in it stays as it is."""
    accounts = document.get("accounts")
    if not isinstance(accounts, list):
        return document
    return document | {"accounts": [_account(one) if isinstance(one, dict) else one for one in accounts]}


def _account(account: dict[str, Any]) -> dict[str, Any]:
    address = account.get("address")
    if "maildir" in account or not isinstance(address, str):
        return account
    known = _preset(account, address) if _leaves_out(account) else None
    filled = dict(account)
    for kind in _KINDS:
        given = account.get(kind, {} if known else None)
        if isinstance(given, dict):
            filled[kind] = _server(given, address, getattr(known, kind) if known else None, known)
    wants = any(filled[kind].get("auth") == "oauth2" for kind in _KINDS if isinstance(filled.get(kind), dict))
    own = account.get("oauth2", {})
    if wants and known and known.oauth2 and isinstance(own, dict):
        filled["oauth2"] = msgspec.to_builtins(known.oauth2) | own
    return filled


def _leaves_out(account: dict[str, Any]) -> bool:
    """Whether a preset could add anything; else the file of presets is not even read."""
    servers = [account.get(kind) for kind in _KINDS]
    return (
        "provider" in account
        or "oauth2" in account
        or any(not isinstance(one, dict) or "host" not in one or one.get("auth") == "oauth2" for one in servers)
    )


def _preset(account: dict[str, Any], address: str) -> Provider | None:
    if "provider" in account:
        return providers().get(str(account["provider"]))
    return of_domain(address.rpartition("@")[2])


def _server(given: dict[str, Any], address: str, line: Line | None, known: Provider | None) -> dict[str, Any]:
    usual: dict[str, Any] = {"username": address}
    if line is not None and known is not None and given.get("host", line.host) == line.host:
        usual |= {"host": line.host, "security": line.security, "auth": known.auth[0]}
        if line.username == "local part":
            usual["username"] = address.rpartition("@")[0]
        if given.get("security", line.security) == line.security:
            usual["port"] = line.port
    return usual | given


def sign_in_advice(server: Server, said: str) -> str:
    """What to do where a server refused the sign-in with these words (G50)."""
    if server.auth == "oauth2":
        return "give the permission again with `inboxtriage login`, and check username"
    known = of_host(server.host)
    if (known is not None and "password" not in known.auth) or _WANTS_TOKENS.search(said):
        return 'this provider wants OAuth2 (auth = "oauth2", see docs/signing-in.md) or an app password'
    where = f" ({known.app_passwords})" if known is not None and known.app_passwords else ""
    return f"check username and password; many providers want an app password here{where}"


def certificate_advice(why: str) -> str:
    """What to do about a certificate that cannot be trusted; `why` is OpenSSL's word for it."""
    if "expired" in why:
        return "whoever runs the server has to renew it (or this computer's clock is wrong); nothing was said to it"
    return "check host; for a private authority set ca_file"

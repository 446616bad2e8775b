"""OAuth2 permissions: the access token that signs in, had from the refresh token and kept in memory until it ends.

The refresh token lies in the keyring or in `token_file`; a server that gives a new one with each renewal (RFC 6749
section 6) has the old one replaced before the new access token is used.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlsplit

from inboxtriage.config.settings import OAuth2
from inboxtriage.credentials.endpoint import Declined, post
from inboxtriage.errors import SecretMissing

_EARLY = timedelta(seconds=60)  # a token that ends while a server looks at it is of no use
_USUAL = 3600  # seconds, where the endpoint does not say
_renewing = threading.Lock()
_held: dict[tuple[str, str, str], tuple[str, datetime]] = {}  # of this process: token and end, by endpoint and person


class Keep(Protocol):
    """Where the refresh token lies."""

    def read(self) -> str | None:
        """The token, or None where there is none yet. Raises SecretMissing."""
        ...

    def write(self, token: str) -> None:
        """Replace it. Raises SecretMissing."""
        ...


@dataclass(frozen=True)
class Client:
    """Who asks: the owner's registration at the provider, and for whom."""

    oauth2: OAuth2
    address: str
    secret: Callable[[], str] | None  # an "installed app" may have one, which is none (RFC 8252 section 8.5)

    def asks(self, **fields: str) -> dict[str, str]:
        """A form for the token endpoint."""
        known = {"client_id": self.oauth2.client_id}
        return known | ({"client_secret": self.secret()} if self.secret else {}) | fields

    @property
    def host(self) -> str:
        """The token endpoint's host, under which the keyring keeps the refresh token."""
        return urlsplit(self.oauth2.token_url).hostname or self.oauth2.token_url


class AccessToken:
    """Called for the token to sign in with; `fresh` where the server refused the last one."""

    def __init__(self, client: Client, keep: Keep, now: Callable[[], datetime], account: str) -> None:
        self._client, self._keep, self._now, self._account = client, keep, now, account

    def __call__(self, *, fresh: bool = False) -> str:
        """An access token that should hold for a while yet. Raises SecretMissing, or Unreachable."""
        client = self._client
        key = (client.oauth2.token_url, client.oauth2.client_id, client.address)
        with _renewing:
            token, ends = _held.get(key, ("", self._now()))
            if fresh or not token or ends - _EARLY <= self._now():
                token, ends = self._renewed()
                _held[key] = token, ends
            return token

    def _renewed(self) -> tuple[str, datetime]:
        refresh = self._stored()
        try:
            answer = self._asked(refresh)
        except Declined as no:
            newer = self._stored()
            if no.code != "invalid_grant" or newer == refresh:
                raise
            answer = self._asked(newer)  # another process renewed it in between
        return taken(answer, self._keep, self._now())

    def _asked(self, refresh: str) -> dict[str, Any]:
        fields = self._client.asks(grant_type="refresh_token", refresh_token=refresh)
        return post(self._client.oauth2.token_url, fields)

    def _stored(self) -> str:
        refresh = self._keep.read()
        if refresh is None:
            raise SecretMissing(
                f"no permission was given for {self._account} yet", do=f"`inboxtriage login {self._account}`"
            )
        return refresh


def taken(answer: dict[str, Any], keep: Keep, now: datetime) -> tuple[str, datetime]:
    """The access token of an endpoint's answer and its end; a refresh token in it is kept first."""
    token, refresh, seconds = answer.get("access_token"), answer.get("refresh_token"), answer.get("expires_in", _USUAL)
    if not isinstance(token, str) or not token.isprintable() or not token.isascii() or not token:
        raise SecretMissing("the token endpoint gave no usable token", do="check token_url and scopes")
    if isinstance(refresh, str) and refresh and refresh != keep.read():
        keep.write(refresh)
    return token, now + timedelta(seconds=seconds if isinstance(seconds, int) and 0 < seconds < 10**7 else _USUAL)

"""How the owner gives the permission: in a browser on this computer, or on any other by a code.

The first is RFC 8252 (authorization code over a loopback address, PKCE with S256, a state that must come back), the
second RFC 8628 (device code). Both end in a refresh token that is kept; no password passes through here.
"""

import base64
import hashlib
import hmac
import http.server
import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from inboxtriage.credentials.endpoint import Declined, post
from inboxtriage.credentials.oauth2 import Client
from inboxtriage.errors import SecretMissing

_PATIENCE = 300.0  # seconds for the owner to say yes
_SLOWER = 5  # seconds longer between questions when the endpoint asks for it (RFC 8628 section 3.5)
_DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
_DONE = b"<!doctype html><title>inboxtriage</title><p>Done. You can close this page.\n"


def by_browser(client: Client, show: Callable[[str], None], *, patience: float = _PATIENCE) -> dict[str, Any]:
    """The endpoint's answer after the owner said yes at the address that `show` gets. Raises SecretMissing."""
    verifier, state = secrets.token_urlsafe(64), secrets.token_urlsafe(32)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    with http.server.HTTPServer(("127.0.0.1", 0), _Listener) as listener:
        listener.state, listener.came = state, None  # type: ignore[attr-defined]
        here = f"http://127.0.0.1:{listener.server_address[1]}/"
        asked = {
            "response_type": "code",
            "client_id": client.oauth2.client_id,
            "redirect_uri": here,
            "scope": " ".join(client.oauth2.scopes),
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "access_type": "offline",  # without it some providers give no refresh token
            "prompt": "consent",
            "login_hint": client.address,
        }
        join = "&" if urlsplit(client.oauth2.auth_url).query else "?"
        show(client.oauth2.auth_url + join + urlencode(asked))
        came = _wait_for(listener, patience)
    if "code" not in came:
        raise SecretMissing("the permission was not given", do="run `inboxtriage login` again")
    fields = client.asks(grant_type="authorization_code", code=came["code"], redirect_uri=here, code_verifier=verifier)
    return _lasting(post(client.oauth2.token_url, fields))


def _wait_for(listener: http.server.HTTPServer, patience: float) -> dict[str, str]:
    ends = time.monotonic() + patience
    while (left := ends - time.monotonic()) > 0:
        listener.timeout = min(left, 1.0)
        listener.handle_request()
        came: dict[str, str] | None = listener.came  # type: ignore[attr-defined]
        if came is not None:
            return came
    raise SecretMissing("nobody said yes in time", do="run `inboxtriage login` again")


class _Listener(http.server.BaseHTTPRequestHandler):
    """Hears the one redirect that carries our state; whatever else knocks is turned away."""

    timeout = 5  # seconds that a caller may say nothing

    def do_GET(self) -> None:
        """Take the code, or the refusal."""
        url = urlsplit(self.path)
        given = {name: values[0] for name, values in parse_qs(url.query).items()}
        expected: str = self.server.state  # type: ignore[attr-defined]
        ours = hmac.compare_digest(given.get("state", "").encode(), expected.encode())
        if url.path != "/" or not ours or not given.keys() & {"code", "error"}:
            self.send_error(404)
            return
        self.server.came = given  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(_DONE)))
        self.end_headers()
        self.wfile.write(_DONE)

    def log_message(self, *_: object) -> None:
        """Nothing: the address holds the code."""


def by_device(
    client: Client, show: Callable[[str, str], None], *, sleep: Callable[[float], None] = time.sleep
) -> dict[str, Any]:
    """The endpoint's answer after the owner entered the code that `show` gets, at the address that it gets."""
    if client.oauth2.device_url is None:
        raise SecretMissing("no device_url is known", do="set it in [accounts.oauth2], or leave --device out")
    begun = post(client.oauth2.device_url, client.asks(scope=" ".join(client.oauth2.scopes)))
    device, code = begun.get("device_code"), begun.get("user_code")
    where = begun.get("verification_uri", begun.get("verification_url"))
    if not all(isinstance(one, str) and one for one in (device, code, where)):
        raise SecretMissing("the device endpoint gave no code", do="check device_url and scopes")
    show(str(where), str(code))
    interval, waited = _seconds(begun.get("interval"), 5), 0.0
    patience = min(_seconds(begun.get("expires_in"), 900), 1800.0)
    while waited < patience:
        sleep(interval)
        waited += interval
        try:
            fields = client.asks(grant_type=_DEVICE, device_code=str(device))
            return _lasting(post(client.oauth2.token_url, fields))
        except Declined as no:
            if no.code == "slow_down":
                interval += _SLOWER
            elif no.code != "authorization_pending":
                raise
    raise SecretMissing("nobody said yes in time", do="run `inboxtriage login --device` again")


def _seconds(told: object, usual: float) -> float:
    return float(told) if isinstance(told, int | float) and told > 0 else usual


def _lasting(answer: dict[str, Any]) -> dict[str, Any]:
    if not answer.get("refresh_token"):
        raise SecretMissing(
            "the provider gave a permission that cannot be renewed",
            do='add "offline_access" or its like to scopes',
        )
    return answer

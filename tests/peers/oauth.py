"""A token server on loopback that speaks RFC 6749, RFC 7636 and RFC 8628, and remembers every request it got."""

import base64
import hashlib
import http.server
import json
import secrets
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit


@dataclass
class TokenServer:
    """`tokens` are the access tokens that count now: a mail peer can share the set."""

    tokens: set[str] = field(default_factory=set)
    refresh: str = "refresh-0"
    lifetime: int = 3600
    rotates: bool = True  # a renewal ends the old refresh token
    refuses: str | None = None  # an error code for every renewal
    redirects_to: str | None = None
    says: str = ""  # more words in every refusal
    pending: int = 0  # how often a device must ask before the owner has said yes
    client_secret: str | None = None
    port: int = 0
    asked: list[dict[str, str]] = field(default_factory=list)  # every form, in order
    challenge: str = ""
    code: str = ""
    issued: int = 0

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def table(self) -> str:
        """The configuration of it."""
        return (
            f'[accounts.oauth2]\nclient_id = "client"\nauth_url = "{self.url}/auth"\ntoken_url = "{self.url}/token"\n'
        )

    def owner_says_yes(self, address: str, *, state: str | None = None) -> int:
        """Open the address as a browser would, and follow it back; the status of what answered there."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["code_challenge_method"] == "S256"
        assert asked["client_id"] == "client"
        self.challenge, self.code = asked["code_challenge"], secrets.token_urlsafe(8)
        back = asked["redirect_uri"] + "?" + urlencode({"code": self.code, "state": state or asked["state"]})
        try:
            with urllib.request.urlopen(back, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, object]]:
        """The status and the document for one form."""
        self.asked.append(form)
        if form.get("client_id") != "client" or form.get("client_secret") != self.client_secret:
            return 401, {"error": "invalid_client"}
        if path == "/device":
            here = f"{self.url}/enter"
            return 200, {"device_code": "dev", "user_code": "AB-CD", "verification_uri": here, "interval": 0.05}
        kind = form["grant_type"]
        if kind == "authorization_code":
            digest = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
            good = form["code"] == self.code and digest.decode().rstrip("=") == self.challenge
        elif kind == "refresh_token":
            if self.refuses:
                return 400, {"error": self.refuses, "error_description": self.says}
            good = form["refresh_token"] == self.refresh
        else:
            self.pending -= 1
            if self.pending >= 0:
                return 400, {"error": "slow_down" if self.pending == 0 else "authorization_pending"}
            good = form["device_code"] == "dev"
        if not good:
            return 400, {"error": "invalid_grant", "error_description": self.says}
        self.issued += 1
        token = f"access-{self.issued}"
        self.tokens.add(token)
        document: dict[str, object] = {"access_token": token, "expires_in": self.lifetime, "token_type": "Bearer"}
        if self.rotates or kind != "refresh_token":
            self.refresh = f"refresh-{self.issued}"
            document["refresh_token"] = self.refresh
        return 200, document


@contextmanager
def serving(server: TokenServer) -> Iterator[TokenServer]:
    """The server, on loopback."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = {k: v[0] for k, v in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()}
            if server.redirects_to:
                server.asked.append(form)
                self.send_response(307)
                self.send_header("Location", server.redirects_to)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            status, document = server.answer(self.path, form)
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", server.port), Handler) as listening:
        server.port = listening.server_address[1]
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join()

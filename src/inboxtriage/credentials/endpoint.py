"""One POST to an OAuth2 endpoint: form in, JSON out (RFC 6749 section 4.1.3, RFC 8628 section 3.1).

The standard library suffices; the OAuth2 libraries would bring an HTTP stack of their own. Nothing is redirected: a
code or a token goes to the host that the configuration names, or nowhere (G56). No answer is repeated in an error.
"""

import http.client
import json
import re
import ssl
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from inboxtriage.errors import SecretMissing, Unreachable
from inboxtriage.web import opener

_SECONDS = 30
_MOST_BYTES = 64 * 1024
_CODE = re.compile(r"[a-z_]{1,40}")  # the error codes of RFC 6749 section 5.2; anything else is not repeated


class Declined(SecretMissing):
    """The endpoint said no; `code` is its error code (RFC 6749 section 5.2)."""

    def __init__(self, host: str, code: str) -> None:
        self.code = code
        super().__init__(
            f"{host} gives no permission ({code})",
            do="give it again with `inboxtriage login`, or check [accounts.oauth2]",
        )


def post(url: str, fields: dict[str, str]) -> dict[str, Any]:
    """What the endpoint answers. Raises Declined, SecretMissing for nonsense, Unreachable where none comes."""
    host = urllib.parse.urlsplit(url).netloc
    form = urllib.parse.urlencode(fields).encode("ascii")
    asked = urllib.request.Request(url, form, {"Accept": "application/json", "User-Agent": "inboxtriage"})  # noqa: S310 - config.rules lets in https, and http to this machine
    try:
        with opener().open(asked, timeout=_SECONDS) as answer:
            return _document(answer.read(_MOST_BYTES), host)
    except urllib.error.HTTPError as error:
        with error:
            said = error.read(_MOST_BYTES)
        if error.code in {400, 401}:
            code = str(_document(said, host).get("error", ""))
            raise Declined(host, code if _CODE.fullmatch(code) else "an error without a name") from None
        raise Unreachable(f"{host} answered {error.code}", do="try later, or check token_url") from None
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        why = reason.verify_message if isinstance(reason, ssl.SSLCertVerificationError) else type(reason).__name__
        raise Unreachable(f"{host} cannot be asked for a token ({why})", do="check network and token_url") from None


def _document(said: bytes, host: str) -> dict[str, Any]:
    try:
        found = json.loads(said)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise SecretMissing(f"{host} gave an answer that is no JSON", do="check token_url")
    return found

"""A calendar at an address: the iCal link of an online calendar, fetched each time it is asked.

The link is a secret that opens the whole calendar, so errors name its host alone.
"""

import http.client
import socket
import ssl
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from typing import IO
from zoneinfo import ZoneInfo

from inboxtriage.calendar.address import address
from inboxtriage.calendar.ical import busy_spans
from inboxtriage.calendar.lines import MOST_BYTES
from inboxtriage.calendar.protocol import Busy
from inboxtriage.errors import CalendarUnreadable
from inboxtriage.web import opener

_SILENCE = 15  # seconds that a server may say nothing
_WHOLE = 60  # seconds in which the whole file must have come
_WHY = {
    401: ("it asks for a password", "use its private iCal address, or [[practice.openings.caldav]]"),
    403: ("it refuses to show the calendar", "use its private iCal address"),
    404: ("there is no calendar at this address", "copy the address again"),
    410: ("the calendar is gone", "copy the address again"),
}


@dataclass(frozen=True, slots=True)
class UrlCalendar:
    """The calendar at `url` (https, webcal, or http on this machine); times without a zone are those of `zone`."""

    url: str
    zone: ZoneInfo

    def busy(self, begin: datetime, end: datetime) -> tuple[Busy, ...]:
        """What is taken between two aware moments. Raises CalendarUnreadable."""
        where = address(self.url)
        name = f"the calendar at {where.host}"
        return busy_spans(_fetched(where.url, name), begin, end, self.zone, name)


def _fetched(url: str, name: str) -> bytes:
    """The bytes at `url`. Raises CalendarUnreadable, without the address."""
    asked = urllib.request.Request(url, headers={"User-Agent": "inboxtriage", "Accept": "text/calendar, */*;q=0.1"})  # noqa: S310 - address() lets in http and https alone
    finish = time.monotonic() + _WHOLE
    try:
        with opener(_Redirects()).open(asked, timeout=_SILENCE) as answer:
            chunks: list[bytes] = []
            size = 0
            while chunk := answer.read1(65536):
                chunks.append(chunk)
                size += len(chunk)
                if size > MOST_BYTES:
                    break  # too large, as the reader will say
                if time.monotonic() > finish:
                    raise TimeoutError
            promised = answer.headers.get("Content-Length", "")
    except CalendarUnreadable as error:
        raise CalendarUnreadable(f"{name}: {error.what}", do=error.do) from None
    except urllib.error.HTTPError as error:
        error.close()
        why, do = _WHY.get(error.code, (f"its server answered {error.code}", "try later, or open it in a browser"))
        raise CalendarUnreadable(f"{name}: {why}", do=do) from None
    except (OSError, http.client.HTTPException, ValueError) as error:  # their words may hold the address
        why, do = _cause(getattr(error, "reason", error))
        raise CalendarUnreadable(f"{name}: {why}", do=do) from None
    if promised.isdecimal() and size < min(int(promised), MOST_BYTES):
        raise CalendarUnreadable(f"{name}: the connection broke off", do="try later")
    return b"".join(chunks)


def _cause(error: object) -> tuple[str, str]:
    """What went wrong and what to do, in words that hold nothing of the address."""
    if isinstance(error, socket.gaierror):
        return "there is no such host, or no network", "check the address and the network"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate cannot be trusted ({error.verify_message})", "check the address"
    if isinstance(error, ssl.SSLError):
        return "no private connection could be made", "check the address"
    if isinstance(error, TimeoutError):
        return "its server did not answer in time", "try later"
    if isinstance(error, ConnectionRefusedError):
        return "nothing answers there", "check the address, or try later"
    return f"the connection failed ({type(error).__name__})", "check the address, or try later"


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a server to other private addresses alone: never to a plain line, a file or another protocol."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        try:
            private = address(newurl).url.startswith("https:") or req.type == "http"
        except CalendarUnreadable:
            private = False
        if not private:
            fp.close()
            raise CalendarUnreadable("its server points to an address that is not private", do="copy the address again")
        return super().redirect_request(req, fp, code, msg, headers, newurl)

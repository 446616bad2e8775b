"""A calendar on a CalDAV server (RFC 4791), or all calendars of one person there.

The server is asked for the events that touch the days in question, as they are stored; what they mean is worked out
here, so that every kind of calendar follows the same rules. The one door to `caldav`, which is slow to import and so
imported when a server is asked.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin, urlsplit
from zoneinfo import ZoneInfo

from inboxtriage.calendar.address import address
from inboxtriage.calendar.ical import busy_spans
from inboxtriage.calendar.lines import MOST_BYTES
from inboxtriage.calendar.protocol import Busy
from inboxtriage.config.settings import CalDav
from inboxtriage.errors import CalendarUnreadable

if TYPE_CHECKING:
    from caldav.davclient import DAVClient

_SILENCE = 15  # seconds that a server may say nothing
_DAY = timedelta(days=1)  # times without a zone are of the server's zone to the server
_D, _C = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
_WHAT = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<D:propfind xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:resourcetype/>'
    "<D:current-user-principal/><C:calendar-home-set/><C:supported-calendar-component-set/></D:prop></D:propfind>"
)
_EVENTS = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><C:calendar-data/></D:prop>'
    '<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">'
    '<C:time-range start="{0:%Y%m%dT%H%M%SZ}" end="{1:%Y%m%dT%H%M%SZ}"/>'
    "</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"
)


@dataclass(frozen=True, slots=True)
class CalDavCalendar:
    """What `server.url` names: one calendar, or a person's principal or home with all calendars in it.

    `secret` fetches the password when it is needed and may raise SecretMissing; times without a zone are of `zone`.
    """

    server: CalDav
    secret: Callable[[], str]
    zone: ZoneInfo

    def busy(self, begin: datetime, end: datetime) -> tuple[Busy, ...]:
        """What is taken between two aware moments, in all calendars. Raises CalendarUnreadable, SecretMissing."""
        where = address(self.server.url)
        name = f"the calendar at {where.host}"
        password = self.secret()
        logging.getLogger("caldav").propagate = False  # it quotes what a server sent: events with their titles
        from caldav.davclient import DAVClient  # noqa: PLC0415 - slow to import
        from caldav.lib.error import AuthorizationError, DAVError  # noqa: PLC0415

        spans: set[Busy] = set()
        try:
            with DAVClient(
                where.url,
                username=self.server.username,
                password=password,
                timeout=_SILENCE,
                enable_rfc6764=False,
            ) as client:
                if where.url.startswith("https:"):
                    client.session.adapters.pop("http://", None)  # no redirect leaves TLS
                for url in _calendars(client, where.url, name):
                    for text in _events(client, url, begin, end, name):
                        spans.update(busy_spans(text, begin, end, self.zone, name))
        except AuthorizationError:
            raise CalendarUnreadable(
                f"{name}: the server refused {self.server.username}", do="check username and password"
            ) from None
        except DAVError as error:
            status = f" ({error.status})" if error.status else ""
            raise CalendarUnreadable(f"{name}: the server could not answer{status}", do="try later") from None
        except (OSError, ValueError, SyntaxError, NotImplementedError) as error:  # their words may hold names and paths
            why, do = _cause(error)
            raise CalendarUnreadable(f"{name}: {why}", do=do) from None
        return tuple(sorted(spans))


def _calendars(client: "DAVClient", url: str, name: str) -> list[str]:
    """The addresses of the calendars that `url` stands for. Raises CalendarUnreadable where there is none."""
    own = next((prop for _, prop in _properties(client, url, 0, name)), None)
    if own is not None and _is_calendar(own):
        return [url]
    homes = _links(own, f"{_C}calendar-home-set", url)
    for principal in () if homes else _links(own, f"{_D}current-user-principal", url):
        for _, prop in _properties(client, principal, 0, name):
            homes += _links(prop, f"{_C}calendar-home-set", principal)
    found = [link for home in homes for link, prop in _properties(client, home, 1, name) if _is_calendar(prop)]
    if not found:
        raise CalendarUnreadable(f"{name}: no calendar is found there", do="use the address of the calendar itself")
    return found


def _events(client: "DAVClient", url: str, begin: datetime, end: datetime, name: str) -> Iterator[bytes]:
    """The stored events of one calendar that touch the time asked for, each an iCalendar text with its exceptions."""
    query = _EVENTS.format((begin - _DAY).astimezone(UTC), (end + _DAY).astimezone(UTC))
    answer = client.request(url, "REPORT", query, {"Depth": "1", "Content-Type": 'application/xml; charset="utf-8"'})
    size = 0
    for response in _responses(answer, name):
        text = response.findtext(f".//{_C}calendar-data")
        if text:
            size += len(text)
            if size > MOST_BYTES:
                raise CalendarUnreadable(f"{name}: larger than {MOST_BYTES // 1_000_000} MB", do="use another calendar")
            yield text.encode()
        elif _path(_link(response, url)) != _path(url) or " 507" in (response.findtext(f"{_D}status") or ""):
            raise CalendarUnreadable(f"{name}: the server kept some of its events back", do="try later")


def _properties(client: "DAVClient", url: str, depth: int, name: str) -> Iterator[tuple[str, Any]]:
    """The address and the properties of a resource, and of those in it with depth 1 (RFC 4918 section 9.1)."""
    for response in _responses(client.propfind(url, props=_WHAT, depth=depth), name):
        for found in response.iterfind(f"{_D}propstat"):
            if " 200" in (found.findtext(f"{_D}status") or ""):
                yield _link(response, url), found.find(f"{_D}prop")


def _responses(answer: Any, name: str) -> Iterator[Any]:
    """The entries of a 207 answer (RFC 4918 section 13). Raises CalendarUnreadable where the answer is none."""
    if answer.status == 404:
        raise CalendarUnreadable(f"{name}: there is no calendar at this address", do="copy the address again")
    if answer.status != 207 or answer.tree is None:
        raise CalendarUnreadable(
            f"{name}: no CalDAV server answers there (it said {answer.status})", do="check the address"
        )
    yield from answer.tree.iterfind(f"{_D}response")


def _is_calendar(prop: Any) -> bool:
    """Whether these are the properties of a calendar that holds events (RFC 4791 sections 4.2 and 5.2.3)."""
    holds = prop.find(f"{_C}supported-calendar-component-set")
    events = holds is None or len(holds) == 0 or any(one.get("name") == "VEVENT" for one in holds)
    return events and prop.find(f"{_D}resourcetype/{_C}calendar") is not None


def _links(prop: Any, what: str, base: str) -> list[str]:
    """The addresses that a property names; each must be as private as the one in the configuration."""
    found = [] if prop is None else prop.iterfind(f"{what}/{_D}href")
    return [address(urljoin(base, one.text.strip())).url for one in found if one.text]


def _link(response: Any, base: str) -> str:
    return address(urljoin(base, (response.findtext(f"{_D}href") or "").strip())).url


def _path(url: str) -> str:
    return unquote(urlsplit(url).path).rstrip("/")


def _cause(error: Exception) -> tuple[str, str]:
    """What went wrong and what to do, in words that hold nothing of the address; the library tells causes by text."""
    text, kind = str(error), type(error).__name__
    if "resolve" in text or "getaddrinfo" in text or "Name or service" in text:
        return "there is no such host, or no network", "check the address and the network"
    if "certificate" in text.lower() or kind == "SSLError":
        return "no private connection could be made", "check the address and the server's certificate"
    if "Timeout" in kind or "timed out" in text:
        return "its server did not answer in time", "try later"
    if "refused" in text:
        return "nothing answers there", "check the address, or try later"
    return f"the connection failed ({kind})", "check the address, or try later"

"""Which addresses a calendar may be asked at: over TLS, or on this machine. A plain line would show who comes when."""

from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from inboxtriage.config.rules import is_loopback
from inboxtriage.errors import CalendarUnreadable

_SCHEMES = {"https": "https", "http": "http", "webcal": "https", "webcals": "https"}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a calendar is asked for, and the name under which errors speak of it: paths may hold a secret."""

    url: str
    host: str


def address(url: str) -> Address:
    """The address to ask; webcal means https. Raises CalendarUnreadable where it is none, or is not private."""
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise CalendarUnreadable("a calendar's address is no address", do="copy it again from the calendar") from None
    scheme = _SCHEMES.get(parts.scheme.lower())
    if scheme is None or not host or any(c.isspace() or not c.isprintable() for c in url.strip()):
        raise CalendarUnreadable(
            "a calendar's address must begin with https:// or webcal:// and name a host",
            do="copy it again from the calendar",
        )
    if parts.username is not None:
        raise CalendarUnreadable(
            f"the calendar at {host}: its address holds a user name",
            do="use [[practice.openings.caldav]] with username and password_env",
        )
    if scheme == "http" and not is_loopback(host):
        raise CalendarUnreadable(
            f"the calendar at {host}: http:// would show everyone on the way when you are busy", do="use https://"
        )
    return Address(urlunsplit((scheme, parts.netloc, parts.path, parts.query, "")), host)

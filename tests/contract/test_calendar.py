"""One contract for every calendar: file, address and CalDAV inherit it, so a difference between them is a failing test."""

import io
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inboxtriage.calendar.caldav import CalDavCalendar
from inboxtriage.calendar.ical import busy_spans
from inboxtriage.calendar.ics import IcsFile
from inboxtriage.calendar.lines import when
from inboxtriage.calendar.protocol import Busy, Calendar
from inboxtriage.calendar.url import UrlCalendar
from inboxtriage.config.settings import CalDav
from inboxtriage.errors import CalendarUnreadable, SecretMissing
from tests.peers import radicale as radicale_peer
from tests.peers.radicale import PASSWORD, Person, Radicale
from tests.peers.tls import Certificate

NEW_YORK = ZoneInfo("America/New_York")
BEGIN = datetime(2026, 11, 9, 0, 0, tzinfo=NEW_YORK)  # a Monday
END = BEGIN + timedelta(days=14)
TITLE = "Session with Ada Lovelace"


def event(*lines: str, uid: str = "one@harbor.example") -> str:
    return "\n".join(
        ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20261101T000000Z", f"SUMMARY:{TITLE}", *lines, "END:VEVENT"]
    )


def calendar(*parts: str, head: tuple[str, ...] = ()) -> str:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Harbor//EN", *head, *parts, "END:VCALENDAR", ""]
    return "\n".join(lines).replace("\n", "\r\n")


def spans(*local: str) -> tuple[Busy, ...]:
    """Each "11-10T09:00/10:00" or "11-10T09:00/11-12T10:00", in New York."""
    found = []
    for one in local:
        start, _, end = one.partition("/")
        end = end if "T" in end else f"{start[:6]}{end}"
        ends = [datetime.fromisoformat(f"2026-{t}").replace(tzinfo=NEW_YORK).astimezone(UTC) for t in (start, end)]
        found.append(Busy(*ends))
    return tuple(found)


TEN = ("DTSTART;TZID=America/New_York:20261110T100000", "DTEND;TZID=America/New_York:20261110T110000")
BERLIN = """BEGIN:VTIMEZONE
TZID:Office
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE"""

READ = {
    "one event": ([event(*TEN)], spans("11-10T10:00/11:00")),
    "UTC": ([event("DTSTART:20261110T150000Z", "DTEND:20261110T160000Z")], spans("11-10T10:00/11:00")),
    "a time without a zone is the practice's": (
        [event("DTSTART:20261110T100000", "DTEND:20261110T110000")],
        spans("11-10T10:00/11:00"),
    ),
    "a zone that the calendar defines": (
        [BERLIN, event("DTSTART;TZID=Office:20261110T160000", "DTEND;TZID=Office:20261110T170000")],
        spans("11-10T10:00/11:00"),
    ),
    "a zone as Windows calls it": (
        [event('DTSTART;TZID="Eastern Standard Time":20261110T100000', "DURATION:PT1H")],
        spans("11-10T10:00/11:00"),
    ),
    "a length instead of an end": (
        [event("DTSTART;TZID=America/New_York:20261110T100000", "DURATION:PT90M")],
        spans("11-10T10:00/11:30"),
    ),
    "an event without length keeps its moment": (
        [event("DTSTART;TZID=America/New_York:20261110T100000")],
        spans("11-10T10:00/10:00"),
    ),
    "every week but two": (
        [event(*TEN, "RRULE:FREQ=WEEKLY;BYDAY=TU,TH", "EXDATE;TZID=America/New_York:20261112T100000,20261117T100000")],
        spans("11-10T10:00/11:00", "11-19T10:00/11:00"),
    ),
    "every week, across the end of summer time": (
        [
            event(
                "DTSTART;TZID=America/New_York:20261006T100000",
                "DTEND;TZID=America/New_York:20261006T110000",
                "RRULE:FREQ=WEEKLY",
            )
        ],
        spans("11-10T10:00/11:00", "11-17T10:00/11:00"),
    ),
    "a series that ended": (
        [
            event(
                "DTSTART;TZID=America/New_York:20260901T100000",
                "DTEND;TZID=America/New_York:20260901T110000",
                "RRULE:FREQ=WEEKLY;UNTIL=20261110T150000Z",
            )
        ],
        spans("11-10T10:00/11:00"),
    ),
    "further dates": (
        [event(*TEN, "RDATE;TZID=America/New_York:20261111T120000")],
        spans("11-10T10:00/11:00", "11-11T12:00/13:00"),
    ),
    "one of a series moved, one cancelled": (
        [
            event(*TEN, "RRULE:FREQ=DAILY;COUNT=3"),
            event(
                "RECURRENCE-ID;TZID=America/New_York:20261111T100000",
                "DTSTART;TZID=America/New_York:20261113T140000",
                "DTEND;TZID=America/New_York:20261113T150000",
            ),
            event(
                "RECURRENCE-ID;TZID=America/New_York:20261112T100000",
                "DTSTART;TZID=America/New_York:20261112T100000",
                "DTEND;TZID=America/New_York:20261112T110000",
                "STATUS:CANCELLED",
            ),
        ],
        spans("11-10T10:00/11:00", "11-13T14:00/15:00"),
    ),
    "a whole day": (
        [event("DTSTART;VALUE=DATE:20261110", "DTEND;VALUE=DATE:20261111")],
        spans("11-10T00:00/11-11T00:00"),
    ),
    "days away": (
        [event("DTSTART;VALUE=DATE:20261107", "DTEND;VALUE=DATE:20261112")],
        spans("11-07T00:00/11-12T00:00"),
    ),
    "a whole day without an end": ([event("DTSTART;VALUE=DATE:20261109")], spans("11-09T00:00/11-10T00:00")),
    "what is marked as free": ([event(*TEN, "TRANSP:TRANSPARENT")], ()),
    "a birthday": ([event("DTSTART;VALUE=DATE:19701110", "RRULE:FREQ=YEARLY", "TRANSP:TRANSPARENT")], ()),
    "what is marked as busy": ([event(*TEN, "TRANSP:OPAQUE")], spans("11-10T10:00/11:00")),
    "cancelled": ([event(*TEN, "STATUS:CANCELLED")], ()),
    "tentative is busy": ([event(*TEN, "STATUS:TENTATIVE")], spans("11-10T10:00/11:00")),
    "a time without a zone at the edge of the time asked for": (
        [event("DTSTART:20261109T003000", "DTEND:20261109T010000")],
        spans("11-09T00:30/01:00"),
    ),
    "one of a series moved far away": (
        [
            event(*TEN, "RRULE:FREQ=DAILY;COUNT=2"),
            event(
                "RECURRENCE-ID;TZID=America/New_York:20261111T100000",
                "DTSTART;TZID=America/New_York:20270311T100000",
                "DTEND;TZID=America/New_York:20270311T110000",
            ),
        ],
        spans("11-10T10:00/11:00"),
    ),
    "elsewhen": ([event("DTSTART:20251110T150000Z", "DTEND:20251110T160000Z")], ()),
}


class CalendarContract:
    """What every calendar promises. `hold` puts an iCalendar text where the calendar is read from."""

    calendar: Calendar
    hold: Callable[[str], None]

    @pytest.mark.parametrize("case", READ)
    def test_busy_times_are_read(self, case: str) -> None:
        parts, expected = READ[case]
        self.hold(calendar(*parts))
        assert self.calendar.busy(BEGIN, END) == expected

    def test_a_rule_without_end_is_read_as_far_as_asked(self) -> None:
        self.hold(calendar(event("DTSTART:19950101T120000Z", "DTEND:19950101T123000Z", "RRULE:FREQ=DAILY")))
        found = self.calendar.busy(BEGIN, END)
        assert len(found) == 14
        assert all(span.end - span.start == timedelta(minutes=30) for span in found)

    def test_changes_are_seen_the_next_time(self) -> None:
        self.hold(calendar(event(*TEN)))
        first = self.calendar.busy(BEGIN, END)
        self.hold(calendar(event("DTSTART:20261111T150000Z", "DTEND:20261111T160000Z")))
        assert first == spans("11-10T10:00/11:00")
        assert self.calendar.busy(BEGIN, END) == spans("11-11T10:00/11:00")

    def test_only_what_touches_the_time_asked_for_is_given(self) -> None:
        self.hold(calendar(event(*TEN)))
        ten, eleven = spans("11-10T10:00/11:00")[0].start, spans("11-10T10:00/11:00")[0].end
        assert self.calendar.busy(ten - timedelta(hours=2), ten) == ()
        assert self.calendar.busy(eleven, eleven + timedelta(hours=2)) == ()
        assert len(self.calendar.busy(ten - timedelta(hours=2), ten + timedelta(minutes=1))) == 1
        assert len(self.calendar.busy(eleven - timedelta(minutes=1), eleven)) == 1


class TestIcsFile(CalendarContract):
    @pytest.fixture(autouse=True)
    def file(self, tmp_path: Path) -> None:
        self.path = tmp_path / "busy.ics"
        self.calendar = IcsFile(self.path, NEW_YORK)
        self.hold = lambda text: (self.path.write_bytes(text.encode()), None)[1]

    def test_a_missing_file_is_named(self) -> None:
        with pytest.raises(CalendarUnreadable, match=r"busy\.ics: there is no such file: check"):
            self.calendar.busy(BEGIN, END)

    def test_a_folder_is_no_calendar(self, tmp_path: Path) -> None:
        with pytest.raises(CalendarUnreadable, match="no file"):
            IcsFile(tmp_path, NEW_YORK).busy(BEGIN, END)


class Web:
    """A real web server: `answers` maps a path, or "METHOD path", to status, headers and body."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        web = self
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                missing = (404, dict[str, str](), b"no")
                own = web.answers.get(f"{self.command} {self.path}")
                status, headers, body = own or web.answers.get(self.path, missing)
                self.send_response(status)
                for key, value in ({"Content-Length": str(len(body))} | headers).items():
                    self.send_header(key, value)
                self.end_headers()
                self.wfile.write(body)

            do_PROPFIND = do_REPORT = do_GET  # noqa: N815 - its own names

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
                pass

        class Quiet(HTTPServer):
            def handle_error(self, request: object, client_address: object) -> None:
                pass  # a client that refuses the certificate

        self.server = Quiet(("127.0.0.1", 0), Handler)
        if tls:
            self.server.socket = tls.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def server_tls(certificate: Certificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate, certificate.key)
    return context


class TestUrl(CalendarContract):
    secret = "/private-token-7f3a/basic.ics"

    @pytest.fixture(autouse=True)
    def web(self) -> Iterator[None]:
        self.served = Web()
        self.url = f"http://127.0.0.1:{self.served.port}{self.secret}"
        self.calendar = UrlCalendar(self.url, NEW_YORK)
        self.hold = lambda text: self.served.answers.update({self.secret: (200, {}, text.encode())})
        yield
        self.served.close()

    def why(self, url: str | None = None) -> str:
        with pytest.raises(CalendarUnreadable) as found:
            UrlCalendar(url or self.url, NEW_YORK).busy(BEGIN, END)
        assert "token" not in str(found.value)
        assert found.value.__cause__ is None
        return str(found.value)

    @pytest.mark.parametrize(
        ("status", "said"),
        [(401, "asks for a password"), (403, "refuses"), (404, "no calendar"), (500, "answered 500")],
    )
    def test_a_refusal_is_said_without_the_address(self, status: int, said: str) -> None:
        self.served.answers[self.secret] = (status, {}, b"nothing here")
        assert said in self.why()

    def test_a_page_to_sign_in_is_no_calendar(self) -> None:
        self.served.answers[self.secret] = (200, {"Content-Type": "text/html"}, b"<!DOCTYPE html><html>Sign in</html>")
        assert "a web page, not a calendar" in self.why()

    def test_an_answer_that_breaks_off_is_no_calendar(self) -> None:
        whole = calendar(event(*TEN)).encode()
        self.served.answers[self.secret] = (200, {"Content-Length": str(len(whole) + 500)}, whole)
        assert "broke off" in self.why()

    def test_a_redirect_is_followed_to_the_same_kind_of_address(self) -> None:
        self.hold(calendar(event(*TEN)))
        self.served.answers["/token-old"] = (302, {"Location": self.secret}, b"")
        old = f"http://127.0.0.1:{self.served.port}/token-old"
        assert UrlCalendar(old, NEW_YORK).busy(BEGIN, END) == spans("11-10T10:00/11:00")

    @pytest.mark.parametrize(
        ("target", "said"),
        [
            ("http://calendar.example/x.ics", "not private"),
            ("ftp://127.0.0.1/x", "not private"),
            ("https://me:token@127.0.0.1/x", "not private"),
            ("file:///etc/hostname", "answered 302"),
        ],
    )
    def test_a_redirect_to_anything_else_is_refused(self, target: str, said: str) -> None:
        self.served.answers[self.secret] = (302, {"Location": target}, b"")
        assert said in self.why()

    def test_a_private_line_is_read_and_no_redirect_leaves_it(
        self, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.authority))
        self.hold(calendar(event(*TEN)))
        private = Web(server_tls(certificate))
        private.answers["/token.ics"] = self.served.answers[self.secret]
        private.answers["/token-out"] = (302, {"Location": self.url}, b"")
        try:
            webcal = UrlCalendar(f"webcal://localhost:{private.port}/token.ics", NEW_YORK)
            assert webcal.busy(BEGIN, END) == spans("11-10T10:00/11:00")
            assert "not private" in self.why(f"https://localhost:{private.port}/token-out")
        finally:
            private.close()

    def test_a_redirect_in_a_circle_ends(self) -> None:
        self.served.answers[self.secret] = (302, {"Location": self.secret}, b"")
        assert "answered 302" in self.why()

    @pytest.mark.parametrize(
        ("url", "said"),
        [
            ("http://calendar.example/token.ics", "use https"),
            ("ftp://calendar.example/token.ics", "must begin with https"),
            ("https:///token.ics", "name a host"),
            ("https://me:token@calendar.example/x.ics", "user name"),
            ("https://[calendar.example/token.ics", "no address"),
            ("https://calendar.example:many/token", "no address"),
            ("https://calendar.example/a token.ics", "must begin with https"),
            ("webcal://no-such-host.invalid/token.ics", "no such host"),
        ],
    )
    def test_an_address_that_cannot_be_asked_is_refused(self, url: str, said: str) -> None:
        assert said in self.why(url)

    def test_nobody_listening_is_said(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        assert "nothing answers there" in self.why(f"http://127.0.0.1:{port}/token.ics")

    def test_a_certificate_of_nobody_is_not_trusted(self, certificate: Certificate) -> None:
        served = Web(server_tls(certificate))
        try:
            assert "certificate cannot be trusted" in self.why(f"https://localhost:{served.port}/token.ics")
        finally:
            served.close()

    def test_a_server_that_says_nothing_is_not_waited_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("inboxtriage.calendar.url._SILENCE", 0.3)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            begin = time.monotonic()
            assert "did not answer in time" in self.why(f"http://127.0.0.1:{silent.getsockname()[1]}/token.ics")
            assert time.monotonic() - begin < 5


@pytest.fixture(scope="module")
def radicale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    with radicale_peer.running(tmp_path_factory.mktemp("radicale")) as server:
        yield server


def caldav(url: str, person: Person, password: str = PASSWORD) -> CalDavCalendar:
    return CalDavCalendar(CalDav(url=url, username=person.name), lambda: password, NEW_YORK)


class TestCalDav(CalendarContract):
    @pytest.fixture(autouse=True)
    def signed_in(self, radicale: Radicale) -> None:
        self.person = radicale.person()
        self.calendar = caldav(self.person.calendar("work"), self.person)
        self.hold = lambda text: self.person.put("work", "event", text)

    def why(self, url: str, password: str = PASSWORD) -> str:
        with pytest.raises(CalendarUnreadable) as found:
            caldav(url, self.person, password).busy(BEGIN, END)
        assert "wrong" not in str(found.value)
        assert found.value.__cause__ is None
        return str(found.value)

    def test_a_calendar_without_events_is_free(self) -> None:
        assert self.calendar.busy(BEGIN, END) == ()

    def test_all_calendars_of_a_person_count(self) -> None:
        self.person.calendar("home")
        self.person.calendar("tasks", "VTODO")
        self.hold(calendar(event(*TEN)))
        self.person.put("home", "a", calendar(event("DTSTART:20261111T150000Z", "DTEND:20261111T160000Z", uid="a")))
        expected = spans("11-10T10:00/11:00", "11-11T10:00/11:00")
        assert caldav(self.person.url, self.person).busy(BEGIN, END) == expected
        root = f"http://127.0.0.1:{self.person.server.port}/"
        assert caldav(root, self.person).busy(BEGIN, END) == expected

    def test_a_wrong_password_is_said_and_never_shown(self) -> None:
        said = self.why(self.person.url, "wrong")
        assert f"the server refused {self.person.name}: check username and password" in said

    def test_a_calendar_that_is_not_there_is_said(self) -> None:
        assert "no calendar at this address" in self.why(f"{self.person.url}nothing/")

    def test_a_person_without_calendars_is_said(self, radicale: Radicale) -> None:
        other = radicale.person()
        with pytest.raises(CalendarUnreadable, match="no calendar is found there"):
            caldav(other.url, other).busy(BEGIN, END)
        other.calendar("tasks", "VTODO")
        with pytest.raises(CalendarUnreadable, match="no calendar is found there"):
            caldav(other.url, other).busy(BEGIN, END)

    def test_no_redirect_leaves_tls(self, certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate.authority))
        open_line, private = Web(), Web(server_tls(certificate))
        private.answers["/"] = (301, {"Location": f"http://127.0.0.1:{open_line.port}/"}, b"")
        try:
            assert "the connection failed (InvalidSchema)" in self.why(f"https://localhost:{private.port}/")
        finally:
            private.close()
            open_line.close()

    def test_a_web_server_is_no_caldav_server(self) -> None:
        served = Web()
        served.answers["/"] = (200, {"Content-Type": "text/html"}, b"<html>Welcome</html>")
        try:
            assert "no CalDAV server answers there (it said 200)" in self.why(f"http://127.0.0.1:{served.port}/")
        finally:
            served.close()

    @pytest.mark.parametrize(
        ("entry", "said"),
        [
            (
                "<D:href>/work/</D:href><D:status>HTTP/1.1 507 Insufficient Storage</D:status>",
                "kept some of its events",
            ),
            ("<D:href>/work/a.ics</D:href><D:status>HTTP/1.1 403 Forbidden</D:status>", "kept some of its events"),
            ("<D:href>http://elsewhere.example/a.ics</D:href>", "use https"),
            ("<D:href>/work/</D:href><D:status>HTTP/1.1 200 OK</D:status>", None),
        ],
    )
    def test_a_server_that_keeps_events_back_is_not_believed(self, entry: str, said: str | None) -> None:
        many = '<D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:response>%s</D:response></D:multistatus>'
        kind = (
            "<D:href>/work/</D:href><D:propstat><D:prop><D:resourcetype><D:collection/><C:calendar/></D:resourcetype>"
            "</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>"
        )
        served, xml = Web(), {"Content-Type": "application/xml"}
        served.answers["PROPFIND /work/"] = (207, xml, (many % kind).encode())
        served.answers["REPORT /work/"] = (207, xml, (many % entry).encode())
        url = f"http://127.0.0.1:{served.port}/work/"
        try:
            if said is None:
                assert caldav(url, self.person).busy(BEGIN, END) == ()
            else:
                assert said in self.why(url)
        finally:
            served.close()

    def test_what_a_server_sent_is_not_logged(self, monkeypatch: pytest.MonkeyPatch) -> None:
        served, written = Web(), io.StringIO()
        served.answers["/"] = (207, {"Content-Type": "text/html"}, f'<x xmlns="DAV:">{TITLE}</x>'.encode())
        monkeypatch.setattr(logging.getLogger(), "handlers", [logging.StreamHandler(written)])
        monkeypatch.setattr(logging.getLogger("caldav"), "level", logging.DEBUG)
        try:
            self.why(f"http://127.0.0.1:{served.port}/")
        finally:
            served.close()
        assert written.getvalue() == ""

    def test_an_answer_that_is_no_xml_is_said(self) -> None:
        served = Web()
        served.answers["/"] = (207, {"Content-Type": "application/xml"}, b"<D:multistatus")
        try:
            assert "the connection failed" in self.why(f"http://127.0.0.1:{served.port}/")
        finally:
            served.close()

    def test_nobody_listening_is_said(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        assert "nothing answers there" in self.why(f"http://127.0.0.1:{port}/")

    def test_a_server_that_says_nothing_is_not_waited_for(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("inboxtriage.calendar.caldav._SILENCE", 0.3)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            begin = time.monotonic()
            assert "did not answer in time" in self.why(f"http://127.0.0.1:{silent.getsockname()[1]}/")
            assert time.monotonic() - begin < 5

    def test_a_host_that_is_not_there_is_said(self) -> None:
        assert "no such host" in self.why("https://no-such-host.invalid/")

    def test_a_plain_line_is_refused(self) -> None:
        assert "use https://" in self.why("http://calendar.example/")

    def test_a_certificate_of_nobody_is_not_trusted(self, certificate: Certificate) -> None:
        served = Web(server_tls(certificate))
        try:
            assert "no private connection" in self.why(f"https://localhost:{served.port}/")
        finally:
            served.close()

    def test_a_missing_password_is_said_before_the_server_is_asked(self) -> None:
        def missing() -> str:
            raise SecretMissing("nothing there")

        with pytest.raises(SecretMissing):
            CalDavCalendar(CalDav(url=self.person.url, username="x"), missing, NEW_YORK).busy(BEGIN, END)


def read(text: str | bytes) -> tuple[Busy, ...]:
    return busy_spans(text if isinstance(text, bytes) else text.encode(), BEGIN, END, NEW_YORK, "the calendar")


def test_no_title_is_read_at_all() -> None:
    text = calendar(event(*TEN, "ATTENDEE;CN=Ada Lovelace:mailto:ada@example.org", "DESCRIPTION:very\\n \n private"))
    (kept,) = when(text.encode(), BEGIN, END, "the calendar")
    assert "20261110T100000" in kept
    for word in ("Ada", "ada@", "very", "private", "Harbor//"):
        assert word not in kept


def test_a_calendars_own_zone_is_that_of_its_floating_times() -> None:
    floating = event("DTSTART:20261110T160000", "DTEND:20261110T170000")
    assert read(calendar(floating, head=("X-WR-TIMEZONE:Europe/Berlin",))) == spans("11-10T10:00/11:00")
    assert read(calendar(floating, head=("X-WR-TIMEZONE:Customized",))) == spans("11-10T16:00/17:00")


def test_a_repeat_in_utc_keeps_the_hour_of_the_calendars_zone() -> None:
    weekly = event("DTSTART:20261006T140000Z", "DTEND:20261006T150000Z", "RRULE:FREQ=WEEKLY")
    assert read(calendar(weekly, head=("X-WR-TIMEZONE:America/New_York",)))[0] == spans("11-10T10:00/11:00")[0]


def test_lists_of_busy_times_are_read() -> None:
    periods = (
        "FREEBUSY;FBTYPE=BUSY:20261110T150000Z/PT1H,20261111T150000Z/20261111T160000Z",
        "FREEBUSY;FBTYPE=FREE:20261112T150000Z/PT1H",
        "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20261113T150000Z/PT1H",
        "FREEBUSY:20261113T200000Z/PT1H",
    )
    listed = "\n".join(["BEGIN:VFREEBUSY", "UID:f", "DTSTART:20261109T000000Z", *periods, "END:VFREEBUSY"])
    assert read(calendar(listed)) == spans(
        "11-10T10:00/11:00", "11-11T10:00/11:00", "11-13T10:00/11:00", "11-13T15:00/16:00"
    )


def test_tasks_and_notes_take_no_time() -> None:
    task = "BEGIN:VTODO\nUID:t\nDTSTART:20261110T150000Z\nDUE:20261110T160000Z\nEND:VTODO"
    note = "BEGIN:VJOURNAL\nUID:j\nDTSTART:20261110T150000Z\nEND:VJOURNAL"
    alarm = "BEGIN:VALARM\nTRIGGER:-PT15M\nDURATION:PT5H\nREPEAT:3\nACTION:DISPLAY\nDESCRIPTION:x\nEND:VALARM"
    assert read(calendar(task, note)) == ()
    assert read(calendar(event(*TEN, alarm))) == spans("11-10T10:00/11:00")


def test_zones_of_one_calendar_do_not_reach_the_next() -> None:
    mine = event("DTSTART;TZID=Office:20261110T100000", "DTEND;TZID=Office:20261110T110000")
    tokyo = BERLIN.replace("+0100", "+0900").replace("+0200", "+0900")
    first = read(calendar(BERLIN, mine))
    second = read(calendar(tokyo, mine))
    assert (first[0].start - second[0].start) == timedelta(hours=8)
    with pytest.raises(CalendarUnreadable, match="no time zone 'Office'"):
        read(calendar(mine))


def test_several_calendars_in_a_file_and_a_zone_after_its_use_are_read() -> None:
    other = event("DTSTART;TZID=Office:20261111T160000", "DTEND;TZID=Office:20261111T170000")
    found = read(calendar(event(*TEN)) + calendar(other, BERLIN))
    assert found == spans("11-10T10:00/11:00", "11-11T10:00/11:00")


def test_folded_lines_old_line_ends_and_a_byte_order_mark_are_read() -> None:
    folded = calendar(event(*TEN)).replace("York:2026", "Yo\r\n rk:20\r\n\t26")
    assert read(folded) == spans("11-10T10:00/11:00")
    assert read(calendar(event(*TEN)).replace("\r\n", "\r")) == spans("11-10T10:00/11:00")
    assert read(b"\xef\xbb\xbf" + calendar(event(*TEN)).encode()) == spans("11-10T10:00/11:00")


def test_a_zone_with_a_makers_name_before_it_is_known() -> None:
    made = event("DTSTART;TZID=/maker.example/20260101/America/New_York:20261110T100000", "DURATION:PT1H")
    assert read(calendar(made)) == spans("11-10T10:00/11:00")


def test_a_whole_day_that_ends_on_itself_is_taken_whole() -> None:
    itself = calendar(event("DTSTART;VALUE=DATE:20261110", "DTEND;VALUE=DATE:20261110")).encode()
    noon = datetime(2026, 11, 10, 12, tzinfo=NEW_YORK)
    assert busy_spans(itself, noon, END, NEW_YORK, "the calendar") == spans("11-10T00:00/11-11T00:00")


def test_an_event_in_the_hour_that_is_left_out_runs_forward() -> None:
    night = calendar(
        event("DTSTART;TZID=America/New_York:20270314T023000", "DTEND;TZID=America/New_York:20270314T030000")
    )
    begin = datetime(2027, 3, 14, 0, tzinfo=NEW_YORK)
    (found,) = busy_spans(night.encode(), begin, begin + timedelta(days=1), NEW_YORK, "the calendar")
    assert (found.start, found.end) == (
        datetime(2027, 3, 14, 7, 0, tzinfo=UTC),
        datetime(2027, 3, 14, 7, 30, tzinfo=UTC),
    )


def test_a_date_with_a_zone_is_a_whole_day() -> None:
    assert read(calendar(event("DTSTART;TZID=America/New_York:20261110"))) == spans("11-10T00:00/11-11T00:00")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("  \r\n\r\n", "empty"),
        ("hello", "not an iCalendar file"),
        ("<html><body>Sign in</body></html>", "a web page"),
        ("BEGIN:VCARD\nFN:Ada\nEND:VCARD\n", "not an iCalendar file"),
        (calendar(event(*TEN))[:-60], "breaks off"),
        (calendar(event(*TEN)).replace("END:VEVENT", "END:VTODO"), "damaged"),
        (calendar(event("DTSTART:tomorrow", "DTEND:later")), "cannot be read (DTSTART)"),
        (calendar(event("DTSTART:20261110T150000Z", "DTEND:20261199T150000Z")), "cannot be read"),
        (calendar(event(*TEN, "RRULE:FREQ=SOMETIMES")), "cannot be read"),
        (calendar(event(*TEN, "RRULE:BYDAY=MO")), "cannot be read"),
        (calendar(event("DTSTART;TZID=Nowhere/Land:20261110T100000", "DURATION:PT1H")), "no time zone 'Nowhere/Land'"),
        (calendar(event("DTSTART:20261110T150000Z", "DURATION:P99999999999W")), "cannot be read"),
        (calendar(event(*TEN), head=("CALSCALE:HEBREW",)), "cannot be read"),
        (calendar(event("DTSTART;TZID=America/:20261110T100000", "DURATION:PT1H")), "cannot be read"),
    ],
)
def test_what_is_no_whole_calendar_is_refused_without_its_words(text: str, said: str) -> None:
    with pytest.raises(CalendarUnreadable) as found:
        read(text)
    assert said in str(found.value)
    assert "Ada" not in str(found.value)


def test_a_calendar_without_events_is_free() -> None:
    assert read(calendar()) == ()


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;INTERVAL=5",
        "FREQ=HOURLY",
        "FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(24))) + ";BYMINUTE=" + ",".join(map(str, range(60))),
        "FREQ=DAILY;BYSETPOS=2;BYHOUR=1",
        "FREQ=YEARLY\nRRULE:FREQ=MONTHLY\nRRULE:FREQ=WEEKLY",
        "FREQ=YEARLY;BYSETPOS=" + ",".join(map(str, range(1, 300))),
    ],
)
def test_a_rule_that_would_take_for_ever_is_refused_at_once(rule: str) -> None:
    bomb = calendar(event("DTSTART:19800101T000000Z", "DTEND:19800101T000100Z", f"RRULE:{rule}"))
    begin = time.monotonic()
    with pytest.raises(CalendarUnreadable, match="too long to work out"):
        read(bomb)
    assert time.monotonic() - begin < 1


def test_a_zone_that_would_take_for_ever_is_refused_at_once() -> None:
    bomb = BERLIN.replace("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "FREQ=SECONDLY")
    with pytest.raises(CalendarUnreadable, match="too long to work out"):
        read(calendar(bomb, event("DTSTART;TZID=Office:20261110T100000", "DURATION:PT1H")))


def test_very_many_zones_are_refused() -> None:
    with pytest.raises(CalendarUnreadable, match="more than 200 time zones"):
        read(calendar(*[BERLIN.replace("Office", f"Office {n}") for n in range(201)]))


def test_many_slow_rules_end_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules that never come true are looked for until the year 9999: one may be, a hundred may not."""
    monkeypatch.setattr("inboxtriage.calendar.ical._SECONDS", 1)
    never = [
        event("DTSTART:20200101T000000Z", "DURATION:PT1H", "RRULE:FREQ=MONTHLY;BYDAY=MO;BYSETPOS=53", uid=str(n))
        for n in range(100)
    ]
    begin = time.monotonic()
    with pytest.raises(CalendarUnreadable, match="too many events"):
        read(calendar(*never))
    assert time.monotonic() - begin < 8


def test_very_many_busy_times_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inboxtriage.calendar.ical._MOST", 50)
    hourly = event("DTSTART:20261101T000000Z", "DURATION:PT5M", "RRULE:FREQ=HOURLY")
    with pytest.raises(CalendarUnreadable, match="too many events"):
        read(calendar(hourly))


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CalendarUnreadable, match="larger than 20 MB"):
        read(b"BEGIN:VCALENDAR\r\n" + b" " * 20_000_000)
    monkeypatch.setattr("inboxtriage.calendar.lines._MOST_KEPT", 1000)
    with pytest.raises(CalendarUnreadable, match="too many events"):
        read(calendar(*[event(*TEN, uid=str(n)) for n in range(20)]))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_damaged_calendar_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    parts, _ = READ[data.draw(st.sampled_from(sorted(READ)))]
    raw = bytearray(calendar(*parts).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(raw) - 1))
        what = data.draw(
            st.sampled_from([b"", b"9", b"T", b"\n", b":", b";", b"\xff", b"-", b",", b"RRULE:FREQ=DAILY\r\n"])
        )
        raw[place : place + data.draw(st.integers(0, 3))] = what
    found: tuple[Busy, ...] = ()
    said: CalendarUnreadable | None = None
    try:
        found = read(bytes(raw))
    except CalendarUnreadable as error:
        said = error
    if said is not None:
        assert said.do
        assert "Ada" not in str(said)
        return
    assert list(found) == sorted(found)
    assert all(span.start <= span.end and span.start < END for span in found)
    assert all(span.start.utcoffset() == timedelta() for span in found)

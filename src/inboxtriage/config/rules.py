"""What a well-typed configuration must also satisfy: zones exist, hours run forward, addresses are plain."""

import difflib
import ipaddress
import re
import types
import typing
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from inboxtriage.config import holidays
from inboxtriage.config.providers import providers
from inboxtriage.config.settings import (
    DAYS,
    PASSWORD_KEYS,
    Account,
    CalDav,
    Journey,
    OAuth2,
    Openings,
    Practice,
    Section,
    Server,
    Settings,
    Standards,
)

ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]+")
_LANGUAGE = re.compile(r"[a-z]{2}")
_LONGEST_DAYS = 36_500  # beyond it the calendar of dates ends
_LONGEST_ABSENCE = 366  # days
_LONGEST_TARGET = 2_000  # office hours: about a year of full weeks
_NO_WORDS = {"practice.timezone", "practice.openings.calendars"}  # text, but nothing that a letter says
_CREDENTIAL = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,255}")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")


def faults(settings: Settings) -> Iterator[tuple[str, str]]:
    """Every rule that `settings` breaks, as its key and what is wrong."""
    yield from _practice_faults(settings.practice)
    if not settings.accounts:
        yield "accounts", "at least one [[accounts]] table is needed"
    names = Counter(account.name for account in settings.accounts)
    for number, account in enumerate(settings.accounts):
        yield from _account_faults(account, f"accounts[{number}]", names[account.name])
    service, sending = settings.service, settings.sending
    bounds = {
        "review.undo_seconds": (settings.review.undo_seconds, 0, 7 * 86_400),
        "triage.max_drafts_per_pass": (settings.triage.max_drafts_per_pass, 1, None),
        "store.keep_text_days": (settings.store.keep_text_days, 0, _LONGEST_DAYS),
        "service.poll_seconds": (service.poll_seconds, 1, 86_400),
        # RFC 2177 allows 29 minutes; routers forget sooner (G18).
        "service.idle_seconds": (service.idle_seconds, 1, 600),
        "service.quiet_hours": (service.quiet_hours, 0, 24 * _LONGEST_DAYS),
        "sending.per_hour": (sending.per_hour, 1, None),
        "sending.per_person": (sending.per_person, 1, None),
        "journey.letters_per_day": (settings.journey.letters_per_day, 1, None),
        "sending.acknowledgements_per_hour": (sending.acknowledgements_per_hour, 1, None),
    }
    for key, (value, least, most) in bounds.items():
        if value < least:
            yield key, f"must be at least {least}"
        elif most is not None and value > most:
            yield key, f"must be at most {most}"
    if service.alarm_command is not None and not service.alarm_command:
        yield "service.alarm_command", "is empty"
    yield from _standards_faults(settings.standards)
    yield from _journey_faults(settings.journey)


def _journey_faults(journey: Journey) -> Iterator[tuple[str, str]]:
    times = {"letters_from": journey.letters_from, "letters_until": journey.letters_until}
    wrong = [name for name, time in times.items() if not _CLOCK.fullmatch(time)]
    for name in wrong:
        yield f"journey.{name}", f'{times[name]!r} is no time of day; write one like "08:00"'
    if not wrong and not journey.letters_from < journey.letters_until:
        yield "journey.letters_until", "is not after letters_from"


def _standards_faults(standards: Standards) -> Iterator[tuple[str, str]]:
    targets = {name: getattr(standards, name) for name in ("urgent", "reply", "read", "quarantine")}
    targets |= {f"labels.{label}": hours for label, hours in standards.labels.items()}
    targets |= {f"tiers.{tier}": hours for tier, hours in standards.tiers.items()}
    for name, hours in targets.items():
        if not 0 < hours <= _LONGEST_TARGET:
            yield f"standards.{name}", f"must be more than 0 office hours, and at most {_LONGEST_TARGET}"
    for number, one in enumerate(standards.holidays):
        key = f"standards.holidays[{number}]"
        if one[:1].isdigit():
            if not _is_date(one):
                yield key, f'{one!r} is no date; write one like "2026-12-24"'
        elif (what := holidays.fault(one)) is not None:
            yield key, what
    yield from _absence_faults(standards)


def _absence_faults(standards: Standards) -> Iterator[tuple[str, str]]:
    for number, absence in enumerate(standards.absences):
        key = f"standards.absences[{number}]"
        if absence.until < absence.from_:
            yield key, "ends before it begins"
        if (absence.until - absence.from_).days > _LONGEST_ABSENCE and absence.acknowledge:
            yield f"{key}.acknowledge", f"is for absences of up to {_LONGEST_ABSENCE} days"
        if re.search(r"\{[{%#]|[\r\n]", absence.cover):
            yield f"{key}.cover", "is sent word for word, in one line: take line breaks and {{ }} out of it"
        for before, other in enumerate(standards.absences[:number]):
            both = absence.acknowledge and other.acknowledge
            if both and absence.from_ <= other.until and other.from_ <= absence.until:
                yield key, f"overlaps with standards.absences[{before}], and only one can acknowledge a mail"


def _practice_faults(practice: Practice) -> Iterator[tuple[str, str]]:
    try:
        ZoneInfo(practice.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield "practice.timezone", f"{practice.timezone!r} is no time zone; write one like America/New_York"
    for day, spans in practice.hours.spans().items():
        for number, span in enumerate(spans):
            if not _runs_forward(span):
                yield f"practice.hours.{day}[{number}]", f'{span!r} is no span of hours; write one like "09:00-17:00"'
    if re.search(r"\{[{%#]", practice.urgent.text):
        yield "practice.urgent.text", "is sent word for word: take the {{ }} out of it"
    facts = {"name": practice.name, "owner": practice.owner, "insurance.fee": practice.insurance.fee}
    for key, fact in facts.items():
        if fact is not None and not fact.strip():
            yield f"practice.{key}", "is empty; leave the key out while you do not know it"
    if practice.hours.session_minutes is not None and practice.hours.session_minutes < 1:
        yield "practice.hours.session_minutes", "must be at least 1"
    yield from _openings_faults(practice.openings)
    for language, tables in practice.translations.items():
        key = f"practice.translations.{language}"
        if not _LANGUAGE.fullmatch(language):
            yield key, f"{language!r} is no language; write its two letters, like [practice.translations.es]"
        else:
            yield from _translation_faults(tables, Practice, key, "practice")


def _openings_faults(openings: Openings) -> Iterator[tuple[str, str]]:
    bounds = {
        "buffer_minutes": (openings.buffer_minutes, 0, 1440 * _LONGEST_DAYS),
        "notice_hours": (openings.notice_hours, 0, 24 * _LONGEST_DAYS),
        "hold_days": (openings.hold_days, 1, _LONGEST_DAYS),
    }
    for key, (value, bound, most) in bounds.items():
        if value < bound:
            yield f"practice.openings.{key}", f"must be at least {bound}"
        elif value > most:
            yield f"practice.openings.{key}", f"must be at most {most}"
    if not 1 <= openings.horizon_days <= 120:
        yield "practice.openings.horizon_days", "must be from 1 to 120"
    if not 0 <= openings.offer <= 6:
        yield "practice.openings.offer", "must be from 0 to 6"
    for number, calendar in enumerate(openings.calendars):
        if not _is_calendar(calendar):
            yield (
                f"practice.openings.calendars[{number}]",
                'is neither a path nor an address; write one like "busy.ics", "https://..." or "webcal://..."',
            )
    for number, server in enumerate(openings.caldav):
        yield from _caldav_faults(server, f"practice.openings.caldav[{number}]")


def _caldav_faults(server: CalDav, key: str) -> Iterator[tuple[str, str]]:
    url = _url(server.url)
    if url is None or url.scheme not in {"http", "https"} or not url.hostname:
        yield f"{key}.url", 'is no address of a calendar server; write one like "https://dav.example.com/calendars/me/"'
    elif url.password is not None:
        yield f"{key}.url", "holds a secret, which does not belong in this file; use password_env or password_command"
    elif url.scheme == "http" and not is_loopback(url.hostname):
        yield f"{key}.url", "would send your password in clear; write https (http only for a server on this machine)"
    yield from _password_faults(server, key)


def _is_calendar(entry: str) -> bool:
    """Whether an entry of `calendars` is a file's path, or an address that calendars are had from."""
    if "://" not in entry:
        return bool(entry.strip())
    url = _url(entry)
    return url is not None and url.scheme in {"http", "https", "webcal"} and bool(url.hostname)


def _url(text: str) -> SplitResult | None:
    """The parts of a URL (RFC 3986); None where it is none."""
    try:
        url = urlsplit(text)
        _ = url.port  # is checked only when it is asked for
    except ValueError:
        return None
    return url


def _translation_faults(
    table: dict[str, Any], section: type[Section], key: str, original: str
) -> Iterator[tuple[str, str]]:
    """What of a table of translated facts is no fact of the practice, or is not written as the fact itself is."""
    kinds = {field.encode_name: field.type for field in msgspec.structs.fields(section)}
    facts = {name: wanted for name, kind in kinds.items() if (wanted := _words_of(kind, f"{original}.{name}"))}
    for name, value in table.items():
        here = f"{key}.{name}"
        if name not in facts:
            near = difflib.get_close_matches(name, facts, n=1)
            yield here, f"is no text of [{original}]" + (f"; did you mean {near[0]}?" if near else "")
        elif isinstance(wanted := facts[name], type) and issubclass(wanted, Section):
            if isinstance(value, dict):
                yield from _translation_faults(value, wanted, here, f"{original}.{name}")
            else:
                yield here, f"must be a table, [{here}]"
        else:
            try:
                msgspec.convert(value, wanted)
            except msgspec.ValidationError:
                yield here, f"must be written as {original}.{name} is: text, a list of texts or a table of texts"


def _words_of(kind: Any, key: str) -> Any:
    """The type that a translation of this fact has; None where the fact is no text, or a table without any."""
    if isinstance(kind, type) and issubclass(kind, Section):
        inner = msgspec.structs.fields(kind)
        return kind if any(_words_of(field.type, f"{key}.{field.encode_name}") for field in inner) else None
    if key in _NO_WORDS or key.removeprefix("practice.hours.") in DAYS:
        return None
    if isinstance(kind, types.UnionType):
        kind = next(one for one in typing.get_args(kind) if one is not type(None))
    return kind if kind in {str, tuple[str, ...], dict[str, str]} else None


def _account_faults(account: Account, key: str, namesakes: int) -> Iterator[tuple[str, str]]:
    if namesakes > 1:
        yield f"{key}.name", f"{account.name!r} is used by {namesakes} accounts; each needs its own"
    for which, address in [("address", account.address), *(("aliases", a) for a in account.aliases)]:
        if not ADDRESS.fullmatch(address):
            yield f"{key}.{which}", f"{address!r} is no plain mail address"
    if account.since not in {None, "all"} and not _is_date(str(account.since)):
        yield f"{key}.since", f'{account.since!r} is no date; write one like "2026-11-01", or "all"'
    servers = {"imap": account.imap, "smtp": account.smtp}
    if account.maildir is not None and any(servers.values()):
        yield f"{key}.maildir", "stands instead of imap and smtp, not beside them"
    for name, server in servers.items():
        if server is not None:
            yield from _server_faults(server, f"{key}.{name}")
            if server.auth == "oauth2" and account.oauth2 is None:
                yield f"{key}.{name}.auth", '"oauth2" needs a table [accounts.oauth2] with your client_id'
        elif account.maildir is None and account.provider in {None, *providers()}:
            yield (
                f"{key}.{name}",
                "is missing, and no preset serves the address; give [accounts.imap] and [accounts.smtp], or provider",
            )
    yield from _preset_faults(account, key)
    if not account.folders:
        yield f"{key}.folders", "at least one folder is needed"


def _preset_faults(account: Account, key: str) -> Iterator[tuple[str, str]]:
    if account.provider is not None and account.provider not in providers():
        near = difflib.get_close_matches(account.provider, providers(), n=1)
        yield (
            f"{key}.provider",
            f"{account.provider!r} is none that is known; "
            + (f"did you mean {near[0]}?" if near else "give host in [accounts.imap] and [accounts.smtp]"),
        )
    if account.oauth2 is not None:
        yield from _oauth2_faults(account.oauth2, f"{key}.oauth2")


def _server_faults(server: Server, key: str) -> Iterator[tuple[str, str]]:
    if not 0 <= server.port <= 65535:
        yield f"{key}.port", f"{server.port} is no port"
    if not server.host or any(c.isspace() for c in server.host):
        yield f"{key}.host", f"{server.host!r} is no host name"
    if server.security == "none" and not is_loopback(server.host):
        yield (
            f"{key}.security",
            '"none" would send your password in clear; only a host on this machine may have it',
        )
    if server.ca_file is not None and not server.ca_file.is_file():
        yield f"{key}.ca_file", f"there is no file {server.ca_file}"
    yield from _password_faults(server, key)


def _oauth2_faults(oauth2: OAuth2, key: str) -> Iterator[tuple[str, str]]:
    for name in ("auth_url", "token_url", "device_url"):
        value = getattr(oauth2, name)
        url = _url(value or "")
        if name != "device_url" and not value:
            yield f"{key}.{name}", "is missing; the provider's pages about OAuth2 name it"
        elif value and (url is None or not url.hostname or url.scheme not in {"https", "http"}):
            yield f"{key}.{name}", "is no address; it begins with https://"
        elif url is not None and url.scheme == "http" and not is_loopback(url.hostname or ""):
            yield f"{key}.{name}", "would send your permission in clear; write https"
    if oauth2.client_secret_env is not None and oauth2.client_secret_command is not None:
        yield f"{key}.client_secret_env", "give this or client_secret_command, not both"
    if oauth2.client_secret_command is not None and not oauth2.client_secret_command:
        yield f"{key}.client_secret_command", "is empty"


def _password_faults(server: Server | CalDav, key: str) -> Iterator[tuple[str, str]]:
    named = [name for name in PASSWORD_KEYS if getattr(server, name) is not None]
    if len(named) > 1:
        yield f"{key}.{named[0]}", f"give this or {' or '.join(named[1:])}, not both"
    if server.password_credential is not None and not _CREDENTIAL.fullmatch(server.password_credential):
        yield f"{key}.password_credential", f"{server.password_credential!r} is no name of a systemd credential"
    if server.password_command is not None and not server.password_command:
        yield f"{key}.password_command", "is empty"


def is_loopback(host: str) -> bool:
    """Whether `host` names this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _runs_forward(span: str) -> bool:
    found = _SPAN.fullmatch(span)
    if not found:
        return False
    h1, m1, h2, m2 = map(int, found.groups())
    return h1 * 60 + m1 < h2 * 60 + m2 <= 24 * 60

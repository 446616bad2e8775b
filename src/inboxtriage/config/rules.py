"""What a well-typed configuration must also satisfy: zones exist, hours run forward, addresses are plain."""

import ipaddress
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from inboxtriage.config.settings import Account, Practice, Server, Settings

ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]+")
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")


def faults(settings: Settings) -> Iterator[tuple[str, str]]:
    """Every rule that `settings` breaks, as its key and what is wrong."""
    yield from _practice_faults(settings.practice)
    if not settings.accounts:
        yield "accounts", "at least one [[accounts]] table is needed"
    names = Counter(account.name for account in settings.accounts)
    for number, account in enumerate(settings.accounts):
        yield from _account_faults(account, f"accounts[{number}]", names[account.name])
    least = {
        "review.undo_seconds": (settings.review.undo_seconds, 0),
        "triage.max_drafts_per_pass": (settings.triage.max_drafts_per_pass, 1),
        "service.poll_seconds": (settings.service.poll_seconds, 1),
    }
    for key, (value, bound) in least.items():
        if value < bound:
            yield key, f"must be at least {bound}"
    for number, absence in enumerate(settings.standards.absences):
        if absence.until < absence.from_:
            yield f"standards.absences[{number}]", "ends before it begins"


def _practice_faults(practice: Practice) -> Iterator[tuple[str, str]]:
    try:
        ZoneInfo(practice.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield "practice.timezone", f"{practice.timezone!r} is no time zone; write one like America/New_York"
    for day, spans in practice.hours.spans().items():
        for number, span in enumerate(spans):
            if not _runs_forward(span):
                yield f"practice.hours.{day}[{number}]", f'{span!r} is no span of hours; write one like "09:00-17:00"'
    facts = {"name": practice.name, "owner": practice.owner, "insurance.fee": practice.insurance.fee}
    for key, fact in facts.items():
        if fact is not None and not fact.strip():
            yield f"practice.{key}", "is empty; leave the key out while you do not know it"
    if practice.hours.session_minutes is not None and practice.hours.session_minutes < 1:
        yield "practice.hours.session_minutes", "must be at least 1"


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
        elif account.maildir is None:
            yield (
                f"{key}.{name}",
                "is missing; give [accounts.imap] and [accounts.smtp], or [accounts.maildir]",
            )
    if not account.folders:
        yield f"{key}.folders", "at least one folder is needed"


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
    if server.password_env is not None and server.password_command is not None:
        yield f"{key}.password_env", "give this or password_command, not both"
    if server.password_command is not None and not server.password_command:
        yield f"{key}.password_command", "is empty"
    if server.auth == "oauth2":
        yield f"{key}.auth", '"oauth2" is not supported yet; use an app password'


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

"""A practice to try things on: two weeks of shipped mail in local folders, no account, no server, no network."""

import os
import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from inboxtriage import shipped
from inboxtriage.clock import Clock
from inboxtriage.config.load import load
from inboxtriage.errors import Refused
from inboxtriage.service.assembly import Assembly

MARK = ".inboxtriage-demo"
_PARTS = ("store", "inbox", "outgoing", "sent")
_NAME = re.compile(r"\d+-(?P<days>\d+)d(?P<hour>\d\d)(?P<minute>\d\d)-.+\.eml")
_PLACE = re.compile(rb"@\{-(\d+)d (\d\d):(\d\d)\|([^}]*)\}")


def build(home: Path, clock: Clock) -> Assembly:
    """Make (or make again) the demo practice in `home`. Raises Refused where the folder holds something else."""
    home = home.resolve()
    if home.exists() and not home.is_dir():
        raise Refused(f"{home} is a file", do="name another folder with --home")
    if home.exists() and any(home.iterdir()) and not (home / MARK).exists():
        raise Refused(f"{home} is not empty and is no demo", do="name another folder with --home")
    try:
        home.mkdir(parents=True, exist_ok=True)
        (home / MARK).touch()
    except OSError as error:
        raise Refused(f"{home} cannot be made ({error.strerror})", do="name another folder with --home") from error
    for part in _PARTS:
        shutil.rmtree(home / part, ignore_errors=True)
    for name in ("config.toml", "calendar.ics"):
        shutil.copyfile(shipped.folder("demo") / name, home / name)
    settings = load(home / "config.toml")
    now = clock.now().astimezone(ZoneInfo(settings.practice.timezone))
    for part in ("cur", "new", "tmp"):
        (home / "outgoing" / part).mkdir(parents=True)
    _fill(home / "inbox", shipped.folder("demo") / "backlog", now, "new", "")
    _fill(home / "sent", shipped.folder("demo") / "sent", now, "cur", ":2,S")
    return Assembly(settings, clock)


def is_demo(config: Path) -> bool:
    """Whether a configuration file is that of a demo's practice."""
    return (config.resolve().parent / MARK).exists()


def _fill(maildir: Path, source: Path, now: datetime, part: str, flags: str) -> None:
    for name in ("cur", "new", "tmp"):
        (maildir / name).mkdir(parents=True, exist_ok=True)
    for file in sorted(source.glob("*.eml")):
        arrived = _arrived(file.name, now)
        path = maildir / part / f"{int(arrived.timestamp())}.{file.stem}.demo{flags}"
        path.write_bytes(_dated(file.read_bytes(), arrived, now))
        os.utime(path, (arrived.timestamp(), arrived.timestamp()))


def _arrived(name: str, now: datetime) -> datetime:
    """When a shipped mail came, by its file's name: so many days ago, at that hour; never in the future."""
    found = _NAME.fullmatch(name)
    if found is None:
        raise ValueError(f"{name} does not say when it came")
    return min(_moment(now, int(found["days"]), int(found["hour"]), int(found["minute"])), now - timedelta(minutes=1))


def _dated(raw: bytes, arrived: datetime, now: datetime) -> bytes:
    """A shipped mail with its Date header and with the dates that it speaks of."""

    def spoken(found: re.Match[bytes]) -> bytes:
        moment = _moment(now, *(int(part) for part in found.groups()[:3]))
        return moment.strftime(found[4].decode()).encode()

    filled = _PLACE.sub(spoken, raw)
    if not filled.strip():
        return filled
    return b"Date: " + arrived.strftime("%a, %d %b %Y %H:%M:%S %z").encode() + b"\n" + filled


def _moment(now: datetime, days: int, hour: int, minute: int) -> datetime:
    return (now - timedelta(days=days)).replace(hour=hour, minute=minute, second=0, microsecond=0)

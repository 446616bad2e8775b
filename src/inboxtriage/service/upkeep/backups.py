"""Copies of the store: made while it is in use, put back only after they were looked at (G31)."""

import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from inboxtriage.config.load import state_folder
from inboxtriage.errors import Busy, NotFound, Refused
from inboxtriage.outbox.generation import after
from inboxtriage.service import approvals, putback
from inboxtriage.service.assembly import Assembly
from inboxtriage.store import backup, installation, mark, messages
from inboxtriage.store.database import BACKUPS, FILE, make_private
from inboxtriage.store.lock import RUN, SEND, hold

_MADE, _REPLACED, _SUFFIX = "inboxtriage-", "replaced-", ".sqlite3"
_STAGE = ".restoring-"
_WHEN = "%Y%m%d-%H%M%S"
_WAIT_FOR_SENDER = 30.0  # seconds


@dataclass(frozen=True, slots=True)
class Backup:
    """One copy of the store."""

    path: Path
    at: datetime  # when it was written

    @property
    def size(self) -> int:
        """Bytes."""
        return self.path.stat().st_size

    @property
    def replaced(self) -> bool:
        """Whether a restore kept it, as what was there before."""
        return self.path.name.startswith(_REPLACED)


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: how many messages are back, how many approvals are to be given again, what was kept."""

    messages: int
    taken_back: int
    kept: Path | None


def make(a: Assembly, to: Path | None) -> tuple[Backup, int]:
    """Copy the store, whoever uses it meanwhile; the copy, and how many messages it holds. Raises Refused."""
    now = a.clock.now()
    if to is None:
        make_private(a.folder / BACKUPS)
        to = a.folder / BACKUPS / f"{_MADE}{now.astimezone(UTC):{_WHEN}}{_SUFFIX}"
    if to.exists():
        raise Refused(f"{to} is there already", do="name another file")
    backup.save(a.db, to)
    known = sum(messages.counts(a.db)["state"].values())
    return Backup(to, now), known


def listing(a: Assembly) -> tuple[Backup, ...]:
    """Everything in the store's own folder for copies, also what an upgrade or a killed command left, oldest first."""
    files = [path for path in (a.folder / BACKUPS).glob("**/*") if path.is_file()]
    found = [Backup(path, datetime.fromtimestamp(path.stat().st_mtime, UTC)) for path in files]
    return tuple(sorted(found, key=lambda one: (one.at, one.path.name)))


def restore(a: Assembly, source: Path) -> Restored:
    """Put a copy back. Nothing is touched before it proved sound; what was approved in it is asked for again.

    Raises NotFound, Busy, Refused, BackupUnusable or StoreTooNew.
    """
    if not source.is_file():
        raise NotFound(f"there is no file {source}", do=f"backups are in {a.folder / BACKUPS}")
    if (a.folder / FILE).exists() and source.samefile(a.folder / FILE):
        raise Refused(f"{source} is the store itself", do=f"name a backup; they are in {a.folder / BACKUPS}")
    with hold(a.folder, RUN) as reading, hold(a.folder, SEND, wait_seconds=_WAIT_FOR_SENDER) as sending:
        if not (reading and sending):
            raise Busy("inboxtriage is at work on this store", do="end `inboxtriage run`, then restore")
        make_private(a.folder / BACKUPS)
        for left in (a.folder / BACKUPS).glob(f"{_STAGE}*"):  # by a restore that was killed
            shutil.rmtree(left)
        stage = Path(tempfile.mkdtemp(prefix=_STAGE, dir=a.folder / BACKUPS))
        try:
            return _restore(a, backup.staged(source, stage))
        finally:
            shutil.rmtree(stage, ignore_errors=True)


def _restore(a: Assembly, stage: Path) -> Restored:
    there = msgspec.structs.replace(a.settings, store=msgspec.structs.replace(a.settings.store, path=stage))
    copy = Assembly(there, a.clock)
    try:
        _, broken = approvals.verify(copy)
        if broken:
            raise Refused(f"the backup's chain of approvals is broken: {broken[0]}", do="restore another one")
        ours = installation.get(copy.db)
        count = after(ours.count, mark.read(state_folder(), ours.id))
        with copy.db.writing():  # before it is put in place, so that no crash leaves an approval standing
            taken_back = putback.take_back(copy)
            installation.go_on_from(copy.db, count)
        keep = a.folder / BACKUPS / f"{_REPLACED}{a.clock.now().astimezone(UTC):{_WHEN}}{_SUFFIX}"
        if keep.exists():
            raise Refused(f"{keep} is there already", do="try again in a second")
        existed = backup.put_in_place(copy.db, a.folder, keep)
        mark.write(state_folder(), ours.id, count)
        known = sum(messages.counts(copy.db)["state"].values())
    finally:
        copy.close()
    return Restored(known, taken_back, keep if existed else None)

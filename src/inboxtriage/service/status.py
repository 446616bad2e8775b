"""Is it running, what did it see, what needs a person: counts that add up."""

from dataclasses import dataclass
from datetime import datetime

from inboxtriage.errors import InboxTriageError
from inboxtriage.service import putback
from inboxtriage.service.absence import approving
from inboxtriage.service.absence.approving import View
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.journey import proposing
from inboxtriage.service.survey import unbalanced
from inboxtriage.store import drafts, ledger, messages, outgoing, sender, tally, touches, workers
from inboxtriage.store.ledger import Pass
from inboxtriage.store.lock import RUN, is_held
from inboxtriage.store.tally import Tally
from inboxtriage.store.workers import Worker


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """One account: its last pass, why its sender rests, if it does, and what the daemon's worker does with it now."""

    name: str
    last: Pass | None
    sender_paused: str | None
    worker: Worker | None
    folders: tuple[Tally, ...] = ()


@dataclass(frozen=True, slots=True)
class Status:
    """Everything at a glance. Both mappings add up to `messages`."""

    running: bool
    messages: int
    dispositions: dict[str, int]
    states: dict[str, int]
    outbox: dict[str, int]
    accounts: tuple[AccountStatus, ...]
    needs: tuple[str, ...]
    at: datetime
    away: View | None = None  # the absence of now


def status(a: Assembly) -> Status:
    """How things stand now."""
    messages.wake(a.db, a.clock.now())  # as `queue` does, or the two would count differently
    counted = messages.counts(a.db)
    outbox = {row["state"]: row["n"] for row in a.db.all("SELECT state, count(*) AS n FROM outgoing GROUP BY state")}
    passes = ledger.passes(a.db)
    running = is_running(a)
    working = workers.noted(a.db) if running else {}
    names = [account.name for account in a.settings.accounts]
    accounts = tuple(_account(a, name, passes.get(name), working.get(name)) for name in names)
    absences = approving.views(a)
    return Status(
        running=running,
        messages=sum(counted["state"].values()),
        dispositions=counted["disposition"],
        states=counted["state"],
        outbox=outbox,
        accounts=accounts,
        needs=tuple(_needs(a, accounts, absences)),
        at=a.clock.now(),
        away=approving.current(absences),
    )


def is_running(a: Assembly) -> bool:
    """Whether a daemon (or a pass) holds the store."""
    return is_held(a.folder, RUN)


def _account(a: Assembly, name: str, last: Pass | None, worker: Worker | None) -> AccountStatus:
    paused = sender.paused(a.db, name)
    return AccountStatus(name, last, paused.why if paused else None, worker, tuple(tally.tallies(a.db, name)))


def _needs(a: Assembly, accounts: tuple[AccountStatus, ...], absences: list[View]) -> list[str]:
    """What only a person can do, most pressing first, each with its command."""
    waiting = messages.in_states(a.db, ["waiting"])
    urgent = sum(item.verdict.disposition == "urgent" for item in waiting)
    unknown = outgoing.unsettled(a.db)
    missing = len(drafts.missing(a.db))
    needs = []
    if urgent:
        needs.append(f"{urgent} urgent message(s) to read now: inboxtriage queue")
    if put_back := putback.to_look_at(a):
        needs.append(f"{put_back} approved message(s) to approve again ({putback.WHY}): inboxtriage queue")
    needs += [f"{mail.id}: unknown whether it was sent: inboxtriage resolve {mail.id}" for mail in unknown]
    needs += [f"{one.name}: the last pass failed: {one.last.error}" for one in accounts if one.last and one.last.error]
    needs += [
        f"{one.name}: reading is {one.worker.doing} ({one.worker.why}); start the daemon again, and report it"
        for one in accounts
        if one.worker and one.worker.doing in {"broken", "stuck"}
    ]
    needs += [
        f"{one.name}: nothing is sent ({one.sender_paused}): inboxtriage send" for one in accounts if one.sender_paused
    ]
    for one in accounts:
        needs += [f"{one.name}: {said}" for folder in one.folders if (said := unbalanced(folder))]
    try:
        _ = a.plan
    except InboxTriageError as fault:
        needs.append(f"the journey's plan cannot be used: {fault}")
    if letters := touches.held_back(a.db):
        needs.append(f"{letters} letters are due at once, and none is written by itself: inboxtriage due --draft")
    for view in absences:
        if view.is_missing(a.clock.now()):
            day, why = view.absence.from_.isoformat(), approving.WHY_NONE[view.approval]
            needs.append(f"the absence from {day} acknowledges nothing, as {why}: inboxtriage absence show {day}")
    if proposed := proposing.count(a):
        needs.append(f"{proposed} proposal(s) to take or dismiss: inboxtriage lead proposals")
    if missing:
        needs.append(f"{missing} message(s) without a draft: inboxtriage poll --allow-drafts")
    if len(waiting) > urgent:
        needs.append(f"{len(waiting) - urgent} message(s) waiting: inboxtriage queue")
    return needs

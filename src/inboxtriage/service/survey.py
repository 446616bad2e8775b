"""What of a folder is to be read, and whether the folder adds up: every message of it must be accounted for.

A pass in which nothing happened costs the number of messages, which the server tells when a folder is opened, and one
search above the mark. Only where that number is not the ledger's (or a day after the last comparison) is every
position compared: what is gone is remembered as gone, and what nothing accounts for is read in the same pass.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from inboxtriage.config.settings import Account
from inboxtriage.mailbox.protocol import Mailbox, State
from inboxtriage.store import ledger, tally
from inboxtriage.store.database import Database
from inboxtriage.store.ledger import Mark
from inboxtriage.store.tally import Tally

_COMPARED_EVERY = timedelta(days=1)
_BEFORE_ALL = "0"  # the mark of a folder that was read and held nothing


@dataclass(frozen=True, slots=True)
class Survey:
    """One folder before it is read. `lost` are those to be read that should have been read before."""

    account: str
    folder: str
    begun: Mark
    top: str | None  # the last position, which is the mark once everything is read
    uids: tuple[str, ...]  # to be read
    in_mailbox: int
    unrecorded: int
    first: bool = False  # no pass over this folder has begun yet
    fresh: bool = False  # none was finished under this validity
    lost: int = 0
    gone: frozenset[str] = frozenset()
    back: frozenset[str] = frozenset()
    passed_over: tuple[str, ...] = ()
    compared_at: datetime | None = None  # None: every position was compared now

    def begin(self, db: Database, at: datetime) -> None:
        """Remember what was found, inside `writing`; a pass that is broken off goes on from the same day."""
        place = (self.account, self.folder, self.begun.validity)
        ledger.move_mark(db, self.account, self.folder, self.begun)
        tally.went(db, *place, self.gone, at)
        tally.returned(db, *place, self.back)
        for uid in self.passed_over:
            ledger.record(db, *place, uid, None)

    def end(self, db: Database, came: int, at: datetime) -> None:
        """Remember that all was read, inside `writing`; `came` of them were still there."""
        place = (self.account, self.folder, self.begun.validity)
        ledger.move_mark(db, self.account, self.folder, replace(self.begun, uid=self.top or _BEFORE_ALL))
        if self.fresh:
            tally.numbered_anew(db, *place, at)
        vanished = len(self.uids) - came
        tally.add_up(
            db,
            *place,
            in_mailbox=self.in_mailbox - vanished,
            unrecorded=self.unrecorded,
            at=at,
            compared_at=self.compared_at or at,
        )


def survey(
    db: Database, account: Account, mailbox: Mailbox, folder: str, *, since: date | None, now: datetime
) -> Survey:
    """Look at a folder. With `since`, also what arrived from that day on and was only passed over before."""
    mark = ledger.mark(db, account.name, folder)
    state = mailbox.state(folder)
    fresh = mark is None or mark.validity != state.validity or mark.uid is None
    if mark is not None and not fresh and since is None and state.messages is not None:
        found = _glance(db, account.name, mailbox, folder, mark, state, now)
        if found is not None:
            return found
    return _compare(db, account, mailbox, folder, mark, state, since=since, fresh=fresh)


def _glance(
    db: Database, account: str, mailbox: Mailbox, folder: str, mark: Mark, state: State, now: datetime
) -> Survey | None:
    """What is new above the mark; None where the numbers do not add up, or nobody compared for a day."""
    last = tally.of(db, account, folder)
    if last is None or abs(now - last.compared_at) > _COMPARED_EVERY:
        return None
    new = mailbox.listing(folder, above=mark.uid, since=None).uids
    known = ledger.seen(db, account, folder, mark.validity, among=new)
    wanted = [uid for uid in new if uid not in known]
    again = sorted(ledger.unfetched(db, account, folder, mark.validity) - set(wanted))
    accounted = tally.live(db, account, folder, mark.validity) + last.unrecorded + len(again) + len(wanted)
    if accounted != state.messages:
        return None
    return Survey(
        account,
        folder,
        begun=mark,
        top=new[-1] if new else mark.uid,
        uids=(*again, *wanted),
        in_mailbox=accounted,
        unrecorded=last.unrecorded,
        compared_at=last.compared_at,
    )


def _compare(
    db: Database,
    account: Account,
    mailbox: Mailbox,
    folder: str,
    mark: Mark | None,
    state: State,
    *,
    since: date | None,
    fresh: bool,
) -> Survey:
    """Every position of the folder against the ledger."""
    place = (account.name, folder, state.validity)
    ordered = mailbox.ordered
    start = since or (mark.since if mark and (fresh or ordered) else None) or (account.start if fresh else None)
    everything = mailbox.listing(folder, above=None, since=None).uids
    late = set(mailbox.listing(folder, above=None, since=start).uids if start is not None else everything)
    known, away = ledger.seen(db, *place), tally.away(db, *place)
    read = ledger.seen(db, *place, passed_over=False) if since else known
    unfetched = ledger.unfetched(db, *place)
    above = None if fresh or mark is None else mark.uid
    after = set() if fresh else {uid for uid in everything if _is_above(uid, above, ordered=ordered)}
    wanted = [uid for uid in everything if (uid in late and uid not in read) or (uid in after and uid not in known)]
    taken = known.union(wanted)
    again = [uid for uid in everything if uid in unfetched and uid not in taken]
    rest = [uid for uid in everything if uid not in taken and uid not in unfetched]
    lost = 0 if fresh or since else len([uid for uid in wanted if uid not in after and uid not in unfetched])
    return Survey(
        account.name,
        folder,
        begun=Mark(state.validity, above, _since(mark, start, since, fresh=fresh)),
        top=everything[-1] if everything else above,
        uids=(*again, *wanted),
        in_mailbox=len(everything),
        unrecorded=len(rest) if ordered else 0,
        first=mark is None,
        fresh=fresh,
        lost=lost,
        gone=frozenset(known.difference(away).union(unfetched).difference(everything)),
        back=frozenset(away.intersection(everything)),
        passed_over=() if ordered else tuple(rest),
    )


def _is_above(uid: str, mark: str | None, *, ordered: bool) -> bool:
    """Whether a position is beyond the mark; where positions have no order, every one may be."""
    return not ordered or mark is None or int(uid) > int(mark)


def _since(mark: Mark | None, start: date | None, asked: date | None, *, fresh: bool) -> date | None:
    """From which day on everything is read: a later day asked for takes nothing back that was read before."""
    if fresh or mark is None:
        return start
    return min(mark.since, asked) if mark.since and asked else mark.since


def added_up(folder: Tally) -> str:
    """How a folder adds up, as a sum."""
    parts = [f"{folder.known} known"]
    parts += [f"{folder.before_start} before the start date"] * bool(folder.before_start)
    parts += [f"{folder.asked_again} asked for again"] * bool(folder.asked_again)
    parts += [f"{folder.missing} not accounted for"] * bool(folder.missing)
    gone = f"; {folder.gone} gone since" if folder.gone else ""
    return f"{folder.in_mailbox} in the mailbox = {' + '.join(parts)}{gone}"


def unbalanced(one: Tally) -> str | None:
    """In words that a folder does not add up, or None."""
    if one.missing == 0:
        return None
    return (
        f"{one.folder} holds {one.in_mailbox} message(s), {one.in_mailbox - one.missing} are accounted for; "
        "the next pass compares them"
    )

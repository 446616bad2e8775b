"""Sorting a heap of mail with two processes: this one, and a helper that reads and judges beside it.

The helper gets bytes and gives back what it made of them. It has no store, no connection and no secret, and it ends
when its socket closes, so also when this process is killed. Whatever befalls it, its share is then sorted here.
"""

import os
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from zoneinfo import ZoneInfo

from inboxtriage.errors import InboxTriageError
from inboxtriage.mailbox.protocol import Arrival
from inboxtriage.service.assembly import MODEL_FOLDER, Assembly, load_classifier
from inboxtriage.service.sorting import Sorted, Sorter

WORTH_A_HELPER = 300  # messages: for fewer, starting it costs more than it saves
_SHARE = 16  # messages handed over at a time
_AHEAD = 64  # handed over before a batch is kept, which takes about as long
_PASSED_ON = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "TMPDIR")  # of an environment that may hold passwords

Mail = tuple[bytes, bool]  # the bytes, and whether they are only the beginning


class Helper:
    """The other process. A method that finds it gone says so by False or None, and from then on `gone` is True."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.gone = False

    def begin(self, share: Sequence[Mail]) -> bool:
        """Hand over mails; False where nobody takes them."""
        try:
            if not self.gone:
                self._connection.send(share)
        except OSError:
            self.gone = True
        return not self.gone

    def is_done(self) -> bool:
        """Whether `results` would answer at once."""
        return self._connection.poll()

    def results(self) -> list[Sorted] | None:
        """What became of the mails handed over, waited for; None where the helper died over them."""
        try:
            results: list[Sorted] = self._connection.recv()
        except (EOFError, OSError):
            self.gone = True
            return None
        return results


class Judges:
    """What sorts: a sorter made when it is needed, and a helper where there is one.

    `apart`: the helper alone, as long as it lives, so that this process never loads the model.
    """

    def __init__(self, sorter: Callable[[], Sorter], helper: Helper | None = None, *, apart: bool = False) -> None:
        self._sorter, self._helper, self._apart = sorter, helper, apart
        self._away: Sequence[Mail] = ()  # what the helper works on

    def each(self, batches: Iterator[list[Arrival]]) -> Iterator[list[tuple[Arrival, Sorted | None]]]:
        """Each batch with what its messages are, None for one that came without bytes.

        The helper works on the next batch while the caller keeps this one. Raises what `batches` raises, after
        everything that came before.
        """
        current = next(batches, None)
        while current is not None:
            results = iter(self.sort(_mails(current)))
            judged = [(arrival, next(results) if arrival.raw else None) for arrival in current]
            try:
                current = next(batches, None)
            except InboxTriageError:
                yield judged
                raise
            if current is not None:
                self._begin(_mails(current[:_AHEAD]))
            yield judged

    def sort(self, mails: Sequence[Mail]) -> list[Sorted]:
        """What each of `mails` is, in their order; the helper may have begun on the first of them. Never raises."""
        shares = deque(mails[i : i + _SHARE] for i in range(len(self._away), len(mails), _SHARE))
        first: list[Sorted] = []  # the helper takes from the front, this process from the end
        last: deque[Sorted] = deque()
        while shares or self._away:
            if not self._away and self._begin(shares[0]):
                shares.popleft()
            while shares and not (self._away and self._helper and (self._apart or self._helper.is_done())):
                last.extendleft(reversed(_sort(self._sorter(), shares.pop())))
            first += self._take_back()
        return [*first, *last]

    def _begin(self, share: Sequence[Mail]) -> bool:
        if share and self._helper is not None and self._helper.begin(share):
            self._away = share
        return bool(self._away)

    def _take_back(self) -> list[Sorted]:
        share, self._away = self._away, ()
        results = self._helper.results() if share and self._helper is not None else None
        return _sort(self._sorter(), share) if results is None else results


@contextmanager
def judges(a: Assembly, expected: int, *, apart: bool = False) -> Iterator[Judges]:
    """Judges for about `expected` messages. `apart`: in the other process alone; it is gone when they are done."""
    if not expected or (not apart and (expected < WORTH_A_HELPER or (os.cpu_count() or 1) < 2)):
        yield Judges(lambda: a.sorter)
        return
    ours, theirs = socket.socketpair()
    own, zone = sorted(a.settings.own_addresses()), a.settings.practice.timezone
    with theirs:
        process = subprocess.Popen(
            # -P: nothing is imported from the folder that the owner happens to stand in.
            [sys.executable, "-P", "-m", __name__, str(theirs.fileno()), str(a.folder / MODEL_FOLDER), zone, *own],
            pass_fds=[theirs.fileno()],
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            stdin=subprocess.DEVNULL,
            process_group=0,  # Ctrl-C is for this process; the helper ends with it
        )
    with process, Connection(ours.detach()) as connection:
        yield Judges(lambda: a.sorter, Helper(connection), apart=apart)


def _mails(batch: list[Arrival]) -> list[Mail]:
    return [(arrival.raw, arrival.cut) for arrival in batch if arrival.raw]


def _sort(sorter: Sorter, mails: Sequence[Mail]) -> list[Sorted]:
    return [sorter.sort(raw, cut=cut) for raw, cut in mails]


def _help(descriptor: int, model: Path, zone: ZoneInfo, own: frozenset[str]) -> None:
    """The helper's life: sort what comes until nobody is there any more."""
    sorter = Sorter(*load_classifier(model), own=own, zone=zone)
    with Connection(descriptor) as connection, suppress(EOFError, OSError):
        while True:
            connection.send(_sort(sorter, connection.recv()))


if __name__ == "__main__":
    _help(int(sys.argv[1]), Path(sys.argv[2]), ZoneInfo(sys.argv[3]), frozenset(sys.argv[4:]))

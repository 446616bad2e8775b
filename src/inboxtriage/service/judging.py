"""Sorting a heap of mail with two processes: this one, and a helper that reads and judges beside it.

The helper gets bytes and gives back what it made of them, as data. Where it dies or hangs over its share, the mails of
that share are handed one by one to new helpers, so that the mail which did it costs itself alone (G23, G43). A helper
that does not even start is no mail's fault: its share is then sorted here.
"""

import os
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from inboxtriage import beside
from inboxtriage.errors import InboxTriageError
from inboxtriage.mailbox.protocol import Arrival
from inboxtriage.message.guard import is_light
from inboxtriage.service.assembly import MODEL_FOLDER, Assembly, load_classifier
from inboxtriage.service.sorting import Sorted, Sorter
from inboxtriage.triage.decision import quarantined

WORTH_A_HELPER = 300  # messages: for fewer, starting it costs more than it saves
_SHARE = 16  # messages handed over at a time
_AHEAD = 64  # handed over before a batch is kept, which takes about as long
_CPU_SECONDS = 10  # of processor time for one mail, then the system ends the helper
_START_SECONDS, _SLACK_SECONDS = 60.0, 15.0  # what may pass on the wall until it is ready, and over any share
_LIGHT_SECONDS, _HEAVY_SECONDS = 1.0, 15.0  # and besides for each mail of a share; the heavy are read in yet another
_MEMORY = 1024**3  # bytes of address space; numpy and the model take 190 MB of it
_EXHAUSTED = f"it could not be sorted within {_CPU_SECONDS} s and {_MEMORY >> 30} GB"

Mail = tuple[bytes, bool]  # the bytes, and whether they are only the beginning


class Helper:
    """The other process. A method that finds it gone says so by False or None, and from then on `gone` is True."""

    def __init__(self, process: beside.Beside) -> None:
        self._process = process
        self._seconds = 0.0
        self._ready = False
        self.gone = False

    def begin(self, share: Sequence[Mail]) -> bool:
        """Hand over mails; False where nobody takes them."""
        if not self.gone and not self._process.ask(msgspec.msgpack.encode(share)):
            self.end()
        self._seconds = _SLACK_SECONDS + sum(_LIGHT_SECONDS if is_light(raw) else _HEAVY_SECONDS for raw, _ in share)
        return not self.gone

    def is_done(self) -> bool:
        """Whether `results` would answer at once."""
        return self.gone or self._process.has_answer()

    def results(self) -> list[Sorted] | None:
        """What became of the mails handed over, waited for; None where the helper died or hung over them."""
        if self.gone:
            return None
        with suppress(TimeoutError, msgspec.DecodeError):
            answer = self._process.answer(self._seconds + (0.0 if self._ready else _START_SECONDS))
            self._ready = True
            if answer is not None:
                return msgspec.msgpack.decode(answer, type=list[Sorted])
        self.end()
        return None

    def end(self) -> None:
        """End the process."""
        if not self.gone:
            self._process.end()
        self.gone = True


class Judges:
    """What sorts: a sorter made when it is needed, and a helper where `start` gives one.

    `apart`: the helper alone, as long as it lives, so that this process never loads the model.
    """

    def __init__(
        self, sorter: Callable[[], Sorter], start: Callable[[], Helper] | None = None, *, apart: bool = False
    ) -> None:
        self._sorter, self._start, self._apart = sorter, start, apart
        self._helper = start() if start is not None else None
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
        self._revive()
        if share and self._helper is not None and self._helper.begin(share):
            self._away = share
        return bool(self._away)

    def _revive(self) -> None:
        if self._start is not None and self._helper is not None and self._helper.gone:
            self._helper = self._start()

    def _take_back(self) -> list[Sorted]:
        share, self._away = self._away, ()
        if not share or self._helper is None:
            return []
        results = self._helper.results()
        return [self._alone(mail) for mail in share] if results is None else results

    def _alone(self, mail: Mail) -> Sorted:
        """One mail of a share over which a helper died: by a helper that is alive for certain, or not at all."""
        self._revive()
        if self._helper is None or not self._helper.begin(()) or self._helper.results() is None:
            self._helper = None  # it does not live here: the machine's fault, not the mail's
            return self._sorter().sort(*mail)
        results = self._helper.results() if self._helper.begin([mail]) else None
        return results[0] if results else Sorted(None, quarantined(_EXHAUSTED))

    def close(self) -> None:
        """End the helper."""
        if self._helper is not None:
            self._helper.end()


@contextmanager
def judges(a: Assembly, expected: int, *, apart: bool = False) -> Iterator[Judges]:
    """Judges for about `expected` messages. `apart`: in the other process alone; it is gone when they are done."""
    if not expected or (not apart and (expected < WORTH_A_HELPER or (os.cpu_count() or 1) < 2)):
        yield Judges(lambda: a.sorter)
        return
    own, zone = sorted(a.settings.own_addresses()), a.settings.practice.timezone
    start = partial(beside.Beside, __name__, str(a.folder / MODEL_FOLDER), zone, *own)
    sorting = Judges(lambda: a.sorter, lambda: Helper(start()), apart=apart)
    try:
        yield sorting
    finally:
        sorting.close()


def _mails(batch: list[Arrival]) -> list[Mail]:
    return [(arrival.raw, arrival.cut) for arrival in batch if arrival.raw]


def _sort(sorter: Sorter, mails: Sequence[Mail]) -> list[Sorted]:
    return [sorter.sort(raw, cut) for raw, cut in mails]


def _help(descriptor: int, model: Path, zone: ZoneInfo, own: frozenset[str]) -> None:
    """The helper's life: sort what comes until nobody is there any more."""
    beside.limit(_MEMORY)
    sorter = Sorter(*load_classifier(model), own=own, zone=zone)
    share = msgspec.msgpack.Decoder(list[Mail])
    with Connection(descriptor) as connection, suppress(EOFError, OSError):
        while True:
            results = []
            for mail in share.decode(connection.recv_bytes()):
                beside.allow_more(_CPU_SECONDS)
                results.append(sorter.sort(*mail))
            connection.send_bytes(msgspec.msgpack.encode(results))


if __name__ == "__main__":
    _help(int(sys.argv[1]), Path(sys.argv[2]), ZoneInfo(sys.argv[3]), frozenset(sys.argv[4:]))

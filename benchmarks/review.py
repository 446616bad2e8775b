"""The review with 300 mails in the queue: how soon it opens, and how soon a key is answered. On a real terminal.

    python -m benchmarks.review [--mails 300] [--keys 100]

The mails are those that teach the classifier, polled from a Maildir. A key is answered when the frame that it brought
is drawn whole and shows the step: the program marks its frames for a terminal that understands that (DEC mode 2026).
"""

import argparse
import os
import platform
import random
import re
import resource
import select
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from tests.practice import ADDRESS, Practice
from tests.terminal import Talk

from inboxtriage import shipped
from inboxtriage.category.examples import Example, read
from inboxtriage.clock import SystemClock

_SEED = 7
_SIZES = ((80, 24), (140, 40))
_KEYS = {"approve": "a", "reject": "r", "skip": "s", "next": "\x1b[C", "back": "\x1b[D"}
_ROUND = ("next", "approve", "approve", "skip", "next", "reject", "approve", "back", "next", "approve")
_ASKS, _KNOWS = "\x1b[?2026$p", "\x1b[?2026;2$y"  # does the terminal know whole frames? yes
_FRAME_ENDS = "\x1b[?2026l"
_NOT_YET = ("one moment", "Looking what waits")
_AGAIN = ("read on", "r again")
_STEP = re.compile(r"Their words|What all of them say|No letter is written")
_PERSON = 0.3  # seconds between two keys, in which all that follows a key has been drawn
_PATIENCE = 2.0
_TO_THE_SINGLE = 3  # kinds of steps before those of one person, most of which can be approved


def main(words: Sequence[str] | None = None) -> None:
    """Measure, and print a line each."""
    arguments = argparse.ArgumentParser(prog="python -m benchmarks.review", description=__doc__)
    arguments.add_argument("--mails", type=int, default=300, help="how many wait (default 300)")
    arguments.add_argument("--keys", type=int, default=100, help="how many are pressed (default 100)")
    arguments.add_argument("--repeat", type=int, default=5, help="how often it is opened (default 5)")
    given = arguments.parse_args(words)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {SystemClock().now():%Y-%m-%d}\n")
    for columns, rows in _SIZES:
        with tempfile.TemporaryDirectory() as folder:
            practice = Practice.in_folders(Path(folder))
            fill(practice, given.mails)
            print(f"{columns}x{rows}, {len(practice.queue())} mails wait")
            _opening(practice, columns, rows, given.repeat)
            _keys(practice, columns, rows, given.keys)


def fill(practice: Practice, count: int) -> None:
    """So many inquiries, of one person each, through a real poll. Always the same ones."""
    files = sorted((shipped.folder("models") / "training").glob("*.jsonl"))
    found = [example for example in read(files) if example.kind == "inquiry" and "therap" in example.practice]
    random.Random(_SEED).shuffle(found)
    now = SystemClock().now().astimezone(UTC)
    for n, example in enumerate(found[:count]):
        practice.receive(_mail(example, n, now - timedelta(hours=n)), days_ago=n / 24)
    practice.config.write_text(practice.config.read_text() + "\n[triage]\nmax_drafts_per_pass = 100000\n")
    practice.ok("poll")


def _mail(example: Example, n: int, at: datetime) -> bytes:
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"] = f'"{example.from_name.replace(chr(34), "")}" <w{n}@example.org>', ADDRESS
    made["Subject"], made["Date"] = " ".join(example.subject.split()), format_datetime(at)
    made["Message-ID"] = f"<{n}@review.example.com>"
    made.set_content(example.body)
    return made.as_bytes()


class Before(Talk):
    """A terminal that knows when a frame is whole."""

    def frame(self, since: int, seconds: float) -> str | None:
        """What came since, up to the end of the first frame that shows a step; None where none came."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            come = self.shown[since:]
            end = come.rfind(_FRAME_ENDS)
            if end >= 0 and not any(words in come[come.rfind("\x1b[?2026h", 0, end) : end] for words in _NOT_YET):
                return come
            self._hear(deadline - time.monotonic())
        return None

    def rest(self, seconds: float) -> None:
        """Let it draw what it still wants to."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._hear(left)

    def _hear(self, seconds: float) -> None:
        if not select.select([self.terminal], [], [], max(0, seconds))[0]:
            return
        more = os.read(self.terminal, 1 << 16).decode("utf-8", "replace")
        if _ASKS in more:
            self.press(_KNOWS)
        self.shown += more


def _opening(practice: Practice, columns: int, rows: int, repeat: int) -> None:
    times, worked = [], []
    for _ in range(repeat):
        begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        talk = Before(practice, "review", columns=columns, rows=rows)
        try:
            while not _STEP.search(talk.shown):
                talk.frame(len(talk.shown), _PATIENCE)
            times.append(time.perf_counter() - begun)
        finally:
            talk.process.kill()
            talk.close()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        worked.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    _say("from the start of the process to the first step", times)
    _say("  of it CPU", worked)


def _keys(practice: Practice, columns: int, rows: int, count: int) -> None:
    found: dict[str, list[float]] = {name: [] for name in _KEYS}
    talk = Before(practice, "review", columns=columns, rows=rows)
    try:
        while not _STEP.search(talk.shown):
            talk.frame(len(talk.shown), _PATIENCE)
        kinds = [step["kind"] for step in practice.ok("backlog", "--json").json["steps"]]
        talk.press("n" * (max(0, kinds.count("urgent") - 1) + _TO_THE_SINGLE))  # it passes nobody urgent
        talk.rest(2)
        turn, pressed = 0, 0
        while pressed < count:
            name = _ROUND[turn % len(_ROUND)]
            since, begun = len(talk.shown), time.perf_counter()
            talk.press(_KEYS[name])
            frame = talk.frame(since, _PATIENCE)
            took = time.perf_counter() - begun
            talk.rest(_PERSON)
            if frame is not None:
                pressed += 1
                found[name].append(took)
            if not any(words in talk.shown[since:] for words in _AGAIN):  # else it is pressed again
                turn += 1
    finally:
        talk.close()
    _say("a key to the next screen", [one for times in found.values() for one in times])
    for name, times in found.items():
        _say(f"  {name}", times)
    print(f"  {len(practice.ok('outbox', '--json').json)} of them approved a letter\n", flush=True)


def _say(what: str, times: Sequence[float]) -> None:
    ordered = sorted(times)
    if ordered:
        late = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
        median, most = statistics.median(ordered) * 1000, ordered[-1] * 1000
        print(f"{what:<50}{median:>6.0f} ms, 95 % {late * 1000:.0f}, at most {most:.0f} (n={len(ordered)})", flush=True)


if __name__ == "__main__":
    main()

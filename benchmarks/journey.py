"""Ten thousand people with twenty events each: how long `lead list`, `due` and `report` take, through the program.

    python -m benchmarks.journey [--leads 10000] [--events 20]

The people are always the same ones. `fill` is for tests, too.
"""

import argparse
import os
import platform
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.practice import Practice

from inboxtriage.cli.main import COMMANDS
from inboxtriage.clock import SystemClock
from inboxtriage.journey.lead import Event, EventKind
from inboxtriage.journey.stage import STAGES
from inboxtriage.store import leads
from inboxtriage.store.database import Database

_SEED = 6
_YEARS = 3  # in which it all happened
_SOURCES = ("email", "form", "voicemail", "import", "Dr. Lee", "a friend", "open house")
_DURING: tuple[EventKind, ...] = (
    "wrote", "wrote", "reply sent", "reply sent", "contact", "contact", "letter sent", "noted", "checked", "logged",
    "draft approved", "touch written", "scored", "promised", "promise kept",
)  # fmt: skip
_ENDS = ("declined", "withdrawn", "no_answer", "ended")
_ABOUT = {"checked": "agreement", "logged": "hours", "scored": "milestone", "contact": "phone"}
_ABOUT["touch written"] = "check-in"
_TOLD = {"logged": "1", "scored": "8", "touch written": "1", "promised": "2026-12-01", "promise kept": "2026-12-01"}


def fill(db: Database, people: int, events: int, *, now: datetime, merged: int = 0) -> None:
    """Put `people` with `events` each into an empty store, up to `now`; `merged` pairs of them are one person."""
    chance = random.Random(_SEED)
    began = now - timedelta(days=365 * _YEARS)
    with db.writing():
        for n in range(people):
            came = began + (now - began) * chance.random()
            lead = leads.add(
                db,
                address=f"n{n}@example.org" if n % 10 else None,
                name=f"Person {n}",
                phone=f"+1555{n:07}" if n % 3 == 0 else None,
                source=chance.choice(_SOURCES),
                at=came,
            )
            for e in _life(chance, events, came, now):
                leads.happened(db, lead, e.kind, at=e.at, cause=e.cause, stage=e.stage, what=e.what, value=e.value)
        for n in range(merged):
            into, member = 2 * n + 1, 2 * n + 2
            for one, other in ((into, member), (member, into)):
                leads.happened(db, one, "merged", at=now, cause="by hand", value=f"p{other}")
            leads.merge(db, member, into)


def _life(chance: random.Random, events: int, came: datetime, now: datetime) -> Iterator[Event]:
    """What happened with one person: the journey as far as they came, and what is usual in between."""
    reached = chance.randint(1, len(STAGES) - 1)
    moves = sorted(chance.sample(range(1, events - 2), min(reached, events - 3)))
    for n in range(events):
        at = came + (now - came) * (n / events)
        if n == 0:
            yield Event("asked", at, f"m{n}", stage="inquire")
        elif n in moves:
            yield Event("moved", at, "by hand", stage=STAGES[moves.index(n) + 1])
        elif n == events - 2:
            yield Event("tier", at, "by hand", value=chance.choice("ABC"))
        elif n == events - 1 and chance.random() < 0.25:
            yield Event("closed", at, "by hand", value=chance.choice(_ENDS))
        elif n == 1:
            yield Event("date", at, "by hand", what="birthday", value=f"--{chance.randint(1, 12):02}-15")
        else:
            kind = chance.choice(_DURING)
            yield Event(
                kind,
                at,
                f"m{n}",
                what="check-in" if kind == "touch written" else _ABOUT.get(kind, ""),
                value=_TOLD.get(kind, ""),
            )


def main(words: Sequence[str] | None = None) -> None:
    """Make the practice, run each command, and print a line each."""
    arguments = argparse.ArgumentParser(prog="python -m benchmarks.journey", description=__doc__)
    arguments.add_argument("--leads", type=int, default=10_000, help="how many people (default 10,000)")
    arguments.add_argument("--events", type=int, default=20, help="of each (default 20)")
    arguments.add_argument("--repeat", type=int, default=5, help="how often; the median is printed (default 5)")
    given = arguments.parse_args(words)
    with tempfile.TemporaryDirectory() as folder:
        practice = Practice.in_folders(Path(folder))
        db = Database(practice.home / "store")
        fill(db, given.leads, given.events, now=SystemClock().now().astimezone(UTC), merged=given.leads // 100)
        db.close()
        print(f"{given.leads} people, {given.events} events each, {given.leads // 100} pairs merged", end="; ")
        print(f"median of {given.repeat}\nPython {platform.python_version()}, {os.cpu_count()} cores\n")
        for command in (["lead", "list"], ["due"], ["report"]):
            for options in ([], ["--json"]):
                _time(practice, [*command, *options], given.repeat)
        _time(practice, ["lead", "show", "p1"], given.repeat)
        _time(practice, ["queue"], given.repeat)


def _time(practice: Practice, words: list[str], repeat: int) -> None:
    name = f"inboxtriage {' '.join(words)}"
    if words[0] not in COMMANDS:
        print(f"{name:<34}not there yet")
        return
    times, cpu = [], []
    for _ in range(repeat):
        began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        done = practice.ok(*words)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(time.perf_counter() - began)
        cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    print(
        f"{name:<34}{statistics.median(times):>7.2f} s, {statistics.median(cpu):.2f} s of CPU, "
        f"{len(done.out):>9} characters",
        flush=True,
    )


if __name__ == "__main__":
    main()

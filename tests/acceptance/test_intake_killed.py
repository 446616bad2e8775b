"""A pass that is killed anywhere loses nothing and stores nothing twice (G14, G21); its helper does not outlive it."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from inboxtriage.service.judging import WORTH_A_HELPER
from tests.practice import Practice, mail

T = TypeVar("T")
MANY = WORTH_A_HELPER * 3


@pytest.fixture
def full(tmp_path: Path) -> Practice:
    practice = Practice.in_folders(tmp_path)
    for number in range(MANY):
        practice.receive(mail(sender=f"n{number}@example.org"))
    return practice


@pytest.mark.parametrize("after", [0.5, 0.9, 1.3])
def test_every_mail_is_stored_once_after_a_kill(after: float, full: Practice) -> None:
    poll = full.start("poll")
    time.sleep(after)
    poll.kill()
    poll.communicate()
    again = full.ok("poll", "--json").json
    assert again["duplicates"] == 0
    assert full.ok("poll", "--json").json["fetched"] == 0
    everything = full.ok("queue", "--all", "--json").json
    assert sorted(item["from"] for item in everything) == sorted(f"n{n}@example.org" for n in range(MANY))
    assert len(full.ok("lead", "list", "--json").json) == MANY


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_a_killed_pass_leaves_no_helper_behind(full: Practice) -> None:
    poll = full.start("poll")
    assert _wait_for(lambda: _helpers_of(full)), "a pass over so many has a helper"
    poll.kill()
    poll.communicate()
    assert _wait_for(lambda: not _helpers_of(full))


def _helpers_of(practice: Practice) -> list[str]:
    """The processes that sort for this practice and no other."""
    return [
        entry.parent.name
        for entry in Path("/proc").glob("[0-9]*/cmdline")
        if (words := _read(entry)) and b"inboxtriage.service.judging" in words and str(practice.home).encode() in words
    ]


def _read(entry: Path) -> bytes:
    try:
        return entry.read_bytes()
    except OSError:  # it ended meanwhile
        return b""


def _wait_for(what: Callable[[], T], seconds: float = 20) -> T:
    ends = time.monotonic() + seconds
    while not (found := what()) and time.monotonic() < ends:
        time.sleep(0.01)
    return found

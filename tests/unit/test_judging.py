"""Two processes sort as one does, whatever befalls the second; a mail that kills costs itself (G23, G43)."""

import os
import resource
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from inboxtriage.beside import Beside
from inboxtriage.service import judging
from inboxtriage.service.assembly import load_classifier
from inboxtriage.service.judging import Helper, Judges, Mail, judges
from inboxtriage.service.sorting import Sorted, Sorter
from tests.practice import Practice, mail

MAILS: list[Mail] = [
    *((file.read_bytes(), False) for file in sorted((Path(__file__).parents[2] / "demo").rglob("*.eml"))),
    (b"\x00\xff" * 20, False),
    (mail(), True),
]


@pytest.fixture(scope="module")
def sorter() -> Sorter:
    return Sorter(*load_classifier(None), frozenset())


@pytest.fixture(scope="module")
def alone(sorter: Sorter) -> list[Sorted]:
    return Judges(lambda: sorter).sort(MAILS)


class Deadly(Helper):
    """A helper that a certain mail kills, by a real signal, while it works."""

    poison = b"never"
    taken: int

    def begin(self, share: "list[Mail] | tuple[Mail, ...]") -> bool:  # type: ignore[override]
        begun = super().begin(share)
        if any(raw == self.poison for raw, _ in share):
            os.kill(self._process._process.pid, signal.SIGKILL)
        return begun


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Deadly]]:
    """Every helper that was started."""
    made: list[Deadly] = []

    class Counted(Deadly):
        def __init__(self, process: Beside) -> None:
            super().__init__(process)
            made.append(self)

    monkeypatch.setattr(judging, "Helper", Counted)
    yield made
    for helper in made:
        helper.end()


def test_a_helper_changes_nothing_but_the_time(tmp_path: Path) -> None:
    practice = Practice.in_folders(tmp_path)
    with judges(practice.assembly(), expected=10_000) as two, judges(practice.assembly(), expected=10) as one:
        assert two.sort(MAILS * 3) == one.sort(MAILS * 3)
        assert two.sort([]) == []


def test_a_mail_that_kills_a_helper_costs_only_itself(
    tmp_path: Path, started: list[Deadly], monkeypatch: pytest.MonkeyPatch
) -> None:
    """G23: it is quarantined after two attempts, is never tried in this process, and its neighbours are sorted."""
    poison = mail("poison")
    monkeypatch.setattr(Deadly, "poison", poison)
    mails = [MAILS[0], (poison, False), *MAILS[1:20]]
    with judges(Practice.in_folders(tmp_path).assembly(), expected=1, apart=True) as sorting:
        monkeypatch.setattr(sorting, "_sorter", lambda: pytest.fail("sorted in this process"))
        results = sorting.sort(mails)
    assert results[1].verdict.disposition == "quarantine"
    assert "could not be sorted within" in results[1].verdict.reason
    assert all("could not be sorted" not in one.verdict.reason for n, one in enumerate(results) if n != 1)
    assert len(started) == 3, "one dies over the share, one over the mail, one does the rest"


def test_a_mail_over_which_a_helper_hangs_costs_only_itself(
    tmp_path: Path, started: list[Deadly], monkeypatch: pytest.MonkeyPatch
) -> None:
    """G43."""
    hanging = mail("hanging")
    begin = Helper.begin

    def stopping(self: Helper, share: list[Mail]) -> bool:
        begun = begin(self, share)
        if any(raw == hanging for raw, _ in share):
            os.kill(self._process._process.pid, signal.SIGSTOP)
        return begun

    monkeypatch.setattr(Helper, "begin", stopping)
    with judges(Practice.in_folders(tmp_path).assembly(), expected=1, apart=True) as sorting:
        assert sorting.sort(MAILS[:1])[0].message is not None  # it is ready
        monkeypatch.setattr(judging, "_SLACK_SECONDS", 2.0)
        monkeypatch.setattr(judging, "_SHARE", 2)
        results = sorting.sort([(hanging, False), MAILS[0]])
    assert results[0].verdict.disposition == "quarantine"
    assert results[1].message is not None


def test_a_share_is_not_waited_for_longer_than_its_mails_can_take(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G43: small mail is given seconds, not minutes, and once it is known to live, the helper has no time to start."""
    with judges(Practice.in_folders(tmp_path).assembly(), expected=1, apart=True) as sorting:
        sorting.sort(MAILS[:1])
        helper = sorting._helper
        assert helper is not None
        monkeypatch.setattr(judging, "_SLACK_SECONDS", 1.0)
        os.kill(helper._process._process.pid, signal.SIGSTOP)
        helper.begin(MAILS[:1])
        started = time.monotonic()
        assert helper.results() is None
        assert time.monotonic() - started < 10


def test_a_mail_that_takes_too_much_processor_time_ends_the_helper(tmp_path: Path) -> None:
    """G43: the limit is renewed with each mail, so that a long share of ordinary mail meets none."""
    with judges(Practice.in_folders(tmp_path).assembly(), expected=1, apart=True) as sorting:
        assert len(sorting.sort(MAILS[:20])) == len(MAILS[:20])
        assert sorting._helper is not None
        pid = sorting._helper._process._process.pid
        soft, _ = resource.prlimit(pid, resource.RLIMIT_CPU)
        assert 0 < soft < 60


def test_where_no_helper_lives_all_is_sorted_here(
    sorter: Sorter, alone: list[Sorted], started: list[Deadly], monkeypatch: pytest.MonkeyPatch
) -> None:
    def dying() -> Helper:
        helper = judging.Helper(Beside("no.such.module"))
        helper._process._process.wait()
        return helper

    sorting = Judges(lambda: sorter, dying)
    assert sorting.sort(MAILS) == alone
    sorting.close()

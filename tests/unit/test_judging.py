"""Two processes sort as one does, whatever befalls the second."""

import threading
from multiprocessing.connection import Pipe
from pathlib import Path

import pytest

from inboxtriage.service.assembly import load_classifier
from inboxtriage.service.judging import Helper, Judges, Mail, judges
from inboxtriage.service.sorting import Sorter
from tests.practice import Practice, mail

MAILS: list[Mail] = [
    *((file.read_bytes(), False) for file in sorted((Path(__file__).parents[2] / "demo").rglob("*.eml"))),
    (b"\x00\xff" * 20, False),
    (mail(), True),
]


@pytest.fixture(scope="module")
def sorter() -> Sorter:
    return Sorter(*load_classifier(None), frozenset())


def test_a_helper_changes_nothing_but_the_time(sorter: Sorter, tmp_path: Path) -> None:
    practice = Practice.in_folders(tmp_path)
    with judges(practice.assembly(), expected=10_000) as two, judges(practice.assembly(), expected=10) as one:
        assert two.sort(MAILS * 3) == one.sort(MAILS * 3)
        assert two.sort([]) == []


def test_what_a_dead_helper_left_is_sorted_here(sorter: Sorter) -> None:
    alone = Judges(lambda: sorter).sort(MAILS)
    ours, theirs = Pipe()
    theirs.close()
    helper = Helper(ours)
    assert Judges(lambda: sorter, helper).sort(MAILS) == alone
    assert helper.gone


def test_a_helper_that_dies_over_its_share_costs_nothing(sorter: Sorter) -> None:
    ours, theirs = Pipe()
    taken: list[list[Mail]] = []

    def take_and_die() -> None:
        with theirs:
            taken.append(theirs.recv())

    dying = threading.Thread(target=take_and_die)
    dying.start()
    helper = Helper(ours)
    judges = Judges(lambda: sorter, helper)
    assert judges.sort(MAILS) == Judges(lambda: sorter).sort(MAILS)
    assert judges.sort(MAILS[:1]) == Judges(lambda: sorter).sort(MAILS[:1])
    dying.join()
    assert taken == [MAILS[: len(taken[0])]]
    assert taken[0]
    assert helper.gone

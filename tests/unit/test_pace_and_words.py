"""What both reviews say and ask alike: the pace, the second look, the search, the words at the end. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxtriage.service.backlog.closing import Closing
from inboxtriage.service.backlog.finding import Searched, matching
from inboxtriage.service.backlog.pace import BREAK, FASTEST, FEWEST, SLOWEST, Took, Watch, pace
from inboxtriage.service.backlog.second_look import second_look
from inboxtriage.service.backlog.walk import estimate
from inboxtriage.service.backlog.words import ahead, at_the_end, left
from inboxtriage.service.queue import Entry
from tests.waiting import DANGER, GROUP, NEAR, NOW, SELLS, deck_of, entry


class TestPace:
    @given(st.lists(st.tuples(st.integers(1, 300), st.floats(0, 3_000)), max_size=12))
    def test_it_is_bounded_and_known_only_after_a_few_steps(self, took: list[tuple[int, float]]) -> None:
        found = pace(Took(estimated, seconds) for estimated, seconds in took)
        assert FASTEST <= found <= SLOWEST
        if len(took) < FEWEST:
            assert found == 1.0
        else:
            share = sum(seconds for _, seconds in took) / sum(estimated for estimated, _ in took)
            assert found == pytest.approx(min(SLOWEST, max(FASTEST, share)))

    @given(st.lists(st.floats(0, 900), min_size=1, max_size=8))
    def test_a_step_over_which_a_break_fell_says_nothing(self, gaps: list[float]) -> None:
        watch = Watch()
        watch.at_work(NOW)
        moments = [NOW + timedelta(seconds=after) for after in accumulate(gaps, initial=0.0)]
        for moment in moments[1:-1]:
            watch.at_work(moment)
        took = watch.settled(25, moments[-1])
        measured = [two - one for one, two in pairwise(moments)]
        if any(gap > BREAK for gap in measured):
            assert took is None
        else:
            assert took == Took(25, sum(measured, timedelta()).total_seconds())

    def test_after_a_break_the_next_step_counts_again(self) -> None:
        watch = Watch()
        watch.at_work(NOW)
        assert watch.settled(25, NOW + timedelta(minutes=6)) is None
        assert watch.settled(25, NOW + timedelta(minutes=6, seconds=10)) == Took(25, 10)

    def test_a_clock_that_goes_back_counts_for_nothing(self) -> None:
        watch = Watch()
        watch.at_work(NOW)
        assert watch.settled(25, NOW - timedelta(hours=1)) is None


class TestSecondLook:
    @pytest.mark.parametrize(
        ("found", "why"),
        [
            (entry(1), []),
            (entry(1, DANGER), ["their words read as danger"]),
            (entry(1, NEAR), ["some words could mean danger"]),
            (entry(1, to="P1@example.org"), []),
            (entry(1, to=None), []),
            (entry(1, to="x@example.org"), ["the mail came from p1@example.org, and the letter goes to x@example.org"]),
        ],
    )
    def test_danger_and_another_recipient(self, found: Entry, why: list[str]) -> None:
        assert second_look(found) == why

    def test_whatever_is_doubtful(self) -> None:
        one = entry(1, NEAR)
        doubtful = replace(one, item=replace(one.item, doubts=("two senders.",), sender=None))
        assert second_look(doubtful) == [
            "some words could mean danger",
            "two senders",
            "whose mail it is could not be read, and the letter goes to p1@example.org",
        ]


class TestFinding:
    TEXTS = (
        ("m1", Searched("Ann Lee\nann@example.org", "Hello,\ndo you take Aetna?")),
        ("m2", Searched("Bo\nbo@aetna.example", "No words.")),
        ("m3", Searched("Cy", "")),
    )

    @pytest.mark.parametrize(
        ("said", "found"),
        [
            ("AETNA", [("m2", "bo@aetna.example"), ("m1", "do you take Aetna?")]),
            ("aetna ann", [("m1", "do you take Aetna?")]),
            ("lee  hello", [("m1", "Ann Lee")]),
            ("nothing", []),
            ("  ", []),
        ],
    )
    def test_all_words_anywhere(self, said: str, found: list[tuple[str, str]]) -> None:
        assert list(matching(self.TEXTS, said)) == found


def when(moment: datetime, now: datetime) -> str:
    return f"{(moment - now).total_seconds():.0f} s"


class TestWords:
    SOON = NOW + timedelta(seconds=60)

    @pytest.mark.parametrize(
        ("found", "said"),
        [
            (None, []),
            (Closing(0, 0, 0, None, False), []),
            (Closing(2, 2, 0, None, True), ["2 approved, 2 of them sent."]),
            (Closing(1, 0, 1, SOON, True),
             ["1 approved.", "1 leaves by 60 s, by the daemon that runs. `inboxtriage undo ID` takes one back until then."]),
            (Closing(3, 1, 2, NOW, False, ("no server",)),
             ["3 approved, 1 of them sent.",
              "2 wait to be sent (now): no daemon runs, so `inboxtriage send` sends them.", "no server"]),
        ],
    )  # fmt: skip
    def test_the_end(self, found: Closing | None, said: list[str]) -> None:
        assert at_the_end(found, None, NOW, when) == said
        assert at_the_end(found, estimate([]), NOW, when) == [*said, "Nothing is left."]

    def test_what_is_left(self) -> None:
        one, all_ = deck_of(entry(1)), deck_of(*GROUP, entry(4, SELLS))
        assert at_the_end(None, one.estimate, NOW, when) == ["1 mail of 1 person is left, about 1 minute."]
        assert ahead(all_.estimate) == "4 mails, 4 people, 1 group, about 1 minute"
        assert left(all_.estimate) == "4 people, about 1 minute"
        assert left(estimate([])) == "nothing"

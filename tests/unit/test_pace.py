"""How much may leave in a time (G34)."""

from datetime import UTC, datetime, timedelta
from itertools import islice

from inboxtriage.outbox.pace import Handed, departures, to_one, without_tag

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def minutes(n: float) -> datetime:
    return NOW + timedelta(minutes=n)


class TestTheHour:
    def test_what_fits_leaves_at_once(self) -> None:
        assert list(islice(departures([minutes(-5)], NOW, 3), 2)) == [NOW, NOW]

    def test_the_rest_leaves_one_by_one_as_the_window_moves_on(self) -> None:
        """Never more than `per_hour` within any hour."""
        handed = [minutes(-50), minutes(-10)]
        found = list(islice(departures(handed, NOW, 2), 4))
        assert found == [minutes(10), minutes(50), minutes(70), minutes(110)]

    def test_a_clock_that_ran_ahead_gives_no_moment_in_the_past(self) -> None:
        assert next(departures([minutes(-600)] * 5, NOW, 1)) == NOW


class TestOnePerson:
    def letter(self, to: str, *thread: str) -> Handed:
        return Handed(NOW, to, frozenset(thread))

    def test_tags_and_case_make_nobody_else(self) -> None:
        handed = [self.letter("jane+a@x.org"), self.letter("JANE+b@X.org"), self.letter("john@x.org")]
        assert to_one(handed, "jane+c@x.org", frozenset()) == 2

    def test_a_thread_is_followed_from_letter_to_letter(self) -> None:
        """Each answer names only the letter before it, and comes from another address."""
        handed = [
            self.letter("a@x.org", "their1", "our1"),
            self.letter("b@x.org", "our1", "their2", "our2"),
            self.letter("c@x.org", "our2", "their3", "our3"),
            self.letter("d@x.org", "other", "our4"),
        ]
        assert to_one(handed, "e@x.org", frozenset({"our3", "their4"})) == 3

    def test_an_address_that_is_all_tag_stays_itself(self) -> None:
        assert without_tag("+a@x.org") != without_tag("+b@x.org")

"""Safety of the client's journey: nothing to who asked for none, nothing to somebody else, nothing lost to a bad file."""

from datetime import timedelta

import pytest

from tests.acceptance.test_absence import NOON, Owner
from tests.practice import Practice, mail

STOP = "Please stop writing to me. Do not contact me again."


@pytest.fixture
def away(practice: Practice) -> Owner:
    made = Owner(practice, NOON - timedelta(hours=1))
    made.approve()
    made.clock.at = NOON
    return made


class TestWhoAsksForNoMoreMail:
    def test_gets_no_acknowledgement_of_an_absence_before_anybody_has_read_it(self, away: Owner) -> None:
        away.came()
        away.send()
        assert away.states() == ["sent"]
        away.came(mail(STOP, sender="Kim <kim@example.org>"))
        assert away.states() == ["sent"], "a stranger"

    def test_nor_one_that_waits_when_they_say_so(self, away: Owner) -> None:
        away.came()
        assert away.states() == ["queued"]
        away.came(mail(STOP))
        away.send()
        assert away.states() == ["cancelled"]
        assert away.letters() == []

"""What speaks for a tier; who sent whom; who is linked; and that no tier comes before a first answer."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxtriage.journey.lead import Event
from inboxtriage.journey.links import Referrals, referrals, referred_by, ties
from inboxtriage.journey.plan import TierRules
from inboxtriage.journey.tiers import Record, client_since, rank, revenue, suggested, was_answered
from inboxtriage.service.queue import _pressing, by_tier
from inboxtriage.triage.verdict import LOOK_TWICE

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")
RULES = TierRules()


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


class TestSuggestion:
    def test_too_little_is_known_of_who_never_was_a_client_and_sent_nobody(self) -> None:
        assert suggested(RULES, Record(last_contact=ago(1), revenue=9_000), NOW) is None

    @pytest.mark.parametrize(
        ("record", "tier", "points"),
        [
            (Record(client_since=ago(10)), "C", 0),
            (Record(client_since=ago(10), last_contact=ago(5)), "C", 1),
            (Record(client_since=ago(800), last_contact=ago(5)), "C", 3),
            (Record(referrals=1, last_contact=ago(120)), "B", 4),
            (Record(referrals=2, client_since=ago(4_000), last_contact=ago(5)), "A", 10),
            (Record(client_since=ago(400), revenue=3_999.0, last_contact=ago(200)), "B", 4),
            (Record(client_since=ago(400), revenue=1e9, last_contact=ago(200)), "B", 5),
            (Record(client_since=ago(4_000), last_contact=ago(500)), "C", 1),
        ],
    )
    def test_points_add_up(self, record: Record, tier: str, points: float) -> None:
        found = suggested(RULES, record, NOW)
        assert found is not None
        assert (found.tier, found.points) == (tier, points)

    def test_the_reasons_are_words_with_their_points(self) -> None:
        found = suggested(RULES, Record(1, ago(800), 2_500, ago(500)), NOW)
        assert found is not None
        assert found.reasons == (
            "1 person came by their word (+3)",
            "a client for 2 years (+2)",
            "2,500 of revenue logged (+2)",
            "not spoken to for 16 months (-2)",
        )

    def test_what_is_paid_can_be_made_to_say_nothing(self) -> None:
        found = suggested(TierRules(revenue=0), Record(client_since=ago(10), revenue=1e6), NOW)
        assert found is not None
        assert (found.tier, found.reasons) == ("C", ("nothing of note yet",))

    def test_from_events(self) -> None:
        told = [
            Event("added", ago(900), "import", stage="inquire", id=1),
            Event("moved", ago(800), "by hand", stage="engage", id=2),
            Event("logged", ago(3), "by hand", what="revenue", value="160", id=3),
            Event("logged", ago(2), "by hand", what="revenue", value="40.5", id=4),
            Event("logged", ago(2), "by hand", what="hours", value="7", id=5),
            Event("logged", ago(2), "by hand", what="revenue", value="nan", id=6),
            Event("undone", ago(1), "by hand", value="3", id=7),
        ]
        assert client_since(told) == ago(800)
        assert revenue(told) == 40.5


class TestReferrals:
    @staticmethod
    def by(*whose: str) -> list[Event]:
        return [Event("referred by", ago(1), "by hand", value=who, id=n + 1) for n, who in enumerate(whose)]

    def test_given_and_received(self) -> None:
        told = {"p2": self.by("p1"), "p10": self.by("p1"), "p3": self.by("Dr. Lee"), "p4": self.by("p3")}
        found = referrals(told)
        assert found["p1"] == Referrals(None, ("p2", "p10"))
        assert found["p3"] == Referrals("Dr. Lee", ("p4",))
        assert found["p4"] == Referrals("p3")

    def test_what_was_said_last_counts_and_can_be_taken_back(self) -> None:
        assert referrals({"p2": self.by("p1", "p3"), "p4": self.by("p1", "")}) == {
            "p2": Referrals("p3"),
            "p3": Referrals(None, ("p2",)),
        }
        undone = [*self.by("p1", "p3"), Event("undone", ago(0), "by hand", value="2", id=9)]
        assert referred_by(undone) == "p1"

    def test_one_person_with_two_records_counts_once_and_never_sends_themselves(self) -> None:
        roots = {"p5": "p2", "p6": "p1"}
        told = {"p2": self.by("p6"), "p5": self.by("p1"), "p6": self.by("p1")}
        assert referrals(told, roots) == {"p1": Referrals(None, ("p2",)), "p2": Referrals("p1")}

    @given(
        st.dictionaries(st.integers(1, 9), st.lists(st.integers(0, 9), max_size=3), max_size=9),
        st.dictionaries(st.integers(5, 9), st.integers(1, 4), max_size=5),
    )
    def test_every_referral_has_its_other_end(self, said: dict[int, list[int]], merged: dict[int, int]) -> None:
        told = {f"p{lead}": self.by(*(f"p{who}" if who else "" for who in whose)) for lead, whose in said.items()}
        found = referrals(told, {f"p{one}": f"p{other}" for one, other in merged.items()})
        for lead, one in found.items():
            assert all(found[other].by == lead for other in one.given)
            assert one.by is None or lead in found[one.by].given
            assert one.by != lead

    def test_links_end(self) -> None:
        told = [
            Event("linked", ago(3), "by hand", what="couple", value="p2", id=1),
            Event("linked", ago(2), "by hand", what="family", value="p3", id=2),
            Event("unlinked", ago(1), "by hand", value="p2", id=3),
        ]
        assert ties(told) == {"p3": "family"}


@dataclass
class Verdict:
    disposition: str = "reply"
    kind: str = "inquiry"
    reason: str = ""

    @property
    def is_near_danger(self) -> bool:
        return self.reason.startswith(LOOK_TWICE)


@dataclass
class Item:
    number: int
    due_at: datetime | None
    verdict: Verdict
    is_letter: bool = False


@dataclass
class Person:
    tier: str | None
    events: tuple[Event, ...]


@dataclass
class Entry:
    item: Item
    lead: Person | None


ANSWERED = (Event("reply sent", ago(30), "o1"),)
entries: Any = st.builds(
    Entry,
    st.builds(
        Item,
        st.integers(1, 10**6),
        st.none() | st.integers(-40, 90).map(lambda hours: NOW + timedelta(hours=hours)),
        st.builds(
            Verdict,
            st.sampled_from(["urgent", "quarantine", "reply", "reply", "reply", "read"]),
            st.sampled_from(["inquiry", "client", "vendor", "spam"]),
            st.sampled_from(["", "", "look twice: it could mean danger"]),
        ),
        st.booleans(),
    ),
    st.none() | st.builds(Person, st.sampled_from(["A", "B", "C", None]), st.sampled_from([(), ANSWERED])),
)


class TestOrder:
    def test_a_stands_before_b_before_c_where_answers_are_due_on_one_day(self) -> None:
        order = [Entry(Item(n, NOW, Verdict()), Person(tier, ANSWERED)) for n, tier in enumerate("CBA")]
        assert [one.lead.tier for one in by_tier(order, ZONE)] == ["A", "B", "C"]  # type: ignore[arg-type, union-attr]

    @given(st.lists(entries, max_size=12, unique_by=lambda one: one.item.number))
    def test_no_tier_delays_danger_or_a_first_answer(self, found: list[Any]) -> None:
        pressing = sorted(found, key=lambda one: _pressing(one.item, NOW))
        ordered = by_tier(pressing, ZONE)
        place = {id(one): n for n, one in enumerate(ordered)}
        assert sorted(place) == sorted(map(id, found))
        for n, one in enumerate(pressing):
            first = one.lead is None or not was_answered(one.lead.events)
            if one.item.verdict.disposition in {"urgent", "quarantine"} or one.item.verdict.reason:
                assert place[id(one)] == n
            if first and not one.item.is_letter:
                assert place[id(one)] == n
                behind = {id(other) for other in pressing[n:]}
                assert all(place[id(other)] >= n for other in pressing if id(other) in behind)
        for one, other in zip(pressing, ordered, strict=True):
            if one.item.due_at is not None and other.item.due_at is not None:
                assert _pressing(one.item, NOW)[:2] == _pressing(other.item, NOW)[:2]
                assert one.item.due_at.astimezone(ZONE).date() == other.item.due_at.astimezone(ZONE).date()

    def test_who_has_no_tier_stands_beside_b(self) -> None:
        assert rank("A") < rank(None) == rank("B") < rank("C")

"""Hours of another time zone are told by the practice's clock or left to a person, never refused."""

from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxtriage.reply.draft import Draft
from inboxtriage.triage.asks.when.zones import Zones, zones
from inboxtriage.triage.phrases import table
from tests.golden.letters import draft_of, settings_of

ONLINE = """
[practice]
name = "Rise"
timezone = "Europe/Berlin"
profile = "general"
[practice.hours]
mon = ["16:00-20:00"]
wed = ["10:00-14:00"]
session_minutes = 60
telehealth = true
[practice.openings]
accepting_new_clients = true
"""


def letter(asked: str, folder: Path, facts: str = ONLINE, labels: tuple[str, ...] = ("scheduling",)) -> Draft:
    (folder / "facts.toml").write_text(facts, encoding="utf-8")
    return draft_of(settings_of(folder / "facts.toml", folder), asked, labels)


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("Would 8 am Pacific suit you?", "America/Los_Angeles"), ("Is 10:30 ET possible?", "America/New_York"),
        ("I have time on GMT afternoons.", "Europe/London"), ("Tuesdays at noon UK time?", "Europe/London"),
        ("3 PM EST would be great", "America/New_York"), ("a las 9 hora de México", "America/Mexico_City"),
    ],
)  # fmt: skip
def test_a_zone_that_is_named(said: str, named: str) -> None:
    assert zones([said]).named == (named,)


@pytest.mark.parametrize(
    ("said", "lived_in"),
    [
        ("We live in Denver.", "America/Denver"), ("I'm based in Osaka.", "Asia/Tokyo"), ("I am in Wisconsin.", "America/Chicago"),
        ("I work near Leeds.", "Europe/London"), ("In Halifax I teach at night.", "America/Halifax"), ("Vivo en Lima.", "America/Lima"),
    ],
)  # fmt: skip
def test_a_place_in_which_the_writer_is(said: str, lived_in: str) -> None:
    assert zones([said]) == Zones((), (lived_in,))


@pytest.mark.parametrize(
    "said",
    [
        "The Eastern bakery closed.",
        "ET WAS A FILM",
        "I met a pacific man.",
        "my pt exercises",
        "I had a coach in Milan once.",
        "We moved here from Kentucky.",
        "Sent: 9:15 (GMT-06:00)",
    ],
)
def test_what_only_looks_like_a_zone(said: str) -> None:
    assert zones([said]) == Zones()


def test_an_hour_of_another_zone_is_told_by_the_practice_s_clock(tmp_path: Path) -> None:
    body = letter("Could we talk on Mondays between 11 and 1 Eastern?", tmp_path).body
    assert "between 5:00 PM and 7:00 PM: we have appointments on Mondays from 4:00 PM to 8:00 PM" in body
    assert "(Central European Time)" in body


@pytest.mark.parametrize(
    "asked",
    [
        "Do you have Mondays at 7 pm Pacific?", "I'm in Denver, do you have Wednesdays between 10 and 2?",
        "I am in Osaka now and in Dallas next month, are Mondays at 5 pm possible?", "Are Sundays at 9 am EST possible?",
    ],
)  # fmt: skip
@pytest.mark.parametrize("label", ["scheduling", "availability"])
def test_one_that_does_not_fit_is_left_to_a_person_and_never_refused(asked: str, label: str, tmp_path: Path) -> None:
    draft = letter(asked, tmp_path, labels=(label,))
    assert "afraid" not in draft.body
    assert "Yes, there are times" not in draft.body
    assert any("another time zone" in gap for gap in draft.gaps)


def test_where_the_clock_is_the_same_nothing_changes(tmp_path: Path) -> None:
    assert "no times before 9:00 AM" in letter("I live in Hamburg, are Mondays before 9 am possible?", tmp_path).body
    assert not letter("Are Mondays at 5 pm CET possible?", tmp_path).gaps


def test_who_would_come_in_person_means_the_practice_s_clock_unless_a_zone_is_named(tmp_path: Path) -> None:
    facts = ONLINE.replace("telehealth = true", 'telehealth = true\nin_person = "Main St 1"')
    here = letter("I am in Denver this month, are Mondays at 5 pm possible?", tmp_path, facts)
    assert "after 5:00 PM: we have appointments on Mondays from 4:00 PM to 8:00 PM." in here.body
    assert "between 6:00 PM and 11:00 PM" in letter("Are Mondays at 5 pm UK time possible?", tmp_path, facts).body


EVENINGS = ONLINE.replace('mon = ["16:00-20:00"]', 'mon = ["18:00-20:00"]')


def test_an_early_hour_is_that_hour_and_not_the_day_from_then_on(tmp_path: Path) -> None:
    draft = letter("Only Mondays at 6:30 am work for me, is that possible?", tmp_path, EVENINGS)
    assert "no times at 6:30 AM" in draft.body
    assert "no times" not in letter("Mondays from 7 am onwards work for me, ok?", tmp_path, EVENINGS).body


@pytest.mark.parametrize("asked", ["Do you have Mondays at 10 am?", "Are Mondays after 9 am possible?"])
def test_a_morning_is_not_answered_by_a_yes_to_the_evening(asked: str, tmp_path: Path) -> None:
    body = letter(asked, tmp_path, EVENINGS).body
    assert "Yes" not in body
    assert "no times" not in body
    assert "Our hours are Monday 6:00 PM to 8:00 PM" in body


def test_a_yes_names_the_time_that_fits(tmp_path: Path) -> None:
    body = letter("Do you have Mondays at 7:30 am or between 6 and 8 pm?", tmp_path).body
    assert "Yes, there are times between 6:00 PM and 8:00 PM" in body


def test_every_zone_of_the_list_is_one() -> None:
    data = table("zones")
    names = {*data["named"], *data["regions"], *data["codes"]["sure"].values(), *data["places"]} - {"before"}
    assert names <= available_timezones()
    assert all(ZoneInfo(name) for name in names)


@given(st.lists(st.text() | st.sampled_from(["at 9 ET", "in Perth", "GMT", "lunch eastern"]), max_size=6))
def test_any_text_has_zones_that_there_are(sentences: list[str]) -> None:
    found = zones(sentences)
    assert {*found.named, *found.lived_in} <= available_timezones()

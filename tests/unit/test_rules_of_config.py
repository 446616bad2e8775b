"""What a well-typed configuration must also satisfy: each rule is told with its key, and what it allows passes."""

from pathlib import Path

import pytest

from inboxtriage.config.load import parse
from inboxtriage.errors import ConfigError

ACCOUNT = """
[[accounts]]
name = "a"
address = "a@b.example"
[accounts.maildir]
inbox = "i"
outgoing = "o"
sent = "s"
"""


def problems(text: str) -> dict[str, str]:
    try:
        parse(text + ACCOUNT, source="x", base=Path("/"))
    except ConfigError as error:
        return {key: what for key, _, what in (problem.partition(": ") for problem in error.problems)}
    return {}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[standards]\nreply = 0", "standards.reply"),
        ("[standards]\nurgent = -1", "standards.urgent"),
        ("[standards]\nread = nan", "standards.read"),
        ("[standards]\nquarantine = inf", "standards.quarantine"),
        ("[standards.labels]\nfit = 0", "standards.labels.fit"),
        ("[standards.tiers]\nA = -2", "standards.tiers.A"),
        ("[store]\nkeep_text_days = 99999999999", "store.keep_text_days"),
        ("[review]\nundo_seconds = 99999999999", "review.undo_seconds"),
        ("[practice.openings]\nhold_days = 99999999999", "practice.openings.hold_days"),
        ("[practice.openings]\nnotice_hours = 99999999999", "practice.openings.notice_hours"),
        ("[practice.openings]\nbuffer_minutes = -1", "practice.openings.buffer_minutes"),
        ("[practice.openings]\nnotice_hours = -1", "practice.openings.notice_hours"),
        ("[practice.openings]\nhold_days = 0", "practice.openings.hold_days"),
        ("[practice.openings]\nhorizon_days = 0", "practice.openings.horizon_days"),
        ("[practice.openings]\nhorizon_days = 121", "practice.openings.horizon_days"),
        ("[practice.openings]\noffer = -1", "practice.openings.offer"),
        ("[practice.openings]\noffer = 7", "practice.openings.offer"),
        ('[practice.openings]\ncalendars = ["a.ics", ""]', "practice.openings.calendars[1]"),
        ('[practice.openings]\ncalendars = ["ftp://x.example/a.ics"]', "practice.openings.calendars[0]"),
        ('[practice.openings]\ncalendars = ["https:///a.ics"]', "practice.openings.calendars[0]"),
        ('[practice.openings]\ncalendars = ["https://[::1/a.ics"]', "practice.openings.calendars[0]"),
        ('[practice.translations.english]\nname = "x"', "practice.translations.english"),
        ('[practice.translations.es]\nnmae = "x"', "practice.translations.es.nmae"),
        ('[practice.translations.es]\ntimezone = "x"', "practice.translations.es.timezone"),
        ("[practice.translations.es]\nname = 3", "practice.translations.es.name"),
        ('[practice.translations.es]\ninsurance = "x"', "practice.translations.es.insurance"),
        ('[practice.translations.es.insurance]\nout_of_network = "none"', "practice.translations.es.insurance.out_of_network"),
        ('[practice.translations.es.insurance]\nin_network = "x"', "practice.translations.es.insurance.in_network"),
        ('[practice.translations.es.hours]\nmon = ["x"]', "practice.translations.es.hours.mon"),
        ("[practice.translations.es.openings]\nwaitlist = true", "practice.translations.es.openings.waitlist"),
    ],
)  # fmt: skip
def test_a_broken_rule_is_told_with_its_key(text: str, key: str) -> None:
    assert list(problems(text)) == [key]


@pytest.mark.parametrize(
    "text",
    [
        '[standards]\nholidays = ["US", "US-NY", "ES-MD", "2026-12-24"]\nurgent = 0.5',
        "[standards]\nholidays = [2026-12-24]",
        "[practice.openings]\nbuffer_minutes = 0\nnotice_hours = 0\nhold_days = 1\nhorizon_days = 120\noffer = 0",
        '[practice.openings]\ncalendars = ["busy.ics", "~/a b.ics", "https://x.example/a.ics", "webcal://x.example/b"]',
        '[practice.translations.es]\nname = "n"\nurgent.text = "x"\nhours.in_person = "x"',
        '[practice.translations.es.insurance]\nfee = "160 $"\nfees = {parejas = "200 $"}\nin_network = ["Aetna"]',
    ],
)  # fmt: skip
def test_what_the_rules_allow(text: str) -> None:
    assert problems(text) == {}


@pytest.mark.parametrize(
    ("one", "word"),
    [
        ("us", "did you mean US?"),
        ("us-ny", "did you mean US-NY?"),
        ("US-NYC", "did you mean US-NY?"),
        ("Germany", "did you mean DE?"),
        ("XX", '"US-NY"'),
        ("ECB", "no country"),  # a bank that the library knows too
        ("", '"US-NY"'),
        ("2026-02-30", "2026-12-24"),
        ("24.12.2026", "2026-12-24"),
    ],
)
def test_an_unknown_holiday_says_what_one_looks_like(one: str, word: str) -> None:
    found = problems(f'[standards]\nholidays = ["2026-12-24", "{one}"]')
    assert list(found) == ["standards.holidays[1]"]
    assert word in found["standards.holidays[1]"]


@pytest.mark.parametrize(
    ("url", "more", "fault"),
    [
        ("https://dav.example.com/me/", "", None),
        ("http://localhost:5232/me/", "", None),
        ("http://127.0.0.1:5232/me/", 'password_env = "X"', None),
        ("http://dav.example.com/me/", "", ("url", "in clear")),
        ("dav.example.com", "", ("url", "no address")),
        ("webcal://dav.example.com", "", ("url", "no address")),
        ("https://dav.example.com:many/", "", ("url", "no address")),
        ("https://me:hush@dav.example.com/", "", ("url", "secret")),
        ("https://dav.example.com/", 'password_env = "X"\npassword_command = ["y"]', ("password_env", "not both")),
    ],
)
def test_a_calendar_server_is_spoken_to_in_secret(url: str, more: str, fault: tuple[str, str] | None) -> None:
    found = problems(f'[[practice.openings.caldav]]\nurl = "{url}"\nusername = "me"\n{more}')
    assert list(found) == ([f"practice.openings.caldav[0].{fault[0]}"] if fault else [])
    assert fault is None or fault[1] in found[f"practice.openings.caldav[0].{fault[0]}"]
    assert "hush" not in str(found), "a secret is never repeated"


def test_the_codes_that_are_taken_without_asking_are_codes() -> None:
    from importlib.resources import files

    from holidays import country_holidays

    listed = files("inboxtriage.config").joinpath("holiday_codes.txt").read_text("utf-8").split()
    assert {"US", "US-NY", "GB-SCT", "DE-BY"} <= set(listed)
    for code in listed:
        country, _, part = code.partition("-")
        assert country_holidays(country, subdiv=part or None).country == country

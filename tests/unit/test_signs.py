"""Signs in a mail: what somebody takes, sends back or ends; and all that only sounds like it."""

import tomllib
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxtriage.triage.signs import SIGNS, Before, signs

ZONE = ZoneInfo("America/New_York")
SENT = date(2026, 11, 18)
OFFERS = tuple(datetime(2026, 11, day, hour, tzinfo=ZONE) for day, hour in ((24, 9), (24, 15), (26, 11)))
MAILS = tomllib.loads((Path(__file__).parents[1] / "golden" / "signs.toml").read_text("utf-8"))
OFFERED = [tuple(mail) for part in MAILS["offered"] for mail in part["mails"]]
OFFERED_NOTHING = [tuple(mail) for part in MAILS["offered_nothing"] for mail in part["mails"]]


@pytest.mark.parametrize(("words", "takes"), OFFERED)
def test_a_time_that_was_offered(words: str, takes: list[int]) -> None:
    found = {sign.name: sign for sign in signs(words, before=Before(spoken=True, offers=OFFERS), sent=SENT)}
    times = found["accepts a time"].times if "accepts a time" in found else ()
    assert times == tuple(OFFERS[number - 1] for number in takes)
    assert set(found) == ({"accepts a time"} if takes else set())


@pytest.mark.parametrize(("words", "names"), OFFERED_NOTHING)
def test_a_sign_is_what_the_writer_says_as_a_fact(words: str, names: list[str]) -> None:
    found = signs(words, before=Before(spoken=True), sent=SENT)
    assert [sign.name for sign in found] == names
    assert all(sign.sentence in words for sign in found)


def test_that_works_takes_the_only_time_that_was_offered() -> None:
    for words in ("That works!", "It works for me.", "See you then."):
        (sign,) = signs(words, before=Before(spoken=True, offers=OFFERS[:1]), sent=SENT)
        assert sign.times == OFFERS[:1]


@pytest.mark.parametrize("words", ["Tuesday at 3 works for me.", "I'd like to go ahead.", "The forms are signed."])
def test_nobody_accepts_what_was_never_offered(words: str) -> None:
    assert signs(words, before=Before(spoken=False), sent=SENT) == ()


def test_signs_that_contradict_each_other_are_none() -> None:
    assert signs("We found someone else. We'd like to go ahead.", before=Before(spoken=True), sent=SENT) == ()


@pytest.mark.parametrize(
    ("words", "file", "found"),
    [
        ("Hi Maya, see attached. Jo", "Intake_Form_signed.pdf", True),
        ("", "consent-form (1).PDF", True),
        ("Aquí tiene.", "contrato_firmado.pdf", True),
        ("Here are the forms.", "scan0001.jpg", True),
        ("Here are the forms.", None, False),
        ("Is this the right one?", "Intake_Form_signed.pdf", False),
        ("I could not open this.", "Intake_Form.pdf", False),
        ("See attached.", "vacation.jpg", False),
        ("See attached.", "consent.ics", False),
    ],
)
def test_papers_come_back_as_a_file(words: str, file: str | None, found: bool) -> None:
    said = signs(words, files=[file] if file else [], before=Before(spoken=True), sent=SENT)
    assert bool(said) is found


@given(st.text(max_size=300), st.booleans())
def test_any_words_give_signs_that_are_known(words: str, spoken: bool) -> None:
    found = signs(words, files=[words[:40]], before=Before(spoken=spoken, offers=OFFERS), sent=SENT)
    assert [sign.name for sign in found] == [name for name in SIGNS if name in {sign.name for sign in found}]


@given(
    st.sampled_from(OFFERED_NOTHING),
    st.sampled_from(["I am not sure. Maybe ", "If ", "He said ", "Has anyone asked whether "]),
)
def test_what_is_only_supposed_is_no_move(mail: tuple[str, list[str]], before: str) -> None:
    words = before + mail[0][0].lower() + mail[0][1:]
    if "\n" not in words and words.count(".") + words.count("!") <= 1 and "," not in words and ":" not in words:
        assert signs(words, before=Before(spoken=True), sent=SENT) == ()


class TestAYes:
    """A plain yes counts only in reply to a letter of ours that asked for one."""

    YES = (
        "Yes please, come back! Ana", "Yes", "Sure, go ahead.", "Sí, por favor, vuelvan.", "Would love to have you back",
        "Hi Sam, yes, same as always. Ana", "yes, can you also trim the hedge?", "Yes, we would like that. Start in April please.",
    )  # fmt: skip
    NO = (
        "Yes but it is too expensive", "Yes I got your letter, thanks", "No thanks", "OK I will think about it",
        "Not this year", "We moved away, sorry.", "Sure, call me and we will see", "Yes, maybe next year.",
    )  # fmt: skip

    @pytest.mark.parametrize("words", YES)
    def test_in_reply_to_a_letter_that_asks_for_it(self, words: str) -> None:
        found = signs(words, before=Before(True, (), True), sent=date(2027, 3, 2))
        assert "accepts" in [sign.name for sign in found]

    @pytest.mark.parametrize("words", NO)
    def test_a_yes_with_a_but_is_none(self, words: str) -> None:
        found = signs(words, before=Before(True, (), True), sent=date(2027, 3, 2))
        assert "accepts" not in [sign.name for sign in found]

    @pytest.mark.parametrize("words", YES[:3])
    def test_to_nothing_it_is_no_sign(self, words: str) -> None:
        assert signs(words, before=Before(True), sent=date(2027, 3, 2)) == ()

"""What `init` makes of an answer: hours, days, zones, facts; and what it makes of a server that says no."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxtriage import shipped
from inboxtriage.config.settings import Settings
from inboxtriage.credentials.command import from_command
from inboxtriage.errors import SignInFailed, Unreachable, UsageProblem
from inboxtriage.service.setup import keeping, lists, proving, zone
from inboxtriage.service.setup.days import start_of
from inboxtriage.service.setup.questions import Question, facts, read, wording
from inboxtriage.service.setup.spans import read_spans

SPAN = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d")
ROOM = st.lists(st.integers(0, 24 * 60), min_size=2, max_size=6, unique=True).map(sorted)
PROFILES = ("therapist", "general", "seasonal")


class TestHours:
    @pytest.mark.parametrize(
        ("said", "meant"),
        [
            ("9-5", ["09:00-17:00"]),
            ("9:00-13:00, 15-19", ["09:00-13:00", "15:00-19:00"]),
            ("9-1, 3-7", ["09:00-13:00", "15:00-19:00"]),
            ("8-12 and 1-5", ["08:00-12:00", "13:00-17:00"]),
            ("1-5", ["13:00-17:00"]),
            ("1-5 pm", ["13:00-17:00"]),
            ("9-5pm", ["09:00-17:00"]),
            ("9 am – 12 p.m.", ["09:00-12:00"]),
            ("9 to noon", ["09:00-12:00"]),
            ("10.30-18", ["10:30-18:00"]),
            ("8-8", ["08:00-20:00"]),
            ("0-24", ["00:00-24:00"]),
            ("9-17, 6-8", ["09:00-17:00", "18:00-20:00"]),
            ("From 9 until 5", ["09:00-17:00"]),
            ("Closed", []),
            ("-", []),
        ],
    )
    def test_as_people_write_them(self, said: str, meant: list[str]) -> None:
        assert list(read_spans(said)) == meant

    @pytest.mark.parametrize(
        ("said", "why"),
        [
            ("9-", "no stretch"),
            ("", "comma"),
            ("9-5,", "comma"),
            ("all day", "no stretch"),
            ("9-25", "no time of day"),
            ("9:75-10", "no time of day"),
            ("09:00-05:00", "does not end after it begins"),
            ("9-12, 11-3", "before the stretch before it ends"),
            ("13pm-2pm", "no time of day"),
        ],
    )
    def test_what_is_none_is_said_with_an_example(self, said: str, why: str) -> None:
        with pytest.raises(UsageProblem, match=why) as found:
            read_spans(said)
        assert found.value.do

    @given(ROOM)
    def test_what_is_written_in_full_is_read_as_it_stands(self, minutes: list[int]) -> None:
        pairs = list(zip(minutes[::2], minutes[1::2], strict=False))
        spans = [f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in pairs]
        plain = [span for span in spans if not re.search(r"(?:^|-)1[0-2]:", span)]  # these may be half past noon
        if plain == spans:
            assert list(read_spans(", ".join(spans))) == spans

    @given(st.text("0123456789:-, apmto.", max_size=20))
    def test_whatever_is_typed_is_hours_or_a_reason(self, said: str) -> None:
        try:
            spans = read_spans(said)
        except UsageProblem:
            return
        assert all(SPAN.fullmatch(span) for span in spans)
        ends = [part for span in spans for part in span.split("-")]
        assert ends == sorted(ends)


def of(name: str) -> Question:
    return next(one for one in facts("therapist") if one.path[-1] == name)


class TestAnswers:
    def test_every_question_asks_for_a_fact_that_there_is(self) -> None:
        for profile in PROFILES:
            for question in facts(profile):
                place: object = Settings()
                for part in question.path:
                    assert hasattr(place, part), question.key
                    place = getattr(place, part)
                assert question.ask.endswith(("?", ".")), question.key

    @pytest.mark.parametrize(
        ("kind", "said", "value"),
        [("list", "a, b , a,", ["a", "b"]), ("list", "none", []), ("yes/no", "Y", True), ("yes/no", "no", False),
         ("minutes", "50 min", 50), ("minutes", "50 minutes", 50), ("choice", "super", "superbill"), ("text", " x ", "x")],
    )  # fmt: skip
    def test_values(self, kind: str, said: str, value: object) -> None:
        question = next(one for one in facts("therapist") if one.kind == kind)
        assert read(question, said) == value

    @pytest.mark.parametrize(
        ("kind", "said"), [("yes/no", "perhaps"), ("minutes", "an hour"), ("minutes", "0"), ("choice", "q")]
    )
    def test_what_is_no_answer(self, kind: str, said: str) -> None:
        question = next(one for one in facts("therapist") if one.kind == kind)
        with pytest.raises(UsageProblem):
            read(question, said)

    @pytest.mark.parametrize(
        ("said", "meant"),
        [
            ("new york", "America/New_York"),
            ("europe/berlin", "Europe/Berlin"),
            ("utc", "UTC"),
            ("Brooklyn", "America/New_York"),
            ("Des Moines", "America/Chicago"),
            ("des moines, iowa", "America/Chicago"),
            ("Boston, MA", "America/New_York"),
            ("Dallas", "America/Chicago"),
            ("munich", "Europe/Berlin"),
            ("München", "Europe/Berlin"),
            ("St. Louis", "America/Chicago"),
            ("Somewhere, TX", "America/Chicago"),
        ],
    )
    def test_zones(self, said: str, meant: str) -> None:
        assert zone.meant(said) == meant

    @pytest.mark.parametrize("said", ["ROKX", "zzz", "", "Nowhere", "xx, yy"])
    def test_nonsense_is_no_zone_and_nothing_is_guessed(self, said: str) -> None:
        with pytest.raises(UsageProblem, match="nearest large city"):
            zone.meant(said)

    def test_every_place_is_of_a_zone_that_there_is(self) -> None:
        for name in shipped.table("service.setup", "places"):
            assert zone.meant(name) == name

    @pytest.mark.parametrize(
        ("said", "meant"),
        [
            ("adults and couples", ["adults", "couples"]),
            ("NY & NJ", ["NY", "NJ"]),
            ("50309, 50310, 50311 and 50312", ["50309", "50310", "50311", "50312"]),
            ("adultos y parejas", ["adultos", "parejas"]),
            ("a, b, and c.", ["a", "b", "c"]),
            ("children (under 6 and over 12), teens", ["children (under 6 and over 12)", "teens"]),
            ("Smith & Jones; Brown", ["Smith & Jones", "Brown"]),
            ("Land and Sea;", ["Land and Sea"]),
            ("", []),
            (", and", ["and"]),
        ],
    )
    def test_lists_as_people_write_them(self, said: str, meant: list[str]) -> None:
        assert lists.entries(said) == meant

    @given(st.lists(st.text("abcdefgh", min_size=3, max_size=8), unique=True, min_size=1, max_size=6), st.data())
    def test_whatever_stands_between_them_they_are_the_same(self, names: list[str], data: st.DataObject) -> None:
        between = st.sampled_from([", ", ",", " and ", " & ", " or ", ", and ", " y ", "  and  "])
        said = names[0] + "".join(data.draw(between) + name for name in names[1:])
        if not {"and", "or", "y"} & set(names):
            assert lists.entries(said) == names

    @pytest.mark.parametrize(
        ("said", "meant"),
        [
            ("Aetna and Cigna", ["Aetna", "Cigna"]),
            ("Aetna, Blue Cross and Blue Shield & Cigna", ["Aetna", "Blue Cross and Blue Shield", "Cigna"]),
            ("Scott and White and Aetna", ["Scott and White", "Aetna"]),
            ("Aetna and Harborcare", ["Aetna", "Harborcare"]),
            ("yes, Aetna or Oscar", ["Aetna", "Oscar"]),
            ("no", []),
        ],
    )
    def test_insurers(self, said: str, meant: list[str]) -> None:
        assert read(of("in_network"), said) == meant

    @pytest.mark.parametrize(
        ("said", "meant"),
        [
            ("english and español", ["English", "Spanish"]),
            ("ASL; Haitian creole", ["American Sign Language", "Haitian Creole"]),
        ],
    )
    def test_languages(self, said: str, meant: list[str]) -> None:
        assert read(of("languages"), said) == meant

    @pytest.mark.parametrize(
        ("name", "said"),
        [("languages", "Mon to Thu 9-5"), ("languages", "yes"), ("payment", "yes"), ("fee", "no"), ("in_person", "yes"),
         ("sliding_scale", "yes"), ("sliding_scale", "no, but there are exceptions"), ("works_with", "yes")],
    )  # fmt: skip
    def test_what_a_letter_could_not_say(self, name: str, said: str) -> None:
        with pytest.raises(UsageProblem) as found:
            read(of(name), said)
        assert found.value.do

    @pytest.mark.parametrize(
        ("said", "meant"),
        [("yes, I keep two places", "I keep two places"), ("Yes - from $80", "from $80"), ("from $80", "from $80"),
         ("no", ""), ("None", ""), ("-", ""), ("No, sorry.", ""), ("no thanks", ""), ("Sure Start rates", "Sure Start rates")],
    )  # fmt: skip
    def test_an_answer_in_words_says_no_yes_before_it(self, said: str, meant: str) -> None:
        assert read(of("sliding_scale"), said) == meant

    def test_the_sentences_that_are_shown_are_those_of_letters(self) -> None:
        letters = " ".join(file.read_text("utf-8") for file in shipped.folder("responses").glob("*.md"))
        said = re.sub(r"\{\{.*?\}\}", "{}", re.sub(r"\{%.*?%\}", "", letters))
        said = said.replace("Our {}:  is {}.", "Our fee is {}. Our price is {}.")  # the word for it is the profile's
        for profile in PROFILES:
            for question in facts(profile):
                assert not question.says or question.says.removesuffix(".") in said, question.key

    @pytest.mark.parametrize("profile", ["general", "seasonal"])
    def test_a_trade_is_not_asked_like_a_therapist(self, profile: str) -> None:
        shown = " ".join(f"{one.ask} {one.buys} {one.example}" for one in facts(profile)) + wording(profile).name
        assert not re.search(r"custody|EMDR|50 minutes|treat|Counseling|insurance|couples", shown)

    def test_a_zone_that_is_none_comes_with_a_proposal(self) -> None:
        with pytest.raises(UsageProblem, match="America/Chicago"):
            zone.meant("Chicagoo")

    @pytest.mark.parametrize(
        ("said", "meant"),
        [
            ("all", "all"),
            ("2026-11-01", "2026-11-01"),
            ("3 weeks", "2026-11-01"),
            ("10d ago", "2026-11-12"),
            ("two weeks", "2026-11-08"),
            ("2 weeks", "2026-11-08"),
            ("3 weeks ago", "2026-11-01"),
            ("10 days", "2026-11-12"),
            ("last Monday", "2026-11-16"),
            ("Sunday", "2026-11-15"),
            ("a fortnight", "2026-11-08"),
            ("a couple of weeks", "2026-11-08"),
            ("last week", "2026-11-15"),
            ("the last two weeks", "2026-11-08"),
            ("yesterday", "2026-11-21"),
            ("Nov 1", "2026-11-01"),
            ("1st of December", "2025-12-01"),
            ("March 3, 2024", "2024-03-03"),
            ("a month ago", "2026-10-23"),
        ],
    )
    def test_starts(self, said: str, meant: str) -> None:
        assert start_of(said, date(2026, 11, 22)) == meant

    @pytest.mark.parametrize(
        "said", ["2026-11-23", "soon", "", "-3 days", "next week", "December 1, 2026", "weeks", "99999 years"]
    )
    def test_no_starts(self, said: str) -> None:
        with pytest.raises(ValueError):  # noqa: PT011 - the words are told by who asks
            start_of(said, date(2026, 11, 22))

    def test_a_command_finds_files_of_the_owners_own_folder(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOME", str(tmp_path))
        (tmp_path / "my secret").write_text("x1\n")
        assert from_command(keeping.command_of("cat '~/my secret'")) == "x1"

    @pytest.mark.parametrize("said", ["hunter2", "/no/such/program", "~/nothing", "correct horse battery"])
    def test_what_is_no_command_is_not_said_again(self, said: str) -> None:
        with pytest.raises(UsageProblem, match="not kept") as found:
            keeping.command_of(said)
        assert said not in str(found.value)

    def test_a_command_needs_words(self) -> None:
        assert keeping.command_of("cat 'my mail'") == ["cat", "my mail"]
        for said in ("", "'"):
            with pytest.raises(UsageProblem):
                keeping.command_of(said)


class TestTroubles:
    @pytest.mark.parametrize(
        ("what", "word", "ask"),
        [
            ("x:993: the certificate cannot be trusted (certificate has expired)", "renew", ("host",)),
            ("x:993: the certificate cannot be trusted (self-signed certificate)", "authority", ("ca_file", "host")),
            ("x:993: the certificate cannot be trusted (Hostname mismatch, ...)", "another name", ("host",)),
            ("x:143 does not offer STARTTLS", "readable", ("host", "security")),
            (
                "x:993: the connection cannot be secured (WRONG_VERSION_NUMBER)",
                "does not encrypt",
                ("host", "security"),
            ),
            ("x:993 (connecting): [Errno -2] Name or service not known", "spelled", ("host",)),
            ("x:993 (connecting): [Errno 111] Connection refused", "Nothing listens", ("host", "security")),
            ("x:993 (connecting): no answer in time", "does not answer", ("host", "security")),
            ("x:993 (signing in): something new", "cannot be used", ("host", "security")),
        ],
    )
    def test_what_is_said_and_what_is_asked_again(self, what: str, word: str, ask: tuple[str, ...]) -> None:
        found = proving.trouble("imap", Unreachable(what, do="check it"))
        assert word in found.words
        assert found.ask == ask

    def test_a_refusal_asks_for_the_password(self) -> None:
        found = proving.trouble("smtp", SignInFailed("no", do="an app password"))
        assert (found.ask, found.is_refusal, "app password" in found.words) == (("password",), True, True)

    def test_every_question_that_is_asked_again_is_one(self) -> None:
        for one in shipped.table("service.setup", "troubles")["trouble"]:
            assert set(one["ask"]) <= {"host", "security", "ca_file", "password"}

"""Sentences that could be said to anybody, where they belong, and which old mails are asked about."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxtriage import shipped
from inboxtriage.category.response import read_library
from inboxtriage.cli.past_questions import shown_lines
from inboxtriage.config.settings import Fit, Hours, Insurance, Practice
from inboxtriage.message.model import Address, Message, Person, Words
from inboxtriage.reply.names import faults
from inboxtriage.reply.render import Renderer
from inboxtriage.service.past.confirming import Said, chosen
from inboxtriage.service.past.places import contradictions, place_of, put
from inboxtriage.service.past.proposing import proposals
from inboxtriage.service.past.reading import Answered, Asked, Past
from inboxtriage.service.past.sentences import Knowledge, sentences, unfit
from inboxtriage.triage.verdict import Verdict
from tests.past_year import COUPLES, FEE, NEVER, NO_PLANS, OLD_FEE, ROOM, SUPERBILL, VIDEO

PRACTICE = Practice(
    insurance=Insurance(in_network=("Aetna",), out_of_network="superbill", fee="$160 for 50 minutes"),
    hours=Hours(session_minutes=50, telehealth=True, in_person="12 Harbor St, Brooklyn"),
    fit=Fit(works_with=("adults", "couples"), does_not_work_with=("children",)),
)
KNOWN = Knowledge(
    frozenset({"anna", "will"}), frozenset({"will", "fee"}), frozenset({"my", "i", "if"}), frozenset({"Brooklyn"})
)
LIBRARY = read_library(shipped.folder("responses"))
_DAYS = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day|\b(?:today|tomorrow|tonight|next week|this week)\b|\d ?[ap]m\b|\d:\d\d"
)


def personal_words(text: str, people: set[str]) -> list[str]:
    """What in a sentence is somebody's: a name, an address, a number that could be a phone's or a date's, a day."""
    words = {word.strip(".,!?;:'’\"").casefold() for word in text.split()}
    found = sorted(words & people)
    found += re.findall(r"\S*@\S*|https?:\S*|\d{3,}[ .-]\d{2,}|\d+/\d+", text)
    return found + _DAYS.findall(text.casefold())


class TestSentences:
    @pytest.mark.parametrize(
        "letter",
        [
            "Dear Anna,\n\nMy fee is one hundred dollars.\nIt is due at the end.\n\nBest,\nMaya\n",
            "Hi Anna, My fee is one hundred dollars. It is due at the end.\n\nWarmly\nMaya Rao",
            "Anna,\nMy fee is one hundred dollars. It is due\nat the end.\nWith warm regards,\nM.",
            "Hola Anna:\n\n- My fee is one hundred dollars.\n- It is due at the end.\n\nSaludos,\nM.",
        ],
    )
    def test_greeting_and_ending_are_left_out(self, letter: str) -> None:
        assert sentences(letter) == ["My fee is one hundred dollars.", "It is due at the end."]

    @pytest.mark.parametrize("sentence", [SUPERBILL, NO_PLANS, FEE, OLD_FEE, ROOM, COUPLES, VIDEO])
    def test_what_could_be_said_to_anybody(self, sentence: str) -> None:
        assert unfit(sentence, KNOWN, "en") is None

    @pytest.mark.parametrize(
        "sentence",
        [
            *NEVER,
            "Thank you so much for your kind words to me.",
            "Will is a colleague of mine who has room.",
            "My fee for this is what anna and I agreed on.",
            "Zelda is a colleague of mine who has room.",
            "The first session is on March 5 in my office.",
            "Your husband is welcome to come along to it.",
            "I am in network with Aetna and with some others.",
            "You can reach me at 555 0144 on most mornings.",
            "You can find all my forms at www.harbor.example online.",
            "{{ practice.owner }} is what I would like to say.",
            "Would you like to come in for a first session?",
        ],
    )
    def test_what_is_somebodys_own(self, sentence: str) -> None:
        assert unfit(sentence, KNOWN, "en") is not None


NAMES = st.sampled_from(
    ["Anna Lind", "Grace Hope", "will young", "Zoë O'Neil", "Mei-Ling Ray", "Bo Fee", "María José", "Rose Day"]
)
PLACES = st.sampled_from(["{0}", "{0},", "my friend {0}", "both {0} and I", "{0}'s sister"])
TAILS = st.sampled_from(
    ["", " on Tuesday", " at 3pm", " at 555-014-7788", " via a.b@example.org", " on 3/14", " next week", " at 5:30"]
)
HEADS = st.sampled_from(
    ["I would like to see", "My plan is to call", "If you want to, ask", "The fee is paid by", "we can meet with"]
)


@given(HEADS, PLACES, NAMES, TAILS, st.sampled_from([str, str.lower, str.title, str.upper]), st.booleans())
def test_no_person_is_ever_proposed(head: str, place: str, name: str, tail: str, case: object, clean: bool) -> None:
    """Whatever an owner writes to several people about one, in any case of letters, none of it comes to a proposal."""
    assert callable(case)
    told = place.format(case(name)) if not clean else "somebody whom I know"
    sentence = f"{head} {told} about that{tail}."
    letters = [_answered(n, f"Hi there,\n\n{sentence} {SUPERBILL}\n\nBest,\nMaya") for n in range(4)]
    words = frozenset(word for part in re.split(r"[ -]", name.casefold()) for word in [part.replace("'", "'")] if word)
    found = proposals(Past(datetime.now(UTC).date(), 4, tuple(letters), words), PRACTICE, LIBRARY)
    people = set(words) - {"will", "young", "fee", "rose", "day", "grace", "hope", "bo", "ray"}
    for one in found:
        assert not personal_words(one.text, people)
        if not clean and not case(name).islower():
            assert one.text == SUPERBILL
    assert SUPERBILL in {one.text for one in found}


class TestPlaces:
    def test_each_line_stands_once_in_the_shipped_response(self) -> None:
        for place in shipped.table("service.past", "places")["place"]:
            response = LIBRARY.exactly(place["label"], "en")
            assert response is not None
            lines = [line for line in response.text.splitlines() if line.startswith(place["line"])]
            assert len(lines) == 1, place

    def test_a_sentence_stands_where_the_same_was_said(self) -> None:
        topics = {SUPERBILL: "superbills", FEE: "the fee", ROOM: "room", VIDEO: "video", COUPLES: None, NO_PLANS: None}
        labels = {ROOM: "availability", VIDEO: "scheduling", COUPLES: "fit"}
        for sentence, topic in topics.items():
            place = place_of(labels.get(sentence, "insurance"), sentence)
            assert (place.topic if place else None) == topic, sentence

    @pytest.mark.parametrize(
        ("label", "sentence", "topic"),
        [
            ("availability", "My practice is full right now, but I keep a waiting list.", "a waiting list"),
            ("availability", "I am not taking new clients right now.", "no room"),
            ("availability", "Unfortunately I have no openings for new people.", "no room"),
            ("insurance", "I do not offer a sliding scale at this point.", "no sliding scale"),
            ("insurance", "I keep a few places on a sliding scale.", "sliding scale"),
            ("insurance", "I cannot give you a superbill for this.", None),
            ("scheduling", "I do not meet by video at all.", None),
        ],
    )
    def test_yes_and_no_have_places_of_their_own(self, label: str, sentence: str, topic: str | None) -> None:
        place = place_of(label, sentence)
        assert (place.topic if place else None) == topic

    @pytest.mark.parametrize(
        ("label", "sentence", "key"),
        [
            ("insurance", OLD_FEE, "practice.insurance.fee"),
            ("insurance", NO_PLANS, "practice.insurance.in_network"),
            ("insurance", "A session with me lasts 45 minutes.", "practice.hours.session_minutes"),
            ("scheduling", "I see people in my office only.", "practice.hours.telehealth"),
            ("fit", "I do not work with couples at all.", "practice.fit.works_with"),
            ("fit", "I see children from the age of six.", "practice.fit.does_not_work_with"),
            ("insurance", "I keep a few places on a sliding scale.", "practice.insurance.sliding_scale"),
        ],
    )
    def test_what_the_configuration_says_otherwise(self, label: str, sentence: str, key: str) -> None:
        assert key in " ".join(contradictions(label, sentence, PRACTICE))

    def test_what_agrees_is_not_remarked_upon(self) -> None:
        for label, sentence in (("insurance", SUPERBILL), ("insurance", FEE), ("scheduling", VIDEO), ("fit", COUPLES)):
            assert list(contradictions(label, sentence, PRACTICE)) == []

    @pytest.mark.parametrize("label", ["insurance", "availability", "scheduling", "fit"])
    def test_every_order_of_sentences_makes_a_response_without_faults(self, label: str) -> None:
        response = LIBRARY.exactly(label, "en")
        assert response is not None
        for order in (
            (SUPERBILL, FEE, OLD_FEE, NO_PLANS, COUPLES, ROOM, VIDEO),
            (VIDEO, NO_PLANS, OLD_FEE, SUPERBILL, COUPLES, FEE),
        ):
            text = response.text
            for sentence in order:
                text = put(text, label, sentence, PRACTICE)
            assert all(text.count(sentence) == 1 for sentence in order)
            changed = type(response)(response.name, "en", response.title, text, response.path)
            assert [fault for fault in faults(changed, Renderer("en")) if fault.severity == "wrong"] == []


class TestChoosing:
    def test_the_least_certain_of_each_question_one_a_person(self) -> None:
        mails = [_asked(n, ("insurance",), 0.9 - n / 100) for n in range(8)]
        mails += [_asked(n, (), 0.6 + n / 100) for n in range(10, 14)]
        mails += [_asked(3, ("fit",), 0.5), _asked(20, ("fit", "insurance"), 0.99)]
        found = chosen(mails, 6)
        assert len({one.person for one in found}) == 6
        labels = [one.verdict.labels for one in found]
        assert labels[:3] == [(), ("fit",), ("insurance",)]
        assert ("fit", "insurance") in labels
        assert found[0].verdict.confidence == 0.7

    @given(
        st.lists(
            st.tuples(st.integers(0, 6), st.sampled_from([(), ("fit",), ("insurance", "fit")]), st.floats(0.5, 1))
        ),
        st.integers(0, 9),
    )
    def test_never_more_than_asked_for_and_everybody_once(
        self, told: list[tuple[int, tuple[str, ...], float]], most: int
    ) -> None:
        found = chosen([_asked(*one) for one in told], most)
        assert len(found) == min(most, len({one[0] for one in told}))
        assert len({one.person for one in found}) == len(found)

    def test_what_is_said_never_contradicts_itself(self) -> None:
        said = Said(("fit",), "vendor", urgent=False).toggled("insurance")
        assert (said.labels, said.kind) == (("fit", "insurance"), "inquiry")
        assert said.toggled("fit").labels == ("insurance",)
        assert said.written_by("spam") == Said((), "spam", urgent=False)


def test_a_long_mail_is_cut_and_what_decided_is_shown() -> None:
    words = "\n".join(f"line {n} of a long letter" for n in range(30)) + "\nDo you take Aetna?\nand so on"
    lines = shown_lines(words, ["Do you take Aetna?"])
    assert lines[9] == ("line 9 of a long letter", False)
    assert lines[10:] == [("…", False), ("Do you take Aetna?", True), ("…", False)]
    assert shown_lines("short", ["not there"]) == [("short", False)]


def _asked(number: int, labels: tuple[str, ...], confidence: float) -> Asked:
    address = f"somebody{number}@example.org"
    person = Person(None, address, address, None, "from")
    message = Message(None, None, (), None, "", Address(address), (), person, Words("", ""), None)
    verdict = Verdict("reply", "", kind="inquiry", labels=labels, confidence=confidence)
    return Asked("practice", b"", message, verdict, datetime.now(UTC), f"{number}")


def _answered(number: int, words: str) -> Answered:
    return Answered(_asked(number, ("insurance",), 0.9), words, "en", datetime.now(UTC) - timedelta(days=number))

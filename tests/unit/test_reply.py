"""Letters: one greeting, the answers in the order asked, one signature; and nothing that is not a fact."""

import itertools
from pathlib import Path

import pytest

from inboxtriage import shipped
from inboxtriage.category.response import read_library
from inboxtriage.config.load import parse as parse_config
from inboxtriage.config.settings import Practice as PracticeFacts
from inboxtriage.errors import ResponseFault
from inboxtriage.message.parse import parse
from inboxtriage.reply.compose import Composer
from inboxtriage.reply.draft import Draft, digest, has_gap
from inboxtriage.reply.facts import stated
from inboxtriage.reply.render import Renderer
from inboxtriage.reply.salutation import greeting_name, subject_of
from inboxtriage.reply.speech import speech
from inboxtriage.triage.asks.extract import asks_of
from inboxtriage.triage.reading import sentences
from inboxtriage.triage.verdict import Verdict
from tests.practice import FACTS, mail

LABELS = ("insurance", "availability", "scheduling", "fit")
LIBRARY = read_library(shipped.folder("responses"))
ACCOUNT = (
    '\n[[accounts]]\nname="a"\naddress="hello@harbor.example"\n[accounts.maildir]\ninbox="i"\noutgoing="o"\nsent="s"\n'
)
FULL = parse_config(FACTS + ACCOUNT, source="test", base=Path("/")).practice
EMPTY = parse_config('[practice]\nname = "Bare"\n' + ACCOUNT, source="test", base=Path("/")).practice


def letter(
    labels: tuple[str, ...] = ("insurance",),
    body: str = "Do you take Aetna? Saturdays?",
    *,
    practice: PracticeFacts = FULL,
    language: str = "en",
    kind: str = "inquiry",
    name: str = "Jane Doe",
    note: str = "",
) -> Draft:
    message = parse(mail(body, sender=f'"{name}" <jane@example.org>' if name else "jane@example.org"))
    verdict = Verdict("reply", "", kind=kind, labels=labels, asks=asks_of(sentences(body), labels), language=language)
    draft = Composer(practice, LIBRARY).compose(message, verdict, note=note)
    assert draft is not None
    return draft


SPEAKS = {
    "insurance": "in network",
    "availability": "taking new",
    "scheduling": "closed on Saturdays",
    "fit": "work with adults",
}


@pytest.mark.parametrize("labels", [c for n in range(1, 5) for c in itertools.permutations(LABELS, n)], ids="-".join)
def test_every_question_has_its_answer_in_the_order_asked(labels: tuple[str, ...]) -> None:
    draft = letter(labels)
    body = draft.body
    places = [body.index(SPEAKS[label]) for label in labels]
    assert places == sorted(places)
    told_too = {"scheduling"} if "availability" in labels else set()  # that a day is closed
    assert not any(words in body for label, words in SPEAKS.items() if label not in {*labels, *told_too})
    assert body.startswith("Dear Jane,\n\n")
    assert body.count("Dear ") == body.count("Warm regards,") == body.count("Maya Rao, PhD") == 1
    assert body.endswith("Maya Rao, PhD\nHarbor Counseling")
    assert draft.gaps == ()
    paragraphs = body.split("\n\n")
    assert len(paragraphs) == len(set(paragraphs))
    assert [source.label for source in draft.sources if source.label != "letter"] == list(labels)
    assert "\n\n".join(source.text for source in draft.sources) == body


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("label", LABELS)
def test_a_missing_fact_is_a_visible_gap_that_names_its_key(label: str, language: str) -> None:
    """G41: never an invented fact, never an empty place."""
    draft = letter((label,), practice=EMPTY, language=language)
    assert draft.gaps
    assert all(gap.startswith("practice.") for gap in draft.gaps)
    assert all(f"[to fill in: {gap}]" in draft.body for gap in draft.gaps)
    assert has_gap(draft.body)
    assert "None" not in draft.body


@pytest.mark.parametrize(
    ("words", "says", "never"),
    [
        ("Do you take Aetna?", "in network with Aetna", "not in network"),
        ("Do you take Humana?", "not in network with Humana", "Yes"),
        ("I have atena or Cigna", "in network with Aetna and Cigna", "not in network"),
        ("Do you take Humana or cigna?", "in network with Cigna", "in network with Humana and"),
        ("What is your fee?", "Our fee is $160 for 50 minutes.", "network with"),
        ("Do you take insurance?", "in network with Aetna and Cigna. If you tell us", "not in network"),
        ("Do you take blue cross blue shield?", "not in network with BCBS", "Yes"),
    ],
)
def test_insurers_are_held_against_the_practices_own_list(words: str, says: str, never: str) -> None:
    body = letter(("insurance",), words).body
    assert says in body
    assert never not in body


def test_it_never_promises_coverage() -> None:
    body = letter(("insurance",), "Do you take Aetna?").body
    assert "depends on your own plan" in body
    assert "cover" not in body


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            "Do you see people on Saturdays?",
            "I am afraid we are closed on Saturdays. Closest to that, we see people on Tuesdays from 3:00 PM to 7:00 PM, on Thursdays from 11:00 AM to 7:00 PM and on Fridays",
        ),
        ("Do you see people on Thursdays?", "Yes, we see people on Thursdays from 11:00 AM to 7:00 PM."),
        ("Tuesday?", "Yes, we see people on Tuesdays from 9:00 AM to 1:00 PM and 3:00 PM to 7:00 PM."),
        (
            "Is a weekend possible?",
            "I am afraid we are closed on Saturdays and Sundays. Closest to that, we see people on Mondays from",
        ),
        (
            "When are you open?",
            "Our hours are Monday and Wednesday 9:00 AM to 5:00 PM; Tuesday 9:00 AM to 1:00 PM and 3:00 PM",
        ),
    ],
)
def test_days_are_answered_honestly(words: str, says: str) -> None:
    assert says in letter(("scheduling",), words).body


def test_spanish_is_answered_in_spanish() -> None:
    draft = letter(LABELS, "¿Aceptan Aetna? ¿Atienden los sábados?", language="es", name="Lucía Ibáñez")
    assert draft.body.startswith("Hola, Lucía:")
    assert "red de Aetna" in draft.body
    assert "no atendemos los sábados" in draft.body
    assert not any(word in draft.body for word in ("Dear", "Warm regards", "network with"))


def test_another_language_is_answered_in_the_practices_own() -> None:
    assert letter(language="fr").body.startswith("Dear Jane,")


def test_a_client_is_not_sent_a_newcomers_letter() -> None:
    draft = letter(("scheduling",), "Can we move Thursday?", kind="client")
    assert has_gap(draft.body)
    assert "first session" not in draft.body
    assert "Thank you for writing to" not in draft.body


def test_a_note_stands_before_the_answers() -> None:
    body = letter(note="It was good to meet you.").body
    assert body.index("It was good to meet you.") < body.index("in network")


@pytest.mark.parametrize(
    ("name", "greeted"),
    [
        ("Jane Doe", "Jane"), ("jane DOE", "Jane"), ("JANE", "Jane"), ("Doe, Jane", "Jane"), ("Aaron Feld, LCSW", "Aaron"), ("Jane Doe, PhD", "Jane"), ("Okonkwo, Grace", "Grace"), ("Dr. Jane Doe", "Jane"),
        ("Lucía Ibáñez", "Lucía"), ("O'Brien", "O'Brien"), ("Jean-Luc Picard", "Jean-Luc"), ("Ann", "Ann"),
        ("Mr. & Mrs. Quill", None), ("Referral Desk", None), ("Cedar Clinic", None), ("jane@example.org", None), ("J", None),
        ("J.D.", None), ("{{7*7}}", None), ("x" * 200 + " y", None), ("", None), (None, None), ("12345", None), ("info", None),
        ("Smith and Sons", None), ("A B C D E F", None), ("陳慧玲", "陳慧玲"),
        ("None", None), ("null", None), ("undefined", None), ("Anonymous", None), ("Paul Null", "Paul"),
    ],
)  # fmt: skip
def test_the_name_to_greet_by(name: str | None, greeted: str | None) -> None:
    """G41: a name that is none, or that a program wrote in its place, greets nobody."""
    found = greeting_name(name)
    assert found == greeted or (name and name.startswith("xxx") and found is not None and len(found) <= 80)


def test_without_a_name_nobody_is_dear() -> None:
    assert letter(name="").body.startswith("Hello,\n\n")


@pytest.mark.parametrize(
    ("subject", "reply"),
    [
        ("Help", "Re: Help"),
        ("Re: Help", "Re: Help"),
        ("RE: Fwd: AW: Help", "Re: Help"),
        ("Re[2]: Help", "Re: Help"),
        ("", "Your message"),
    ],
)
def test_the_subject_answers_theirs(subject: str, reply: str) -> None:
    assert subject_of(parse(mail(subject=subject)), "en") == reply


class TestTemplates:
    def render(self, text: str, **values: object) -> str:
        return Renderer("en").render(text, values, stated(FULL), file="x.md").text

    @pytest.mark.parametrize(
        "text",
        [
            "{{ cycler.__init__.__globals__ }}", "{{ ''.__class__ }}", "{{ practice.__class__ }}", "{{ practice._values }}",
            "{{ nonsense }}", "{% if nonsense %}x{% endif %}", "{% broken", "{{ practice.name.format }}{{ 1/0 }}",
            "{{ practice.insurance.in_network.append('x') }}",
        ],
    )  # fmt: skip
    def test_a_wrong_response_is_named_not_rendered(self, text: str) -> None:
        """G42: the sandbox refuses what reaches out; a typo is no empty string."""
        with pytest.raises(ResponseFault, match=r"x\.md"):
            self.render(text)

    def test_values_are_never_templates(self) -> None:
        assert self.render("{{ value }}", value="{{ 7*7 }} {% x %}") == "{{ 7*7 }} {% x %}"

    def test_a_line_of_tags_leaves_no_line(self) -> None:
        assert self.render("a\n{% if true %}\nb\n{% endif %}\nc\n\nd") == "a b c\n\nd"

    def test_hard_breaks_and_lists_keep_their_lines(self) -> None:
        assert self.render("a\\\nb\n\n- one\n- two") == "a\nb\n\n- one\n- two"

    def test_the_facts_that_were_used_are_known(self) -> None:
        rendering = Renderer("en").render(
            "{{ practice.insurance.fee }} {{ practice.owner }}", {}, stated(FULL), file="x"
        )
        assert rendering.facts == ["practice.insurance.fee", "practice.owner"]

    def test_a_missing_fact_in_a_decision_is_a_gap_too(self) -> None:
        rendering = Renderer("en").render("{% if practice.fit.nope %}x{% endif %}", {}, stated(FULL), file="x")
        assert rendering.gaps == ["practice.fit.nope"]
        assert rendering.text == "[to fill in: practice.fit.nope]"

    @pytest.mark.parametrize(
        "text",
        ["no head", "+++\ntitle = 1\n+++\nx", "+++\nother = 'x'\n+++\nx", "+++\nbroken\n+++\nx", "+++\ntitle = 'x'"],
    )
    def test_a_file_without_a_good_head_is_refused(self, text: str, tmp_path: Path) -> None:
        (tmp_path / "fit.md").write_text(text)
        with pytest.raises(ResponseFault, match=r"fit\.md"):
            read_library(shipped.folder("responses"), tmp_path)

    def test_an_owners_file_stands_in_for_the_shipped_one(self, tmp_path: Path) -> None:
        (tmp_path / "fit.md").write_text("+++\ntitle = 'Mine'\n+++\nMine.")
        library = read_library(shipped.folder("responses"), tmp_path)
        found = library.find("fit", "en")
        assert found is not None
        assert found.title == "Mine"
        assert library.find("insurance", "en") is not None
        assert library.labels == ("availability", "fit", "insurance", "scheduling")
        assert library.languages == {"en", "es"}


def test_lists_read_as_lists() -> None:
    assert [speech("en").listed(values) for values in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert speech("es").listed(["a", "b"]) == "a y b"
    assert speech("es").listed(["español", "inglés"]) == "español e inglés"


def test_the_digest_covers_everything_that_was_seen() -> None:
    seen = ("a@b.example", "Re: x", "body", ("<m>", "m1"))
    others = [
        ("c@b.example", *seen[1:]),
        (seen[0], "Re: y", *seen[2:]),
        (*seen[:2], "bodY", seen[3]),
        (*seen[:3], ("<m>", "m2")),
    ]
    digests = {digest(*one) for one in (seen, *others)}
    assert len(digests) == 5
    assert digest(*seen) == digest(*seen)

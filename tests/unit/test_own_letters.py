"""Letters that answer no mail, and scripts: every one in three practices and two languages, full and empty."""

from pathlib import Path
from typing import get_args

import pytest

from inboxtriage import shipped
from inboxtriage.category.response import Library, Response, read_letters, read_scripts
from inboxtriage.config.settings import Practice
from inboxtriage.errors import NotFound, ResponseFault
from inboxtriage.journey.plan import FILE, read_plan
from inboxtriage.journey.stage import Stage
from inboxtriage.reply import names
from inboxtriage.reply.compose import Composer
from inboxtriage.reply.discreet import clinical_words
from inboxtriage.reply.letters import Addressee, LetterComposer, values_for
from inboxtriage.reply.render import Renderer
from inboxtriage.reply.scripts import NOBODY, Caller, script_values
from inboxtriage.service import composing
from inboxtriage.service.assembly import Assembly
from tests.golden import own_letters
from tests.golden.letters import HERE

RESPONSES = shipped.folder("responses")
LETTERS, SCRIPTS = read_letters(RESPONSES), read_scripts(RESPONSES)
PROFILES = ("therapist", "general", "seasonal")
NAMES = sorted({one.name for one in LETTERS.all()} - {"frame", "absence"})
# What a practice that told nothing has to fill in before each letter can leave; of the others nothing is missing.
EMPTY = {
    "action-items": {"ours"},
    "after-meeting": {"where"},
    "agenda": {"topics"},
    "confirm": {"when"},
    "consult": {"practice.intake.consult"},
    "forms": {"practice.intake.forms"},
    "free-offer": {"practice.intake.sample"},
    "milestone": {"milestone"},
    "payment": {"practice.insurance.fee", "practice.insurance.payment"},
    "progress": {"achievements", "challenges"},
    "proposal": {"what", "practice.insurance.fee"},
    "reaching-us": {"practice.clients.emergencies"},
    "summary": {"done"},
    "transition": {"colleague"},
    "warm": {"line"},
    "what-to-expect": {"practice.clients.expect"},
}


@pytest.fixture(scope="module", params=own_letters.PRACTICES)
def practice(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    return own_letters.practice(request.param, tmp_path_factory.mktemp("practice"))


@pytest.mark.parametrize("language", own_letters.LANGUAGES)
@pytest.mark.parametrize("name", own_letters.PRACTICES)
def test_the_letters_are_the_ones_that_were_read_and_found_good(name: str, language: str, tmp_path: Path) -> None:
    kept = (HERE / f"letters-{name}-{language}.md").read_text(encoding="utf-8")
    assert own_letters.page(name, language, tmp_path) == kept, (
        "read what changed, then `python -m tests.golden.own_letters`"
    )


@pytest.mark.parametrize("language", own_letters.LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_letter_in_which_everything_is_said_can_leave(practice: Assembly, name: str, language: str) -> None:
    for stage in ("encounter", "intake", "engage", "follow_up"):
        draft = own_letters.letter(practice, name, language, said=True, stage=stage)
        assert draft.gaps == ()
        assert draft.language == language
        assert not set("{}<>") & set(draft.body + draft.subject)
        assert "None" not in draft.body
        sentences = [one.strip() for one in draft.body.replace("\n", " ").split(". ") if one.strip()]
        assert len(sentences) == len(set(sentences))
        assert clinical_words(draft.subject, language) == ()


@pytest.mark.parametrize("language", own_letters.LANGUAGES)
@pytest.mark.parametrize("profile", PROFILES)
def test_what_nobody_said_is_a_gap_and_nothing_else_is(profile: str, language: str) -> None:
    composer = LetterComposer(Composer(Practice(name="Here", profile=profile), responses(language)), LETTERS)  # type: ignore[arg-type]
    to = Addressee("jane@example.org", None, language, "engage", client=True, said={})
    for name in NAMES:
        gaps = {gap.partition(": ")[0] for gap in composer.compose(name, to).gaps}
        expected = EMPTY.get(name, set())
        if name == "reaching-us" and profile != "therapist":
            expected = set()  # a gardener may have no emergencies
        assert gaps == expected, name


def responses(language: str) -> Library:
    """Responses whose letters are in one language, without any file."""
    frame = Response("letter", language, "x", "{{ answers }}", Path("letter.md"))
    return Library({("letter", language): frame}, language)


@pytest.mark.parametrize("name", own_letters.PRACTICES)
@pytest.mark.parametrize("language", own_letters.LANGUAGES)
def test_a_script_is_whole_and_says_what_to_do_in_danger_first(name: str, language: str, tmp_path: Path) -> None:
    a = own_letters.practice(name, tmp_path)
    for script in sorted({one.name for one in SCRIPTS.all()} - {"goodbye"}):  # nobody is let go in danger
        calm = own_letters.script(a, script, language)
        urgent = own_letters.script(a, script, language, urgent=True)
        assert not set("{}<>") & set("".join(calm.paragraphs))
        assert urgent.paragraphs[0] != calm.paragraphs[0]
        assert urgent.paragraphs[1].count("?") == 1


@pytest.mark.parametrize(("library", "kind"), [(LETTERS, "letter"), (SCRIPTS, "script")])
def test_every_file_has_both_languages_and_no_fault(library: Library, kind: names.Kind) -> None:
    found = {(one.name, one.language) for one in library.all()}
    assert found == {(name, language) for name, _ in found for language in ("en", "es")}
    for one in library.all():
        assert list(names.faults(one, Renderer(one.language), kind)) == [], one.file


def test_both_languages_of_a_letter_have_the_same_blanks_and_each_is_described() -> None:
    composer = LetterComposer(Composer(Practice(), responses("en")), LETTERS)
    for name in NAMES:
        english, spanish = (composer.blanks(one) for one in LETTERS.all() if one.name == name)
        assert [(blank.name, blank.what) for blank in english] == [(blank.name, blank.what) for blank in spanish]
        assert all(blank.what != blank.name for blank in english), name


def test_the_names_are_those_that_letters_and_scripts_are_told() -> None:
    composer = Composer(Practice(), responses("en"))
    assert values_for(composer, NOBODY.to, "en", {}, ()).keys() == names.TOLD_LETTERS
    assert script_values(composer, Caller(NOBODY.to), "en", ()).keys() == names.TOLD_SCRIPTS


@pytest.mark.parametrize("profile", PROFILES)
def test_every_letter_that_a_journey_names_is_there(profile: str) -> None:
    plan = read_plan([RESPONSES / FILE, RESPONSES / f"journey.{profile}.toml"])
    named = {name for stage in plan.stages.values() for name in stage.letters}
    named |= {touch.letter for touch in plan.touches.values() if touch.letter}
    assert named - set(NAMES) == set()
    assert set(plan.stages) == set(get_args(Stage))


def test_thanks_for_a_recommendation_name_nobody(practice: Assembly) -> None:
    assert "referred" not in names.TOLD_LETTERS
    assert "Jane" in own_letters.letter(practice, "referral-thanks", "en", said=False).body


def test_a_bare_number_answers_a_survey(practice: Assembly) -> None:
    body = own_letters.letter(practice, "survey", "en", said=False).body
    assert "one number from 0 to 10" in body
    assert "The number alone is enough." in body


def test_a_hand_over_names_whom_the_owner_chose_and_nobody_else(tmp_path: Path) -> None:
    """Who fits somebody is no fact of the configuration: a colleague for children is none for everybody."""
    nobody = own_letters.letter(own_letters.practice("therapist", tmp_path), "transition", "en", said=False)
    assert "Lee" not in nobody.body
    assert (len(nobody.gaps), nobody.refers_to) == (1, ())
    chosen = own_letters.letter(own_letters.practice("coach", tmp_path), "transition", "en", said=True)
    assert chosen.refers_to == ("Kim Sato",)


@pytest.mark.parametrize(("hours", "days"), [(1, 1), (7, 1), (8, 2), (21, 3), (24, 4)])
def test_an_answer_is_promised_in_working_days_of_the_practice(hours: float, days: int, tmp_path: Path) -> None:
    a = own_letters.practice("therapist", tmp_path)  # 36 open hours in five days
    a.settings = type(a.settings)(
        practice=a.settings.practice, accounts=a.settings.accounts, standards=type(a.settings.standards)(reply=hours)
    )
    assert composing.reply_days(a) == days


class TestFiles:
    """What is wrong in a letter's file is said, and never leaves."""

    def made(self, folder: Path, text: str, head: str = 'subject = "x"') -> LetterComposer:
        (folder / "letters").mkdir(exist_ok=True)
        (folder / "letters" / "mine.md").write_text(f'+++\ntitle = "t"\n{head}\n+++\n{text}', encoding="utf-8")
        return LetterComposer(Composer(Practice(name="Here"), responses("en")), read_letters(RESPONSES, folder))

    TO = Addressee("jane@example.org", "Jane", "en", "engage", client=True, said={"topic": "{{ practice.name }} [x]"})

    def test_the_owners_words_are_no_template(self, tmp_path: Path) -> None:
        draft = self.made(tmp_path, "About {{ said.topic }}.").compose("mine", self.TO)
        assert "About {{ practice.name }} [x]." in draft.body

    def test_a_blank_nobody_described_is_a_gap_with_its_name(self, tmp_path: Path) -> None:
        draft = self.made(tmp_path, "About {{ said.other }}.").compose("mine", self.TO)
        assert draft.gaps == ("said.other",)

    def test_a_file_that_goes_with_it_is_attached_or_missed(self, tmp_path: Path) -> None:
        composer = self.made(tmp_path, "Here.", 'subject = "x"\nattach = ["form.pdf"]')
        assert composer.compose("mine", self.TO).gaps == ("the file form.pdf, which mine.md attaches",)
        (tmp_path / "letters" / "form.pdf").write_bytes(b"%PDF")
        draft = composer.compose("mine", self.TO)
        assert (draft.gaps, [Path(one).name for one in draft.attachments]) == ((), ["form.pdf"])

    def test_without_a_subject_it_is_a_fault(self, tmp_path: Path) -> None:
        composer = self.made(tmp_path, "Here.", "")
        with pytest.raises(ResponseFault, match="no subject"):
            composer.compose("mine", self.TO)
        one = next(one for one in read_letters(tmp_path).all() if one.name == "mine")
        assert [fault.what for fault in names.faults(one, RENDERER, "letter")] == ["its head needs a subject"]

    def test_the_lint_knows_what_letters_are_told(self, tmp_path: Path) -> None:
        self.made(
            tmp_path,
            "{{ asked.topics }}{{ answers }} {{ said.any }} {{ pratice.name }} your panic attacks",
            'subject = "Your trauma, {{ nmae }}"',
        )
        one = next(one for one in read_letters(tmp_path).all() if one.name == "mine")
        told = [f"{fault.severity}: {fault.what}" for fault in names.faults(one, RENDERER, "letter")]
        assert told == [
            "wrong: its subject: there is no name 'nmae'",
            "note: its subject: its own words name trauma",
            "wrong: there is no name 'asked'",
            "wrong: there is no name 'answers'",
            "wrong: there is no name 'pratice'",
            "note: its own words name panic attacks",
        ]

    def test_what_is_not_there_is_not_found(self, tmp_path: Path) -> None:
        for name in ("frame", "nothing"):
            with pytest.raises(NotFound, match="there is no letter"):
                self.made(tmp_path, "x").compose(name, self.TO)


RENDERER = Renderer("en")

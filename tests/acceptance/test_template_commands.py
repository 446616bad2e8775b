"""`template`: the responses there are, what is wrong with them, and how a letter would read; nothing is stored."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.test_docs import TestJson as _Json
from tests.acceptance.test_docs import _fields
from tests.practice import ASKS_INSURANCE, FACTS, Practice, mail

SHIPPED = ("availability", "fit", "insurance", "letter", "scheduling")
LETTER = "Dear {{ name }},\n\n{{ answers }}\n\n{{ practice.name }}\n"


@pytest.fixture
def own(tmp_path: Path) -> Practice:
    """A practice with a folder of responses of its own."""
    (tmp_path / "responses").mkdir()
    return Practice.in_folders(tmp_path, '\n[responses]\npath = "responses"\n')


def write(practice: Practice, file: str, text: str, head: str = "") -> None:
    (practice.home / "responses" / file).write_text(f'+++\ntitle = "Mine"\n{head}\n+++\n{text}', encoding="utf-8")


def problems(practice: Practice, code: int = 0) -> list[dict[str, Any]]:
    done = practice.run("template", "check", "--json")
    assert (done.code, done.err) == (code, ""), done
    document = done.json
    assert document["ok"] == (code == 0)
    found: list[dict[str, Any]] = document["problems"]
    return found


def about(file: str | None, practice: Practice, code: int = 0) -> list[str]:
    """What is said about one file, a line each."""
    return [
        f"{p['severity']} {p['language']}: {p['what']}: {p['do']}"
        for p in problems(practice, code)
        if p["file"] == file
    ]


class TestList:
    def test_it_shows_every_response_and_whose_it_is(self, own: Practice) -> None:
        write(own, "fit.md", "Mine.", 'needs = ["practice.owner"]\nstage = "intake"\nattach = ["form.pdf"]')
        document = own.ok("template", "list", "--json").json
        assert document["languages"] == ["en", "es"]
        assert [(r["name"], r["language"]) for r in document["responses"]] == [
            (n, c) for n in SHIPPED for c in ("en", "es")
        ]
        assert [r["file"] for r in document["responses"] if r["whose"] == "own"] == ["fit.md"]
        (mine,) = (r for r in document["responses"] if r["whose"] == "own")
        assert (mine["title"], mine["needs"], mine["stage"], mine["attachments"]) == (
            "Mine",
            ["practice.owner"],
            "intake",
            ["form.pdf"],
        )
        table = own.ok("template", "list").out
        assert "\x1b" not in table
        assert "Mine" in table
        assert table.splitlines()[-1] == "Letters are written in English and Spanish"

    def test_a_language_that_the_practice_does_not_speak_is_not_written_in(self, tmp_path: Path) -> None:
        practice = Practice.in_folders(tmp_path)
        practice.config.write_text(
            practice.config.read_text().replace("[practice.fit]", '[practice.fit]\nlanguages = ["English"]')
        )
        document = practice.ok("template", "list", "--json").json
        assert document["languages"] == ["en"]
        assert {r["language"]: r["used"] for r in document["responses"]} == {"en": True, "es": False}


class TestCheck:
    def test_the_shipped_responses_have_nothing_wrong(self, practice: Practice) -> None:
        found = problems(practice)
        assert {p["severity"] for p in found} == {"note"}
        assert all(p["what"].startswith("not in your configuration: practice.") for p in found)
        assert next(p["facts"] for p in found if p["file"] == "insurance.md") == [
            "practice.insurance.eap",
            "practice.insurance.payment",
        ]
        assert practice.ok("template", "check").out.splitlines()[-1] == f"0 wrong, {len(found)} to note"

    def test_a_practice_that_gives_every_fact_has_no_note(self, tmp_path: Path) -> None:
        practice = Practice.in_folders(tmp_path)
        more = {
            "insurance": 'eap = []\npayment = "card"',
            "hours": 'access = ""\nhome_visits = false\nfrequency = "weekly"\ncancellation = "24 hours before"',
            "fit": 'area = []\nabout = "x"\nlicensed_in = ["NY"]\nlanguages = ["English"]',
        }
        text = practice.config.read_text()
        for table, lines in more.items():
            text = text.replace(f"[practice.{table}]", f"[practice.{table}]\n{lines}")
        practice.config.write_text(
            text.replace(
                "[practice.insurance]",
                '[practice.intake]\nforms = "x"\nconsult = "x"\nsample = "x"\n'
                '[practice.clients]\nexpect = "x"\nemergencies = "x"\n[practice.insurance]',
            )
        )
        assert practice.ok("template", "check").out == "Nothing is wrong with the responses\n"

    def test_a_wrong_response_is_named_with_its_line_and_ends_with_1(self, own: Practice) -> None:
        write(own, "fit.md", "Fine.\n{{ practice.insurence.fee }}\n{% if client %}x{% endif %}{{ nmae }}")
        (fact, name) = (p for p in problems(own, 1) if p["severity"] == "wrong")
        assert (fact["file"], fact["line"], fact["do"]) == ("fit.md", 6, "did you mean practice.insurance.fee?")
        assert (name["file"], name["line"], name["do"]) == ("fit.md", 7, "did you mean name?")
        done = own.run("template", "check")
        assert done.code == 1
        told = "fit.md, line 6: there is no fact practice.insurence.fee: did you mean practice.insurance.fee?"
        assert f"wrong     {told}\n" in done.out
        assert "\x1b" not in done.out
        check = next(c for c in own.run("check", "--json").json["checks"] if c["name"] == "responses (en)")
        assert not check["ok"]
        assert told in check["detail"]

    def test_a_wrong_response_is_wrong_in_every_language_that_it_stands_in_for(self, own: Practice) -> None:
        write(own, "parking.md", "{{ nmae }}", 'languages = ["es"]')
        checks = {check["name"]: check for check in own.run("check", "--json").json["checks"]}
        for language in ("en", "es"):
            assert not checks[f"responses ({language})"]["ok"]
            assert "parking.md" in checks[f"responses ({language})"]["detail"]

    def test_bad_syntax_is_told_once_with_its_line(self, own: Practice) -> None:
        write(own, "fit.md", "a\n{% if %}")
        (only,) = (p for p in problems(own, 1) if p["severity"] == "wrong")
        assert (only["file"], only["line"]) == ("fit.md", 6)

    def test_what_shows_only_when_it_is_written_is_wrong_too(self, own: Practice) -> None:
        write(own, "fit.md", "{{ 1 // 0 }}")
        assert about("fit.md", own, 1) == ["wrong en: integer division or modulo by zero: mend that response"]

    def test_every_file_that_cannot_be_read_is_told(self, own: Practice) -> None:
        for name in ("fit.md", "insurance.md"):
            (own.home / "responses" / name).write_text("no head")
        assert [(p["severity"], p["file"], p["what"]) for p in problems(own, 1)] == [
            ("wrong", "fit.md", "has no head"),
            ("wrong", "insurance.md", "has no head"),
        ]

    def test_a_folder_that_is_not_there_is_one_clear_line(self, own: Practice) -> None:
        (own.home / "responses").rmdir()
        done = own.run("template", "check")
        assert done.code == 1
        assert done.out.splitlines()[0].endswith("responses: mend [responses] path")
        for words in (["template", "list"], ["template", "preview"]):
            done = own.run(*words)
            assert (done.code, len(done.err.splitlines())) == (1, 1)

    def test_a_fact_that_it_needs_and_that_is_missing_is_a_note(self, own: Practice) -> None:
        write(own, "fit.md", "{{ practice.fit.about }}", 'needs = ["practice.fit.about"]')
        assert about("fit.md", own) == [
            "note en: it says nothing without practice.fit.about: set it, or fill in every such letter"
        ]

    def test_more_than_120_words_to_a_plain_question_are_too_many(self, own: Practice) -> None:
        write(own, "fit.md", "word " * 120 + "{% if client %}" + "more " * 120 + "{% endif %}")
        assert about("fit.md", own) == []
        write(own, "fit.md", "word " * 121)
        (only,) = about("fit.md", own)
        assert only.startswith("note en: 121 words to a plain question, more than 120: ")

    def test_an_answer_that_says_nothing_is_noted(self, own: Practice) -> None:
        write(own, "fit.md", "{% if client %}Yes.{% endif %}")
        assert about("fit.md", own) == [
            "note en: it says nothing to a plain question: say something where nothing special is asked"
        ]

    @pytest.mark.parametrize(
        ("text", "what"),
        [
            ("Dear {{ name }},", "the letter has no place for the answers"),
            ("Dear {{ name }}, {{ answers }}", "a paragraph of its own is needed, once, for the answers"),
            (
                "Dear you,\n\n{% if client %}\n\n{{ answers }}\n\n{% endif %}",
                "an ordinary letter does not come to the answers",
            ),
        ],
    )
    def test_a_letter_that_loses_the_answers_is_wrong(self, text: str, what: str, own: Practice) -> None:
        write(own, "letter.md", LETTER)
        assert about("letter.md", own) == []
        write(own, "letter.md", text)
        (only,) = about("letter.md", own, 1)
        assert only.startswith(f"wrong en: {what}: ")

    def test_a_category_without_a_variant_in_a_language_of_letters_is_noted(self, own: Practice) -> None:
        examples = ", ".join(f'"Where can I park {n}?"' for n in range(8))
        write(own, "parking.md", "In the yard.", f"examples = [{examples}]")
        assert about("parking.md", own) == [
            "note en: no mail is sorted under parking yet: `inboxtriage train` learns its examples",
            'note es: it cannot be said in Spanish, so that such a letter waits until you fill it in: write parking.es.md, or languages = ["es"] into its head if it may stand as it is',
        ]
        write(own, "parking.md", "In the yard.", f'examples = [{examples}]\nlanguages = ["es"]')
        assert len(about("parking.md", own)) == 1

    def test_a_file_under_which_no_mail_can_be_sorted_is_noted(self, own: Practice) -> None:
        write(own, "insurence.md", "x", 'languages = ["es"]')
        assert about("insurence.md", own) == [
            "note en: no mail is ever sorted under insurence: it has 0 examples, 8 are needed: did you mean insurance.md?"
        ]

    def test_a_response_in_a_language_without_letters_is_noted(self, own: Practice) -> None:
        write(own, "fit.de.md", "Ja.")
        assert about("fit.de.md", own) == [
            "note de: it is never used: letters are not written in German: write a letter.de.md too"
        ]
        write(own, "letter.de.md", LETTER)
        assert about("fit.de.md", own) == []

    def test_facts_without_words_in_a_language_are_noted_by_their_key(self, tmp_path: Path) -> None:
        practice = Practice.in_folders(tmp_path)
        given = 'sliding_scale = "a few places, ask Maya about them"'
        practice.config.write_text(practice.config.read_text().replace('sliding_scale = ""', given))
        (only,) = (p for p in problems(practice) if p["file"] is None)
        assert (only["language"], only["facts"]) == ("es", ["practice.translations.es.insurance.sliding_scale"])

    def test_its_own_words_may_not_name_an_illness_the_practices_facts_may(self, own: Practice) -> None:
        assert "helps_with" not in FACTS
        own.config.write_text(
            own.config.read_text().replace("[practice.fit]", '[practice.fit]\nhelps_with = ["panic attacks"]')
        )
        write(own, "fit.md", "We help with {{ practice.fit.helps_with | listed }}.")
        assert about("fit.md", own) == []
        write(own, "fit.md", "We help with panic attacks.")
        (only,) = about("fit.md", own)
        assert only.startswith("note en: its own words name panic attacks: ")


class TestPreview:
    def test_a_sample_person_is_answered_under_the_labels_in_their_order(self, practice: Practice) -> None:
        shown = practice.ok("template", "preview", "insurance", "availability", "--json").json
        assert (shown["message"], shown["labels"], shown["why"]) == (None, ["insurance", "availability"], None)
        body = shown["draft"]["body"]
        assert body.startswith("Dear Ann,\n\n")
        assert body.index("in network with Aetna and Cigna") < body.index("taking new clients")
        assert "\n\n".join(source["text"] for source in shown["draft"]["sources"]) == body
        assert shown["draft"]["blocked"] == shown["draft"]["offers"] == []

    def test_without_labels_it_answers_all_in_the_order_of_the_alphabet(self, practice: Practice) -> None:
        shown = practice.ok("template", "preview", "--json").json
        assert shown["labels"] == ["availability", "fit", "insurance", "scheduling"]

    def test_people_see_each_paragraph_with_its_source(self, practice: Practice) -> None:
        out = practice.ok("template", "preview", "availability").out
        assert "\x1b" not in out
        assert (
            "  Yes, we are taking new clients at the moment.\n    ~ availability: availability.md (practice.openings."
            in out
        )

    def test_a_language_is_answered_as_its_writers_would_be(self, practice: Practice) -> None:
        spanish = practice.ok("template", "preview", "availability", "--language", "es", "--json").json["draft"]
        assert (spanish["language"], spanish["body"][:11]) == ("es", "Hola, Ann:\n")
        french = practice.ok("template", "preview", "availability", "--language", "fr", "--json").json["draft"]
        assert french["language"] == "en"
        assert "You wrote in French" in french["body"]

    def test_what_would_block_it_is_told(self, practice: Practice) -> None:
        text = practice.config.read_text().replace('fee = "$160 for 50 minutes"\n', "")
        practice.config.write_text(text)
        assert "blocked   to fill in: practice.insurance.fee\n" in practice.ok("template", "preview", "insurance").out

    def test_a_stored_message_gets_the_letter_that_it_has_and_keeps_it(self, practice: Practice) -> None:
        (practice.home / "busy.ics").write_text("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nEND:VCALENDAR\n")
        practice.config.write_text(
            practice.config.read_text().replace("[practice.openings]", '[practice.openings]\ncalendars = ["busy.ics"]')
        )
        practice.receive(
            mail("Hello, are you accepting new clients, and when is your next free appointment? Thank you.")
        )
        practice.ok("poll")
        stored = practice.assembly()
        before = stored.db.all("SELECT * FROM draft"), stored.db.all("SELECT * FROM item")
        shown = practice.ok("template", "preview", "--message", "m1", "--json").json
        other = practice.ok("template", "preview", "insurance", "--message", "m1", "--json").json
        after = stored.db.all("SELECT * FROM draft"), stored.db.all("SELECT * FROM item")
        stored.close()
        assert [[tuple(row) for row in table] for table in before] == [[tuple(row) for row in table] for table in after]
        assert practice.run("approve", "m1").code == 1, "a preview is not the draft that is approved"
        (item,) = practice.queue()
        assert shown["draft"]["body"] == item["draft"]["body"]
        assert shown["draft"]["offers"] == item["draft"]["offers"] != []
        assert (shown["message"], shown["labels"]) == ("m1", item["labels"])
        assert other["labels"] == ["insurance"]
        assert "in network" in other["draft"]["body"]

    def test_a_file_is_sorted_and_answered_without_a_store(self, practice: Practice) -> None:
        file = practice.home / "one.eml"
        file.write_bytes(mail(ASKS_INSURANCE))
        shown = practice.ok("template", "preview", "--message", str(file), "--json").json
        assert (shown["labels"], shown["draft"]["to"]) == (["insurance"], "jane@example.org")
        assert "Yes, we are in network with Aetna." in shown["draft"]["body"]
        other = practice.ok("template", "preview", "fit", "--message", str(file), "--json").json
        assert "We work with" in other["draft"]["body"]
        assert "network" not in other["draft"]["body"]
        assert not (practice.home / "store").exists()

    def test_a_mail_that_gets_no_letter_says_why(self, practice: Practice) -> None:
        file = practice.home / "one.eml"
        file.write_bytes(mail("Your invoice is attached.", List_Unsubscribe="<mailto:x@y.example>", Precedence="bulk"))
        shown = practice.ok("template", "preview", "--message", str(file), "--json").json
        assert shown["draft"] is None
        assert shown["why"].startswith("it is sorted as ignore: ")
        assert practice.ok("template", "preview", "--message", str(file)).out.splitlines()[0] == f"No letter to {file}"

    @pytest.mark.parametrize(
        ("words", "code", "says"),
        [
            (["insurence"], 2, "no such label: insurence: did you mean insurance?"),
            (["xyzzy"], 2, "choose from availability, fit, insurance, scheduling"),
            (["--language", "xq"], 2, "there is no language 'xq'"),
            (["--message", "m9"], 1, "there is no message m9"),
            (["--message", "nonsense"], 1, "is no message: its id looks like m7"),
            (["--message", "gone.eml"], 1, "gone.eml cannot be read"),
        ],
    )
    def test_what_is_not_there_is_said_in_one_line(
        self, words: list[str], code: int, says: str, practice: Practice
    ) -> None:
        done = practice.run("template", "preview", *words)
        assert (done.code, len(done.err.splitlines()), done.out) == (code, 1, "")
        assert says in done.err

    def test_a_wrong_response_is_one_line(self, own: Practice) -> None:
        write(own, "fit.md", "{{ nmae }}")
        done = own.run("template", "preview", "fit")
        assert (done.code, len(done.err.splitlines())) == (1, 1)
        assert "fit.md" in done.err


@pytest.mark.parametrize("command", ["list", "check", "preview"])
def test_every_field_is_documented(command: str, own: Practice) -> None:
    write(own, "fit.md", "{{ practice.insurance.fee }}")
    known = _Json.documented(f"template {command} --json")
    written = set(_fields(json.loads(own.ok("template", command, "--json").out), known))
    assert written == known

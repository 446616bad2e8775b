"""New words, history, signature: told apart as people and mail programs write them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxtriage.message.quoting import Role, roles_of, split

NEW = "Could we move to Friday?"


@pytest.mark.parametrize(
    "below",
    [
        "\n\nOn Tue, Nov 3, 2026 at 1:20 PM Jane Doe <jane@example.org> wrote:\n> old words\n> more",
        "\n\nOn Tue, Nov 3, 2026 at 1:20 PM Jane Doe\n<jane@example.org> wrote:\n\n> old words",
        "\n\n> On May 6, Dr. Rao wrote:\n>\n> old words",
        "\n\nEl mar, 3 nov 2026 a las 13:20, Ana (<ana@example.org>) escribió:\n> palabras",
        "\n\nLe mar. 3 nov. 2026 à 13:20, Ana <ana@example.org> a écrit :\n> des mots",
        "\n\nAm 03.11.2026 um 13:20 schrieb Ana <ana@example.org>:\n> alte Worte",
        "\n\n-----Original Message-----\nFrom: Jane\nSent: Tuesday\nTo: Maya\nSubject: x\n\nold words",
        "\n\n________________________________\nFrom: Jane <j@example.org>\nSent: Tuesday\nTo: Maya\nSubject: x\n\nold words",
        "\n\nFrom: Jane <j@example.org>\nSent: Tuesday\nTo: Maya\nSubject: x\n\nold words",
        "\n\nDe: Ana\nEnviado: martes\nPara: Maya\nAsunto: x\n\npalabras",
        "\n\nOn Tuesday, November 3, 2026, 01:20:12 PM EST, Jane <j@example.org> wrote:\n\nold words without marks",
        "\n\n-- \nJane Doe\nOffice hours Mon-Fri 8-5",
        "\n\nSent from my iPhone",
        "\n\nEnviado desde mi iPhone",
        "\n\nGet Outlook for iOS",
        "\n\nThis email and any attachments are confidential and intended solely for the addressee.",
        "\n\nCONFIDENTIALITY NOTICE: this message may be privileged.\nDelete it if it is not yours.",
        "\n\nPlease consider the environment before printing this.",
        '\nOp 16 nov. 2026 05:13 schreef "Ana" <ana@example.org> het\nvolgende geschreven:\n\n> oude woorden',
        '\nLe 4 nov. 2026 19:03, "Ana"\n<ana@example.org>\na écrit :\n\n> des mots',
        "\n\nAna Muster <ana@example.org> schrieb am Fr., 6.\nNov. 2026 um 11:53 Uhr:\n\n> alte Worte",
        "\n\nDen 6. nov. 2026 kl. 20.42 skrev Ana <ana@example.org<mailto:ana@example.org>>:\n\ngamle ord",
        "\n\n2026-11-06 15:36 GMT+02:00 Ana Doe <\nana@example.org>:\n\n> old words",
        '\n\n06.11.2026, 18.30, "Ana - Doe" <ana@example.org>:\n\nold words',
        '\n\n11:00 AM, November 6, 2026, "Ana" <ana@example.org>:\n\nold words',
        "\n\n---- On Fri, 06 Nov 2026 14:02:50 +0530 ana@example.org wrote ----\n\nold words",
        "\n\n*-------- Original Message --------*\n\nold words",
        "\n\n-------- Oprindelig besked --------\nFra: Ana\nDato: 6.11.2026\nTil: Maya\nEmne: x\n\ngamle ord",
        "\n\nFrån: Ana [mailto:ana@example.org]\nSkickat: den 6 november 2026\nTill: Maya\nÄmne: x\n\nord",
        "\n\nVan: Ana\nVerzonden: vrijdag 6 november 2026\nAan: Maya\nOnderwerp: x\n\nwoorden",
        "\n\nDe : Ana\n À : Maya\n Envoyé le : vendredi 6 novembre 2026\n Objet : x\n\nmots",
        "\n\nFrom: Ana Doe\n<ana.doe.with.a.long.name@example.org>\nSent: Friday\nTo: Maya\nSubject: x\n\nold words",
        "\n\n====\n\nMessage du : 06/11/2026 13:20\nDe : Ana\nA : Maya\nCopie à :\nSujet : x\n\nmots",
        "\n\n2026/11/6 Ana via List <list@example.org>\n\n| old words\n|\n| more",
        "\n\nDiese Nachricht wurde von meinem Mobiltelefon mit Mail gesendet.",
        "\n\nSent from my phone. Please excuse typos",
        "\n\n(sent from a mobile device)",
        "\n\n—————\nJane Doe\nProduct Manager\njane@example.org",
    ],
)
def test_what_is_below_is_no_new_word(below: str) -> None:
    words = split(NEW + below)
    assert words.new == NEW
    assert words.whole == (NEW + below).strip("\n")


@pytest.mark.parametrize(
    "text",
    [
        "I wrote: do you take Aetna?",
        "My questions:\n- fees\n- times",
        "From: what I read you are in Brooklyn",
        "He wrote me on Monday. She wrote: nothing.",
        "--\nis that a signature? no",
        "a -> b\nc >> d",
        "Thanks,\nJane",
        "Best,\nDr. Jane Doe",
        "I take the insurance from my office hours job, confidential please.",
        "P.S. call me at 555-0100, any time",
        "Jane\n\nP.S. do you take Aetna?",
        "On the surface it is about money.\n\nOn Thursdays, I could come. On average:\n\n- twice a month",
        "Sent from my desk, which is where I cry.",
        "The forms were sent from my iPhone to your office, did you get them?",
        "I can do:\n\n2026-11-06 15:30\n06.11.2026 14:30\nNov 6, 2026 at 14:30\n\nWhich is best?",
        "My plan\n----\n1. ask you\n\n----\n\nIs that right?",
        "From: the start it was hard.\nTo: be honest I need help. Do you take Aetna?",
    ],
)
def test_words_of_the_writer_stay(text: str) -> None:
    assert split(text).new == text


def test_words_below_an_attribution_that_nothing_stands_above_stay() -> None:
    """Somebody who writes below the quoted line, in a program that marks nothing: only all of it is safe."""
    text = "On 8 May 2026 at 17:34, Dr. Rao <rao@example.org> wrote:\n\nIs Friday good?\n\nYes, Friday is good."
    assert split(text).new == "Is Friday good?\n\nYes, Friday is good."


def test_answers_between_quoted_lines_are_new() -> None:
    text = "See below.\n\n> Which days?\n\nMondays.\n\n> Which plan?\n\nAetna.\nJane"
    assert split(text).new == "See below.\n\nMondays.\n\nAetna.\nJane"


def test_an_answer_below_the_quote_is_new() -> None:
    assert split("On 6/2/2026, Harbor wrote:\n> Which days?\n>\n\nMondays.").new == "Mondays."


def test_a_visiting_card_under_a_name_is_none_of_the_words() -> None:
    card = "Referral Coordinator\nCedar Family Medicine Clinic\nTel: 555-0100\nwww.cedar.example"
    text = f"{NEW}\n\nThanks,\nShawna Teague\n{card}"
    assert split(text).new == f"{NEW}\n\nThanks,\nShawna Teague"


def test_the_writers_own_quoted_mail_is_known() -> None:
    nudge = "Any word?\n\nOn Tue, Nov 3, 2026, Jane Doe <jane@example.org> wrote:\n> Do you take Aetna?\n> Jane"
    words = split(nudge, writer="jane@example.org", writer_name="Jane Doe")
    assert (words.new, words.own_quote, words.own_depth) == ("Any word?", "Do you take Aetna?\nJane", 1)
    assert split(nudge, writer="maya@harbor.example", writer_name="Maya Rao").own_quote == ""


def test_an_older_own_mail_below_an_answer_is_deeper() -> None:
    thread = (
        "Hello?\n\nOn Wed, Maya <maya@harbor.example> wrote:\n> I am away.\n>\n> On Tue, Jane <jane@example.org> wrote:\n"
        ">> Do you take Aetna?"
    )
    words = split(thread, writer="jane@example.org")
    assert (words.own_quote, words.own_depth) == ("Do you take Aetna?", 2)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "words",
                "> q",
                "On Monday, Jane wrote:",
                "-- ",
                "From: a",
                "To: b",
                "Subject: c",
                "",
                "Sent from my phone",
                "Thanks,",
                "T: 555-010-0100",
            ]
        ),
        max_size=30,
    )
)
def test_every_line_has_one_role_and_order_is_kept(lines: list[str]) -> None:
    roles = roles_of(lines)
    assert len(roles) == len(lines)
    new = [line for line, role in zip(lines, roles, strict=True) if role is Role.NEW and line.strip()]
    kept = [line.rstrip() for line in split("\n".join(lines)).new.split("\n") if line.strip()]
    assert kept == [line.rstrip() for line in new]

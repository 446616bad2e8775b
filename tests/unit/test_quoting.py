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
    ],
)
def test_words_of_the_writer_stay(text: str) -> None:
    assert split(text).new == text


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

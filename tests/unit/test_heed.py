"""What a writer says that must not be overlooked stands above the letter: no calls, somebody listens, a minor."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxtriage.reply.heed import heed
from inboxtriage.triage.verdict import LOOK_TWICE, Verdict

URGENT = Verdict("urgent", "reads as danger now", "inquiry", urgent=True)
CARE = Verdict("reply", f"asks; {LOOK_TWICE}", "inquiry")
CALM = Verdict("reply", "asks about insurance", "inquiry")
SAFETY = "If you are in danger, call 988 now. I will call you as soon as I can, and we will find a time."

NO_PHONE = (
    "Please don't call, he would hear.",
    "DO NOT CALL ME back on this number.",
    "I can't talk on the phone right now.",
    "Email only please, no phone.",
    "Only write to me, never ring the house.",
    "no voicemails please",
    "It is not safe to call.",
    "Por favor no me llame, mi esposo está en casa.",
    "Je ne peux pas, ne m’appelez pas.",
)
NO_LETTER = (
    "Please don't reply to this address.",
    "Please do not write back, just call me on my sister's phone.",
    "don't email me here",
    "It isn't safe to reply.",
    "Por favor no me escriba a este correo.",
)
WATCHED = (
    "He checks my phone every evening.",
    "My husband reads all my emails.",
    "He goes through the other one.",
    "She might see this.",
    "Mi marido revisa mi celular.",
)
ABOUT_ANOTHER = (
    "My patient told me that she took an overdose of pills.",
    "I am worried about my brother, he says he wants to die.",
    "He said he will kill himself tonight.",
    "She keeps talking about taking her own life.",
    "I am writing on behalf of a student of mine.",
    "Mi hermano dice que se quiere matar.",
)
YOUNG = (
    "I'm 15 and I want to die.",
    "im in 9th grade",
    "My parents don't know that I write.",
    "Tengo 16 años.",
    "soy menor de edad",
)
CALM_WORDS = (
    "Do you take Aetna? You can call me any time after five.",
    "I called twice and nobody called me back. Please reply.",
    "If you do not answer this mail I will look for somebody else.",
    "My daughter is 15 and has panic attacks. Can you see her on Saturdays?",
    "I am 51 and my husband is 53. We fight about money.",
    "My wife and I would like to come together. She has Cigna.",
)  # fmt: skip


def said(text: str, verdict: Verdict = URGENT) -> str:
    return "\n".join(heed([text], verdict, SAFETY))


@pytest.mark.parametrize(
    ("texts", "remark"),
    [
        (NO_PHONE, "not to be phoned"),
        (NO_LETTER, "not to be written to"),
        (WATCHED, "somebody else may read or hear"),
        (ABOUT_ANOTHER, "about somebody else than the writer"),
        (YOUNG, "a minor"),
    ],
)
def test_it_is_remarked(texts: tuple[str, ...], remark: str) -> None:
    assert [text for text in texts if remark not in said(text)] == []


@pytest.mark.parametrize("text", CALM_WORDS)
def test_calm_mail_has_no_remark(text: str) -> None:
    assert heed([text], CALM, "Yes, we do.") == ()


def test_the_sentence_that_says_it_stands_beside_it() -> None:
    text = "I cannot go on. Please don't call, he would hear. Thank you."
    assert (
        said(text) == "they ask not to be phoned (“Please don't call, he would hear.”): promise no call, and make none"
    )


def test_no_call_counts_in_any_letter_and_about_whom_it_is_where_somebody_may_be_in_danger() -> None:
    assert "not to be phoned" in said(NO_PHONE[0], CALM)
    assert "somebody else than" not in said(ABOUT_ANOTHER[1], CALM)
    assert "somebody else than" in said(ABOUT_ANOTHER[1], CARE)


def test_who_writes_in_another_language_than_the_text() -> None:
    spanish = Verdict("urgent", "reads as danger now", "inquiry", urgent=True, language="es")
    assert heed(["No puedo más. Quiero morir."], spanish, SAFETY) == (
        "they write in Spanish, and this text is in English",
    )
    assert heed(["I want to die."], URGENT, SAFETY) == ()
    assert heed(["No puedo más."], spanish, "") == (), "where there is no text yet, there is nothing to hold against it"


def test_a_colleague_writes_about_somebody() -> None:
    colleague = Verdict("urgent", "reads as danger now", "colleague", urgent=True)
    assert heed(["She took all of it an hour ago."], colleague, SAFETY)[0].startswith("a colleague writes")


def test_each_is_remarked_once_from_whatever_mail_says_it() -> None:
    found = heed(["Do you take Aetna?", "Please don't call. No phone.", "I'm 15. I'm 15."], CALM)
    assert len(found) == 2


@given(st.lists(st.text(alphabet=string.printable + "éñ¿“”{}", max_size=200), max_size=4))
def test_whatever_they_write(texts: list[str]) -> None:
    for verdict in (URGENT, CALM):
        found = heed(texts, verdict, SAFETY)
        assert len(set(found)) == len(found)
        assert all("\n" not in one for one in found)

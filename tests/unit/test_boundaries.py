"""The boundary rules of the labels, each on words that no training message holds."""

import re
from functools import cache

import pytest

from inboxtriage.service.classifying import sorter_for
from inboxtriage.service.learning import shipped_examples
from inboxtriage.service.sorting import Sorter
from inboxtriage.triage.verdict import Verdict
from tests.practice import mail

FORM = "From: Web form\n\nName: Ola Brandt\nEmail: ola.brandt@example.org\nMessage: "
VOICEMAIL = 'New voicemail\n\nFrom: 555-0117\nDuration: 0:14\nTranscription (confidence: high):\n\n"'
OWN_MAIL = "\n\nOn Mon, Nov 2, 2026 at 9:00 AM Jane Doe <jane@example.org> wrote:\n> "
FORWARD = (
    "Can you take this one?\n\n---------- Forwarded message ---------\nFrom: Ola Brandt <ola.brandt@example.org>\n"
    "Date: Mon, Nov 2, 2026\nSubject: hello\nTo: front@example.org\n\n"
)

RULES: dict[str, list[tuple[str, set[str]]]] = {
    "a problem told as background is not fit": [
        ("Hello, I've had panic attacks since the spring. What would an hour with you cost? Ola", {"insurance"}),
        ("My husband and I argue about everything. Are you taking new couples at the moment? Ola", {"availability"}),
    ],
    "looking for someone who, do you work with, would you take on: fit": [
        ("I'm looking for someone who works with hoarding. Ola", {"fit"}),
        ("Would you take on a nine-year-old who has stopped speaking at school? Ola", {"fit"}),
        ("Do you treat trichotillomania? Ola", {"fit"}),
    ],
    "a plan or a constraint as a requirement asks without a question mark": [
        ("Hi, I'd like to come and talk to someone about my divorce. I've got Premera. Ola", {"insurance"}),
        ("I want to begin with counseling. It would have to be on a Sunday. Ola", {"scheduling"}),
    ],
    "Saturday openings are availability and scheduling, evenings are scheduling": [
        ("Do you have any Saturday openings? Ola", {"availability", "scheduling"}),
        ("Do you do evenings? Ola", {"scheduling"}),
    ],
    "an existing client who moves or cancels asks scheduling alone": [
        ("Dear Maya, I have to cancel our session this Wednesday, I have the flu. Ola", {"scheduling"}),
        ("Hi Maya, can we push my appointment to later in the week? Ola", {"scheduling"}),
    ],
    "call me any time is not scheduling": [
        ("Do you take Cigna? You can call me any time after ten. Ola", {"insurance"}),
        ("What are your fees? Mornings are best to reach me, 555-0117. Ola", {"insurance"}),
    ],
    "a question that is withdrawn or ruled out is no label": [
        ("Have you room for one more client? I'm not asking about cost yet. Ola", {"availability"}),
        ("Please ignore my question about the price. Do you see people online? Ola", {"scheduling"}),
    ],
    "a nudge asks again what its own quoted mail asked": [
        ("Just following up on my email below." + OWN_MAIL + "Hello, do you have a sliding scale? Jane", {"insurance"}),
        ("Hi, any news on this?" + OWN_MAIL + "Hello, are you by any chance accepting new clients? Jane", {"availability"}),
    ],
    "in a form, a voicemail, a forward the person's words are the message": [
        (FORM + "Do you work with teenagers?", {"fit"}),
        (VOICEMAIL + 'Hi this is Ola Brandt, I wanted to know if you take Aetna. 555-0117. Bye."', {"insurance"}),
        (FORWARD + "Hello, do you have any openings this month? Ola", {"availability"}),
    ],
    "to my area is fit, to my home is scheduling": [
        ("Hello, do you come to the Fairview area? Ola", {"fit"}),
        ("I can't leave the house with my hip. Do you come to the home for the lesson? Ola", {"scheduling"}),
    ],
    "a licence asked for only for the receipt is insurance": [
        ("Dear Maya, could you put your license number on my receipt? My insurer wants it. Ola", {"insurance"}),
    ],
    "a colleague's referral keeps its labels": [
        ("Hi all, I'm a therapist in town with a referral: does anyone have room for a new couple? Dana", {"availability"}),
        ("Colleagues, who works with eating disorders and takes Aetna? A client of mine is moving. Dana", {"fit", "insurance"}),
    ],
    "vendors, invitations, journalists and friends get none": [
        ("We'd love to invite you to speak at our conference in May. Are you available on the 12th? Dana", set()),
        ("Our billing software gets your insurance claims paid twice as fast. Are you free for a demo on Tuesday?", set()),
        ("I'm a reporter writing about therapy fees. What do you charge, and could I quote you? Dana", set()),
        ("Are you available for lunch on Saturday? Mum wants to know what you paid for the car. Love, Dana", set()),
    ],
    "settled things ask nothing": [
        ("Thursday at four is perfect, see you then. Ola", set()),
        ("Thank you, I found somebody else, so you can take me off the waitlist. Ola", set()),
    ],
}  # fmt: skip
URGENT = [
    ("I have taken all my tablets and I am so sorry.", True),
    ("My boyfriend has locked me in and he has my phone, I am writing from the laptop.", True),
    ("My roommate left a note saying goodbye to everyone and I can't find her.", True),
    ("Thank you for everything. I won't need Thursday. I've given the dog to my sister and the letters are on the table.", True),
    ("The baby has swallowed a battery and can't breathe properly, are we still on for today's lesson?", True),
    ("Ya no aguanto más, esta noche me voy a matar.", True),
    ("My brother took his own life eight years ago and I would like to talk about it.", False),
    ("This deadline is killing me, can we move Thursday?", False),
    ("Attached is the suicide prevention training for the staff, see you there.", False),
    ("I keep having thoughts that I could hurt my baby. It's my OCD again, and I know I never would.", False),
    ("Hace años intenté quitarme la vida; hoy estoy bien y busco terapia para mi ansiedad.", False),
]  # fmt: skip
CASES = [(rule, body, labels) for rule, cases in RULES.items() for body, labels in cases]


@cache
def sorter() -> Sorter:
    return sorter_for(None)


def verdict(body: str) -> Verdict:
    if body.startswith(VOICEMAIL):
        subject, sender, more = (
            "New voicemail from 555-0117 (0:14)",
            "voicemail@ring.example.com",
            {"Auto_Submitted": "auto-generated"},
        )
        return sorter().sort(mail(body, subject=subject, sender=sender, **more)).verdict
    return sorter().sort(mail(body, subject="Re: hello" if "wrote:" in body else "hello")).verdict


@pytest.mark.parametrize(("rule", "body", "labels"), CASES)
def test_rule(rule: str, body: str, labels: set[str]) -> None:
    assert set(verdict(body).labels) == labels, rule


def test_crisis_keeps_its_other_labels() -> None:
    found = verdict("I can't stop thinking about killing myself tonight. Do you have anything open tomorrow? Ola")
    assert found.disposition == "urgent"
    assert "availability" in found.labels


@pytest.mark.parametrize(("body", "urgent"), URGENT)
def test_danger_now_is_urgent_and_nothing_else_is(body: str, *, urgent: bool) -> None:
    assert verdict(body).urgent is urgent


def test_no_training_message_holds_these_words() -> None:
    taught = {sentence for example in shipped_examples() for sentence in _sentences(example.body)}
    asked = {
        sentence
        for body in [*(body for _, body, _ in CASES), *(body for body, _ in URGENT)]
        for sentence in _sentences(body)
    }
    assert {sentence for sentence in asked & taught if len(sentence.split()) > 5} == set()


def _sentences(text: str) -> list[str]:
    return [
        " ".join(re.findall(r"\w+", sentence.lower())) for sentence in re.split(r"[.!?\n]+", text) if sentence.strip()
    ]

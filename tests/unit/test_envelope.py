"""Envelopes: who is asking inside, what they say, and where an answer goes."""

import pytest

from inboxtriage.message.model import Message
from inboxtriage.message.parse import parse

OWN = frozenset({"hello@harbor.example", "maya@harbor.example"})


def read(sender: str, subject: str, body: str, **headers: str) -> Message:
    lines = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in headers.items())
    return parse(f"From: {sender}\nTo: hello@harbor.example\nSubject: {subject}\n{lines}\n{body}".encode(), OWN)


FORMS = [
    (
        "Name: Ann Lee\nEmail: ann@example.org\nPhone: 555-0100\nMessage: Do you take Aetna?\n\n--\nThis e-mail was sent from a form",
        "",
    ),
    ("Your name\nAnn Lee\n\nYour email\nann@example.org\n\nMessage\nDo you take Aetna?", ""),
    ("First name: Ann\nLast name: Lee\nEmail: ann@example.org\nComments: Do you take Aetna?", ""),
    ("Full Name     Ann Lee\nE-mail        ann@example.org\nMessage       Do you take Aetna?", ""),
    ("--- Name ---\n\nAnn Lee\n\n--- Email ---\n\nann@example.org\n\n--- Message ---\n\nDo you take Aetna?", ""),
    ("*Name:* Ann Lee\n*Email:* ann@example.org\n*Message:* Do you take Aetna?", ""),
    ("Nombre: Ann Lee\nCorreo electrónico: ann@example.org\nMensaje: Do you take Aetna?", ""),
    ("From: Ann Lee <ann@example.org>\nSubject: hi\n\nMessage Body:\nDo you take Aetna?", ""),
    ("You have a new submission!\n\nName: Ann Lee\nMessage: Do you take Aetna?", "ann@example.org"),
]


@pytest.mark.parametrize(("body", "reply_to"), FORMS)
@pytest.mark.parametrize("sender", ["WordPress <wordpress@harbor.example>", "no-reply@forms.example.net"])
def test_a_form_notice(sender: str, body: str, reply_to: str) -> None:
    headers = {"Reply_To": reply_to} if reply_to else {}
    message = read(sender, "New submission from your contact form", body, Auto_Submitted="auto-generated", **headers)
    assert message.person.via == "form"
    assert (message.person.name, message.person.answer_to) == ("Ann Lee", "ann@example.org")
    assert message.words.new == "Do you take Aetna?"
    assert message.automated is None
    assert message.person.doubts == ()
    assert message.topic in {"", "hi"}


def test_filled_in_fields_are_their_words_and_empty_ones_are_not() -> None:
    body = "Name: Ann\nEmail: ann@example.org\nInsurance: Cigna\nPreferred day:\nHow did you hear about us: Google\nMessage: Hello."
    assert read("wordpress@harbor.example", "Contact form", body).words.new == "Insurance: Cigna\nHello."


def test_a_form_with_two_addresses_is_doubted() -> None:
    body = "Email: a@example.org\nE-mail address: b@example.org\nMessage: hi"
    assert "two addresses" in read("wordpress@harbor.example", "Contact form", body).person.doubts[0]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (
            "Do you take Aetna?\n\nJane Doe\nCell: 718-555-0100\nEmail: jane@example.org",
            {"Reply_To": "mallory@evil.example"},
        ),
        ("Name: Vic Tim\nEmail: victim@third.example\nMessage: Do you have room for me this week, please?", {}),
    ],
)
def test_lines_that_look_like_a_form_in_a_persons_own_mail_choose_nobody_unseen(
    body: str, headers: dict[str, str]
) -> None:
    person = read("jane@example.org", "Therapy", body, **headers).person
    assert person.answer_to == "jane@example.org" or person.doubts


def test_a_second_reply_to_is_a_doubt() -> None:
    raw = b"From: a@example.org\r\nReply-To: b@example.net\r\nReply-To: c@example.net\r\n\r\nDo you have room?"
    person = parse(raw).person
    assert person.answer_to is None
    assert person.doubts


def test_a_directory_notice_is_answered_at_its_relay() -> None:
    body = 'Hello,\n\nAnselm has contacted you through your profile.\n\n"Is an open marriage a problem in your eyes?"\n\nUpgrade now!'
    message = read(
        "FindACounselor <messages@find.example>", "You have a new message from Anselm via your profile", body,
        Reply_To="relay-8@find.example", List_Unsubscribe="<https://find.example/u>",
    )  # fmt: skip
    assert message.person.answer_to == "relay-8@find.example"
    assert message.words.new == "Is an open marriage a problem in your eyes?"
    assert message.person.doubts == ()
    assert message.automated is None


@pytest.mark.parametrize(
    "body",
    [
        'Transcription (confidence: low):\n\n"Hi this is Stu Miller, do you take Aetna? Bye."\n\nPlay message | Call back | Block',
        'You received a new voice message.\n\nCaller: 555-0108\nDuration: 11 sec\n\nTranscript: "Hi this is Stu Miller, do you take Aetna? Bye."',
        "Transcribed by VoiceScribe:\n\nHi this is Stu Miller, do you take Aetna? Bye.",
    ],
)
def test_a_voicemail_has_a_caller_and_no_address(body: str) -> None:
    message = read(
        "RingLine <voicemail@ring.example>", "New voicemail from 555-0108 (0:11)", body, Auto_Submitted="auto-generated"
    )
    assert message.person.via == "voicemail"
    assert (message.person.name, message.person.phone, message.person.answer_to) == ("Stu Miller", "555-0108", None)
    assert message.words.new == "Hi this is Stu Miller, do you take Aetna? Bye."
    assert message.automated is None


FORWARD = (
    "---------- Forwarded message ---------\nFrom: Ann Lee <ann@example.org>\nDate: Mon, Feb 3\nSubject: out of network?\n"
    "To: <old@harbor.example>\n\nDo you take Aetna?\n\nAnn"
)


def test_a_forward_from_an_address_of_ones_own() -> None:
    message = read("Maya <maya@harbor.example>", "Fwd: out of network?", "FYI\n\n" + FORWARD)
    assert message.person.via == "forward"
    assert (message.person.name, message.person.answer_to, message.person.doubts) == ("Ann Lee", "ann@example.org", ())
    assert message.words.new == "Do you take Aetna?\n\nAnn"
    assert message.topic == "out of network?"
    assert message.automated is None


def test_a_forward_by_somebody_else_is_doubted() -> None:
    """G46: the words inside are not the forwarder's, and whoever is answered is chosen by a person."""
    message = read("Bo <bo@example.net>", "Fwd: out of network?", "Can you take her?\n\n" + FORWARD)
    assert message.person.answer_to == "ann@example.org"
    assert "forwarded by Bo" in message.person.doubts[0]


def test_ones_own_mail_sent_again_is_no_forward() -> None:
    message = read("Ann Lee <ann@example.org>", "Fwd: out of network?", "Did this reach you?\n\n" + FORWARD)
    assert message.person.via == "from"
    assert message.words.new == "Did this reach you?"
    assert "Do you take Aetna?" in message.words.own_quote


def test_a_mail_attached_to_a_forward_is_read() -> None:
    raw = (
        "From: maya@harbor.example\nTo: hello@harbor.example\nSubject: Fwd: x\nMIME-Version: 1.0\n"
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nsee attached\n--b\n"
        "Content-Type: message/rfc822\n\nFrom: Ann Lee <ann@example.org>\nTo: x@y.example\nDate: Mon, 2 Nov 2026 10:00:00 +0000\n"
        "Subject: help\n\nDo you take Aetna?\n--b--\n"
    )
    message = parse(raw.encode(), OWN)
    assert (message.person.answer_to, message.words.new) == ("ann@example.org", "Do you take Aetna?")


def test_a_calendar_answer_with_a_note_is_a_persons() -> None:
    body = 'Ann Lee has declined this invitation with a note:\n\n"Friday instead?"\n\nSession\nWhen: Thu Jun 5\nWhere: Office'
    message = read(
        "Ann Lee <ann@example.org>", "Declined: Session @ Thu", body, Content_Type="text/calendar; method=REPLY"
    )
    assert (message.words.new, message.automated, message.person.answer_to) == (
        "Friday instead?",
        None,
        "ann@example.org",
    )


def test_a_calendar_answer_without_a_note_is_nobodys() -> None:
    body = "Ann Lee has accepted this invitation.\n\nSession\nWhen: Thu Jun 5\nWhere: Office"
    assert read("Ann Lee <ann@example.org>", "Accepted: Session @ Thu", body).automated is not None


@pytest.mark.parametrize(
    ("headers", "sure"),
    [
        ({"Auto_Submitted": "auto-replied"}, True),
        ({"aUTO_sUBMITTED": "Auto-Replied (vacation)"}, True),
        ({"Return_Path": "<>"}, True),
        ({"Content_Type": "multipart/report; report-type=delivery-status; boundary=x"}, True),
        ({"X_Auto_Response_Suppress": "All"}, True),
        ({"Precedence": "auto_reply"}, True),
        ({"Precedence": "bulk"}, False),
        ({"Precedence": "list"}, False),
        ({"List_Id": "<x.lists.example>"}, False),
        ({"list_UNSUBSCRIBE": "<https://x>"}, False),
        ({"Auto_Submitted": "auto-generated"}, False),
    ],
)
def test_signs_of_a_machine(headers: dict[str, str], sure: bool) -> None:
    """G33, RFC 3834, RFC 5230 section 4.6: in headers of any case; the reason is said."""
    automated = read("Ann <ann@example.org>", "hello", "I am away until Monday.", **headers).automated
    assert automated is not None
    assert automated.sure is sure
    assert automated.reason


@pytest.mark.parametrize(
    "sender",
    [
        "MAILER-DAEMON@mx.example",
        "noreply@x.example",
        "no-reply@x.example",
        "owner-list@x.example",
        "a-request@x.example",
    ],
)
def test_addresses_that_take_no_answers(sender: str) -> None:
    assert read(sender, "hello", "words").automated is not None


@pytest.mark.parametrize("sender", ["maya@harbor.example", "MAYA@Harbor.example", "hello+tag@harbor.example"])
def test_ones_own_address_is_never_answered(sender: str) -> None:
    """G36."""
    message = read(sender, "note to self", "Do you take Aetna?")
    assert message.automated is not None
    assert message.automated.sure
    assert message.person.answer_to is None


@pytest.mark.parametrize("headers", [{"Auto_Submitted": "no"}, {}, {"Precedence": "first-class"}])
def test_a_persons_mail_is_no_machines(headers: dict[str, str]) -> None:
    assert read("Ann <ann@example.org>", "hello", "Do you take Aetna?", **headers).automated is None


SCRIPTED = "name=L\nemail=blue@example.net\nphone=\npreferred_time=\ninsurance=Aetna\nmessage=Please only write to this email.\nHe reads the other one.\nip=192.0.2.44"


@pytest.mark.parametrize(
    "body",
    [
        SCRIPTED,
        SCRIPTED.replace("name=", "your-name = ")
        .replace("email=", "your-email = ")
        .replace("message=", "your-message = "),
        SCRIPTED.replace("=", " => ", 2),
    ],
)
def test_a_form_whose_script_writes_name_and_value_with_a_sign_between(body: str) -> None:
    message = read('"Contact Form" <no-reply@harbor.example>', "Website enquiry", body)
    assert (message.person.name, message.person.answer_to) == ("L", "blue@example.net")
    assert message.person.doubts == ()
    assert message.automated is None
    assert message.words.new == "insurance: Aetna\nPlease only write to this email.\nHe reads the other one."


def test_an_address_that_is_left_in_the_words_of_a_form() -> None:
    words = (
        "Name: Kim\nMessage: Do you take Aetna? Please only write to this email, he reads the other: kim@example.org."
    )
    message = read("Contact Form <no-reply@harbor.example>", "Website enquiry", words)
    assert (message.person.name, message.person.answer_to) == ("Kim", "kim@example.org")


def test_who_asks_to_be_written_to_elsewhere_than_the_form_says_is_doubted() -> None:
    words = "Name: Kim\nEmail: both@example.org\nMessage: Please write only to my other email: kim@example.org"
    message = read("Contact Form <no-reply@harbor.example>", "Website enquiry", words)
    assert "kim@example.org" in message.person.doubts[0]


def test_signs_in_a_letter_make_no_form() -> None:
    body = "Hello,\n\nmy score was phq = 15 and gad = 12. Do you take Aetna?\nfee = ?\n\nJane"
    message = read("Jane <jane@example.org>", "Therapy", body)
    assert message.person.via == "from"
    assert message.words.new.startswith("Hello,\n\nmy score was phq = 15")


@pytest.mark.parametrize(
    "body",
    [
        "Do you take Aetna?\n\nYour email: kim@example.org",
        "Do you take Aetna? My email is kim@example.org, please do not call.",
    ],
)
def test_a_form_with_hardly_a_field_is_answered_where_the_writer_says(body: str) -> None:
    message = read('"Contact Form" <no-reply@harbor.example>', "Hello", body)
    assert message.person.answer_to == "kim@example.org"
    assert message.person.name != "Contact Form"
    assert message.automated is None

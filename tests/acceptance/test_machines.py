"""Machines get no letter, and a person who only looks like one is never put aside in silence (G33).

The signs are those of RFC 3834 section 2, RFC 5230 section 4.6 and Pigeonhole's vacation, in headers of mixed case; the
words beneath are a question that gets a letter from everybody else.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.practice import ASKS_INSURANCE, Practice

REPORT = "multipart/report; report-type={}; boundary=b"
PARTS = f"--b\nContent-Type: text/plain\n\n{ASKS_INSURANCE}\n--b\nContent-Type: {{}}\n\nAction: failed\n--b--\n"
FORM = f"Thank you, this reached us:\nName: Bob {{0}}\nEmail: bob{{0}}@example.net\nMessage: {ASKS_INSURANCE}\n"
FORWARD = (
    "---------- Forwarded message ---------\nFrom: Bob <bob{0}@example.net>\nDate: Mon, 2 Nov 2026 10:00\n"
    f"Subject: help\nTo: x@y.example\n\n{ASKS_INSURANCE}\n"
)
DAEMON = "This message was created by the mail system. It could not be delivered:\n\n"

# What says that a machine sent it, by header lines; then by body and type; then by sender and subject.
HEADERS = [
    "rEtUrN-pAtH: <>", "Return-Path: <> (bounce)", "RETURN-PATH: < >", "Return-Path: <MAILER-DAEMON@mx.example>",
    "AUTO-SUBMITTED: Auto-Replied", "auto-submitted: AUTO-GENERATED", "Auto-Submitted: auto-notified; owner=x",
    "Auto-Submitted: (by a rule) auto-replied", "Auto-Submitted:\n auto-replied", "Auto-Submitted: x-unheard-of",
    "Auto-Submitted: no\nAuto-Submitted: auto-replied", "LIST-ID: <a.b>", "list-Unsubscribe: <mailto:x@y.example>",
    "List-Post: <mailto:x@y.example>", "LiSt-Software: x", "Mailing-List: contact x", "PRECEDENCE: Bulk",
    "precedence: LIST", "Precedence: junk ", "Precedence: normal\nPrecedence: bulk", "Precedence: auto_reply",
    "X-AUTO-response-Suppress: OOF", "X-Autoreply: yes", "x-autorespond: on", "X-Failed-Recipients: x@y.example",
]  # fmt: skip
BODIES = [
    (REPORT.format("delivery-status").title(), PARTS.format("message/delivery-status")),
    (REPORT.format("disposition-notification"), PARTS.format("message/disposition-notification")),
    (REPORT.format("feedback-report"), PARTS.format("message/feedback-report")),
    ("multipart/mixed; boundary=b", PARTS.format("message/delivery-status")),
    ("multipart/mixed; boundary=b", PARTS.format("Message/Feedback-Report")),
    ("message/disposition-notification", ASKS_INSURANCE),
]
SENDERS = [
    ("MAILER-DAEMON@mx.example", "failure notice"), ("Mail Delivery System <Mailer-Daemon@mx.example>", "Therapy"),
    ("Postmaster@mx.example", "Therapy"), ("System <admin@mx.example>", "Undeliverable: Therapy"),
    ("Jane <jane@mx.example>", "Returned mail: see transcript for details"),
    ("Jane <jane@mx.example>", "Automatic reply: Therapy"), ("Jane <jane@mx.example>", "Out of Office Re: Therapy"),
    ("NoReply@x.example", "Therapy"), ("no-reply@x.example", "Therapy"), ("Do_Not_Reply@x.example", "Therapy"),
    ("Owner-List@x.example", "Therapy"), ("list-Request@x.example", "Therapy"), ("bounces+1=x@y.example", "Therapy"),
]  # fmt: skip
PEOPLE = [
    "", "Auto-Submitted: No", "Auto-Submitted: no (a person)", "Return-Path: <jane@example.org>",
    "X-Auto-Response-Suppress: None", "Precedence: normal", "X-Mailer: Auto",
]  # fmt: skip


def mail(
    number: int, *, headers: str = "", sender: str = "", subject: str = "Therapy", kind: str = "", body: str
) -> bytes:
    sender = sender or f"Jane <jane{number}@example.org>"
    return (
        (
            f"{headers}\nFrom: {sender}\nTo: hello@harbor.example\nSubject: {subject}\nMessage-ID: <n{number}@example.org>\n"
            f"MIME-Version: 1.0\nContent-Type: {kind or 'text/plain'}\n\n{body}\n"
        )
        .lstrip("\n")
        .encode()
    )


def machines() -> list[bytes]:
    made = [{"headers": line, "body": ASKS_INSURANCE} for line in HEADERS]
    made += [{"kind": kind, "body": body} for kind, body in BODIES]
    made += [{"sender": sender, "subject": subject, "body": DAEMON + ASKS_INSURANCE} for sender, subject in SENDERS]
    made += [
        {"headers": line, "body": body.format(number)}
        for number, line in enumerate(("Return-Path: <>", "Auto-Submitted: auto-replied", "X-Autoreply: yes"))
        for body in (FORM, FORWARD.replace("bob", "eve"))
    ]
    return [mail(number, **one) for number, one in enumerate(made)]


def sorted_mail(practice: Practice, letters: list[bytes]) -> list[dict[str, Any]]:
    """What each became, in their order."""
    for number, raw in enumerate(letters):
        practice.receive(raw, name=f"{number:03}")
    assert practice.ok("poll", "--json").json["fetched"] == len(letters)
    found: list[dict[str, Any]] = practice.ok("queue", "--all", "--json").json
    return sorted(found, key=lambda entry: int(entry["id"][1:]))


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    return Practice.in_folders(tmp_path)


def test_no_machine_gets_a_letter(practice: Practice) -> None:
    """Each is listed with its reason; none has a draft that could be approved, and trying sends nothing."""
    letters = machines()
    found = sorted_mail(practice, letters)
    for raw, entry in zip(letters, found, strict=True):
        draft = entry["draft"]
        assert draft is None or draft["blocked"], (raw.decode(), draft)
        assert entry["disposition"] in {"ignore", "read"} or draft, raw.decode()
    assert practice.run("approve", *(entry["id"] for entry in found), "--now").code == 1
    assert practice.outgoing() == []
    for entry in found[::12]:
        reason = next(line for line in practice.ok("show", entry["id"]).out.split("\n") if line.startswith("sorted"))
        assert len(reason.split()) > 3, reason


def test_a_person_is_no_machine(practice: Practice) -> None:
    """What says nothing of the kind costs nobody their answer."""
    letters = [mail(number, headers=line, body=ASKS_INSURANCE) for number, line in enumerate(PEOPLE)]
    letters += [
        mail(20, sender="Bob <homeowner@example.org>", body=ASKS_INSURANCE),
        mail(21, sender="Bob <requests.bob@example.org>", body=ASKS_INSURANCE),
    ]
    for entry in sorted_mail(practice, letters):
        assert entry["disposition"] == "reply", entry
        assert entry["draft"]["blocked"] == []


def test_a_form_that_a_program_sent_is_a_persons(practice: Practice) -> None:
    """A notice that says it was generated still carries who asks; one that says it answers is looked at first."""
    first, second = sorted_mail(
        practice,
        [
            mail(1, headers="Auto-Submitted: auto-generated", sender="forms@site.example", body=FORM.format("A")),
            mail(2, headers="Auto-Submitted: auto-replied", sender="forms@site.example", body=FORM.format("B")),
        ],
    )
    assert (first["draft"]["to"], first["draft"]["blocked"]) == ("bobA@example.net", [])
    assert "make sure that a person wrote it" in " ".join(second["draft"]["blocked"])

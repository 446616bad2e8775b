"""Who is answered: one address that is certain, or nobody until a person has chosen (G36, G37, G38)."""

from pathlib import Path

import pytest

from tests.practice import ASKS_INSURANCE, Practice

FORM = f"Name: Bob\nEmail: {{}}\nMessage: {ASKS_INSURANCE}"
FORWARD = (
    "---------- Forwarded message ---------\nFrom: Maya <hello+z@harbor.example>\nDate: Mon, 2 Nov 2026 10:00\n"
    f"Subject: help\nTo: x@y.example\n\n{ASKS_INSURANCE}"
)
# The lines of a header and the words below it.
OWN = [
    ("From: hello@harbor.example", ASKS_INSURANCE), ("From: MAYA@Harbor.Example", ASKS_INSURANCE),
    ("From: Hello+Tag@harbor.example", ASKS_INSURANCE), ("From: maya+a+b@harbor.example", ASKS_INSURANCE),
    ("From: hello@harbor.example.", ASKS_INSURANCE), ("From: maya@harbor.example", FORM.format("hello+x@harbor.example")),
    ("From: forms@site.example", FORM.format("Maya@Harbor.example")), ("From: hello+t@harbor.example", FORWARD),
    ("From: hello@harbor.example\nReply-To: hello+form@harbor.example", FORM.format("")),
]  # fmt: skip
UNCERTAIN = [
    "X-Odd: no sender", "From: ", "From: <>", "From: jane", 'From: "', "From: foo <", "From: <b@[>", "From: undisclosed:;",
    "From: a{0}@b.example, c@d.example", "From: a{0}@b.example\nFrom: a{0}@b.example", "From: a{0}@b.example\nFROM: c@d.example",
    "From: us: a{0}@b.example;", "From: us: a{0}@b.example, c@d.example;", 'From: "x" <a{0}@b.example> <c@d.example>',
    "From: a@b@c.example", "From: a..b{0}@c.example", "From: josé{0}@c.example", "From: jane{0}@exámple.org",
    "From: =?utf-8?q?jos=C3=A9?={0}@c.example", "From: =?utf-8?q?a=40b.example?=", "From: x <=?utf-8?q?a=40b.example?=>",
    'From: "jane doe{0}"@c.example', "From: jane doe{0}@c.example", "From: a@[127.0.0.1]", "From: <@x.example:a{0}@b.example>",
    'From: "bank@bank.example" <thief{0}@c.example>', "From: thief{0}@c.example (bank@bank.example)",
    "From: =?utf-8?q?bank=40bank.example?= <thief{0}@c.example>", "From: bank＠bank.example <thief{0}@c.example>",
    'From: "bank @ bank.example" <thief{0}@c.example>', "From: bank\u200b@bank.example <thief{0}@c.example>",
    "From: jane{0}@e.example\nReply-To: other{0}@b.example", "From: jane{0}@e.example\nReply-To: jane{0}@e.example, c@d.example",
    "From: jane{0}@e.example\nReply-To: a{0}@b.example, c@d.example", "From: jane{0}@e.example\nReply-To: us: a{0}@b.example;",
    "From: jane{0}@e.example\nReply-To: a{0}@b.example\nReply-To: c@d.example",
    'From: jane{0}@e.example\nReply-To: "jane{0}@e.example" <evil{0}@b.example>',
]  # fmt: skip
CERTAIN = [
    ("From: Jane Doe <jane{0}@e.example>", "jane{0}@e.example"), ("From: jane{0}@e.example (Jane)", "jane{0}@e.example"),
    ("From: Jane: at work <jane{0}@e.example>", "jane{0}@e.example"), ("From:\n <jane{0}@e.example>", "jane{0}@e.example"),
    ('From: "Doe, Jane" <Jane{0}@E.example>', "Jane{0}@E.example"),
    ("From: jane{0}@e.example\nReply-To: JANE{0}@e.example", "jane{0}@e.example"),
    ("From: jane{0}@e.example\nReply-To: Hello+x@harbor.example", "jane{0}@e.example"),
    ("From: hello@harbor.example\nReply-To: Bob <bob{0}@e.example>", "bob{0}@e.example"),
]  # fmt: skip


def receive(practice: Practice, number: int, headers: str, body: str = ASKS_INSURANCE) -> None:
    written = headers.format(number)
    practice.receive(
        f"{written}\nTo: hello@harbor.example\nSubject: Therapy {number}\nMessage-ID: <n{number}@example.org>\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{body}\n".encode(),
        name=f"{number:03}",
    )


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    return Practice.in_folders(tmp_path)


def test_nobody_answers_themselves(practice: Practice) -> None:
    """G36: own addresses and aliases, in any case, with a tag, in a form and in a forward: no letter to any of them."""
    for number, (headers, body) in enumerate(OWN):
        receive(practice, number, headers, body)
    practice.ok("poll")
    found = practice.ok("queue", "--all", "--json").json
    assert len(found) == len(OWN)
    for entry in found:
        assert entry["draft"] is None or entry["draft"]["to"] is None, entry
        assert entry["answer_to"] is None, entry


def test_a_doubtful_address_waits_for_a_person(practice: Practice) -> None:
    """G37, G38: nothing can be approved as it stands; the reason is said; a chosen address frees it."""
    for number, headers in enumerate(UNCERTAIN):
        receive(practice, number, headers)
    assert practice.ok("poll", "--json").json["fetched"] == len(UNCERTAIN)
    found = practice.queue()
    assert len(found) == len(UNCERTAIN)
    for entry in found:
        assert entry["draft"] is None or entry["draft"]["blocked"], entry
    assert practice.run("approve", *(entry["id"] for entry in found), "--now").code == 1
    assert practice.outgoing() == []
    chosen = next(entry["id"] for entry in found if entry["draft"])
    practice.ok("edit", chosen, "--to", "jane@example.org")
    practice.queue()
    practice.ok("approve", chosen, "--now")
    assert [out["to"] for out in practice.ok("outbox", "--json").json] == ["jane@example.org"]


def test_a_certain_address_is_just_answered(practice: Practice) -> None:
    """G36, G37: what is ordinary costs nobody a question, a form's Reply-To included."""
    for number, (headers, _) in enumerate(CERTAIN):
        receive(practice, number, headers, FORM.format("") if "bob" in headers else ASKS_INSURANCE)
    practice.ok("poll")
    found = sorted(practice.queue(), key=lambda entry: int(entry["id"][1:]))
    for number, (entry, (_, address)) in enumerate(zip(found, CERTAIN, strict=True)):
        assert entry["draft"] is not None, entry
        assert (entry["draft"]["to"], entry["draft"]["blocked"]) == (address.format(number), [])

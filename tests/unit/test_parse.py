"""Bytes -> Message: what real and hostile mail does to parsers (GUARANTEES part 3), and that it does nothing to ours."""

import time
from email import policy
from email.parser import BytesParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxtriage.message import guard
from inboxtriage.message.guard import Unreadable
from inboxtriage.message.parse import parse
from tests.practice import mail

HEAD = b"From: Jane <jane@example.org>\nTo: hello@harbor.example\nSubject: hi\n"


def with_header(line: bytes, body: bytes = b"words here") -> bytes:
    return HEAD + line + b"\n\n" + body


class TestTraps:
    """Each of these raises somewhere in `email.policy.default` (part 3a); here the words come out."""

    @pytest.mark.parametrize(
        "raw",
        [
            with_header(b"Content-Type: multipart/mixed; boundary=x"),
            with_header(b"Content-Type: multipart/related; boundary=x", b"no boundary at all, words here"),
            with_header(b"Content-Type: text/plain; charset=X-UNKNOWN"),
            with_header(b"Content-Type: text/plain; charset=default_charset"),
            with_header(b"Content-Type: text/plain; charset=x-mac-cyrillic"),
            with_header(b"Content-Type: text/plain; charset=charset=us-ascii"),
            with_header(b"Content-Type: text/plain; charset=\"'utf-8'\""),
            with_header(b"Cc: unlisted-recipients:; (no To-header on input)"),
            with_header(b"Message-ID: <[x@y]>"),
            with_header(b"Date: not a date"),
            with_header(b"Date: Thu, 99 Foo 99999 25:61:61 +9999"),
            with_header(b"References: " + b"<a" * 100),
            with_header(b"Reply-To: <b@[>"),
            with_header(b"Content-Transfer-Encoding: base64", b"words here !!! not base64"),
            with_header(b"Content-Transfer-Encoding: x-odd", b"words here"),
            with_header(b"Content-Type: ;;;"),
            with_header(b"X-Odd: " + b"\xff\xfe\x00"),
        ],
    )
    def test_the_words_come_out(self, raw: bytes) -> None:
        message = parse(raw)
        assert "words here" in message.words.whole.replace("wordshere", "words here") or b"base64" in raw
        assert message.sender is not None
        assert message.sender.address == "jane@example.org"

    @pytest.mark.parametrize(
        "value",
        [
            b'"', b"foo <", b"<b@[>", b"(" * 2000, b"[" * 500, b"<" * 500, b"=?utf-8?q?a=0d=0ab?= <x@y.example>", b"a@b@c",
            b"", b"@", b"<>", b"Group:;", b"a\x00b <c@d.example>", b"\xff\xfe <e@f.example>", b"x@y.example, z@w.example",
            b'"a@b.example" <c@d.example> <e@f.example>', b"jos\xc3\xa9@example.org",
        ],
    )  # fmt: skip
    def test_no_sender_is_too_odd(self, value: bytes) -> None:
        """G38: zero, several or malformed: then no address is answered by itself."""
        message = parse(b"From: " + value + b"\nSubject: x\n\nwords")
        if message.person.answer_to is not None:
            assert not message.person.doubts or b"<c@d" in value
            assert message.person.answer_to.isascii()

    def test_two_from_headers_are_answered_by_no_one(self) -> None:
        message = parse(b"From: a@b.example\nFrom: c@d.example\nSubject: x\n\nwords")
        assert message.person.answer_to is None
        assert message.person.doubts

    def test_twenty_thousand_senders_take_no_time(self) -> None:
        started = time.process_time()
        message = parse(b"From: " + b", ".join(b"a%d@b.example" % n for n in range(2_500)) + b"\nSubject: x\n\nwords")
        assert time.process_time() - started < 2
        assert message.person.answer_to is None

    def test_nul_and_control_characters_never_come_out(self) -> None:
        message = parse(with_header(b"X: y", "a\x00b \x1b[31m c\x9b d\u202e e\ud7ff".encode()))
        assert not set(message.words.whole) & {"\x00", "\x1b", "\x9b", "\u202e"}

    def test_charsets_that_lie_are_read_somehow(self) -> None:
        raw = HEAD + b"Content-Type: text/plain; charset=utf-8\n\ncaf\xe9"
        assert parse(raw).words.new == "café"
        raw = HEAD + b"Content-Type: text/plain; charset=us-ascii\n\n" + "café".encode()
        assert parse(raw).words.new == "café"

    def test_an_attachment_is_listed_under_a_harmless_name(self) -> None:
        raw = (
            HEAD
            + b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nwords\n"
            b'--b\nContent-Type: application/pdf; name="../../etc/pass\x1bwd.pdf"\nContent-Disposition: attachment\n\nx\n--b--\n'
        )
        message = parse(raw)
        (attachment,) = message.attachments
        assert attachment.name == "pass wd.pdf"
        assert message.words.new == "words"

    def test_encrypted_mail_is_said_to_be_so(self) -> None:
        """G45."""
        raw = HEAD + b"MIME-Version: 1.0\nContent-Type: multipart/encrypted; boundary=b\n\n--b\n\nx\n--b--\n"
        assert parse(raw).unreadable == "encrypted: read it in your mail client"


class TestBombs:
    """G43: met by limits on the bytes, each within ten seconds; the limit is named."""

    @pytest.mark.parametrize(
        ("name", "raw"),
        [
            (
                "nested multiparts",
                b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(10_000)),
            ),
            ("nested mails", b"Content-Type: message/rfc822\n\n" * 1_000),
            ("flat parts", b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 100_000),
            ("headers", b"X: y\n" * 50_000 + b"\nwords"),
            ("one huge header", b"Subject: " + b"x" * 1_000_000 + b"\n\nwords"),
            ("parameters", b"Content-Type: text/plain" + b"; a=b" * 5_000 + b"\n\nwords"),
            (
                "parameters of a part",
                b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain" + b"; a=b" * 9_000,
            ),
            ("nothing", b""),
            ("blank lines", b"\r\n" * 100),
        ],
    )
    def test_it_is_refused_by_name(self, name: str, raw: bytes) -> None:
        started = time.process_time()
        with pytest.raises(Unreadable) as refused:
            parse(raw)
        assert time.process_time() - started < 10
        assert str(refused.value)

    @pytest.mark.parametrize(
        ("name", "raw"),
        [
            ("encoded words", b"From: a@b.example\nSubject: " + b"=?utf-8?q?x?= " * 4_000 + b"\n\nwords"),
            ("quote marks", HEAD + b"\n" + b">" * 5_000_000),
            ("attributions", HEAD + b"\n" + b"On Monday Jane wrote:\n> x\n" * 100_000),
            ("one line", HEAD + b"\n" + b"On " * 1_000_000 + b" wrote:"),
            ("names", b"From: " + b'"' * 60_000 + b"\n\nwords"),
            ("labels", HEAD + b"\n" + b"Name: x\nEmail: a@b.example\nMessage: z\n" * 30_000),
            ("html", HEAD + b"Content-Type: text/html\n\n" + b"<div>" * 100_000 + b"words"),
            ("html attributes", HEAD + b"Content-Type: text/html\n\n<p " + b"a=b " * 200_000 + b">words"),
            ("spaces", HEAD + b"\n" + (b" " * 100_000 + b"x\n") * 9),
            ("short lines of spaces", HEAD + b"\n" + (b" " * 990 + b"x\n") * 1_000),
            ("letters", HEAD + b"\n" + b"a" * 1_000_000),
            ("digits", HEAD + b"\n" + b"1" * 1_000_000),
            ("delimiters", HEAD + b"\n" + b"--\nwords and more of them\n" * 60_000),
            (
                "disclaimers",
                HEAD + b"\n" + b"This e-mail is confidential and intended only for the addressee.\n" * 20_000,
            ),
            ("from lines", HEAD + b"\n" + b"From: x\n" * 100_000),
            ("a hundred megabytes", HEAD + b"\nwords " + b"x" * 100_000_000),
        ],
    )
    def test_it_is_read_in_time(self, name: str, raw: bytes) -> None:
        started = time.process_time()
        parse(raw)
        assert time.process_time() - started < 10

    def test_what_is_too_large_is_read_from_its_beginning(self) -> None:
        message = parse(mail("the words stand first") + b"x" * (guard.WHOLE_BYTES + 1))
        assert message.words.new.startswith("the words stand first")
        assert message.unreadable == "very large: only the beginning was read"


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=4_000))
def test_any_bytes_give_a_message_or_say_why_not(raw: bytes) -> None:
    try:
        message = parse(raw)
    except Unreadable:
        return
    check(message)


_HEADER_NAMES = st.sampled_from(
    ["From", "To", "Reply-To", "Subject", "Message-ID", "References", "In-Reply-To", "Date", "Content-Type",
     "Content-Transfer-Encoding", "Content-Disposition", "List-Id", "Auto-Submitted", "X-Odd"]
)  # fmt: skip
_PIECES = st.sampled_from(
    ["a@b.example", "<c@d.example>", '"', "(", ")", "<", ">", ",", ";", ":", "=?utf-8?q?=C3=A9?=", "=?x?b?!!?=", "multipart/mixed",
     "boundary=b", "text/html", "message/rfc822", "charset=utf-7", "base64", "\t", "\x00", "é", "\r\n ", "\\", "[", "@", "noreply"]
)  # fmt: skip
_BODY_PIECES = st.sampled_from(
    ["\n--b\n", "\n--b--\n", "\n\n", "On Mon, Jane <a@b.example> wrote:\n", "> quoted\n", "-- \n", "Name: x\n", "Email: a@b.example\n",
     "Message: words\n", "<p>html", "From: x\nSent: y\nTo: z\n", "Do you take Aetna?\n", "Content-Type: text/html\n\n", "\x1b[2J"]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.tuples(_HEADER_NAMES, st.lists(_PIECES, max_size=8)), max_size=8),
    st.lists(_BODY_PIECES, max_size=12),
)
def test_any_mail_like_bytes_give_clean_values(headers: list[tuple[str, list[str]]], body: list[str]) -> None:
    raw = "".join(f"{name}: {' '.join(pieces)}\r\n" for name, pieces in headers) + "\r\n" + "".join(body)
    try:
        check(parse(raw.encode("utf-8", "surrogateescape"), frozenset({"a@b.example"})))
    except Unreadable:
        return


def check(message) -> None:  # type: ignore[no-untyped-def]
    """What every message promises, whatever it was made of."""
    lines = [
        message.subject,
        message.topic,
        message.person.name or "",
        message.person.phone or "",
        message.message_id or "",
    ]
    lines += [attachment.name for attachment in message.attachments]
    for value in lines:
        assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in value), value
    text = message.words.whole + message.words.new + message.words.quoted
    assert not any(ord(c) < 32 and c not in "\n\t" for c in text)
    text.encode("utf-8")
    if message.person.answer_to is not None:
        assert message.person.answer_to.isascii()
        assert message.person.answer_to.count("@") == 1
        assert message.person.answer_to.lower() != "a@b.example", "an address of our own is never answered"
    for identifier in (message.message_id, message.in_reply_to, *message.references):
        assert identifier is None or (identifier.isascii() and " " not in identifier and "=?" not in identifier)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=600))
def test_a_plain_letter_loses_no_word(text: str) -> None:
    """Whatever is told apart, the whole stays whole."""
    raw = (
        BytesParser(policy=policy.compat32).parsebytes(HEAD + b"Content-Type: text/plain; charset=utf-8\n\n").as_bytes()
    )
    message = parse(raw + text.encode("utf-8", "replace"))
    kept = "".join(message.words.whole.split())
    for part in (message.words.new, message.words.signature):
        assert "".join(part.split()) == "" or all(word in kept for word in part.split()), part

"""The finished mail: just its headers, two renderings of one text, the files as they are; and no address but a plain one."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxtriage.errors import Refused
from inboxtriage.message.parse import parse
from inboxtriage.message.plain import many_lines
from inboxtriage.reply.markdown import to_html, to_plain
from inboxtriage.reply.wire import Attached, Letter, flowed, to_bytes

HEADERS = [
    "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "X-Auto-Response-Suppress", "Content-Type",
    "MIME-Version",
]  # fmt: skip


def letter(
    body: str = "Hi",
    *,
    name: str = "",
    to: str = "jane@example.org",
    subject: str = "Re: x",
    thread: tuple[str, ...] = ("<a@b>",),
    attachments: tuple[Attached, ...] = (),
    language: str = "en",
) -> Letter:
    date = datetime(2026, 11, 21, tzinfo=UTC)
    sender = "hello@harbor.example"
    return Letter(sender, name, to, subject, body, "<m@harbor.example>", date, thread, attachments, language)


def read(raw: bytes) -> EmailMessage:
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert all(not part.defects for part in mail.walk())
    return mail


def rendering(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert isinstance(part, EmailMessage)
    content: str = part.get_content()
    return content.replace("\r\n", "\n")


def unflowed(text: str) -> str:
    """RFC 3676 section 4.4 for text without quotes, written from the RFC and not from the code under test."""
    said, goes_on = "", False
    for line in text.split("\n"):
        words = line.removeprefix(" ")
        said += words if goes_on or not said else "\n" + words
        if not said and not words:
            said = "\0"  # an empty first line is a line too
        goes_on = words.endswith(" ") and words != "-- "
    return said.removeprefix("\0")


LINES = st.lists(
    st.sampled_from(["a", "word", " ", "  ", "-", "--", "-- ", ">", ">> ", "From ", "x" * 30, "y" * 75, "\n", "\n\n", "\t", "é", "漢" * 40]),
    max_size=60,
).map("".join)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(
    name=st.text(max_size=200), subject=st.text(max_size=400), body=st.text(max_size=600), language=st.text(max_size=5)
)
def test_any_text_gives_a_mail_with_just_its_headers(name: str, subject: str, body: str, language: str) -> None:
    """G39, as a property: whatever stands in name, subject and body, the headers are ours alone and nothing is lost."""
    raw = to_bytes(letter(body, name=name, subject=subject, language=language))
    reply = read(raw)
    assert sorted(reply.keys()) == sorted(HEADERS)
    assert raw.isascii()
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert reply["To"] == "jane@example.org"
    assert reply["In-Reply-To"] == "<a@b>"
    assert rendering(reply, "html") == to_html(body.strip("\r\n"), language)
    assert rendering(reply, "plain").removesuffix("\n") == flowed(to_plain(body.strip("\r\n")))


def test_it_is_plain_and_html_that_say_the_same() -> None:
    mail = read(to_bytes(letter("Dear Lucía,\n\n*Sí*, tenemos lugar:\n- lunes\n- martes", language="es")))
    assert mail.get_content_type() == "multipart/alternative"
    plain, html = mail.iter_parts()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert dict(plain["Content-Type"].params) == {"charset": "utf-8", "format": "flowed", "delsp": "no"}
    assert plain["Content-Transfer-Encoding"] == html["Content-Transfer-Encoding"] == "quoted-printable"
    assert rendering(mail, "plain") == "Dear Lucía,\n\nSí, tenemos lugar:\n- lunes\n- martes\n"
    assert '<html lang="es">' in html.get_content()
    assert "<em>Sí</em>" in html.get_content()
    assert mail["Auto-Submitted"] is None, "a person approved it (G35)"
    assert mail["X-Auto-Response-Suppress"]


@given(LINES)
def test_flowed_lines_are_short_and_join_to_what_was_written(text: str) -> None:
    text = many_lines(text)
    carried = flowed(text)
    assert unflowed(carried).replace("-- ", "--") == text.replace("-- ", "--")
    for line in carried.split("\n"):
        assert not line.startswith((">", "From "))
        assert len(line) <= 72 or line.lstrip(" ").rstrip(" ").count(" ") == 0 or line.startswith("-- ")


@given(LINES)
def test_the_text_that_was_approved_comes_out_of_the_bytes_again(text: str) -> None:
    """Soft breaks, stuffing, the encoding and its line ends: all of it, through this program's own reader too."""
    said = to_plain(text.strip("\n"))
    mail = read(to_bytes(letter(text)))
    assert unflowed(rendering(mail, "plain").removesuffix("\n")).replace("-- ", "--") == said.replace("-- ", "--")


def test_words_wider_than_a_line_are_not_broken() -> None:
    address = "https://harbor.example/" + "a" * 300
    assert flowed(f"Please write to us at {address} or call.") == f"Please write to us at \n{address} \nor call."


@pytest.mark.parametrize(
    ("line", "carried"),
    [
        ("> quoted", " > quoted"), ("From here on", " From here on"), ("  set in", "   set in"), ("Fromage", "Fromage"),
        ("--", "-- "), ("-- x", "-- x"), ("---", "---"), ("", ""), ("a" * 72, "a" * 72),
        ("-- " + "y" * 72, "-- " + "y" * 72),
        ("word " * 15 + "From me", "word " * 14 + "\nword From me"),
        ("word " * 14 + "From me", "word " * 14 + "\n From me"),
    ],
)  # fmt: skip
def test_lines_that_mail_would_misread_are_stuffed(line: str, carried: str) -> None:
    assert flowed(line) == carried


def test_our_own_reader_joins_the_lines_again() -> None:
    text = (
        "We have room for new clients on Monday and on Thursday, and would be glad to hear from you.\n\n    From 9 to 5"
    )
    assert parse(to_bytes(letter(text))).words.whole.rstrip("\n") == text


FILE_NAMES = st.text(max_size=80) | st.sampled_from(
    ["=?utf-8?q?a=0d=0aBcc:_x@y?=", 'a"; filename="b', "../../etc/passwd", "C:\\a\\b.pdf", "", ".", "é" * 80, "a\r\nBcc: x@y", "漢字 表.pdf"]
)  # fmt: skip
FILES = st.builds(
    Attached,
    FILE_NAMES,
    st.sampled_from(["application/pdf", "text/plain", "text/calendar", "text/html", "image/png"]),
    st.binary(max_size=300),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(FILES, min_size=1, max_size=3))
def test_files_come_behind_the_text_as_they_are(files: list[Attached]) -> None:
    """G39 for file names: no header, no folder and no control character comes out of one."""
    raw = to_bytes(letter("Hello", attachments=tuple(files)))
    mail = read(raw)
    assert raw.isascii()
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert sorted(mail.keys()) == sorted(HEADERS)
    assert mail.get_content_type() == "multipart/mixed"
    text, *attached = mail.iter_parts()
    assert text.get_content_type() == "multipart/alternative"
    assert rendering(mail, "plain") == "Hello\n"
    for part, file in zip(attached, files, strict=True):
        assert set(part.keys()) == {"Content-Type", "Content-Transfer-Encoding", "Content-Disposition"}
        assert part.get_content_disposition() == "attachment"
        assert (part.get_content_type(), part.get_payload(decode=True)) == (file.content_type, file.data)
        name = part.get_filename()
        assert name
        assert not set(name) & set("/\\\r\n\0")


@pytest.mark.parametrize(
    "name", ["form.pdf", "Formular für Sie.pdf", "漢字.pdf", 'a "b" c.pdf', "x" * 110 + ".pdf", "it's; 100%.pdf"]
)
def test_a_file_keeps_its_name(name: str) -> None:
    mail = read(to_bytes(letter(attachments=(Attached(name, "application/pdf", b"%PDF"),))))
    assert [part.get_filename() for part in mail.iter_attachments()] == [name]


@pytest.mark.parametrize(
    "kind",
    [
        "", "pdf", "application/", "multipart/mixed", "message/rfc822", "Message/RFC822", "text/plain; charset=utf-8",
        "text/plain\r\nBcc: x@y.example", "a b/c",
    ],
)  # fmt: skip
def test_what_is_no_type_of_a_file_is_refused(kind: str) -> None:
    with pytest.raises(Refused, match="type of a file"):
        to_bytes(letter(attachments=(Attached("a", kind, b"x"),)))


@given(
    st.lists(
        st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="<>"), min_size=1, max_size=250),
        min_size=1,
        max_size=8,
    )
)
@settings(deadline=None)
def test_identifications_are_written_as_they_came_however_long(parts: list[str]) -> None:
    """Or no mail program puts the reply into its thread (G35)."""
    ids = tuple(f"<{part}@example.org>" for part in parts)
    raw = to_bytes(letter(thread=ids))
    written = message_from_bytes(raw)
    assert written["In-Reply-To"].split() == [ids[-1]]
    assert written["References"].split() == list(ids)
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@pytest.mark.parametrize(
    "to",
    [
        "",
        "a",
        "a@b@c",
        "a b@c.example",
        "a@b.example\r\nBcc: x@y.example",
        "ü@b.example",
        "<a@b.example>",
        "a@" + "b" * 300,
    ],
)
def test_only_a_plain_address_is_ever_written(to: str) -> None:
    with pytest.raises(Refused):
        to_bytes(letter("x", to=to))

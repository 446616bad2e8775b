"""Encrypted, signed and calendar mail: said to be so, never answered by accident (G45, G46)."""

import pytest

from inboxtriage.message.model import Message
from inboxtriage.message.parse import parse
from inboxtriage.service.assembly import load_classifier
from inboxtriage.service.sorting import Sorter
from inboxtriage.triage.verdict import Verdict
from tests.practice import ASKS_INSURANCE

SUBJECT = "Do you take Aetna? Are you accepting new clients?"
HEAD = f"From: Jane <jane@example.org>\nTo: hello@harbor.example\nSubject: {SUBJECT}\nMIME-Version: 1.0\n".encode()
ASKS = ASKS_INSURANCE.encode()
PGP = b"-----BEGIN PGP MESSAGE-----\n\nhQEMA5vJ\n=abcd\n-----END PGP MESSAGE-----\n"


def of(content_type: bytes, body: bytes, more: bytes = b"") -> bytes:
    return HEAD + b"Content-Type: " + content_type + b"\n" + more + b"\n" + body


def parts(kind: bytes, *each: bytes) -> bytes:
    return of(b"multipart/" + kind + b"; boundary=b", b"".join(b"--b\n" + part + b"\n" for part in each) + b"--b--\n")


TEXT = b"Content-Type: text/plain\n\n" + ASKS
ENCRYPTED = {
    "S/MIME enveloped": of(b"application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", b"MIAGCS"),
    "S/MIME enveloped, old name": of(b"application/x-pkcs7-mime; name=smime.p7m", b"MIAGCS"),
    "S/MIME opaquely signed": of(b"application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", b"MIAGCS"),
    "S/MIME as a nameless stream": of(b'application/octet-stream; name="smime.p7m"', b"MIAGCS"),
    "PGP/MIME": parts(
        b'encrypted; protocol="application/pgp-encrypted"',
        b"Content-Type: application/pgp-encrypted\n\nVersion: 1",
        b"Content-Type: application/octet-stream\n\n" + PGP,
    ),
    "PGP/MIME mangled on its way": parts(
        b"mixed", b"Content-Type: text/plain\n\n", b"Content-Type: application/pgp-encrypted\n\nVersion: 1", PGP
    ),
    "inline PGP": of(b"text/plain", PGP),
    "inline PGP below words": of(b"text/plain", ASKS + b"\n\n" + PGP),
    "beside a list's footer": parts(b"mixed", b"Content-Type: application/pkcs7-mime; name=smime.p7m\n\nMIAG", TEXT),
}
SIGNED = {
    "PGP/MIME": parts(
        b"signed; protocol=application/pgp-signature", TEXT, b"Content-Type: application/pgp-signature\n\nx"
    ),
    "S/MIME": parts(
        b"signed", TEXT, b"Content-Type: application/pkcs7-signature; name=smime.p7s\n\nMIAGCSqGSIb3DQEHAqCAMIACAQE"
    ),
    "inline PGP": of(
        b"text/plain",
        b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n"
        + ASKS
        + b"\n- -- dashed\n-----BEGIN PGP SIGNATURE-----\n\niQEzBAEBCAAdFiEE\n=abcd\n-----END PGP SIGNATURE-----\n",
    ),
}


@pytest.fixture(scope="module")
def sorter() -> Sorter:
    return Sorter(*load_classifier(None), frozenset({"hello@harbor.example"}))


@pytest.mark.parametrize("name", ENCRYPTED)
def test_encrypted_mail_is_not_classified(name: str, sorter: Sorter) -> None:
    """G45: its headers ask, and still nothing is drafted, labelled or called urgent."""
    result = sorter.sort(ENCRYPTED[name])
    assert result.verdict.reason == "encrypted: read it in your mail client"
    assert result.verdict == Verdict("read", result.verdict.reason)


@pytest.mark.parametrize("name", SIGNED)
def test_signed_mail_is_classified_by_its_words_alone(name: str, sorter: Sorter) -> None:
    """G45."""
    result = sorter.sort(SIGNED[name])
    assert isinstance(result.message, Message)
    assert "BEGIN PGP" not in result.message.words.whole
    assert "SHA256" not in result.message.words.whole
    assert "iQEz" not in result.message.words.whole
    assert result.verdict.disposition == "reply"
    assert "insurance" in result.verdict.labels


def test_the_signed_text_loses_its_dashes_and_no_word() -> None:
    assert parse(SIGNED["inline PGP"]).words.whole == ASKS_INSURANCE + "\n-- dashed"


def test_a_quoted_armour_is_no_encrypted_mail() -> None:
    quoted = b"I could not open this:\n\n> " + PGP.replace(b"\n", b"\n> ")
    assert not parse(of(b"text/plain", quoted)).encrypted


def invitation(method: str) -> bytes:
    lines = "BEGIN:VCALENDAR", f"METHOD:{method}", "BEGIN:VEVENT", f"SUMMARY:{SUBJECT}", "END:VEVENT", "END:VCALENDAR"
    return "\r\n".join(lines).encode()


CALENDAR = {
    f"{method} {shape}": (method, raw)
    for method in ("REQUEST", "REPLY", "CANCEL", "COUNTER")
    for shape, raw in {
        "alone": of(f"text/calendar; method={method}".encode(), invitation(method)),
        "as a file only": parts(
            b"mixed", b"Content-Type: application/ics; name=invite.ics\n\n" + invitation(method)
        ),
        "beside words": parts(b"alternative", TEXT, b"Content-Type: text/calendar\n\n" + invitation(method)),
        "as a file beside words": parts(
            b"mixed", TEXT, b"Content-Type: text/calendar; name=invite.ics\n\n" + invitation(method)
        ),
    }.items()
}  # fmt: skip


@pytest.mark.parametrize("name", CALENDAR)
def test_calendar_mail_is_flagged_and_never_answered(name: str, sorter: Sorter) -> None:
    """G46: whatever its title or its words ask; alone, it is nobody's words."""
    result = sorter.sort(CALENDAR[name][1])
    assert result.message is not None
    assert result.message.automated is not None
    assert "calendar" in result.message.automated.reason
    assert result.verdict.disposition == ("read" if "beside words" in name else "ignore")
    assert "calendar" in result.verdict.reason


def test_a_file_of_dates_that_asks_for_nothing_is_only_attached(sorter: Sorter) -> None:
    """G46: no METHOD, no invitation; the words are an inquiry as any."""
    raw = parts(b"mixed", TEXT, b"Content-Type: text/calendar; name=busy.ics\n\n" + invitation("PUBLISH"))
    assert sorter.sort(raw).verdict.disposition == "reply"


def test_a_forwarded_body_is_not_the_senders_own(sorter: Sorter) -> None:
    """G46: a friend passes on what somebody asked somebody else."""
    inner = b"Content-Type: message/rfc822\n\nFrom: Bob <bob@example.net>\nSubject: x\n\n" + ASKS
    result = sorter.sort(
        parts(b"mixed", b"Content-Type: text/plain\n\nSee what came here, no need to do anything.", inner)
    )
    assert result.message is not None
    assert result.message.person.via == "forward" or "Aetna" not in result.message.words.new
    assert result.message.person.answer_to != "jane@example.org"

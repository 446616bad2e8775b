"""Mail that breaks mail programs, made by name: what GUARANTEES part 3 measured, and what is as cheap to send."""

import base64
import io
import zipfile
from collections.abc import Callable, Iterator

FROM = b"From: Jane <jane@example.org>\n"
TO = b"To: hello@harbor.example\n"
HEAD = FROM + TO + b"Subject: hi\n"
MEGA = 1_000_000


def text(body: bytes, *headers: bytes) -> bytes:
    return HEAD + b"".join(line + b"\n" for line in headers) + b"\n" + body


def header(line: bytes) -> bytes:
    return text(b"words", line)


def sender(value: bytes) -> bytes:
    return b"From: " + value + b"\n" + TO + b"Subject: x\n\nwords"


def subject(value: bytes) -> bytes:
    return FROM + TO + b"Subject: " + value + b"\n\nwords"


def html(body: bytes) -> bytes:
    return text(body, b"Content-Type: text/html; charset=utf-8")


def mixed(*parts: bytes, kind: bytes = b"multipart/mixed") -> bytes:
    joined = b"".join(b"--b\n" + part + b"\n" for part in parts)
    return text(joined + b"--b--\n", b"MIME-Version: 1.0", b"Content-Type: " + kind + b"; boundary=b")


def attached(name: bytes) -> bytes:
    return mixed(
        b"Content-Type: text/plain\n\nwords",
        b"Content-Type: application/pdf\nContent-Disposition: attachment; filename=" + name + b"\n\nx",
    )


def zip_bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(64 * MEGA))
    return mixed(
        b"Content-Type: text/plain\n\nwords",
        b"Content-Type: application/zip; name=zeros.zip\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(packed.getvalue() * 100),
    )


BOMBS: dict[str, Callable[[], bytes]] = {
    "10,000 nested parts": lambda: b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(10_000)
    ),
    "1,000 nested mails": lambda: b"Content-Type: message/rfc822\n\n" * 1_000,
    "as many nested parts as are admitted": lambda: HEAD + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(99)
    ),
    "as many nested mails as are admitted": lambda: HEAD + b"Content-Type: message/rfc822\n\n" * 99,
    "100,000 flat parts": lambda: mixed(*[b"\nx"] * 100_000),
    "parts under a hundred boundaries": lambda: text(b"boundary=%d\n" * 100 % tuple(range(100)) + b"--1\n" * MEGA),
    "a million boundaries": lambda: text(b"".join(b"boundary=%d\n" % n for n in range(MEGA))),
    "50,000 headers": lambda: b"X: y\n" * 50_000 + b"\nwords",
    "5,000 parameters": lambda: header(b"Content-Type: text/plain" + b"; a=b" * 5_000),
    "1,300 parameters": lambda: header(b"Content-Type: text/plain" + b"; a=b" * 1_300),
    "parameters in pieces": lambda: header(
        b"Content-Type: text/plain" + b"".join(b"; a*%d=b" % n for n in range(900))
    ),
    "a header of 1 MB": lambda: subject(b"x" * MEGA),
    "a header of 1 MB, folded": lambda: subject(b"x\n " * (MEGA // 3)),
    "a mail of 100 MB": lambda: text(b"words " + b"x" * 100 * MEGA),
    "a zip bomb in base64": zip_bomb,
    "40 MB of quote marks": lambda: text(b">" * 40 * MEGA),
    "19 MB of quote marks": lambda: text(b">" * 19 * MEGA),
    "19 MB of quoted lines": lambda: text(b"> words\n" * (19 * MEGA // 8)),
    "40 MB of attributions": lambda: text(b"On Mon Jane wrote:\n" * (40 * MEGA // 19)),
    "19 MB of attributions": lambda: text(b"On Mon Jane wrote:\n" * MEGA),
    "19 MB of line ends": lambda: text(b"\n\r\n" * 6 * MEGA),
    "2 MB of brackets": lambda: text(b"[" * 2 * MEGA),
    "a form of 1 MB": lambda: text(b"Message: hi\n-----\nName: x\n" * 40_000),
    "open quotation marks": lambda: text("“a\n".encode() * 200_000),
    "a million words": lambda: text(b"do you take Aetna and are you open on Monday? " * 22_000),
    "encoded text that grows": lambda: text(b"+AAA-" * 200_000, b"Content-Type: text/plain; charset=utf-7"),
    "500 open brackets in From": lambda: sender(b"(" * 500 + b"<" * 500 + b"[" * 500),
    "20,000 addresses in From": lambda: sender(b", ".join(b"a%d@b.example" % n for n in range(3_500))),
    "20,000 addresses in To": lambda: header(b"Cc: " + b",\n ".join(b"a%d@b.example" % n for n in range(900))),
    "5,000 encoded words in Subject": lambda: subject(b"=?utf-8?q?x?= " * 4_500),
    "10,000 nested divs": lambda: html(b"<div>" * 10_000 + b"words" + b"</div>" * 10_000),
    "100,000 open divs": lambda: html(b"<div>" * 100_000 + b"words"),
    "a huge attribute": lambda: html(b'<p title="' + b"x" * 5 * MEGA + b'">words'),
    "200,000 attributes": lambda: html(b"<p " + b"a=b " * 200_000 + b">words"),
    "style sheets": lambda: html(b"<style>" + b"a{b:c}" * 200_000 + b'</style><p style="' + b"color:red;" * MEGA + b'">x'),
    "nested tables": lambda: html(b"<table><tr><td>" * 6_000 + b"words"),
    "misnested formatting": lambda: html(b"<b><i><a><p>" * 4_900 + b"words"),
}  # fmt: skip

TRAPS: dict[str, Callable[[], bytes]] = {
    "nothing but spaces": lambda: b" \n" * 50,
    "no header": lambda: b"just words\nand more",
    "only a header": lambda: HEAD,
    "a charset nobody knows": lambda: header(b"Content-Type: text/plain; charset=X-UNKNOWN"),
    "a charset named wrongly": lambda: header(b"Content-Type: text/plain; charset=charset=us-ascii"),
    "a charset that is no text": lambda: header(b"Content-Type: text/plain; charset=zip"),
    "a charset that takes time": lambda: text(b"a9" * 60_000, b"Content-Type: text/plain; charset=punycode"),
    "a charset of escapes": lambda: text(b"\\x1b[2J \\z", b"Content-Type: text/plain; charset=unicode_escape"),
    "a charset with NUL": lambda: header(b'Content-Type: text/plain; charset="a\x00b"'),
    "UTF-7": lambda: text(b"+ACI-Do you take Aetna?+AGEAYgBj", b"Content-Type: text/plain; charset=utf-7"),
    "lone surrogates": lambda: text(b"\xed\xa0\x80 \xed\xbf\xbf words", b"Content-Type: text/plain; charset=utf-8"),
    "lone surrogates in UTF-16": lambda: text(b"\xd8\x00\xd8\x00", b"Content-Type: text/plain; charset=utf-16-be"),
    "8 bits in From": lambda: sender(b"jos\xe9@example.org"),
    "8 bits in every header": lambda: header(
        b"Reply-To: \xff\xfe <e\xff@f.example>\nMessage-ID: <\xff@x>\nDate: \xff\nContent-Type: a\xff/b\xff; name=\xff"
    ),
    "8 bits in a header's name": lambda: header(b"X-\xff\xfe: y"),
    "NUL": lambda: text(b"a\x00b\x00") + header(b"Subject: a\x00b"),
    "ESC": lambda: subject(b"\x1b]52;c;eA==\x07\x1b[2J") + b"\x1b[31m\x9b31m",
    "ESC in the name": lambda: sender(b'"\x1b[2K\x1b[1A\xe2\x80\xaegro.elpmaxe" <x@y.example>'),
    "multipart without parts": lambda: header(b"Content-Type: multipart/mixed; boundary=x"),
    "multipart without a boundary": lambda: header(b"Content-Type: multipart/related"),
    "multipart in base64": lambda: header(b"Content-Type: multipart/mixed; boundary=x\nContent-Transfer-Encoding: base64"),
    "a part that is its own whole": lambda: mixed(b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nwords"),
    "a group and a comment in To": lambda: header(b"Cc: unlisted-recipients:; (no To-header on input)"),
    "a header behind an encoded line end": lambda: subject(b"=?utf-8?q?a=0d=0aBcc:_x@y.example?="),
    "a header behind an encoded line end in From": lambda: sender(b"=?utf-8?q?a=0d=0aBcc:_x@y.example?= <x@y.example>"),
    "a lone CR": lambda: subject(b"a\rBcc: x@y.example"),
    "every header twice": lambda: (HEAD + b"Message-ID: <a@b>\nDate: x\nReply-To: <a@b.example>\n") * 2 + b"\nwords",
    "three senders": lambda: sender(b"a@b.example, c@d.example\nFrom: e@f.example"),
    "junk for a Message-ID": lambda: header(b"Message-ID: <[x@y]>\nIn-Reply-To: <a <b@c\nReferences: " + b"<a" * 500),
    "an encoded Message-ID": lambda: header(b"Message-ID: <=?utf-8?q?a=0d=0aBcc:x?=@y>"),
    "junk for encoded words": lambda: subject(b"=?utf-8?b?!!?= =?x?z?x?= =?utf-8?q?=?= =??b??= =?utf-8?b?gICA"),
    "a day that never was": lambda: header(b"Date: Thu, 99 Foo 99999 25:61:61 +9999"),
    "a type that is none": lambda: header(b"Content-Type: ;;;=\nContent-Disposition: ;;="),
    "a path for a name": lambda: attached(b'"../../../etc/cron.d/x"'),
    "a name of the other system": lambda: attached(b'"C:\\\\Windows\\\\a.pdf.exe"'),
    "control characters in a name": lambda: attached(b'"a\x1b[2J\x00b\xe2\x80\xaefdp.exe"'),
    "a name in broken pieces": lambda: attached(b"x; filename*0*=utf-8''%ff; filename*9999999=b"),
    "a name in two ways": lambda: attached(b"x; filename*=utf-8''a; filename*0=b"),
    "a name in an odd charset": lambda: attached(b"x; filename*=a\x00b''c"),
    "a boundary in two ways": lambda: header(b"Content-Type: multipart/mixed; boundary*=utf-8''a; boundary*0=b"),
    "a charset in two ways": lambda: header(b"Content-Type: text/plain; charset*=utf-8''a; charset*0=b"),
    "bad base64": lambda: text(b"=== not !! base64", b"Content-Transfer-Encoding: base64"),
    "bad uuencoding": lambda: text(b"begin 644 x\n\xff\xff\n", b"Content-Transfer-Encoding: x-uuencode"),
    "bad quoted-printable": lambda: text(b"=\n==zz=0", b"Content-Transfer-Encoding: quoted-printable"),
    "a report about nothing": lambda: mixed(b"Content-Type: message/delivery-status\n\n", kind=b"multipart/report"),
    "broken calendar": lambda: mixed(b"Content-Type: text/calendar\n\nMETHOD:REQUEST\nCOMMENT:" + b"\n x" * 30_000),
    "templates": lambda: subject(b"{{ 7*7 }} {% for x in y %} ${jndi:ldap://x} %s %n"),
    "SQL": lambda: sender(b"\"'); DROP TABLE messages;--\" <x'--@y.example>"),
}  # fmt: skip


def everything() -> Iterator[tuple[str, bytes]]:
    """Every poison by its name."""
    for name, make in (BOMBS | TRAPS).items():
        yield name, make()

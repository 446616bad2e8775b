"""The finished mail, byte for byte: built once at approval, frozen, and never built again (G4, G10).

Recipients come from one validated address; every value goes through the email package's own folding (G39).
The text is written twice, plain and as HTML that says the same (RFC 2046 section 5.1.4), files come behind it.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage, Message
from email.policy import SMTP, EmailPolicy, compat32
from email.utils import format_datetime

from inboxtriage.errors import Refused
from inboxtriage.mailbox.protocol import DRAFT_MARK
from inboxtriage.message.automated import ACKNOWLEDGED, APPROVED
from inboxtriage.message.header import is_plain
from inboxtriage.message.plain import one_line

_MOST_REFERENCES = 20
_IDENTIFICATION = {"in-reply-to", "references", "message-id"}
_WIDEST = 72  # columns, with the space that says "goes on" (RFC 3676 section 4.2)
_LONGEST_LINE = 998  # RFC 5322 section 2.1.1
_SIGNATURE = "-- "
_CHUNK = re.compile(r" *[^ ]+ *")
_CONTENT_TYPE = re.compile(r"(?!multipart/|message/)[a-z]+/[a-z0-9][a-z0-9.+-]{0,80}")
_OF_A_PART = {"Content-Type", "Content-Transfer-Encoding", "Content-Disposition"}


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that goes with a letter: its name without a folder, its type ("application/pdf"), its bytes."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything a mail is made of. `thread` are the Message-IDs it answers, oldest first; `body` is light Markdown.

    By `loop_mark` our own mail is known when it comes back (G34).
    """

    sender: str
    sender_name: str
    to: str
    subject: str
    body: str
    message_id: str
    date: datetime
    thread: tuple[str, ...] = ()
    attachments: tuple[Attached, ...] = ()
    language: str = "en"
    token: str | None = None  # by which a copy in the Drafts folder is known again
    loop_mark: str = ""
    auto_replied: bool = False  # nobody looked at it singly


def to_bytes(letter: Letter) -> bytes:
    """The mail with CRLF line ends, 7-bit clean. Raises Refused where an address or a file's type is not plain."""
    mail = _headed(letter)
    _say(mail, letter)
    for file in letter.attachments:
        _attach(mail, file)
    for part in mail.walk():
        if part is not mail:
            del part["MIME-Version"]  # it is the whole mail's (RFC 2045 section 4)
    written = mail.as_bytes(policy=_SMTP)
    _check(written, mail, letter)
    return written


def flowed(text: str) -> str:
    """`text` as format=flowed with delsp=no (RFC 3676 section 4): at most 72 columns, but words stay whole.

    A line that goes on ends with a space. One that begins with a space, ">" or "From " has one more before it. "--"
    alone becomes "-- ", by which mail programs know a signature (section 4.3).
    """
    return "\n".join(piece for line in text.split("\n") for piece in _flowing(line.rstrip(" ")))


def _headed(letter: Letter) -> EmailMessage:
    for address in (letter.sender, letter.to):
        if not is_plain(address):
            raise Refused(
                f"{one_line(address, 100)!r} is no address that mail can be sent to",
                do="choose one with edit --to",
            )
    mail = EmailMessage(policy=SMTP)
    local, _, domain = letter.sender.rpartition("@")
    mail["From"] = Address(_literal(letter.sender_name)[:120], local, domain)
    local, _, domain = letter.to.rpartition("@")
    mail["To"] = Address("", local, domain)
    mail["Subject"] = _literal(letter.subject)
    mail["Date"] = format_datetime(letter.date)
    mail["Message-ID"] = letter.message_id
    if letter.thread:
        mail["In-Reply-To"] = letter.thread[-1]
        first, rest = letter.thread[:1], letter.thread[1:]
        mail["References"] = " ".join((*first, *rest[-(_MOST_REFERENCES - 1) :]))
    if letter.auto_replied:
        mail["Auto-Submitted"] = "auto-replied"  # RFC 3834 section 5
    mail["X-Auto-Response-Suppress"] = ACKNOWLEDGED if letter.auto_replied else APPROVED
    if letter.token is not None:
        mail[DRAFT_MARK] = letter.token
    if letter.loop_mark:
        mail["X-Loop"] = letter.loop_mark
    return mail


def _say(mail: EmailMessage, letter: Letter) -> None:
    """Both renderings, the plain one first; quoted-printable, so that no server strips a space from a line's end."""
    from inboxtriage.reply.markdown import to_html, to_plain  # noqa: PLC0415 - slow to load, and only an approval writes

    body = letter.body.strip("\r\n")
    how = {"format": "flowed", "delsp": "no"}
    mail.set_content(flowed(to_plain(body)) + "\n", charset="utf-8", cte="quoted-printable", params=how)
    html = to_html(body, letter.language)
    mail.add_alternative(html, subtype="html", charset="utf-8", cte="quoted-printable")


def _attach(mail: EmailMessage, file: Attached) -> None:
    """One file behind the text, its name without path and control characters, encoded where need be (RFC 2231)."""
    name = _literal(file.name.replace("\\", "/").rpartition("/")[2])[:120] or "attachment"
    kind = file.content_type.lower()
    if not _CONTENT_TYPE.fullmatch(kind):
        raise Refused(
            f"{one_line(file.content_type, 100)!r} is no type of a file", do=f"give {name} one like application/pdf"
        )
    main, _, sub = kind.partition("/")
    mail.add_attachment(file.data, maintype=main, subtype=sub, filename=name)


def _flowing(line: str) -> Iterator[str]:
    """One line of a text as the lines that carry it, each but the last with a space at its end."""
    if line == _SIGNATURE.rstrip():
        yield _SIGNATURE
        return
    held = ""
    for chunk in _CHUNK.findall(line):
        stuffed = _stuffed(held)
        # "-- " at a break would read as a signature, and the rest as a line of its own.
        if held and len(stuffed) + len(chunk) > _WIDEST and stuffed != _SIGNATURE:
            yield stuffed
            held = ""
        held += chunk
    yield _stuffed(held)


def _stuffed(line: str) -> str:
    return f" {line}" if line.startswith((" ", ">", "From ")) else line


class _Policy(EmailPolicy):
    """SMTP's own, but identifications stay as they are: the library would encode a long one, and no thread holds it."""

    def fold(self, name: str, value: str) -> str:
        """One header; a list of Message-IDs is folded between them (RFC 5322, sections 2.2.3 and 3.6.4)."""
        if name.lower() in _IDENTIFICATION:
            return f"{name}: " + "\r\n ".join(value.split()) + "\r\n"
        folded: str = super().fold(name, value)
        return folded

    def fold_binary(self, name: str, value: str) -> bytes:
        """The same as bytes."""
        if name.lower() in _IDENTIFICATION:
            return self.fold(name, value).encode("ascii")
        return super().fold_binary(name, value)


_SMTP = _Policy(linesep="\r\n")


def _literal(text: str) -> str:
    """A value that stays what it is: the email package would decode an encoded word in it once more (G39)."""
    return one_line(text.replace("=?", "= ?"))


def _check(written: bytes, mail: EmailMessage, letter: Letter) -> None:
    """What was written, read again, is what was meant: these headers and parts, each once, no other. Raises Refused."""
    head = written.partition(b"\r\n\r\n")[0].split(b"\r\n")
    names = sorted(
        line.partition(b":")[0].decode("ascii", "replace") for line in head if not line.startswith((b" ", b"\t"))
    )
    if (
        names != sorted(mail.keys())
        or b"\r" in written.replace(b"\r\n", b"")
        or b"\0" in written
        or not written.isascii()
        or max(map(len, written.split(b"\r\n"))) > _LONGEST_LINE
        or not _same_parts(message_from_bytes(written, policy=compat32), letter)
    ):
        raise Refused(
            "the letter cannot be written as a mail", do="take odd characters out of its subject and the files' names"
        )


def _same_parts(read: Message, letter: Letter) -> bool:
    """Whether the parts are the two renderings and the files, byte for byte, with no header but their own."""
    parts = list(read.walk())[1:]
    for part in parts:
        if part.defects or not _OF_A_PART.issuperset(part.keys()) or max(Counter(part.keys()).values(), default=0) > 1:
            return False
    leaves = [part for part in parts if not part.is_multipart()]
    kinds = [part.get_content_type() for part in leaves]
    files = [(part.get_content_type(), part.get_payload(decode=True)) for part in leaves[2:]]
    return (
        not read.defects
        and kinds[:2] == ["text/plain", "text/html"]
        and files == [(file.content_type.lower(), file.data) for file in letter.attachments]
    )

"""The finished mail, byte for byte: built once at approval, frozen, and never built again (G4, G10).

Recipients come from one validated address; every value goes through the email package's own folding (G39).
"""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime

from inboxtriage.errors import Refused
from inboxtriage.message.header import is_plain
from inboxtriage.message.plain import many_lines, one_line

_MOST_REFERENCES = 20
_IDENTIFICATION = {"in-reply-to", "references", "message-id"}


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything a mail is made of. `thread` are the Message-IDs it answers, oldest first."""

    sender: str
    sender_name: str
    to: str
    subject: str
    body: str
    message_id: str
    date: datetime
    thread: tuple[str, ...] = ()


def to_bytes(letter: Letter) -> bytes:
    """The mail with CRLF line ends, 7-bit clean. Raises Refused where an address is not plain."""
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
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    mail.set_content(many_lines(letter.body).strip("\n") + "\n", cte="quoted-printable")
    written = mail.as_bytes(policy=_SMTP)
    _check(written, mail)
    return written


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


def _check(written: bytes, mail: EmailMessage) -> None:
    """The bytes hold the headers that were set, each once, and no other. Raises Refused."""
    head = written.partition(b"\r\n\r\n")[0].split(b"\r\n")
    names = sorted(
        line.partition(b":")[0].decode("ascii", "replace") for line in head if not line.startswith((b" ", b"\t"))
    )
    if names != sorted(mail.keys()) or b"\r" in written.replace(b"\r\n", b"") or b"\0" in written:
        raise Refused("the letter cannot be written as a mail", do="take odd characters out of its subject")

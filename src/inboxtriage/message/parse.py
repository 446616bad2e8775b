"""Bytes -> Message: the one way in. Raises Unreadable for what no limit admits; anything else is read somehow."""

import re
from collections.abc import Mapping
from dataclasses import replace
from email.message import Message as MimePart

from inboxtriage.message import automated, guard, header
from inboxtriage.message.body import Body
from inboxtriage.message.body import read as read_body
from inboxtriage.message.envelope import Envelope, Outside, open_envelope
from inboxtriage.message.mime import parts_of
from inboxtriage.message.model import Address, Automated, Message, Words
from inboxtriage.message.plain import many_lines, one_line
from inboxtriage.message.quoting import split
from inboxtriage.message.sender import who

_MOST_REFERENCES = 50
_CALENDAR_NOTE = re.compile(r"^COMMENT[^:\n]*:(.*(?:\n[ \t].*)*)", re.MULTILINE | re.IGNORECASE)
_CALENDAR_MAIL = {
    "REQUEST": "a calendar invitation",
    "REPLY": "an answer to a calendar invitation",
    "COUNTER": "an answer to a calendar invitation",
    "CANCEL": "a calendar cancellation",
}
_CALENDAR_METHOD = re.compile(r"^METHOD:\s*(\w+)", re.MULTILINE | re.IGNORECASE)


def parse(raw: bytes, own: frozenset[str] = frozenset()) -> Message:
    """Read one mail in this process. `own` are the owner's addresses, lower case. Raises guard.Unreadable."""
    admitted, cut = guard.admit(raw)
    return parse_admitted(admitted, own, cut=cut)


def parse_admitted(admitted: bytes, own: frozenset[str], *, cut: bool) -> Message:
    """Read bytes that the guard admitted; `cut` where they are only the beginning."""
    root = parts_of(admitted)
    headers = header.values(root)
    subject = header.text(_one(headers, "subject"))
    froms = header.addresses(_one(headers, "from"))
    reply_to = tuple(a for value in headers.get("reply-to", ()) for a in header.addresses(value))
    sender = froms[0] if froms else None
    body = _unfolded_forward(read_body(root))
    machine = automated.judge(headers, sender, subject, _kinds(root), own)
    outside = Outside(_speaking(body), subject, sender, reply_to, own, automated=machine is not None)
    envelope = None if machine is not None and machine.report else open_envelope(outside)
    person = who(froms if len(headers.get("from", ())) == 1 else (), reply_to, envelope, own)
    if envelope is not None and machine is not None and machine.answer:
        doubt = f"it came as a machine's answer ({machine.reason}): make sure that a person wrote it"
        person = replace(person, doubts=(*person.doubts, doubt))
    words = _words(body.text, envelope, sender)
    message_ids = header.ids(_one(headers, "message-id"))
    return Message(
        message_id=message_ids[0] if message_ids else None,
        in_reply_to=next(iter(header.ids(_one(headers, "in-reply-to"))), None),
        references=header.ids(" ".join(headers.get("references", ())))[-_MOST_REFERENCES:],
        date=header.moment(_one(headers, "date")),
        subject=subject,
        sender=sender,
        written_to=_written_to(headers),
        person=person,
        words=words,
        automated=_automated(
            machine if machine is not None and machine.sure else _calendar_mail(body) or machine, envelope, subject
        ),
        attachments=tuple(body.attachments),
        unreadable=_unreadable(body, words, cut=cut),
        loop_marks=tuple(value.strip() for value in headers.get("x-loop", ())),
        encrypted=body.encrypted,
        topic=envelope.topic if envelope and envelope.via in {"form", "forward"} else subject,
    )


def _kinds(root: MimePart) -> list[str]:
    """The content type of a mail, and those of its parts."""
    parts = root.get_payload() if root.get_content_maintype() == "multipart" and root.is_multipart() else []
    return [part.get_content_type() for part in (root, *parts) if isinstance(part, MimePart)]


def _one(headers: Mapping[str, tuple[str, ...]], name: str) -> str:
    return next(iter(headers.get(name, ())), "")


def _words(text: str, envelope: Envelope | None, sender: Address | None) -> Words:
    if envelope is None:
        return split(text, writer=sender.address if sender else "", writer_name=sender.name if sender else "")
    inside = split(envelope.words)
    return replace(inside, whole=text.strip("\n"))


def _automated(machine: Automated | None, envelope: Envelope | None, subject: str) -> Automated | None:
    """An envelope with a person's words is never automated, whatever its headers say (LABELS.md)."""
    if envelope is None:
        carries = machine is not None and not machine.sure and automated.carries_a_person(subject)
        return None if carries else machine
    return Automated("a calendar notice", sure=True) if envelope.robot else None


def _calendar_mail(body: Body) -> Automated | None:
    """What a mail with an invitation's data is (RFC 5546): never answered by a letter; alone, nobody's words (G46)."""
    method = _CALENDAR_METHOD.search(body.calendar)
    what = _CALENDAR_MAIL.get(method[1].upper()) if method else None
    return Automated(what, sure=not body.text.strip()) if what else None


def _speaking(body: Body) -> str:
    """The text, or the note that a calendar answer carries."""
    note = _CALENDAR_NOTE.search(body.calendar)
    if note and note[1].strip():
        said = many_lines(note[1].replace("\n ", "").replace("\\n", "\n").replace("\\,", ","))
        method = _CALENDAR_METHOD.search(body.calendar)
        if method and method[1].upper() in {"REPLY", "COUNTER"}:
            return f"has answered this invitation with a note:\n{said}"
    return body.text


def _unfolded_forward(body: Body) -> Body:
    """A mail forwarded as an attachment, written out as mail programs write it inline."""
    for inner in body.forwarded[:1]:
        headers = header.values(inner)
        lines = [f"{name.title()}: {header.text(_one(headers, name))}" for name in ("from", "date", "subject", "to")]
        text = read_body(inner).text
        body.text = f"{body.text}\n\n-------- Forwarded Message --------\n" + "\n".join(lines) + f"\n\n{text}"
    return body


def _unreadable(body: Body, words: Words, *, cut: bool) -> str | None:
    if body.encrypted:
        return "encrypted: read it in your mail client"
    if cut:
        return "very large: only the beginning was read"
    if not words.whole.strip() and body.attachments:
        return "no text, only attachments"
    return None


def _written_to(headers: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Every address this mail names as its recipient, lower case, in order."""
    named = [
        a.address.lower()
        for key in ("delivered-to", "x-original-to", "to", "cc")
        for v in headers.get(key, ())
        for a in header.addresses(v)
    ]
    return tuple(dict.fromkeys(one_line(a, 254) for a in named))[:50]

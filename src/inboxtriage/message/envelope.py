"""Envelopes: mail that carries another person's words. They are recognised before anything is called automated.

A website form, a directory notice, a voicemail transcript, a forward and a calendar answer with a note all come
from a machine or a go-between; who is asking, and what, stands inside (LABELS.md).
"""

import re
from dataclasses import dataclass, replace

from inboxtriage.message import cues, header
from inboxtriage.message.form import Form, read_form
from inboxtriage.message.model import Address, Via
from inboxtriage.message.plain import one_line
from inboxtriage.message.quoting import header_block_end, split

PHONE = re.compile(r"(?<![\w.-])(?:\+\d{1,3}[ .-]?)?(?:\(\d{2,4}\)[ .-]?)?\d{2,5}(?:[ .-]?\d{2,5}){1,4}(?![\w-]|:\d)")
_SAYS_NAME = re.compile(
    r"(?:\b[Tt]his is|\b[Mm]y name(?:'s| is)|\b[Ii]t(?:'s| is)|\bI'm|\b[Ss]oy|\b[Mm]e llamo|\b[Hh]abla|\b[Cc]'est"
    r"|\b[Jj]e m'appelle)(?:,? (?:uh|um|eh))*,? "
    r"(?P<name>[A-ZÁÉÍÓÚÑ][^\W\d_]+(?: [A-ZÁÉÍÓÚÑ][^\W\d_]+){0,2})"
)
_ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"']+@[^\s<>()\[\]:;,\"']+\.[A-Za-z]{2,}")
_FORWARD_SUBJECT = re.compile(r"\s*(?:fwd?|fw|rv|tr|wg|enc|i)\s*:\s*", re.IGNORECASE)
_QUOTES = "\"'“”«»„ "
_FEWEST_WORDS_OF_A_NOTE = 6
_NEAR = 100  # letters behind "my email is" in which the address stands
_NOTE_QUOTED = re.compile(r"[\"“«](.{3,}?)[\"”»]", re.DOTALL)
_FROM_PERSON = re.compile(
    r"(?:from|by|de|von)\s+(?P<name>[^\W\d_][^\d<>()@:;\"]{1,50}?)\s*(?:$|[(<,:;@\d-]|\bvia\b|\bthrough\b|\bat\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What was found inside: the person's own words, and all that is known of the person."""

    via: Via
    words: str
    name: str | None = None
    address: str | None = None
    phone: str | None = None
    topic: str = ""
    doubts: tuple[str, ...] = ()
    robot: bool = False  # a calendar notice without a note: nobody's words


@dataclass(frozen=True, slots=True)
class Outside:
    """What the outer mail says of itself."""

    text: str
    subject: str
    sender: Address | None
    reply_to: tuple[Address, ...]
    own: frozenset[str]
    automated: bool = False  # its headers say that a program sent it

    @property
    def local_part(self) -> str:
        """The sender's name before the @, lower case."""
        return self.sender.address.partition("@")[0].lower() if self.sender else ""

    @property
    def from_own(self) -> bool:
        """Whether one of the owner's addresses sent it."""
        return self.sender is not None and header.is_own(self.sender.address, self.own)

    @property
    def from_machine(self) -> bool:
        """Whether the sending address is one that no person writes from."""
        return cues.line("automated", "senders").fullmatch(self.local_part) is not None


def open_envelope(outside: Outside) -> Envelope | None:
    """The envelope that this mail is, or None where it is a plain letter."""
    return _voicemail(outside) or _calendar(outside) or _forward(outside) or _form(outside)


def is_forward(subject: str) -> bool:
    """Whether a subject says that a mail was passed on."""
    return _FORWARD_SUBJECT.match(subject) is not None


def _voicemail(outside: Outside) -> Envelope | None:
    noise, start = cues.line("voicemail", "noise"), cues.line("voicemail", "starts")
    lines = outside.text.split("\n")
    begins = next((i + 1 for i, line in enumerate(lines) if start.fullmatch(line)), 0)
    by_sender = cues.anywhere("voicemail", "senders").search(f"{outside.local_part} {_name(outside)}")
    by_subject = cues.line("voicemail", "subjects").fullmatch(outside.subject) and (begins or outside.from_machine)
    if not (by_sender or by_subject):
        return None
    said = [line for line in lines[begins:] if line.strip() and not noise.fullmatch(line)]
    quoted = max(_NOTE_QUOTED.findall(outside.text), key=len, default="")
    words = quoted if len(quoted.split()) >= _FEWEST_WORDS_OF_A_NOTE else "\n".join(said).strip(_QUOTES + "\n")
    found = PHONE.search(outside.subject) or PHONE.search(outside.text)
    caller = _FROM_PERSON.search(outside.subject)
    said_name = _SAYS_NAME.search(words)
    name = one_line(said_name["name"]) if said_name else None
    if name is None and caller and not caller["name"].lower().startswith(("unknown", "wireless", "private")):
        name = one_line(caller["name"]).title()
    return Envelope("voicemail", words, name=name, phone=one_line(found[0]) if found else None)


def _calendar(outside: Outside) -> Envelope | None:
    answers = cues.line("calendar", "answers")
    lines = outside.text.split("\n")
    announced = next((i for i, line in enumerate(lines[:6]) if answers.fullmatch(line.rstrip(" .:"))), None)
    follows = cues.line("calendar", "note_follows")
    noted = next((i for i, line in enumerate(lines[:8]) if follows.fullmatch(line)), None)
    by_subject = cues.line("calendar", "subjects").fullmatch(outside.subject)
    if announced is None and not (by_subject and noted is not None):
        return None
    noise = cues.line("calendar", "noise")
    start = noted if noted is not None else announced or 0
    rest = "\n".join(line for line in lines[start:] if not noise.fullmatch(line))
    first, _, after = rest.partition("\n")
    said = first.partition(":")[2].strip() if noted is not None else ""
    marked = [line.lstrip("> ") for line in after.split("\n") if line.startswith(">")]
    quoted = _NOTE_QUOTED.search(after)
    sentences = "\n".join(line for line in after.split("\n") if len(line.split()) >= _FEWEST_WORDS_OF_A_NOTE)
    words = said or "\n".join(marked) or (quoted[1] if quoted else after if noted is not None else sentences)
    return Envelope("from", words.strip(_QUOTES + "\n"), robot=not words.strip(), topic=outside.subject)


def _form(outside: Outside) -> Envelope | None:
    says = cues.line("form", "subjects")
    named = outside.from_machine and says.fullmatch(outside.sender.name if outside.sender else "") is not None
    subject_says = named or says.fullmatch(outside.subject) is not None
    elsewhere = (
        bool(outside.reply_to)
        and outside.sender is not None
        and any(a.address.lower() != outside.sender.address.lower() for a in outside.reply_to)
    )
    form = read_form(outside.text)
    known_sender = outside.from_machine or outside.from_own or outside.automated
    if not (form.is_form(sure=known_sender or subject_says) or (subject_says and (known_sender or elsewhere))):
        return None
    envelope = _from_form(form, outside, labelled=form.fields > 0)
    sender = outside.sender.address.lower() if outside.sender else None
    if known_sender or subject_says or envelope.address is None or envelope.address.lower() == sender:
        return envelope
    # Anybody can write lines that look like a form; whom they name must not be written to unseen (G37).
    doubt = f"{envelope.address} stands in the text, but {sender or 'nobody'} sent it: choose with edit --to"
    return replace(envelope, doubts=(*envelope.doubts, doubt))


def _from_form(form: Form, outside: Outside, *, labelled: bool) -> Envelope:
    reply_to = next(
        (
            a
            for a in outside.reply_to
            if a.plain and not header.is_own(a.address, outside.own) and not _is_machine(a.address)
        ),
        None,
    )
    named = _FROM_PERSON.search(outside.subject)
    name = form.name or (reply_to.name if reply_to else None) or (named["name"] if named else None)
    if not name and not labelled and outside.sender and not outside.from_machine:
        name = re.split(r"\s+(?:via|through)\s+", outside.sender.name)[0] or None
    doubts: tuple[str, ...] = ()
    if len(form.emails) > 1 and not reply_to:
        doubts = (f"the form holds two addresses, {form.emails[0]} and {form.emails[1]}",)
    address = reply_to.address if reply_to else next(iter(form.emails), None)
    left = _left(form.words)
    if left and address is None:
        address = left[0]
    other = next((one for one in left if address is None or one.lower() != address.lower()), None)
    if other is not None:
        doubts = (*doubts, f"they ask to be written to at {other}, the form holds {address}: choose with edit --to")
    return Envelope(
        "form",
        form.words,
        name=one_line(name, 80) if name else None,
        address=address,
        phone=form.phone,
        topic=form.subject,
        doubts=doubts,
    )


def _left(words: str) -> list[str]:
    """The addresses that a writer asks in their own words to be written to, each once."""
    cue = cues.anywhere("form", "left")
    found = []
    for said in cue.finditer(words):
        near = _ADDRESS.search(words[said.end() : said.end() + _NEAR])
        address = near[0].rstrip(".!?") if near and "\n\n" not in words[said.end() : said.end() + near.start()] else ""
        if header.is_plain(address) and address not in found:
            found.append(address)
    return found


def _forward(outside: Outside) -> Envelope | None:
    lines = outside.text.split("\n")
    mark = cues.line("separators", "forward")
    at = next((i for i, line in enumerate(lines) if mark.fullmatch(line)), None)
    if at is None and is_forward(outside.subject):
        at = next((i - 1 for i in range(len(lines)) if header_block_end(lines, i) is not None), None)
    if at is None:
        return None
    inner = lines[at + 1 :]
    quoted = [line for line in inner if line.strip()]
    if quoted and all(line.lstrip().startswith(">") for line in quoted):
        inner = [line.lstrip()[1:].removeprefix(" ") for line in inner]
    start = next((i for i, line in enumerate(inner) if line.strip()), None)
    end = header_block_end(inner, start) if start is not None else None
    if start is None or end is None:
        return None
    origin = _origin(inner[start:end])
    if not outside.from_own and not _is_inquirer(origin, outside):
        return None  # the words above it are the message: a nudge, or a question about what is forwarded
    words = split("\n".join(inner[end:]), writer=origin.address or "", writer_name=origin.name or "")
    doubts = (
        ()
        if outside.from_own
        else (f"forwarded by {_name(outside)}: make sure that the writer inside is to be answered",)
    )
    return replace(origin, words=words.new, doubts=doubts)


def _origin(block: list[str]) -> Envelope:
    """Who wrote the forwarded mail, and under which subject, by its copied header lines."""
    name = address = None
    topic = ""
    for line in block:
        label, _, value = line.replace("*", "").partition(":")
        kind = label.strip().lower()
        if re.fullmatch(cues.alternatives("header_block", "from"), kind) and address is None and name is None:
            found = _ADDRESS.search(value)
            address = found[0] if found and header.is_plain(found[0]) else None
            name = one_line(re.sub(r"<.*|\[.*|\(.*", "", value)).strip(_QUOTES) or None
            name = None if name and "@" in name else name
        elif re.fullmatch(cues.alternatives("header_block", "subject"), kind):
            topic = one_line(value)
    return Envelope("forward", "", name=name, address=address, topic=topic)


def _is_inquirer(origin: Envelope, outside: Outside) -> bool:
    """Whether the writer inside is somebody else, who can be answered, and no machine."""
    sender = outside.sender.address.lower() if outside.sender else ""
    return (
        origin.address is not None
        and origin.address.lower() != sender
        and not header.is_own(origin.address, outside.own)
        and not _is_machine(origin.address)
    )


def _is_machine(address: str) -> bool:
    return cues.line("automated", "senders").fullmatch(address.partition("@")[0].lower()) is not None


def _name(outside: Outside) -> str:
    return (outside.sender.name or outside.sender.address) if outside.sender else "somebody"

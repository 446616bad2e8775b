"""Examples that teach the classifier: one JSON object a line, each a mail with what it asks.

The shipped ones lie in `models/training/`; an owner's corrections have the same shape.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from inboxtriage.errors import ModelUnusable

KINDS = ("inquiry", "client", "colleague", "vendor", "automated", "spam", "personal")
OWN_PRACTICE = "own"  # the practice of an owner's corrections
ADDRESSED_TO = "practice@example.com"  # whom every example is written to
WITHOUT_LABELS = frozenset({"vendor", "automated", "spam", "personal"})


class Ask(msgspec.Struct, frozen=True):
    """The words of a message that ask one thing."""

    label: str
    text: str


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """One labelled mail. `voice` is the writer: two mails of one voice never stand on both sides of a test."""

    id: str
    voice: str
    practice: str
    kind: str
    language: str
    from_name: str
    from_addr: str
    reply_to: str | None
    subject: str
    headers: dict[str, str]
    body: str
    labels: tuple[str, ...]
    urgent: bool
    asks: tuple[Ask, ...]
    danger: tuple[str, ...] = ()  # the words of an urgent message that show it; none where nobody marked them

    def raw(self) -> bytes:
        """The example as the mail it would have been, so that training reads what the daemon reads."""
        name = self.from_name.replace('"', "")
        headers = {
            "From": f'"{name}" <{self.from_addr}>' if name else self.from_addr,
            "To": ADDRESSED_TO,
            "Subject": self.subject,
            "Message-ID": f"<{self.id}@examples.example.com>",
            "Reply-To": self.reply_to or "",
            "Content-Type": "text/plain",
        }
        headers |= {header.title(): value for header, value in self.headers.items()}
        headers["Content-Type"] += "; charset=utf-8"  # a report's or calendar's type on what is readable text
        lines = [f"{header}: {' '.join(value.split())}" for header, value in headers.items() if value]
        text = "\r\n".join([*lines, "", *self.body.splitlines(), ""])
        return text.encode("utf-8", "surrogateescape")


def read(paths: Iterable[Path]) -> Iterator[Example]:
    """Every example of every file, in order. Raises ModelUnusable naming file and line of a bad one."""
    decode = msgspec.json.Decoder(Example).decode
    for path in paths:
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            try:
                yield decode(line)
            except msgspec.DecodeError as error:
                raise ModelUnusable(f"{path.name}, line {number}: {error}", do="mend that line") from error


def faults(example: Example, labels: frozenset[str]) -> Iterator[str]:
    """What contradicts itself in one example."""
    unknown = set(example.labels) - labels
    if unknown:
        yield f"unknown labels {sorted(unknown)}"
    if example.kind not in KINDS:
        yield f"unknown kind {example.kind!r}"
    if example.kind in WITHOUT_LABELS and example.labels:
        yield f"kind {example.kind} has labels"
    if {ask.label for ask in example.asks} != set(example.labels):
        yield "labels and asks differ"
    whole = flat(example.body + " " + example.subject)
    for ask in example.asks:
        if flat(ask.text) not in whole:
            yield f"the ask {ask.text[:40]!r} does not stand in the message"
    if example.danger and not example.urgent:
        yield "danger is marked in a message that is not urgent"
    for words in example.danger:
        if flat(words) not in whole:
            yield f"the danger {words[:40]!r} does not stand in the message"


def flat(text: str) -> str:
    """Words without quote marks and line ends, as annotated asks are compared with messages."""
    return " ".join(text.replace(">", " ").split())

"""A thousand mails to measure with: the shipped examples in the shapes that mail programs give them."""

import html
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from itertools import islice

from inboxtriage import shipped
from inboxtriage.category.examples import Example, read

_HISTORY = "\n\nOn Tue, Oct 6, 2026 at 9:14 AM, Harbor Counseling <hello@harbor.example> wrote:\n" + "".join(
    f"> {line}\n" for line in ("Thank you for your note.", "We will get back to you within two days.", "Warmly, Maya")
)


def mails(count: int) -> list[bytes]:
    """`count` different mails, always the same: a third plain, a third with HTML beside, a third with history."""
    return list(islice(_shaped(), count))


def _shaped() -> Iterator[bytes]:
    files = sorted((shipped.folder("models") / "training").glob("*.jsonl"))
    for number, example in enumerate(read(files)):
        if number % 3 == 0:
            yield example.raw()
        else:
            yield _dressed(example, with_html=number % 3 == 1)


def _dressed(example: Example, *, with_html: bool) -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = f'"{example.from_name.replace(chr(34), "")}" <{example.from_addr}>', "p@example.com"
    mail["Subject"] = " ".join(example.subject.split())
    mail["Message-ID"] = f"<{example.id}@dressed.example.com>"
    mail["Date"] = "Tue, 17 Nov 2026 10:00:00 -0500"
    mail.set_content(example.body if with_html else example.body + _HISTORY)
    if with_html:
        lines = "".join(f"<div style='margin:0'>{html.escape(line)}<br></div>" for line in example.body.splitlines())
        mail.add_alternative(f"<html><head><style>p{{margin:0}}</style></head><body>{lines}</body></html>", "html")
    return mail.as_bytes()

"""A draft: one letter to one person, with its sources and its gaps, and the digest that an approval binds to."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

GAP_OPENS, GAP_CLOSES = "[to fill in: ", "]"  # how a hole in a letter is written; it cannot be approved
DraftKind = Literal["reply", "safety", "own", "letter"]  # "letter": of ours, answers no mail


@dataclass(frozen=True, slots=True)
class Source:
    """Where one paragraph comes from: the question, the response file, the facts it states; and its words."""

    label: str
    file: str
    facts: tuple[str, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter as composed. `gaps` name what is missing; while one is open it cannot be approved.

    `offers` are the free times it names; `refers_to` the colleagues whom it sends the person to; `stage` where it
    leads once sent; `attachments` the paths of files that go with it; `remarks` what its reader should know.
    """

    kind: DraftKind
    to: str | None
    subject: str
    body: str
    language: str
    gaps: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    offers: tuple[datetime, ...] = ()
    refers_to: tuple[str, ...] = ()
    stage: str | None = None
    attachments: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def digest(to: str | None, subject: str, body: str, thread: tuple[str, ...], attached: Sequence[str] = ()) -> str:
    """SHA-256 over recipient, subject, body and thread state: what a person saw is what they approve (G10, G13).

    `attached` are the digests of the files that go with it.
    """
    said: list[object] = [to, subject, body, list(thread)]
    if attached:
        said.append(list(attached))
    seen = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(seen.encode("utf-8", "surrogatepass")).hexdigest()


def has_gap(text: str) -> bool:
    """Whether a gap is still open in a letter."""
    return GAP_OPENS.strip() in text

"""A draft: one letter to one person, with its sources and its gaps, and the digest that an approval binds to."""

import hashlib
import json
from dataclasses import dataclass
from typing import Literal

GAP_OPENS, GAP_CLOSES = "[to fill in: ", "]"  # how a hole in a letter is written; it cannot be approved
DraftKind = Literal["reply", "safety", "own"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where one paragraph comes from: the question, the response file, the facts it states."""

    label: str
    file: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter as composed. `gaps` name what is missing; while one is open it cannot be approved."""

    kind: DraftKind
    to: str | None
    subject: str
    body: str
    language: str
    gaps: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()


def digest(to: str | None, subject: str, body: str, thread: tuple[str, ...]) -> str:
    """SHA-256 over recipient, subject, body and thread state: what a person saw is what they approve (G10, G13)."""
    seen = json.dumps([to, subject, body, list(thread)], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(seen.encode("utf-8", "surrogatepass")).hexdigest()


def has_gap(text: str) -> bool:
    """Whether a gap is still open in a letter."""
    return GAP_OPENS.strip() in text

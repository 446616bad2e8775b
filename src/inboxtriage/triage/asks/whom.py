"""Whom and what the writer asks about: for whom it is, which service, which language, which way of meeting."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Whom:
    """For whom something is sought: "self", "couple", "family", "child", "teen", "parent", "employee"; years of age."""

    who: str | None = None
    age: int | None = None


def whom(sentences: Sequence[str]) -> Whom:
    """For whom it is, as far as the sentences say so."""
    return Whom()


def services(sentences: Sequence[str]) -> tuple[str, ...]:
    """The services, methods and problems asked about, by their usual names, in the order named."""
    return ()


def language(sentences: Sequence[str]) -> str | None:
    """The language in which the writer hopes to be met, as English names it ("Spanish")."""
    return None


def meeting(sentences: Sequence[str]) -> str | None:
    """The way of meeting asked about: "video", "in_person" or "phone"."""
    return None


def regions(sentences: Sequence[str]) -> tuple[str, ...]:
    """The states and provinces where the client is, by their codes ("NY")."""
    return ()


def topics(sentences: Sequence[str]) -> tuple[str, ...]:
    """The finer questions, by the names of `vocabulary/topics.toml`, in the order asked."""
    return ()

"""Whether a mail says nothing but that its writer found somebody, or wants nothing any more. Pure.

Everything in it must be known to be harmless (vocabulary/settled.toml): who says more than that may wait for an answer
after all ("it fell through"), or be in a worse place than before, and a person reads on.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from inboxtriage.message.model import Message
from inboxtriage.triage.phrases import Phrases, plain, table

_LONGEST = 1_000  # letters; who writes more says more
_PIECES = re.compile(r"[.,;:!?…()\n]+|\s[–—-]+\s|\s(?=(?:and|so|y|asi que)\s)")
_TITLE = re.compile(r"\b(dr|dra|mr|mrs|ms|sra?)\.")
_WORD = re.compile(r"[\w']+")


def says_only_that(message: Message) -> bool:
    """Whether the new words of a mail say that its matter is settled, and nothing else; nothing is attached."""
    text = _TITLE.sub(r"\1", plain(message.words.new))
    if len(text) > _LONGEST or message.attachments or "?" in text:
        return False
    names = set(_WORD.findall(plain(f"{message.person.name or ''} {message.person.address or ''}")))
    pieces = [" ".join(piece.split()) for piece in _PIECES.split(text)]
    left = [word for number, piece in enumerate(pieces) for word in _left(piece, opening=number == 0)]
    return _said(pieces) and not [word for word in left if word not in names]


def is_courtesy(sentence: str) -> bool:
    """Whether a sentence is nothing but a greeting, thanks and the like."""
    pieces = [" ".join(piece.split()) for piece in _PIECES.split(_TITLE.sub(r"\1", plain(sentence)))]
    return not [word for piece in pieces for word in _left(piece, opening=True)]


def _said(pieces: Iterable[str]) -> bool:
    return any(_phrases("said").spans(piece) for piece in pieces)


def _left(piece: str, *, opening: bool) -> Iterator[str]:
    """The words of a piece that are no part of anything harmless."""
    if opening and _covers(_phrases("greeting"), piece):
        return
    spans = [span for name in ("said", "beside", "words") for span in _phrases(name).spans(piece).get("", ())]
    for word in _WORD.finditer(piece):
        if not any(start <= word.start() and word.end() <= end for start, end in spans):
            yield word[0]


def _covers(phrases: Phrases, piece: str) -> bool:
    return (0, len(piece)) in phrases.spans(piece).get("", set())


@cache
def _phrases(name: str) -> Phrases:
    return Phrases({"": table("settled")[name]})

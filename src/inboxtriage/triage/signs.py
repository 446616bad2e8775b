"""Signs in a mail that somebody goes on in their journey, or ends it: a time taken, papers back, a goodbye.

Only what the writer says now, of themselves, as a fact: questions, conditions, negations and hearsay are no signs. What
is not certain is left out, since a sign only proposes and a person reads the mail anyway. The phrases are data
(vocabulary/signs.toml). Pure.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from inboxtriage.triage.accepted import THE_TIME, time_in
from inboxtriage.triage.asks.clauses import ClausePhrases, put_in
from inboxtriage.triage.phrases import Phrases, plain, table
from inboxtriage.triage.reading import sentences

ACCEPTS_TIME, ACCEPTS, PAPERWORK, NO_MORE_MAIL = "accepts a time", "accepts", "paperwork", "no more mail"
SIGNS = (ACCEPTS_TIME, ACCEPTS, PAPERWORK, "found someone", "withdraws", "goodbye", NO_MORE_MAIL)
_NEEDS_NO_ANSWER = frozenset({"found someone", "withdraws"})  # who still asks something has not gone
_GOING, _STAYING = frozenset({"found someone", "withdraws"}), frozenset({ACCEPTS_TIME, ACCEPTS, PAPERWORK})
_OPENING = 3  # parts at the beginning of a mail, in which a yes stands that answers a question
_SHORT = 6  # words of a whole mail that is nothing but a request
_POLITE = re.compile(r"^(?:can|could|would|will) you (?:please |kindly )?|^(?:podria|puede)n? (?:por favor )?")
_LONGEST = 16 * 1024  # letters that are read; nobody says such a thing later than that
_BREAK = re.compile(r"[,;:()!]+\s+(?!(?:(?:at|a las?) )?\d)|\s+[–—-]+\s+|\s+(?=(?:but|pero|so|asi que)\s)")
_QUESTION = re.compile(
    r"(?:(?:and|so|also|but|or|then|hi|hello|y|o|pero|please)[, ]+)*(?:do(?! not\b)|does|did|is|are|was|were|has|have|"
    r"can|could|would|will|should|shall|may|what|when|where|who|how|which|why|any|puede\w*|podria\w*|tiene\w*|hay|cuando|como|"
    r"que|cual|donde|quien|es posible)\b"
)
_NO_QUESTION = re.compile(
    r"(?:(?:and|so|also|but|then)[, ]+)*(?:can do|will do|would love|would like|"
    r"any (?:one )?of (?:those|these|them|the)|have (?:found|signed|decided|sent|attached|filled|completed|made))\b"
)
_TAG = re.compile(
    r"(?:right|ok|okay|yes|no|correct|deal|is it|isn't it|good|fine|"
    r"sound good|does that work|verdad|cierto|si|vale|no es asi)\W*$"
)
_CONDITION = re.compile(r"(?:but |and |so )*(?:if|unless|once|until|si|cuando|a menos que)\b")


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign, the writer's sentence in which it stands, and the offered times that it takes."""

    name: str
    sentence: str
    times: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Before:
    """What there was between us when the mail came.

    `spoken`: we wrote or talked to them, or they answer a mail; `offers` are the free times in our last letter, in the
    practice's zone; `asked`: it answers a letter of ours that asked for a yes.
    """

    spoken: bool
    offers: tuple[datetime, ...] = ()
    asked: bool = False


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a sentence in plain text; `asked` where it is no statement."""

    text: str
    sentence: str
    asked: bool


def signs(words: str, *, files: Sequence[str] = (), before: Before, sent: date) -> tuple[Sign, ...]:
    """The signs in the new words of one mail, each once, in the order of SIGNS. `files` are the names of attachments.

    Signs that contradict each other are none.
    """
    pieces = list(_pieces(words[:_LONGEST]))
    found: dict[str, Sign] = {}
    short = len(words.split()) <= _SHORT
    for piece in pieces:
        if _ends_mail(piece, short=short):
            found.setdefault(NO_MORE_MAIL, Sign(NO_MORE_MAIL, piece.sentence))
        if not piece.asked:
            for name, times in _of(piece.text, before, sent, attached=bool(files)):
                found.setdefault(name, Sign(name, piece.sentence, times))
    if PAPERWORK not in found and before.spoken and (named := _named_file(files)) and not _denies_papers(pieces):
        found[PAPERWORK] = Sign(PAPERWORK, named)
    if before.asked and ACCEPTS not in found and (yes := _yes_in(pieces[:_OPENING])) is not None:
        found[ACCEPTS] = Sign(ACCEPTS, yes.sentence)
    if any(piece.asked for piece in pieces):
        found = {name: sign for name, sign in found.items() if name not in _NEEDS_NO_ANSWER}
    if not found.keys().isdisjoint(_GOING) and not found.keys().isdisjoint(_STAYING):
        found = {name: sign for name, sign in found.items() if name not in _GOING | _STAYING}
    return tuple(found[name] for name in SIGNS if name in found)


def _of(text: str, before: Before, sent: date, *, attached: bool) -> Iterator[tuple[str, tuple[datetime, ...]]]:
    """The signs of one statement."""
    if before.spoken and (times := _takes(text, before, sent)) is not None:
        yield ACCEPTS_TIME, times
    if not _stands(_lists()["supposed"], text):
        said = _said().standing(text)
        for name in SIGNS:
            enough = name in said or (name == PAPERWORK and attached and "with_a_file" in said)
            if not enough or (name in _STAYING and not before.spoken):
                continue
            if name not in {ACCEPTS_TIME, NO_MORE_MAIL} and not _stands(_lists()[name], text):
                yield name, ()


def _yes_in(opening: Sequence[_Piece]) -> _Piece | None:
    """The yes to what was asked with which a mail opens; None where there is none, or it is a "yes, but"."""
    if any(_stands(_lists()[name], piece.text) for piece in opening for name in ("supposed", "refused", "no_yes")):
        return None
    return next((one for one in opening if not one.asked and "in_answer" in _said().standing(one.text)), None)


def _ends_mail(piece: _Piece, *, short: bool) -> bool:
    """Whether a piece asks to be left in peace; the one sign that may be a polite question."""
    text = _POLITE.sub("", piece.text)
    if (
        (piece.asked and text == piece.text)
        or _stands(_lists()[NO_MORE_MAIL], text)
        or _stands(_lists()["supposed"], text)
    ):
        return False
    said = _said().standing(text)
    return NO_MORE_MAIL in said or (short and "in_short" in said)


def _takes(text: str, before: Before, sent: date) -> tuple[datetime, ...] | None:
    """The offered times that a statement takes; None where it takes none, () for one of its own."""
    if _stands(_lists()["refused"], text) or _stands(_lists()["supposed"], text):
        return None
    time = time_in(text, before.offers, sent)
    says = bool(_accepting().standing(time.around))
    if time.taken:
        return time.taken if says or (time.bare and len(time.taken) == 1) else None
    if before.offers or not time.definite or not says or _stands(_lists()[ACCEPTS_TIME], text):
        return None
    return () if time.around.count(THE_TIME) == 1 else None


def _pieces(words: str) -> Iterator[_Piece]:
    """The words in pieces: a question makes no statement of what stands before its comma, nor does a condition."""
    for sentence in sentences(words):
        line = " ".join(plain(sentence).split())
        parts = [part.strip(" \t¡¿\"'*.…") for part in _BREAK.split(line)]
        parts = [part for part in parts if part.strip("?! ")]
        asks = line.rstrip(" \"')*").endswith("?")
        whole = asks and len(parts) > 1 and (_TAG.match(parts[-1]) is not None or not _QUESTION.match(parts[-1]))
        supposed = False
        for number, part in enumerate(parts):
            last = number == len(parts) - 1
            opens = _QUESTION.match(part) is not None and _NO_QUESTION.match(part) is None
            yield _Piece(part.rstrip("?! "), sentence, opens or whole or (asks and last) or supposed)
            supposed = _CONDITION.match(part) is not None


def _stands(phrases: Phrases, text: str) -> bool:
    """Whether one of these phrases stands in the text, outside of what is harmless."""
    found = phrases.spans(text).get("", set())
    if not found:
        return False
    harmless = _lists()["harmless"].spans(text).get("", set())
    return any(not any(start <= at and end <= until for start, until in harmless) for at, end in found)


def _named_file(files: Sequence[str]) -> str | None:
    named = re.compile("|".join(table("signs")["said"][PAPERWORK]["files"]))
    for file in files:
        stem, _, ending = plain(file).rpartition(".")
        if ending in {"pdf", "doc", "docx", "odt", "jpg", "jpeg", "png", "heic", "tif", "tiff", "pages", "zip"}:
            words = re.sub(r"[\W_]+", " ", re.sub(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])", " ", stem)).strip()
            if named.fullmatch(words):
                return file
    return None


def _denies_papers(pieces: Sequence[_Piece]) -> bool:
    """Whether the words around a file say that it is something else, or not done: it cannot be opened, is blank."""
    return any(_stands(_lists()[PAPERWORK], piece.text) or piece.asked for piece in pieces)


@cache
def _said() -> ClausePhrases:
    """What says each sign."""
    data = table("signs")
    lists = {name: said["phrases"] for name, said in data["said"].items() if name != ACCEPTS_TIME}
    lists["in_short"] = data["said"][NO_MORE_MAIL]["in_short"]
    lists["in_answer"] = data["said"][ACCEPTS]["in_answer"]
    lists["with_a_file"] = data["said"][PAPERWORK]["with_a_file"]
    return ClausePhrases(lists, data["words"])


@cache
def _accepting() -> ClausePhrases:
    return ClausePhrases({ACCEPTS_TIME: table("signs")["said"][ACCEPTS_TIME]["phrases"]})


@cache
def _lists() -> dict[str, Phrases]:
    """What takes each sign back, and what stands for all of them."""
    data = table("signs")
    lists = {name: said["but_not"] for name, said in data["said"].items()}
    lists |= {"supposed": data["supposed"]["phrases"], "harmless": data["supposed"]["harmless"]}
    lists["no_yes"] = data["said"][ACCEPTS]["no_yes"]
    lists["refused"] = data["supposed"]["refused"]
    return {name: Phrases({"": [put_in(p, data["words"]) for p in phrases]}) for name, phrases in lists.items()}

"""What of a message is judged: its sentences, and the signs around them. The same for training and for use."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from inboxtriage.message import cues
from inboxtriage.message.model import Message

_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+|\n{2,}|\n(?=\s*(?:[-*•·]|\d{1,2}[.)])\s)")
_CLAUSE = re.compile(
    r"(?:\s*[,;:–—-]+\s+|\s+)(?:and|or|but|also|plus|y|o|pero|et|ou|mais)\s+(?=(?:also\s+|then\s+|además\s+|aussi\s+)?"
    r"(?:do|does|are|is|can|could|would|will|what|how|when|where|which|who|if|whether|i|we|my|any|have|has|it|he|she|"
    r"si|cuánto|cuanto|cuándo|cuando|cómo|como|qué|que|dónde|tiene|tienen|atiende|atienden|puede|hay|"
    r"est-ce|quel|quels|quelle|combien|avez|prenez|je|si)\b)|\s*;\s+",
    re.IGNORECASE,
)
_LONGEST_SENTENCE = 600
_MOST_SENTENCES = 400
_MOST_CHARACTERS = 64 * 1024  # of the new words: nobody asks at such length, and what follows is not cut up
_NUDGE_WORDS = 60
_NARROWEST_WRAP = 56  # letters; mail programs wrap lines wider than this


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence or clause: of the new words, of the topic line, or of the writer's own quoted mail."""

    text: str
    topic: bool = False
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """The sentences of one message, its topic line first, and signs such as "via:form"."""

    sentences: tuple[Sentence, ...]
    signs: tuple[str, ...]


def read(message: Message) -> Reading:
    """The reading of `message`: new words, and in a nudge the writer's own quoted question (LABELS.md)."""
    found = [Sentence(s, topic=True) for s in sentences(message.topic)] if not _is_reply(message) else []
    found += [Sentence(s) for s in sentences(message.words.new[:_MOST_CHARACTERS])]
    if is_nudge(message):
        found += [Sentence(s, quoted=True) for s in sentences(message.words.own_quote[:_MOST_CHARACTERS])]
    return Reading(tuple(found[:_MOST_SENTENCES]), _signs(message))


def sentences(text: str) -> list[str]:
    """`text` cut into sentences and their clauses: two questions in one sentence are two.

    Each stands in `text` as it is; list items and paragraphs stand alone.
    """
    pieces = (piece for block in _blocks(text) for piece in _SENTENCE.split(block))
    found = (clause.strip() for piece in pieces for clause in _CLAUSE.split(piece))
    return [piece[i : i + _LONGEST_SENTENCE] for piece in found for i in range(0, len(piece), _LONGEST_SENTENCE)]


def _blocks(text: str) -> Iterator[str]:
    """Lines that belong together: a line ends on purpose where the next word would still have fitted (no hard wrap)."""
    lines = text.split("\n")
    block: list[str] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        block.append(line)
        if len(line) + 1 + len(following.split(" ", 1)[0]) < _NARROWEST_WRAP:
            yield "\n".join(block)
            block = []
    yield "\n".join(block)


def is_nudge(message: Message) -> bool:
    """Whether short new words ask again what the writer's own quoted mail asked."""
    words = message.words
    if not words.own_quote or len(words.new.split()) > _NUDGE_WORDS or is_withdrawn(words.new):
        return False
    return words.own_depth == 1 or cues.anywhere("nudge", "resend").search(words.new) is not None


def is_withdrawn(text: str) -> bool:
    """Whether the words say that nothing is needed any more."""
    return cues.anywhere("nudge", "withdrawn").search(text) is not None


def _is_reply(message: Message) -> bool:
    """In a reply the subject is the other side's; its words are nobody's question."""
    return re.match(r"\s*(?:re|aw|sv|rv|tr|fwd?)\s*:", message.topic, re.IGNORECASE) is not None


def _signs(message: Message) -> tuple[str, ...]:
    signs = [f"via:{message.person.via}"]
    if message.automated is not None:
        signs.append("automated:" + message.automated.reason.split(":")[0].split(",")[0].lower().replace(" ", "-"))
    if message.references or message.in_reply_to or _is_reply(message):
        signs.append("in-thread")
    if message.words.quoted:
        signs.append("quotes")
    if message.words.signature:
        signs.append("signed")
    if message.attachments:
        signs.append("attached")
    length = len(message.words.new.split())
    signs.append("length:" + next(str(n) for n in (5, 20, 60, 150, 400, 10**9) if length <= n))
    return tuple(signs)

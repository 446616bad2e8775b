"""Which insurers, plans and programmes a text names, by their usual names, and which of them are of one family.

The names are data (vocabulary/payers.toml), and so are the words around them (payer_words.toml) and the families
(payer_families.toml). A slip of the pen is measured in edits: one letter left out, put in, changed, or two side by side
swapped (optimal string alignment).
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from rapidfuzz.distance import OSA

from inboxtriage.triage.phrases import Phrases, plain

_LETTERS = re.compile(r"[a-z]+(?: [a-z]+)*")  # a spelling that can be found with slips
_WORD = re.compile(r"[a-z]{2,}")
_UNSURE = "?"  # before a spelling that counts only beside words of insurance
_EXACT = "="  # before a spelling that is not looked for with slips
_JOINED = r"[\s-]{0,2}"  # what may stand between the words of a name
_SENTENCE_ENDS = re.compile(r"[.!?;\n]\s")
_CLAUSE_ENDS = re.compile(r"[.,;:!?\n]")
_ENDS_HERE = re.compile(r"[\s'\"”]*(?:[.,;:!?)/&+\n-]|$)")
_SIDE_BY_SIDE = re.compile(r"[\s/-]*")  # between the words of a name with slips
_NEAR = 4  # words between a name and the word of insurance beside it
_BESIDE = ("insurance", "taking", "going_on", "covering", "place_or_person")
_LEFT = {"left_before": 3, "left_just_before": 1, "left_behind": 2}  # words between a payer and what tells it is past
_ONE_SLIP, _TWO_SLIPS, _SWAP = 5, 8, 4  # letters from which so many slips are forgiven


@dataclass(frozen=True, slots=True)
class _Hit:
    """A payer named, from and to where in the text, and how surely."""

    start: int
    end: int
    name: str
    sure: bool = True

    def within(self, other: "_Hit") -> bool:
        return other.start <= self.start and self.end <= other.end and other.end - other.start > self.end - self.start


def payers(sentences: Sequence[str]) -> tuple[str, ...]:
    """The payers that the sentences name, by their usual names, in the order named; none where none is named.

    Of two in one place the longer counts. Common misspellings are understood. A name that is also a common word
    ("Oscar", "Providence") counts only beside words of insurance, beside another payer, or where it is all that is
    said, as in an owner's list. A payer whom the writer says to have left ("I used to have Kaiser") is left out.
    """
    text = plain("\n".join(sentences))
    if usual := _names().usual.get(text.strip()):
        return (usual,)
    hits = [*_named(text), *_slipped(text)]
    if not hits:
        return ()
    places = [span for spans in _around().not_payers.spans(text).values() for span in spans]
    hits = [hit for hit in hits if not any(_cuts(place, hit) for place in places)]
    hits = sorted((hit for hit in hits if not any(hit.within(other) for other in hits)), key=lambda hit: hit.start)
    hits = _beside(text, hits)
    return tuple(dict.fromkeys(hit.name for hit in _present(text, hits)))


def related(name: str) -> frozenset[str]:
    """The names of the family of the payer `name`, so that a letter can ask which plan is meant; empty for others.

    Symmetric, and between the head of a family and its members only: Anthem and Premera are related to BCBS, not to
    each other. A payer is not related to itself.
    """
    return _families().get(name, frozenset())


# Finding.


def _named(text: str) -> Iterator[_Hit]:
    """The names as they are spelled in the vocabulary."""
    names = _names()
    for phrases, sure in ((names.sure, True), (names.unsure, False)):
        for name, spans in phrases.spans(text).items():
            yield from (_Hit(start, end, name, sure) for start, end in spans)


def _slipped(text: str) -> Iterator[_Hit]:
    """The names with slips of the pen: of one word, and of more words of which one is spelled right."""
    runs = _names().runs
    words = _WORD.findall(text)
    near = {word: name for word in set(words) if len(word) >= _ONE_SLIP and (name := _nearest(word))}
    in_runs = [found for place, word in enumerate(words) if word in runs for found in _runs_at(words, place)]
    if not near and not in_runs:
        return
    spans = [m.span() for m in _WORD.finditer(text)]
    for word, (start, end) in zip(words, spans, strict=True):
        if word in near and text[start - 1 : start] != "@":
            yield _Hit(start, end, near[word])
    for first, count, name in in_runs:
        parts = spans[first : first + count]
        if all(_SIDE_BY_SIDE.fullmatch(text, a[1], b[0]) for a, b in pairwise(parts)):
            yield _Hit(parts[0][0], parts[-1][1], name)


@lru_cache(maxsize=16384)  # a mail has few words that the mails before it had not
def _nearest(word: str) -> str | None:
    """The payer whose one-word name is a slip or two away from `word`, if there is just one."""
    names = _names()
    if word in names.not_meant or word in names.spelled:
        return None
    near: set[tuple[int, str]] = set()
    for length in range(len(word) - 2, len(word) + 3):
        for beginning in (word[0], word[1]):
            for spelling, name in names.by_size.get((beginning, length), ()):
                if word[0] != beginning and spelling[:2] != word[1::-1]:
                    continue
                if (slips := _slips(word, spelling)) and (slips == 1 or spelling not in names.run_together):
                    near.add((slips, name))
    fewest = min(near, default=(0, ""))[0]
    nearest = {name for slips, name in near if slips == fewest}
    return nearest.pop() if len(nearest) == 1 else None


def _runs_at(words: Sequence[str], place: int) -> Iterator[tuple[int, int, str]]:
    """The names of more words around the word at `place`: from which word, of how many, and whose."""
    runs = _names().runs[words[place]]
    before = words[place - 1][0] if place else ""
    after = words[place + 1][0] if place + 1 < len(words) else ""
    for offset, run, name in (*runs.get((-1, before), ()), *runs.get((1, after), ())):
        first = place - offset
        if first >= 0 and _is_run(words[first : first + len(run)], run):
            yield first, len(run), name


def _is_run(words: Sequence[str], run: Sequence[str]) -> bool:
    """Whether the words are those of a name of more words, at least one of them with a slip."""
    if len(words) != len(run) or any(word[0] != right[0] for word, right in zip(words, run, strict=True)):
        return False
    meant = _names().not_meant
    slips = [
        0 if word == right else None if word in meant else _slips(word, right)
        for word, right in zip(words, run, strict=True)
    ]
    return None not in slips and any(slips)


def _slips(word: str, spelling: str) -> int | None:
    """How many slips `word` is from `spelling`; None where they are more than its length forgives."""
    long = min(len(word) + 1, len(spelling))
    forgiven = 2 if long >= _TWO_SLIPS else 1 if long >= _ONE_SLIP else 0
    if long == _SWAP and sorted(word) == sorted(spelling):
        forgiven = 1
    slips = OSA.distance(word, spelling, score_cutoff=forgiven)
    return slips if slips <= forgiven else None


# Judging.


def _cuts(place: tuple[int, int], hit: _Hit) -> bool:
    """Whether the hit stands in `place`, in whole or in part, and is not the larger of the two."""
    start, end = place
    return start < hit.end and hit.start < end and not (hit.start <= start and end <= hit.end)


def _beside(text: str, hits: list[_Hit]) -> list[_Hit]:
    """The hits that are sure, and of the others those that the words beside them make sure."""
    if all(hit.sure for hit in hits):
        return hits
    sure: list[_Hit] = []
    for place, hit in enumerate(hits):
        others = hits[max(place - 1, 0) : place] + hits[place + 1 : place + 2]
        if hit.sure or _is_payer(text, hit, [o for o in others if o.sure or o in sure]):
            sure.append(hit)
    return sure


def _is_payer(text: str, hit: _Hit, others: Sequence[_Hit]) -> bool:
    """Whether the sentence in which an unsure hit stands tells that it is a payer."""
    low = max((m.end() for m in _SENTENCE_ENDS.finditer(text, 0, hit.start)), default=0)
    high = end.start() if (end := _SENTENCE_ENDS.search(text, hit.end)) else len(text)
    if not _WORD.search(text, 0, hit.start) and not _WORD.search(text, hit.end):
        return True
    words = _around().words.spans(text[low:high])
    at = {kind: [(start + low, end + low) for start, end in spans] for kind, spans in words.items()}
    if any(hit.end < start <= hit.end + 1 for start, _ in at.get("covering", ())):
        return True
    if any(start < hit.start <= end + 1 for start, end in at.get("place_or_person", ())):
        return False
    cues = [*at.get("insurance", ()), *((o.start, o.end) for o in others if low <= o.start and o.end <= high)]
    if any(_words_between(text, cue, hit) <= _NEAR for cue in cues):
        return True
    ends = _ENDS_HERE.match(text, hit.end) or any(hit.end < start <= hit.end + 1 for start, _ in at.get("going_on", ()))
    return bool(ends) and any(start < hit.start <= end + 1 for start, end in at.get("taking", ()))


def _present(text: str, hits: Sequence[_Hit]) -> Iterator[_Hit]:
    """The hits without those that their clause calls past."""
    words = _around().left.spans(text)
    if not words:
        yield from hits
        return
    turns = [start for start, _ in _around().turns.spans(text).get("turns", ())]
    turns += [m.start() for m in _CLAUSE_ENDS.finditer(text)]
    for hit in hits:
        if not any(
            (span[0] >= hit.end if kind == "left_behind" else span[1] <= hit.start)
            and _words_between(text, span, hit) <= _LEFT[kind]
            and not any(_lies_between(turn, span, hit) for turn in turns)
            for kind, spans in words.items()
            for span in spans
        ):
            yield hit


def _between(span: tuple[int, int], hit: _Hit) -> tuple[int, int]:
    """From and to where the text between a phrase and a hit goes."""
    return (span[1], hit.start) if span[1] <= hit.start else (hit.end, span[0])


def _lies_between(turn: int, span: tuple[int, int], hit: _Hit) -> bool:
    low, high = _between(span, hit)
    return low <= turn < high


def _words_between(text: str, span: tuple[int, int], hit: _Hit) -> int:
    """How many words stand between a phrase and a hit; none where they touch or overlap."""
    low, high = _between(span, hit)
    return len(text[low:high].split()) if low < high else 0


# The data.

_Run = tuple[int, tuple[str, ...], str]  # the place of a word in a name of more words, these words, whose name it is


@dataclass(frozen=True, slots=True)
class _Names:
    usual: dict[str, str]  # each usual name by its plain spelling
    sure: Phrases
    unsure: Phrases
    by_size: dict[tuple[str, int], list[tuple[str, str]]]  # by first letter and length: names written as one word
    runs: dict[str, dict[tuple[int, str], list[_Run]]]  # by a word, and by the side and first letter of its neighbour
    spelled: frozenset[str]  # words that are names as they stand
    run_together: frozenset[str]  # names of more words, without their spaces
    not_meant: frozenset[str]  # words that are near a name and mean themselves


@dataclass(frozen=True, slots=True)
class _Around:
    words: Phrases  # what makes an unsure name sure, or not
    not_payers: Phrases
    left: Phrases  # what tells that a payer is past
    turns: Phrases  # what parts clauses


@cache
def _names() -> _Names:
    countries = _table("payers").values()
    spellings = [(name, spelling) for names in countries for name, listed in names.items() for spelling in listed]
    sure: dict[str, list[str]] = defaultdict(list)
    unsure: dict[str, list[str]] = defaultdict(list)
    for name, spelling in spellings:
        kept = unsure if spelling.startswith(_UNSURE) else sure
        kept[name].append(spelling.lstrip(_UNSURE + _EXACT).replace(" ", _JOINED))
    with_slips = [(name, spelling.split()) for name, spelling in spellings if _LETTERS.fullmatch(spelling)]
    alone = {words[0] for _, words in with_slips if len(words) == 1}
    run_together = frozenset("".join(words) for _, words in with_slips) - alone
    return _Names(
        {plain(name): name for names in countries for name in names},
        Phrases(sure),
        Phrases(unsure),
        _by_size({"".join(words): name for name, words in with_slips}, run_together),
        _by_word((name, tuple(words)) for name, words in with_slips if len(words) > 1),
        frozenset(spelling.lstrip(_UNSURE + _EXACT) for _, spelling in spellings) | run_together,
        run_together,
        frozenset(_table("payer_words")["slips_not_meant"]),
    )


def _by_size(names: dict[str, str], run_together: frozenset[str]) -> dict[tuple[str, int], list[tuple[str, str]]]:
    by_size: dict[tuple[str, int], list[tuple[str, str]]] = defaultdict(list)
    for spelling, name in names.items():
        if len(spelling) >= (_TWO_SLIPS if spelling in run_together else _ONE_SLIP):
            by_size[spelling[0], len(spelling)].append((spelling, name))
    return dict(by_size)


def _by_word(names: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, dict[tuple[int, str], list[_Run]]]:
    by_word: dict[str, dict[tuple[int, str], list[_Run]]] = defaultdict(lambda: defaultdict(list))
    for name, words in names:
        for place, word in enumerate(words):
            beside = (1, words[place + 1][0]) if place + 1 < len(words) else (-1, words[place - 1][0])
            by_word[word][beside].append((place, words, name))
    return {word: dict(beside) for word, beside in by_word.items()}


@cache
def _around() -> _Around:
    words = _table("payer_words")
    return _Around(
        Phrases({kind: words[kind] for kind in _BESIDE}),
        Phrases({"not_payers": words["not_payers"]}),
        Phrases({kind: words[kind] for kind in _LEFT}),
        Phrases({"turns": words["turns"]}),
    )


@cache
def _families() -> dict[str, frozenset[str]]:
    family: dict[str, set[str]] = defaultdict(set)
    for head, members in _table("payer_families").items():
        for member in members:
            family[head].add(member)
            family[member].add(head)
    return {name: frozenset(others) for name, others in family.items()}


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(files("inboxtriage.triage").joinpath(f"vocabulary/{name}.toml").read_text("utf-8"))

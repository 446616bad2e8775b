"""Which insurers, plans and programmes a text names, by their usual names, and which of them are of one family.

The names and the words around them are data (payer_names.py). A slip of the pen is measured in edits: one letter left
out, put in, changed, or two side by side swapped (optimal string alignment).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA

from inboxtriage.triage.asks.payer_names import (
    LEFT,
    ONE_SLIP,
    OTHERS,
    SWAP,
    TWO_SLIPS,
    around,
    families,
    heads,
    kinds,
    names,
    programmes,
)
from inboxtriage.triage.phrases import Phrases, plain

_WORD = re.compile(r"[a-z]{2,}")
_SENTENCE_ENDS = re.compile(r"[.!?;\n]\s")
_CLAUSE_ENDS = re.compile(r"[.,;:!?\n]")
_ENDS_HERE = re.compile(r"[\s'\"”]*(?:[.,;:!?)/&+\n-]|$)")
_SIDE_BY_SIDE = re.compile(r"[\s/-]*")  # between the words of a name with slips
_NEAR = 4  # words between a name and the word of insurance beside it
# A first name and a surname that end the text, on a line or in a sentence of their own; a telephone number may follow.
_SIGNED = re.compile(
    r"(?:[.!?\n]|\b(?:thanks|thank you|thx|best|regards|sincerely|cheers|yours|warmly|gracias|saludos)[ \w]{0,20}[,\n])"
    r"[\s–—~-]*([^\W\d_]+)(?: [A-Z]\.?)? ([A-Z][\w'’-]+)(?:\s[\s\d()+.-]*)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Hit:
    """A payer named, from and to where in the text, and how surely."""

    start: int
    end: int
    name: str
    sure: bool = True

    def within(self, other: "_Hit") -> bool:
        return other.start <= self.start and self.end <= other.end and other.end - other.start > self.end - self.start


def payers(sentences: Sequence[str], *, another: bool = False) -> tuple[str, ...]:
    """The payers that the sentences name, by their usual names, in the order named; none where none is named.

    Of two in one place the longer counts. Common misspellings are understood. A name that is also a common word
    ("Oscar", "Providence") counts only beside words of insurance, beside another payer, or where it is all that is
    said, as in an owner's list. A payer whom the writer says to have left ("I used to have Kaiser") is left out, and
    where another is named also one that is somebody else's ("my ex has Aetna"); so is a surname at the end of the text.
    `another`: a plan is named besides that no list knows.

    What a carrier runs for Medicare, for Medicaid or for employers is a name of its own ("Humana Medicare"), and so is
    the licensee of each state ("BCBS of Texas"). Of a payer and its parent told in one breath ("UMR, a UnitedHealthcare
    plan") only the payer counts.
    """
    text = plain("\n".join(sentences))
    hits = _hits(text)
    if not hits:
        return ()
    signed = _signed("\n".join(sentences), len(text))
    hits = [hit for hit in hits if not (hit.start >= signed and hit.name in around().surnames)]
    had = list(_without(text, hits, around().left, LEFT))
    gone = {hit.name: hit.start for hit in hits if hit not in had}  # said once not to be theirs, told of before
    hits = [hit for hit in had if hit.start > gone.get(hit.name, -1)]
    theirs = list(_without(text, hits, around().others, OTHERS))
    return tuple(dict.fromkeys(hit.name for hit in _explained(text, theirs if theirs or another else hits)))


def listed(entry: str) -> tuple[str, ...]:
    """The payers that an entry of a practice's own list names, by their usual names; none where none is known.

    Unlike in a letter, a parent told first stands for itself: "UnitedHealthcare (Optum)" is both, "UMR
    (UnitedHealthcare)" is UMR, and "BCBS (Anthem)" is Anthem, as BCBS is only what all its licensees are called.
    """
    text = plain(entry)
    return tuple(dict.fromkeys(hit.name for hit in _explained(text, _hits(text), own_list=True)))


def related(name: str) -> frozenset[str]:
    """The names of the family of the payer `name`, so that a letter can ask which plan is meant; empty for others.

    Symmetric, and between the head of a family and its members only: Anthem and Premera are related to BCBS, not to
    each other. "Humana Medicare" is related to Humana and to Medicare. A payer is not related to itself.
    """
    return families().get(name, frozenset())


def is_programme(name: str) -> bool:
    """Whether the payer `name` is an employee assistance programme, which people have through their employer."""
    return name in programmes()


# Finding.


def _hits(text: str) -> list[_Hit]:
    """The payers that plain text names, where, in its order; each place is one payer's."""
    if usual := names().usual.get(text.strip()):
        return [_Hit(0, len(text), usual)]
    hits = [*_named(text), *_slipped(text)]
    if not hits:
        return []
    places = [span for spans in around().not_payers.spans(text).values() for span in spans]
    hits = [hit for hit in hits if not any(_cuts(place, hit) for place in places)]
    return _put_together(text, _beside(text, _one_a_place(hits)))


def _named(text: str) -> Iterator[_Hit]:
    """The names as they are spelled in the vocabulary."""
    known = names()
    lists = [(known.sure, True), (known.unsure, False)]
    if any(letters in text for letters in known.blue):
        lists.append((known.licensees, True))
    for phrases, sure in lists:
        for name, spans in phrases.spans(text).items():
            yield from (_Hit(start, end, name, sure) for start, end in spans)


def _slipped(text: str) -> Iterator[_Hit]:
    """The names with slips of the pen: of one word, and of more words of which one is spelled right."""
    runs = names().runs
    words = _WORD.findall(text)
    near = {word: name for word in set(words) if len(word) >= ONE_SLIP and (name := _nearest(word))}
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
    known = names()
    if word in known.not_meant or word in known.spelled:
        return None
    near: set[tuple[int, str]] = set()
    for length in range(len(word) - 2, len(word) + 3):
        for beginning in (word[0], word[1]):
            for spelling, name in known.by_size.get((beginning, length), ()):
                if word[0] != beginning and spelling[:2] != word[1::-1]:
                    continue
                if (slips := _slips(word, spelling)) and (slips == 1 or spelling not in known.run_together):
                    near.add((slips, name))
    fewest = min(near, default=(0, ""))[0]
    nearest = {name for slips, name in near if slips == fewest}
    return nearest.pop() if len(nearest) == 1 else None


def _runs_at(words: Sequence[str], place: int) -> Iterator[tuple[int, int, str]]:
    """The names of more words around the word at `place`: from which word, of how many, and whose."""
    runs = names().runs[words[place]]
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
    meant = names().not_meant
    slips = [
        0 if word == right else None if word in meant else _slips(word, right)
        for word, right in zip(words, run, strict=True)
    ]
    return None not in slips and any(slips)


def _slips(word: str, spelling: str) -> int | None:
    """How many slips `word` is from `spelling`; None where they are more than its length forgives."""
    long = min(len(word) + 1, len(spelling))
    forgiven = 2 if long >= TWO_SLIPS else 1 if long >= ONE_SLIP else 0
    if long == SWAP and sorted(word) == sorted(spelling):
        forgiven = 1
    slips = OSA.distance(word, spelling, score_cutoff=forgiven)
    return slips if slips <= forgiven else None


# Judging.


def _cuts(place: tuple[int, int], hit: _Hit) -> bool:
    """Whether the hit stands in `place`, in whole or in part, and is not the larger of the two."""
    start, end = place
    return start < hit.end and hit.start < end and not (hit.start <= start and end <= hit.end)


def _one_a_place(hits: Sequence[_Hit]) -> list[_Hit]:
    """The hits in the order of the text, of those that overlap the longer, or else the first if it is sure."""
    hits = [hit for hit in hits if not any(hit.within(other) for other in hits)]
    kept: list[_Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end, not hit.sure)):
        before = kept[-1] if kept else None
        if before is None or hit.start >= before.end or not before.sure:
            kept.append(hit)
    return kept


def _signed(text: str, length: int) -> int:
    """Where in the plain text of `length` the surname of the writer stands that ends `text`; `length` if none does."""
    if not (tail := _SIGNED.search(text, max(len(text) - 80, 0))):
        return length
    first, last = tail[1], tail[2]
    if not (first.istitle() and last[0].isupper()) or plain(first) in around().no_first_names:
        return length
    return length - len(plain(text[tail.start(2) :]))


def _put_together(text: str, hits: Sequence[_Hit]) -> list[_Hit]:
    """The hits, those of a carrier and of a kind of plan beside it made one: "Medicare from Humana", "Optum EAP"."""
    known = kinds()
    eap = [_Hit(start, end, "EAP") for start, end in known.eap.spans(text).get("EAP", ())] if hits else []
    if not eap and not any(hit.name in known.kinds for hit in hits):
        return list(hits)
    kept: list[_Hit] = []
    for hit in sorted((*hits, *eap), key=lambda hit: hit.start):
        plan = _plan_of_both(text, kept[-1], hit) if kept else None
        if plan is not None:
            kept[-1] = plan
        else:
            kept.append(hit)
    return [hit for hit in kept if hit.name != "EAP"]


def _plan_of_both(text: str, first: _Hit, second: _Hit) -> _Hit | None:
    """The plan that two hits side by side name together, if they do."""
    known = kinds()
    between = text[first.end : second.start]
    if second.name in known.kinds and known.carrier_first.fullmatch(between):
        name = known.made.get((first.name, known.kinds[second.name]))
    elif first.name in known.kinds and known.kind_first.fullmatch(between):
        adds = known.adding.match(text, second.end)
        name = None if adds else known.made.get((second.name, known.kinds[first.name]))
    else:
        return None
    return _Hit(first.start, second.end, name) if name else None


def _explained(text: str, hits: Sequence[_Hit], *, own_list: bool = False) -> list[_Hit]:
    """The hits without the parents that only explain them: "UMR (UnitedHealthcare)" is UMR.

    In a practice's own list a parent told first, or beside a stroke, is meant too.
    """
    known, above = kinds(), heads()
    told: set[int] = set()
    for place, (first, second) in enumerate(pairwise(hits)):
        parent = (
            0 if first.name in above.get(second.name, ()) else 1 if second.name in above.get(first.name, ()) else None
        )
        if parent is not None and known.explaining.fullmatch(text, first.end, second.start):
            head = (first, second)[parent].name
            by_others = head in known.run_by_others
            meant_too = parent == 0 or "/" in text[first.end : second.start]
            if own_list and meant_too and not by_others and head not in known.umbrellas:
                continue
            told.add(place + (1 - parent if by_others else parent))
    return [hit for place, hit in enumerate(hits) if place not in told]


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
    words = around().words.spans(text[low:high])
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


def _without(text: str, hits: Sequence[_Hit], phrases: Phrases, reach: Mapping[str, int]) -> Iterator[_Hit]:
    """The hits without those beside which, in their clause, one of the phrases stands, at most so many words away."""
    words = phrases.spans(text)
    if not words:
        yield from hits
        return
    turns = [start for start, _ in around().turns.spans(text).get("turns", ())]
    turns += [m.start() for m in _CLAUSE_ENDS.finditer(text)]
    for hit in hits:
        if not any(
            (span[0] >= hit.end if kind == "left_behind" else span[1] <= hit.start)
            and _words_between(text, span, hit) <= reach[kind]
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

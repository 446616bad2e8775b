"""The finer questions of a mail: what a reply letter can answer sentence by sentence."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache

from inboxtriage.triage.asks.clauses import ClausePhrases, Clauses, clauses, longest
from inboxtriage.triage.phrases import table

_PLACES = frozenset(  # words at the end of a question after the area that need no name behind them
    [
        "area", "county", "side", "neighborhood", "neighbourhood", "township", "town", "zip", "zona", "colonia",
        "barrio", "far", "come", "go", "travel", "drive", "deliver", "get", "van", "va", "llegan", "llega",
        "trabajan",
    ]
)  # fmt: skip
_WAIVED_FROM = ",;"  # a waiver reaches as far as the next of these


@cache
def topic_names() -> tuple[str, ...]:
    """The names of all finer questions."""
    return tuple(table("topics")["asked"])


@cache
def _phrases() -> tuple[ClausePhrases, ...]:
    """What asks by itself; counts in a clause that asks; makes a clause ask; waives a question; means another thing."""
    data, regions = table("topics"), table("regions")
    names = [name for part in ("us", "canada", "australia") for named in regions[part].values() for name in named]
    words = {**data["words"], "region": names}
    return tuple(ClausePhrases(data[part], words) for part in ("asked", "named", "asking", "waived", "another"))


def topics(sentences: Sequence[str]) -> tuple[str, ...]:
    """The finer questions, by the names of `vocabulary/topics.toml`, in the order asked; none that is waived.

    A question or a need of the writer counts, a mere mention does not.
    """
    said = clauses(sentences)
    asked, named, *_ = _phrases()
    spans = asked.spans(said.text)
    for name, places in named.spans(said.text).items():
        if asking := {place for place in places if asks(said, said.at(place[0]))}:
            spans.setdefault(name, set()).update(asking)
    if not spans:
        return ()
    if "move" in spans:  # so far the only one that looks like another thing
        _drop_others(spans, said)
    for name, number in _ruled_out(spans, said, sentences):
        spans[name] = {place for place in spans.get(name, set()) if said.at(place[0]) != number}
    found = dict.fromkeys(name for start, _, name in longest(spans) if not _is_waived(start, said))
    if "move" in found and not any("cancel" in said.text[start:end] for start, end in spans.get("cancel", ())):
        found.pop("cancel", None)  # who cannot come and moves the appointment does not drop it
    return tuple(found)


def of_labels(found: Iterable[str], labels: Collection[str]) -> tuple[str, ...]:
    """Those of the finer questions that the labels of their mail bear out; a few belong to no label and always stay."""
    needed = table("topics")["labels"]
    return tuple(name for name in found if name not in needed or not set(needed[name]).isdisjoint(labels))


def asks(said: Clauses, number: int) -> bool:
    """Whether the clause of that number asks: by a question mark, or by the words of a question or of a need."""
    return number in said.questions or bool(_phrases()[2].standing(said.of(number)))


def _is_waived(start: int, said: Clauses) -> bool:
    """Whether the words at `start` stand behind a waiver, in the same clause and before its next comma."""
    number = said.at(start)
    clause, place = said.of(number), start - said.starts[number]
    return any(
        begin <= place and not set(clause[end:place]) & set(_WAIVED_FROM)
        for places in _phrases()[3].spans(clause).values()
        for begin, end in places
    )


def _drop_others(spans: dict[str, set[tuple[int, int]]], said: Clauses) -> None:
    """Take out of `spans` what the words around it make another thing, such as an appointment put on video."""
    for name, others in _phrases()[4].spans(said.text).items():
        spans[name] = {
            (start, end)
            for start, end in spans.get(name, set())
            if not any(start < until and begin < end for begin, until in others)
        }


def _ruled_out(
    spans: Mapping[str, set[tuple[int, int]]], said: Clauses, sentences: Sequence[str]
) -> set[tuple[str, int]]:
    """Topics that do not count in a clause: hours of a visit that is moved, an area that is a house or has no name."""
    changed = {said.at(start) for name in ("move", "cancel") for start, _ in spans.get(name, ())}
    visited = {said.at(start) for start, _ in spans.get("home_visits", ())}
    unplaced = {
        said.at(start)
        for start, end in spans.get("area", ())
        if (last := said.text[start:end].rsplit(" ", 1)[-1]) not in _PLACES
        and last.title() not in sentences[said.at(start)]
    }
    return {("hours", clause) for clause in changed} | {("area", clause) for clause in visited | unplaced}

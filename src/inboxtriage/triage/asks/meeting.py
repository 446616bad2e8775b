"""How and in which language somebody hopes to be met."""

import re
from collections.abc import Sequence
from functools import cache

from inboxtriage.triage.asks.clauses import ClausePhrases, clauses
from inboxtriage.triage.asks.topics import asks
from inboxtriage.triage.language import language_of
from inboxtriage.triage.phrases import table

WAYS = ("video", "in_person", "phone")


@cache
def languages() -> tuple[str, ...]:
    """The languages that are known, by their English names."""
    return tuple(table("spoken")["languages"])


@cache
def _language_phrases() -> tuple[ClausePhrases, re.Pattern[str], dict[str, str], ClausePhrases]:
    """Words that ask for a language; any language; the English name of each language by its words; a first look."""
    data = table("spoken")
    names = [word for words in data["languages"].values() for word in words]
    asked = ClausePhrases(data["asked"], {**data["words"], "language": names})
    groups = {f"n{i}": name for i, name in enumerate(data["languages"])}
    any_of = "|".join(f"(?P<{g}>{'|'.join(data['languages'][name])})" for g, name in groups.items())
    return (
        asked,
        re.compile(rf"(?<!\w)(?:{any_of})(?!\w)"),
        groups,
        ClausePhrases({"hint": [*names, "bilingual", "bilingues?"]}),
    )


def language(sentences: Sequence[str]) -> str | None:
    """The language in which the writer hopes to be met, as English names it ("Spanish"); writing in one is not asking.

    The first that is asked for. English counts only in a question, and where no other is asked for.
    """
    said = clauses(sentences)
    asked, any_language, groups, hints = _language_phrases()
    if not hints.standing(said.text):
        return None
    found = asked.spans(said.text)
    told = found.get("told", set())
    names: list[tuple[str, int]] = []
    for start, end in sorted(found.get("en", set()) | found.get("es", set())):
        if not any(start < until and begin < end for begin, until in told):
            names += [(groups[str(m.lastgroup)], said.at(start)) for m in any_language.finditer(said.text, start, end)]
    if wanted := [name for name, _ in names if name != "English"]:
        return wanted[0]
    if "needs_other" in found or "bilingual" in found:
        others = (groups[str(m.lastgroup)] for m in any_language.finditer(said.text))
        written = "Spanish" if language_of(said.text) == "es" else None
        return next((name for name in others if name != "English"), written)
    return "English" if any(clause in said.questions for _, clause in names) else None


@cache
def _no_video() -> ClausePhrases:
    return ClausePhrases({"no_video": table("meeting")["no_video"]["words"]})


def is_video_out(sentences: Sequence[str]) -> bool:
    """Whether the writer says that they cannot or will not meet by video."""
    return bool(_no_video().standing(clauses(sentences).text))


@cache
def _way_phrases() -> tuple[ClausePhrases, ClausePhrases, ClausePhrases]:
    """What asks for a way by itself; what counts in a clause that asks; what means another thing or denies a way."""
    data = table("meeting")
    return (
        ClausePhrases(data["asked"]),
        ClausePhrases(data["named"]),
        ClausePhrases({part: data[part]["words"] for part in ("other", "denied")}),
    )


def meeting(sentences: Sequence[str]) -> str | None:
    """The way of meeting asked about or required: "video", "in_person" or "phone" sessions; of several the first.

    How to be called back is no way of meeting.
    """
    said = clauses(sentences)
    asked, named, besides = _way_phrases()
    spans = asked.spans(said.text)
    for way, places in named.spans(said.text).items():
        spans.setdefault(way, set()).update(place for place in places if asks(said, said.at(place[0])))
    found = sorted((start, end, way) for way, places in spans.items() for start, end in places)
    if not found:
        return None
    kept = besides.spans(said.text)
    out = [span for places in kept.values() for span in places]
    return next((way for start, end, way in found if not any(b < end and start < e for b, e in out)), None)

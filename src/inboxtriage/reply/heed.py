"""What a writer says that whoever signs a letter must not overlook: no calls, somebody listens, a minor. Pure.

It blocks nothing: it stands above the letter as remarks, so it would rather say one too many than one too few. The
words are data (heed.toml).
"""

from collections.abc import Iterator, Sequence
from functools import cache

from inboxtriage import shipped
from inboxtriage.message.plain import one_line
from inboxtriage.reply.speech import name_of
from inboxtriage.triage.asks.age import own_age
from inboxtriage.triage.asks.clauses import clauses
from inboxtriage.triage.language import language_of
from inboxtriage.triage.phrases import Phrases, plain
from inboxtriage.triage.reading import sentences
from inboxtriage.triage.verdict import Verdict

_OF_AGE = 18  # years
_LONGEST = 160  # letters of a sentence that is told
_MOST = 64 * 1024  # letters of a mail that are looked at
_IN_CARE = frozenset({"about_another"})  # said only where somebody may be in danger: others ask for relatives all day


def heed(texts: Sequence[str], verdict: Verdict, body: str = "") -> tuple[str, ...]:
    """Remarks on what these mails of one writer say, each once, with the sentence that says it.

    `body` is the letter as it stands, whose language is held against theirs where somebody may be in danger.
    """
    in_care = verdict.urgent or verdict.is_near_danger
    said = [one for text in texts for one in sentences(text[:_MOST])]
    remarks = dict[str, str]()
    for name, words in _heard(said):
        if in_care or name not in _IN_CARE:
            remarks.setdefault(name, _remark(name, words))
    if in_care and verdict.kind == "colleague":
        remarks.setdefault("about_another", "a colleague writes: it may be about somebody else than the writer")
    if "young" not in remarks and (age := _age(said)) is not None:
        remarks["young"] = f"the writer says that they are {age}: a minor"
    theirs, ours = verdict.language, language_of(body, verdict.language)
    if in_care and theirs != ours:
        remarks["language"] = f"they write in {name_of(theirs, 'en')}, and this text is in {name_of(ours, 'en')}"
    return tuple(remarks.values())


def _heard(said: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The lists of which a phrase stands in a sentence, in the order of the lists, and that sentence."""
    if not _phrases().spans(" ".join(plain("\n".join(said)).split())):
        return
    found = [(set(_phrases().spans(" ".join(plain(one).split()))), one) for one in said]
    for name in _table()["said"]:
        yield from ((name, one) for names, one in found if name in names)


def _age(said: Sequence[str]) -> int | None:
    age = own_age(clauses(said).text) if said else None
    return age if age is not None and age < _OF_AGE else None


def _remark(name: str, words: str) -> str:
    return str(_table()["remarks"][name]).format(words=one_line(words, _LONGEST))


@cache
def _phrases() -> Phrases:
    people = "(?:" + "|".join(_table()["words"]["person"]) + ")"
    return Phrases({name: [p.replace("{person}", people) for p in said] for name, said in _table()["said"].items()})


def _table() -> dict[str, dict[str, list[str]]]:
    return shipped.table("reply", "heed")

"""The names of payers as the tables tell them: how each is spelled, its family, and the words around it.

The tables are those of vocabulary/payers: names, states (licensees by state), kinds (what a carrier runs for Medicare,
for Medicaid and for employers), families and words.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from inboxtriage.triage.phrases import Phrases, plain, table

ONE_SLIP, TWO_SLIPS, SWAP = 5, 8, 4  # letters from which so many slips are forgiven
# Words between a payer and what tells that it is past, or not theirs at all.
LEFT = {"left_before": 3, "left_just_before": 1, "left_touching": 0, "left_behind": 2}
OTHERS = {"others_before": 3}  # ... and what tells that it is somebody else's
_BESIDE = ("insurance", "taking", "going_on", "covering", "place_or_person")
_CARRIERS, _PROGRAMMES, _EAP = "united_states", "employee_assistance", "EAP"
_LETTERS = re.compile(r"[a-z]+(?: [a-z]+)*")  # a spelling that can be found with slips
_UNSURE = "?"  # before a spelling that counts only beside words of insurance
_EXACT = "="  # before a spelling that is not looked for with slips
_JOINED = r"[\s-]{0,2}"  # what may stand between the words of a name
_JOINED_IN_LINE = "[ -]{0,2}"

Run = tuple[int, tuple[str, ...], str]  # the place of a word in a name of more words, these words, whose name it is


@dataclass(frozen=True, slots=True)
class Names:
    """How payers are spelled, made ready for looking them up."""

    usual: dict[str, str]  # each usual name by its plain spelling
    sure: Phrases
    unsure: Phrases
    licensees: Phrases  # looked for only where one of `blue` stands
    blue: tuple[str, ...]
    by_size: dict[tuple[str, int], list[tuple[str, str]]]  # by first letter and length: names written as one word
    runs: dict[str, dict[tuple[int, str], list[Run]]]  # by a word, and by the side and first letter of its neighbour
    spelled: frozenset[str]  # words that are names as they stand
    run_together: frozenset[str]  # names of more words, without their spaces
    not_meant: frozenset[str]  # words that are near a name and mean themselves


@dataclass(frozen=True, slots=True)
class Kinds:
    """The plans that are put together of a carrier and a kind, and the words that do so."""

    kinds: dict[str, str]  # the kind that a name stands for
    made: dict[tuple[str, str], str]  # by carrier and kind: the name of that plan
    eap: Phrases
    carrier_first: re.Pattern[str]  # between a carrier and the kind behind it
    kind_first: re.Pattern[str]
    adding: re.Pattern[str]  # behind a carrier that only adds to Medicare
    explaining: re.Pattern[str]  # between a payer and its parent
    run_by_others: frozenset[str]  # parents that a payer only works for
    umbrellas: frozenset[str]  # parents that are only a common name


@dataclass(frozen=True, slots=True)
class Around:
    """The words around the names."""

    words: Phrases  # what makes an unsure name sure, or not
    not_payers: Phrases
    left: Phrases  # what tells that a payer is past
    others: Phrases  # what tells that it is somebody else's
    turns: Phrases  # what parts clauses
    surnames: frozenset[str]
    no_first_names: frozenset[str]


@cache
def names() -> Names:
    """The spellings of all payers."""
    countries = table("payers/names").values()
    spellings = [(name, spelling) for names in countries for name, listed in names.items() for spelling in listed]
    sure: dict[str, list[str]] = defaultdict(list)
    unsure: dict[str, list[str]] = defaultdict(list)
    licensees: dict[str, list[str]] = defaultdict(list)
    for name, spelling in spellings:
        kept = unsure if spelling.startswith(_UNSURE) else sure
        kept[name].append(spelling.lstrip(_UNSURE + _EXACT).replace(" ", _JOINED))
    for name, spelling in _licensees():
        licensees[name].append(spelling.replace(" ", _JOINED_IN_LINE))
    with_slips = [(name, spelling.split()) for name, spelling in spellings if _LETTERS.fullmatch(spelling)]
    alone = {words[0] for _, words in with_slips if len(words) == 1}
    run_together = frozenset("".join(words) for _, words in with_slips) - alone
    return Names(
        {plain(name): name for name in (*sure, *unsure, *licensees, *kinds().made.values())},
        Phrases(sure),
        Phrases(unsure),
        Phrases(licensees),
        tuple(table("payers/states")["begin_with"]),
        _by_size({"".join(words): name for name, words in with_slips}, run_together),
        _by_word((name, tuple(words)) for name, words in with_slips if len(words) > 1),
        frozenset(spelling.lstrip(_UNSURE + _EXACT) for _, spelling in spellings) | run_together,
        run_together,
        frozenset(table("payers/words")["slips_not_meant"]),
    )


@cache
def kinds() -> Kinds:
    """The plans of carriers for Medicare, for Medicaid and for employers, and how they are written."""
    data = table("payers/kinds")
    states = table("payers/states")["names"]
    made: dict[tuple[str, str], str] = {}
    for carrier in dict.fromkeys((*table("payers/names")[_CARRIERS], *states)):
        for kind in set(data["kinds"].values()):
            name = f"{carrier} {kind}"
            only = carrier in data["only"].get(kind, ())
            made[carrier, kind] = carrier if only else data["called"].get(name, name)
    words = data["words"]
    return Kinds(
        data["kinds"],
        made,
        Phrases({"EAP": words["eap"]}),
        _any_of(words["carrier_first"]),
        _any_of(words["kind_first"]),
        _any_of(words["adding"]),
        _any_of(words["explaining"]),
        frozenset(data["parents"]["run_by_others"]),
        frozenset(data["parents"]["umbrellas"]),
    )


@cache
def around() -> Around:
    """The words around the names of payers."""
    words = table("payers/words")
    return Around(
        Phrases({kind: words[kind] for kind in _BESIDE}),
        Phrases({"not_payers": words["not_payers"]}),
        Phrases({kind: words[kind] for kind in LEFT}),
        Phrases({kind: words[kind] for kind in OTHERS}),
        Phrases({"turns": words["turns"]}),
        frozenset(words["surnames"]),
        frozenset(words["no_first_names"]),
    )


@cache
def heads() -> dict[str, frozenset[str]]:
    """By payer, those whose family it is of."""
    above: dict[str, set[str]] = defaultdict(set)
    for head, members in table("payers/families").items():
        for member in members:
            above[member].add(head)
    stand_for = kinds().kinds
    for (carrier, kind), name in kinds().made.items():
        if name != carrier:
            above[name].update((carrier, *(one for one, of in stand_for.items() if of == kind and kind != _EAP)))
    return {name: frozenset(of) for name, of in above.items()}


@cache
def families() -> dict[str, frozenset[str]]:
    """By payer, the heads of its family and the members of the family that it heads."""
    family: dict[str, set[str]] = defaultdict(set)
    for member, above in heads().items():
        family[member].update(above)
        for head in above:
            family[head].add(member)
    return {name: frozenset(others) for name, others in family.items()}


@cache
def programmes() -> frozenset[str]:
    """The employee assistance programmes, those that a carrier runs among them."""
    made = (name for (_, kind), name in kinds().made.items() if kind == _EAP)
    return frozenset((*table("payers/names")[_PROGRAMMES], *made))


def _licensees() -> Iterator[tuple[str, str]]:
    """The names of the licensees by state, each with a spelling."""
    data = table("payers/states")
    words = {key: f"(?:{'|'.join(data[key])})" for key in ("blue", "kind")}
    for name, of in data["names"].items():
        bare = [code for code in of["code"] if code not in data["codes_that_are_words"]]
        for places, forms in ((of["place"], "with_name"), (bare, "with_code"), (of["code"], "with_any_code")):
            if places:
                yield name, "|".join(form.format(**words, place=f"(?:{'|'.join(places)})") for form in data[forms])


def _by_size(names: dict[str, str], run_together: frozenset[str]) -> dict[tuple[str, int], list[tuple[str, str]]]:
    by_size: dict[tuple[str, int], list[tuple[str, str]]] = defaultdict(list)
    for spelling, name in names.items():
        if len(spelling) >= (TWO_SLIPS if spelling in run_together else ONE_SLIP):
            by_size[spelling[0], len(spelling)].append((spelling, name))
    return dict(by_size)


def _by_word(names: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, dict[tuple[int, str], list[Run]]]:
    by_word: dict[str, dict[tuple[int, str], list[Run]]] = defaultdict(lambda: defaultdict(list))
    for name, words in names:
        for place, word in enumerate(words):
            beside = (1, words[place + 1][0]) if place + 1 < len(words) else (-1, words[place - 1][0])
            by_word[word][beside].append((place, words, name))
    return {word: dict(beside) for word, beside in by_word.items()}


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))

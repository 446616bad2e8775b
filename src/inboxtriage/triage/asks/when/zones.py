"""In which time zone a mail names its hours, or its writer lives, by the IANA names of zones."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from inboxtriage.triage.asks.clauses import ClausePhrases, clauses, longest
from inboxtriage.triage.asks.regions import regions
from inboxtriage.triage.phrases import plain, table


@dataclass(frozen=True, slots=True)
class Zones:
    """The zones that are named for an hour, and those of the places where the writer is."""

    named: tuple[str, ...] = ()
    lived_in: tuple[str, ...] = ()


@cache
def _phrases() -> tuple[ClausePhrases, re.Pattern[str], ClausePhrases, dict[str, str]]:
    """Words that name a zone; codes in capitals; places; the zone of each state and province."""
    data = table("zones")
    hour = "|".join(data["words"]["hour"])
    codes = re.compile(
        rf"\b(?P<sure>{'|'.join(data['codes']['sure'])})\b(?! ?[+-]\d)"
        rf"|\b(?:{hour}) ?(?P<beside>{'|'.join(data['codes']['beside'])})\b".replace("a\\.?m", "[Aa]\\.?[Mm]").replace(
            "p\\.?m", "[Pp]\\.?[Mm]"
        )
    )
    before = "|".join(data["places"]["before"])
    places = {
        zone: [f"(?:{before}) (?:{'|'.join(names)})"] for zone, names in data["places"].items() if zone != "before"
    }
    of_region = {code: zone for zone, codes_of in data["regions"].items() for code in codes_of}
    return ClausePhrases(data["named"], data["words"]), codes, ClausePhrases(places), of_region


@cache
def _now() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(table('zones')['now']['words'])})\b")


def zones(sentences: Sequence[str]) -> Zones:
    """The time zones of a mail, each once and in order."""
    said = clauses(sentences)
    named, codes, places, of_region = _phrases()
    of_code = {**table("zones")["codes"]["sure"], **table("zones")["codes"]["beside"]}
    written = (code for one in sentences if not one.isupper() for code in codes.finditer(one))
    found = [zone for _, _, zone in longest(named.spans(said.text))]
    found += [of_code[code["sure"] or code["beside"]] for code in written]
    here = [one for one in sentences if _now().search(plain(one))]
    lived_in = [zone for _, _, zone in longest(places.spans(clauses(here).text))] if here else []
    lived_in += [of_region[code] for code in regions(here) if code in of_region]
    return Zones(tuple(dict.fromkeys(found)), tuple(dict.fromkeys(lived_in)))

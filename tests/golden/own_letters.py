"""Every letter that answers no mail, and every script, of three practices in two languages: to read and to compare.

`python -m tests.golden.own_letters` writes the pages beside this file anew.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from inboxtriage.reply.draft import Draft
from inboxtriage.reply.letters import Addressee, Away, Times
from inboxtriage.reply.scripts import Caller, Question, Script
from inboxtriage.service.assembly import Assembly
from tests.golden.letters import HERE, NOW, free, settings_of

PRACTICES = ("therapist", "coach", "lawn")
LANGUAGES = ("en", "es")
SAID = {  # what the owner says where a letter leaves it open
    "en": {
        "about": "the plan for the spring", "achieved": "a routine that holds", "achievements": "two steps done\nthe third begun",
        "ahead": "a look at it once a month", "by": "Friday, May 1", "challenges": "keeping at it in busy weeks",
        "changes": "an online calendar", "colleague": "Kim Sato", "contact": "kim@sato.example", "done": "ten meetings\none plan",
        "due": "on May 4", "first": "on Monday, May 4 at 9 AM", "line": "The photo that you sent still makes me smile.",
        "link": "https://forms.example/1", "milestone": "half a year without a missed week", "next": "on May 18",
        "offer": "You can have a first look for free.", "open": "the last invoice", "place": "This time we meet at the corner café.", "ours": "send the list\ncall the office",
        "price": "$300 a month", "since": "March", "start": "on May 4", "topics": "what went well\nwhat is next",
        "until": "the end of May", "what": "six meetings\na plan in writing", "when": "on April 20", "where": "the spring fair",
        "why": "I am closing my evening hours.", "years": "two years", "yours": "keep the list",
    },
    "es": {
        "about": "el plan de primavera", "achieved": "una rutina que se mantiene", "achievements": "dos pasos dados\nel tercero empezado",
        "ahead": "revisarlo una vez al mes", "by": "viernes 1 de mayo", "challenges": "mantenerlo en semanas ocupadas",
        "changes": "un calendario en línea", "colleague": "Kim Sato", "contact": "kim@sato.example", "done": "diez reuniones\nun plan",
        "due": "el 4 de mayo", "first": "el lunes 4 de mayo a las 9", "line": "La foto que me envió todavía me hace sonreír.",
        "link": "https://forms.example/1", "milestone": "medio año sin faltar una semana", "next": "el 18 de mayo",
        "offer": "Puede tener una primera reunión gratuita.", "open": "la última factura", "place": "Esta vez nos vemos en el café de la esquina.", "ours": "enviar la lista\nllamar a la oficina",
        "price": "$300 al mes", "since": "marzo", "start": "el 4 de mayo", "topics": "lo que salió bien\nlo que sigue",
        "until": "fines de mayo", "what": "seis reuniones\nun plan por escrito", "when": "el 20 de abril", "where": "la feria de primavera",
        "why": "Voy a cerrar mi horario de la tarde.", "years": "dos años", "yours": "llevar la lista",
    },
}  # fmt: skip


def practice(name: str, folder: Path) -> Assembly:
    """One of the practices; its store is never opened."""
    return Assembly(settings_of(HERE / f"{name}.toml", folder))


def names(a: Assembly) -> list[str]:
    """Every letter, by name."""
    return [
        name for name in dict.fromkeys(one.name for one in a.letter_library.all()) if name not in {"frame", "absence"}
    ]


def letter(a: Assembly, name: str, language: str, *, said: bool, stage: str = "engage") -> Draft:
    """One letter to Jane Doe; `said`: with every blank filled in."""
    blanks = a.letters.blanks(a.letters.response(name, language))
    words = {blank.name: SAID[language][blank.name] for blank in blanks} if said else {}
    client = stage not in {"encounter", "inquire", "intake"}
    away = tuple(Away(one.from_, one.until) for one in a.settings.standards.absences if one.until >= date(2026, 11, 23))
    holidays = bool(a.settings.standards.holidays)
    to = Addressee("jane@example.org", "Jane Doe", language, stage, client, words, holidays=holidays, away=away)
    return a.letters.compose(name, to, Times(lambda: free(a.settings, NOW)))


def script(a: Assembly, name: str, language: str, *, urgent: bool = False) -> Script:
    """One script, for Jane Doe who asked about the price."""
    to = Addressee("", "Jane Doe", language, "inquire", client=False, said={})
    asked = Question("insurance", "How it is paid for", "Our answer.", asked=True)
    caller = Caller(to, "555-0100", urgent, (asked, replace(asked, label="fit", about="Fit", asked=False)))
    return a.scripts.compose(name, caller, Times(lambda: free(a.settings, NOW)))


def page(name: str, language: str, folder: Path) -> str:
    """Every letter and script of one practice in one language."""
    a = practice(name, folder)
    return "\n\n".join([f"# {a.settings.practice.name}", *_letters(a, language), *_scripts(a, language)]) + "\n"


def _letters(a: Assembly, language: str) -> Iterator[str]:
    for name in names(a):
        early = name in {
            "warm",
            "after-meeting",
            "free-offer",
            "nudge",
            "consult",
            "hopes",
            "concerns",
            "forms",
            "proposal",
        }
        draft = letter(a, name, language, said=True, stage="intake" if early else "engage")
        yield f"## {name}"
        yield f"> {draft.subject}"
        yield draft.body


def _scripts(a: Assembly, language: str) -> Iterator[str]:
    for name in dict.fromkeys(one.name for one in a.script_library.all()):
        yield f"## script: {name}"
        yield "\n\n".join(f"#{p}" if p.startswith("#") else p for p in script(a, name, language).paragraphs)


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        for which in PRACTICES:
            for spoken in LANGUAGES:
                (HERE / f"letters-{which}-{spoken}.md").write_text(page(which, spoken, Path(scratch)), encoding="utf-8")

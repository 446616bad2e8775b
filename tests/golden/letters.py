"""The mission's four questions in all 15 combinations against three practices, as letters to read and to compare.

`python -m tests.golden.letters` writes the pages beside this file anew.
"""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from inboxtriage import shipped
from inboxtriage.calendar.ics import IcsFile
from inboxtriage.category.response import read_library
from inboxtriage.config.load import load
from inboxtriage.config.settings import Settings
from inboxtriage.hours.office import office_hours
from inboxtriage.message.parse import parse
from inboxtriage.reply.compose import Circumstances, Composer
from inboxtriage.reply.draft import Draft
from inboxtriage.reply.openings import Rules, free_times
from inboxtriage.triage.decision import what_is_asked
from inboxtriage.triage.language import language_of
from inboxtriage.triage.verdict import Verdict
from tests.practice import mail

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # a Monday morning in New York
THERAPY = {
    "insurance": "Do you take my insurance? I have Aetna.",
    "fit": "Can you help me and my boyfriend?",
    "scheduling": "Do you see people on Saturdays?",
    "availability": "Could we get in this week?",
}
LAWN = {
    "insurance": "What do you charge?",
    "fit": "Do you also trim hedges?",
    "scheduling": "Do you come on Saturdays?",
    "availability": "Could you come this week?",
}
SPANISH = {
    "insurance": "¿Aceptan mi seguro? Tengo Aetna.",
    "fit": "¿Nos pueden ayudar a mí y a mi novio?",
    "scheduling": "¿Atienden los sábados?",
    "availability": "¿Podríamos tener una cita esta semana?",
}
PRACTICES = {
    "therapist": ("therapist", THERAPY),
    "sparse": ("sparse", THERAPY),
    "lawn": ("lawn", LAWN),
    "therapist-es": ("therapist", SPANISH),
}
_ACCOUNT = '\n[[accounts]]\nname="a"\naddress="hello@practice.example"\n[accounts.maildir]\ninbox="i"\noutgoing="o"\nsent="s"\n'


def settings_of(facts: Path, folder: Path) -> Settings:
    """A practice's facts as a whole configuration, written into `folder`; its calendars stay where they are."""
    text = facts.read_text(encoding="utf-8").replace('calendars = ["', f'calendars = ["{facts.parent}/')
    config = folder / f"{facts.stem}.toml"
    config.write_text(text + _ACCOUNT, encoding="utf-8")
    return load(config)


def draft_of(settings: Settings, body: str, labels: tuple[str, ...], *, now: datetime = NOW) -> Draft:
    """The letter that a mail of these words gets, which asks about these labels."""
    zone = ZoneInfo(settings.practice.timezone)
    message = replace(parse(mail(body, sender="Jane Doe <jane@example.org>")), date=now)
    verdict = Verdict(
        "reply",
        "",
        kind="inquiry",
        labels=labels,
        asks=what_is_asked(message, labels, zone),
        language=language_of(body),
    )
    composer = Composer(settings.practice, read_library(shipped.folder("responses")))
    draft = composer.compose(message, verdict, Circumstances(free=lambda: free(settings, now), today=now.date()))
    assert draft is not None
    return draft


def free(settings: Settings, now: datetime) -> tuple[datetime, ...] | None:
    """The free times of a practice; None where it names no calendar."""
    openings, hours = settings.practice.openings, office_hours(settings)
    if not openings.calendars:
        return None
    calendars = [IcsFile(Path(name), hours.zone) for name in openings.calendars]
    busy = [span for calendar in calendars for span in calendar.busy(now, now.replace(month=12, day=31))]
    closed = frozenset(day for n in range(30) if (day := now.date() + timedelta(days=n)) in hours.closed)
    rules = Rules(
        hours.zone, hours.spans, closed, settings.practice.hours.session_minutes or 60, 10, 24, openings.horizon_days
    )
    return free_times(now, rules, busy)


def page(name: str, folder: Path) -> str:
    """All letters of one practice, each under the mail that it answers."""
    facts, questions = PRACTICES[name]
    settings = settings_of(HERE / f"{facts}.toml", folder)
    parts = [f"# {settings.practice.name}"]
    for labels in combinations(tuple(questions)):
        body = "\n".join(questions[label] for label in labels)
        parts += [f"## {' + '.join(labels)}", "> " + body.replace("\n", "\n> "), draft_of(settings, body, labels).body]
    return "\n\n".join(parts) + "\n"


def combinations(labels: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Every combination of the labels, in their order."""
    for size in range(1, len(labels) + 1):
        yield from itertools.combinations(labels, size)


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        for which in PRACTICES:
            (HERE / f"{which}.md").write_text(page(which, Path(scratch)), encoding="utf-8")

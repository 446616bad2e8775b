"""Three practices through two years each, from the first meeting to the follow-up and round again.

`python -m tests.stories` writes the pages tests/golden/story-*.md anew.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.practice import Practice
from tests.story import Story

GOLDEN = Path(__file__).parent / "golden"
_EMPTY_CALENDAR = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//story//EN\r\nEND:VCALENDAR\r\n"

THERAPIST = """
[practice.intake]
consult = "a free 15-minute call"
forms = "https://harbor.example/forms"

[practice.clients]
reply_within = "one working day"
emergencies = "I am not on call. In an emergency call 988 or 911."

[practice.urgent]
text = "If you are in danger now, call 911. You can reach the 988 line at any hour."

[standards]
holidays = ["US"]

[[standards.absences]]
from = 2026-12-21
until = 2027-01-03
cover = "Dr. Lee, lee@kids.example, 555-010-0199"
acknowledge = true
"""


def therapist(home: Path) -> Story:
    """A therapist in New York: met at a fair, in therapy for a year, away for the holidays, back a year later."""
    practice = Practice.in_folders(home, THERAPIST)
    text = practice.config.read_text()
    text = text.replace("[practice.openings]\n", '[practice.openings]\ncalendars = ["busy.ics"]\n')
    practice.config.write_text(text)
    (home / "busy.ics").write_text(_EMPTY_CALENDAR)
    s = Story.begins(practice, "2026-01-12 18:00", "A therapist, two years")
    jane = "Jane Doe <jane@example.org>"

    s.tell("Maya talks to Jane after a reading at the library.")
    s.run(
        "lead",
        "add",
        "jane@example.org",
        "--name",
        "Jane Doe",
        "--met",
        "Reading at the library",
        "--source",
        "library",
    )
    s.run("lead", "letter", "p1", "after-meeting", "--say", "where=at the library on Monday")
    s.on("2026-01-13 09:30")
    s.letter(s.written("after-meeting"))

    s.on("2026-01-14 08:10")
    asked = s.writes(
        jane,
        "Starting therapy",
        "Hi Maya,\n\nit was good to talk on Monday. I would like to start therapy. Do you take Aetna, and do you have "
        "any openings in the next two weeks? Mornings are best.\n\nJane",
    )
    s.on("2026-01-14 09:20")
    answer = s.letter(asked)

    s.tell("Five days later is Martin Luther King Day; the practice is closed. The nudge is due on the day after.")
    assert s.until_due("p1") == "2026-01-20"
    s.run("due")
    s.letter(s.written("nudge"))
    s.on("2026-01-21 19:00")
    accepted = s.writes(
        jane,
        "Re: Starting therapy",
        "Sorry, busy days! Yes, please. Thursday at 11 works for me.\n\nJane",
        answers=answer,
    )
    s.run("show", accepted)
    s.run("lead", "take", "p1")
    assert s.stage("p1") == "intake"
    return s


STORIES: dict[str, Callable[[Path], Story]] = {"therapist": therapist}


def main() -> None:
    """Write every page anew."""
    for name, tell in STORIES.items():
        with tempfile.TemporaryDirectory() as home:
            (GOLDEN / f"story-{name}.md").write_text(tell(Path(home)).page(), encoding="utf-8")


if __name__ == "__main__":
    main()

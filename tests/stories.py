"""Three practices through two years each, from the first meeting to the follow-up and round again.

`python -m tests.stories` writes the pages tests/golden/story-*.md anew.
"""

import sys
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
expect = "In the first sessions we look at what brings you here and what you would like to be different."
reply_within = "one working day"
emergencies = "I am not on call between sessions. In an emergency call 911, or 988 at any hour."
paperwork = "the informed consent and the privacy notice"

[practice.urgent]
text = "If you are in danger now, call 911. You can reach the 988 line at any hour."

[standards]
holidays = ["US"]

[[standards.absences]]
from = 2026-12-21
until = 2027-01-03
cover = "Dr. Lee, 555-010-0199"
acknowledge = true
"""


def therapist(home: Path) -> Story:  # noqa: PLR0915 - a story goes on
    """A therapist in New York: met at a reading, in therapy for a year, away for the holidays, back a year later."""
    practice = Practice.in_folders(home, THERAPIST)
    text = practice.config.read_text()
    text = text.replace("[practice.openings]\n", '[practice.openings]\ncalendars = ["busy.ics"]\n')
    text = text.replace("[practice.insurance]\n", '[practice.insurance]\npayment = "card or bank transfer"\n')
    practice.config.write_text(text)
    (home / "busy.ics").write_text(_EMPTY_CALENDAR)
    s = Story.begins(practice, "2026-01-12 18:00", "A therapist, two years")
    jane = "Jane Doe <jane@example.org>"

    s.tell("Maya talks to Jane after a reading at the library.")
    s.run("lead", "add", "jane@example.org", "--name", "Jane Doe", "--met", "Reading at the library")
    s.run("lead", "letter", "p1", "after-meeting", "--say", "where=the reading", "--say", "when=on Monday")
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
    assert s.stage("p1") == "inquire"

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
    s.on("2026-01-22 09:10")
    s.passes()
    s.run("lead", "letter", "p1", "confirm", "--say", "when=on Thursday, January 22 at 11:00 AM")
    s.letter(s.written("confirm"))
    s.ok("done", accepted, "--how", "elsewhere")

    s.on("2026-01-22 11:30")
    s.run("lead", "log", "p1", "call", "--note", "First call")
    s.run("lead", "done", "p1", "consult", "fit")
    for name in ("hopes", "concerns", "forms"):
        s.ok("lead", "letter", "p1", name)
        s.letter(s.written(name))
    s.on("2026-01-26 10:00")
    papers = s.writes(jane, "Forms", "Hi Maya,\n\nhere are the signed forms. See you soon.\n\nJane")
    s.run("show", papers)
    s.run("lead", "take", "p1")
    s.ok("done", papers, "--how", "none")
    assert s.stage("p1") == "enroll"
    s.passes()
    s.ok("lead", "letter", "p1", "welcome", "--say", "first=on Wednesday, February 4 at 9:00 AM")
    s.letter(s.written("welcome"))
    for name in ("what-to-expect", "reaching-us", "payment"):
        s.ok("lead", "letter", "p1", name)
        s.letter(s.written(name))
    s.run("lead", "done", "p1", "agreement", "payment", "first", "consent", "privacy", "emergency")
    s.run("lead", "take", "p1")
    assert s.stage("p1") == "engage"

    for day in ("2026-02-04", "2026-02-18", "2026-03-04", "2026-03-18"):
        s.on(f"{day} 10:00")
        s.ok("lead", "log", "p1", "meeting")
        s.ok("lead", "log", "p1", "hours", "1")
        s.ok("lead", "log", "p1", "revenue", "160")
    s.run("lead", "note", "p1", "Every other Wednesday at 9", "--kind", "agreement")
    s.tell("Sixty days after the beginning; the clocks went forward in between.")
    assert s.until_due("p1") == "2026-03-27"
    s.letter(s.written("survey"))
    s.after(hours=30)
    scored = s.writes(jane, "Re: One question, one number", "9")
    assert s.quietly("show", scored)["state"] == "done", "a bare number needs nobody"
    s.on("2026-06-03 10:00")
    said = ["achievements=You sleep through most nights", "challenges=Mornings before work", "since=January"]
    s.run("lead", "letter", "p1", "progress", *(word for one in said for word in ("--say", one)))
    s.letter(s.written("progress"))
    s.tell("Ninety days without a word from either side.")
    assert s.until_due("p1") == "2026-09-01"
    s.letter(s.written("check-in"))
    s.run("lead", "tier", "p1", "A")

    s.on("2026-12-18 15:00")
    s.tell("Before the holidays.")
    s.run("absence", "show")
    s.run("absence", "approve", "2026-12-21", "--sha256", s.quietly("absence", "show")["sha256"])
    s.on("2026-12-23 20:00")
    s.writes(jane, "January", "Hi Maya, could we move our first session in January to the afternoon? Jane")
    s.ok("send")
    (ack,) = s.left()
    assert ack["Auto-Submitted"] == "auto-replied"
    s.on("2026-12-24 02:00")
    s.writes("Ray <ray@example.org>", "help", "I do not want to live any more. I have the pills here.")
    s.ok("send")
    assert s.left() == [], "nobody in danger gets an automatic answer"
    s.on("2026-12-26 09:00")
    s.writes(jane, "January again", "Or is Thursday easier for you? Jane")
    s.ok("send")
    assert s.left() == [], "one acknowledgement a person"
    s.run("status")

    s.on("2027-01-04 09:10")
    s.run("due")
    s.on("2027-02-10 10:00")
    goodbye = s.writes(
        jane,
        "Thank you",
        "Dear Maya,\n\nI think last Wednesday was our last session. Thank you for everything, I am well.\n\nJane",
    )
    s.run("show", goodbye)
    s.run("lead", "take", "p1")
    assert s.stage("p1") == "wrap_up"
    s.after(hours=1)
    s.passes()
    s.run("lead", "letter", "p1", "summary", "--say", "done=We met 24 times", "--say", "keep=The evening walk")
    s.letter(s.written("summary"))
    s.letter(s.written("thank-you"))
    refused = s.practice.run("lead", "letter", "p1", "testimonial")
    assert refused.code == 1, refused
    s.tell(f"A testimonial is not asked for: `{refused.err.strip()}`")
    assert s.until_due("p1") == "2027-02-17"
    s.letter(s.written("survey"))
    s.run("lead", "done", "p1", "summary", "final_payment", "filed")
    s.run("lead", "take", "p1")
    assert s.stage("p1") == "follow_up"

    s.tell("Jane is in tier A: ninety days.")
    assert s.until_due("p1") == "2027-05-18"
    s.letter(s.written("staying-in-touch"))
    s.on("2027-09-14 08:00")
    again = s.writes(
        jane, "Once more", "Dear Maya, could I come back for a few sessions? Do you have openings on Wednesdays? Jane"
    )
    s.after(hours=2)
    offered = s.letter(again)
    s.on("2027-09-15 08:00")
    s.writes(jane, "Re: Once more", "Yes, the first one works. See you then! Jane", answers=offered)
    s.run("lead", "take", "p1")
    s.run("lead", "move", "p1", "enroll")
    s.run("lead", "move", "p1", "engage")
    s.on("2028-01-12 09:00")
    s.run("lead", "show", "p1")
    s.run("report", "--since", "2026-01-01", "--until", "2028-01-12")
    return s


STORIES: dict[str, Callable[[Path], Story]] = {"therapist": therapist}


def main() -> None:
    """Write every page anew, or those that are named."""
    for name in sys.argv[1:] or STORIES:
        with tempfile.TemporaryDirectory() as home:
            (GOLDEN / f"story-{name}.md").write_text(STORIES[name](Path(home)).page(), encoding="utf-8")


if __name__ == "__main__":
    main()

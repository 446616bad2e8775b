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


def _file(home: Path, text: str) -> Path:
    path = home / "letter.txt"
    path.write_text(text)
    return path


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
    moved = s.writes(jane, "January", "Hi Maya, could we move our first session in January to the afternoon? Jane")
    s.ok("send")
    (ack,) = s.left()
    assert ack["Auto-Submitted"] == "auto-replied"
    s.on("2026-12-24 02:00")
    danger = s.writes("Ray <ray@example.org>", "help", "I do not want to live any more. I have the pills here.")
    s.ok("send")
    assert s.left() == [], "nobody in danger gets an automatic answer"
    s.on("2026-12-26 09:00")
    second = s.writes(jane, "January again", "Or is Thursday easier for you? Jane")
    s.ok("send")
    assert s.left() == [], "one acknowledgement a person"
    s.run("status")

    s.on("2027-01-04 09:10")
    s.run("due")
    s.run("done", danger, "--how", "phone", "--note", "Reached him, he is safe")
    s.run("queue")
    s.run("done", second, "--how", "none")
    s.ok("edit", moved, "--body", str(_file(home, "Dear Jane,\n\nThursday at 3 PM it is.\n\nMaya")))
    s.letter(moved)
    assert s.quietly("lead", "show", "p1")["promises"] == []
    s.on("2027-02-10 10:00")
    goodbye = s.writes(
        jane,
        "Thank you",
        "Dear Maya,\n\nLast Wednesday was our last session. It was good work, and I am well. Thank you.\n\nJane",
    )
    s.run("show", goodbye)
    s.run("lead", "take", "p1")
    assert s.stage("p1") == "wrap_up"
    s.after(hours=1)
    s.passes()
    s.run("lead", "letter", "p1", "summary", "--say", "done=We met 24 times", "--say", "ahead=The evening walk")
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
    s.after(minutes=10)
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


GENERAL = """
[practice.intake]
consult = "a free half hour by video"
sample = "On our page there is a worksheet that you can have for free: https://second.example/sheet"
forms = "https://second.example/forms"

[practice.clients]
expect = "We meet every two weeks, and you leave each time with one thing to try."
paperwork = "the coaching agreement"

[standards]
holidays = ["ES"]

[[standards.absences]]
from = 2026-08-03
until = 2026-08-21
"""


def general(home: Path) -> Story:  # noqa: PLR0915 - a story goes on
    """A coach in Madrid: two who come by a client's word, one in Spanish; one silent, one let go, one who is thanked."""
    practice = Practice.in_folders(home, GENERAL)
    text = practice.config.read_text()
    text = text.replace('"America/New_York"', '"Europe/Madrid"\nprofile = "general"')
    text = text.replace("[practice.insurance]\n", '[practice.insurance]\npayment = "bank transfer"\n')
    text = text.replace('fee = "$160 for 50 minutes"', 'fee = "€120 an hour"')
    text = text.replace("Harbor Counseling", "Second Half Coaching").replace("Maya Rao, PhD", "Ines Falk")
    text = text.replace('works_with = ["adults", "couples", "teens"]', 'languages = ["English", "Spanish"]')
    practice.config.write_text(text)
    s = Story.begins(practice, "2026-03-02 10:00", "A coach, two years")
    s.tell("Ines imports the two clients whom she has.")
    people = "name,email,stage,birthday,language\nPat Moss,pat@example.org,engage,1980-03-30,en\nLuz Vega,luz@example.org,engage,--08-12,es\n"
    s.ok("lead", "import", str(_file(home, people)))
    s.run("lead", "list")
    s.run("lead", "date", "p1", "anniversary", "2020-06-01")

    s.on("2026-03-03 09:00")
    asked = s.writes(
        "Sam Hill <sam@example.org>",
        "Coaching",
        "Hello, Pat Moss told me about you. How much is an hour, and are you taking new clients at the moment? Sam",
    )
    s.run("lead", "referred", "p3", "--by", "p1")
    s.letter(asked)
    s.on("2026-03-04 09:30")
    s.passes()
    s.letter(s.written("referral-thanks"))

    s.tell("Sam says nothing. The clocks go forward on March 29; Good Friday is a holiday.")
    assert s.until_due("p3") == "2026-03-09"
    s.letter(s.written("nudge"))
    assert s.until_due("p3") == "2026-03-16"
    s.letter(s.written("nudge"))
    s.on("2026-03-24 09:30")
    s.passes()
    s.run("lead", "proposals")
    s.run("lead", "take", "p3")
    assert s.quietly("lead", "show", "p3")["outcome"] == "no_answer"

    assert s.until_due("p1") == "2026-03-30"
    s.letter(s.written("birthday"))
    s.on("2026-04-01 10:00")
    s.writes(
        "Sam Hill <sam.hill@work.example>",
        "Coaching again",
        "Hello, I wrote to you in March from another address. Are you still taking new clients? Sam",
    )
    s.run("lead", "merge", "p3", "sam.hill@work.example")
    shown = s.quietly("lead", "show", "p3")
    assert (shown["stage"], shown["outcome"]) == ("inquire", "open")
    (waiting,) = (item["id"] for item in s.quietly("queue") if item["lead"] and item["lead"]["id"] == "p3")
    s.ok("show", waiting)
    reply = s.letter(waiting)
    s.on("2026-04-02 10:00")
    s.writes(
        "Sam Hill <sam.hill@work.example>",
        "Re: Coaching again",
        "Great. Tuesday at 10 works for me. Sam",
        answers=reply,
    )
    s.run("lead", "take", "p3")
    s.run("lead", "letter", "p3", "confirm", "--say", "when=on Tuesday, April 7 at 10:00")
    s.letter(s.written("confirm"))
    s.on("2026-04-07 11:00")
    s.ok("lead", "log", "p3", "meeting", "--note", "First conversation")
    s.run(
        "lead",
        "letter",
        "p3",
        "proposal",
        "--say",
        "what=Six meetings",
        "--say",
        "what=A plan in writing",
        "--say",
        "until=the end of April",
    )
    s.letter(s.written("proposal"))
    s.on("2026-04-09 10:00")
    s.writes("Sam Hill <sam.hill@work.example>", "The agreement", "Hello Ines, attached is the signed agreement. Sam")
    s.run("lead", "take", "p3")
    s.after(hours=2)
    s.passes()
    s.letter(s.written("welcome"))
    s.run("lead", "done", "p3", "agreement", "payment", "first")
    s.run("lead", "take", "p3")
    assert s.stage("p3") == "engage"
    s.letter(_asked(s, "p3", "agenda", "topics=What went well", "topics=What is next"))
    s.letter(_asked(s, "p3", "action-items", "ours=Send the list", "yours=Two pages a day"))

    s.tell("Sixty days after they were added is the first of May, a holiday, and a Friday.")
    assert s.until_due("p1") == "2026-05-04"
    for item in s.waiting():
        s.letter(item["id"])
    s.after(hours=3)
    s.writes("Luz Vega <luz@example.org>", "Re: Una pregunta, un número", "Un ocho, gracias.")
    s.tell("An anniversary on a Monday; then August, when nobody is there and Luz has her birthday.")
    assert s.until_due("p1") == "2026-06-01"
    s.letter(s.written("anniversary"))
    s.on("2026-06-08 10:00")
    s.passes()
    asked_how = s.letter(s.written("survey"))
    s.on("2026-06-09 09:00")
    s.writes(
        "Sam Hill <sam.hill@work.example>",
        "Re: One question, one number",
        "I'd say a 9. You listen.",
        answers=asked_how,
    )
    s.tell("Luz has her birthday on August 12, when nobody is there: she is thought of before.")
    assert s.until_due("p2") == "2026-07-31"
    s.letter(s.written("birthday"))
    s.on("2026-08-24 09:30")
    s.passes()
    for item in s.waiting():
        s.letter(item["id"])
    s.run("lead", "move", "p3", "wrap_up")
    s.passes()
    for item in s.waiting():
        s.letter(item["id"])
    s.run("lead", "testimonial", "p3", "She listens, and then she asks the one question.")
    s.run("lead", "consent", "p3", "testimonial", "--to", "website, first name")
    s.run("lead", "testimonials")
    s.run("lead", "done", "p3", "summary", "final_payment", "filed")
    s.run("lead", "take", "p3")
    assert s.stage("p3") == "follow_up"

    s.tell("Luz is let go, to a colleague who speaks her language better.")
    s.on("2026-10-12 10:00")
    s.run("lead", "let-go", "p2", "--to", "Dr. Lee")
    for item in s.waiting():
        s.letter(item["id"])
    s.run("lead", "contact", "p2", "no", "--note", "She asked for it on the phone")
    s.on("2027-03-30 10:00")
    s.passes()
    assert not [item for item in s.waiting() if item["answer_to"] == "luz@example.org"]
    for item in s.waiting():
        s.letter(item["id"])
    s.on("2027-09-01 10:00")
    s.writes(
        "Sam Hill <sam@example.org>", "Back", "Hello Ines, I would like to start again. Are you taking clients? Sam"
    )
    s.run("lead", "move", "p3", "intake")
    s.run("lead", "move", "p3", "enroll")
    s.run("lead", "move", "p3", "engage")
    s.on("2028-03-01 10:00")
    s.run("lead", "show", "p3")
    s.run("report", "--since", "2026-03-01", "--until", "2028-03-01")
    return s


def _asked(s: Story, who: str, name: str, *said: str) -> str:
    """A letter by hand with these words; its id."""
    s.run("lead", "letter", who, name, *(word for one in said for word in ("--say", one)))
    return s.written(name)


SEASONAL = """
[practice.intake]
consult = "a free visit to look at the garden"

[practice.clients]
expect = "We come every other Tuesday from April on."

[standards]
holidays = ["US"]
"""


def seasonal(home: Path) -> Story:  # noqa: PLR0915 - as above
    """A lawn service in Denver: a caller, mowed from April to November, and asked each March whether to come again."""
    practice = Practice.in_folders(home, SEASONAL)
    text = practice.config.read_text()
    text = text.replace('"America/New_York"', '"America/Denver"\nprofile = "seasonal"')
    text = text.replace("Harbor Counseling", "Greenfold Lawn Care").replace("Maya Rao, PhD", "Sam Ortiz")
    text = text.replace('fee = "$160 for 50 minutes"', 'fee = "$45 a visit"\npayment = "card"')
    text = text.replace('works_with = ["adults", "couples", "teens"]', 'helps_with = ["mowing", "edging"]')
    practice.config.write_text(text)
    s = Story.begins(practice, "2026-03-12 09:00", "A lawn service, two years and three springs")
    s.tell("Ana calls; the number is all that is known of her.")
    s.run("lead", "add", "--phone", "555-010-0177", "--name", "Ana Ruiz", "--source", "flyer")
    s.run("lead", "script", "p1")
    s.run("lead", "log", "p1", "call", "--note", "Wants a look at the lawn, Friday")
    s.run("lead", "move", "p1", "intake")
    s.on("2026-03-13 15:00")
    s.run("lead", "log", "p1", "meeting", "--note", "Looked at the lawn, $45 a visit")
    s.writes(
        "Ana Ruiz <ana@example.org>",
        "Mowing",
        "Hi, Ana Ruiz here, you were at my house today. How much would it be per visit for edging too? My number is 555-010-0177.",
    )
    s.run("lead", "duplicates")
    s.run("lead", "merge", "p1", "ana@example.org")
    (asked,) = (item["id"] for item in s.quietly("queue"))
    s.ok("show", asked)
    s.letter(asked)
    s.letter(_asked(s, "p1", "proposal", "what=Mowing and edging every other Tuesday", "start=on April 7"))
    s.run("lead", "done", "p1", "consult", "visit")
    s.run("lead", "take", "p1")
    assert s.stage("p1") == "enroll"
    s.on("2026-03-16 09:00")
    s.passes()
    s.letter(s.written("welcome"))
    s.run("lead", "done", "p1", "agreement", "payment", "first")
    s.run("lead", "take", "p1")
    for month in (4, 5, 6, 7, 8, 9, 10, 11):
        s.on(f"2026-{month:02}-07 12:00")
        s.ok("lead", "log", "p1", "hours", "1")
        s.ok("lead", "log", "p1", "revenue", "45")
        s.ok("lead", "log", "p1", "meeting")
        s.passes()
        for item in s.waiting():
            s.letter(item["id"])
    s.tell("It is a Saturday; on Monday the thanks are due.")
    s.run("lead", "move", "p1", "wrap_up")
    assert s.until_due("p1") == "2026-11-09"
    s.letter(s.written("thank-you"))
    s.run("lead", "done", "p1", "summary", "final_payment", "filed")
    s.run("lead", "take", "p1")
    assert s.stage("p1") == "follow_up"
    s.tell("December and January are quiet. The season is asked about on the first of March.")
    s.on("2027-02-26 09:00")
    s.passes()
    assert s.until_due("p1") == "2027-03-01"
    season = s.letter(s.written("season"))
    s.on("2027-03-03 18:00")
    s.writes("Ana Ruiz <ana@example.org>", "Re: The new season", "Yes please, come back! Ana", answers=season)
    s.run("lead", "take", "p1")
    assert s.stage("p1") == "enroll"
    s.run("lead", "done", "p1", "agreement", "payment", "first")
    s.run("lead", "take", "p1")
    s.on("2027-11-30 12:00")
    s.ok("lead", "log", "p1", "meeting")
    s.run("lead", "move", "p1", "wrap_up")
    s.run("lead", "move", "p1", "follow_up")
    assert s.next_due("p1").strftime("%Y-%m-%d") == "2028-03-01"
    s.on("2028-03-01 09:30")
    s.passes()
    s.letter(s.written("season"))
    s.run("lead", "show", "p1")
    s.run("report", "--since", "2026-03-01", "--until", "2028-03-01")
    return s


STORIES: dict[str, Callable[[Path], Story]] = {"therapist": therapist, "general": general, "seasonal": seasonal}


def main() -> None:
    """Write every page anew, or those that are named."""
    for name in sys.argv[1:] or STORIES:
        with tempfile.TemporaryDirectory() as home:
            (GOLDEN / f"story-{name}.md").write_text(STORIES[name](Path(home)).page(), encoding="utf-8")


if __name__ == "__main__":
    main()

"""The practice: what it is, what letters may say of it, its hours, its calendar, its words to somebody in danger."""

from pathlib import Path
from typing import Any

from inboxtriage.cli import console
from inboxtriage.cli.setup import asking, password
from inboxtriage.cli.setup.wizard import Wizard
from inboxtriage.config.settings import DAYS
from inboxtriage.errors import ConfigError, InboxTriageError, UsageProblem
from inboxtriage.service.setup import keeping, zone
from inboxtriage.service.setup.questions import Question, as_said, facts, read, sentence, wording
from inboxtriage.service.setup.spans import as_said as spans_said
from inboxtriage.service.setup.spans import read_spans

_PROFILES = (
    ("therapist", "therapists and counselors: sessions, clients, insurance"),
    ("general", "coaches, consultants and other practices: appointments, clients"),
    ("seasonal", "trades that come back each year: visits, customers"),
)
_NAMES = dict(zip(DAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True))
_HOURS = ("practice", "hours")
_OPENINGS = ("practice", "openings")


def profile(wizard: Wizard) -> None:
    """Who they are."""
    asking.chapter("Your practice")
    document = wizard.document
    kind = asking.choice("What kind of practice is it?", _PROFILES, usual=wizard.profile)
    if kind != document.get("practice", "profile"):
        document.set(("practice", "profile"), kind)
    like = wording(wizard.profile)
    for key, question, why in (
        ("name", "What is the practice called?", f"It stands in the signature. Like: {like.name}"),
        ("owner", "Who signs the letters?", f"Your name as it is to stand there. Like: {like.owner}"),
    ):
        said = asking.line(question, notes=[why], usual=document.get("practice", key) or "")
        if said == asking.OUT or not said:
            document.set(("practice", key), None)
            asking.tell("Left out: each letter will ask for it before it can be approved.")
        elif said != document.get("practice", key):
            document.set(("practice", key), said)
    named = document.get("practice", "timezone") or zone.of_this_computer()
    meant = asking.until(
        "In which time zone do you work?",
        zone.meant,
        notes=["A city or a state is enough, like Brooklyn or Iowa."],
        usual=named,
    )
    if meant != named:
        asking.note(f"That is {meant}.")
    if meant != document.get("practice", "timezone"):
        document.set(("practice", "timezone"), meant)


def questions(wizard: Wizard) -> None:
    """The facts, one after the other."""
    asking.chapter("What letters may say")
    asking.tell(
        "Letters say nothing that you have not said here. Enter skips a question; the sentence that needs the answer "
        "is then left open in each letter, until you fill it in. Several things: with commas. (A name with “and” in it "
        "that was taken apart: write all of them again, with ; between them and behind the last.)"
    )
    asked = facts(wizard.profile)
    for number, one in enumerate(asked, 1):
        fact(wizard, one, f"{number} of {len(asked)}. ")
        wizard.keep()
    console.say(f"Saved: {wizard.document.path}")


def missing(wizard: Wizard) -> None:
    """Those facts that have no answer yet, one after the other."""
    asked = [one for one in facts(wizard.profile) if wizard.document.get(*one.path) is None]
    for number, one in enumerate(asked, 1):
        fact(wizard, one, f"{number} of {len(asked)}. ")
        wizard.keep()
    console.say(f"Saved: {wizard.document.path}")


def facts_menu(wizard: Wizard) -> None:
    """One fact, those that are missing, or all."""
    asking.chapter("What letters may say")
    while True:
        get, asked = wizard.document.get, facts(wizard.profile)
        listed = [(one.name, "-" if get(*one.path) is None else as_said(get(*one.path))) for one in asked]
        without = sum(get(*one.path) is None for one in asked)
        more = [("all", "one after the other"), ("end", "nothing more here")]
        if without:
            more.insert(0, ("missing", f"the {without} without an answer"))
        chosen = asking.choice("Which fact?", [*listed, *more], usual="end")
        if chosen == "end":
            return
        if chosen == "all":
            questions(wizard)
        elif chosen == "missing":
            missing(wizard)
        else:
            fact(wizard, next(one for one in asked if one.name == chosen))
            wizard.save("Saved")


def fact(wizard: Wizard, question: Question, counted: str = "") -> None:
    """One question, asked until its answer is one, or it is skipped."""
    now = wizard.document.get(*question.path)
    notes = [f"What for: {question.buys}"]
    notes += [f"{name}: {what}" for name, what in question.choices.items()]
    notes += [f"Like: {question.example}"] if question.example and now is None else []
    notes += [f"Now: {as_said(now)}. Enter keeps it, {asking.OUT} takes it out."] if now is not None else []
    ask = f"{counted}{question.ask}" + (" (yes or no)" if question.kind == "yes/no" else "")
    while said := asking.line(ask, notes=notes):
        try:
            value = None if said == asking.OUT and now is not None else _read(question, said)
            if value != now:
                wizard.document.set(question.path, value)
        except InboxTriageError as error:
            asking.complain(error)
            continue
        _understood(question, value)
        return


def _read(question: Question, said: str) -> Any:
    """The value; "-" where nothing is set is none, or skips what has no such answer."""
    if said != asking.OUT or question.none or question.kind == "list":
        return read(question, said)
    return None


def _understood(question: Question, value: Any) -> None:
    """Show what was made of an answer: the entries of a list, or the sentence that a letter says."""
    if question.kind == "list" and value:
        asking.note(f"Understood, {len(value)}: {as_said(value)}")
    if value in ("", []):
        asking.note("Understood: none.")
    if made := sentence(question, value):
        asking.note(f"A letter will say: {made}")


# -- hours --------------------------------------------------------------------------------------------------------


def hours(wizard: Wizard) -> None:
    """Day by day; a new week takes Enter for "as the day before"."""
    asking.chapter("Your hours")
    asking.tell(
        "When people can come. They also decide by when an answer is due. Like: 9-5, or 9:00-13:00, 15-19, or closed."
    )
    document = wizard.document
    is_new = not any(document.get(*_HOURS, day) for day in DAYS)
    before: list[str] = []
    for day, name in _NAMES.items():
        now = document.get(*_HOURS, day) or []
        usual = now if not is_new else ([] if day in {"sat", "sun"} else before)
        said = spans_said(usual) if usual or day != "mon" or not is_new else "closed"
        spans = list(asking.until(f"{name}?", read_spans, usual=said))
        if spans != now:
            document.set((*_HOURS, day), spans or None)
        before = spans
    console.say()
    for day, name in _NAMES.items():
        console.fact(name, spans_said(document.get(*_HOURS, day) or []))
    if not asking.yes("Is that right?", usual=True):
        hours(wizard)
        return
    wizard.save("Saved")


# -- calendar -----------------------------------------------------------------------------------------------------

_KINDS = (
    ("none", "no free times in letters"),
    ("file", "an iCalendar file (.ics) on this computer"),
    ("address", "a secret address of it (https://…), as Google and Apple make them"),
    ("caldav", "a CalDAV server, with password (Fastmail, iCloud, Nextcloud)"),
)


def calendar(wizard: Wizard) -> None:
    """Where free times come from, read once."""
    asking.chapter("Your calendar")
    asking.tell(
        "With a calendar letters can offer free times: your hours, minus what the calendar holds. Only when you are "
        "busy is read, never with whom, and nothing is written into it."
    )
    document = wizard.document
    named = [*(document.get(*_OPENINGS, "calendars") or [])]
    servers = [str(one.get("url")) for one in document.get(*_OPENINGS, "caldav") or []]
    if named or servers:
        asking.tell(f"Now: {', '.join([*named, *servers])}.")
        if not asking.yes("Add another, or take these out?", usual=False):
            _try_calendars(wizard)
            return
    while True:
        kind = asking.choice("What do you have?", _KINDS, usual="none")
        if kind == "none":
            for key in ("calendars", "caldav"):
                if document.get(*_OPENINGS, key):
                    document.set((*_OPENINGS, key), None)
            break
        before = document.text
        if (_caldav if kind == "caldav" else _named)(wizard) and _try_calendars(wizard):
            break
        document.restore(before)
    wizard.save("Saved")


def _named(wizard: Wizard) -> bool:
    key = (*_OPENINGS, "calendars")
    said = asking.line("Its path or address?", notes=["Like: /home/you/calendar.ics"]).strip("'\"")
    if not said:
        return False
    here = Path(said).expanduser().absolute()
    said = str(here) if here.is_file() else said
    try:
        wizard.document.set(key, [*(wizard.document.get(*key) or []), said])
    except ConfigError as error:
        asking.complain(error)
        return False
    return True


def _caldav(wizard: Wizard) -> bool:
    document = wizard.document
    number = len(document.get(*_OPENINGS, "caldav") or [])
    key = (*_OPENINGS, "caldav", number)
    url = asking.line("The address of the calendar server?", notes=["Like: https://dav.example.com/calendars/me/"])
    username = asking.line("Your user name there?", usual=document.get("accounts", 0, "address") or "")
    if not url or not username:
        return False
    try:
        document.put((*key, "url"), url)
        document.set((*key, "username"), username)
        host = wizard.assembly().settings.practice.openings.caldav[number].url.split("/")[2].partition(":")[0]
        given = password.for_calendar(wizard, key, host, username)
        if given is not None:
            keeping.keep(host, username, given)
    except InboxTriageError as error:
        asking.complain(error)
        return False
    return True


def _try_calendars(wizard: Wizard) -> bool:
    """Read every calendar now; whether that went well."""
    a = wizard.assembly()
    asking.busy("Reading the calendar")
    a.offering.prepare()
    free = a.offering.free(0) or ()
    problem = a.offering.problem
    a.close()
    if problem is not None and problem.startswith("practice.hours"):
        asking.tell(f"Read. No time can be offered yet, as {problem}: `inboxtriage init` asks for it.")
        return True
    if problem is not None:
        asking.tell(f"That did not work: {problem.removesuffix(': check practice.openings.calendars')}.")
        return False
    days = a.settings.practice.openings.horizon_days
    asking.tell(f"Read: in the next {days} days {len(free)} time(s) are free and can be offered.")
    return True


# -- safety -------------------------------------------------------------------------------------------------------


def safety(wizard: Wizard) -> None:
    """The owner's own words for urgent mail."""
    asking.chapter("Mail from somebody in danger")
    asking.tell(
        "inboxtriage does not watch for emergencies. It reads mail only now and then, it misses some danger, and it "
        "sends nothing without you. Say in your auto-reply and on your voicemail where people find help at once."
    )
    key = ("practice", "urgent", "text")
    now = wizard.document.get(*key)
    said = asking.until(
        "Mail that reads as danger goes to the top of your list. Which words of yours may wait there as a draft?",
        _read_safety,
        notes=[
            "In one paragraph, in your own words. Each one is still approved by you, singly.",
            "Like: If you are in danger now, please call 911, or 988 at any hour. I will call you today.",
            f"Now: {now} Enter keeps it, {asking.OUT} takes it out."
            if now
            else "Enter: none. Such mail then waits without a draft.",
        ],
    )
    if said == asking.OUT:
        if now:
            wizard.document.set(key, "")
    elif said:
        wizard.document.set(key, said)
    wizard.save("Saved")


def _read_safety(said: str) -> str:
    if said and said != asking.OUT and len(said) < 20:
        raise UsageProblem(f"{said!r} is very short for somebody in danger", do="write a sentence, or press Enter")
    return said

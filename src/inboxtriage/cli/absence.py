"""When you are away: `absence list`, `show`, `approve`, `withdraw`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from inboxtriage.cli import console
from inboxtriage.cli.documents import Documents
from inboxtriage.cli.session import Session, command, json_option, now_of, pass_session
from inboxtriage.errors import Refused

if TYPE_CHECKING:
    from inboxtriage.service.absence.approving import View, Whole
    from inboxtriage.service.assembly import Assembly


@click.group()
def absence() -> None:
    """When you are away: who is told, what exactly, and your approval of it.

    Absences stand in the configuration, a [[standards.absences]] table each. With `acknowledge = true`, who writes
    meanwhile is told once, automatically, when the answer comes and who stands in: only people who ask something, never
    anybody in danger, and only after you approved the exact text. Everything they write waits for you all the same.
    """


@command(name="list")
@json_option
@pass_session
def list_(session: Session, as_json: bool) -> None:
    """Every absence of the configuration, and whether it is acknowledged."""
    from inboxtriage.service.absence import approving  # noqa: PLC0415

    a = session.assembly()
    views = approving.views(a)
    if as_json:
        documents = Documents(ZoneInfo(a.settings.practice.timezone))
        console.document([documents.absence(view) for view in views])
        return
    if not views:
        console.say("No absence is in the configuration: write a [[standards.absences]] table.")
        return
    console.table(
        ["from", "until", "is", "acknowledged", "cover", "note"],
        [
            [
                v.absence.from_.isoformat(),
                v.absence.until.isoformat(),
                v.when,
                _state(v),
                v.absence.cover,
                v.absence.note,
            ]
            for v in views
        ],
        elastic=["acknowledged", "cover", "note"],
    )


@command()
@click.argument("first", metavar="[FROM]", required=False)
@json_option
@pass_session
def show(session: Session, first: str | None, as_json: bool) -> None:
    """What exactly is said during an absence, in each language.

    FROM is its first day, as 2026-12-24; without it the next absence that acknowledges.
    """
    from inboxtriage.service.absence.approving import whole  # noqa: PLC0415

    a = session.assembly()
    found = whole(a, first)
    if as_json:
        console.document(Documents(ZoneInfo(a.settings.practice.timezone)).absence_text(found))
        return
    _tell(a, found)
    day = found.view.absence.from_.isoformat()
    if found.gaps:
        console.say(f"Missing: {'; '.join(found.gaps)}. Set it in the configuration; until then it cannot be approved.")
    elif found.view.approval == "approved":
        console.say("You approved this.")
    else:
        console.say(f"To approve it: inboxtriage absence approve {day} --sha256 {found.sha256}")


@command()
@click.argument("first", metavar="[FROM]", required=False)
@click.option("--sha256", help="Of the text as `absence show` showed it; asked for where nobody can be.")
@pass_session
def approve(session: Session, first: str | None, sha256: str | None) -> None:
    """Let this text be sent, once, to each who writes during the absence.

    The approval holds for exactly this text, these dates and these facts. Where one of them changes it lapses, and
    nothing is sent until you approve again. Mail that came before it is not acknowledged.
    """
    from inboxtriage.service.absence import approving  # noqa: PLC0415
    from inboxtriage.service.status import is_running  # noqa: PLC0415

    a = session.assembly()
    found = approving.whole(a, first)
    day = found.view.absence.from_.isoformat()
    if sha256 is None:
        _tell(a, found)
        if not sys.stdin.isatty():
            raise Refused(
                "a standing approval names what it approves",
                do=f"read it with `inboxtriage absence show {day}`, which gives the --sha256",
            )
        if not found.gaps and not click.confirm("Send this, without asking you again, to each who writes meanwhile?"):
            console.say("Nothing was approved.")
            return
    approving.approve(a, day, sha256 or found.sha256)
    console.say(f"approved: who writes from {day} to {found.view.absence.until.isoformat()} is told once")
    if is_running(a):
        console.say("The daemon knows a changed configuration after its next start: start it again if you changed it.")


@command()
@click.argument("first", metavar="[FROM]", required=False)
@pass_session
def withdraw(session: Session, first: str | None) -> None:
    """Take the approval back: nobody is told any more, and what waits to leave does not leave."""
    from inboxtriage.service.absence import approving  # noqa: PLC0415

    day, kept_back = approving.withdraw(session.assembly(), first)
    console.say(f"withdrawn for the absence from {day.isoformat()}; {kept_back} acknowledgement(s) did not leave")


def _state(view: View) -> str:
    from inboxtriage.service.absence.approving import told  # noqa: PLC0415

    if not view.absence.acknowledge:
        return "no"
    if view.when == "over":
        return told(view)
    said = {"none": "not approved yet", "lapsed": "lapsed: approve it anew", "withdrawn": "withdrawn"}
    return said.get(view.approval, f"approved; {told(view)}")


def _tell(a: Assembly, found: Whole) -> None:
    view, now = found.view, now_of(a)
    console.heading(
        f"Away from {view.absence.from_.isoformat()} to {view.absence.until.isoformat()}, both days included"
    )
    if view.away.answer_at is not None:
        console.say(f"what comes meanwhile is answered by {console.when(view.away.answer_at, now)}")
    console.say(f"acknowledged: {_state(view)}")
    for text in found.texts:
        console.say()
        console.fact("Language", text.language)
        console.fact("Subject", text.subject)
        console.say()
        console.paragraph(text.body)
        if text.gaps and text.language != found.usual:
            console.say()
            console.say(f"It lacks {'; '.join(text.gaps)}: who writes in it is told in {found.usual} instead.")
    console.say()


for one in (list_, show, approve, withdraw):
    absence.add_command(one)

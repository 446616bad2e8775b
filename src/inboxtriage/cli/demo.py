"""A practice to try things on: `demo`."""

import shutil
import sys
from pathlib import Path
from shlex import quote

import click

from inboxtriage.cli import console
from inboxtriage.cli.session import command
from inboxtriage.clock import SystemClock

_HOME = "inboxtriage-demo"


@command()
@click.option("--home", metavar="DIR", type=click.Path(), default=_HOME, show_default=True, help="Where to build it.")
def demo(home: str) -> None:
    """Try it on a shipped two-week backlog; no account, server or network.

    Builds a practice in DIR (and builds it anew where there is one), triages its mail, and says what to try.
    """
    from inboxtriage.cli.look import tell_queue  # noqa: PLC0415 - the help needs none of this
    from inboxtriage.cli.next_steps import is_ready  # noqa: PLC0415
    from inboxtriage.service.demo import build  # noqa: PLC0415
    from inboxtriage.service.intake import poll  # noqa: PLC0415
    from inboxtriage.service.queue import entries  # noqa: PLC0415

    a = build(Path(home), SystemClock())
    with console.working("reading two weeks of mail"):
        report = poll(a)
    practice = a.folder.parent
    counts = ", ".join(f"{n} {name}" for name, n in report.dispositions.items())
    console.say(f"Harbor Counseling, back after two weeks: {report.fetched} messages ({counts}).")
    console.say(f"{report.drafts} drafts are written, {report.leads_new} people are logged as leads.")
    console.say()
    waiting = entries(a)
    tell_queue(a, waiting)
    letter, another = [e.item.id for e in waiting if is_ready(e) and e.item.verdict.disposition == "reply"][:2]
    unsure = [e.item for e in waiting if e.item.verdict.disposition == "read"]
    doubtful = min(unsure, key=lambda item: item.verdict.kind not in {"inquiry", "client", "personal"}).id
    console.say()
    console.heading("Try next, in this shell")
    for line, why in (
        *([] if shutil.which("inboxtriage") else [(f'export PATH={quote(str(_own_folder()))}:"$PATH"', "")]),
        (f"export INBOXTRIAGE_CONFIG={quote(str(practice / 'config.toml'))}", ""),
        ("inboxtriage review", "the first morning back, step by step; ? shows the keys, q leaves"),
        (f"inboxtriage show {letter}", "their words, why it was sorted so, the draft"),
        (f"inboxtriage approve {letter} --now", f"the reply lands in {practice / 'outgoing'}"),
        (f"inboxtriage edit {another} --note 'See you soon!'", "adds a personal line; without it, your editor opens"),
        (f"inboxtriage relabel {doubtful} insurance", "sorted wrongly? say what is asked, and a draft follows"),
        ("inboxtriage lead list", "everyone who asked is a lead"),
        ("inboxtriage status", "counts that add up, and what needs you"),
    ):
        click.echo(f"  {line:<45}  # {why}" if why else f"  {line}")


def _own_folder() -> Path:
    """Where this installation's `inboxtriage` lies."""
    return Path(sys.executable).parent

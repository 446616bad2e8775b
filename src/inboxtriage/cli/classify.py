"""Judging files: `classify`."""

import sys

import click

from inboxtriage.cli import console
from inboxtriage.cli.session import Session, command, pass_session
from inboxtriage.cli.verdicts import judged
from inboxtriage.errors import NotFound
from inboxtriage.service import classifying


@command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="JSON Lines: one document for each mail.")
@pass_session
def classify(session: Session, paths: tuple[str, ...], as_json: bool) -> int:
    """Sort mail files without account or configuration; stores nothing.

    PATH is an .eml file, a folder, a Maildir, an mbox file (its mails are path#n), or - for stdin.
    """
    sorter = classifying.sorter_for(session.assembly_if_configured())
    if sorter.problem:
        console.warn(f"inboxtriage: {sorter.problem}")
    failed = False
    for path in paths:
        try:
            for one in classifying.judge(sorter, path, sys.stdin.buffer):
                if as_json:
                    console.json_line(judged(one))
                else:
                    verdict = one.result.verdict
                    console.say(f"{one.source}: {verdict.disposition}, {verdict.reason}")
        except NotFound as error:
            console.warn(f"inboxtriage: {error}")
            failed = True
        except OSError as error:
            console.warn(f"inboxtriage: {error.filename or path} cannot be read ({error.strerror})")
            failed = True
    return 1 if failed else 0

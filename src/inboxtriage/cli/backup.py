"""Copies of the store: `backup` and `restore`."""

from pathlib import Path
from zoneinfo import ZoneInfo

import click

from inboxtriage.cli import console
from inboxtriage.cli.documents import Documents
from inboxtriage.cli.session import Session, command, json_option, pass_session


@command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@json_option
@pass_session
def backup(session: Session, file: Path | None, as_json: bool) -> None:
    """Copy everything into one private file, also while the daemon runs.

    Without FILE it goes into the folder backups of the store. The copy holds the mail and all that was decided; your
    own model is not in it, `inboxtriage train` fits it anew from what is.
    """
    from inboxtriage.service.upkeep.backups import make  # noqa: PLC0415

    a = session.assembly()
    with console.working("copying the store"):
        made, known = make(a, file)
    if as_json:
        console.document(Documents(ZoneInfo(a.settings.practice.timezone)).backup(made, known))
    else:
        console.say(f"{known} message(s) are in {made.path} ({made.size >> 10} kB); it is not encrypted")


@command()
@click.argument("file", type=click.Path(path_type=Path))
@pass_session
def restore(session: Session, file: Path) -> None:
    """Put a backup back, after looking at it; nothing it had approved is sent.

    The store that was there is kept beside the backups. What the backup holds as approved waits for you again, as it
    may have been sent since. End `inboxtriage run` first.
    """
    from inboxtriage.service.upkeep.backups import restore as put_back  # noqa: PLC0415

    with console.working("looking at the backup"):
        done = put_back(session.assembly(), file)
    console.say(f"restored: {done.messages} message(s), {done.taken_back} approval(s) to give again")
    if done.kept is not None:
        console.say(f"what was there before is kept in {done.kept}")
    console.say("Next: inboxtriage poll")

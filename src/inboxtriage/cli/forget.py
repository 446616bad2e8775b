"""Erasing one person: `forget`."""

import sys
from zoneinfo import ZoneInfo

import click

from inboxtriage.cli import console
from inboxtriage.cli.documents import Documents
from inboxtriage.cli.session import Session, command, json_option, now_of, pass_session
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.upkeep import forgetting
from inboxtriage.service.upkeep.forgetting import Forgotten

_MODEL = {
    "refitted": "the model was fitted anew without their words",
    "shipped": "your own model is removed and the shipped one in use: `inboxtriage train` makes another",
}


@command()
@click.argument("who", metavar="ADDRESS|LEAD")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@json_option
@pass_session
def forget(session: Session, who: str, yes: bool, as_json: bool) -> int:
    """Erase one person everywhere in the store: mail, drafts, letters, history.

    Whoever was merged with them (`lead merge`) is the same person and goes too: `lead split` first if that is wrong.

    Also what your own model learned of them. It cannot be undone. The copies on your mail server stay, and so do
    backups, which are listed. Their old mail does not come back; new mail of theirs is a new lead.
    """
    a = session.assembly()
    if not yes and sys.stdin.isatty():
        found = forgetting.find(a, who).traces
        known_as = ", ".join(found.addresses) if len(found.leads) > 1 else who
        click.confirm(
            f"Erase {known_as}: {len(found.messages)} message(s), {len(found.outgoing)} letter(s), "
            f"{len(found.leads)} lead(s)? This cannot be undone",
            abort=True,
            err=True,
        )
    with console.working("erasing") as progress:
        done = forgetting.forget(a, who, progress)
    if as_json:
        console.document(Documents(ZoneInfo(a.settings.practice.timezone)).forgotten(done))
    else:
        _tell(a, done)
    if not done.compacted:
        console.warn(
            "inboxtriage: everything is erased, but for its last traces the file must be written anew, and another "
            "process is using it or the disk is full: the next pass does it, or `inboxtriage poll` now"
        )
    return 0 if done.compacted else 1


def _tell(a: Assembly, done: Forgotten) -> None:
    console.say(
        f"erased: {len(done.messages)} message(s), {len(done.outgoing)} letter(s), {len(done.leads)} lead(s)"
        + (f"; {done.unsent} approved letter(s) will not be sent" if done.unsent else "")
    )
    if done.model in _MODEL:
        console.say(_MODEL[done.model])
    console.say("The copies on the mail server stay (inbox, Sent), and backups kept elsewhere: delete them yourself")
    if done.in_drafts:
        console.say(f"a letter to {', '.join(done.in_drafts)} may lie in the Drafts folder still: delete it there")
    for message in done.named_in:
        console.say(f"{message}, somebody else's mail, names this address still: `inboxtriage show {message}`")
    now = now_of(a)
    for backup in done.backups:
        console.say(f"a backup may hold them still: {backup.path} ({console.when(backup.at, now)}); remove it yourself")

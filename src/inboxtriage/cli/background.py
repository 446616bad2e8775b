"""The daemon as a service of this user: `service install`, `uninstall`, `status`."""

from dataclasses import asdict

import click

from inboxtriage.cli import console
from inboxtriage.cli.session import Session, command, json_option, pass_session
from inboxtriage.service.background import installing


@click.group()
def service() -> None:
    """The daemon as a background service of this user."""


@command()
@click.option("--print", "only_print", is_flag=True, help="Write the service's file to stdout, and nothing else.")
@pass_session
def install(session: Session, only_print: bool) -> None:
    """Let systemd (on a Mac launchd) run the daemon, from now on and after each start.

    Run it again after a change of [store] path, a Maildir folder, password_command or alarm_command, and after moving
    Python.
    """
    a, config = session.assembly(), session.config
    if only_print:
        click.echo(installing.text_for(a, config), nl=False)
        return
    for note in installing.install(a, config):
        console.say(note)


@command()
def uninstall() -> None:
    """Stop the service and remove it. Mail, drafts, leads and configuration stay."""
    for note in installing.uninstall():
        console.say(note)


@command()
@json_option
@pass_session
def status(session: Session, as_json: bool) -> int:
    """Is the service installed, and does it run?"""
    found = installing.standing(session.assembly())
    if as_json:
        console.document({**asdict(found), "file": str(found.file)})
    elif not found.installed:
        console.say("The service is not installed: inboxtriage service install")
    else:
        console.say(f"{found.manager}: {'active' if found.active else 'not active'} ({found.file})")
    if not as_json:
        console.say("The daemon is running." if found.running else "The daemon is not running.")
    return 0 if found.installed and found.running else 1


for one in (install, uninstall, status):
    service.add_command(one)

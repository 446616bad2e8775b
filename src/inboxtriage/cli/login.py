"""Signing in: `login`."""

import sys

import click

from inboxtriage.cli import console
from inboxtriage.cli.session import Session, command, pass_session
from inboxtriage.errors import UsageProblem


@command()
@click.argument("account")
@click.option("--device", is_flag=True, help="OAuth2 by a code that you enter in a browser on another computer.")
@click.option("--stdin", is_flag=True, help="Read the password from the first line of standard input.")
@pass_session
def login(session: Session, account: str, device: bool, stdin: bool) -> None:
    """Prove an account's sign-in and keep its password or permission.

    A password is asked for without showing it; with OAuth2 you are given an address to open in a browser. It is kept in
    the system keyring (a permission also in token_file), a password only after both servers took it.
    """
    from inboxtriage.service.login import Talk  # noqa: PLC0415
    from inboxtriage.service.login import login as sign_in  # noqa: PLC0415

    a = session.assembly()
    kept = sign_in(a, a.account(account), Talk(_from_stdin if stdin else _from_person, show_address, show_code, device))
    console.say(f"{account} signed in; {kept}. Next: inboxtriage check")


def _from_person(whom: str) -> str:
    if not sys.stdin.isatty():
        raise UsageProblem("a password is asked for in a terminal only", do="or give it with --stdin, never as a word")
    password: str = click.prompt(f"Password of {whom}", hide_input=True, err=True)
    return password


def _from_stdin(_whom: str) -> str:
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise UsageProblem("there is no password on standard input", do="write it in the first line")
    return password


def show_address(url: str) -> None:
    """Where the owner says yes, in a browser on this computer."""
    click.echo("Open this address in a browser on this computer, and say yes within five minutes:\n")
    click.echo(url)  # whole: it is longer than a line


def show_code(address: str, code: str) -> None:
    """Where the owner enters which code."""
    console.say(f"Open {address} in any browser, and enter the code {code}")

"""`init`: from nothing to a working account, and later whatever is to be changed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from inboxtriage.cli import console
from inboxtriage.cli.session import Session, command, pass_session
from inboxtriage.cli.setup.journal import Back
from inboxtriage.errors import ConfigError, Refused, UsageProblem

if TYPE_CHECKING:
    from collections.abc import Callable

    from inboxtriage.cli.setup.wizard import Wizard

PARTS = {
    "profile": "name, owner, time zone, kind of practice",
    "account": "the mailbox: address, servers, password",
    "facts": "what letters may say",
    "hours": "when people can come",
    "calendar": "where free times come from",
    "safety": "your words to somebody in danger",
    "past": "your own sentences, from mail that you answered before",
    "letter": "a test letter with your facts",
    "service": "whether it runs in the background",
}

_FIRST = ("profile", "account", "facts", "hours", "calendar", "safety", "past", "letter")  # the order of the first time
_GO_ON = "go on"


@command()
@click.option("--only", metavar="PART", type=click.Choice(list(PARTS)), help=f"Ask for this alone: {', '.join(PARTS)}.")
@pass_session
def init(session: Session, only: str | None) -> None:
    """Set up your practice step by step; again later, to change one thing.

    Asks in a terminal, proves the sign-in at your mail servers before it keeps anything, and shows a test letter. Reads
    and changes no mail, sends nothing. What stands in the file and is not asked for stays as it is, comments too.
    """
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        raise UsageProblem(
            "init asks questions, so it needs a terminal",
            do="run it in one, or copy config.example.toml",
        )
    from inboxtriage.cli.setup import asking, ending, walking  # noqa: PLC0415 - the help needs none of this
    from inboxtriage.cli.setup.wizard import Wizard  # noqa: PLC0415
    from inboxtriage.service.demo import is_demo  # noqa: PLC0415

    if is_demo(session.config):
        raise Refused(
            f"{session.config} is the demo's practice, not yours",
            do="for your own: `unset INBOXTRIAGE_CONFIG`, then `inboxtriage init`",
        )

    wizard = Wizard(session.config)
    wrong = [one for one in wizard.document.problems() if not one.startswith("accounts: at least one")]
    if wrong and not wizard.document.is_new:
        raise ConfigError(str(session.config), wrong)
    is_first = not wizard.document.get("accounts")
    try:
        if is_first:
            _everything(wizard)
        elif only is not None:
            while not walking.walk(wizard, [_part(only)], closed=[ending.past]):
                asking.tell("This is the first question.")
        else:
            _menu(wizard)
    except (click.Abort, KeyboardInterrupt):  # the second while a server is waited for
        click.echo()
        _stands(wizard)
        raise click.Abort from None


def _everything(wizard: Wizard) -> None:
    """The first time."""
    from inboxtriage.cli.setup import asking, ending, walking  # noqa: PLC0415

    console.heading("Setting up inboxtriage")
    asking.tell(
        "About five minutes. Your answers go into the file below, which only you can read; passwords never do. "
        "What stands in [brackets] is taken when you press Enter. `back` leads to the question before. Ctrl-C ends "
        "it: what was saved stays, and `inboxtriage init` goes on there."
    )
    console.say(f"  {wizard.document.path}")
    parts = [_part(name) for name in _FIRST]
    while not walking.walk(wizard, [*parts, ending.finish], closed=[ending.past]):
        asking.tell("This is the first question.")


def _menu(wizard: Wizard) -> None:
    """Any other time: what is set, what is open, and what is to be changed."""
    from inboxtriage.cli.setup import asking, ending, practice, standing, walking  # noqa: PLC0415

    console.heading(f"Your practice in {wizard.document.path}")
    asking.tell("`back` leads to the question before.")
    while True:
        told = standing.told(wizard)
        listed = [(name, told.get(name, what)) for name, what in PARTS.items()]
        open_now = standing.open_parts(wizard)
        if open_now:
            listed.insert(0, (_GO_ON, f"what is open, one after the other: {', '.join(open_now)}"))
        asking.journal.begin()
        usual = _GO_ON if open_now else "end"
        try:
            part = asking.choice("What do you want to change?", [*listed, ("end", "nothing more")], usual=usual)
        except Back:
            continue
        if part == "end":
            break
        if part == _GO_ON:
            first_run = "hours" in open_now  # it was broken off before them: the rest of it follows
            rest = [*_FIRST[_FIRST.index("calendar") :], "finish"] if first_run else []
            parts = [practice.missing if name == "facts" else _part(name) for name in (*open_now, *rest)]
        else:
            parts = [practice.facts_menu if part == "facts" else _part(part)]
        walking.walk(wizard, parts, closed=[ending.past])
    asking.tell("Nothing else was changed. `inboxtriage check` looks at everything.")
    if hint := standing.starts_anew(wizard):
        asking.tell(hint)


def _part(name: str) -> Callable[[Wizard], None]:
    from inboxtriage.cli.setup import account, ending, practice  # noqa: PLC0415

    return {
        "profile": practice.profile,
        "account": account.account,
        "facts": practice.questions,
        "hours": practice.hours,
        "calendar": practice.calendar,
        "safety": practice.safety,
        "past": ending.past,
        "letter": ending.letter,
        "service": ending.service,
        "finish": ending.finish,
    }[name]


def _stands(wizard: Wizard) -> None:
    """Where things stand when it is broken off."""
    if wizard.document.is_new:
        click.echo("Nothing is saved yet: the account comes first. `inboxtriage init` begins again.")
    else:
        console.say(f"What was saved stays, in {wizard.document.path}. `inboxtriage init` goes on there.")

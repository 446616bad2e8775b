"""`inboxtriage`: the group of commands. Each command's module is imported only when it is called."""

import difflib
import importlib
import logging
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from inboxtriage import __version__
from inboxtriage.cli import console
from inboxtriage.cli.private import Formatter, leave_nothing, trace
from inboxtriage.cli.session import Session
from inboxtriage.errors import InboxTriageError
from inboxtriage.message.plain import many_lines

# Command -> module and its one line in the list (a test holds these lines equal to the commands' own).
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "Try it on a shipped two-week backlog; no account, server or network."),
    "init": ("setup.init", "Set up your practice step by step; again later, to change one thing."),
    "login": ("login", "Prove an account's sign-in and keep its password or permission."),
    "past": ("past", "Learn from the mail that you answered before: your own sentences, and quick confirmations."),
    "check": ("state", "Is everything in order? A line each, and what to do where it is not."),
    "poll": ("work", "Read what is new once, sort it, draft replies, log leads."),
    "run": ("work", "The daemon: listen for mail, and send what is approved and due."),
    "status": ("state", "Is it running, what did it see, what needs a person."),
    "queue": ("look", "What waits for a person, most pressing first."),
    "backlog": (
        "backlog",
        "Everything that waits, step by step: who cannot wait, what goes together, one by one; and how long it takes.",
    ),
    "show": ("look", "One message in full: its words, why it was sorted so, the draft, the lead."),
    "review": ("review", "Go through everything that waits, a step at a time, with one key for each decision."),
    "approve": ("decide", "Put drafts into the outbox, as they were last shown."),
    "edit": ("decide", "Change a draft, or start one where there is none."),
    "reject": ("decide", "Settle messages without an answer."),
    "relabel": ("decide", "Say what a message really is; its draft is written anew."),
    "snooze": ("decide", "Hide a message until a date."),
    "undo": ("decide", "Take back the last approve, reject, snooze, relabel or done."),
    "done": (
        "decide",
        "Finish messages that were dealt with without a mail of ours.",
    ),
    "outbox": ("outbox", "What is on its way, and how it went."),
    "send": ("work", "Send now what is approved and due."),
    "resolve": ("outbox", "Settle a send whose end is unknown."),
    "due": (
        "due",
        "Who is to be written to or called now, why, and which letter waits; promises and open questions too.",
    ),
    "unanswered": ("due", "People who wrote and have no answer yet, the longest waiting first."),
    "digest": (
        "due",
        "The list of the week: who waits, who is due, promises, dates, and whether anybody is forgotten.",
    ),
    "lead": ("lead.group", "The people who wrote, and where they stand in the journey."),
    "report": ("report", "How the practice does: answers against the standard, the funnel, who stays, what it takes."),
    "absence": ("absence", "When you are away: who is told, what exactly, and your approval of it."),
    "classify": ("classify", "Sort mail files without account or configuration; stores nothing."),
    "template": ("template", "The responses: what exists, what is wrong, how one reads with your facts."),
    "pin": ("pin", "Rules of your own for a sender or a domain, which beat the classifier."),
    "train": ("learn", "Refit the classifier from the shipped examples and your corrections."),
    "evaluate": ("learn", "Cross-validated figures of the classifier."),
    "service": ("background", "The daemon as a background service of this user."),
    "completion": (
        "completion.command",
        "Print what lets a shell complete commands, options and ids.",
    ),
    "forget": ("forget", "Erase one person everywhere in the store: mail, drafts, letters, history."),
    "backup": ("backup", "Copy everything into one private file, also while the daemon runs."),
    "restore": ("backup", "Put a backup back, after looking at it; nothing it had approved is sent."),
    "audit": ("audit", "The chain of approvals."),
}


class Commands(click.Group):
    """Finds a command by importing its module at the last moment."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The commands, in the order of a day's work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """One command, imported now."""
        if cmd_name not in COMMANDS:
            near = difflib.get_close_matches(cmd_name, COMMANDS, n=1)
            raise click.UsageError(f"there is no command {cmd_name!r}" + (f", did you mean {near[0]}?" if near else ""))
        module = importlib.import_module(f"inboxtriage.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list in the help, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--config", type=click.Path(dir_okay=False), help="Configuration file [env: INBOXTRIAGE_CONFIG].")
@click.option("--debug", is_flag=True, help="Show the whole traceback of an error.")
@click.version_option(__version__, "--version", message="%(version)s")
@click.pass_context
def group(ctx: click.Context, config: str | None, debug: bool) -> None:
    """Sorts the inquiries in a practice's inbox, drafts an answer to each question, sends what you approved.

    New here? `inboxtriage demo` shows it on a made-up practice, `inboxtriage init` sets up yours.
    """
    ctx.obj = Session(config, debug=debug)
    if os.environ.get("NO_COLOR"):  # no-color.org; rich knows it by itself
        ctx.color = False


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command. Errors become one line on stderr and an exit code; never a traceback without --debug."""
    if "_INBOXTRIAGE_COMPLETE" in os.environ:  # a shell asks what can stand here
        from inboxtriage.cli.completion.answering import answer  # noqa: PLC0415

        sys.exit(answer())
    leave_nothing()
    log = logging.StreamHandler(sys.stderr)
    line = "%(levelname)s %(message)s"
    log.setFormatter(Formatter(line if _journal_keeps_time() else f"%(asctime)s {line}", "%Y-%m-%dT%H:%M:%S%z"))
    logging.basicConfig(level=logging.WARNING, handlers=[log])  # the level is that of the libraries
    logging.getLogger("inboxtriage").setLevel(logging.INFO)
    words = list(sys.argv[1:] if arguments is None else arguments)
    sys.exit(_run(words))


def _journal_keeps_time() -> bool:
    """Whether standard error goes to systemd's journal, which notes the time of each line itself (systemd.exec(5))."""
    try:
        error = os.fstat(2)
    except OSError:
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{error.st_dev}:{error.st_ino}"


def _run(words: list[str]) -> int:
    try:
        done: Any = group.main(args=words, prog_name="inboxtriage", standalone_mode=False)
    except InboxTriageError as error:
        # A server's words may be in it: nothing of them moves the cursor (G47).
        if "--debug" in words:
            click.echo(many_lines(trace(error)), err=True)
        else:
            console.error(f"inboxtriage: {error}")
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "inboxtriage"
        click.echo(
            f"inboxtriage: {' '.join(error.format_message().split()).rstrip('.')}: see `{where} --help`", err=True
        )
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.exceptions.Abort:
        click.echo("inboxtriage: broken off", err=True)
        return 130
    except PermissionError as error:
        if "--debug" in words:
            click.echo(trace(error), err=True)
        click.echo(f"inboxtriage: {error.filename} cannot be used ({error.strerror}): check its permissions", err=True)
        return 1
    except BrokenPipeError:
        sys.stderr.close()  # whoever read us has left; there is nobody to tell
        return 1
    except Exception as error:  # noqa: BLE001 - a fault of this program: one line, its traceback on request
        if "--debug" in words:
            click.echo(trace(error), err=True)
        click.echo(f"inboxtriage: unexpected {type(error).__name__}: run it again with --debug and report it", err=True)
        return 1
    return done if isinstance(done, int) else 0

"""`review`: the queue on a whole screen, a step at a time; or one below the other for a screen reader."""

import io
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from inboxtriage.cli import console
from inboxtriage.cli.session import Session, command, pass_session
from inboxtriage.errors import Refused


@command()
@click.option("--plain", is_flag=True, help="One below the other, with questions in words: for a screen reader.")
@pass_session
def review(session: Session, *, plain: bool) -> None:
    """Go through everything that waits, a step at a time, with one key for each decision.

    Opens with how long it will take. Who cannot wait comes first, then letters that say the same as one step, then one
    by one, at last what sells and what needs no answer. Approve, edit, reject, relabel, done, snooze, undo, skip: the
    keys stand in the last line, all of them on `?`. Leave with q at any time; what is left waits.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Refused(
            "the review asks one thing after the other and needs a terminal",
            do="without one: `inboxtriage queue`, `show`, `approve`",
        )
    if plain or os.environ.get("TERM", "dumb") == "dumb":
        from inboxtriage.cli import plain_review  # type: ignore[attr-defined,unused-ignore]  # noqa: PLC0415 - only then

        plain_review.run(session)
        return
    for name in [name for name in os.environ if name.startswith("TEXTUAL")]:
        del os.environ[name]  # its developers' switches: they log what is on the screen
    with _log_kept_back():
        from inboxtriage.ui.app import run  # noqa: PLC0415 - the help needs none of it

        lines = run(session.assembly())
    for line in lines:
        console.say(line)


@contextmanager
def _log_kept_back() -> Iterator[None]:
    """What is logged comes when the screen was given back: it would stand in the middle of it."""
    kept = io.StringIO()
    handlers = [one for one in logging.getLogger().handlers if isinstance(one, logging.StreamHandler)]
    before = [handler.setStream(kept) for handler in handlers]
    try:
        yield
    finally:
        for handler, stream in zip(handlers, before, strict=True):
            handler.setStream(stream or sys.stderr)
        sys.stderr.write(kept.getvalue())

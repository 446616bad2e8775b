"""What this program never leaves behind: a core of its memory, or the words of others in a traceback (G51).

The libraries repeat what a server or a mail said in their exceptions; a traceback shows where it happened and what kind
of error it was, and the words of our own errors alone.
"""

import contextlib
import ctypes
import logging
import resource
import sys
import threading
import traceback
from collections.abc import Iterator
from types import TracebackType

import click

from inboxtriage.errors import InboxTriageError

_PR_SET_DUMPABLE = 4  # prctl(2)


def leave_nothing() -> None:
    """No core file, and no exception of anybody told with its words, for the rest of this process."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # a core that is piped to a program heeds no limit
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    sys.excepthook = lambda _kind, error, _at: click.echo(trace(error), err=True)
    threading.excepthook = lambda told: click.echo(trace(told.exc_value), err=True)


def trace(error: BaseException | None) -> str:
    """A traceback without the words of anybody but us."""
    return "\n".join(part for each in _chain(error) for part in _told(each))


class Formatter(logging.Formatter):
    """Log lines of ours and of the libraries; an exception in them is told as above."""

    def formatException(  # noqa: N802 - logging's name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """See logging."""
        return trace(ei[1])


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """What led to an error, the first cause first."""
    if error is None:
        return
    yield from _chain(error.__cause__ or (None if error.__suppress_context__ else error.__context__))
    yield error


def _told(error: BaseException) -> Iterator[str]:
    yield "Traceback (most recent call last):"
    yield "".join(traceback.format_tb(error.__traceback__)).rstrip("\n")
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    yield f"{name}: {error}" if isinstance(error, InboxTriageError) else f"{name} (its words are left out)"

"""The answer to a Tab. Whatever is wrong (no store, a broken configuration), nothing is offered and nothing said."""

import logging
import os
import sys
from contextlib import redirect_stderr
from pathlib import Path

import click
from click.shell_completion import CompletionItem, FishComplete, add_completion_class, shell_complete

from inboxtriage.cli.completion.tree import read

VARIABLE = "_INBOXTRIAGE_COMPLETE"  # what click's scripts set


class _Fish(FishComplete):
    """fish, whose script takes what follows the second comma for something else."""

    def format_completion(self, item: CompletionItem) -> str:
        """See FishComplete."""
        about = item.help.replace(",", ";") if item.help else None
        return super().format_completion(CompletionItem(item.value, type=item.type, help=about))


add_completion_class(_Fish)


def answer() -> int:
    """Write what completes the words in COMP_WORDS, as the shell in $_INBOXTRIAGE_COMPLETE wants it; the exit code."""
    logging.disable()
    try:
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stderr(nowhere):
            return shell_complete(read(_find), {}, "inboxtriage", VARIABLE, os.environ[VARIABLE])
    except Exception:  # noqa: BLE001 - somebody is typing: an error here can be told by the command itself, not by this
        return 0
    finally:
        sys.stdout.flush()


def _find(kind: str, ctx: click.Context, begun: str) -> list[CompletionItem]:
    from inboxtriage.cli.session import Session  # noqa: PLC0415 - most Tabs need no configuration
    from inboxtriage.config.load import load  # noqa: PLC0415
    from inboxtriage.service.completing import candidates  # noqa: PLC0415

    settings = load(Session(ctx.find_root().params.get("config"), debug=False).config)
    return [CompletionItem(one.value, help=one.about or None) for one in candidates(kind, settings, begun)]

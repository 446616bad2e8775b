"""What is asked for in words, where one key is not enough. An empty answer changes nothing (`NeverMind`)."""

import re
import sys
from collections.abc import Sequence

import click

from inboxtriage.approval.group import paragraphs
from inboxtriage.cli import console
from inboxtriage.cli.keys import press
from inboxtriage.cli.reviewing.keys import meant
from inboxtriage.errors import UsageProblem
from inboxtriage.reply.draft import has_gap

_ENOUGH = "."  # alone on a line it ends what is typed
_DAYS = re.compile(r"\d{1,3}")


class NeverMind(Exception):
    """Nothing is to be done after all."""


class Leave(Exception):
    """The person leaves."""


def key() -> str:
    """The next key, or the one that a word means. Enter alone is none: many press it behind every key."""
    while not (said := press().rstrip("\r\n")):
        pass
    return meant(said)


def second() -> str:
    """The key that answers a question. Raises Leave where it is q."""
    if (said := key()) == "q":
        raise Leave
    return said


def words(question: str) -> str:
    """A line of words. Raises NeverMind where nothing was typed."""
    try:
        said = click.prompt(console.folded(question), default="", show_default=False, prompt_suffix=": ").strip()
    except click.Abort:
        click.echo()
        raise NeverMind from None
    except UnicodeDecodeError:
        raise _unreadable() from None
    if not said:
        raise NeverMind
    return str(said)


def perhaps(question: str) -> str | None:
    """A line of words, or None where nothing was typed."""
    try:
        return words(question)
    except NeverMind:
        return None


def numbers(question: str, most: int) -> list[int]:
    """Numbers from 1 to `most`. Raises NeverMind, or UsageProblem for anything else."""
    said = re.split(r"[\s,;]+", words(question).strip(" ,;"))
    strange = [one for one in said if not one.isdecimal() or not 1 <= int(one) <= most]
    if strange:
        raise UsageProblem(f"{strange[0]!r} is no number from 1 to {most}", do="nothing was changed")
    return list(dict.fromkeys(int(one) for one in said))


def one_of(question: str, several: Sequence[str]) -> int:
    """Which of these, counted from 0; the only one is not asked for. Raises NeverMind or UsageProblem."""
    if len(several) == 1:
        return 0
    for n, one in enumerate(several, 1):
        console.say(f"{n}. {one}")
    return numbers(question, len(several))[0] - 1


def days_or_date(question: str) -> int | str:
    """A number of days, or a date as it was typed. Raises NeverMind."""
    said = words(question)
    return int(said) if _DAYS.fullmatch(said) else said


def letter(body: str) -> str:
    """A letter changed by typing: one of its paragraphs, or the whole. Raises NeverMind or UsageProblem."""
    parts = paragraphs(body) if body.strip() else []
    if not parts:
        return _typed("Type the letter; a line with only a dot ends it")
    for n, part in enumerate(parts, 1):
        console.say(f"{n}. {part}")
    gap = next((n for n, part in enumerate(parts, 1) if has_gap(part)), None)
    usual = f" (Enter: {gap}, which has a gap)" if gap else ""
    said = perhaps(f"Which paragraph, 1 to {len(parts)}, + to add one before the last, or all{usual}") or str(gap or "")
    if said == "all":
        return _typed("Type the letter; a line with only a dot ends it")
    if said == "+":
        return "\n\n".join([*parts[:-1], _typed("Type the paragraph; a line with only a dot ends it"), parts[-1]])
    if not said:
        raise NeverMind
    if not said.isdecimal() or not 1 <= int(said) <= len(parts):
        raise UsageProblem(f"{said!r} is no paragraph of this letter", do="nothing was changed")
    chosen = int(said) - 1
    text = _typed("Type what it is to say; a line with only a dot ends it, a - alone takes the paragraph out")
    return "\n\n".join([*parts[:chosen], *([] if text == "-" else [text]), *parts[chosen + 1 :]])


def _typed(how: str) -> str:
    console.say(f"{how}.")
    lines: list[str] = []
    while True:
        try:
            line = sys.stdin.readline()
        except KeyboardInterrupt:
            click.echo()
            raise NeverMind from None
        except UnicodeDecodeError:
            raise _unreadable() from None
        if not line:  # the end of what is typed
            raise NeverMind
        if line.strip() == _ENOUGH:
            break
        lines.append(line.rstrip("\r\n"))
    text = "\n".join(lines).strip()
    if not text:
        raise NeverMind
    return text


def _unreadable() -> UsageProblem:
    return UsageProblem("what was typed is no text in this terminal's encoding", do="nothing was changed")

"""How `init` asks: one question at a time, in plain lines, so that it reads well aloud, over ssh and without colour."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import click

from inboxtriage.cli import console
from inboxtriage.cli.setup.journal import WORDS, Back, Journal
from inboxtriage.errors import ConfigError, InboxTriageError

_T = TypeVar("_T")
OUT = "-"  # takes a fact out that is set
journal = Journal()


def tell(text: str) -> None:
    """A paragraph, folded at the width of the terminal."""
    console.paragraph(text, indent="")


def note(text: str) -> None:
    """A paragraph that belongs to the line above it."""
    console.paragraph(text, indent="  ")


def busy(what: str) -> None:
    """A sign of life before something long: a line that stands still, for whoever has it read aloud."""
    console.say()
    click.echo(f"{what} …")


def chapter(title: str) -> None:
    """The beginning of a part."""
    console.say()
    console.heading(title)


def line(question: str, *, notes: Sequence[str] = (), usual: str = "") -> str:
    """One line of an answer; `usual` where only Enter is pressed.

    Raises click.Abort when they end it, and Back when they want the question before.
    """
    if (before := journal.known(question)) is not None:
        return before
    console.say()
    tell(question)
    for one in notes:
        note(one)
    while True:
        said: str = click.prompt(f"[{usual}]" if usual else "", default=usual, show_default=False, prompt_suffix="> ")
        if said.isprintable():
            return _heard(question, said.strip())
        tell("There is a character in it that cannot be read. Please type it again.")


def secret(question: str, *, notes: Sequence[str] = ()) -> str:
    """A password, which is not shown while it is typed."""
    if (before := journal.known(question)) is not None:
        return before
    console.say()
    tell(question)
    for one in notes:
        note(one)
    said: str = click.prompt("", hide_input=True, prompt_suffix="password (not shown)> ")
    return _heard(question, said)


def _heard(question: str, said: str) -> str:
    if said.lower() in WORDS:
        raise Back
    journal.heard(question, said)
    return said


def until(question: str, read: Callable[[str], _T], *, notes: Sequence[str] = (), usual: str = "") -> _T:
    """An answer that `read` takes; what it raises is told, and it is asked again."""
    while True:
        said = line(question, notes=notes, usual=usual)
        try:
            return read(said)
        except InboxTriageError as error:
            complain(error)


def complain(error: InboxTriageError) -> None:
    """Say what is wrong with an answer; where the configuration's own check says it, without the name of the key."""
    problems = [one.partition(": ")[2] for one in error.problems] if isinstance(error, ConfigError) else [str(error)]
    for one in problems:
        tell(one[:1].upper() + one[1:] + "." * (not one.endswith((".", "?", "!"))))


def yes(question: str, *, usual: bool, notes: Sequence[str] = ()) -> bool:
    """A yes or a no."""
    while True:
        said = line(question, notes=notes, usual="yes" if usual else "no").lower()
        if said in {"y", "yes", "n", "no"}:
            return said.startswith("y")
        tell("Please write yes or no.")


def choice(question: str, choices: Sequence[tuple[str, str]], *, usual: str, notes: Sequence[str] = ()) -> str:
    """One of several, by its name, the beginning of it or its number."""
    width = max(len(name) for name, _ in choices)
    listed = [f"{n}  {name.ljust(width)}  {what}".rstrip() for n, (name, what) in enumerate(choices, 1)]
    names = [name for name, _ in choices]
    while True:
        said = line(question, notes=[*notes, *listed], usual=usual).lower()
        if said.isdecimal() and 1 <= int(said) <= len(names):
            return names[int(said) - 1]
        meant = [said] if said in names else [name for name in names if said and name.startswith(said)]
        if len(meant) == 1:
            return meant[0]
        tell(f"Please write one of: {', '.join(names)}.")

"""The way back: what was answered in a part of `init`, so that it can be walked again up to the question before."""

import os
import sys
from contextlib import redirect_stdout, suppress
from typing import TextIO

Said = tuple[tuple[str, str], ...]
WORDS = {"back", "<"}


class Back(Exception):
    """They asked for the question before."""


class Journal:
    """The answers of one part, in order, each with its question. Secrets among them are in memory only.

    Going back walks the part again from its beginning, silently, with these answers, and stops before the last one. A
    question that is another one than it was ends the walk: nothing is ever answered for somebody else's question.
    """

    def __init__(self) -> None:
        self._said: list[tuple[str, str]] = []
        self._at = 0  # how many of them the walk has used
        self._silence: redirect_stdout[TextIO] | None = None
        self._nowhere: TextIO | None = None

    @property
    def said(self) -> Said:
        """The answers so far."""
        return tuple(self._said)

    def begin(self, said: Said = ()) -> None:
        """A part begins; with `said` it is walked once more, up to the question behind these answers."""
        self._loud()
        self._said = list(said)
        self._at = 0
        if self._said:
            self._nowhere = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - closed by `_loud`
            self._silence = redirect_stdout(self._nowhere)
            self._silence.__enter__()

    def known(self, question: str) -> str | None:
        """The answer that was given to this question; None where it is to be asked."""
        if self._at < len(self._said) and self._said[self._at][0] == question:
            self._at += 1
            if self._at == len(self._said):
                self._loud()
            return self._said[self._at - 1][1]
        if self._at < len(self._said):
            del self._said[self._at :]
        self._loud()
        return None

    def heard(self, question: str, answer: str) -> None:
        """Remember an answer. One to the same question again stands instead: the first was not taken."""
        if self._said and self._said[-1][0] == question:
            self._said.pop()
        self._said.append((question, answer))
        self._at = len(self._said)

    def end(self) -> None:
        """A part is through, or broken off."""
        self._loud()

    def _loud(self) -> None:
        if self._silence is not None:
            with suppress(ValueError):
                sys.stdout.flush()
            self._silence.__exit__(None, None, None)
            self._silence = None
        if self._nowhere is not None:
            self._nowhere.close()
            self._nowhere = None

"""The review in words, driven by its keys in a terminal, and what it reads out."""

import os
import re
import select
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.acceptance.test_review import Terminal
from tests.practice import Practice

PROMPT = "\r\n> "
FILLED = "I tell you when we speak."
STEP = re.compile(r"^Step \d+ of \d+\. (.+)\.$", re.MULTILINE)
_LETTER = re.compile(
    r"^(?:The letter|Your letter|Your safety text) to (\S+), subject: .*\n((?:(?:  .*)?\n)*)", re.MULTILINE
)
_MEMBER = re.compile(r"^\d+\. .*, (m\d+)(?: \(struck out\))?: .*\n((?:(?!\d+\. |Keys: ).*\n)*)", re.MULTILINE)
_OWN = re.compile(r"^alone     (?:first of all|after “(.*?)…?”)\n((?:    .*\n)+)", re.MULTILINE)
_SHARED = re.compile(r"^shared    all of them say:\n((?:(?:  .*)?\n)*)", re.MULTILINE)
LEFT = re.compile(r"^Left: (\d+) pe", re.MULTILINE)


class Ear(Terminal):
    """The review in words, and what it says from one prompt to the next."""

    has_ended = False

    def hear(self) -> str:
        """Everything up to the next prompt for a key, or to the end of the program."""
        deadline = time.monotonic() + 60
        while PROMPT not in self.text and not self.has_ended:
            assert time.monotonic() < deadline, self.text
            if select.select([self._terminal], [], [], 0.5)[0]:
                try:
                    self.text += self._decoder.decode(os.read(self._terminal, 65_536))
                except OSError:
                    self.has_ended = True
        said, _, self.text = self.text.partition(PROMPT)
        assert "\x1b" not in said, "nothing that moves the cursor or colours"
        return said.replace("\r\n", "\n")

    def key(self, key: str) -> str:
        """Press a key; what is said then, up to the next prompt."""
        self.press(key)
        return self.hear()

    def asked(self, key: str, *answers: tuple[str, str]) -> str:
        """Press a key and answer its questions, each found by words of it; what is said then."""
        self.press(key)
        for question, answer in answers:
            self.until(question)
            self.answer(answer)
        return self.hear()

    def interrupt(self) -> None:
        """Ctrl-C in a question, as the terminal tells it; again where it came before anybody listened."""
        for _ in range(60):
            self.process.send_signal(signal.SIGINT)
            if select.select([self._terminal], [], [], 1.0)[0]:
                return


@contextmanager
def hearing(practice: Practice, columns: int = 2_000) -> Iterator[Ear]:
    """The review in words; on a terminal so wide that only its paragraphs are folded, if nothing else is said."""
    opened = Ear(practice, "review", "--plain", columns=columns)
    try:
        yield opened
    finally:
        opened.close()


def joined(text: str) -> str:
    """A text without its folds, which may stand behind a hyphen."""
    return re.sub(r"(?<=\w)- (?=\w)", "-", " ".join(text.split()))


def letter_in(said: str) -> tuple[str, str]:
    """To whom the letter that was read out goes, and its words."""
    (found,) = _LETTER.findall(said)
    return found[0], joined(found[1])


def letters_in(said: str) -> dict[str, tuple[str, str]]:
    """The letters of a group, put together from what was read out: what all say, and what each says alone."""
    (block,) = _SHARED.findall(said)
    shared = [joined(part) for part in block.strip("\n").split("\n\n")]
    found = {}
    for item, text in _MEMBER.findall(said):
        own: dict[int, str] = {}
        for after, words in _OWN.findall(text):
            places = [n for n, part in enumerate(shared, 1) if after and part.startswith(joined(after))]
            own[places[0] if after else 0] = joined(words)
        parts = [part for n in range(len(shared) + 1) for part in (own.get(n), shared[n] if n < len(shared) else None)]
        (to,) = re.findall(r"^letter    to (\S+), subject", text, re.MULTILINE)
        found[item] = (to, " ".join(part for part in parts if part))
    return found

"""What a delivery's outcome means for the mail and for the sender. Pure; retried is only what is safe to repeat.

Only the phase tells "safe to retry" from "ambiguous" (GUARANTEES, rule 4): before the body nothing was taken; a reply
code is a definite answer; no code after the body began is `unknown`.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from inboxtriage.outbox.outgoing import State

Phase = Literal["connect", "greeting", "hello", "tls", "auth", "mail", "rcpt", "data", "body"]
Pause = Literal["unreachable", "tls", "auth", "server"]

QUEUE_LIFE = timedelta(days=2)  # after which what is only ever deferred is given up visibly (G6)
_FEWEST_TRIES = 9  # before that; they take four hours, so that neither a clock that jumps nor a long sleep ends a mail
_FIRST_RETRY, LONGEST_RETRY = timedelta(minutes=1), timedelta(hours=4)
_FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=15)
_SIGN_IN_WANTED = frozenset({530, 534, 535, 538})  # RFC 4954, section 6; 454 at a recipient is about the recipient
_SERVER_PHASES: tuple[Phase, ...] = ("connect", "greeting", "hello", "tls", "auth")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far one delivery came: the phase in which it ended, the server's code there (None: none) and words."""

    phase: Phase
    code: int | None
    text: str

    @property
    def reply(self) -> str:
        """Code and words, as shown to a person."""
        return f"{self.code} {self.text}".strip() if self.code is not None else self.text


@dataclass(frozen=True, slots=True)
class Settlement:
    """The next state of the mail; when it is due again; and whether the sender itself must pause, and why."""

    state: State
    after: timedelta = timedelta()
    pause: Pause | None = None


def settle(outcome: Outcome, *, attempts: int, age: timedelta) -> Settlement:
    """What becomes of a mail on its `attempts`-th delivery, `age` after it was approved."""
    code, phase = outcome.code, outcome.phase
    family = None if code is None else code // 100
    if phase == "body":
        return _after_body(family, attempts, age)
    if phase in _SERVER_PHASES:
        return Settlement("queued", pause="auth" if code in _SIGN_IN_WANTED else _why(phase))
    if code in _SIGN_IN_WANTED:
        return Settlement("queued", pause="auth")
    if family == 5:
        return Settlement("failed")
    return _deferred(attempts, age)  # 4xx, a drop, a time-out, nonsense: nothing was taken yet


def pause_for(failures: int) -> timedelta:
    """How long the sender rests after so many failures in a row."""
    doublings = min(max(0, failures - 1), 16)
    return min(_FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def _after_body(family: int | None, attempts: int, age: timedelta) -> Settlement:
    if family == 2:
        return Settlement("sent")
    if family == 4:
        return _deferred(attempts, age)
    return Settlement("failed") if family == 5 else Settlement("unknown")


def _deferred(attempts: int, age: timedelta) -> Settlement:
    if age >= QUEUE_LIFE and attempts >= _FEWEST_TRIES:
        return Settlement("failed")
    return Settlement("deferred", after=min(_FIRST_RETRY * (1 << min(max(0, attempts - 1), 16)), LONGEST_RETRY))


def _why(phase: Phase) -> Pause:
    if phase == "connect":
        return "unreachable"
    return "tls" if phase == "tls" else "auth" if phase == "auth" else "server"

"""What can go wrong, said to a person: one line that names what happened and what to do next.

Every error that reaches the command line derives from `InboxTriageError`, carries its exit code,
and never holds a secret or the words of a mail (GUARANTEES G51).
"""

import base64
import re
from collections.abc import Sequence

_BASE64 = re.compile(r"[A-Za-z0-9+/]{4,}={0,2}")


class InboxTriageError(Exception):
    """It could not be done."""

    exit_code = 1

    def __init__(self, what: str | None = None, *, do: str | None = None) -> None:
        self.what = what or (self.__doc__ or "").splitlines()[0]
        self.do = do
        super().__init__(self.what if do is None else f"{self.what.rstrip('.')}: {do}")


def hidden(words: str, secret: str) -> str:
    """Somebody else's words without a secret that they may repeat: plain, escaped, or inside of base64 (G51)."""

    def veiled(found: re.Match[str]) -> str:
        try:
            inside = base64.b64decode(found[0] + "=" * (-len(found[0]) % 4))
        except ValueError:
            return found[0]
        return "…" if secret.encode() in inside else found[0]

    if not secret:
        return words
    words = _BASE64.sub(veiled, words)
    for piece in (secret, secret.encode("unicode_escape").decode()):
        words = words.replace(piece, "…")
    return words


class UsageProblem(InboxTriageError):
    """The command was given something that it cannot use."""

    exit_code = 2


class ConfigError(InboxTriageError):
    """The configuration is wrong; `problems` holds one line for each fault, each with its key."""

    exit_code = 2

    def __init__(self, source: str, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        lines = [f"{source}: {len(self.problems)} problem(s)", *self.problems]
        super().__init__("\n".join([*lines, "Mend that there; `inboxtriage check` looks again."]))
        self.do = f"mend it in {source}; `inboxtriage check` looks again"


class Refused(InboxTriageError):
    """The rules do not allow it now (an unshown draft, a settled item, a blocked letter)."""


class NotFound(InboxTriageError):
    """There is nothing by that name."""


class Busy(InboxTriageError):
    """Another process holds what is needed."""


class SecretMissing(InboxTriageError):
    """A password could not be had from where the configuration says it is."""


class Unreachable(InboxTriageError):
    """A server or folder could not be reached, or broke off."""


class FolderGone(Unreachable):
    """A folder is not there any more; the rest of the mailbox is."""


class FolderVanished(FolderGone):
    """A folder was deleted or renamed: the server lists it no more."""


class SignInFailed(InboxTriageError):
    """A server refused the sign-in."""


class CalendarUnreadable(InboxTriageError):
    """A calendar could not be read, so nobody knows which times are free."""


class Surprise(InboxTriageError):
    """Going on would surprise the owner; the message names the option that permits it."""


class StoreTooNew(InboxTriageError):
    """The store was written by a newer version."""


class ModelUnusable(InboxTriageError):
    """The classifier's files are missing, damaged or not of this program."""


class ResponseFault(InboxTriageError):
    """A response file cannot be used as it stands."""

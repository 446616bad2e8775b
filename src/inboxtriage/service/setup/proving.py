"""An account is tried before it is kept: both servers signed in to, its folders found. Nothing is read or sent."""

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from inboxtriage import shipped
from inboxtriage.config.settings import Account, Server
from inboxtriage.errors import InboxTriageError, SecretMissing, SignInFailed
from inboxtriage.service.assembly import Assembly

Which = Literal["imap", "smtp"]
Ask = Literal["host", "security", "ca_file", "password"]
Secret = Callable[..., str] | None


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a server cannot be used, as it was said and in plain words, and what is to be asked again."""

    which: Which
    said: str
    words: str
    ask: tuple[Ask, ...]
    is_refusal: bool = False  # the server took user name and password, and said no


@dataclass(frozen=True, slots=True)
class Folders:
    """What an account has: the folders that are read with how many mails each holds, and where the others are.

    `recent` is how many mails of them arrived on the day of `since` or later; None where all are read.
    """

    read: tuple[tuple[str, int], ...]
    recent: int | None
    sent: str | None
    drafts: str | None
    junk: str | None


def mailbox(a: Assembly, account: Account, secret: Secret = None) -> Folders | Trouble:
    """Sign in where mail is read, and look which folders there are; `secret` where it is not kept yet."""
    try:
        box = a.mailbox(account, secret=secret)
        try:
            read, recent = [], 0
            for folder in box.folders(account.folders, junk=False):
                read.append((folder, box.state(folder).messages or 0))
                recent += len(box.listing(folder, above=None, since=account.start).uids)
            junk = next((name for name in box.folders((), junk=True)), None)
            drafts = box.drafts()
            found = Folders(
                tuple(read), recent if account.start else None, box.sent_folder(), drafts.name if drafts else None, junk
            )
        finally:
            box.close()
    except InboxTriageError as error:
        return trouble("imap", error)
    return found


def sending(a: Assembly, account: Account, secret: Secret = None) -> Trouble | None:
    """Sign in where mail is handed in. Nothing is sent."""
    try:
        asyncio.run(a.transport(account, secret=secret).probe())
    except InboxTriageError as error:
        return trouble("smtp", error)
    return None


def trouble(which: Which, error: InboxTriageError) -> Trouble:
    """What an error means for somebody who is setting up."""
    if isinstance(error, SignInFailed):
        words = f"The server says no: {error.do}." if error.do else ""
        return Trouble(which, error.what, words, ("password",), is_refusal=True)
    if isinstance(error, SecretMissing):
        return Trouble(which, str(error), "", ("password",))
    for one in shipped.table("service.setup", "troubles")["trouble"]:
        if re.search(one["says"], error.what):
            return Trouble(which, error.what, one["words"], tuple(one["ask"]))
    raise error


def usual_port(which: Which, security: str) -> int:
    """The port that such a server usually listens at."""
    usual = {"imap": {"tls": 993, "starttls": 143, "none": 143}, "smtp": {"tls": 465, "starttls": 587, "none": 25}}
    return usual[which][security]


def is_shared(servers: Sequence[Server | None]) -> bool:
    """Whether one user name, and so most likely one password, is for all of these servers."""
    return len({server.username for server in servers if server is not None}) == 1

"""One daemon for a mailbox on this computer, also where its store was copied or put back elsewhere (G26)."""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from inboxtriage.config.load import state_folder
from inboxtriage.config.settings import Account
from inboxtriage.errors import Busy
from inboxtriage.store.database import StoreBroken
from inboxtriage.store.lock import hold

log = logging.getLogger("inboxtriage")


@contextmanager
def alone_with(account: Account) -> Iterator[None]:
    """Keep every other daemon of this user away from the account's mailbox. Raises Busy where one is there."""
    folder = state_folder() / "accounts"
    name = hashlib.sha256(_mailbox(account).encode()).hexdigest() + ".lock"
    with ExitStack() as held:
        try:
            free = held.enter_context(hold(folder, name))
        except (OSError, StoreBroken) as error:
            log.warning("action=lock account=%s outcome=failed error=%s", account.name, type(error).__name__)
            free = True  # a folder that cannot be written keeps nobody from their mail
        if not free:
            raise Busy(
                f"another inboxtriage, with another store, already reads the mailbox of account {account.name}",
                do="stop that one, or take the account out of this configuration",
            )
        yield


def _mailbox(account: Account) -> str:
    if account.maildir is not None:
        return f"maildir {account.maildir.inbox.resolve()}"
    if account.imap is not None:
        return f"imap {account.imap.host.lower()} {account.imap.port} {account.imap.username}"
    return f"none {account.name}"

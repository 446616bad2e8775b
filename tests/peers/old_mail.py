"""An old mailbox, made fast: its mails are put where Dovecot keeps them, without a client."""

import os
import random
import time

from tests.peers.dovecot import Mailbox
from tests.practice import mail

_DAY = 86_400


def fill(box: Mailbox, many: int, *, days_ago: int) -> None:
    """Put `many` mails into the inbox, all of that age, in no order; Dovecot numbers them when it first looks."""
    with box.client() as client:
        client.select_folder("INBOX")  # makes the folders, with their owner
    inbox = box.server.folder / "mail" / box.user / "Maildir"
    owner = inbox.stat()
    at = int(time.time()) - days_ago * _DAY
    raw = mail("old words")
    for number in random.Random(7).sample(range(many), many):
        path = inbox / "cur" / f"{at + number % 1_000}.M{number}.old:2,S"
        path.write_bytes(raw.replace(b"Message-ID: <", b"Message-ID: <%d." % number))
        os.chown(path, owner.st_uid, owner.st_gid)
        os.utime(path, (at, at))

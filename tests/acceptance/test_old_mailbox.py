"""A first pass over an old mailbox: it asks, drafts nothing by surprise, and goes on where it was killed (G21, G25)."""

import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.peers.dovecot import Dovecot
from tests.peers.old_mail import fill
from tests.peers.proxy import delaying
from tests.peers.smtp import SmtpPeer
from tests.practice import ASKS_ROOM, Practice, mail

MANY, BATCH = 20_000, 1_000
_BYTES_A_MESSAGE = 20  # of a number in a list of numbers, asked for at most twice


def test_twenty_thousand_old_messages(dovecot: Dovecot, tmp_path: Path) -> None:
    """G25: it asks for a start date; given one, nothing older is fetched or drafted, but all of it is accounted for."""
    box = dovecot.mailbox()
    fill(box, MANY, days_ago=400)
    box.deliver(*(mail(f"{ASKS_ROOM} {n}", sender=f"p{n}@example.org") for n in range(3)))
    with SmtpPeer() as smtp, delaying(dovecot.tls_port, 0.0) as proxy:
        practice = Practice.on_servers(tmp_path, box, smtp, since="")
        text = practice.config.read_text()
        practice.config.write_text(text.replace(f"port = {dovecot.tls_port}", f"port = {proxy.port}"))
        asked = practice.run("poll", "--json")
        assert asked.code == 1
        assert f"{MANY + 3} messages" in asked.err
        assert "--since" in asked.err
        assert practice.ok("queue", "--all", "--json").json == []

        proxy.clear()
        start = (datetime.now(UTC) - timedelta(days=2)).date()
        found = practice.ok("poll", "--since", str(start), "--json").json
        assert (found["fetched"], found["drafts"]) == (3, 3)
        assert proxy.bytes < MANY * _BYTES_A_MESSAGE
        (account,) = practice.ok("status", "--json").json["accounts"]
        inbox = account["folders"][0]
        assert (inbox["in_mailbox"], inbox["known"], inbox["before_start"]) == (MANY + 3, 3, MANY)
        assert smtp.connections == 0


@pytest.mark.parametrize("stored", [1, 500])
def test_a_first_pass_killed_midway_is_finished(stored: int, dovecot: Dovecot, tmp_path: Path) -> None:
    """G21: SIGKILL when at least so many are stored; the rest is fetched, whatever the order of the numbers."""
    box = dovecot.mailbox()
    fill(box, BATCH, days_ago=400)
    with SmtpPeer() as smtp:
        practice = Practice.on_servers(tmp_path, box, smtp)
        practice.ok("queue")  # makes the store
        polling = practice.start("poll")
        with closing(practice.assembly()) as a:
            ends = time.monotonic() + 60
            while int(a.db.value("SELECT count(*) FROM message")) < stored and time.monotonic() < ends:
                time.sleep(0.005)
            polling.kill()
            polling.communicate()
            kept = int(a.db.value("SELECT count(*) FROM message"))
        assert stored <= kept < BATCH, "killed in the middle"
        found = practice.ok("poll", "--json").json
        assert (found["fetched"], found["duplicates"]) == (BATCH - kept, 0)
        (account,) = practice.ok("status", "--json").json["accounts"]
    inbox = account["folders"][0]
    assert (inbox["in_mailbox"], inbox["known"], inbox["missing"]) == (BATCH, BATCH, 0)

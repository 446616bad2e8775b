"""Messages in their thousands through the running daemon on Dovecot: its memory, how many were lost, how many came twice.

    python -m tests.chaos.soak [HOW_MANY]              10,000 (`make soak`)

They come in handfuls while the daemon listens (IDLE), which alone tells it of them: it would look by itself once an
hour. One in ten is an inquiry, the others are notices, as in a real inbox. One of each handful is approved and sent, the
others are settled, so that the queue stays short. The memory is that of the daemon, without the process that judges.
"""

import argparse
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from inboxtriage.service import deciding
from inboxtriage.store import messages
from tests.chaos.invariants import broken, inquiry, notice
from tests.chaos.place import Place
from tests.peers import dovecot, tls
from tests.peers.smtp import SmtpPeer

_HANDFUL = 250  # one of each is approved
_INQUIRIES = 10  # one in so many
_PATIENCE = 120.0  # seconds that nothing new may be read for
_FLAT = 1.25  # the memory at the end over that at the first sample


def main(words: Sequence[str] | None = None) -> int:
    """Run it and print the samples; 1 where something was lost, came twice or grew."""
    asks = argparse.ArgumentParser(prog="python -m tests.chaos.soak", description=__doc__)
    asks.add_argument("messages", nargs="?", type=int, default=10_000)
    given = asks.parse_args(words)
    missing = dovecot.why_not()
    if missing:
        print(f"NOTHING WAS TRIED: {missing}", file=sys.stderr)
        return 1
    base = Path(tempfile.mkdtemp(prefix="soak-", dir="/tmp"))
    try:
        with dovecot.running(base / "dovecot", tls.make(base / "tls")) as server, SmtpPeer() as smtp:
            return _soak(Place.on_dovecot(base / "place", server, smtp, 0, None), given.messages)
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _soak(place: Place, messages: int) -> int:
    practice, box = place.practice, place.box
    assert box is not None
    config = practice.config.read_text()
    practice.config.write_text(
        f"{config}\n[service]\npoll_seconds = 3600\n[triage]\nmax_drafts_per_pass = {messages}\n"
    )
    asked, begun = 0, time.monotonic()
    samples: list[float] = []
    with (practice.home / "log").open("w") as log:
        daemon = subprocess.Popen(practice.command("run"), stdout=log, stderr=log, env=practice.env())
    print(f"{'messages':>10}{'resident MB':>13}{'a second':>10}{'sent':>6}")
    try:
        while place.delivered < messages:
            many = min(_HANDFUL, messages - place.delivered)
            numbers = range(place.delivered + 1, place.delivered + many + 1)
            box.deliver(*(notice(n) if n % _INQUIRIES else inquiry(n) for n in numbers))
            place.delivered += many
            _wait_until_read(place)
            practice.ok("show", f"m{place.delivered}")
            asked += practice.run("approve", f"m{place.delivered}").code == 0
            _settle_the_rest(place)
            if place.delivered in {_HANDFUL, messages} or place.delivered % 1_000 == 0:
                samples.append(_resident(daemon.pid))
                speed = place.delivered / (time.monotonic() - begun)
                sent = len(place.taken)
                print(f"{place.delivered:10}{samples[-1]:13.1f}{speed:10.1f}{sent:6}", flush=True)
        ends = time.monotonic() + _PATIENCE
        while len(place.taken) < asked and time.monotonic() < ends:
            time.sleep(0.5)
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(60)
    found = broken(practice, place.delivered, place.taken, place.said)
    if len(place.taken) != asked:
        found.append(f"{asked} approved, {len(place.taken)} accepted")
    if samples[-1] > samples[0] * _FLAT:
        found.append(f"the daemon grew from {samples[0]:.0f} to {samples[-1]:.0f} MB")
    if "doing=listening" not in (practice.home / "log").read_text():
        found.append("it never listened")
    for violation in found:
        print(f"    {violation}")
    print(f"{messages} messages, {asked} approved and {len(place.taken)} sent, {len(found)} violations")
    return int(bool(found))


def _settle_the_rest(place: Place) -> None:
    """Reject what waits, as a person would who works through the queue."""
    with closing(place.practice.assembly()) as a:
        for item in messages.in_states(a.db, ["waiting"]):
            deciding.reject(a, item.id, None)


def _wait_until_read(place: Place) -> None:
    """Until every message of the mailbox is accounted for."""
    path = place.practice.home / "store" / "inboxtriage.sqlite3"
    last, since = -1, time.monotonic()
    while last < place.delivered:
        time.sleep(0.1)
        found = _read(path)
        if found != last:
            last, since = found, time.monotonic()
        if time.monotonic() - since > _PATIENCE:
            log = (place.practice.home / "log").read_text()[-1500:]
            raise RuntimeError(f"{last} of {place.delivered} were read, and then none: {log}")


def _read(path: Path) -> int:
    """How many messages the daemon's store accounts for."""
    db = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=20) if path.exists() else None
    if db is None:
        return 0
    try:
        return int(db.execute("SELECT count(*) FROM sighting").fetchone()[0])
    except sqlite3.OperationalError:  # the tables are being made
        return 0
    finally:
        db.close()


def _resident(process: int) -> float:
    """Megabytes of memory that a process holds."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


if __name__ == "__main__":
    sys.exit(main())

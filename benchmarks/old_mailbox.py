"""A first pass over an old mailbox with a start date, and an idle pass after it: seconds, bytes and memory."""

import argparse
import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.peers import dovecot, tls
from tests.peers.old_mail import fill
from tests.peers.proxy import DelayingProxy, delaying
from tests.peers.smtp import SmtpPeer
from tests.practice import Practice


def main(words: Sequence[str] | None = None) -> None:
    """Fill a mailbox, read it twice, delete a message, read it again; a line each."""
    arguments = argparse.ArgumentParser(prog="python -m benchmarks.old_mailbox", description=__doc__)
    arguments.add_argument("--messages", type=int, nargs="+", default=[1_000, 100_000], help="sizes to compare")
    sizes: list[int] = arguments.parse_args(words).messages
    problem = dovecot.why_not()
    if problem:
        print(f"not measured: {problem}")
        return
    for many in sizes:
        with tempfile.TemporaryDirectory(dir="/tmp") as name:
            _measure(Path(name), many)


def _measure(folder: Path, many: int) -> None:
    with dovecot.running(folder / "dovecot", tls.make(folder)) as server, SmtpPeer() as smtp:
        box = server.mailbox()
        fill(box, many, days_ago=400)
        box.validity()  # the server numbers them now, and not while we measure
        with delaying(server.tls_port, 0.0) as proxy:
            start = (datetime.now(UTC) - timedelta(days=30)).date()
            practice = Practice.on_servers(folder / "home", box, smtp, since=f'"{start}"')
            text = practice.config.read_text()
            practice.config.write_text(text.replace(f"port = {server.tls_port}", f"port = {proxy.port}"))
            print(f"{many} old messages")
            _poll("first pass", practice, proxy)
            _poll("idle pass", practice, proxy)
            with box.client() as client:
                client.select_folder("INBOX")
                client.delete_messages([1])
                client.expunge([1])
            _poll("pass after one was deleted", practice, proxy)


def _poll(what: str, practice: Practice, proxy: DelayingProxy) -> None:
    proxy.clear()
    began = time.perf_counter()
    process = subprocess.Popen(practice.command("poll"), stdout=subprocess.DEVNULL, env=practice.env())
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    if process.returncode:
        raise SystemExit(f"{what}: the pass failed")
    print(f"  {what}: {seconds:.1f} s, {proxy.bytes / 1024:.1f} KB, {used.ru_maxrss / 1024:.0f} MB at most")


if __name__ == "__main__":
    main()

"""Run by tests.acceptance.test_dead_line inside a network of its own, where packets can be lost."""

import subprocess
import time
from pathlib import Path

from tests.peers.dovecot import Dovecot
from tests.peers.smtp import SmtpPeer
from tests.practice import Practice, mail
from tests.running import ended, running, served, wait, worker

_RENEW_SECONDS, _ANSWER_SECONDS = 2, 30


def firewall(action: str, port: int) -> None:
    for end in ("--sport", "--dport"):
        subprocess.run(["iptables", action, "INPUT", "-p", "tcp", end, str(port), "-j", "DROP"], check=True)


def test_a_line_that_died_silently_is_noticed(dovecot: Dovecot, tmp_path: Path) -> None:
    box = dovecot.mailbox()
    with SmtpPeer() as smtp:
        practice = served(Practice.on_servers(tmp_path, box, smtp), poll_seconds=3600, idle_seconds=_RENEW_SECONDS)
        with running(practice) as daemon:
            wait(lambda: worker(practice)["doing"] == "listening")
            firewall("-A", dovecot.tls_port)
            begun = time.monotonic()
            arrived = dovecot.folder / "mail" / box.user / "Maildir" / "new" / "1.dead.line"
            arrived.write_bytes(mail())
            arrived.chmod(0o666)
            wait(lambda: worker(practice)["doing"] == "resting", _RENEW_SECONDS + _ANSWER_SECONDS + 30)
            assert time.monotonic() - begun >= _RENEW_SECONDS, "it was the silence that it noticed"
            assert "no answer in time" in worker(practice)["why"]
            firewall("-D", dovecot.tls_port)
            wait(lambda: practice.ok("status", "--json").json["messages"] == 1, 90)
            ended(daemon)

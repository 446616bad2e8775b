"""Messages a second: parse, classify, a whole poll beside mbsync's download; commands, training, the idle daemon."""

import argparse
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.peers import dovecot, tls
from tests.peers.proxy import delaying
from tests.peers.smtp import SmtpPeer
from tests.practice import ADDRESS, Practice, mail

from benchmarks.corpus import mails
from inboxtriage import shipped
from inboxtriage.clock import SystemClock
from inboxtriage.message.parse import parse
from inboxtriage.service.classifying import sorter_for
from inboxtriage.triage.model import weights
from inboxtriage.triage.model.predict import LinearClassifier

_FAR = 0.040  # seconds there and back
_OWN = frozenset({ADDRESS})


def main(words: Sequence[str] | None = None) -> None:
    """Measure everything that can be measured here, and print a line each."""
    arguments = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    arguments.add_argument("--messages", type=int, default=1_000, help="how many (default 1,000)")
    arguments.add_argument("--repeat", type=int, default=3, help="how often; the median is printed (default 3)")
    given = arguments.parse_args(words)
    corpus = mails(given.messages)
    size = sum(map(len, corpus)) / len(corpus) / 1024
    print(f"{len(corpus)} messages of {size:.1f} KB on average; median of {given.repeat}")
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {SystemClock().now():%Y-%m-%d}\n")
    _inside(corpus, given.repeat)
    with tempfile.TemporaryDirectory() as folder:
        practice = Practice.in_folders(Path(folder))
        _commands(practice, given.repeat)
        _daemon(practice)
        _model(practice, given.repeat)
    problem = dovecot.why_not()
    if problem:
        print(f"whole poll: not measured, {problem}")
        return
    with tempfile.TemporaryDirectory() as folder:
        _polls(Path(folder), corpus, given.repeat)


def _inside(corpus: list[bytes], repeat: int) -> None:
    sorter = sorter_for(None)
    messages = [parse(raw, _OWN) for raw in corpus]

    def parsing() -> None:
        for raw in corpus:
            parse(raw, _OWN)

    def classifying() -> None:
        for message in messages:
            sorter.judge(message)

    _rate("parse", len(corpus), _median(parsing, repeat))
    _rate("classify", len(corpus), _median(classifying, repeat))


def _commands(practice: Practice, repeat: int) -> None:
    for number in range(60):
        practice.receive(mail(sender=f"n{number}@example.org"))
    practice.ok("poll")
    tab = {"_INBOXTRIAGE_COMPLETE": "zsh_complete", "INBOXTRIAGE_CONFIG": str(practice.config)}
    _time(practice, ["--help"], repeat)
    _time(practice, ["queue"], repeat)
    _time(practice, ["queue", "--json"], repeat)
    for line in ("", "approve ", "approve --group "):
        typed = f"inboxtriage {line}"
        practice.environment |= {**tab, "COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" "))}
        _time(practice, [], repeat, called=f"Tab: {typed}")
    for name in (*tab, "COMP_WORDS", "COMP_CWORD"):
        del practice.environment[name]


def _time(practice: Practice, words: list[str], repeat: int, called: str = "") -> None:
    times = []
    for _ in range(max(repeat, 5)):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        practice.ok(*words)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    print(f"{called or 'inboxtriage ' + ' '.join(words):<34}{statistics.median(times) * 1000:>8.0f} ms of CPU")


def _daemon(practice: Practice) -> None:
    """The memory of a daemon that has judged mail and waits for more."""
    for number in range(60):
        practice.receive(mail(sender=f"later{number}@example.org"))
    daemon = practice.start("run")
    try:
        while len(practice.queue()) < 2 * 60:
            time.sleep(0.5)
        time.sleep(2)
        print(f"{'the daemon at rest':<34}{_memory(daemon.pid):>8.0f} MB")
    finally:
        daemon.terminate()
        daemon.communicate()


def _memory(process: int) -> float:
    """Resident, in MB."""
    found = subprocess.run(["ps", "-o", "rss=", "-p", str(process)], capture_output=True, text=True, check=True)
    return int(found.stdout) / 1024


def _model(practice: Practice, repeat: int) -> None:
    """Its size, the time to load it, and the time of a training with its gate."""
    folder = shipped.folder("models") / "shipped"
    size = sum(file.stat().st_size for file in folder.iterdir())
    loading = _median(lambda: LinearClassifier(weights.load(folder)), repeat)
    print(f"{'the model':<34}{size / 1e6:>8.1f} MB, loaded in {loading * 1000:.0f} ms")
    training = _median(lambda: practice.ok("train"), 1)
    print(f"{'inboxtriage train':<34}{training:>8.0f} s", flush=True)


def _polls(folder: Path, corpus: list[bytes], repeat: int) -> None:
    certificate = tls.make(folder / "tls")
    with dovecot.running(folder / "dovecot", certificate) as server, SmtpPeer() as sink:
        box = server.mailbox()
        box.deliver(*corpus)

        def poll(port: int, name: str) -> None:
            practice = Practice.on_servers(folder / name, box, sink)
            text = practice.config.read_text().replace(f"port = {server.tls_port}", f"port = {port}")
            practice.config.write_text(text + "\n[triage]\nmax_drafts_per_pass = 100000\n")
            found = practice.ok("poll", "--json").json
            assert found["fetched"] + found["duplicates"] == len(corpus), found
            shutil.rmtree(folder / name)

        def pull(port: int, name: str) -> None:
            _mbsync(folder / name, box, port)
            shutil.rmtree(folder / name)

        def both(where: str, port: int) -> None:
            _rate(f"whole poll over TLS, {where}", len(corpus), _median(lambda: poll(port, "poll"), repeat))
            if shutil.which("mbsync"):
                bare = _median(lambda: pull(port, "pull"), repeat)
                _rate(f"mbsync's bare download, {where}", len(corpus), bare)

        both("loopback", server.tls_port)
        with delaying(server.tls_port, _FAR) as proxy:
            both("40 ms away", proxy.port)


def _mbsync(folder: Path, box: dovecot.Mailbox, port: int) -> None:
    (folder / "mail").mkdir(parents=True)
    config = folder / "mbsyncrc"
    config.write_text(
        f"FSync no\nIMAPAccount far\nHost localhost\nPort {port}\nUser {box.user}\nPass {dovecot.PASSWORD}\n"
        f"SSLType IMAPS\nCertificateFile {box.server.certificate.authority}\n\nIMAPStore far\nAccount far\n\n"
        f"MaildirStore near\nPath {folder}/mail/\nInbox {folder}/mail/INBOX\n\n"
        f"Channel all\nFar :far:\nNear :near:\nPatterns INBOX\nCreate Near\nSync Pull\nSyncState {folder}/state-\n"
    )
    done = subprocess.run(["mbsync", "-q", "-c", str(config), "-a"], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"mbsync failed: {done.stderr}")


def _median(work: Callable[[], object], repeat: int) -> float:
    times = []
    for _ in range(repeat):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def _rate(what: str, count: int, seconds: float) -> None:
    print(f"{what:<34}{count / seconds:>8.0f} messages/s   {seconds / count * 1000:.2f} ms each", flush=True)


if __name__ == "__main__":
    main()

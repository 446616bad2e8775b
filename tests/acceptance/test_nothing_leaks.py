"""G51, G52, G56: no secret and no mail text in logs, tracebacks, `ps` or core; no file for others; no host but ours.

Canaries: the password, the token and the words of a mail. Every run collects what it wrote; the canaries are looked for in
all of it, plain and in base64.
"""

import base64
import os
import re
import resource
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.conftest import REQUIRE_PEERS
from tests.peers.imap_door import ImapDoor, standing
from tests.peers.smtp import Misbehaviour, SmtpPeer
from tests.practice import ASKS_INSURANCE, Practice, mail

PASSWORDS = {
    "plain": "canary-password-4711",
    "quotes and backslashes": 'canary"pass\\word 4711',
    "not ASCII": "canary-pässwörd-4711",
    "long": "canary-password-" + "x" * 1500,
}
WORDS = "canarywords"


def leaked(secret: str, written: str) -> list[str]:
    """Every form of a secret that is found in what was written."""
    user = "hello@harbor.example"
    forms = {secret, secret.encode("unicode_escape").decode(), secret.replace("\\", "\\\\").replace('"', '\\"')}
    for inside in (secret, f"\0{user}\0{secret}", f"user={user}\1auth=Bearer {secret}\1\1"):
        forms.add(base64.b64encode(inside.encode()).decode().rstrip("="))
    return [form for form in forms if form in written]


@dataclass
class Watched:
    """A practice on peers that misbehave, and all that was written while it ran."""

    practice: Practice
    imap: ImapDoor
    smtp: SmtpPeer
    secret: str
    written: list[str] = field(default_factory=list)

    def run(self, *words: str) -> int:
        done = self.practice.run(*words)
        self.written += [done.out, done.err]
        return done.code

    def files(self) -> str:
        """Every file that is no mail and no store, as text."""
        kept = [
            p for p in self.practice.home.rglob("*") if p.is_file() and "store" not in p.parts and "new" not in p.parts
        ]
        return "\n".join(path.read_bytes().decode("utf-8", "replace") for path in kept)


@pytest.fixture(params=list(PASSWORDS.values()), ids=list(PASSWORDS))
def secret(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def watched(secret: str, tmp_path: Path) -> Iterator[Watched]:
    with standing(ImapDoor(password=secret)) as door, SmtpPeer(password=secret) as smtp:
        practice = Practice.on_scripted(tmp_path, door.port)
        practice.config.write_text(practice.config.read_text().replace("port = 9\n", f"port = {smtp.port}\n"))
        practice.environment |= {"PEER": secret, "PYTHONASYNCIODEBUG": "1", "PYTHONDEVMODE": "1"}
        yield Watched(practice, door, smtp, secret)


class TestG51:
    """Debug on, a server that repeats what it was told, each phase broken: 0 hits."""

    def test_servers_that_repeat_what_they_heard(self, watched: Watched) -> None:
        secret = watched.secret
        blob = base64.b64encode(f"\0hello@harbor.example\0{secret}".encode()).decode()
        watched.imap.password = watched.smtp.password = "another"
        for watched.imap.refusal, watched.smtp.refusal in (
            (f"NO no {secret} here", f"535 not {secret}"),
            (f"BAD LOGIN {blob} is odd", f"535-AUTH PLAIN {blob}\r\n535 no"),
            ("NO \x00\xff\x1b]52;c;garbage", f"421 {secret}"),
        ):
            assert watched.run("check", "--debug") == 1
        assert leaked(secret, "\n".join(watched.written) + watched.files()) == []
        assert watched.imap.signed_in() == 3, "it was told indeed"


class TestG51BrokenOff:
    """The same at each phase, with the password that is hardest to say."""

    @pytest.fixture(params=[PASSWORDS["quotes and backslashes"]], ids=["quotes"])
    def secret(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    def test_each_phase(self, watched: Watched) -> None:
        for phase in ("CAPABILITY", "LOGIN", "LIST", "EXAMINE"):
            watched.imap.hang_up_at = phase
            watched.smtp.misbehave = {"auth" if phase == "LOGIN" else "hello": Misbehaviour(drop=True)}
            assert watched.run("check", "--debug") == 1
        watched.imap.hang_up_at = "UID"
        assert watched.run("poll", "--debug") == 1
        assert leaked(watched.secret, "\n".join(watched.written) + watched.files()) == []

    def test_the_list_of_processes(self, watched: Watched) -> None:
        watched.imap.greeting = "* OK ready"
        running = watched.practice.start("run")
        deadline = time.monotonic() + 30
        seen: list[str] = []
        while time.monotonic() < deadline and watched.imap.signed_in() == 0:
            seen.append(
                subprocess.run(["ps", "axww", "-o", "args"], capture_output=True, text=True, check=False).stdout
            )
            time.sleep(0.2)
        running.send_signal(signal.SIGTERM)
        out, err = running.communicate(timeout=60)
        assert any("inboxtriage" in one for one in seen), "it was on the list"
        assert leaked(watched.secret, "\n".join([*seen, out, err])) == []


# A fault of this program wherever a mail is in hand; its words are in the exception, as they would be in a library's.
FAULT = """
import sys
from inboxtriage.cli.main import main
from inboxtriage.service import intake
where, path = sys.argv.pop(1), sys.argv.pop(1)
def fails(*given, **more):
    raise ValueError(open(path).read())
owner, _, name = where.rpartition(".")
setattr(eval(owner), name, fails)
main()
"""


@pytest.mark.parametrize("where", ["intake.pass_account", "intake._Reader._store", "intake._Reader._keep_batch"])
@pytest.mark.parametrize("words", [("poll", "--debug"), ("run", "--debug")])
def test_g51_words_of_a_mail_are_in_no_traceback(where: str, words: tuple[str, ...], practice: Practice) -> None:
    """`--debug` shows where it failed and what kind of fault it was; of the mail nothing."""
    path = practice.receive(mail(f"{ASKS_INSURANCE} {WORDS}", subject=WORDS, sender=f"{WORDS} <{WORDS}@example.org>"))
    shutil.copy(path, practice.home / "mail")
    running = subprocess.Popen(
        [sys.executable, "-c", FAULT, where, str(practice.home / "mail"), "--config", str(practice.config), *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=practice.env(),
    )  # fmt: skip
    if words[0] == "run":
        try:
            running.wait(8)
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGTERM)
    out, err = running.communicate(timeout=60)
    assert WORDS not in out + err
    if where != "intake._Reader._store":  # there it costs that mail alone, which is put aside
        assert "ValueError" in err


def test_g51_there_is_no_core(practice: Practice) -> None:
    """Aborted in the middle of its work, with cores allowed: none is made."""
    soft_and_hard = resource.getrlimit(resource.RLIMIT_CORE)
    if soft_and_hard[1] == 0:
        pytest.skip("cores are forbidden here altogether (ulimit -Hc 0)")
    running = subprocess.Popen(
        practice.command("run"), env=practice.env(), cwd=practice.home, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (soft_and_hard[1],) * 2),  # noqa: PLW1509
    )  # fmt: skip
    assert running.stderr is not None
    assert "started" in running.stderr.readline()
    limits = Path(f"/proc/{running.pid}/limits").read_text()
    assert re.search(r"Max core file size +0 +0", limits)
    os.kill(running.pid, signal.SIGABRT)
    _, status = os.waitpid(running.pid, 0)
    running.returncode = -signal.SIGABRT
    running.stderr.close()
    assert os.WTERMSIG(status) == signal.SIGABRT
    assert not os.WCOREDUMP(status)
    assert not [path for path in practice.home.iterdir() if path.name.startswith("core")]


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is of Linux")
def test_g51_a_core_that_is_piped_to_a_program_is_none_either() -> None:
    """Such a one heeds no limit (core(5)); a process that is not dumpable makes none."""
    code = (
        "import ctypes\nfrom inboxtriage.cli.private import leave_nothing\nask = ctypes.CDLL(None).prctl\n"
        "before = ask(3, 0, 0, 0, 0)\nleave_nothing()\nprint(before, ask(3, 0, 0, 0, 0))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "0"]


def test_g52_nothing_is_made_for_others(practice: Practice) -> None:
    """With umask 000: store, locks, WAL while it runs, and what `run` leaves."""
    practice.receive(mail(ASKS_INSURANCE))
    before = set(practice.home.rglob("*"))
    previous = os.umask(0)
    try:
        practice.ok("poll")
        practice.queue()
        practice.ok("approve", "m1", "--now")
        running = practice.start("run")
        assert running.stderr is not None
        running.stderr.readline()
        open_to_others = loose(practice.home, before)
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=60)
    finally:
        os.umask(previous)
    assert (practice.home / "store" / "run.lock").exists()
    assert open_to_others == loose(practice.home, before) == []


def loose(home: Path, before: set[Path]) -> list[str]:
    """What was made since and can be read by others; mail that was delivered into a folder is the folder's own matter."""
    made = [
        p
        for p in home.rglob("*")
        if p not in before and p.relative_to(home).parts[0] not in {"inbox", "outgoing", "sent"}
    ]
    return [str(path) for path in made if stat.S_IMODE(path.stat().st_mode) & 0o077]


HTML = f"""<html><head><link rel=stylesheet href="http://css.tracker.example/x.css"><base href="http://base.example/">
<meta http-equiv=refresh content="0; url=http://refresh.example/"><script src="http://js.example/x.js"></script></head>
<body background="http://bg.example/b.png"><p>{ASKS_INSURANCE}</p><img src="http://pixel.tracker.example/{WORDS}.gif">
<img src="http://127.0.0.1:9/p.gif"><iframe src="//frame.example/"></iframe><a href="http://click.example/?u=1">here</a>
<object data="http://object.example/o"></object><video src="http://video.example/v" poster="http://p.example/p"></video>
</body></html>"""


class TestG56:
    """connect() as the kernel saw it, while HTML mail with remote images, names and tracking links is read and shown."""

    @pytest.fixture(autouse=True)
    def _strace(self) -> None:
        if shutil.which("strace") is None:
            if REQUIRE_PEERS:
                pytest.fail("INBOXTRIAGE_REQUIRE_PEERS=1, but strace is not installed")
            pytest.skip("strace is not installed (apt install strace)")

    @staticmethod
    def connects(practice: Practice, *words: str) -> list[str]:
        """Where a run of the program connected to, by internet addresses and by the system's resolver."""
        trace = practice.home / "trace"
        command = ["strace", "-f", "-qq", "-e", "trace=connect,sendto", "-o", str(trace), *practice.command(*words)]
        done = subprocess.run(command, capture_output=True, text=True, env=practice.env(), check=False, timeout=300)
        if "PTRACE" in done.stderr or "ptrace" in done.stderr:
            pytest.skip("strace may not trace here (ptrace is barred)")
        assert done.returncode == 0, done.stderr
        return [line for line in trace.read_text().splitlines() if re.search(r"AF_INET6?\b|nscd|resolve", line)]

    def test_reading_and_showing(self, practice: Practice) -> None:
        raw = mail("x", sender="Jane <jane@names.tracker.example>", List_Unsubscribe="<http://unsubscribe.example/>")
        raw = raw.replace(b"text/plain", b"text/html").replace(b"\r\n\r\nx", b"\r\n\r\n" + HTML.encode())
        path = practice.receive(raw)
        assert self.connects(practice, "classify", str(path)) == []
        assert self.connects(practice, "poll") == []
        assert self.connects(practice, "queue") == []
        assert self.connects(practice, "show", "m1") == []
        shown = practice.ok("show", "m1").out
        assert "fee per session" in shown, "it was read"

    def test_the_trace_does_see_what_is_configured(self, tmp_path: Path) -> None:
        """And nothing beside it: IMAP's port alone."""
        with standing(ImapDoor(password="any")) as door:
            practice = Practice.on_scripted(tmp_path, door.port)
            seen = self.connects(practice, "poll")
        assert any(f"htons({door.port})" in line for line in seen)
        socket_lines = [line for line in seen if f"htons({door.port})" not in line and "nscd" not in line]
        # To order a host's addresses the C library connects datagram sockets to them, at the same port or at none.
        assert [line for line in socket_lines if "127.0.0.1" not in line and '"::1"' not in line] == []


def test_g51_a_library_that_logs_an_exception_does_not_log_its_words() -> None:
    """The formatter that leaves them out is the one in use: asyncio logs what nobody caught."""
    fault = (
        "import logging\nfrom inboxtriage.cli.main import main\n"
        "try:\n    main(['--version'])\nexcept SystemExit:\n    pass\n"
        f"try:\n    raise ValueError('{WORDS}')\nexcept ValueError:\n    logging.getLogger('asyncio').exception('told')\n"
    )
    done = subprocess.run([sys.executable, "-c", fault], capture_output=True, text=True, check=True)
    assert "told" in done.stderr
    assert "ValueError" in done.stderr
    assert WORDS not in done.stderr

"""The steps of a run that outlast it, and a way to stop the run at any one of them.

A step is a system call whose effect a killed process leaves behind: a write to a file (the page cache survives the
process, so what was written counts even where it was never synced), fsync, fdatasync, connect, what is written to a
socket, a rename. Writes in a row to one file are one step, its first: that a part of them is worth nothing is SQLite's
own promise. A run that is killed between two steps leaves what a run leaves that is killed just before the second, so to
stop before each step in turn is to stop everywhere that matters.

strace's `-e inject=...:signal=SIGKILL:when=N` is the usual tool, but it counts N for each thread and each kind of call by
itself: a step of a second thread may never be the first to reach its N, and then is never tried, silently. Here the kernel
itself holds every such call of every thread and child (seccomp's user notification, Linux 5.5), one counter numbers
them all, and the run is killed before the N-th is carried out. While a step is held, what is on disk can be looked at.
No root, no ptrace, nothing in the program.
"""

import fcntl
import os
import platform
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.practice import Done

_NUMBERS = {
    "x86_64": {
        "write": 1,
        "pwrite64": 18,
        "connect": 42,
        "sendto": 44,
        "recvfrom": 45,
        "fsync": 74,
        "fdatasync": 75,
        "rename": 82,
        "renameat": 264,
        "renameat2": 316,
    },
    "aarch64": {
        "write": 64,
        "pwrite64": 68,
        "connect": 203,
        "sendto": 206,
        "recvfrom": 207,
        "fsync": 82,
        "fdatasync": 83,
        "renameat": 38,
        "renameat2": 276,
    },
}
STEPS = ("pwrite64", "fsync", "fdatasync", "connect", "write", "sendto", "rename", "renameat", "renameat2")
_TO_SOCKETS = ("write", "sendto", "recvfrom")  # such a call on a file is no step
_RECEIVE, _ANSWER, _CONTINUE = 0xC0502100, 0xC0182101, 1
_LAUNCH = Path(__file__).with_name("launch.py")
_SAID = 64  # octets of what is sent that a step remembers


@dataclass(frozen=True, slots=True)
class Step:
    """One call, about to be carried out. `target`: a file's path, or `port N` of the other side of a connection."""

    call: str
    target: str
    said: bytes = b""

    def __str__(self) -> str:
        return f"{self.call} {Path(self.target).name}"


@dataclass(slots=True)
class Run:
    """How a watched run went. `killed`: it was stopped before the last of `steps`."""

    done: Done
    steps: list[Step] = field(default_factory=list)
    killed: bool = False


@cache
def why_not() -> str | None:
    """Why runs cannot be stopped at their steps here, or None."""
    if os.geteuid() != 0:
        return "not root: the program keeps its memory from everybody else, and steps are read there"
    if sys.platform != "linux" or platform.machine() not in _NUMBERS:
        return f"no steps known for {sys.platform} on {platform.machine()}"
    try:
        found = watch([sys.executable, "-I", "-S", "-c", "import os; os.fsync(os.open('.', os.O_RDONLY))"], os.environ)
    except OSError as error:
        return f"the kernel does not hold calls for us ({error.strerror or error})"
    return None if [step.call for step in found.steps] == ["fsync"] else f"steps are not seen here ({found.done.err})"


def watch(
    command: Sequence[str],
    env: Mapping[str, str],
    *,
    kill_at: int = 0,
    calls: Sequence[str] = STEPS,
    held: Callable[[Step], None] | None = None,
) -> Run:
    """Run a command to its end, or SIGKILL it before step `kill_at` (from 1). `held` is called at each step, before it."""
    known = _NUMBERS[platform.machine()]
    names = {known[call]: call for call in calls if call in known}
    ours, theirs = socket.socketpair()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, ours:
        with theirs:
            numbers = ",".join(map(str, names))
            process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_LAUNCH), str(theirs.fileno()), numbers, *command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env=dict(env),
                pass_fds=[theirs.fileno()],
            )
        run = Run(Done(0, "", ""))
        try:
            _, handed, _, _ = socket.recv_fds(ours, 16, 1)
            if handed:
                _follow(handed[0], process, names, run, kill_at, held)
        except BaseException:
            process.kill()
            raise
        finally:
            code = process.wait()
        texts = [(file.seek(0), file.read().decode("utf-8", "replace"))[1] for file in (out, err)]
    if not handed:
        raise OSError(0, texts[1].strip().splitlines()[-1] if texts[1].strip() else "the launcher said nothing")
    run.done = Done(code, texts[0], texts[1])
    return run


def _follow(
    listener: int,
    process: "subprocess.Popen[bytes]",
    names: dict[int, str],
    run: Run,
    kill_at: int,
    held: Callable[[Step], None] | None,
) -> None:
    """Number the steps until nobody is left who could make one."""
    poller = select.poll()
    poller.register(listener, select.POLLIN)
    try:
        while not any(event & (select.POLLHUP | select.POLLERR) for _, event in poller.poll()):
            notice = bytearray(80)
            try:
                fcntl.ioctl(listener, _RECEIVE, notice)
            except OSError:  # whoever called is gone
                continue
            ident, task, _, number, _, _, *args = struct.unpack("=QIIiIQ6Q", notice)
            step = None if run.killed else _step(names[number], task, args)
            if step is not None and not _goes_on(step, run.steps):
                run.steps.append(step)
                if held is not None:
                    held(step)
                if len(run.steps) == kill_at:
                    process.send_signal(signal.SIGKILL)
                    run.killed = True
                    continue
            try:
                fcntl.ioctl(listener, _ANSWER, struct.pack("=QqiI", ident, 0, 0, _CONTINUE))
            except OSError:  # whoever called is gone
                continue
    finally:
        os.close(listener)


def _goes_on(step: Step, before: list[Step]) -> bool:
    """Whether it is one more write in a row to the same file."""
    return step.call == "pwrite64" and bool(before) and before[-1] == step


def _step(call: str, task: int, args: list[int]) -> Step | None:
    """The call as a step; None where it is none."""
    if call.startswith("rename"):
        return Step(call, _text(task, args[{"rename": 1}.get(call, 3)]))
    if call == "connect":
        return Step(call, _address(_memory(task, args[1], min(args[2], 28))))
    try:
        target = str(Path(f"/proc/{task}/fd/{args[0]}").readlink())
    except FileNotFoundError:  # it calls with a descriptor that it does not have, or is gone
        return None
    if not target.startswith("socket:"):
        return None if call in _TO_SOCKETS else Step(call, target)
    port = _far_port(target[8:-1])
    if port is None:
        return None  # two processes of ours that talk to each other
    said = _memory(task, args[1], min(args[2], _SAID)) if call != "recvfrom" else b""
    return Step(call, f"port {port}", said)


def _memory(task: int, address: int, length: int) -> bytes:
    with Path(f"/proc/{task}/mem").open("rb", buffering=0) as memory:
        memory.seek(address)
        return memory.read(length)


def _text(task: int, address: int) -> str:
    return _memory(task, address, 4096 - address % 4096 or 4096).partition(b"\0")[0].decode("utf-8", "replace")


def _address(raw: bytes) -> str:
    """Of a sockaddr: the port, or the family where it has none."""
    family = int.from_bytes(raw[:2], sys.byteorder)
    if family in {socket.AF_INET, socket.AF_INET6}:
        return f"port {int.from_bytes(raw[2:4], 'big')}"
    return f"family {family}"


def _far_port(inode: str) -> int | None:
    """The other side's port of a TCP connection, by its inode."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            words = line.split()
            if words[9] == inode:
                return int(words[2].rpartition(":")[2], 16)
    return None

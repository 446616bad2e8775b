"""`python -m tests.fuzz SECONDS [SEED]`: fuzz every target for its share of the time; exit 1 where one broke.

Each target runs in a process of its own under libFuzzer (atheris). What broke one lies in tests/fuzz/kept/ and is
tried by tests/unit/test_fuzz_kept.py from then on.
"""

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests import poison
from tests.practice import mail

KEPT = Path(__file__).parent / "kept"
_LARGEST = 16_384
_DONE = b"TAG OK done\r\n"
_IMAP_SEEDS = [
    [b"* CAPABILITY IMAP4rev1\r\n" + _DONE, _DONE, b"* CAPABILITY IMAP4rev1\r\n" + _DONE,
     b"* 2 EXISTS\r\n* OK [UIDVALIDITY 7] v\r\n" + _DONE, b"* SEARCH 1 2\r\n" + _DONE,
     b'* 1 FETCH (UID 1 RFC822.SIZE 3 INTERNALDATE "01-Nov-2026 10:00:00 +0000")\r\n' + _DONE,
     b"* 1 FETCH (UID 1 BODY[] {3}\r\nabc)\r\n* 2 FETCH (FLAGS (\\Seen))\r\n" + _DONE, *[_DONE] * 20],
    [b"* CAPABILITY IMAP4rev1\r\n" + _DONE, b"* BYE no\r\nTAG NO [AUTHENTICATIONFAILED] no\r\n"],
    [_DONE, _DONE, _DONE, b"* OK [UIDVALIDITY x] v\r\n" + _DONE, b"* SEARCH 4294967296 -1 a\r\n" + _DONE,
     b'* 1 FETCH (UID 1 RFC822.SIZE NIL INTERNALDATE "31-Foo-0000 99:99:99 +9999")\r\n' + _DONE,
     b"* 1 FETCH (UID 1 BODY[] {99999999}\r\nabc", b"* 1 FETCH (UID 1 BODY[]<0> NIL BODY[ \"a\\\"b\")\r\n" + _DONE],
]  # fmt: skip


def _seeds(target: str) -> list[bytes]:
    if target == "imap":
        return [b"\x00".join(pieces) for pieces in _IMAP_SEEDS]
    small = [raw for raw in (make() for make in poison.TRAPS.values()) if len(raw) < _LARGEST]
    return [mail(), *small]


def _fuzz(target: str, seconds: int, seed: int) -> bool:
    """Fuzz one target; whether it held."""
    with tempfile.TemporaryDirectory() as folder:
        corpus, found = Path(folder, "corpus"), Path(folder, "found")
        corpus.mkdir()
        found.mkdir()
        for number, raw in enumerate(_seeds(target)):
            (corpus / str(number)).write_bytes(raw)
        options = {
            "max_total_time": seconds, "seed": seed, "max_len": _LARGEST, "timeout": 10, "rss_limit_mb": 1024,
            "print_final_stats": 1, "artifact_prefix": f"{found}/",
        }  # fmt: skip
        words = [f"-{name}={value}" for name, value in options.items()]
        done = subprocess.run(
            [sys.executable, "-m", "tests.fuzz.one", target, *words, str(corpus)],
            capture_output=True,
            text=True,
            check=False,
        )
        runs = re.search(r"number_of_executed_units:\s*(\d+)", done.stderr)
        executions = int(runs[1]) if runs else 0
        broken = sorted(found.iterdir())
        print(f"{target}: {executions} executions, {executions / seconds:.0f}/s, seed {seed}, {len(broken)} broke it")
        for one in broken:
            KEPT.mkdir(exist_ok=True)
            kept = KEPT / f"{target}-{one.name}"
            kept.write_bytes(one.read_bytes())
            print(f"  {kept}")
        if done.returncode or broken or not executions:
            # The traceback is on its stdout; what libFuzzer tells of its progress helps nobody.
            told = [line for line in done.stderr.splitlines() if not line.startswith(("#", "INFO:"))]
            print("\n".join([*told, *done.stdout.splitlines()][-60:]), file=sys.stderr)
        return done.returncode == 0 and not broken and executions > 0


def main() -> int:
    """Fuzz every target."""
    if sys.version_info >= (3, 14):
        print("atheris knows CPython up to 3.13: nothing was fuzzed; use such a Python", file=sys.stderr)
        return 1
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    share = max(seconds // 2, 1)
    held = [_fuzz(target, share, seed) for target in ("message", "imap")]
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())

"""Packets are lost without a word while the daemon listens. Needs root, for a network namespace and its firewall."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_INSIDE = Path(__file__).parents[1] / "namespace" / "dead_line.py"


def _why_not() -> str | None:
    missing = [tool for tool in ("unshare", "ip", "iptables") if shutil.which(tool) is None]
    if os.geteuid() != 0 or missing:
        return f"a line that dies silently (G18) needs root and {', '.join(missing) or 'nothing else'}"
    tried = subprocess.run(["unshare", "-n", "iptables", "-A", "INPUT", "-j", "DROP"], capture_output=True, check=False)
    return None if tried.returncode == 0 else "a line that dies silently (G18): no firewall in a network namespace here"


@pytest.mark.skipif(_why_not() is not None, reason=_why_not() or "")
def test_a_line_that_died_silently_is_noticed() -> None:
    """G18: within the renewal and 30 seconds for its answer; what came meanwhile is read."""
    tests = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", str(_INSIDE)]
    apart = ["unshare", "-n", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    done = subprocess.run([*apart, *tests], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert "1 passed" in done.stdout

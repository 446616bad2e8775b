"""Fixtures that every kind of test shares: peers that really run, a practice in a folder, the program as a process."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.peers import dovecot as dovecot_peer
from tests.peers import tls
from tests.peers.dovecot import Dovecot
from tests.practice import Practice

REQUIRE_PEERS = os.environ.get("INBOXTRIAGE_REQUIRE_PEERS") == "1"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was not tested."""
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped:
        terminalreporter.section("NOT TESTED HERE", sep="!", red=True)
        reasons = sorted({str(report.longrepr[2]) for report in skipped if isinstance(report.longrepr, tuple)})
        for reason in reasons:
            terminalreporter.line(f"  {reason}", red=True)
        terminalreporter.line(f"  {len(skipped)} test(s) were skipped", red=True)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tls.Certificate:
    """A certificate for localhost, with the authority that vouches for it."""
    return tls.make(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="session")
def dovecot(certificate: tls.Certificate) -> Iterator[Dovecot]:
    """A real Dovecot; where there is none the test is skipped, or fails if peers are required."""
    missing = dovecot_peer.why_not()
    if missing:
        if REQUIRE_PEERS:
            pytest.fail(f"INBOXTRIAGE_REQUIRE_PEERS=1, but {missing}")
        pytest.skip(missing)
    folder = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))
    try:
        with dovecot_peer.running(folder, certificate) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def practice(tmp_path: Path) -> Practice:
    """A practice that lives in local folders."""
    return Practice.in_folders(tmp_path)

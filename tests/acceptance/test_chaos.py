"""A few points of each sweep of `make chaos`, which tries them all: G1, G2, G10, G14, G16, G17, G21."""

from pathlib import Path

import pytest

from tests.chaos import phases, steps, wire
from tests.chaos.place import Place, approved, read
from tests.chaos.sweep import APPROVE, INTAKE, NOW, SEND, Scene, sweep
from tests.conftest import REQUIRE_PEERS
from tests.peers import postfix, tls
from tests.peers.dovecot import Dovecot
from tests.peers.smtp import Phase, SmtpPeer

FEW = 12


@pytest.fixture(autouse=True)
def _steps_are_seen() -> None:
    missing = steps.why_not()
    if missing:
        (pytest.fail if REQUIRE_PEERS else pytest.skip)(missing)


@pytest.mark.parametrize("point", [6, 11])
def test_intake_killed_before_a_step(point: int, tmp_path: Path) -> None:
    """G14, G21: a pass over folders."""
    swept = sweep(INTAKE, [Place.in_folders(tmp_path / "place", FEW, None)], [point])
    assert (swept.points, swept.violations) == (1, [])


@pytest.mark.parametrize(("scene", "point"), [(APPROVE, 6), (SEND, 25), (SEND, 34), (SEND, 36), (NOW, 40)])
def test_sending_killed_before_a_step(scene: Scene, point: int, dovecot: Dovecot, tmp_path: Path) -> None:
    """G1, G10."""
    with SmtpPeer() as smtp:
        place = Place.on_dovecot(tmp_path / "place", dovecot, smtp, 1, approved if scene is SEND else read)
        swept = sweep(scene, [place], [point])
    assert (swept.points, swept.violations) == (1, [])


@pytest.mark.parametrize("phase", ["told", "quit"])
def test_killed_after_the_answer(phase: Phase, dovecot: Dovecot, tmp_path: Path) -> None:
    """G1: what the server took is not sent again, whether its answer was read or not."""
    with SmtpPeer() as smtp:
        assert phases.at(Place.on_dovecot(tmp_path / "place", dovecot, smtp, 1, approved), phase, "kill") == []


@pytest.mark.parametrize(("fault", "number"), [("half", 15), ("garbage", 16), ("50 %", 0), ("NO", 0)])
def test_imap_broken_at_a_line(fault: wire.Fault, number: int, dovecot: Dovecot, tmp_path: Path) -> None:
    """G16, G17. Number 0: the last line at which this fault is possible."""
    with SmtpPeer() as smtp, wire.tapped(dovecot.plain_port) as line:
        place = Place.tapped(tmp_path / "place", dovecot, line.port, smtp, 2)
        if not number:
            place.run("poll")
            number = wire.points(list(line.lines), (fault,))[-2 if fault == "NO" else -1][1]
        assert wire.at(place, line, fault, number) == []


def test_postfix_takes_it_once(dovecot: Dovecot, certificate: tls.Certificate, tmp_path: Path) -> None:
    """G1: killed in the middle of sending to a real server; what arrives is counted behind it."""
    missing = postfix.why_not()
    if missing:
        pytest.skip(missing)
    with SmtpPeer() as smtp, postfix.running(dovecot.folder / "postfix", certificate, smtp.port) as relay:
        place = Place.on_dovecot(tmp_path / "place", dovecot, smtp, 1, approved, relay)
        swept = sweep(SEND, [place], [30])
    assert (swept.points, swept.violations) == (1, [])

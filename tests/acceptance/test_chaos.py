"""A few points of each sweep of `make chaos`, which tries them all: G1, G2, G10, G14, G16, G17, G21."""

from pathlib import Path

import pytest

from tests.chaos import phases, steps, wire
from tests.chaos.place import Place, approved, read
from tests.chaos.sweep import APPROVE, INTAKE, NOW, SEND, TELL, TOLD, Scene, numbered, sweep
from tests.peers import postfix, tls
from tests.peers.dovecot import Dovecot
from tests.peers.smtp import Phase, SmtpPeer

FEW = 12


@pytest.fixture(autouse=True)
def _steps_are_seen() -> None:
    missing = steps.why_not()
    if missing:
        pytest.skip(missing)


@pytest.mark.parametrize("part", [0.5, 0.8])
def test_intake_killed_before_a_step(part: float, dovecot: Dovecot, tmp_path: Path) -> None:
    """G14, G21: a pass, killed around the commit of what it read."""
    with SmtpPeer() as smtp:
        place = Place.on_dovecot(tmp_path / "place", dovecot, smtp, FEW, None)
        point = int(len(numbered(INTAKE, place)) * part)
        swept = sweep(INTAKE, [place], [point, point + 1])
    assert (swept.points, swept.violations) == (2, [])


@pytest.mark.parametrize(("scene", "after_data"), [(SEND, 0), (SEND, 1), (SEND, 2), (SEND, 3), (SEND, 4), (NOW, 4)])
def test_sending_killed_around_the_body(scene: Scene, after_data: int, dovecot: Dovecot, tmp_path: Path) -> None:
    """G1: before DATA, before its mark is written, before it is synced, before the body, after it."""
    with SmtpPeer() as smtp:
        place = Place.on_dovecot(tmp_path / "place", dovecot, smtp, 1, approved if scene is SEND else read)
        steps_of_it = numbered(scene, place)
        data = next(n for n, step in enumerate(steps_of_it, 1) if step.said.startswith(b"DATA"))
        swept = sweep(scene, [place], [data + after_data])
    assert (swept.points, swept.violations) == (1, [])


def test_approving_killed_before_its_commit(dovecot: Dovecot, tmp_path: Path) -> None:
    """G10: approved wholly, or not at all and still to be had."""
    with SmtpPeer() as smtp:
        place = Place.on_dovecot(tmp_path / "place", dovecot, smtp, 1, read)
        writes = [n for n, step in enumerate(numbered(APPROVE, place), 1) if step.call == "pwrite64"]
        swept = sweep(APPROVE, [place], writes[:1])
    assert (swept.points, swept.violations) == (1, [])


@pytest.mark.parametrize(("part", "after_data"), [(0.6, None), (0.9, None), (None, 0), (None, 2), (None, 4)])
def test_an_acknowledgement_killed_on_its_way(
    part: float | None, after_data: int | None, dovecot: Dovecot, tmp_path: Path
) -> None:
    """G1: while the mail is stored that it acknowledges, and around the body; told once, or in doubt and never again."""
    scene = TOLD if part is not None else TELL
    with SmtpPeer() as smtp:
        place = Place.away(tmp_path / "place", dovecot, smtp, read=scene is TELL)
        walk = numbered(scene, place)
        data = next((n for n, step in enumerate(walk, 1) if step.said.startswith(b"DATA")), 0)
        swept = sweep(scene, [place], [int(len(walk) * part) if part is not None else data + (after_data or 0)])
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

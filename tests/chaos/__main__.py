"""Runs every fault and prints a line a scenario: how many points, how many violations. Exit 1 where there is one.

python -m tests.chaos                              everything (`make chaos`)
python -m tests.chaos --only send --point 31       one point again
python -m tests.chaos --random 60 --seed 7         kills at random instants instead
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.chaos import phases, rush, steps, wire
from tests.chaos.invariants import inquiry
from tests.chaos.place import Place, Prepare, approved, read
from tests.chaos.sweep import APPROVE, INTAKE, NOW, SEND, TELL, TOLD, Scene, Swept, sweep
from tests.peers import dovecot, postfix, tls
from tests.peers.imap import ImapPeer, scripted
from tests.peers.smtp import PHASES, SmtpPeer

_SIDE_BY_SIDE = 2
_MANY = 50  # messages of an intake


@dataclass
class Rig:
    """The servers, and places beside each other on them. Everything ends with the stack."""

    base: Path
    stack: ExitStack
    server: dovecot.Dovecot
    certificate: tls.Certificate
    made: int = 0

    def home(self) -> Path:
        """A folder that is not there yet."""
        self.made += 1
        return self.base / f"place{self.made}"

    def on_dovecot(self, mails: int, prepare: Prepare | None) -> list[Place]:
        """Places with a real mailbox and a peer that takes mail."""
        return [Place.on_dovecot(self.home(), self.server, self._peer(), mails, prepare) for _ in range(_SIDE_BY_SIDE)]

    def through_postfix(self, prepare: Prepare) -> list[Place]:
        """The same with Postfix before the peer."""
        found = []
        for _ in range(_SIDE_BY_SIDE):
            peer = self._peer()
            relay = self.stack.enter_context(postfix.running(self.home(), self.certificate, peer.port))
            found.append(Place.on_dovecot(self.home(), self.server, peer, 1, prepare, relay))
        return found

    def away(self, *, read: bool) -> list[Place]:
        """Places where an absence is acknowledged."""
        return [Place.away(self.home(), self.server, self._peer(), read=read) for _ in range(_SIDE_BY_SIDE)]

    def in_folders(self, mails: int, prepare: Prepare | None) -> list[Place]:
        """Places without a server."""
        return [Place.in_folders(self.home(), mails, prepare) for _ in range(_SIDE_BY_SIDE)]

    def smtp_phases(self) -> Swept:
        """Every fault at every phase of SMTP, with STARTTLS and a sign-in."""
        places = [
            Place.on_dovecot(self.home(), self.server, self._peer(self.certificate), 1, approved)
            for _ in range(_SIDE_BY_SIDE)
        ]
        what = [(phase, fault) for phase in PHASES for fault in phases.FAULTS if phases.applies(phase, fault)]
        return _share(
            [
                [
                    (f"{phase} {fault}", partial(phases.at, place, phase, fault))
                    for phase, fault in what[i::_SIDE_BY_SIDE]
                ]
                for i, place in enumerate(places)
            ]
        )

    def imap_lines(self) -> Swept:
        """Every fault at every line of a pass on Dovecot."""
        taps = [self.stack.enter_context(wire.tapped(self.server.plain_port)) for _ in range(_SIDE_BY_SIDE)]
        places = [Place.tapped(self.home(), self.server, tap.port, self._peer(), 2) for tap in taps]
        return _every_line(places, taps, wire.ALL)

    def scripted_lines(self) -> Swept:
        """Fewer faults, on the scripted server, which knows no capabilities."""
        peers = [ImapPeer([inquiry(1), inquiry(2)]) for _ in range(_SIDE_BY_SIDE)]
        taps = [self.stack.enter_context(wire.tapped(self.stack.enter_context(scripted(peer)).port)) for peer in peers]
        places = [Place.scripted(self.home(), tap.port, 2) for tap in taps]
        return _every_line(places, taps, ("half", "NO", "1 %", "99 %"))

    def _peer(self, certificate: tls.Certificate | None = None) -> SmtpPeer:
        return self.stack.enter_context(SmtpPeer(tls=certificate))


def _every_line(places: list[Place], taps: list[wire.Line], faults: tuple[wire.Fault, ...]) -> Swept:
    taps[0].arm(None)
    places[0].run("poll", "--json")
    what = wire.points(list(taps[0].lines), faults)
    return _share(
        [
            [(f"{fault} at line {n}", partial(wire.at, place, tap, fault, n)) for fault, n in what[i :: len(places)]]
            for i, (place, tap) in enumerate(zip(places, taps, strict=True))
        ]
    )


def _share(work: list[list[tuple[str, Callable[[], list[str]]]]]) -> Swept:
    """Lists of points, each list worked off by itself, side by side."""
    swept = Swept(sum(map(len, work)))

    def off(points: list[tuple[str, Callable[[], list[str]]]]) -> list[str]:
        return [f"{name}: {one}" for name, point in points for one in point()]

    with ThreadPoolExecutor(len(work)) as pool:
        for found in pool.map(off, work):
            swept.violations += found
    return swept


def scenarios(rig: Rig, point: int | None) -> Iterator[tuple[str, Callable[[], Swept]]]:
    """What there is to run, by name."""
    only = None if point is None else [point]

    def killed(scene: Scene, places: Callable[[], list[Place]]) -> Callable[[], Swept]:
        return lambda: sweep(scene, places()[: 1 if only else None], only)

    yield "intake, Dovecot", killed(INTAKE, lambda: rig.on_dovecot(_MANY, None))
    yield "intake, Maildir", killed(INTAKE, lambda: rig.in_folders(_MANY, None))
    yield "approve", killed(APPROVE, lambda: rig.on_dovecot(1, read))
    yield "send, scripted SMTP", killed(SEND, lambda: rig.on_dovecot(1, approved))
    yield "send, Maildir", killed(SEND, lambda: rig.in_folders(1, approved))
    yield "approve --now", killed(NOW, lambda: rig.on_dovecot(1, read))
    if postfix.why_not() is None:
        yield "send, Postfix", killed(SEND, lambda: rig.through_postfix(approved))
    yield "absence: poll", killed(TOLD, lambda: rig.away(read=False))
    yield "absence: send", killed(TELL, lambda: rig.away(read=True))
    yield "SMTP phases", rig.smtp_phases
    yield "IMAP lines, Dovecot", rig.imap_lines
    yield "IMAP lines, scripted", rig.scripted_lines


def main(words: Sequence[str] | None = None) -> int:
    """Run what is asked for; 1 where a guarantee was broken or nothing could be tried."""
    asks = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    asks.add_argument("--only", default="", help="scenarios whose name begins so")
    asks.add_argument("--point", type=int, help="one point of a sweep")
    asks.add_argument("--random", type=float, metavar="SECONDS", help="kill at random instants for so long")
    asks.add_argument("--seed", type=int, default=1)
    given = asks.parse_args(words)
    for missing in (steps.why_not(), dovecot.why_not()):
        if missing:
            print(f"NOTHING WAS TRIED: {missing}", file=sys.stderr)
            return 1
    if postfix.why_not():
        print(f"NOT TRIED: send through Postfix, because {postfix.why_not()}", file=sys.stderr)
    base = Path(tempfile.mkdtemp(prefix="chaos-", dir="/tmp"))
    points = violations = 0
    begun = time.monotonic()
    try:
        with ExitStack() as stack:
            certificate = tls.make(base / "tls")
            server = stack.enter_context(dovecot.running(base / "dovecot", certificate))
            rig = Rig(base, stack, server, certificate)
            todo = scenarios(rig, given.point)
            if given.random:
                place = rig.on_dovecot(0, None)[0]
                todo = iter([(f"random, seed {given.seed}", lambda: rush.at_random(place, given.random, given.seed))])
            print(f"{'scenario':24}{'points':>8}{'violations':>12}{'seconds':>9}")
            for name, run in todo:
                if not given.random and not name.startswith(given.only):
                    continue
                started = time.monotonic()
                swept = run()
                spent = time.monotonic() - started
                print(f"{name:24}{swept.points:8}{len(swept.violations):12}{spent:9.1f}", flush=True)
                for violation in swept.violations:
                    print(f"    {violation}", flush=True)
                points, violations = points + swept.points, violations + len(swept.violations)
    finally:
        shutil.rmtree(base, ignore_errors=True)
    print(f"{'in all':24}{points:8}{violations:12}{time.monotonic() - begun:9.1f}")
    print(
        "After every point: accepted <= approved, each at most once; rows = messages; only the approved recipient; "
        "nothing of a mail in what was said; integrity_check ok."
    )
    return int(violations > 0 or points == 0)


if __name__ == "__main__":
    sys.exit(main())

"""The SMTP peer itself kills the sender, hangs up, or talks nonsense, at each phase in turn (G1, G2)."""

import subprocess
from typing import Literal

from tests.chaos.invariants import books, broken
from tests.chaos.place import Place
from tests.chaos.sweep import AGAIN, sent_at_most_once
from tests.peers.smtp import Misbehaviour, Phase
from tests.practice import Done

Fault = Literal["kill", "drop", "nonsense"]
FAULTS: tuple[Fault, ...] = ("kill", "drop", "nonsense")
BEFORE_THE_BODY = ("connect", "hello", "starttls", "auth", "mail", "rcpt", "data")
IN_DOUBT = ("body", "dot", "answered")  # after the body began, and before the answer was on its way


def applies(phase: Phase, fault: Fault) -> bool:
    """Whether the peer has a line to say at that phase that could be nonsense; a drop after QUIT is what QUIT asks for."""
    return fault == "kill" or (phase != "left" and (fault == "drop" or phase not in {"body", "answered", "told"}))


def at(place: Place, phase: Phase, fault: Fault) -> list[str]:
    """Send once with the fault, then twice without; what did not hold."""
    place.put_back()
    practice, smtp = place.practice, place.smtp
    assert smtp is not None
    running: list[subprocess.Popen[str]] = []
    smtp.victim = lambda: running[0].pid
    smtp.misbehave[phase] = {
        "kill": Misbehaviour(kill=True, times=1),
        "drop": Misbehaviour(drop=True, times=1),
        "nonsense": Misbehaviour(answer="\x00\xff} 2 + 2", times=1),
    }[fault]
    running.append(practice.start("send", "--json"))
    out, err = running[0].communicate(timeout=120)
    code = running[0].returncode
    place.said.append(Done(code, out, err))
    smtp.misbehave.clear()
    found = [] if fault != "kill" or code == -9 or phase in {"quit", "left"} else [f"not killed: it ended with {code}"]
    died = books(practice).states
    if died == ["deferred"]:
        time_passes(place)
    for words in AGAIN:
        place.run(*words)
    states = books(practice).states
    if phase in BEFORE_THE_BODY and states != ["sent"]:
        found.append(f"{fault} at {phase} came before the body, but it is {states}")
    if phase in IN_DOUBT and states != ["unknown"]:
        found.append(f"{fault} at {phase} leaves a doubt, but it is {states}")
    found += sent_at_most_once(place, ["committing"] if died == ["unknown"] else died)
    return found + broken(practice, place.delivered, place.taken, place.said)


def time_passes(place: Place) -> None:
    """What was put off is due."""
    a = place.practice.assembly()
    with a.db.writing():
        a.db.run("UPDATE outgoing SET not_before = approved_at WHERE state = 'deferred'")
    a.close()

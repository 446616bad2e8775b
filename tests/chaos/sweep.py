"""Kill before every step, in turn, then start again: nothing lost, nothing twice (G1, G10, G14, G21)."""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tests.chaos import steps
from tests.chaos.invariants import books, broken
from tests.chaos.place import Place

SENT_ONCE = frozenset({"queued", "sending", "deferred", "sent"})  # died in one of these: sent, and not in doubt


@dataclass(frozen=True)
class Scene:
    """A command that is killed, what is run afterwards, and what must then hold beside the invariants."""

    name: str
    words: tuple[str, ...]
    afterwards: tuple[tuple[str, ...], ...]
    judge: Callable[[Place, list[str]], list[str]]  # given the outbox's states when it died


@dataclass
class Swept:
    """How a sweep went: how many points, and what did not hold, each with its point."""

    points: int = 0
    violations: list[str] = field(default_factory=list)


def sweep(scene: Scene, places: list[Place], points: Iterable[int] | None = None) -> Swept:
    """Every point, or those given; the places work side by side."""
    swept, lock = Swept(), threading.Lock()
    numbers = iter(points if points is not None else range(1, 100_000))
    over = threading.Event()

    def work(place: Place) -> None:
        while not over.is_set():
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            where, found = at(scene, place, number)
            with lock:
                swept.points += where is not None
                swept.violations += [f"{scene.name} --point {number} ({where or 'to its end'}): {one}" for one in found]
            if where is None and points is None:
                over.set()

    with ThreadPoolExecutor(len(places)) as pool:
        for done in [pool.submit(work, place) for place in places]:
            done.result()
    return swept


def numbered(scene: Scene, place: Place) -> list[steps.Step]:
    """The steps of a run that nobody kills; the first is point 1."""
    place.put_back()
    return steps.watch(place.practice.command(*scene.words), place.practice.env()).steps


def at(scene: Scene, place: Place, number: int) -> tuple[steps.Step | None, list[str]]:
    """One point: the step before which it died, None where the run ended first; and what did not hold afterwards."""
    place.put_back()
    practice = place.practice
    run = steps.watch(practice.command(*scene.words), practice.env(), kill_at=number)
    place.said.append(run.done)
    found = [] if run.killed or run.done.code == 0 else [f"ended with {run.done.code}: {run.done.err.strip()}"]
    died = books(practice).states
    early = place.smtp is not None and place.smtp.bodies_begun == 0
    if run.killed and "committing" not in died and "sent" not in died and not early and place.smtp is not None:
        found.append(f"a body had begun while the outbox said {died}")
    for words in scene.afterwards:
        place.run(*words)
    found += scene.judge(place, died)
    found += broken(practice, place.delivered, place.taken, place.said)
    return (run.steps[-1] if run.killed else None), found


def all_read(place: Place, _died: list[str]) -> list[str]:
    """After intake: each message has its row, draft and lead; the mailbox is untouched."""
    now, many = books(place.practice), place.delivered
    found = [] if (now.leads, now.drafts) == (many, many) else [f"{now.leads} leads and {now.drafts} drafts of {many}"]
    marks = sorted(set(place.marks()))
    return found if marks == [()] else [*found, f"marks in the mailbox: {marks}"]


def sent_at_most_once(place: Place, died: list[str]) -> list[str]:
    """After sending: once, and known to be so; or in doubt, and never again; or not approved, and still to be had."""
    if not died and not books(place.practice).outgoing:
        found = ["sent without an approval"] if place.taken else []
        again = place.run("approve", "m1", "--now")
        if again.code != 0:
            found.append(f"it cannot be approved any more: {again.err.strip()}")
        died = ["queued"]
    else:
        found = []
    states, accepted = books(place.practice).states, len(place.taken)
    if accepted > 1 or len(states) != 1:
        return [*found, f"{accepted} accepted, outbox {states}"]
    bodies = place.smtp.bodies_begun if place.smtp is not None else accepted
    if died == ["committing"]:
        if states not in (["unknown"], ["sent"]) or bodies > 1:
            found.append(f"died committing, then {states} with {bodies} bodies begun")
    elif (states, accepted, bodies) != (["sent"], 1, 1):
        found.append(f"died {died}, then {states}, {accepted} accepted")
    copies, answered = place.copies_in_sent(), [b"\\Answered" in marks for marks in place.marks()]
    wanted = int(states == ["sent"])
    if copies != wanted or answered.count(True) != wanted:
        found.append(f"{states}: {copies} copies in Sent, {answered.count(True)} marked as answered")
    return found


def acknowledged_at_most_once(place: Place, died: list[str]) -> list[str]:
    """During an absence: told once, or in doubt and never again; nobody waits for it, and nothing is marked."""
    now, accepted = books(place.practice), len(place.taken)
    bodies = place.smtp.bodies_begun if place.smtp is not None else accepted
    found = [] if now.waiting == 1 else [f"{now.waiting} waiting"]
    doubt = died == ["committing"]
    if (
        now.states not in ([["unknown"], ["sent"]] if doubt else [["sent"]])
        or (bodies != 1 and not doubt)
        or bodies > 1
    ):
        found.append(f"died {died}, then {now.states}, {accepted} accepted, {bodies} bodies begun")
    if [one.sender for one in place.taken] not in ([], [""]):
        found.append(f"envelopes of {[one.sender for one in place.taken]}")
    marks = sorted(set(place.marks()))
    return found if marks == [()] and not place.copies_in_sent() else [*found, f"marks: {marks}"]


INTAKE = Scene("intake", ("poll", "--json"), (("poll", "--json"), ("poll", "--json")), all_read)
AGAIN = (("send", "--json"), ("poll", "--json"), ("send", "--json"))
APPROVE = Scene("approve", ("approve", "m1"), AGAIN, sent_at_most_once)
TOLD = Scene("absence: poll", ("poll", "--json"), (("poll", "--json"), *AGAIN), acknowledged_at_most_once)
TELL = Scene("absence: send", ("send", "--json"), AGAIN, acknowledged_at_most_once)
SEND = Scene("send", ("send", "--json"), AGAIN, sent_at_most_once)
NOW = Scene("approve --now", ("approve", "m1", "--now"), AGAIN, sent_at_most_once)

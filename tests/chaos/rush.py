"""Reading, approving and sending in processes beside each other, killed at instants that a seed chooses."""

import random
import subprocess
import time

from tests.chaos.invariants import books, broken, inquiry
from tests.chaos.place import Place
from tests.chaos.sweep import Swept
from tests.practice import Done

_LONGEST = 2.5  # seconds that a command lives at most


def at_random(place: Place, seconds: float, seed: int) -> Swept:
    """For so long; then everything is brought to its end and counted. `points` are kills."""
    dice, swept, ends = random.Random(seed), Swept(), time.monotonic() + seconds
    practice, box = place.practice, place.box
    assert box is not None
    while time.monotonic() < ends:
        fresh = dice.randint(0, 3)
        box.deliver(*(inquiry(place.delivered + n) for n in range(1, fresh + 1)))
        place.delivered += fresh
        item = f"m{dice.randint(1, max(place.delivered, 1))}"
        chosen = dice.sample([("poll",), ("send",), ("approve", item), ("approve", item, "--now"), ("run",)], 2)
        running = [practice.start(*words) for words in chosen]
        for process in running:
            time.sleep(dice.uniform(0, _LONGEST / 2))
            swept.points += process.poll() is None
            process.kill()
        place.said += [_ended(process) for process in running]
        if dice.random() < 0.3:
            place.said.append(practice.run("queue", "--json"))
            place.said[-1] = Done(place.said[-1].code, "", place.said[-1].err)  # it shows mail: that is its task
    for words in (("poll",), ("send",), ("poll",), ("send",)):
        place.run(*words)
    found = broken(practice, place.delivered, place.taken, place.said)
    left = [state for state in books(practice).states if state not in {"sent", "unknown", "cancelled"}]
    found += [f"still {left}"] if left else []
    swept.violations = [f"--random {seconds:g} --seed {seed}: {one}" for one in found]
    return swept


def _ended(process: "subprocess.Popen[str]") -> Done:
    out, err = process.communicate(timeout=30)
    return Done(process.returncode, out, err)

"""Whether a draft may be approved now. Pure: the reasons against, in the words of what to do."""

from collections.abc import Sequence
from dataclasses import dataclass

from inboxtriage.errors import Refused


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a draft at the moment of approval. `shown` is the digest that was last put before a person."""

    item: str
    state: str
    sha256: str | None
    shown: str | None
    blocked: Sequence[str]


def check(candidate: Candidate, given: str | None) -> None:
    """Raises Refused with the reason why this may not be approved. `given` is the caller's own --sha256."""
    item = candidate.item
    if candidate.state == "approved":
        raise Refused(
            f"{item} is already approved", do=f"`inboxtriage outbox` shows it; `inboxtriage undo {item}` takes it back"
        )
    if candidate.state == "folded":
        raise Refused(
            f"{item} is answered together with a later mail of the same person",
            do=f"`inboxtriage show {item}` names that one",
        )
    if candidate.state != "waiting":
        raise Refused(f"{item} is settled ({candidate.state})", do=f"`inboxtriage show {item}` says how")
    if candidate.sha256 is None:
        raise Refused(f"{item} has no draft", do=f"write one with `inboxtriage edit {item}`")
    if given is not None and given != candidate.sha256:
        raise Refused(f"{item} has changed: its draft is now {candidate.sha256[:12]}…", do=f"`inboxtriage show {item}`")
    if given is None and candidate.shown != candidate.sha256:
        what = "has changed since it was shown" if candidate.shown else "was not shown yet"
        raise Refused(f"the draft of {item} {what}", do=f"read it with `inboxtriage show {item}`, then approve")
    if candidate.blocked:
        raise Refused(
            f"{item} is blocked ({'; '.join(candidate.blocked)})", do=f"mend it with `inboxtriage edit {item}`"
        )

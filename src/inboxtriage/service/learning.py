"""Training and evaluating, on the shipped examples and the owner's corrections: all that needs scikit-learn."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from pathlib import Path

from inboxtriage import shipped
from inboxtriage.category.examples import Ask, Example, read
from inboxtriage.clock import Clock
from inboxtriage.message.parse import parse
from inboxtriage.service.assembly import MODEL_FOLDER, Assembly
from inboxtriage.store import corrections
from inboxtriage.store.corrections import Correction
from inboxtriage.triage.model import weights
from inboxtriage.triage.model.evaluate import Figures, cross_validate
from inboxtriage.triage.model.fit import fit, lesson

_WEIGHT = 3  # how many shipped examples one correction of the owner's counts as

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Trained:
    """What was fitted, and where it lies now."""

    examples: int
    corrections: int
    folder: Path
    at: datetime


def shipped_examples() -> list[Example]:
    """The examples that travel with the program."""
    return list(read(sorted((shipped.folder("models") / "training").glob("*.jsonl"))))


def train(a: Assembly | None, into: Path | None, clock: Clock, progress: Progress) -> Trained:
    """Fit a model and put it in use: into the store of `a`, or into the folder `into`."""
    if into is None and a is None:
        raise ValueError("a store or a folder is needed")
    own = corrections.everything(a.db) if a is not None else []
    examples = shipped_examples() + [_example(c, n) for c in own for n in range(_WEIGHT)]
    progress(f"reading {len(examples)} examples")
    now = clock.now()
    fitted, _ = fit([lesson(example) for example in examples], labels_of(examples), now=now, progress=progress)
    folder = into if into is not None else a.folder / MODEL_FOLDER if a is not None else Path()
    weights.save(fitted, folder)
    return Trained(len(examples) - len(own) * _WEIGHT, len(own), folder, now)


def evaluate(clock: Clock, progress: Progress) -> Figures:
    """Cross-validated figures on the shipped examples: no writer is on both sides."""
    examples = shipped_examples()
    return cross_validate(examples, labels_of(examples), now=clock.now(), progress=progress)


def labels_of(examples: list[Example]) -> tuple[str, ...]:
    """The labels that examples teach, in a fixed order."""
    usual = ("insurance", "availability", "scheduling", "fit")
    taught = {label for example in examples for label in example.labels}
    return tuple(label for label in usual if label in taught) + tuple(sorted(taught - set(usual)))


def _example(correction: Correction, copy: int) -> Example:
    """A correction as an example; the sentences that ask are not known, so the message as a whole teaches."""
    message = parse(correction.raw)
    name, address = (message.sender.name, message.sender.address) if message.sender else parseaddr("")
    return Example(
        id=f"own-{correction.message}-{copy}",
        voice=f"own-{correction.message}",
        practice="own",
        kind=correction.kind,
        language=correction.language,
        from_name=name,
        from_addr=address or "unknown@example.com",
        reply_to=None,
        subject=message.subject,
        headers={},
        body=message.words.whole,
        labels=correction.labels,
        urgent=correction.urgent,
        asks=tuple(Ask(label, message.words.new[:200]) for label in correction.labels),
    )

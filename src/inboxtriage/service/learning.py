"""Training and evaluating, on the shipped examples and the owner's corrections: all that needs scikit-learn."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import parseaddr
from pathlib import Path

from inboxtriage import shipped
from inboxtriage.category.examples import OWN_PRACTICE, Ask, Example, read
from inboxtriage.category.response import FEWEST_EXAMPLES, Library, Response
from inboxtriage.clock import Clock
from inboxtriage.errors import Refused, ResponseFault
from inboxtriage.message import apart
from inboxtriage.service.assembly import MODEL_FOLDER, Assembly, load_classifier
from inboxtriage.service.sorting import Sorter, message_of
from inboxtriage.store import corrections, messages, past
from inboxtriage.store.corrections import Correction
from inboxtriage.triage.classifier import Classifier
from inboxtriage.triage.model import weights
from inboxtriage.triage.model.evaluate import Figures, cross_validate
from inboxtriage.triage.model.fit import fit
from inboxtriage.triage.model.predict import LinearClassifier
from inboxtriage.triage.model.speakers import lessons
from inboxtriage.triage.model.weights import Weights
from inboxtriage.triage.verdict import Verdict

_WEIGHT = {
    "relabel": 3,
    "edit": 2,
    "approval": 1,
    "past": 2,
}  # how many shipped examples one word of the owner's counts as
_WEIGHT_OF_FEW = 8  # how many copies of each example of an own category are learned: there are few
_KEPT = 3  # earlier models that stay beside the one in use
_WORSE = {"macro_f1": 0.01, "exact": 0.015, "urgent_recall": 0.03}  # how far a new model may fall behind
_MOST_COMPARED = 1_000  # of the mail that came last

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Flip:
    """A decided mail that the new model would have decided in another way."""

    item: str
    subject: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Trained:
    """What was fitted, and where it lies now; or why it was refused, in which case nothing changed."""

    examples: int
    corrections: int
    folder: Path
    at: datetime
    held_out: dict[str, float]
    refused: str | None = None
    flips: tuple[Flip, ...] = ()
    own_categories: dict[str, float] = field(default_factory=dict)  # how well each is told apart: F1 on unseen ones


def own_categories(library: Library) -> Iterator[Response]:
    """The categories that the owner teaches by examples in a response file. Raises ResponseFault for too few."""
    for response in library.all():
        if response.examples and len(response.examples) < FEWEST_EXAMPLES:
            raise ResponseFault(
                f"{response.file} has {len(response.examples)} examples", do=f"give it {FEWEST_EXAMPLES} at least"
            )
        if response.examples:
            yield response


def shipped_examples() -> list[Example]:
    """The examples that travel with the program."""
    return list(read(sorted((shipped.folder("models") / "training").glob("*.jsonl"))))


def train(a: Assembly, clock: Clock, progress: Progress) -> Trained:
    """Fit a model on the shipped examples and the owner's corrections, and put it in use unless it is worse."""
    own, folder = [*corrections.everything(a.db), *past.everything(a.db)], a.folder / MODEL_FOLDER
    taught = list(own_categories(a.library))
    added = [_example(c, n) for c in own for n in range(_WEIGHT[c.how])]
    added += [example for response in taught for example in _examples_of(response)]
    fitted, examples = _fitted(added, clock, progress)
    before, _ = load_classifier(folder)
    done = Trained(
        examples - len(added),
        len(own),
        folder,
        fitted.made_at,
        fitted.held_out,
        own_categories={response.name: fitted.held_out[f"f1 {response.name}"] for response in taught},
    )
    worse = _worse(fitted.held_out, before.held_out if isinstance(before, LinearClassifier) else {})
    if worse is not None:
        return replace(done, refused=worse)
    progress("looking at past decisions")
    flips = tuple(_flips(a, before, LinearClassifier(fitted))) if before is not None else ()
    weights.save(fitted, folder, keep=_KEPT)
    return replace(done, flips=flips)


def train_into(folder: Path, clock: Clock, progress: Progress) -> Trained:
    """Fit a model on the shipped examples alone, into `folder`."""
    fitted, examples = _fitted([], clock, progress)
    weights.save(fitted, folder)
    return Trained(examples, 0, folder, fitted.made_at, fitted.held_out)


def roll_back(a: Assembly) -> Path:
    """Put the last earlier model back; where there is none, the shipped one is in use again. The model's folder.

    Raises Refused where no model of the owner's is in use at all.
    """
    folder = a.folder / MODEL_FOLDER
    if weights.roll_back(folder):
        return folder
    if not folder.exists():
        raise Refused("the shipped model is in use already", do="`inboxtriage train` makes one of your own")
    shutil.rmtree(folder)
    return shipped.folder("models") / "shipped"


def _fitted(own: list[Example], clock: Clock, progress: Progress) -> tuple[Weights, int]:
    examples = shipped_examples() + own
    progress(f"reading {len(examples)} examples")
    fitted, _ = fit(lessons(examples), labels_of(examples), now=clock.now(), progress=progress)
    return fitted, len(examples)


def _worse(new: dict[str, float], old: dict[str, float]) -> str | None:
    """Why the new model must not take the old one's place, or None."""
    falls = [
        f"{name.replace('_', ' ')} {new[name]:.3f} instead of {old[name]:.3f}"
        for name, most in _WORSE.items()
        if name in new and name in old and new[name] < old[name] - most
    ]
    return ", ".join(falls) or None


def _flips(a: Assembly, before: Classifier, after: Classifier) -> Iterator[Flip]:
    """The last mails on which two classifiers decide differently."""
    own = a.settings.own_addresses()
    old, new = Sorter(before, None, own), Sorter(after, None, own)
    for item in messages.everything(a.db)[-_MOST_COMPARED:]:
        message = message_of(messages.raw_of(a.db, item.number), own)
        if message is None:
            continue
        was, will = _said(old.judge(message)), _said(new.judge(message))
        if was != will:
            yield Flip(item.id, item.subject, was, will)


def _said(verdict: Verdict) -> str:
    """A verdict in short."""
    return f"{verdict.disposition} ({', '.join(verdict.labels) or verdict.kind})"


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
    """A correction as an example; where no sentence is known that asks, the beginning of the message stands for it."""
    message = apart.read(correction.raw)
    name, address = (message.sender.name, message.sender.address) if message.sender else parseaddr("")
    voice = f"{'past' if correction.how == 'past' else 'own'}-{correction.message}"
    return Example(
        id=f"{voice}-{copy}",
        voice=voice,
        practice=OWN_PRACTICE,
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
        asks=tuple(Ask(label, correction.evidence.get(label, message.words.new[:200])) for label in correction.labels),
    )


def _examples_of(response: Response) -> Iterator[Example]:
    """The examples of an own category."""
    for number, text in enumerate(response.examples):
        for copy in range(_WEIGHT_OF_FEW):
            yield Example(
                id=f"{response.name}-{number}-{copy}",
                voice=f"{response.name}-{number}",
                practice=OWN_PRACTICE,
                kind="inquiry",
                language=response.language,
                from_name="",
                from_addr="somebody@example.com",
                reply_to=None,
                subject="",
                headers={},
                body=text,
                labels=(response.name,),
                urgent=False,
                asks=(Ask(response.name, text),),
            )

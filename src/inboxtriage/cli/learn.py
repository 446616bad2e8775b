"""Learning: `train` and `evaluate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from inboxtriage.cli import console
from inboxtriage.cli.session import Session, command, json_option, pass_session
from inboxtriage.cli.verdicts import figures
from inboxtriage.clock import SystemClock
from inboxtriage.errors import UsageProblem

if TYPE_CHECKING:
    from inboxtriage.service.learning import Trained

_WORST = 10
_TOLD_AT_ONCE = ("macro_f1", "exact", "urgent_recall")
_TOLD_APART = 0.7  # F1 from which on a category of the owner's own is worth having


@command()
@click.option("--rollback", is_flag=True, help="Put the model before this one back into use.")
@click.option(
    "--into", metavar="FOLDER", type=click.Path(file_okay=False), help="Fit the shipped examples alone into it."
)
@pass_session
def train(session: Session, rollback: bool, into: str | None) -> int:
    """Refit the classifier from the shipped examples and your corrections.

    Takes about a minute. A model that is worse on writers it has not read is refused; the last three are kept.
    """
    from inboxtriage.service import learning  # noqa: PLC0415 - scikit-learn is slow to import

    if rollback and into:
        raise UsageProblem("--rollback and --into exclude each other")
    if rollback:
        console.say(f"in use again: the model in {learning.roll_back(session.assembly())}")
        return 0
    if not into:
        return train_now(session)
    with console.working("training") as progress:
        done = learning.train_into(Path(into), SystemClock(), progress)
    return _told(done)


def train_now(session: Session) -> int:
    """Train, and say how it went; 1 where the new model is worse and not used."""
    from inboxtriage.service import learning  # noqa: PLC0415

    with console.working("training") as progress:
        done = learning.train(session.assembly(), SystemClock(), progress)
    return _told(done)


def _told(done: Trained) -> int:
    figures_of = ", ".join(f"{name.replace('_', ' ')} {done.held_out[name]:.3f}" for name in _TOLD_AT_ONCE)
    console.say(
        f"trained on {done.examples} examples and {done.corrections} decisions of yours; unseen writers: {figures_of}"
    )
    if done.refused is not None:
        console.warn(f"inboxtriage: the new model is worse ({done.refused}) and not used: undo odd corrections")
        return 1
    console.say(f"the model is in {done.folder}")
    for name, f1 in done.own_categories.items():
        told = (
            "it is told apart" if f1 >= _TOLD_APART else "it is hard to tell apart: give more examples, or clearer ones"
        )
        console.say(f"{name}: {told} (F1 {f1:.2f} on examples not read)")
    for flip in done.flips[:_WORST]:
        console.say(f"{flip.item} would be {flip.after}, was {flip.before}: {flip.subject}")
    if len(done.flips) > _WORST:
        console.say(f"and {len(done.flips) - _WORST} more past decisions would be others")
    return 0


@command()
@json_option
@pass_session
def evaluate(session: Session, as_json: bool) -> None:  # noqa: ARG001 - every command has the session
    """Cross-validated figures of the classifier.

    Fits it five times; takes a few minutes.
    """
    from inboxtriage.service.learning import evaluate as measure  # noqa: PLC0415

    with console.working("evaluating, about two minutes") as progress:
        found = measure(SystemClock(), progress)
    if as_json:
        console.document(figures(found))
        return
    console.say(f"{found.n} messages by {found.voices} writers, five folds, no writer on both sides")
    console.table(
        ["label", "precision", "recall", "F1", "n"],
        [[f.label, f"{f.precision:.3f}", f"{f.recall:.3f}", f"{f.f1:.3f}", str(f.n)] for f in found.labels],
        elastic=[],
    )
    console.say(f"macro-F1 {found.macro_f1:.3f}, exact match {found.exact:.3f}, kind {found.kind_accuracy:.3f}")
    console.say(f"urgent: recall {found.urgent_recall:.3f}, false alarms {found.urgent_false_alarms:.3f}")
    console.say(f"inquiries and clients ignored: {found.inquiries_ignored}")
    console.say(f"drafts: {found.replies}, of which answer exactly what was asked {found.replies_exact:.3f}")
    console.say(f"the sentence shown for a label is one that asks it: {found.evidence:.3f}")
    console.say()
    console.heading("Can the scores be believed?")
    console.table(
        ["score of a label", "it was asked", "n"],
        [[f"{one.score:.2f}", f"{one.right:.2f}", str(one.n)] for one in found.reliability],
        elastic=[],
    )
    console.heading("If only drafts of a least confidence were written")
    console.table(
        ["confidence", "messages drafted", "of these right"],
        [[f"{one.confidence:.1f}", f"{one.drafted:.2f}", f"{one.right:.2f}"] for one in found.coverage],
        elastic=[],
    )
    console.say()
    console.heading("The worst misses")
    for miss in found.misses[:_WORST]:
        console.say(
            f"{miss.id}: asks {', '.join(miss.expected) or 'nothing'}; found {', '.join(miss.found) or 'nothing'}"
        )
        console.say(f"    {miss.subject} | {miss.text}")

"""Learning: `train` and `evaluate`."""

from pathlib import Path

import click

from inboxtriage.cli import console
from inboxtriage.cli.documents import figures
from inboxtriage.cli.session import Session, command, json_option, pass_session
from inboxtriage.clock import SystemClock

_WORST = 10


@command()
@click.option(
    "--into", metavar="FOLDER", type=click.Path(file_okay=False), help="Put the model there, not into the store."
)
@pass_session
def train(session: Session, into: str | None) -> None:
    """Refit the classifier from the shipped examples and your corrections.

    Takes about half a minute.
    """
    from inboxtriage.service.learning import train as fit  # noqa: PLC0415 - scikit-learn is slow to import

    a = session.assembly_if_configured() if into else session.assembly()
    with console.working("training") as progress:
        done = fit(a, Path(into) if into else None, SystemClock(), progress)
    console.say(
        f"trained on {done.examples} examples and {done.corrections} corrections; the model is in {done.folder}"
    )


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
    console.say()
    console.heading("The worst misses")
    for miss in found.misses[:_WORST]:
        console.say(
            f"{miss.id}: asks {', '.join(miss.expected) or 'nothing'}; found {', '.join(miss.found) or 'nothing'}"
        )
        console.say(f"    {miss.subject} | {miss.text}")

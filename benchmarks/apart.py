"""The shipped model on labelled messages that were never learned from: `python -m benchmarks.apart FILE.jsonl`.

Each line: id, from_name, from_addr, reply_to, subject, headers, body, labels, urgent.
"""

import json
import sys
from pathlib import Path

from inboxtriage.category.examples import Example
from inboxtriage.service.assembly import load_classifier
from inboxtriage.triage.model.evaluate import figures, verdict_on

_FIELDS = ("id", "from_name", "from_addr", "reply_to", "subject", "headers", "body", "labels", "urgent")


def main(file: Path) -> None:
    """Judge every message, and print the figures."""
    classifier, problem = load_classifier(None)
    if classifier is None:
        sys.exit(problem)
    examples = [_example(json.loads(line)) for line in file.read_text("utf-8").splitlines()]
    found = figures(examples, [verdict_on(example, classifier) for example in examples], classifier.labels)
    print(f"{found.n} messages, {sum(example.urgent for example in examples)} urgent")
    for one in found.labels:
        print(f"{one.label:<14}precision {one.precision:.2f}  recall {one.recall:.2f}  F1 {one.f1:.2f}  n {one.n}")
    print(f"macro-F1 {found.macro_f1:.3f}, exact match {found.exact:.3f}")
    print(f"urgent: recall {found.urgent_recall:.3f}, false alarms {found.urgent_false_alarms:.3f}")


def _example(row: dict[str, object]) -> Example:
    given = {name: row[name] for name in _FIELDS}
    return Example(**given, voice="", practice="", kind="inquiry", language="", asks=())  # type: ignore[arg-type]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))

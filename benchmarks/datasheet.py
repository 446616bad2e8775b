"""What the training messages are, counted: `python -m benchmarks.datasheet` writes models/DATASHEET.md."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

from inboxtriage.category.examples import Example
from inboxtriage.service.learning import labels_of, shipped_examples

_MODELS = Path(__file__).parents[1] / "models"
_GRAM, _NEAR = 5, 0.5  # words; Jaccard similarity from which on two messages are near-duplicates
_SENTENCE_WORDS = 6  # shorter sentences ("Thank you so much.") are everybody's
_WORD = re.compile(r"\w+")


def main() -> None:
    """Count, and write the page."""
    examples = shipped_examples()
    (_MODELS / "DATASHEET.md").write_text(page(examples), encoding="utf-8")


def page(examples: list[Example]) -> str:
    """The whole page."""
    voices = {example.voice for example in examples}
    words = Counter(word for example in examples for word in _WORD.findall(example.body.lower()))
    lengths = sorted(len(example.body.split()) for example in examples)
    near, shared = near_duplicates(examples), shared_sentences(examples)
    n = len(examples)
    parts = [
        "# Datasheet: the training messages\n",
        "Counted by `make datasheet`. Every message was invented for this project, one by one; there is no",
        "real person's mail among them, and no template or generator script made any.\n",
        f"- {n:,} messages by {len(voices):,} voices (a voice is one invented writer)",
        f"- half of them have {lengths[n // 2]} words or fewer, one in ten has {lengths[n * 9 // 10]} or more",
        f"- {sum(words.values()):,} words, {len(words):,} different ones",
        f"- near-duplicates ({_GRAM}-word groups, Jaccard similarity {_NEAR} or more): {near} pairs, {near / n:.1%}",
        f"- sentences of {_SENTENCE_WORDS} words or more that stand in another voice's message: {shared:.1%}",
        f"- urgent: {sum(example.urgent for example in examples)}\n",
        _table("language", Counter(example.language for example in examples), n),
        _table("kind", Counter(example.kind for example in examples), n),
        _table("asks about", Counter(label for example in examples for label in example.labels or ("nothing",)), n),
        _table("how many questions", Counter(str(len(example.labels)) for example in examples), n),
        _table("practice", Counter(_practice(example) for example in examples), n),
        second_labelling(examples),
    ]
    return "\n".join(parts)


def near_duplicates(examples: Iterable[Example]) -> int:
    """How many pairs of messages are nearly the same."""
    grams = [_grams(example.body) for example in examples]
    holders: dict[str, list[int]] = {}
    for number, mine in enumerate(grams):
        for gram in mine:
            holders.setdefault(gram, []).append(number)
    pairs = {pair for numbers in holders.values() if len(numbers) < 50 for pair in combinations(numbers, 2)}
    return sum(len(grams[a] & grams[b]) >= _NEAR * len(grams[a] | grams[b]) for a, b in pairs)


def shared_sentences(examples: Iterable[Example]) -> float:
    """The share of longer sentences of which another voice has the same; quoted lines left out."""
    said: dict[str, set[str]] = {}
    total: list[tuple[str, str]] = []
    for example in examples:
        new = "\n".join(line for line in example.body.split("\n") if not line.lstrip().startswith(">"))
        for sentence in re.split(r"[.!?\n]+", new.lower()):
            key = " ".join(_WORD.findall(sentence))
            if len(key.split()) >= _SENTENCE_WORDS:
                said.setdefault(key, set()).add(example.voice)
                total.append((key, example.voice))
    return sum(len(said[key]) > 1 for key, _ in total) / len(total)


def second_labelling(examples: Iterable[Example]) -> str:
    """How far a second, blind labelling of models/second_labels.jsonl agrees."""
    by_id = {example.id: example for example in examples}
    second = [json.loads(line) for line in (_MODELS / "second_labels.jsonl").read_text("utf-8").splitlines()]
    pairs = [(by_id[one["id"]], one) for one in second if one["id"] in by_id]
    same = sum(set(first.labels) == set(one["labels"]) for first, one in pairs)
    share = len(pairs) / len(by_id)
    urgent = sum(first.urgent == one["urgent"] for first, one in pairs) / len(pairs)
    kind = sum(first.kind == one["kind"] for first, one in pairs) / len(pairs)
    lines = [
        "## A second labelling\n",
        f"{len(pairs):,} messages ({share:.0%}) were labelled again, by readers who saw neither the first labels nor",
        f"each other's. The same: labels in {same / len(pairs):.1%}, urgency in {urgent:.1%}, kind in {kind:.1%}.\n",
        "| label | both | first only | second only | kappa |",
        "| --- | --- | --- | --- | --- |",
    ]
    for label in labels_of(list(by_id.values())):
        votes = Counter((label in first.labels, label in one["labels"]) for first, one in pairs)
        lines.append(
            f"| {label} | {votes[True, True]} | {votes[True, False]} | {votes[False, True]} | {_kappa(votes):.3f} |"
        )
    return "\n".join(lines) + "\n"


def _kappa(votes: Counter[tuple[bool, bool]]) -> float:
    n = sum(votes.values())
    agreed = (votes[True, True] + votes[False, False]) / n
    first, second = (votes[True, True] + votes[True, False]) / n, (votes[True, True] + votes[False, True]) / n
    chance = first * second + (1 - first) * (1 - second)
    return (agreed - chance) / (1 - chance)


def _practice(example: Example) -> str:
    therapy = ("therap", "psych", "counsel", "couns")
    spoken = "speech" in example.practice or "massage" in example.practice or "physio" in example.practice
    return "therapy" if any(word in example.practice for word in therapy) and not spoken else "other"


def _grams(text: str) -> set[str]:
    words = _WORD.findall(text.lower())
    return {" ".join(words[i : i + _GRAM]) for i in range(len(words) - _GRAM + 1)}


def _table(name: str, counted: Counter[str], n: int) -> str:
    rows = "\n".join(f"| {key} | {count:,} | {count / n:.1%} |" for key, count in counted.most_common())
    return f"| {name} | messages | share |\n| --- | --- | --- |\n{rows}\n"


if __name__ == "__main__":
    main()

"""Signs of danger now, looked for in every sentence: the lane of its own that no confident label may lower.

The signs are data (vocabulary/urgency.toml); what they weigh beside the words is learned in triage.model.
"""

from inboxtriage.triage.phrases import plain, vocabulary
from inboxtriage.triage.reading import Reading

DANGER = (
    "wish_to_die",
    "self_harm",
    "means",
    "goodbye",
    "settled",
    "burden",
    "violence",
    "threat",
    "child",
    "medical",
)
SIGNS = (*DANGER, "now", "long_ago", "safe_said", "about")
_MOST = 3


def signs(reading: Reading) -> list[float]:
    """How often each of SIGNS occurs, up to three times, then how many kinds of danger speak at all."""
    found = vocabulary("urgency").spans(plain("\n".join(sentence.text for sentence in reading.sentences)))
    harmless = found.get("harmless", set())
    counts = {
        sign: len({at for at, _ in found.get(sign, ()) if not any(start <= at < end for start, end in harmless)})
        for sign in SIGNS
    }
    kinds = sum(counts[sign] > 0 for sign in DANGER)
    return [*(float(min(counts[sign], _MOST)) for sign in SIGNS), float(kinds)]

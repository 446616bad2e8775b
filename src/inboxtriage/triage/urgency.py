"""Signs of danger now, looked for in every sentence: the lane of its own that no confident label may lower.

The signs are data (vocabulary/urgency.toml); what they weigh beside the words is learned in triage.model.
"""

from collections.abc import Iterable

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
# Beside these a person looks, however calm the rest of a mail is; the others (a roof, a fever) stand in many calm ones.
_LOOKED_AT = frozenset(DANGER) - {"means", "medical"} | {"look_twice"}


def signs(reading: Reading) -> list[float]:
    """How often each of SIGNS occurs, up to three times, then how many kinds of danger speak at all."""
    found = vocabulary("urgency").spans(_words(reading))
    harmless = found.get("harmless", set())
    counts = {
        sign: len({at for at, _ in found.get(sign, ()) if not any(start <= at < end for start, end in harmless)})
        for sign in SIGNS
    }
    kinds = sum(counts[sign] > 0 for sign in DANGER)
    return [*(float(min(counts[sign], _MOST)) for sign in SIGNS), float(kinds)]


def to_look_at(reading: Reading, beside: Iterable[str] = (), *, selling: bool = False) -> str | None:
    """The first sentence with words that could mean danger, however calm the model finds the whole; None without any.

    `beside`: what else they wrote, as below their name; there, and in mail that sells or begs (`selling`), only where
    it does not speak about such things, as of a training or a hotline.
    """
    said = [_line(sentence.text) for sentence in reading.sentences]
    if _names_danger(" ".join(said)) and not (selling and _speaks_about(said)):
        alone = (n for n, text in enumerate(said) if _names_danger(text))
        return reading.sentences[next(alone, 0)].text  # the first where each line of theirs ends after a word
    return next((text for text in beside if _names_danger(_line(text)) and not _speaks_about([_line(text)])), None)


def _names_danger(text: str) -> bool:
    found = vocabulary("urgency").spans(text)
    harmless = found.get("harmless", set())
    places = (at for name in _LOOKED_AT for at, _ in found.get(name, ()))
    return any(not any(start <= at < end for start, end in harmless) for at in places)


def _speaks_about(said: Iterable[str]) -> bool:
    return bool(vocabulary("urgency").spans("\n".join(said)).get("about"))


def _line(text: str) -> str:
    """Plain text without the ends of lines, so that a phrase is found across them."""
    return " ".join(plain(text).split())


def _words(reading: Reading) -> str:
    return plain("\n".join(sentence.text for sentence in reading.sentences))

"""Which language a text is in, by its commonest small words: enough to choose among the languages we answer in."""

from functools import cache

from inboxtriage.triage.features import tokens
from inboxtriage.triage.phrases import table


@cache
def _words() -> dict[str, frozenset[str]]:
    return {language: frozenset(tokens(" ".join(words))) for language, words in table("languages").items()}


def language_of(text: str, default: str = "en") -> str:
    """The two-letter code of the language whose small words occur most in `text`; `default` when none do."""
    counted = tokens(text[:4000])
    hits = {language: sum(word in small for word in counted) for language, small in _words().items()}
    best = max(hits, key=lambda language: (hits[language], language == default))
    return best if hits[best] else default

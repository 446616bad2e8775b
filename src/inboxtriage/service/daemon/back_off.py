"""How long to leave a server alone after so many failures in a row: doubling, with an end, spread by chance (G17)."""

from dataclasses import dataclass

from inboxtriage.errors import SecretMissing, SignInFailed, Surprise

SPREAD = 0.2  # of the wait, either way, so that what failed together does not come back together


@dataclass(frozen=True, slots=True)
class BackOff:
    """Seconds: the first wait, and the longest."""

    first: float
    longest: float

    def after(self, failures: int, chance: float) -> float:
        """The wait after the so-many-th failure in a row, from 1; `chance` is between 0 and 1."""
        doubled = self.first * 2.0 ** min(max(failures, 1) - 1, 30)
        return spread(min(doubled, self.longest), chance)


NETWORK = BackOff(first=5, longest=300)
WANTS_A_PERSON = BackOff(first=60, longest=1_800)  # asked too often, a provider locks the account


def for_error(error: Exception) -> BackOff:
    """Which waits fit what happened."""
    return WANTS_A_PERSON if isinstance(error, SignInFailed | SecretMissing | Surprise) else NETWORK


def spread(seconds: float, chance: float) -> float:
    """About so many seconds."""
    return seconds * (1 - SPREAD + 2 * SPREAD * chance)

"""How long a server is left alone: bounds that hold for every number of failures and every chance."""

from hypothesis import given
from hypothesis import strategies as st

from inboxtriage.errors import SecretMissing, SignInFailed, Unreachable
from inboxtriage.service.daemon.back_off import NETWORK, SPREAD, WANTS_A_PERSON, BackOff, for_error

backs = st.sampled_from([NETWORK, WANTS_A_PERSON])
chances = st.floats(0, 1)


@given(backs, st.integers(1, 1_000_000), chances)
def test_no_wait_is_shorter_than_the_first_or_longer_than_the_longest(back: BackOff, n: int, chance: float) -> None:
    """G17."""
    wait = back.after(n, chance)
    assert back.first * (1 - SPREAD) - 1e-9 <= wait <= back.longest * (1 + SPREAD) + 1e-9


@given(backs, st.integers(1, 100))
def test_it_grows_to_its_end(back: BackOff, n: int) -> None:
    """G17."""
    assert back.after(n, 0.5) <= back.after(n + 1, 0.5)
    assert back.after(100, 0.5) == back.longest


@given(backs, st.lists(chances, min_size=40, max_size=40))
def test_ten_minutes_of_failure_are_few_connections(back: BackOff, chances: list[float]) -> None:
    """G17: of ten minutes in which nothing goes well."""
    passed, connections = 0.0, 1
    for n, chance in enumerate(chances, start=1):
        passed += back.after(n, chance)
        connections += passed < 600
    assert connections <= (9 if back is NETWORK else 5)


def test_what_wants_a_person_is_tried_seldom() -> None:
    """G17: a provider locks an account at which the wrong password is tried again and again."""
    assert for_error(SignInFailed("no")) is WANTS_A_PERSON
    assert for_error(SecretMissing("none")) is WANTS_A_PERSON
    assert for_error(Unreachable("down")) is NETWORK
    assert (NETWORK.longest, WANTS_A_PERSON.longest) == (300, 1800)

"""Two records that are one person: what counts where they contradict each other, and what a later split finds."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inboxtriage.journey.history import Standing, standing
from inboxtriage.journey.identity import history, person
from inboxtriage.journey.lead import Event, EventKind, Lead, is_client
from inboxtriage.journey.stage import OUTCOMES, STAGES, Stage

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
KINDS: tuple[EventKind, ...] = (
    "asked", "wrote", "letter sent", "moved", "closed", "reopened", "referred out", "tier", "may be written to",
    "checked", "unchecked", "proposed", "dismissed", "date", "promised", "noted",
)  # fmt: skip
SOME_STAGES: tuple[Stage, ...] = ("inquire", "intake", "enroll", "engage")  # few, so that two records often agree


def event(kind: EventKind, value: str = "", *, what: str = "", stage: Stage | None = None, n: int = 0) -> Event:
    return Event(kind, NOON + timedelta(days=n), "m1", "", stage, what, value, n)


@st.composite
def interleaved(draw: st.DrawFn) -> list[tuple[int, Event]]:
    """What happened with two records, as it was recorded."""
    made = []
    one = st.tuples(
        st.integers(1, 2),
        st.sampled_from((*KINDS, "moved", "moved", "proposed", "checked")),
        st.sampled_from(SOME_STAGES),
        st.sampled_from(["A", "B", "C"]),
        st.sampled_from(["stage", "stage", "forms", "payment"]),
        st.booleans(),
    )
    for n, (record, kind, stage, tier, what, yes) in enumerate(draw(st.lists(one, max_size=16)), 1):
        values = {"closed": OUTCOMES[n % 6], "tier": tier, "may be written to": "yes" if yes else "no"}
        moves = kind == "moved" or (kind == "asked" and yes)
        made.append((record, event(kind, values.get(kind, stage), what=what, stage=stage if moves else None, n=n)))
    return made


def together(told: list[tuple[int, Event]], later: tuple[Event, ...] = ()) -> list[Event]:
    """The history of p1, into whom p2 was merged after what is told."""
    recorded = {f"p{n}": [e for one, e in told if one == n] for n in (1, 2)}
    recorded["p1"].append(event("merged", "p2", n=100))
    recorded["p2"].append(event("merged", "p1", n=101))
    recorded["p1"].extend(later)
    return history("p1", recorded, {"p1": ["p2"]})


def follows_the_rules(one: Standing, two: Standing, now: Standing) -> None:
    """What `journey.identity` says in words of two records and the person they are."""
    stages = (one.stage, two.stage)
    first, second = (one, two)
    if is_client(two.stage) and is_client(one.stage):
        assert one.since is not None
        assert two.since is not None
        first, second = (one, two) if one.since.id > two.since.id else (two, one)
    elif STAGES.index(two.stage) > STAGES.index(one.stage):
        first, second = (two, one)
    assert now.stage == first.stage in stages
    assert now.since in {one.since, two.since}
    assert now.writable == (one.writable and two.writable)
    tiers = [tier for tier in (one.tier, two.tier) if tier in {"A", "B", "C"}]
    assert now.tier == min(tiers, default=now.tier)
    assert now.outcome in {one.outcome, two.outcome}
    if is_client(first.stage) != is_client(second.stage):
        assert now.outcome == first.outcome
    assert now.checked == (first.checked | second.checked if one.stage == two.stage else first.checked)
    next_stages = [
        [p for p in where.proposals if p.what == "stage"] for where in ([first, second] if len({*stages}) == 1 else [first])
    ]  # fmt: skip
    wanted = next((found for found in next_stages if found), [])
    assert [p for p in now.proposals if p.what == "stage"] == wanted
    assert sorted(now.promises) == sorted([*one.promises, *two.promises])


@given(interleaved())
@example(
    [
        (2, event("asked", stage="intake", n=1)),
        (1, event("moved", stage="intake", n=2)),
        (1, event("moved", stage="inquire", n=3)),  # was at the other's stage once
    ]
)
@settings(max_examples=400)
def test_what_counts_follows_the_rules(told: list[tuple[int, Event]]) -> None:
    alone = [standing([e for one, e in told if one == n]) for n in (1, 2)]
    events = together(told)
    now = standing(events)
    follows_the_rules(alone[0], alone[1], now)
    if is_client(alone[0].stage) == is_client(alone[1].stage):
        assert now.outcome == standing([e for _, e in told]).outcome
    assert [e.id for e in events] == sorted(e.id for e in events)
    assert [e for e in events if e.id < 100 and e.kind != "proposed"] == [e for _, e in told if e.kind != "proposed"]


@given(interleaved(), st.sampled_from(KINDS), st.sampled_from(STAGES))
def test_what_happens_later_counts_as_ever(told: list[tuple[int, Event]], kind: EventKind, stage: Stage) -> None:
    later = event(kind, "2027-01-31" if kind in {"date", "promised"} else "C", what="forms", stage=stage, n=200)
    if kind == "closed":
        later = later._replace(value="declined")
    events = together(told, (later,))
    assert events[:-1] == together(told)
    now = standing(events)
    assert (now.stage, now.since) == (stage, later)
    if kind == "tier":
        assert now.tier == "C"


@given(interleaved(), st.integers(0, 15))
def test_what_is_undone_later_is_as_if_it_had_never_been(told: list[tuple[int, Event]], pick: int) -> None:
    if not told:
        return
    gone = told[pick % len(told)][1]
    now = standing(together(told, (event("undone", str(gone.id), n=200),)))
    assert now == standing(together([(one, e) for one, e in told if e != gone]))


def test_a_client_who_writes_from_elsewhere_stays_one_with_what_was_checked() -> None:
    signed = event("moved", stage="enroll", n=1)
    told = [(1, signed), (1, event("checked", what="agreement", n=2)), (2, event("asked", stage="inquire", n=3))]
    now = standing(together(told))
    assert (now.stage, now.since, now.checked) == ("enroll", signed, frozenset({"agreement"}))


@pytest.mark.parametrize(("first", "last"), [(1, 2), (2, 1)])
def test_of_two_clients_the_one_who_moved_last_counts(first: int, last: int) -> None:
    told = [(first, event("moved", stage="follow_up", n=1)), (last, event("moved", stage="engage", n=2))]
    assert standing(together(told)).stage == "engage"


def test_who_wants_no_letters_at_one_address_gets_none_at_the_other() -> None:
    told = [(1, event("may be written to", "no", n=1)), (2, event("may be written to", "yes", n=2))]
    assert not standing(together(told)).writable
    assert standing(together(told, (event("may be written to", "yes", n=200),))).writable


def test_three_records_and_the_middle_one_goes() -> None:
    recorded = {
        "p1": [event("asked", stage="inquire", n=1), event("merged", "p2", n=10), event("merged", "p3", n=20)],
        "p2": [event("moved", stage="engage", n=2), event("tier", "A", n=3), event("merged", "p1", n=11)],
        "p3": [event("moved", stage="intake", n=4), event("tier", "C", n=5), event("merged", "p1", n=21)],
    }
    whole = standing(history("p1", recorded, {"p1": ["p2", "p3"]}))
    assert (whole.stage, whole.tier) == ("engage", "A")
    recorded["p1"].append(event("split", "p2", n=30))
    left = standing(history("p1", recorded, {"p1": ["p3"]}))
    assert (left.stage, left.tier) == ("intake", "C")


@pytest.mark.parametrize("own", [None, "kept@example.org"])
def test_the_record_that_is_kept_is_filled_in_from_the_other(own: str | None) -> None:
    root = Lead("p2", own, None, "555", "email", NOON)
    other = Lead("p1", "other@example.org", "Ann", "777", "Dr. Lee", NOON - timedelta(days=9), "p2")
    one = person(root, [other])
    assert one == Lead("p2", own or "other@example.org", "Ann", "555", "Dr. Lee", NOON - timedelta(days=9))

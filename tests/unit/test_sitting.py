"""A sitting at a backlog: the deck of steps, what fails, what is taken back. Pure."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from inboxtriage.service.backlog.acting import Decision
from inboxtriage.service.backlog.deck import Deck, ids
from inboxtriage.service.backlog.pace import FEWEST
from inboxtriage.service.backlog.sitting import Batch, Sitting
from inboxtriage.service.backlog.walk import TOGETHER, estimate
from inboxtriage.service.queue import Entry
from inboxtriage.triage.verdict import Verdict
from tests.waiting import ASKS, DANGER, GROUP, NEAR, NOW, SELLS, decided, deck_of, entry, order, steps


class TestDeck:
    def test_each_mail_of_one_person_is_a_step_and_urgent_is_the_urgent_one_alone(self) -> None:
        deck = deck_of(entry(1, person="ann@example.org"), entry(2, DANGER, person="ann@example.org"))
        assert [(step.kind, ids(step)) for step in deck.left] == [("single", ("m1",)), ("urgent", ("m2",))]
        assert deck.people == deck.everybody == 1

    def test_who_is_struck_out_of_a_group_comes_by_themselves(self) -> None:
        deck = deck_of(*GROUP, entry(4))
        deck.take_out(["m1", "m3"])
        assert [(step.kind, ids(step)) for step in deck.left] == [("single", ("m2",)), ("single", ("m4",))]
        deck.renew(steps([GROUP[1], entry(4)]))
        assert order(deck) == [("m2",), ("m4",)], "and stay so"

    def test_who_cannot_wait_and_comes_meanwhile_is_next(self) -> None:
        late = entry(9, DANGER)
        for looking, then in (
            (True, [("m1",), ("m2",), ("m9",), ("m3",)]),
            (False, [("m1",), ("m9",), ("m2",), ("m3",)]),
        ):
            deck = deck_of(entry(1), entry(2), entry(3))
            deck.go(1)
            assert deck.renew(steps([entry(1), entry(2), entry(3), late]), looking=looking) == ["m9"]
            assert order(deck) == then
            assert ids(deck.current) == (("m2",) if looking else ("m9",))

    def test_what_is_skipped_comes_again_at_the_end_also_when_everything_is_read_anew(self) -> None:
        entries = [entry(n) for n in (1, 2, 3)]
        deck = deck_of(*entries)
        assert deck.skip()
        deck.renew(steps(entries))
        assert order(deck) == [("m2",), ("m3",), ("m1",)]
        assert ids(deck.current) == ("m2",)
        assert deck.back()
        assert ids(deck.current) == ("m1",), "back is where one came from"
        assert not deck_of(entry(1)).skip(), "the only one"

    def test_back_leads_to_where_one_jumped_from_else_to_the_step_before(self) -> None:
        deck = deck_of(entry(1), entry(2), entry(3), entry(4))
        assert not deck.back()
        deck.go(1)
        deck.go_to("m4")
        assert deck.back()
        assert ids(deck.current) == ("m2",)
        assert deck.back()
        assert ids(deck.current) == ("m1",)

    def test_the_next_group_or_kind(self) -> None:
        deck = deck_of(entry(7), entry(8, DANGER), *GROUP, entry(9, SELLS))
        seen = [ids(deck.current)]
        while deck.next_kind():
            seen.append(ids(deck.current))
        assert seen == [("m8",), ("m1", "m2", "m3"), ("m7",), ("m9",)]

    def test_a_group_whose_letters_have_nothing_in_common_any_more_comes_one_by_one(self) -> None:
        deck = deck_of(*GROUP)
        (group,) = deck.left
        deck.exchange(group, replace(group, card=None))
        assert order(deck) == [("m1",), ("m2",), ("m3",)]

    def test_a_step_that_is_settled_elsewhere_is_gone(self) -> None:
        deck = deck_of(entry(1), entry(2))
        deck.exchange(deck.left[0], None)
        assert order(deck) == [("m2",)]


class TestSitting:
    def test_what_could_not_be_done_comes_back_behind_what_one_looks_at(self) -> None:
        sitting = Sitting()
        sitting.deck.renew(steps([*GROUP, entry(4), entry(5)]))
        batch = sitting.decide(["m1", "m2", "m3"], NOW)
        assert batch is not None
        failed = sitting.came_back(batch, decided(batch.items, failing=["m2", "m3"]), went_on=True)
        assert failed == {"m2": "no", "m3": "no"}
        assert order(sitting.deck) == [("m4",), ("m2",), ("m3",), ("m5",)], "by themselves"
        assert ids(sitting.deck.current) == ("m4",)
        assert sitting.settled == 1

    def test_who_waits_for_it_looks_at_it_again(self) -> None:
        sitting = Sitting()
        sitting.deck.renew(steps([entry(1), entry(2)]))
        batch = sitting.decide(["m1"], NOW)
        assert batch is not None
        sitting.came_back(batch, decided(["m1"], failing=["m1"]), went_on=False)
        assert ids(sitting.deck.current) == ("m1",)
        assert (sitting.settled, sitting.can_undo) == (0, False), "nothing of it was done"

    def test_undo_goes_back_there(self) -> None:
        sitting = Sitting()
        sitting.deck.renew(steps([*GROUP, entry(4)]))
        batch = sitting.decide(["m1", "m2", "m3"], NOW)
        assert batch is not None
        sitting.came_back(batch, [Decision(item, "approve", "", out="o1") for item in batch.items], went_on=True)
        assert len(sitting.approved) == 3
        again = sitting.take_back()
        assert again is batch
        assert sitting.taken_back(batch, decided(batch.items)) == "yes"
        assert ids(sitting.deck.current) == ("m1", "m2", "m3")
        assert (sitting.approved, sitting.settled, sitting.take_back()) == ({}, 0, None)

    def test_a_change_settles_nothing_and_can_be_taken_back(self) -> None:
        sitting = Sitting()
        sitting.deck.renew(steps([entry(1), entry(2)]))
        batch = sitting.decide(["m1"], NOW, stays=True)
        assert batch is not None
        sitting.came_back(batch, [Decision("p1", "take", "p1 is intake now")], went_on=False)
        assert (order(sitting.deck), sitting.settled, sitting.can_undo) == ([("m1",), ("m2",)], 0, True)
        sitting.take_back()
        sitting.taken_back(batch, [Decision("p1", "undo", "undone")])
        assert order(sitting.deck) == [("m1",), ("m2",)]

    def test_nothing_is_decided_about_what_one_does_not_look_at(self) -> None:
        sitting = Sitting()
        sitting.deck.renew(steps([entry(1), entry(2)]))
        assert sitting.decide(["m2"], NOW) is None

    def test_the_estimate_follows_the_pace(self) -> None:
        sitting = Sitting()
        sitting.deck.renew(steps([entry(n) for n in range(1, 20)]))
        now = NOW
        sitting.at_work(now)
        for n in range(FEWEST):
            assert sitting.deck.estimate.seconds == estimate(sitting.deck.left).seconds, n
            now += timedelta(seconds=50)
            item = ids(sitting.deck.current)[0]
            batch = sitting.decide([item], now)
            assert batch is not None
            sitting.came_back(batch, decided([item]), went_on=True)
        assert sitting.deck.estimate.seconds == 2 * estimate(sitting.deck.left).seconds, (
            "25 seconds each were estimated"
        )
        sitting.take_back()
        assert sitting.deck.estimate.seconds == estimate(sitting.deck.left).seconds


class Walking(RuleBasedStateMachine):
    """Whatever one does: every mail that waits stands in exactly one step, and one looks at one of them."""

    def __init__(self) -> None:
        super().__init__()
        self.sitting = Sitting()
        self.waiting: dict[str, Entry] = {}
        self.under_way: list[Batch] = []
        self.number = 0
        self.seen: set[str] = set()  # by the deck
        self.arrive(3, "g1", ASKS)
        self.arrive(2, None, ASKS)
        self.read_again()

    @property
    def deck(self) -> Deck:
        return self.sitting.deck

    @rule(
        many=st.integers(1, 3),
        group=st.sampled_from([None, "g1", "g2"]),
        verdict=st.sampled_from([DANGER, NEAR, ASKS, SELLS]),
    )
    def arrive(self, many: int, group: str | None, verdict: Verdict) -> None:
        for _ in range(many):
            self.number += 1
            made = entry(
                self.number, verdict, group=group if verdict is ASKS else None, person=f"p{self.number % 9}@example.org"
            )
            self.waiting[made.item.id] = made

    @rule(looking=st.booleans())
    def read_again(self, *, looking: bool = True) -> None:
        self.seen |= self.waiting.keys()
        ordered = sorted(self.waiting.values(), key=lambda one: not one.item.verdict.urgent)
        self.deck.renew(steps(ordered), [item for batch in self.under_way for item in batch.items], looking=looking)

    @precondition(lambda self: self.deck.current is not None)
    @rule(out=st.integers(0, 2), stays=st.booleans())
    def decide(self, *, out: int, stays: bool) -> None:
        items = ids(self.deck.current)
        chosen = items[: max(1, len(items) - out)]
        batch = self.sitting.decide(chosen[:1] if stays else chosen, NOW, stays=stays)
        assert batch is not None
        if stays:
            self.sitting.came_back(batch, decided(batch.items), went_on=False)
        else:
            self.under_way.append(batch)

    @precondition(lambda self: self.under_way)
    @rule(bad=st.sets(st.integers(0, 3)), went_on=st.booleans())
    def come_back(self, *, bad: set[int], went_on: bool) -> None:
        batch = self.under_way.pop(0)
        failing = [item for n, item in enumerate(batch.items) if n in bad]
        self.sitting.came_back(batch, decided(batch.items, failing=failing), went_on=went_on)
        for item in set(batch.items) - set(failing):
            del self.waiting[item]

    @precondition(lambda self: not self.under_way and self.sitting.can_undo)
    @rule()
    def undo(self) -> None:
        batch = self.sitting.take_back()
        assert batch is not None
        made = decided([one.item for one in batch.decisions])
        self.sitting.taken_back(batch, made)
        known = {one.item.id: one for one in batch.step.entries}
        self.waiting |= {one.item: known[one.item] for one in made}

    @rule(by=st.sampled_from([-1, 1]))
    def go(self, by: int) -> None:
        self.deck.go(by)

    @rule(how=st.sampled_from(["skip", "back", "next_kind"]))
    def move(self, how: str) -> None:
        getattr(self.deck, how)()

    @precondition(lambda self: self.deck.left)
    @rule(n=st.integers(0, 30))
    def jump(self, n: int) -> None:
        step = self.deck.left[n % len(self.deck.left)]
        assert self.deck.go_to(ids(step)[0])
        assert self.deck.current is step

    @invariant()
    def each_mail_is_in_one_step(self) -> None:
        found = [item for step in self.deck.left for item in ids(step)]
        assert len(found) == len(set(found))
        away = {item for batch in self.under_way for item in batch.items}
        assert not away & set(found)
        assert set(found) | away == self.seen & self.waiting.keys(), (
            "nobody is lost, and nothing that is settled is left"
        )

    @invariant()
    def one_looks_at_a_step_where_any_is_left(self) -> None:
        assert (self.deck.current is None) == (not self.deck.left)
        assert self.deck.people <= self.deck.everybody

    @invariant()
    def a_step_of_several_people_is_no_danger(self) -> None:
        together = [one for step in self.deck.left if step.kind in TOGETHER for one in step.entries]
        assert not any(one.item.verdict.urgent or one.item.verdict.is_near_danger for one in together)

    def teardown(self) -> None:
        while self.under_way:
            self.come_back(bad=set(), went_on=True)
        self.read_again()
        left_over = {item for step in self.deck.left for item in ids(step)}
        assert left_over == self.waiting.keys(), "whoever waits is in the deck"


TestWalking = Walking.TestCase

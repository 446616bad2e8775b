"""The review on a whole screen: what each key does, what cannot be approved, and what comes back."""

from collections.abc import Iterator

import pytest

from inboxtriage.ui.keys import END, GROUP, LIST, MAIL, PEEK
from tests.acceptance.test_backlog import DANGER, SELLS
from tests.practice import ASKS_INSURANCE, ASKS_ROOM, Practice, mail
from tests.sitting import Sitting, sitting

STOP = "Hello, please do not write to me any more by email."
SOMETHING = "Hello Maya, the parcel that you asked about has come, it is at the desk downstairs. Regards, Tom"


def receive(practice: Practice, *mails: tuple[str, str]) -> None:
    """Mails by sender and words, read one after the other."""
    for sender, body in mails:
        practice.receive(mail(body, sender=f"{sender} <{sender.lower()}@example.org>", subject=f"Asked by {sender}"))
        practice.ok("poll")


def one(text: str) -> str:
    return " ".join(text.split())


def outbox(practice: Practice) -> list[str]:
    return [out["queue_id"] for out in practice.ok("outbox", "--json").json if out["state"] != "cancelled"]


@pytest.fixture
def two(practice: Practice) -> Practice:
    receive(practice, ("Ann", ASKS_INSURANCE), ("Bo", ASKS_ROOM))
    return practice


@pytest.fixture
def seat(two: Practice) -> Iterator[Sitting]:
    with sitting(two) as made:
        yield made


@pytest.fixture
def group(practice: Practice) -> Practice:
    for n in range(5):
        practice.receive(mail(sender=f"Ann{n} <ann{n}@example.org>", subject=f"Therapy {n}"))
    practice.ok("poll")
    return practice


class TestApproving:
    def test_nothing_is_approved_that_was_not_on_the_screen(self, two: Practice) -> None:
        with sitting(two, 80, 12) as seat:
            assert "read on below" in seat.press("a")
            assert "▼" in seat.screen
            seat.press("a", "a", settle=False)
            assert outbox(two) == []
            for _ in range(20):
                if seat.items != ["m1"]:
                    break
                seat.press("a")
            assert seat.items == ["m2"], "each press brings what is missing, until nothing is"
        assert outbox(two) == ["m1"]

    def test_danger_needs_a_second_and_different_key(self, practice: Practice) -> None:
        receive(practice, ("Ann", ASKS_INSURANCE), ("Cy", DANGER))
        with sitting(practice, 80, 50) as seat:
            assert seat.item == "m2"
            seat.press("e")
            seat.type("Please call 911.")
            seat.press("ctrl+s")
            assert "y sends this letter to cy@example.org" in one(seat.press("a"))
            seat.press("a", "a")
            assert seat.item == "m2"
            seat.press("right", "left", "y")
            assert (seat.item, outbox(practice)) == ("m2", [])
            seat.press("a", "y")
            assert seat.item == "m1"
        assert outbox(practice) == ["m2"]

    def test_an_answer_to_somebody_else_than_wrote_is_looked_at_twice(self, practice: Practice) -> None:
        practice.receive(mail(sender="Ann <ann@example.org>", Reply_To="eve@example.com"))
        practice.ok("poll")
        with sitting(practice, 80, 60) as seat:
            assert "w chooses whom it goes to" in one(seat.press("a"))
            shown = seat.press("w")
            assert "1  ann@example.org" in shown
            assert "2  eve@example.com" in shown
            seat.press("2")
            assert seat.letters()["m1"].to == "eve@example.com"
            assert "y sends this letter to eve@example.com" in one(seat.press("a"))
            assert outbox(practice) == []
            seat.press("w", "o")
            seat.type("no address")
            assert "no address" in seat.press("enter")
            seat.press("w", "1")
            assert seat.letters()["m1"].to == "ann@example.org"
            seat.press("a", "y")
        assert outbox(practice) == ["m1"]

    def test_a_letter_that_another_hand_changed_comes_back_with_its_reason(self, two: Practice, seat: Sitting) -> None:
        seat.read_on()
        two.ok("edit", "m1", "--body", "-", stdin="Other words, from another window.")
        seat.press("a")
        assert seat.items == ["m2"]
        assert "changed" in seat.screen
        assert outbox(two) == []
        assert seat.press("right") == seat.screen
        assert seat.items == ["m1"]
        assert "NOT DONE" in seat.screen
        seat.read_on()
        assert seat.letters()["m1"].body == "Other words, from another window."
        seat.press("a")
        assert outbox(two) == ["m1"]

    def test_a_mail_that_was_settled_meanwhile_is_gone_and_said(self, two: Practice, seat: Sitting) -> None:
        two.ok("reject", "m2")
        seat.press("R")
        assert seat.items == ["m1"]
        seat.press("r", "r")
        assert seat.app.view == END

    def test_a_blocked_letter_says_what_is_missing_and_is_filled_in(self, practice: Practice) -> None:
        receive(practice, ("Ann", "Hello, do you take Humana, and do you have a sliding scale? Do you work with OCD?"))
        with sitting(practice, 80, 40) as seat:
            if "BLOCKED" not in seat.screen:
                seat.press("e")
                seat.type("[to fill in: when]")
                seat.press("ctrl+s")
            assert "blocked: " in seat.press("a")
            assert outbox(practice) == []

    def test_keys_typed_faster_than_the_store_answers(self, two: Practice) -> None:
        receive(two, ("Cy", ASKS_ROOM + " And do you take Cigna?"))
        with sitting(two, 80, 60) as seat:
            seat.press("a", "a", "a", "a", "u", "a", "a", settle=False)
            seat.settle()
            approved = sorted(seat.app.desk.approved)
        found = outbox(two)
        assert sorted(found) == approved
        assert len(found) == len(set(found))


class TestGroups:
    def test_every_row_of_a_card_has_to_be_seen(self, group: Practice) -> None:
        with sitting(group) as seat:
            assert seat.app.view == GROUP
            assert "read on below" in seat.press("a")
            assert outbox(group) == []
            seat.read_on()
            shown = seat.letters()
            assert {seen.to for seen in shown.values()} == {f"ann{n}@example.org" for n in range(5)}
            seat.press("a")
            assert seat.app.view == END
        assert sorted(outbox(group)) == sorted(shown)

    def test_who_is_struck_out_comes_alone_and_stays_alone(self, group: Practice) -> None:
        with sitting(group) as seat:
            items = seat.items
            seat.press("down", "x")
            assert "STRUCK OUT" in seat.screen
            seat.press("x")
            assert "STRUCK OUT" not in seat.screen
            seat.press("x")
            seat.read_on()
            seat.press("a")
            assert seat.items == [items[1]]
            assert seat.app.view == MAIL
            seat.press("R")
            assert seat.items == [items[1]]
        assert sorted(outbox(group)) == sorted(set(items) - {items[1]})

    def test_striking_one_out_takes_nothing_of_what_was_read(self, group: Practice) -> None:
        with sitting(group) as seat:
            seat.read_on()
            assert "not all of it" not in seat.press("x", "a")
        assert len(outbox(group)) == 4

    def test_one_is_opened_whole_and_led_back_from(self, group: Practice) -> None:
        with sitting(group, 120, 40) as seat:
            seat.press("down", "enter")
            assert seat.app.view == PEEK
            assert seat.item in seat.letters()
            assert ASKS_INSURANCE in one(" ".join(seat.page)).replace(" [insurance]", "")
            assert "does nothing here" in seat.press("a")
            seat.press("escape")
            assert seat.app.view == GROUP
            assert outbox(group) == []

    def test_all_struck_out_come_one_by_one(self, group: Practice) -> None:
        with sitting(group, 80, 120) as seat:
            for _ in range(5):
                seat.press("x", "down")
            seat.press("a")
            assert seat.app.view == MAIL
            assert len(seat.app.deck.left) == 5
        assert outbox(group) == []

    def test_a_group_taken_back_is_a_group_again(self, group: Practice) -> None:
        with sitting(group, 80, 120) as seat:
            before = seat.items
            seat.press("a", "u")
            assert seat.items == before
            assert seat.app.view == GROUP
        assert outbox(group) == []


class TestDeciding:
    def test_undo_goes_back_as_far_as_one_decided(self, two: Practice) -> None:
        receive(two, ("Cy", SOMETHING))
        with sitting(two, 80, 60) as seat:
            first = seat.items
            seat.press("a", "r", "r", "d", "n")
            assert seat.app.view == END
            kept = []
            for _ in range(3):
                seat.press("u")
                kept.append(seat.items)
            assert kept[-1] == first
            assert "nothing was decided" in seat.press("u")
            assert len(seat.app.deck.left) == 3
        assert len(two.queue()) == 3
        assert outbox(two) == []

    def test_done_by_phone_with_what_was_said(self, two: Practice, seat: Sitting) -> None:
        seat.press("d", "p")
        seat.type("[bold] she comes on Monday")
        seat.press("enter")
        assert seat.items == ["m2"]
        (found,) = [one for one in two.queue_all() if one["id"] == "m1"]
        assert (found["state"], found["how"]) == ("done", "phone")

    @pytest.mark.parametrize("keys", ["d", "l", "z", "/", "+", "e", "?", "tab"])
    def test_what_is_asked_is_given_up_by_escape(self, keys: str, two: Practice, seat: Sitting) -> None:
        seat.press(keys)
        assert seat.is_asked()
        seat.press("escape")
        assert not seat.is_asked()
        assert [item["state"] for item in two.queue()] == ["waiting", "waiting"]

    @pytest.mark.parametrize("keys", ["d", "l", "z", "/", "+", "e", "?", "tab"])
    def test_and_by_ctrl_c(self, keys: str, two: Practice, seat: Sitting) -> None:
        seat.press(keys, "ctrl+c")
        assert not seat.is_asked()
        assert seat.items == ["m1"]
        assert [seat.has_ended] == [False]
        seat.press("ctrl+c")
        assert [seat.has_ended] == [True]
        assert seat.said == ["2 mails of 2 people are left, about 1 minute."]

    def test_what_was_written_is_not_thrown_away_by_one_key(self, two: Practice, seat: Sitting) -> None:
        seat.press("e")
        seat.type("Dear Ann, one more thing. ")
        assert "Esc again throws your changes away" in seat.press("escape")
        seat.type("And another.")
        assert "Esc again throws your changes away" in seat.press("escape")
        seat.press("ctrl+s")
        seat.read_on()
        assert "one more thing. And another." in seat.letters()["m1"].body
        assert "(edited)" in "\n".join(seat.page)
        seat.press("a")
        assert outbox(two) == ["m1"]

    def test_an_empty_letter_is_none(self, two: Practice, seat: Sitting) -> None:
        seat.press("e", "ctrl+a", "ctrl+a")
        seat.app.screen.query_one("#letter").text = "  \n "  # type: ignore[attr-defined]
        assert "nothing was changed" in seat.press("ctrl+s")
        seat.read_on()
        assert "Dear Ann" in seat.letters()["m1"].body

    @pytest.mark.parametrize("said", ["2001-01-01", "tomorrow", "[/]", "2026-13-40", "99999-01-01"])
    def test_a_day_that_is_none_hides_nothing(self, said: str, two: Practice, seat: Sitting) -> None:
        seat.press("z", "d")
        seat.type(said)
        seat.press("enter")
        assert seat.items == ["m1"]
        assert not any(one["snoozed_until"] for one in two.queue_all())

    def test_a_snoozed_mail_comes_back_on_its_day(self, two: Practice, seat: Sitting) -> None:
        seat.press("z", "d")
        seat.type("2999-01-01")
        seat.press("enter")
        assert seat.items == ["m2"]
        (hidden,) = [one for one in two.queue_all() if one["snoozed_until"]]
        assert (hidden["id"], hidden["snoozed_until"][:10]) == ("m1", "2999-01-01")

    def test_relabelled_its_letter_is_written_anew_and_stays(self, practice: Practice) -> None:
        receive(practice, ("Tom", SOMETHING))
        with sitting(practice, 80, 60) as seat:
            assert seat.letters() == {}
            seat.press("l")
            (row,) = [row for row in seat.screen.split("\n") if row.endswith("] insurance")]
            seat.press(row.split()[0], "enter")
            assert "Aetna" in seat.letters()["m1"].body

    def test_what_sells_is_rejected_at_once_but_for_the_spared(self, practice: Practice) -> None:
        receive(practice, ("Ads", SELLS), ("Ada", SELLS), ("Adi", SELLS))
        with sitting(practice, 80, 60) as seat:
            assert seat.app.view == LIST
            assert "r rejects these" in seat.press("d")
            seat.press("x", "r")
            assert seat.items == ["m1"]
            seat.press("r")
            assert seat.app.view == END
        assert {one["state"] for one in practice.queue_all()} == {"rejected"}

    def test_what_is_proposed_is_taken_or_dismissed(self, practice: Practice) -> None:
        receive(practice, ("Ann", ASKS_INSURANCE), ("Ann", STOP + " But do you take Cigna?"))
        with sitting(practice, 80, 60) as seat:
            assert "proposed" in "\n".join(seat.page)
            seat.press("D")
            assert "dismiss" in seat.screen
            seat.press("u")
            seat.press("t")
        assert practice.ok("lead", "show", "ann@example.org", "--json").json["proposals"] == []

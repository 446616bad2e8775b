"""The first morning back, without the full screen: cases, groups and steps, and a whole backlog cleared by commands."""

import shlex
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from tests.practice import ADDRESS, ASKS_INSURANCE, ASKS_ROOM, Practice, mail, plain_text

FOUND_SOMEONE = "Hello again. I have found someone else in the meantime, so you need not answer. Thank you."
DANGER = "I can't do this any more. I want to kill myself tonight."
NEAR = "It has been so dark lately that some days I wish I would not wake up, but I am safe. Do you take Aetna?"
SELLS = "Dear sir, buy our SEO services and marketing packages at the best price, first page guaranteed. Book a demo."


def backlog(practice: Practice) -> dict[str, Any]:
    found: dict[str, Any] = practice.ok("backlog", "--json").json
    return found


def step_of(practice: Practice, item: str) -> dict[str, Any]:
    found: dict[str, Any]
    (found,) = [step for step in backlog(practice)["steps"] if item in step["ids"]]
    return found


def receive(practice: Practice, *bodies: str, sender: str, subject: str = "Therapy", days_ago: float = 0) -> None:
    for body in bodies:
        practice.receive(mail(body, sender=sender, subject=subject), days_ago=days_ago)
        practice.ok("poll")


class TestCases:
    def test_several_mails_of_one_person_are_one_case(self, practice: Practice) -> None:
        receive(practice, ASKS_INSURANCE, "And could I bring my dog?", sender="Ann <ann@example.org>")
        receive(practice, ASKS_ROOM, sender="Bo <bo@example.org>")
        found = backlog(practice)
        assert (found["people"], found["mails"]) == (2, 3)
        (ann,) = [one for step in found["steps"] for one in step["people"] if one["from"] == "ann@example.org"]
        assert {*ann["ids"], *ann["folds"]} == {"m1", "m2"}

    def test_who_found_somebody_else_is_put_aside_and_commands_settle_it(self, practice: Practice) -> None:
        receive(practice, ASKS_INSURANCE, FOUND_SOMEONE, sender="Ann <ann@example.org>")
        step = step_of(practice, "m1")
        assert (step["kind"], step["ids"]) == ("aside", ["m1", "m2"])
        assert "somebody else" in step["people"][0]["aside"]
        for command in step["commands"]:
            practice.ok(*shlex.split(command)[1:])
        assert backlog(practice)["steps"] == []
        lead = practice.ok("lead", "show", "ann@example.org", "--json").json
        assert (lead["outcome"], lead["proposals"]) == ("withdrawn", [])
        assert practice.ok("unanswered", "--json").json == []
        assert practice.ok("outbox", "--json").json == []

    @pytest.mark.parametrize(
        "mails",
        [
            [DANGER, FOUND_SOMEONE],
            [NEAR, FOUND_SOMEONE],
            [ASKS_INSURANCE, FOUND_SOMEONE + " " + DANGER],
            [ASKS_INSURANCE, FOUND_SOMEONE + " But do you take Cigna, for my sister?"],
            [FOUND_SOMEONE, ASKS_INSURANCE],
        ],
        ids=["danger before", "near danger before", "danger beside", "asks beside", "asks later"],
    )
    def test_nobody_is_put_aside_who_may_be_in_danger_or_asks(self, mails: list[str], practice: Practice) -> None:
        receive(practice, *mails, sender="Ann <ann@example.org>")
        assert "aside" not in {step["kind"] for step in backlog(practice)["steps"]}

    def test_what_was_answered_from_the_phone_is_aside(self, practice: Practice) -> None:
        practice.receive(mail(sender="Ann <ann@example.org>", message_id="<asked@example.org>"), days_ago=2)
        answer = mail(
            "Yes, we do.", sender=f"Maya <{ADDRESS}>", to="ann@example.org", subject="Re: Therapy",
            In_Reply_To="<asked@example.org>", References="<asked@example.org>",
        )  # fmt: skip
        (practice.home / "sent" / "cur" / "1.test:2,S").write_bytes(answer)
        practice.ok("poll")
        step = step_of(practice, "m1")
        assert step["kind"] == "aside"
        assert step["people"][0]["aside"] == "answered elsewhere"
        for command in step["commands"]:
            practice.ok(*shlex.split(command)[1:])
        assert backlog(practice)["mails"] == 0
        assert practice.ok("queue", "--all", "--json").json[0]["how"] == "elsewhere"


class TestSteps:
    def test_who_cannot_wait_comes_first_then_who_names_a_day_then_groups(self, practice: Practice) -> None:
        soon = (datetime.now(UTC) + timedelta(days=3)).strftime("%B %-d")
        for n in range(3):
            practice.receive(mail(sender=f"Ann{n} <ann{n}@example.org>"), days_ago=4)
        practice.receive(mail(f"Hello, do you have an opening on {soon}? Thanks.", sender="Bo <bo@example.org>"))
        practice.receive(mail(SELLS, sender="Ads <ads@ads.example>"), days_ago=9)
        practice.receive(mail(DANGER, sender="Cy <cy@example.org>"))
        practice.ok("poll")
        assert [step["kind"] for step in backlog(practice)["steps"]] == ["urgent", "dated", "group", "selling"]

    def test_a_group_holds_nothing_that_is_urgent_near_danger_or_blocked(self, practice: Practice) -> None:
        for n in range(3):
            practice.receive(mail(sender=f"Ann{n} <ann{n}@example.org>"))
        practice.receive(mail(f"{ASKS_INSURANCE} {DANGER}", sender="Bo <bo@example.org>"))
        practice.receive(mail(NEAR, sender="Cy <cy@example.org>"))
        practice.receive(mail(sender="Dee <dee@example.org>", Reply_To="Eve <eve@example.org>, Flo <flo@example.org>"))
        practice.ok("poll")
        by_sender = {item["from"]: item for item in practice.queue()}
        assert by_sender["bo@example.org"]["disposition"] == "urgent"
        grouped = {one["from"] for step in backlog(practice)["steps"] if step["group"] for one in step["people"]}
        assert grouped == {f"ann{n}@example.org" for n in range(3)}

    def test_the_queue_names_the_groups_and_tells_the_time(self, practice: Practice) -> None:
        for n in range(3):
            practice.receive(mail(sender=f"Ann{n} <ann{n}@example.org>"))
        practice.ok("poll")
        name = practice.queue()[0]["group"]
        said = practice.ok("queue").out
        assert said.count(f"ready, {name[:5]}") == 3
        assert "3 mails, 3 people, 1 group, about 1 minute" in said

    def test_nothing_waits(self, practice: Practice) -> None:
        assert practice.ok("backlog").out == "Nothing waits for you.\n"
        assert backlog(practice) == {
            "mails": 0, "people": 0, "groups": 0, "aside": 0, "seconds": 0, "minutes": 0, "steps": []
        }  # fmt: skip


class TestGroups:
    @pytest.fixture
    def group(self, practice: Practice) -> str:
        for n in range(3):
            practice.receive(mail(sender=f"Ann{n} <ann{n}@example.org>", subject=f"Therapy {n}"))
        practice.ok("poll")
        (name,) = {step["group"] for step in backlog(practice)["steps"]}
        return str(name)

    def test_it_is_approved_only_after_it_was_shown_whole(self, practice: Practice, group: str) -> None:
        refused = practice.run("approve", "--group", group[:5])
        assert refused.code == 1
        assert f"inboxtriage show {group[:5]}" in refused.err
        practice.ok("show", "m1")  # one of them is not all of them
        assert practice.run("approve", "--group", group).code == 1
        assert practice.ok("outbox", "--json").json == []
        practice.ok("show", group[:5])
        practice.ok("approve", "--group", group[:5], "--except", "m2")
        assert [out["queue_id"] for out in practice.ok("outbox", "--json").json] == ["m1", "m3"]

    def test_its_card_holds_every_line_of_every_letter(self, practice: Practice, group: str) -> None:
        card = practice.ok("show", group, "--json").json
        assert card["group"] == group
        for member in card["members"]:
            own = {one["before"]: one["paragraphs"] for one in member["own"]}
            parts = [p for n, shared in enumerate(card["shared"]) for p in (*own.get(n, []), shared)]
            assert "\n\n".join([*parts, *own.get(len(card["shared"]), [])]) == member["draft"]["body"]
        lines = practice.ok("show", group).out.splitlines()
        said = " ".join(" ".join(line for line in lines if not line.startswith(("wrote", "besides"))).split())
        for n in range(3):
            assert f"to ann{n}@example.org, subject" in said
            assert f"“Re: Therapy {n}”" in said
        assert all(said.count(" ".join(shared.split())) == 1 for shared in card["shared"])

    def test_a_group_that_changed_is_stale_and_sends_nothing(self, practice: Practice, group: str) -> None:
        practice.ok("show", group)
        practice.receive(mail(sender="Zoe <zoe@example.org>"))
        practice.ok("poll")
        stale = practice.run("approve", "--group", group)
        assert stale.code == 1
        assert "inboxtriage queue" in stale.err
        assert practice.ok("outbox", "--json").json == []

    def test_a_letter_that_changed_takes_the_group_with_it(self, practice: Practice, group: str) -> None:
        practice.ok("show", group)
        practice.ok("edit", "m2", "--body", "-", stdin="Something else.")
        assert practice.run("approve", "--group", group).code == 1
        assert practice.ok("outbox", "--json").json == []

    @pytest.mark.parametrize("words", [["show", "g0000"], ["show", "gx"], ["approve", "--group", "g0000"]])
    def test_one_that_is_not_there(self, words: list[str], practice: Practice, group: str) -> None:
        done = practice.run(*words)
        assert (done.code, done.err.count("\n")) == (1, 1)
        assert group

    def test_attachments_are_saved_of_one_message(self, practice: Practice, group: str) -> None:
        assert practice.run("show", group, "--save", "x").code == 2


class TestSeveral:
    @pytest.mark.parametrize("words", [["reject"], ["done", "--how", "phone"]])
    def test_ids_are_independent(self, words: list[str], practice: Practice) -> None:
        for name in ("ann", "bo"):
            practice.receive(mail(sender=f"{name}@example.org"))
        practice.ok("poll")
        done = practice.run(*words, "m1", "m9", "m2", "m1")
        assert (done.code, done.err.count("\n"), done.out.count("\n")) == (1, 1, 2)
        assert practice.queue() == []
        practice.ok("undo", "m1")
        assert [item["id"] for item in practice.queue()] == ["m1"]


def demo(home: Path) -> Practice:
    made = Practice(home, home / "demo" / "config.toml", {"XDG_STATE_HOME": str(home / "state")})
    made.ok("demo", "--home", str(made.config.parent))
    made.config.write_text(made.config.read_text() + "\n[review]\nundo_seconds = 0\n")
    return made


def reconciles(practice: Practice, letters: dict[str, tuple[str, str]], waiting: Sequence[str] = ()) -> None:
    """Every letter that was approved left once, as it was shown; nobody else is without an answer."""
    practice.ok("send")
    folder = practice.config.parent / "outgoing" / "new"
    sent = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in folder.iterdir()]
    assert sorted((str(one["To"]), " ".join(plain_text(one).split())) for one in sent) == sorted(
        (to, " ".join(body.split())) for to, body in letters.values()
    )
    outbox = practice.ok("outbox", "--json").json
    assert sorted(out["queue_id"] for out in outbox if out["state"] == "sent") == sorted(letters)
    assert practice.queue() == []
    assert backlog(practice)["minutes"] == 0
    everything = {item["id"]: item["state"] for item in practice.queue_all()}
    assert len(everything) == 60
    assert {item for item, state in everything.items() if state == "waiting"} == set()
    assert {item for item, state in everything.items() if state == "snoozed"} == set(waiting)
    assert {one["queue_id"] for one in practice.ok("unanswered", "--json").json} == set(waiting)


class TestDemo:
    def test_the_first_morning_shows_everything(self, tmp_path: Path) -> None:
        found = backlog(demo(tmp_path))
        kinds = [step["kind"] for step in found["steps"]]
        assert kinds[:2] == ["urgent", "urgent"]
        assert {"care", "dated", "group", "single", "selling", "aside"} <= set(kinds)
        aside = found["steps"][-1]["people"]
        assert {(one["from"], one["aside"]) for one in aside} == {
            ("yuki.tanabe@example.org", "answered elsewhere"),
            ("dtate.phd@example.org", "they do not want to go on"),
        }

    def test_sixty_mails_cleared_by_plain_commands(self, tmp_path: Path) -> None:
        practice = demo(tmp_path)
        letters: dict[str, tuple[str, str]] = {}
        ahead, once = [backlog(practice)], {"snooze", "relabel", "except", "undo"}
        while ahead[-1]["steps"]:
            step = ahead[-1]["steps"][0]
            commands = [shlex.split(command)[1:] for command in step["commands"]]
            if step["kind"] in {"selling", "aside"}:
                for command in commands:
                    practice.ok(*command)
            elif step["group"]:
                card = practice.ok(*commands[0], "--json").json
                if len(card["members"]) > 3 and "except" in once:
                    once.remove("except")
                    commands[-1] += ["--except", card["members"][-1]["id"]]
                practice.ok(*commands[-1])
                letters |= self.shown(card["members"], leave_out=commands[-1][3:])
            else:
                self.settle(practice, step["ids"][0], letters, once)
            ahead.append(backlog(practice))
            assert ahead[-1]["mails"] < ahead[-2]["mails"], "what is left shrinks with every step"
        assert once == set()
        assert len(letters) > 25
        reconciles(practice, letters, waiting=[item["id"] for item in practice.queue_all() if item["snoozed_until"]])

    @staticmethod
    def shown(items: list[dict[str, Any]], leave_out: Sequence[str] = ()) -> dict[str, tuple[str, str]]:
        return {i["id"]: (i["draft"]["to"], i["draft"]["body"]) for i in items if i["id"] not in leave_out}

    def settle(self, practice: Practice, item: str, letters: dict[str, tuple[str, str]], once: set[str]) -> None:
        """One message, in the way that suits it; each of the rarer ways once."""
        found = practice.ok("show", item, "--json").json
        if found["draft"] and found["draft"]["blocked"]:
            filled = found["draft"]["body"].replace("[to fill in:", "(I tell you when we speak:").replace("]", ")")
            practice.ok("edit", item, "--body", "-", stdin=filled)
            found = practice.ok("show", item, "--json").json
        if found["draft"] is None and found["phone"] and "relabel" in once:
            once.remove("relabel")
            practice.ok("relabel", item, "insurance")
            practice.ok("done", item, "--how", "phone", "--note", "called her back")
        elif found["draft"] is None:
            practice.ok("done", item, "--how", "none")
        elif found["disposition"] == "reply" and "snooze" in once:
            once.remove("snooze")
            practice.ok("snooze", item, "2999-01-01")
        else:
            practice.ok("approve", item)
            letters |= self.shown([found])
            if "undo" in once:
                once.remove("undo")
                practice.ok("undo", item)
                practice.ok("approve", item)

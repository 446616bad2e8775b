"""The demo: a practice that anybody can build, play with, and build again."""

import shlex
from pathlib import Path

import pytest

from tests.practice import Practice


@pytest.fixture
def demo(tmp_path: Path) -> Practice:
    return Practice(tmp_path, tmp_path / "demo" / "config.toml")


def build(demo: Practice) -> str:
    done = demo.run("demo", "--home", str(demo.config.parent))
    assert done.code == 0, done
    return done.out


def test_it_triages_sixty_messages_and_says_what_to_try(demo: Practice) -> None:
    said = build(demo)
    assert "60 messages" in said
    assert {path.name for path in demo.config.parent.iterdir()} >= {"config.toml", "store", "inbox", "outgoing", "sent"}
    everything = demo.ok("queue", "--all", "--json").json
    assert len(everything) == 60
    commands = [line.split("#")[0].strip() for line in said.splitlines() if line.startswith("  inboxtriage ")]
    assert len(commands) >= 4
    assert "inboxtriage review" in commands  # it needs a terminal: test_review_app sits before it
    for command in commands:
        if command != "inboxtriage review":
            demo.ok(*shlex.split(command)[1:])
    assert len(list((demo.config.parent / "outgoing" / "new").iterdir())) == 1


def test_the_one_that_the_owner_answered_is_blocked(demo: Practice) -> None:
    build(demo)
    blocked = [i for i in demo.queue() if i["draft"] and "answered elsewhere" in "; ".join(i["draft"]["blocked"])]
    assert [item["from"] for item in blocked] == ["yuki.tanabe@example.org"]


def test_the_same_person_twice_gets_one_letter(demo: Practice) -> None:
    build(demo)
    (one,) = (item for item in demo.queue() if item["from"] == "nadia.rahman@example.net")
    everything = {item["id"]: item for item in demo.ok("queue", "--all", "--json").json}
    (older,) = one["folds"]
    assert everything[older]["state"] == "folded"
    assert everything[older]["lead"]["id"] == one["lead"]["id"]
    assert {*everything[older]["labels"], *one["labels"]} <= {source["label"] for source in one["draft"]["sources"]}


def test_no_draft_holds_a_brace_or_a_none(demo: Practice) -> None:
    build(demo)
    bodies = [item["draft"]["body"] for item in demo.queue() if item["draft"]]
    assert len(bodies) > 25
    for body in bodies:
        assert "{" not in body
        assert "None" not in body
        assert "Dear ," not in body
        assert "@{" not in body


def test_polling_again_finds_nothing(demo: Practice) -> None:
    build(demo)
    again = demo.ok("poll", "--json").json
    assert (again["fetched"], again["duplicates"]) == (0, 0)


def test_it_is_built_anew_but_never_over_something_else(demo: Practice, tmp_path: Path) -> None:
    build(demo)
    demo.ok("reject", "m2")
    build(demo)
    assert [i["state"] for i in demo.ok("queue", "--all", "--json").json if i["id"] == "m2"] == ["waiting"]
    other = tmp_path / "mine"
    other.mkdir()
    (other / "letter.txt").write_text("mine")
    refused = demo.run("demo", "--home", str(other))
    assert refused.code == 1
    assert [path.name for path in other.iterdir()] == ["letter.txt"]
    assert demo.run("demo", "--home", str(other / "letter.txt")).code == 1

"""Pins: the owner's rules beat the model, say how often they were used, and end when the owner writes to that person."""

import pytest

from tests.practice import ADDRESS, ASKS_INSURANCE, Practice, mail

SELLER = "kim@leads.example"


def decided(practice: Practice, who: str = SELLER, body: str = ASKS_INSURANCE) -> dict[str, object]:
    """How a new mail of somebody is sorted."""
    practice.receive(mail(body, sender=who))
    practice.ok("poll")
    found: dict[str, object] = practice.ok("queue", "--all", "--json").json[-1]
    return found


@pytest.mark.parametrize(
    ("rule", "disposition", "kind"),
    [("ignore", "ignore", "inquiry"), ("read", "read", "inquiry"), ("client", "reply", "client")],
)
@pytest.mark.parametrize("who", [SELLER, "@leads.example", "KIM@leads.example"])
def test_a_rule_beats_the_model_and_is_counted(
    rule: str, disposition: str, kind: str, who: str, practice: Practice
) -> None:
    practice.ok("pin", "add", who, rule)
    found = decided(practice)
    assert (found["disposition"], found["kind"]) == (disposition, kind)
    assert "you pinned" in str(found["reason"])
    (pin,) = practice.ok("pin", "list", "--json").json
    assert (pin["who"], pin["hits"], pin["lifted_at"]) == (who.lower(), 1, None)


def test_danger_beats_a_pin(practice: Practice) -> None:
    practice.ok("pin", "add", SELLER, "ignore")
    found = decided(
        practice, body="I don't want to be alive anymore. I have the pills here and I am going to do it tonight."
    )
    assert found["disposition"] == "urgent"


@pytest.mark.parametrize("who", [SELLER, "@leads.example"])
def test_it_ends_when_the_owner_writes_to_them(who: str, practice: Practice) -> None:
    practice.ok("pin", "add", who, "ignore")
    assert decided(practice)["disposition"] == "ignore"
    (practice.home / "sent" / "cur" / "mine:2,S").write_bytes(mail("Hello Kim", sender=ADDRESS, to=SELLER))
    practice.ok("poll")
    assert decided(practice, body=f"{ASKS_INSURANCE} Please.")["disposition"] == "reply"
    other = decided(practice, who="other@leads.example", body="Something else: do you take Cigna?")
    assert other["disposition"] == ("ignore" if who.startswith("@") else "reply")


def test_removed_is_removed(practice: Practice) -> None:
    practice.ok("pin", "add", SELLER, "ignore")
    practice.ok("pin", "remove", SELLER)
    assert decided(practice)["disposition"] == "reply"
    assert practice.run("pin", "remove", SELLER).code == 1


@pytest.mark.parametrize("words", [["nobody", "ignore"], ["a@b.example", "forget"], [ADDRESS, "ignore"], ["@", "read"]])
def test_wrong_use_says_so_in_a_line(words: list[str], practice: Practice) -> None:
    done = practice.run("pin", "add", *words)
    assert (done.code, len(done.err.splitlines())) == (2, 1)

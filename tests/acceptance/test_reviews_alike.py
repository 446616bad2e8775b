"""The review on a whole screen and the one in words ask for the same second look, and say the same at the end."""

import pytest

from inboxtriage.ui.keys import END, GROUP
from tests.ear import hearing
from tests.practice import ASKS_INSURANCE, Practice, mail
from tests.sitting import sitting

FORM = f"Name: {{0}}\nEmail: {{0}}@example.org\nMessage: {ASKS_INSURANCE}"


@pytest.fixture
def group(practice: Practice) -> Practice:
    """A group in which one came through a form: its letter goes to another address than it came from."""
    for name in ("ann", "bo"):
        practice.receive(mail(sender=f"{name.title()} <{name}@example.org>"))
    form = mail(FORM.format("cy"), sender="Website <forms@site.example>", subject="New message from your website")
    practice.receive(form)
    practice.ok("poll")
    return practice


def outbox(practice: Practice) -> list[str]:
    return [out["to"] for out in practice.ok("outbox", "--json").json]


ALL = ["ann@example.org", "bo@example.org", "cy@example.org"]
WHY = "m3: the mail came from forms@site.example, and the letter goes to cy@example.org"


def test_on_the_screen(group: Practice) -> None:
    with sitting(group, 100, 60) as seat:
        assert seat.app.view == GROUP
        seat.read_on()
        for other in ("a", "down"):
            assert WHY in " ".join(seat.press("a").split())
            seat.press(other)
            assert outbox(group) == []
            seat.press("down")
        seat.press("a", "y")
        assert seat.app.view == END
    assert sorted(outbox(group)) == ALL


def test_of_a_group_without_it_one_key_is_enough(group: Practice) -> None:
    with sitting(group, 100, 60) as seat:
        seat.read_on()
        seat.press("end", "down", "down", "x", "a")
        assert seat.items == ["m3"]
    assert sorted(outbox(group)) == ALL[:2]


def test_in_words(group: Practice) -> None:
    with hearing(group) as ear:
        assert "Group " in ear.hear()
        for other in "an":
            assert WHY in ear.key("a")
            assert "Nothing was changed." in ear.key(other)
            assert outbox(group) == []
        ear.key("a")
        said = ear.key("y")
    assert said.endswith(
        "3 approved.\n3 wait to be sent (now): no daemon runs, so `inboxtriage send` sends them.\nNothing is left.\n"
    )
    assert sorted(outbox(group)) == ALL


def test_the_same_at_the_end(group: Practice) -> None:
    with sitting(group, 100, 60) as seat:
        seat.read_on()
        seat.press("a", "y", "q")
        shown = " ".join(seat.screen.split())
        seat.press("q")
        assert seat.said == [
            "3 approved.",
            "3 wait to be sent (now): no daemon runs, so `inboxtriage send` sends them.",
            "Nothing is left.",
        ]
        assert " ".join(seat.said) in shown

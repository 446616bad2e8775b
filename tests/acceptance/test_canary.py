"""G40: nothing of one inquiry reaches another person, and nothing of anybody's story leaves at all."""

from email import message_from_bytes, policy

from tests.practice import ASKS_INSURANCE, ASKS_ROOM, Practice, mail, plain_text

PEOPLE = 500


def word(number: int, letters: str = "bcdfghjklm") -> str:
    """A word that stands nowhere else."""
    return "zq" + "".join(letters[int(digit)] for digit in f"{number:04d}")


def test_five_hundred_letters_hold_only_their_own_persons_name(practice: Practice) -> None:
    for n in range(PEOPLE):
        asked = (ASKS_INSURANCE, ASKS_ROOM)[n % 2]
        practice.receive(
            mail(
                f"{asked} Since {word(n)} left me I cannot sleep, and {word(n)} still has my keys.\n\n-- \n{word(n)}",
                sender=f"{word(n, 'nprstvwxyz').title()} Doe <p{n}@example.org>",
                subject=f"About {word(n)}",
            )
        )
    practice.ok("poll")
    ready = [
        item["id"] for item in practice.ok("queue", "--json").json if item["draft"] and not item["draft"]["blocked"]
    ]
    assert len(ready) > PEOPLE * 0.9
    practice.ok("approve", *ready)
    practice.ok("send")
    letters = [path for path in (practice.home / "outgoing").rglob("*") if path.is_file()]
    assert len(letters) == len(ready)
    stories = {word(n) for n in range(PEOPLE)}
    names = {word(n, "nprstvwxyz").title(): f"p{n}@example.org" for n in range(PEOPLE)}
    for path in letters:
        letter = message_from_bytes(path.read_bytes(), policy=policy.default)
        html = letter.get_body(("html",))
        assert html is not None
        said = f"{letter['Subject']}\n{plain_text(letter)}\n{html.get_content()}"
        words = set("".join(c if c.isalpha() else " " for c in said).split())
        assert not stories & {one.lower() for one in words}
        assert {names[one] for one in words & names.keys()} == {letter["To"]}

"""Learning from the owner: corrections teach, a worse model is refused, every step can be taken back."""

import json
from pathlib import Path

import pytest

from inboxtriage import shipped
from inboxtriage.clock import SystemClock
from inboxtriage.service import learning
from inboxtriage.store import corrections
from inboxtriage.triage.model import weights
from tests.practice import ASKS_INSURANCE, ASKS_ROOM, Practice, mail

WORKSHOPS = """+++
title = "Workshops"
examples = [
  "When is the next couples workshop, and is there still a place in it?",
  "I saw the flyer for your mindfulness workshop. How do I sign up?",
  "Do you run the parenting workshop again this spring?",
  "Is the weekend workshop on grief open to people who are not clients?",
  "Please put us down for the anger workshop if it takes place.",
  "My sister loved your workshop on sleep, will there be another?",
  "How many people come to the workshop, and what should I bring?",
  "We would like to book a workshop for our teachers.",
]
+++
The next workshop is announced on our website.
"""


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> tuple[Practice, str]:
    """A practice with a category of its own and one odd correction, after one training; and what training said."""
    home = tmp_path_factory.mktemp("taught")
    (home / "responses").mkdir()
    (home / "responses" / "workshop.md").write_text(WORKSHOPS)
    practice = Practice.in_folders(home, '\n[responses]\npath = "responses"\n')
    for file in sorted((Path(__file__).parents[2] / "demo" / "backlog").glob("*.eml")):
        practice.receive(file.read_bytes())
    practice.receive(mail(ASKS_INSURANCE, sender="odd@example.org"))
    practice.ok("poll")
    odd = next(item["id"] for item in practice.queue() if item["from"] == "odd@example.org")
    practice.ok("relabel", odd, "fit")  # plainly wrong
    return practice, practice.ok("train").out


def test_it_says_what_was_learned_and_how_good_it_is(taught: tuple[Practice, str]) -> None:
    _, said = taught
    assert "1 decisions of yours" in said
    assert "unseen writers: macro f1 0." in said


def test_one_odd_correction_flips_no_unrelated_mail(taught: tuple[Practice, str]) -> None:
    practice, said = taught
    flips = [line.split()[0] for line in said.splitlines() if " would be " in line]
    unrelated = [i for i in flips if practice.ok("show", i, "--json").json["from"] != "odd@example.org"]
    assert len(unrelated) <= 3, said


class TestApprovedLetters:
    """What an approved letter still answers was asked."""

    def asked(self, tmp_path: Path, *, keep: str) -> list[tuple[str, tuple[str, ...]]]:
        practice = Practice.in_folders(tmp_path)
        practice.receive(mail("Hello, do you take Aetna? And do you have any openings? Ann"))
        practice.ok("poll")
        body = practice.ok("show", "m1", "--json").json["draft"]["body"]
        insurance, room = body.split("\n\n")[2:4]
        letter = {"all": body, "one": body.replace(room + "\n\n", ""), "none": "Dear Ann,\n\nPlease call me.\n\nMaya"}[
            keep
        ]
        assert insurance in body
        if keep != "all":
            practice.ok("edit", "m1", "--body", "-", stdin=letter)
        practice.ok("show", "m1")
        practice.ok("approve", "m1")
        return [(one.how, one.labels) for one in corrections.everything(practice.assembly().db)]

    def test_one_that_was_approved_as_it_was(self, tmp_path: Path) -> None:
        assert self.asked(tmp_path, keep="all") == [("approval", ("insurance", "availability"))]

    def test_an_answer_that_was_struck_out_was_not_asked_for(self, tmp_path: Path) -> None:
        assert self.asked(tmp_path, keep="one") == [("edit", ("insurance",))]

    def test_a_letter_of_the_owners_own_says_nothing(self, tmp_path: Path) -> None:
        assert self.asked(tmp_path, keep="none") == []


def test_a_category_of_ones_own_needs_a_file_and_eight_examples(taught: tuple[Practice, str]) -> None:
    practice, said = taught
    assert "workshop: it is told apart" in said
    asks = mail(
        "Hello, is there a place left in the workshop on Saturday? I would like to come.", sender="new@example.org"
    )
    practice.receive(asks)
    practice.receive(mail(ASKS_ROOM, sender="plain@example.org"))
    practice.ok("poll")
    by_sender = {item["from"]: item for item in practice.queue()}
    assert "workshop" in by_sender["new@example.org"]["labels"]
    assert "announced on our website" in by_sender["new@example.org"]["draft"]["body"]
    assert "workshop" not in by_sender["plain@example.org"]["labels"]


def test_the_model_before_comes_back(taught: tuple[Practice, str]) -> None:
    practice, _ = taught
    assert (practice.home / "store" / "model" / "model.json").exists()
    practice.ok("train", "--rollback")
    assert not (practice.home / "store" / "model").exists(), "the shipped one was in use before"
    assert practice.run("train", "--rollback").code == 1


def test_a_broken_model_is_fitted_anew_and_said_so(taught: tuple[Practice, str]) -> None:
    practice, _ = taught
    model = practice.home / "store" / "model"
    model.mkdir(exist_ok=True)
    (model / "model.json").write_text("{}")
    (model / "weights.npz").write_bytes(b"not a model")
    practice.receive(mail(ASKS_INSURANCE, sender="after@example.org"))
    done = practice.ok("poll")
    assert "fitted anew" in done.err
    assert weights.load(model).examples > 6_000
    assert practice.ok("poll").err == ""


def test_too_few_examples_are_named(practice: Practice) -> None:
    own = practice.home / "responses"
    own.mkdir()
    (own / "gifts.md").write_text('+++\ntitle = "Gifts"\nexamples = ["Do you sell vouchers?"]\n+++\nYes.\n')
    practice.config.write_text(practice.config.read_text() + '\n[responses]\npath = "responses"\n')
    done = practice.run("train")
    assert (done.code, len(done.err.splitlines())) == (1, 1)
    assert "gifts.md" in done.err


class TestFolders:
    """The last three models are kept; what is worse is refused."""

    def test_three_are_kept_and_come_back_in_turn(self, tmp_path: Path) -> None:
        model, folder = weights.load(shipped.folder("models") / "shipped"), tmp_path / "model"
        for number in range(5):
            weights.save(_with(model, number), folder, keep=3)
        kept = sorted(path.name for path in tmp_path.iterdir())
        assert kept == ["model", "model.1", "model.2", "model.3"]
        for number in (3, 2, 1):
            assert weights.roll_back(folder)
            assert weights.load(folder).examples == number
        assert not weights.roll_back(folder)

    def test_a_model_that_falls_behind_is_refused(self, practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
        good = weights.load(shipped.folder("models") / "shipped")
        bad = _with(good, 1, macro_f1=good.held_out["macro_f1"] - 0.05)
        monkeypatch.setattr(learning, "_fitted", lambda own, clock, progress: (bad, len(own)))
        a = practice.assembly()
        done = learning.train(a, SystemClock(), lambda _text: None)
        a.close()
        assert done.refused is not None
        assert "macro f1" in done.refused
        assert not (practice.home / "store" / "model").exists()


def _with(model: weights.Weights, examples: int, **figures: float) -> weights.Weights:
    changed = {name: getattr(model, name) for name in weights.Weights.__slots__}
    return weights.Weights(**changed | {"examples": examples, "held_out": model.held_out | figures})


def test_the_head_of_a_model_is_readable(tmp_path: Path) -> None:
    head = json.loads((shipped.folder("models") / "shipped" / "model.json").read_bytes())
    assert set(head["held_out"]) >= {"macro_f1", "exact", "urgent_recall"}

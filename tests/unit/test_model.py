"""The model: numpy equals scikit-learn, its file cannot run code, and its examples are what they say."""

import io
import json
import os
import pickle
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from inboxtriage import shipped
from inboxtriage.category.examples import Example, faults, read
from inboxtriage.errors import ModelUnusable
from inboxtriage.message.parse import parse
from inboxtriage.service.assembly import load_classifier
from inboxtriage.service.sorting import Sorter
from inboxtriage.triage.decision import decide
from inboxtriage.triage.model import weights
from inboxtriage.triage.model.predict import LinearClassifier
from inboxtriage.triage.reading import read as read_message
from inboxtriage.triage.verdict import Scores, Verdict
from tests.practice import ASKS_INSURANCE, mail

LABELS = ("insurance", "availability", "scheduling", "fit")


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return list(read(sorted((shipped.folder("models") / "training").glob("*.jsonl"))))


def test_numpy_and_scikit_learn_agree(examples: list[Example]) -> None:
    from inboxtriage.triage.model.fit import fit
    from inboxtriage.triage.model.speakers import lessons

    fitted, by_sklearn = fit(lessons(examples[::7]), LABELS, now=datetime(2026, 1, 1, tzinfo=UTC))
    classifier = LinearClassifier(fitted)
    other = lessons(examples[3::40])
    scores = [classifier.score(one.reading) for one in other]
    ours = np.array([[*s.labels.values(), *s.kinds.values(), s.urgent] for s in scores])
    theirs = by_sklearn.probabilities(other, LABELS)
    theirs[:, 4:-1] /= theirs[:, 4:-1].sum(axis=1, keepdims=True)
    assert len(other) > 50
    assert np.abs(ours - theirs).max() < 1e-6


def test_every_example_is_consistent(examples: list[Example]) -> None:
    wrong = {example.id: found for example in examples if (found := list(faults(example, frozenset(LABELS))))}
    assert wrong == {}
    assert len(examples) >= 800
    assert len({example.id for example in examples}) == len(examples)
    assert len({example.voice for example in examples}) >= 300


def test_no_example_is_another_with_small_changes(examples: list[Example]) -> None:
    grams: dict[str, list[int]] = {}
    sets = []
    for n, example in enumerate(examples):
        words = re.findall(r"\w+", example.body.lower())
        sets.append({" ".join(words[i : i + 5]) for i in range(len(words) - 4)})
        for gram in sets[n]:
            grams.setdefault(gram, []).append(n)
    near = {
        (a, b)
        for n, mine in enumerate(sets)
        for b in {m for gram in mine for m in grams[gram] if m < n}
        for a in [n]
        if len(sets[a] & sets[b]) / len(sets[a] | sets[b]) >= 0.5
    }
    assert len(near) <= len(examples) // 100


class TestFile:
    """G55: nothing that stands in a model folder can run, and what is not a model is refused by name."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        weights.save(weights.load(shipped.folder("models") / "shipped"), tmp_path / "model")
        return tmp_path / "model"

    def test_a_saved_model_is_the_same_model(self, folder: Path) -> None:
        before, after = weights.load(shipped.folder("models") / "shipped"), weights.load(folder)
        assert before.vocabulary == after.vocabulary
        assert all(np.array_equal(a, b) for a, b in zip(before.arrays().values(), after.arrays().values(), strict=True))
        assert {oct(path.stat().st_mode & 0o777) for path in folder.iterdir()} == {"0o600"}
        assert folder.stat().st_mode & 0o777 == 0o700

    def test_a_pickle_is_refused_and_not_run(self, folder: Path, tmp_path: Path) -> None:
        class Evil:
            def __reduce__(self) -> tuple[object, ...]:
                return (Path.touch, (tmp_path / "touched",))

        np.savez(folder / "weights.npz", idf=np.array([Evil()], dtype=object), allow_pickle=True)
        self.refused(folder)
        (folder / "weights.npz").write_bytes(pickle.dumps(Evil()))
        self.refused(folder)
        assert not (tmp_path / "touched").exists()

    @pytest.mark.parametrize("keep", [0, 100, 10_000])
    @pytest.mark.parametrize("name", ["weights.npz", "model.json"])
    def test_a_truncated_file_is_refused(self, name: str, keep: int, folder: Path) -> None:
        (folder / name).write_bytes((folder / name).read_bytes()[:keep])
        self.refused(folder)

    def test_a_gigabyte_is_refused_before_it_is_read(self, folder: Path) -> None:
        with (folder / "weights.npz").open("wb") as file:
            file.truncate(1 << 30)
        self.refused(folder)

    def test_arrays_that_unpack_to_a_gigabyte_are_refused(self, folder: Path) -> None:
        np.savez_compressed(folder / "weights.npz", idf=np.zeros(1 << 27))
        self.sealed(folder)
        self.refused(folder)

    @pytest.mark.parametrize("claimed", [1 << 27, 1 << 60])
    def test_an_array_that_says_it_is_huge_is_refused(self, claimed: int, folder: Path) -> None:
        """A header of a gigabyte, or of more than there is memory, over a few bytes."""
        header = io.BytesIO()
        np.lib.format.write_array_header_1_0(header, {"descr": "<f8", "fortran_order": False, "shape": (claimed,)})
        with zipfile.ZipFile(folder / "weights.npz", "w") as archive:
            archive.writestr("idf.npy", header.getvalue() + b"\0" * 80)
        self.sealed(folder)
        self.refused(folder)

    def test_objects_under_a_right_digest_are_refused_and_not_run(self, folder: Path, tmp_path: Path) -> None:
        class Evil:
            def __reduce__(self) -> tuple[object, ...]:
                return (Path.touch, (tmp_path / "touched",))

        np.savez(folder / "weights.npz", idf=np.array([Evil()], dtype=object), allow_pickle=True)
        self.sealed(folder)
        self.refused(folder)
        assert not (tmp_path / "touched").exists()

    def test_bytes_that_do_not_unpack_are_refused(self, folder: Path) -> None:
        data = bytearray((folder / "weights.npz").read_bytes())
        data[2_000:2_400] = os.urandom(400)
        (folder / "weights.npz").write_bytes(data)
        self.sealed(folder)
        self.refused(folder)

    @pytest.mark.parametrize("name", ["weights.npz", "model.json"])
    @pytest.mark.parametrize("to", ["/dev/zero", "/etc/passwd", "itself", "pipe"])
    def test_a_link_a_device_and_a_pipe_are_refused_at_once(self, to: str, name: str, folder: Path) -> None:
        there = folder / name
        there.rename(folder / "elsewhere")
        if to == "pipe":
            os.mkfifo(there)
        else:
            there.symlink_to(folder / "elsewhere" if to == "itself" else to)
        self.refused(folder)

    @pytest.mark.parametrize(
        "change",
        [{"format": 99}, {"vocabulary": "x"}, {"labels": ["a"]}, {"digest": "0"}, {"thresholds": "x"}, {"kinds": []}],
    )
    def test_a_head_that_does_not_fit_is_refused(self, change: dict[str, object], folder: Path) -> None:
        head = json.loads((folder / "model.json").read_bytes())
        (folder / "model.json").write_text(json.dumps(head | change))
        self.refused(folder)

    @staticmethod
    def sealed(folder: Path) -> None:
        """Put the digest right, as somebody who can write here would."""
        head = json.loads((folder / "model.json").read_bytes())
        head["digest"] = weights._digest((folder / "weights.npz").read_bytes(), head["vocabulary"])
        (folder / "model.json").write_text(json.dumps(head))

    def refused(self, folder: Path) -> None:
        with pytest.raises(ModelUnusable):
            weights.load(folder)
        classifier, problem = load_classifier(folder)
        assert classifier is not None, "the shipped one stands in"
        assert problem


def test_without_any_model_everything_is_for_a_person() -> None:
    result = Sorter(None, "there is no model", frozenset()).sort(mail(ASKS_INSURANCE))
    assert result.verdict.disposition == "read"
    assert "no model" in result.verdict.reason
    assert Sorter(None, "x", frozenset()).sort(mail(Auto_Submitted="auto-replied")).verdict.disposition == "ignore"


class TestDecision:
    """First match wins; doubt becomes `read` (CONTRACT.md)."""

    thresholds = dict.fromkeys(LABELS, 0.4) | {"urgent": 0.6}

    def decide(
        self,
        raw: bytes = b"",
        *,
        kinds: dict[str, float] | None = None,
        urgent: float = 0.0,
        more: dict[str, float] | None = None,
        **labels: float,
    ) -> Verdict:
        message = parse(raw or mail(ASKS_INSURANCE), frozenset({"hello@harbor.example"}))
        reading = read_message(message)
        scores = Scores(
            dict.fromkeys(LABELS, 0.01) | labels,
            {"inquiry": 0.02, "client": 0.02, "vendor": 0.02, "automated": 0.02, "spam": 0.02, "personal": 0.02}
            | (kinds or {"inquiry": 0.9}),
            urgent,
            dict.fromkeys(LABELS, 0),
        )
        return decide(message, reading, scores, self.thresholds | (more or {}))

    def test_a_question_is_answered(self) -> None:
        verdict = self.decide(insurance=0.9)
        assert (verdict.disposition, verdict.labels, verdict.kind) == ("reply", ("insurance",), "inquiry")

    def test_no_certain_question_is_read(self) -> None:
        assert self.decide().disposition == "read"
        assert self.decide(insurance=0.45).disposition == "read", "a label that passes but is not certain"

    def test_a_letter_is_drafted_only_where_enough_letters_are_right(self) -> None:
        sure = {"reply": 0.7}
        assert self.decide(insurance=0.75, more=sure).disposition == "reply"
        unsure = self.decide(insurance=0.65, more=sure)
        assert (unsure.disposition, unsure.labels) == ("read", ("insurance",))
        assert "relabel" in unsure.reason, "the next step is said"
        assert self.decide(insurance=0.95, fit=0.35, more=sure).disposition == "read", "a question may be missing"

    @pytest.mark.parametrize("kind", ["vendor", "spam", "personal"])
    def test_strangers_have_no_labels(self, kind: str) -> None:
        verdict = self.decide(kinds={kind: 0.9}, insurance=0.95)
        assert (verdict.disposition, verdict.labels) == ("read", ())

    def test_a_plain_question_outweighs_a_writer_who_may_be_a_stranger(self) -> None:
        assert self.decide(kinds={"vendor": 0.6, "inquiry": 0.3}, insurance=0.95).disposition == "reply"

    def test_danger_comes_before_any_label(self) -> None:
        verdict = self.decide(urgent=0.9, insurance=0.99)
        assert (verdict.disposition, verdict.urgent, verdict.labels) == ("urgent", True, ("insurance",))

    def test_a_hint_of_danger_is_said(self) -> None:
        assert "look twice" in self.decide(urgent=0.4, insurance=0.9).reason

    @pytest.mark.parametrize(
        ("said", "twice"),
        [
            ("Some days I wish I would not wake up, but I am safe.", True),
            ("At night I just hope I don't wake up.", True),
            ("I want to go to sleep and never wake up.", True),
            ("Quisiera dormirme y no despertar, pero estoy bien.", True),
            ("J'aimerais ne plus me réveiller.", True),
            ("I did not wake up in time for our session, sorry.", False),
            ("The baby does not want to wake up from his naps.", False),
        ],
    )
    def test_a_wish_not_to_wake_up_is_looked_at_twice_whatever_the_model_says(self, said: str, twice: bool) -> None:
        verdict = self.decide(mail(f"{said} Do you take Aetna?"), urgent=0.0, insurance=0.99)
        assert verdict.is_near_danger == twice

    def test_selling_with_words_of_danger_is_not_urgent(self) -> None:
        assert not self.decide(kinds={"vendor": 0.95}, urgent=0.99).urgent

    def test_a_machine_by_protocol_is_ignored_whatever_its_words(self) -> None:
        verdict = self.decide(mail(ASKS_INSURANCE, Auto_Submitted="auto-replied"), insurance=0.99, urgent=0.99)
        assert (verdict.disposition, verdict.labels, verdict.urgent, verdict.automated) == (
            "ignore",
            (),
            False,
            "Auto-Submitted: auto-replied",
        )

    def test_list_mail_is_judged_by_its_words(self) -> None:
        raw = mail(ASKS_INSURANCE, List_Id="<a.lists.example>")
        assert self.decide(raw, kinds={"automated": 0.9}).disposition == "ignore"
        verdict = self.decide(raw, insurance=0.9)
        assert (verdict.disposition, verdict.automated) == ("read", None)

    def test_without_an_address_it_is_read(self) -> None:
        verdict = self.decide(
            b"From: a@b.example, c@d.example\nSubject: x\n\n" + ASKS_INSURANCE.encode(), insurance=0.9
        )
        assert verdict.disposition == "read"
        assert "2 senders" in verdict.reason

    def test_what_cannot_be_read_is_read_by_a_person(self) -> None:
        raw = (
            b"From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/encrypted; boundary=b\n\n--b\n\nx\n--b--\n"
        )
        assert "encrypted" in self.decide(raw, insurance=0.9).reason

    def test_a_withdrawn_question_is_none(self) -> None:
        raw = mail("Never mind, I found someone.\n\nOn Tue, Jane Doe <jane@example.org> wrote:\n> Do you take Aetna?")
        assert self.decide(raw, insurance=0.9).labels == ()

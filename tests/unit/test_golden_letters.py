"""The mission's four questions, in all 15 combinations, against three practices: the letters are kept and compared."""

from pathlib import Path

import pytest

from tests.golden import letters


@pytest.mark.parametrize("name", letters.PRACTICES)
def test_the_letters_are_the_ones_that_were_read_and_found_good(name: str, tmp_path: Path) -> None:
    kept = (letters.HERE / f"{name}.md").read_text(encoding="utf-8")
    assert letters.page(name, tmp_path) == kept, "read what changed, then `python -m tests.golden.letters`"


@pytest.mark.parametrize("name", letters.PRACTICES)
def test_no_letter_says_anything_twice_and_none_shows_a_brace(name: str, tmp_path: Path) -> None:
    facts, questions = letters.PRACTICES[name]
    settings = letters.settings_of(letters.HERE / f"{facts}.toml", tmp_path)
    for labels in letters.combinations(tuple(questions)):
        draft = letters.draft_of(settings, "\n".join(questions[label] for label in labels), labels)
        sentences = [s.strip() for s in draft.body.replace("\n", " ").split(". ") if s.strip()]
        assert len(sentences) == len(set(sentences))
        assert not set("{}") & set(draft.body)
        assert "None" not in draft.body
        assert [s.label for s in draft.sources if s.label in labels] == sorted(
            [s.label for s in draft.sources if s.label in labels], key=labels.index
        )

"""Set phrases: RE2 finds what the standard library's expressions find, and stays quick where those would not."""

import re
import time
import tomllib
from importlib.resources import files

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inboxtriage.triage.phrases import Phrases, plain, vocabulary

LISTS: dict[str, dict[str, list[str]]] = {
    name: tomllib.loads(files("inboxtriage.triage").joinpath(f"vocabulary/{name}.toml").read_text("utf-8"))
    for name in ("urgency", "insurers", "when/days")
}
HEARD = st.sampled_from(
    [
        "i want to die",
        "kms",
        "bcbs",
        "blue cross blue shield",
        "aetna",
        "lunes",
        "sat",
        "i bombed the exam",
        "mondays",
        "a plan b",
    ]
)
TEXT = st.lists(HEARD | st.text(alphabet="abc @.,'\n-_1é", max_size=6), max_size=8).map(" ".join).map(plain)


@pytest.mark.parametrize("name", LISTS)
@settings(deadline=None)  # a list is compiled when it is first looked at
@given(text=TEXT)
@example(text="")
@example(text="i want to die@home.example want to die")
def test_each_list_finds_what_the_standard_library_finds(name: str, text: str) -> None:
    expected = {
        label: spans
        for label, patterns in LISTS[name].items()
        if (
            spans := {
                m.span()
                for p in patterns
                for m in re.finditer(rf"\b(?:{p})\b", text, re.ASCII)
                if text[m.start() - 1 : m.start()] != "@"
            }
        )
    }
    assert vocabulary(name).spans(text) == expected


def test_a_name_within_a_word_or_an_address_is_not_said() -> None:
    days = Phrases({"mon": ["mon"]})
    assert days.spans("monica lives at x@mon and in simon_mon") == {}
    assert days.spans("mon, or (mon)") == {"mon": {(0, 3), (9, 12)}}


def test_a_text_made_to_be_slow_is_not() -> None:
    slow = Phrases({"x": ["(?:a*)*b"]})
    begun = time.process_time()
    assert slow.spans("a" * 5_000 + "!") == {}
    assert time.process_time() - begun < 5, "with backtracking this would never end"

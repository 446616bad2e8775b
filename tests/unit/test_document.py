"""A configuration changed key by key: what is asked for is so, and every other line is as it was."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxtriage.config.document import Document
from inboxtriage.config.lines import Key, changed, value_of, written
from inboxtriage.errors import ConfigError, Refused

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / "config.example.toml").read_text(encoding="utf-8")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
VALUE = st.one_of(TEXT, st.booleans(), st.integers(-(2**40), 2**40), st.lists(TEXT, max_size=4))
MINIMAL = (
    '[[accounts]]\nname = "a"\naddress = "a@b.example"\n[accounts.maildir]\ninbox = "i"\noutgoing = "o"\nsent = "s"\n'
)


def leaves(document: Any, path: Key = ()) -> list[Key]:
    """The key of every value of a document."""
    if isinstance(document, dict) and document:
        return [key for name, entry in document.items() for key in leaves(entry, (*path, name))]
    if isinstance(document, list) and document and isinstance(document[0], dict):
        return [key for n, entry in enumerate(document) for key in leaves(entry, (*path, n))]
    return [] if document == {} else [path]


SET = leaves(tomllib.loads(EXAMPLE))
NEW: list[Key] = [
    ("practice", "insurance", "note"),
    ("practice", "openings", "caldav", 0, "url"),
    ("practice", "new", "one"),
    ("accounts", 0, "imap", "ca_file"),
    ("accounts", 0, "oauth2", "client_id"),
    ("accounts", 1, "name"),
    ("store", "path"),
    ("brand new", "a b"),
    ("top",),
]


class TestOneKey:
    @settings(deadline=None)
    @given(key=st.sampled_from(SET), value=VALUE)
    def test_what_is_there_gets_another_value_on_its_own_lines(self, key: Key, value: Any) -> None:
        after = changed(EXAMPLE, key, value)
        assert value_of(tomllib.loads(after), key) == value
        before_lines, after_lines = EXAMPLE.split("\n"), after.split("\n")
        gone = [line for line in before_lines if line not in after_lines]
        assert len(gone) <= 1
        assert len(after_lines) == len(before_lines)
        assert changed(after, key, value_of(tomllib.loads(EXAMPLE), key)).split() == EXAMPLE.split()
        assert after.count("# ") >= EXAMPLE.count("# ") - str(value_of(tomllib.loads(EXAMPLE), key)).count("# ")

    @settings(deadline=None)
    @given(key=st.sampled_from(NEW), value=VALUE)
    def test_what_is_new_takes_nothing_away(self, key: Key, value: Any) -> None:
        after = changed(EXAMPLE, key, value)
        assert value_of(tomllib.loads(after), key) == value
        rest = iter(after.split("\n"))
        assert all(line in rest for line in EXAMPLE.split("\n")), "a line is gone or moved"
        taken_back = changed(after, key, None)
        assert value_of(tomllib.loads(taken_back), key) is None

    @settings(deadline=None)
    @given(changes=st.lists(st.tuples(st.sampled_from([*SET, *NEW]), VALUE | st.none()), max_size=6))
    def test_many_changes_are_the_same_as_in_plain_values(self, changes: list[tuple[Key, Any]]) -> None:
        text = EXAMPLE
        for key, value in changes:
            try:
                text = changed(text, key, value)
            except Refused:  # a name that is a table by now; nothing was changed
                continue
            assert value_of(tomllib.loads(text), key) == value
        assert [line for line in EXAMPLE.split("\n") if line.startswith("# -")] == [
            line for line in text.split("\n") if line.startswith("# -")
        ]

    @settings(deadline=None)
    @given(VALUE)
    def test_a_value_is_written_as_it_is_read(self, value: Any) -> None:
        assert tomllib.loads(f"a = {written(value)}")["a"] == value


CASES: list[tuple[str, Key, Any, str]] = [
    ("a = 1 # one\n", ("a",), 2, "a = 2 # one\n"),
    ('a = "x # y"   # z\n', ("a",), "b", 'a = "b"       # z\n'),
    ("a = [ # first\n  1,\n  2,\n]  # last\nb = 1\n", ("a",), [3], "a = [3] # last\nb = 1\n"),
    ('a = """\nlong = 1\n"""\n', ("a",), "s", 'a = "s"\n'),
    ("a.b = 1\n", ("a", "b"), 2, "a.b = 2\n"),
    ('t = { x = 1, y = "z" }\n', ("t", "x"), 2, 't = { x = 2, y = "z" }\n'),
    ("[t]\nx = 1\n\n# of u\n[u]\n", ("t", "y"), 2, "[t]\nx = 1\ny = 2\n\n# of u\n[u]\n"),
    ("[t]\n  x = 1\n", ("t", "y"), 2, "[t]\n  x = 1\n  y = 2\n"),
    ("[t]\r\nx = 1\r\n", ("t", "y"), 2, "[t]\r\nx = 1\r\ny = 2\r\n"),
    ("[t]\r\nx = 1\r\n", ("t", "x"), 2, "[t]\r\nx = 2\r\n"),
    ('[t]\n"od=d" = 1\n', ("t", "od=d"), 2, '[t]\n"od=d" = 2\n'),
    ("x = 1", ("t", "y"), 2, "x = 1\n\n[t]\ny = 2"),
    ("[[l]]\nx = 1\n[[l]]\nx = 2\n", ("l", 0, "x"), 3, "[[l]]\nx = 3\n[[l]]\nx = 2\n"),
    ("[[l]]\nx = 1\n\n[[l]]\nx = 2\n", ("l", 0, "y"), 3, "[[l]]\nx = 1\ny = 3\n\n[[l]]\nx = 2\n"),
    ("a = 1\nb = 2\n", ("a",), None, "b = 2\n"),
    ("[t]\nx = 1\n# said\n[u]\ny = 1\n", ("t",), None, "# said\n[u]\ny = 1\n"),
]


@pytest.mark.parametrize(("text", "key", "value", "wanted"), CASES)
def test_how_it_is_written(text: str, key: Key, value: Any, wanted: str) -> None:
    assert changed(text, key, value) == wanted


@pytest.mark.parametrize(
    ("text", "key"), [("[a]\nb.c = 1\n", ("a", "b", "d")), ("a = 1\n", ("a", "b")), ("[[a]]\n", ("a", 3, "b"))]
)
def test_what_cannot_be_said_without_rearranging_is_refused(text: str, key: Key) -> None:
    with pytest.raises(Refused, match="by hand"):
        changed(text, key, 1)


class TestTheFile:
    def test_it_is_private_and_whole_and_keeps_links(self, tmp_path: Path) -> None:
        real, link = tmp_path / "dotfiles" / "mine.toml", tmp_path / "config.toml"
        real.parent.mkdir()
        real.write_text(MINIMAL)
        link.symlink_to(real)
        document = Document(link)
        document.set(("practice", "name"), "Harbor")
        document.write()
        assert link.is_symlink()
        assert real.stat().st_mode & 0o777 == 0o600
        assert real.read_text().startswith(MINIMAL.rstrip())
        assert [path.name for path in real.parent.iterdir()] == ["mine.toml"]

    def test_what_is_wrong_is_not_taken_and_not_written(self, tmp_path: Path) -> None:
        path = tmp_path / "config.toml"
        path.write_text(MINIMAL)
        document = Document(path)
        with pytest.raises(ConfigError, match=r"practice\.timezone"):
            document.set(("practice", "timezone"), "Nowhere")
        assert (document.text, document.is_changed) == (MINIMAL, False)
        document.put(("practice", "timezone"), "Nowhere")
        with pytest.raises(ConfigError):
            document.write()
        assert path.read_text() == MINIMAL

    def test_a_new_one_is_not_there_before_it_is_right(self, tmp_path: Path) -> None:
        document = Document(tmp_path / "new" / "config.toml")
        document.set(("practice", "name"), "Harbor")
        with pytest.raises(ConfigError, match="accounts"):
            document.write()
        assert not (tmp_path / "new").exists()

    def test_what_changed_meanwhile_stays(self, tmp_path: Path) -> None:
        path = tmp_path / "config.toml"
        path.write_text(MINIMAL)
        document = Document(path)
        document.set(("practice", "name"), "Harbor")
        path.write_text(MINIMAL + "# more\n")
        with pytest.raises(Refused, match="meanwhile"):
            document.write()
        assert path.read_text() == MINIMAL + "# more\n"

"""Attachments leave a mail on request alone, under names that can do no harm (G43)."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxtriage.message.attached import LONGEST_NAME, files, safe_name
from tests import poison
from tests.practice import Practice


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\a.pdf.exe", "a.pdf.exe"),
        (".bashrc", "bashrc"),
        ("-rf", "rf"),
        ("..", "unnamed"),
        ("", "unnamed"),
        ("a\x1b[2J\x00b\u202efdp.exe", "a [2Jb fdp.exe"),
        ("NUL.txt", "_NUL.txt"),
        ("$(rm x)`y`;z.pdf", "_(rm x)_y__z.pdf"),
        ("x" * 300 + ".pdf.exe", "x" * (LONGEST_NAME - 4) + ".exe"),
    ],
)
def test_a_name_is_made_safe(given: str, safe: str) -> None:
    assert safe_name(given) == safe


@given(st.text(max_size=400))
def test_any_name_is_safe(given: str) -> None:
    name = safe_name(given)
    assert 0 < len(name) <= LONGEST_NAME
    assert len(name.encode()) <= 255
    assert not set(name) & set("/\\\x00\n\r\x1b\u202e")
    assert name[0] not in ".- "
    assert Path("/folder", name).parent == Path("/folder")


def test_equal_names_are_told_apart_and_nothing_is_unpacked() -> None:
    part = b'Content-Type: application/zip\nContent-Disposition: attachment; filename="A.zip"\n\nPK'
    found = files(poison.mixed(b"Content-Type: text/plain\n\nwords", part, part.replace(b"A.zip", b"a.zip"), part))
    assert [file.name for file in found] == ["A.zip", "2-a.zip", "3-A.zip"]
    assert [file.data for file in found] == [b"PK"] * 3


def test_show_saves_into_the_named_folder_and_overwrites_nothing(tmp_path: Path) -> None:
    """G43: mode 0600, only there; a second time, or onto a link, it refuses."""
    practice = Practice.in_folders(tmp_path / "home")
    practice.receive(poison.attached(b'"../../evil.pdf"'))
    practice.ok("poll")
    (message,) = [entry["id"] for entry in practice.ok("queue", "--all", "--json").json]
    before = {file for file in tmp_path.rglob("*") if file.name.startswith("evil")}
    assert before == set()
    done = practice.ok("show", message, "--save", str(tmp_path / "saved"), "--json")
    (saved,) = (tmp_path / "saved").iterdir()
    assert done.json == {"saved": [str(saved)]}
    assert saved.name == "evil.pdf"
    assert saved.read_bytes() == b"x"
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    again = practice.run("show", message, "--save", str(tmp_path / "saved"))
    assert (again.code, "there already" in again.err) == (1, True)
    saved.unlink()
    saved.symlink_to(tmp_path / "elsewhere")
    assert practice.run("show", message, "--save", str(tmp_path / "saved")).code == 1
    assert not (tmp_path / "elsewhere").exists()

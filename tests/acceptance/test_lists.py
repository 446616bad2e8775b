"""`lead export` and `lead import`: what goes out comes back, privately, and hostile files cost one line."""

import stat
from pathlib import Path

import pytest

from tests.practice import Practice

PEOPLE = """email,name,phone,stage,outcome,tier,source,referred by,birthday,anniversary,dates,language,zone,do not contact,first seen,client since,last contact,note
ann@example.org,"=Ann ""A"" Lee",+1 555 010 0123,engage,,A,web,,1980-05-12,--06-01,exam=2026-12-24,es,Europe/Madrid,,2019-03-01,2020-03-01,2026-01-05,secret note
,Bo,555-010-0199,intake,,,,ann@example.org,,,,,,,,,,
cy@example.org,Cy,,follow_up,ended,C,"a, b;c",Dr. Lee,--02-29,,,en,,yes,,2021-01-01,,
dee@example.org,,,encounter,no answer,,,Bo,,,,,,,,,,
"""


def filled(home: Path) -> Practice:
    practice = Practice.in_folders(home)
    done = practice.ok("lead", "import", "-", "--json", stdin=PEOPLE)
    assert done.json["added"] == 4
    return practice


class TestRoundTrip:
    @pytest.mark.parametrize("form", ["csv", "vcard"])
    def test_nothing_is_lost(self, form: str, tmp_path: Path) -> None:
        one, other = filled(tmp_path / "one"), Practice.in_folders(tmp_path / "other")
        out = one.ok("lead", "export", f"--{form}").out
        assert "secret" not in out
        assert other.ok("lead", "import", "-", "--json", stdin=out).json == {"added": 4, "known": 0, "moved": 0, "skipped": []}  # fmt: skip
        assert other.ok("lead", "export", f"--{form}").out == out
        ann, bo, cy, dee = other.ok("lead", "list", "--json").json
        assert (ann["name"], ann["tier"], ann["first_seen_at"][:10]) == ('=Ann "A" Lee', "A", "2019-03-01")
        assert (cy["outcome"], dee["outcome"], bo["outcome"]) == ("ended", "no_answer", "open")
        assert other.ok("lead", "show", "p2", "--json").json["referred_by"] == "p1"
        assert other.ok("lead", "show", "p3", "--json").json["referred_by"] == "Dr. Lee"
        assert ann["last_contact_at"][:10] == "2026-01-05"
        again = other.ok("lead", "import", "-", "--json", stdin=out).json
        assert again == {"added": 0, "known": 4, "moved": 0, "skipped": []}
        assert other.ok("lead", "export", f"--{form}").out == out

    def test_in_a_spreadsheet_nothing_is_a_formula(self, tmp_path: Path) -> None:
        out = filled(tmp_path).ok("lead", "export", "--csv").out
        assert "'=Ann" in out
        assert "'+15550100123" in out
        assert "\n=" not in out
        assert ",=" not in out

    def test_what_is_known_stays_and_what_lacks_is_filled_in(self, practice: Practice) -> None:
        practice.ok("lead", "add", "ann@example.org", "--tier", "C", "--referred-by", "Zoe")
        practice.ok("lead", "import", "-", stdin=PEOPLE)
        ann = practice.ok("lead", "show", "ann@example.org", "--json").json
        assert (ann["tier"], ann["referred_by"]) == ("C", "Zoe")
        rows = practice.ok("lead", "export").out.splitlines()
        assert "1980-05-12" in rows[1]
        assert "es,Europe/Madrid,yes" in rows[1]

    def test_that_somebody_is_not_to_be_written_to_always_counts(self, practice: Practice) -> None:
        practice.ok("lead", "add", "cy@example.org")
        practice.ok("lead", "import", "-", stdin=PEOPLE)
        assert ",no," in next(line for line in practice.ok("lead", "export").out.splitlines() if "cy@" in line)


class TestFiles:
    def test_a_file_is_the_owners_alone_and_replaced_whole(self, tmp_path: Path) -> None:
        practice = filled(tmp_path / "home")
        for name, begins in (("people.csv", "name,email"), ("people.vcf", "BEGIN:VCARD")):
            file = tmp_path / name
            file.write_text("old")
            file.chmod(0o644)
            assert practice.ok("lead", "export", str(file)).out == f"4 people are in {file}; it is not encrypted\n"
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
            assert file.read_text().startswith(begins)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "people.csv", "people.vcf"]
        done = practice.run("lead", "export", str(tmp_path / "none" / "x.csv"))
        assert (done.code, done.err.count("\n")) == (1, 1)
        assert practice.run("lead", "export", "--csv", "--vcard").code == 2

    def test_an_empty_store_gives_an_empty_list(self, practice: Practice) -> None:
        assert practice.ok("lead", "export").out.count("\n") == 1
        assert practice.ok("lead", "export", "--vcard").out == ""

    @pytest.mark.parametrize("data", [b"BEGIN:VCARD\n" + b"x" * 50_000_000, b"PK\x03\x04", b"\x00\x00", b"hello\n"])
    def test_what_is_no_list_is_one_line(self, data: bytes, practice: Practice, tmp_path: Path) -> None:
        file = tmp_path / "list.vcf"
        file.write_bytes(data)
        done = practice.run("lead", "import", str(file))
        assert (done.code, done.err.count("\n"), "Traceback" in done.err) == (1, 1, False)
        assert practice.ok("lead", "list", "--json").json == []

    def test_a_broken_card_is_told_with_its_line(self, practice: Practice) -> None:
        cards = "BEGIN:VCARD\nVERSION:3.0\nFN:Zoe\nEND:VCARD\nBEGIN:VCARD\nFN:Bo\nTEL:555-010-0123\nEND:VCARD\n"
        done = practice.run("lead", "import", "-", stdin=cards)
        assert (done.code, done.out) == (1, "1 added, 0 known already, 1 skipped\n")
        assert "line 1 skipped" in done.err

"""Lists of people in and out: what cells mean, formulas, address books of every make, and hostile ones."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxtriage.journey import known
from inboxtriage.journey.contacts import Contact, NoContactList, Unusable, guarded, read_contacts
from inboxtriage.journey.vcard import read_cards, write_card
from inboxtriage.message.plain import one_line


def one(text: str | bytes) -> Contact:
    (found,) = read_contacts(text.encode() if isinstance(text, str) else text)
    assert isinstance(found, Contact), found
    return found


class TestMeaning:
    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("1980-05-12", "1980-05-12"),
            ("19800512", "1980-05-12"),
            ("1980-05-12T00:00:00Z", "1980-05-12"),
            ("--05-12", "--05-12"),
            ("--0512", "--05-12"),
            ("05-12", "--05-12"),
            ("--02-29", "--02-29"),
            ("25/12/1980", "1980-12-25"),
            ("12.25.1980", "1980-12-25"),
            ("5/5/1980", "1980-05-05"),
            ("5/12/1980", None),  # in May, or in December
            ("1981-02-29", None),
            ("--13-01", None),
            ("soon", None),
            ("", None),
        ],
    )
    def test_days(self, text: str, day: str | None) -> None:
        assert known.day(text) == day

    @pytest.mark.parametrize(("text", "code"), [("es", "es"), ("es-MX", "es"), ("Español", "es"), ("English", "en"), ("klingon", None)])  # fmt: skip
    def test_languages(self, text: str, code: str | None) -> None:
        assert known.language(text) == code

    @pytest.mark.parametrize(("text", "zone"), [("Europe/Madrid", "Europe/Madrid"), ("UTC", "UTC"), ("CET?", None), ("../../etc/passwd", None), ("Europe/Nowhere", None)])  # fmt: skip
    def test_zones(self, text: str, zone: str | None) -> None:
        assert known.zone(text) == zone

    def test_every_column(self) -> None:
        header = "email,tier,outcome,birthday,anniversary,dates,language,time zone,do not contact,referred by,first seen,client since,last contact"
        row = "a@example.org,b,No answer,1980-05-12,--06-01,exam=2026-12-24; =x,Spanish,Europe/Madrid,yes,Ann,2020-01-02,2021-01-02,2026-01-02"
        found = one(f"{header}\n{row}\n")
        assert found == Contact(
            2,
            "a@example.org",
            tier="B",
            outcome="no_answer",
            dates={"exam": "2026-12-24", "birthday": "1980-05-12", "anniversary": "--06-01"},
            language="es",
            zone="Europe/Madrid",
            writable=False,
            referred_by="Ann",
            first_seen="2020-01-02",
            client_since="2021-01-02",
            last_contact="2026-01-02",
        )

    def test_what_is_in_doubt_is_a_note_and_nothing_more(self) -> None:
        found = one("email,birthday,tier,note\na@example.org,5/12/1980,gold,hm\n")
        assert (found.dates, found.tier) == ({}, None)
        assert found.note == "hm; birthday as written: 5/12/1980; tier as written: gold"


class TestFormulas:
    @pytest.mark.parametrize("cell", ["=1+1", "+1 555", "-2", "@SUM(A1)", "'=x", "\uff1dx", "''+"])
    def test_no_cell_is_one(self, cell: str) -> None:
        assert guarded(cell)[0] == "'"

    @given(st.text("=+-@'\uff1dabc ,;\"\u00e9", max_size=20))
    def test_reading_gives_the_same_words_again(self, name: str) -> None:
        file = io.StringIO(newline="")
        csv.writer(file).writerows([["name", "email"], [guarded(name), guarded("a@example.org")]])
        assert one(file.getvalue()).name == (one_line(name, 80) or None)


APPLE = """BEGIN:VCARD
VERSION:3.0
N:Núñez;Ana;María;;
FN:Ana María Núñez
EMAIL;type=INTERNET;type=WORK:work@example.org
EMAIL;type=INTERNET;type=HOME;type=pref:ana@example.org
TEL;type=CELL:+34 600 11 22 33
BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-12
item1.X-ABDATE;type=pref:2015-06-01
item1.X-ABLabel:_$!<Anniversary>!$_
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD
 /2wBDAAUDBAQEAwUEBAQFBQUGBwwIBw
NOTE:likes mornings\\, and tea\\nnot Fridays
END:VCARD
"""
V4 = """BEGIN:VCARD
VERSION:4.0
FN:Bo
TEL;VALUE=uri;TYPE=cell:tel:+1-555-010-0123
BDAY:--0512
ANNIVERSARY:20150601
LANG;PREF=1:es
TZ:Europe/Madrid
END:VCARD
"""
V21 = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:L=C3=B3pez;Jos=
=C3=A9;;;
TEL;CELL:555-010-0124
END:VCARD
"""


class TestCards:
    def test_apples(self) -> None:
        ana = one(APPLE)
        assert (ana.line, ana.name, ana.address, ana.phone) == (1, "Ana María Núñez", "ana@example.org", "+34600112233")
        assert ana.dates == {"birthday": "--05-12", "anniversary": "2015-06-01"}
        assert ana.note == "likes mornings, and tea not Fridays"

    def test_of_version_four(self) -> None:
        bo = one(V4)
        assert (bo.name, bo.phone, bo.language, bo.zone) == ("Bo", "+15550100123", "es", "Europe/Madrid")
        assert bo.dates == {"birthday": "--05-12", "anniversary": "2015-06-01"}

    @pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
    def test_of_version_two_and_any_line_end(self, ending: str) -> None:
        text = (V21 + APPLE + V4).replace("\n", ending)
        people = [found for found in read_contacts(text.encode()) if isinstance(found, Contact)]
        assert [found.name for found in people] == ["José López", "Ana María Núñez", "Bo"]
        assert [found.line for found in people] == [1, 7, 21]

    def test_a_broken_card_costs_itself_alone(self) -> None:
        broken = "BEGIN:VCARD\nVERSION:3.0\nFN:Zoe\nEMAIL:zoe@example.org\n"  # no end
        nobody = "BEGIN:VCARD\nVERSION:3.0\nFN:Nobody\nEND:VCARD\n"
        found = list(read_contacts((broken + nobody + V4).encode()))
        assert [type(one) for one in found] == [Contact, Unusable, Contact]

    def test_a_picture_of_five_megabytes_is_passed_over(self) -> None:
        picture = "PHOTO;ENCODING=b:" + "\n ".join(["A" * 74] * 70_000)
        found = one(V4.replace("FN:Bo", f"FN:Bo\n{picture}"))
        assert found.name == "Bo"

    def test_too_much_is_refused(self) -> None:
        for data in (b"BEGIN:VCARD\n" + b"x" * 50_000_000, b"email\n" + b"a@example.org\n" * 50_001):
            with pytest.raises(NoContactList, match="in parts"):
                list(read_contacts(data))

    @given(st.binary(max_size=300))
    def test_any_bytes_are_read_or_refused(self, data: bytes) -> None:
        for head in (b"BEGIN:VCARD\n", b"BEGIN:VCARD\nVERSION:3.0\nFN:", APPLE[:300].encode()):
            try:
                lines = [found.line for found in read_contacts(head + data)]
            except NoContactList:
                continue
            assert lines == sorted(set(lines))

    words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=60)

    @given(words, words, st.sampled_from(["", "--02-29", "1980-05-12"]))
    def test_what_is_written_is_read(self, name: str, source: str, birthday: str) -> None:
        cells = {"name": name, "email": "a@example.org", "source": source, "birthday": birthday, "stage": "wrap_up"}
        ((line, read),) = read_cards(write_card(cells))
        assert line == 1
        assert read is not None
        assert not source.strip() or read["source"] == [source]
        assert not name.strip() or read["name"] == [name]
        assert read.get("birthday", [""]) == [birthday]
        assert read["stage"] == ["wrap_up"]

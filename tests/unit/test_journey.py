"""Where a lead stands and how it ended; telephone numbers; lists of people as others export them."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxtriage.journey.contacts import Contact, NoContactList, Unusable, read_contacts
from inboxtriage.journey.history import outcome_of, stage_of
from inboxtriage.journey.lead import CLIENT_STAGES, Event, EventKind, is_client
from inboxtriage.journey.phone import dialled, same_line
from inboxtriage.journey.stage import STAGES, Outcome, stage_named

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


def events(*kinds: EventKind) -> list[Event]:
    return [Event(kind, NOON + timedelta(days=n), "m1") for n, kind in enumerate(kinds)]


class TestOutcome:
    @pytest.mark.parametrize(
        ("kinds", "outcome"),
        [
            ((), "open"),
            (("asked", "reply sent"), "open"),
            (("asked", "referred out"), "referred_out"),
            (("asked", "referred out", "reply sent", "noted", "wrote"), "referred_out"),  # thanks are no question
            (("asked", "referred out", "asked"), "open"),
            (("asked", "referred out", "asked", "referred out"), "referred_out"),
        ],
    )
    def test_the_last_event_that_says_so_counts(self, kinds: tuple[EventKind, ...], outcome: Outcome) -> None:
        assert outcome_of(events(*kinds)) == outcome

    def test_who_is_referred_out_stays_at_their_stage(self) -> None:
        told = [Event("asked", NOON, "m1", stage="inquire"), *events("referred out")]
        assert stage_of(told) == "inquire"


def test_clients_are_those_from_enroll_on() -> None:
    assert [stage for stage in STAGES if is_client(stage)] == list(CLIENT_STAGES) == list(STAGES[3:])


@pytest.mark.parametrize(
    ("text", "stage"),
    [("wrap_up", "wrap_up"), ("Wrap-Up", "wrap_up"), (" follow  up ", "follow_up"), ("ENGAGE", "engage"), ("eng", None), ("", None)],
)  # fmt: skip
def test_a_stage_is_known_in_any_spelling(text: str, stage: str | None) -> None:
    assert stage_named(text) == stage


class TestPhone:
    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("555-0100", "5550100"),
            ("(555) 010-0123", "5550100123"),
            ("+1 (555) 010-0123 ext. 4", "+15550100123"),
            ("tel:+34-600.11.22.33", "+34600112233"),
            ("+44 (0)20 7946 0018", "+442079460018"),
            ("\u202a+1\xa0555\u2011010\u20110123\u202c", "+15550100123"),  # as copied from an address book
            ("030/1234567", "0301234567"),
            ("555-0100 / 555-0200", "5550100"),
            ("Cell: 555-010-0123\nHome: 555-010-0124", "5550100123"),
            ("15550100123.0", "15550100123"),
            ("1.55501E+10", None),
            ("1,55501E+10", None),
            ("call me", None),
            ("911", None),
            ("5" * 30, None),
            ("", None),
        ],
    )
    def test_one_form_for_every_spelling(self, text: str, number: str | None) -> None:
        assert dialled(text) == number
        assert number is None or dialled(number) == number

    @pytest.mark.parametrize(
        ("one", "other", "same"),
        [
            ("+1 555 010 0123", "(555) 010-0123", True),
            ("1-555-010-0123", "555.010.0123", True),
            ("0034 600 112 233", "+34 600112233", True),
            ("+34 600 112 233", "600 112 233", False),  # whose country it is cannot be told
            ("555-0100", "555-0101", False),
        ],
    )
    def test_the_same_line(self, one: str, other: str, same: bool) -> None:
        assert (same_line(one) == same_line(other)) is same

    @given(st.text(max_size=60))
    def test_any_text_gives_a_number_of_digits_or_none(self, text: str) -> None:
        number = dialled(text)
        assert number is None or (number.removeprefix("+").isdecimal() and number.isascii())
        assert number is None or dialled(number) == number


def read(text: str | bytes) -> list[Contact | Unusable]:
    return list(read_contacts(text.encode() if isinstance(text, str) else text))


def contacts(text: str | bytes) -> list[Contact]:
    found = read(text)
    assert all(isinstance(one, Contact) for one in found), found
    return [one for one in found if isinstance(one, Contact)]


class TestColumns:
    @pytest.mark.parametrize(
        "header",
        [
            "email,name,phone,stage,note,source",
            "E-mail,Full Name,Telephone,Stage,Notes,Source",
            "E-Mail Address,Client Name,Mobile Phone,STAGE,Comments,Referral source",
            "Primary Email,Display name,Cell,stage,note,Lead Source",
            "E-mail 1 - Value,Name,Phone 1 - Value,stage,Notes,source",
            "address,name,phone,stage,note,source",
            "Correo electrónico,Nombre completo,Teléfono,Etapa,Notas,Fuente",
            "correo,nombre,móvil,etapa,nota,origen",
        ],
    )
    def test_in_english_and_spanish(self, header: str) -> None:
        (one,) = contacts(f"{header}\njane@example.org,Jane Doe,555-0100,intake,likes mornings,a friend\n")
        expected = Contact(2, "jane@example.org", "Jane Doe", "5550100", "intake", "likes mornings", "a friend")
        assert one == expected

    @pytest.mark.parametrize(
        ("header", "row"),
        [
            ("first name,last name,email", "Jane,Doe,j@example.org"),
            ("Last,First,email", "Doe,Jane,j@example.org"),
            ("Nombre,Apellidos,Correo", "Jane,Doe,j@example.org"),
            ("Name,Last name,email", "Jane Doe,Doe,j@example.org"),
            ("Name,First name,Last name,email", "Jane Doe,Jane,Doe,j@example.org"),
            ("First name,email,birthday", "Jane Doe,j@example.org,1980-01-02"),
        ],
    )
    def test_a_name_in_one_column_or_two(self, header: str, row: str) -> None:
        assert [one.name for one in contacts(f"{header}\n{row}\n")] == ["Jane Doe"]

    def test_a_postal_address_beside_the_mail_address_is_none(self) -> None:
        (one,) = contacts("Home address,Email,Phone\n12 Harbor St,j@example.org,\n")
        assert (one.address, one.note) == ("j@example.org", "")

    def test_an_emergency_contact_is_not_the_person(self) -> None:
        (one,) = contacts("Name,Email,Emergency contact phone,Emergency contact name\nJ,j@example.org,555-0199,Mum\n")
        assert (one.name, one.phone) == ("J", None)

    def test_the_first_filled_column_of_a_kind_counts(self) -> None:
        (one,) = contacts("Email,Email 2,Mobile,Home phone\n,j@example.org,,555-0100\n")
        assert (one.address, one.phone) == ("j@example.org", "5550100")

    @pytest.mark.parametrize("text", ["", "\n\n", "jane@example.org,Jane\n", "name,stage\nJane,engage\n", '"email\n'])
    def test_without_a_header_it_says_what_is_expected(self, text: str) -> None:
        with pytest.raises(NoContactList, match="email,name,phone"):
            read(text)

    @pytest.mark.parametrize("data", [b"PK\x03\x04 a spreadsheet", b"email\x00,name\n"])
    def test_what_is_no_text_is_told(self, data: bytes) -> None:
        with pytest.raises(NoContactList, match="CSV"):
            read(data)


class TestLines:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    @pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
    def test_as_every_program_writes_them(self, delimiter: str, ending: str, encoding: str) -> None:
        rows = ["correo,nombre,,", "ana@example.org,Ana López,,", ",,,", "bo@example.org,Bo,,", ""]
        text = ending.join(row.replace(",", delimiter) for row in rows)
        assert [(one.line, one.address, one.name) for one in contacts(text.encode(encoding))] == [
            (2, "ana@example.org", "Ana López"),
            (4, "bo@example.org", "Bo"),
        ]

    def test_the_delimiter_that_excel_states(self) -> None:
        assert [one.name for one in contacts('sep=;\r\nname;email\r\n"Lee, Ann";a@example.org\r\n')] == ["Lee, Ann"]

    def test_line_ends_inside_a_cell(self) -> None:
        first, second = contacts('note,email\n"one\r\ntwo ""three""",a@example.org\nx,b@example.org\n')
        assert (first.line, first.note) == (2, 'one two "three"')
        assert (second.line, second.note) == (4, "x")

    def test_an_open_quotation_mark_costs_its_own_line_only(self) -> None:
        rows = "".join(f"n{n},n{n}@example.org\n" for n in range(500))
        found = read(f'name,email\n"open,a@example.org\n{rows}')
        assert found[0] == Unusable(2, "its quotation marks do not pair up")
        assert [one.line for one in found[1:]] == list(range(3, 503))

    @pytest.mark.parametrize(
        ("cell", "address"),
        [
            ("Jane <Jane@Example.org>", "jane@example.org"),
            ("mailto:jane@example.org", "jane@example.org"),
            ("no@@where; jane@example.org", "jane@example.org"),
            ("jane@example.org jane@work.example", "jane@example.org"),
            ("jane@work\n\njane@example.org", "jane@example.org"),
            ("jane@example.org\u200b", "jane@example.org"),
        ],
    )
    def test_the_address_in_a_cell(self, cell: str, address: str) -> None:
        assert [one.address for one in contacts(f'email\n"{cell}"\n')] == [address]

    @pytest.mark.parametrize(
        ("row", "word"),
        [
            ("none,,", "neither"),
            ("jane@exa mple.org,,", "neither"),
            ("jane doe@example.org,,", "neither"),
            ("jane@example,,", "neither"),
            (",1.555E+10,", "neither"),
            ("jané@example.org,,", "neither"),
            ("j@example.org,,active", "no stage 'active'"),
        ],
    )
    def test_a_line_that_cannot_be_used_says_why(self, row: str, word: str) -> None:
        first, second, third = read(f"email,phone,stage\na@example.org,,\n{row}\nb@example.org,,\n")
        assert isinstance(first, Contact)
        assert isinstance(third, Contact)
        assert isinstance(second, Unusable)
        assert (second.line, word in second.why) == (3, True)

    def test_an_address_that_cannot_be_written_to_is_kept_as_a_note(self) -> None:
        (one,) = contacts("email,phone\njané@example.org,555-0100\n")
        assert (one.address, one.phone, one.note) == (None, "5550100", "address as written: jané@example.org")

    @given(st.lists(st.tuples(st.text(max_size=20), st.integers(0, 10**9)), max_size=20), st.sampled_from(",;\t"))
    def test_whatever_names_hold_nobody_is_lost(self, people: list[tuple[str, int]], delimiter: str) -> None:
        file = io.StringIO(newline="")
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(["name", "email", "note"])
        for name, n in people:
            writer.writerow([name.replace("\x00", ""), f"n{n}@example.org", name.replace("\x00", "")])
        found = contacts(file.getvalue().encode("utf-8", "replace"))
        assert [one.address for one in found] == [f"n{n}@example.org" for _, n in people]

    @given(st.binary(max_size=200))
    def test_any_bytes_are_read_or_refused(self, data: bytes) -> None:
        for head in (b"", b"email,name\n"):
            try:
                lines = [one.line for one in read_contacts(head + data)]
            except NoContactList:
                continue
            assert lines == sorted(set(lines))

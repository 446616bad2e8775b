"""How, in which language and from where somebody hopes to be met."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxtriage.triage.asks.meeting import WAYS, language, languages, meeting
from inboxtriage.triage.asks.regions import region_codes, regions


@pytest.mark.parametrize(
    ("said", "spoken"),
    [
        ("Do you speak Mandarin?", "Mandarin"),
        ("I am looking for a therapist who speaks Farsi.", "Farsi"),
        ("Do you offer sessions in Portuguese?", "Portuguese"),
        ("¿Atienden en español?", "Spanish"),
        ("In Spanish please.", "Spanish"),
        ("Any Hmong-speaking staff?", "Hmong"),
        ("Busco psicóloga que hable español.", "Spanish"),
        ("He only speaks Polish.", "Polish"),
        ("Do you speak English?", "English"),
        ("Is there someone who knows sign language?", "American Sign Language"),
        ("Busco una terapeuta bilingüe para mi hija.", "Spanish"),
        ("I speak French.", None),
        ("My friend says you speak Greek.", None),
        ("I need a Spanish tutor.", None),
        ("She is failing French.", None),
        ("He speaks English well.", None),
        ("Hola, busco ayuda para dormir.", None),
        ("We need polish for the floor.", None),
    ],
)
def test_the_language_hoped_for(said: str, spoken: str | None) -> None:
    assert language([said]) == spoken


@pytest.mark.parametrize(
    ("said", "way"),
    [
        ("Do you do telehealth?", "video"),
        ("Telehealth only please.", "video"),
        ("It would have to be on Zoom.", "video"),
        ("¿Atienden por video?", "video"),
        ("Tendría que ser por videollamada.", "video"),
        ("Do you offer in-person sessions?", "in_person"),
        ("¿Las sesiones son presenciales?", "in_person"),
        ("Do you do phone sessions?", "phone"),
        ("It would have to be by phone.", "phone"),
        ("¿Me puede ver por teléfono?", "phone"),
        ("Do you do video or in person?", "video"),
        ("In person or on video?", "in_person"),
        ("I can't do telehealth, so do you see people in person?", "in_person"),
        ("Please switch my next appointment to video.", "video"),
        ("Please change Friday to in person.", "in_person"),
        ("Phone sessions only please.", "phone"),
        ("Call me by phone.", None),
        ("I spoke to you over the phone, do you take Aetna?", None),
        ("Usted me dijo por teléfono que le escribiera.", None),
        ("Can I pay for it over the phone?", None),
        ("I found you online, do you take Aetna?", None),
        ("He plays video games, can you help?", None),
        ("I saw him on Zoom.", None),
    ],
)
def test_the_way_of_meeting_asked_for(said: str, way: str | None) -> None:
    assert meeting([said]) == way


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("I live in Kingston, NY.", ("NY",)),
        ("I'm in New Jersey.", ("NJ",)),
        ("Are you licensed in Oregon?", ("OR",)),
        ("Are you licensed in NY or NJ?", ("NY", "NJ")),
        ("Vivo en Nueva Jersey.", ("NJ",)),
        ("I'm based in Ontario.", ("ON",)),
        ("We moved to Perth, in Western Australia.", ("WA",)),
        ("I live in Georgia.", ("GA",)),
        ("I'm in LA until May.", ("CA",)),
        ("I am in West Virginia.", ("WV",)),
        ("CAN YOU HELP ME OR MY SON IN MAY", ()),
        ("My daughter Georgia is sad.", ()),
        ("Victoria told me about you.", ()),
        ("He goes to George Washington High.", ()),
        ("Signed, Jane Smith, MD", ()),
        ("I grew up in Ohio.", ()),
        ("My sister in Texas sent me.", ()),
        ("I have Blue Cross of California.", ()),
        ("I go to GA on Mondays.", ()),
        ("OK, HI, it is ME", ()),
    ],
)
def test_the_states_and_provinces(said: str, codes: tuple[str, ...]) -> None:
    assert regions([said]) == codes


def test_about_forty_languages_are_known() -> None:
    assert len(languages()) >= 40


HEARD = st.sampled_from(
    [
        "do you speak",
        "Polish",
        "in Spanish",
        "?",
        "NY",
        "in",
        "IN",
        ", OR",
        "Albany, NY",
        "zoom",
        "by phone",
        "not",
        "Ohio",
    ]
)


@given(st.lists(st.text() | st.lists(HEARD).map(" ".join), max_size=6))
def test_any_text_has_an_answer_from_the_closed_sets(sentences: list[str]) -> None:
    assert language(sentences) in {None, *languages()}
    assert meeting(sentences) in {None, *WAYS}
    assert set(regions(sentences)) <= region_codes()

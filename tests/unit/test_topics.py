"""The finer questions: each is found in English and in Spanish, and only where it is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxtriage.triage.asks.clauses import table
from inboxtriage.triage.asks.topics import of_labels, topic_names, topics

ASKED = {
    "fee": ["What would a session run me?", "What do you charge?", "How much?", "¿Cuánto cuesta la consulta?"],
    "sliding_scale": ["Do you offer a sliding scale?", "Is there a student rate?", "¿Tienen tarifa social?"],
    "superbill": ["Could you send me a superbill?", "¿Me manda la factura para el seguro?"],
    "payment": ["Can I pay with my HSA card?", "Do you have payment plans?", "¿Se puede pagar en dos partes?"],
    "eap": ["Do you take my EAP?", "Can I use the employee assistance program?"],
    "copay": ["What would my copay be?", "How much would I owe?", "¿Cuánto sería el copago?"],
    "room": ["Are you taking new clients?", "Do you have any openings?", "¿Tienen cupo?", "¿Está aceptando pacientes?"],
    "soon": ["How soon could we start?", "How long is the wait?", "¿Cuánto hay que esperar?", "Lo antes posible."],
    "waitlist": ["Is there a waitlist?", "Please put me on your list.", "¿Hay lista de espera?"],
    "hours": ["Do you see people on Saturdays?", "What days are you open?", "¿Atienden los sábados?"],
    "length": ["How long is a session?", "¿Cuánto dura la sesión?"],
    "frequency": ["How often would we meet?", "Could I come every two weeks?", "¿Cada cuánto hay que ir?"],
    "place": ["Where is your office?", "¿Dónde queda?", "What's your office address?"],
    "access": ["Is there parking?", "Do you have an elevator?", "¿Hay ascensor?"],
    "home_visits": ["Do you come to my home?", "Can you see him at our house?", "¿Puede ser a domicilio?"],
    "consult": ["Do you offer a free consultation?", "Can we talk first?", "¿Ofrecen una consulta gratuita?"],
    "booking": ["How do I book?", "I'd like to make an appointment.", "¿Cómo hago para sacar cita?"],
    "cancellation": ["What is your cancellation policy?", "What happens if I miss one?", "¿Cobran si cancelo?"],
    "move": ["Can I reschedule Thursday?", "Can we do Friday instead?", "¿Podemos cambiar la cita?"],
    "cancel": ["I need to cancel tomorrow.", "Please cancel my appointment.", "Mañana no voy a poder ir."],
    "forms": ["What do I need to bring?", "Can you send me the intake paperwork?", "¿Qué tengo que llevar?"],
    "qualifications": ["Are you insured?", "Have you worked with twins?", "¿Tiene experiencia con duelo?"],
    "area": ["Do you serve Maplewood?", "Do you come to our area?", "¿Trabaja hasta Luque?"],
    "licence": ["Are you licensed in Oregon?", "Can you see someone in Ohio?", "¿Tiene licencia para Florida?"],
    "process": ["How does it work?", "What should I expect?", "¿Cómo funciona la terapia?"],
}


@pytest.mark.parametrize(("topic", "said"), [(topic, said) for topic, texts in ASKED.items() for said in texts])
def test_each_is_found_where_it_is_asked(topic: str, said: str) -> None:
    assert topics([said]) == (topic,)


def test_every_topic_is_tried_above() -> None:
    assert set(ASKED) == set(topic_names())


@pytest.mark.parametrize(
    "said",
    [
        "Not asking about cost yet.",
        "We don't need to know the price.",
        "You told me what you charge.",
        "I know where you are located.",
        "Thanks for the superbill.",
        "My last therapist had a sliding scale.",
        "At that rate I will never learn it.",
        "I found parking on Elm.",
        "No pregunto por el precio.",
        "I had my first session in May.",
        "Do you take Aetna?",
        "My copay was thirty dollars there.",
    ],
)
def test_a_mention_or_a_question_withdrawn_is_none(said: str) -> None:
    assert topics([said]) == ()


def test_they_stand_in_the_order_asked_and_once() -> None:
    asked = ["Is there parking?", "How much is a session?", "Are you taking new clients?", "What are your rates?"]
    assert topics(asked) == ("access", "fee", "room")


def test_a_waiver_ends_at_the_comma() -> None:
    assert topics(["Not asking about cost yet, just whether you have any openings."]) == ("room",)


def test_who_moves_an_appointment_does_not_cancel_it() -> None:
    assert topics(["I can't make it tomorrow.", "Could we move my appointment to Friday?"]) == ("move",)


def test_a_house_is_no_area_and_an_area_has_a_name() -> None:
    assert topics(["Do you come to my house?"]) == ("home_visits",)
    assert topics(["Do you serve breakfast?"]) == ()


def test_only_what_the_labels_bear_out_remains() -> None:
    assert of_labels(("fee", "room", "process"), {"availability"}) == ("room", "process")
    assert of_labels(("hours",), {"scheduling"}) == ("hours",)


def test_the_labels_named_are_labels_and_belong_to_topics() -> None:
    needed = table("topics")["labels"]
    assert set(needed) <= set(topic_names())
    assert {label for labels in needed.values() for label in labels} <= {
        "insurance",
        "availability",
        "scheduling",
        "fit",
    }


HEARD = st.sampled_from([said for texts in ASKED.values() for said in texts])


@given(st.lists(st.text() | HEARD, max_size=8))
def test_any_text_has_topics_from_the_closed_set(sentences: list[str]) -> None:
    found = topics(sentences)
    assert set(found) <= set(topic_names())
    assert len(found) == len(set(found))

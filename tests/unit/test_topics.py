"""The finer questions: each is found in English and in Spanish, and only where it is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxtriage.triage.asks.topics import of_labels, topic_names, topics
from inboxtriage.triage.phrases import table

ASKED = {
    "plans": [
        "Do you take insurance?",
        "Are you in network with any insurers?",
        "Do you accept insurance at all?",
        "What insurance do you take?",
        "Would my insurance cover this?",
        "Do you bulk bill?",
        "¿Aceptan seguro?",
        "¿Qué seguros manejan?",
    ],
    "fee": [
        "What would a session run me?",
        "What do you charge?",
        "How much?",
        "How much is family therapy?",
        "Price for two people?",
        "What is your couples rate?",
        "What would I pay out of pocket?",
        "I'd be paying cash.",
        "Please tell me what an hour costs.",
        "I'd like to know your fee.",
        "Is there an extra charge for that?",
        "¿Cuánto cuesta la consulta?",
        "¿A cómo sale la hora?",
    ],
    "sliding_scale": [
        "Do you offer a sliding scale?",
        "Is there a student rate?",
        "Any concessions for students?",
        "Do you have a reduced rate for teachers?",
        "I can't afford your full fee.",
        "¿Tienen tarifa social?",
    ],
    "superbill": [
        "Could you send me a superbill?",
        "Do I have to pay up front and get reimbursed?",
        "Can I send the bills in myself?",
        "Is there a Medicare rebate?",
        "¿Me manda la factura para el seguro?",
    ],
    "payment": [
        "Can I pay with my HSA card?",
        "Do you have payment plans?",
        "Can payment be made by UPI?",
        "Do you take Venmo?",
        "Could we do it in three payments?",
        "¿Se puede pagar en dos partes?",
    ],
    "eap": ["Do you take my EAP?", "Do you work with EAPs?", "Can I use the employee assistance program?"],
    "invoice": [
        "Can I have an invoice with the VAT on it?",
        "My boss wants the receipt made out to the firm.",
        "Do you have a tax number?",
        "¿Hacen factura a nombre de mi empresa?",
    ],
    "third_party": [
        "My employer pays for this, if you fill in a form.",
        "Are you on the approved provider list?",
        "I have a training voucher left.",
        "They need your vendor id.",
        "Mi empresa lo paga.",
    ],
    "copay": ["What would my copay be?", "What's the gap?", "How much would I owe?", "¿Cuánto sería el copago?"],
    "room": ["Are you taking new clients?", "Do you have any openings?", "¿Tienen cupo?", "¿Está aceptando pacientes?"],
    "soon": ["How soon could we start?", "How long is the wait?", "¿Cuánto hay que esperar?", "Lo antes posible."],
    "waitlist": [
        "Is there a waitlist?",
        "Is there a waiting list?",
        "Please put me on your list.",
        "¿Hay lista de espera?",
    ],
    "hours": ["Do you see people on Saturdays?", "What days are you open?", "¿Atienden los sábados?"],
    "latest": ["What's the latest you meet on Mondays?", "How late are you there?", "¿Hasta qué hora atienden?"],
    "earliest": ["How early do you start?", "What time do you open?", "¿A qué hora abren?"],
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
        "Do you have insurance?",
        "My insurance company sent me to you.",
        "We talked about insurance last week.",
        "Can you move my appointment to video?",
    ],
)
def test_a_mention_or_a_question_withdrawn_is_none(said: str) -> None:
    assert topics([said]) == ()


def test_they_stand_in_the_order_asked_and_once() -> None:
    asked = ["Is there parking?", "How much is a session?", "Are you taking new clients?", "What are your rates?"]
    assert topics(asked) == ("access", "fee", "room")


def test_a_waiver_ends_at_the_comma() -> None:
    assert topics(["Not asking about cost yet, just whether you have any openings."]) == ("room",)


def test_two_questions_about_money_are_two() -> None:
    assert topics(["Do you take insurance?", "If not, what do you charge?"]) == ("plans", "fee")
    assert topics(["What's the gap after the Medicare rebate?"]) == ("copay", "superbill")


def test_to_be_asked_to_tell_is_no_waiver() -> None:
    assert topics(["Please tell me what you charge."]) == ("fee",)
    assert topics(["You told me what you charge."]) == ()


def test_who_cancels_and_asks_for_another_time_does_both() -> None:
    assert topics(["I have to cancel Tuesday.", "Same time next week?"]) == ("cancel", "move")


def test_an_appointment_put_on_video_is_moved_only_where_the_day_changes_too() -> None:
    assert topics(["Could we switch Thursday's session to Zoom?"]) == ()
    assert topics(["Could we move Thursday to Friday and do it on Zoom?"]) == ("move",)


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

"""What an owner wrote to two people may be true of none that come after: promises, a past moment, secrets."""

import pytest

from inboxtriage.config.settings import Insurance, Practice
from inboxtriage.service.past.places import contradictions, put
from inboxtriage.service.past.sentences import unfit
from tests.unit.test_past import KNOWN, LIBRARY

TO_NOBODY_ELSE = (
    # a promise, or one of money
    "I am in network with your plan.",
    "I take your insurance, and your copay will be small.",
    "Your insurance will cover every session in full.",
    "You do not need to worry about the deductible.",
    "I will hold the first opening for you until you call.",
    "I will waive the fee for the first session.",
    "I guarantee that you will feel better after a few sessions.",
    "My fee is $160 but for you it is $120 a session.",
    "You will get a reduced rate because you are a student.",
    "If we need to talk you can call me at any time.",
    # what calms somebody in danger
    "I do not think that this is an emergency.",
    "You are safe to wait until we meet.",
    # what was so then
    "I have one opening left in the early morning.",
    "I can offer you a spot every other week at four.",
    "I am away until the fifteenth and will write then.",
    "I am away for two weeks and will answer when I am back.",
    "I have a waiting list of about three weeks now.",
    # what no fact can be held against
    "My fee is one hundred and twenty dollars for each session.",
    "My number is five five five, oh one four, two two one one.",
    "The door code is four four one two.",
    "The wifi password is harborguest in the waiting room.",
    # Spanish
    "Su seguro cubre todas las sesiones conmigo.",
    "Le prometo que se va a sentir mejor pronto.",
)
TO_ANYBODY = (
    "Please check with your plan what it pays for an out-of-network provider.",
    "I am out of network, and I give you a receipt that your plan may pay back in part.",
    "I will send you the intake form once we have met.",
    "I ask for a day of notice when you cancel a session.",
    "My sessions take place at one of two offices.",
)


@pytest.mark.parametrize("sentence", TO_NOBODY_ELSE)
def test_it_is_never_proposed_for_everybody(sentence: str) -> None:
    assert unfit(sentence, KNOWN, "es" if "seguro" in sentence or "Le " in sentence else "en") is not None


@pytest.mark.parametrize("sentence", TO_ANYBODY)
def test_what_can_be_said_to_everybody_still_is(sentence: str) -> None:
    assert unfit(sentence, KNOWN, "en") in {None, "a name"}


@pytest.mark.parametrize("price", ["$150", "150 dollars", "150 Euros", "150.00 USD"])
def test_a_price_of_the_past_is_said_only_while_it_is_the_price(price: str) -> None:
    practice = Practice(insurance=Insurance(fee="$160 for 50 minutes"))
    sentence = f"My fee is {price} for each session."
    assert any(price in remark for remark in contradictions("insurance", sentence, practice))
    text = next(one.text for one in LIBRARY.all() if one.name == "insurance" and one.language == "en")
    lines = put(text, "insurance", sentence, practice).split("\n")
    assert f'"{price}" in practice.insurance.fee' in lines[lines.index(sentence) - 1]

"""The seven stages of a client's journey, and how it can end before or after them."""

from typing import Literal, get_args

Stage = Literal["encounter", "inquire", "intake", "enroll", "engage", "wrap_up", "follow_up"]
Outcome = Literal["open", "referred_out", "declined", "withdrawn", "no_answer", "ended"]

STAGES: tuple[Stage, ...] = get_args(Stage)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

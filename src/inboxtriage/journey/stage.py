"""The seven stages of a client's journey, and how it can end before or after them."""

import re
from typing import Literal, get_args

Stage = Literal["encounter", "inquire", "intake", "enroll", "engage", "wrap_up", "follow_up"]
Outcome = Literal["open", "referred_out", "declined", "withdrawn", "no_answer", "ended"]

STAGES: tuple[Stage, ...] = get_args(Stage)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

_BETWEEN_WORDS = re.compile(r"[\s_-]+")


def stage_named(text: str) -> Stage | None:
    """The stage that somebody wrote, in any letters and with any gap ("Wrap-up"); None where there is none such."""
    written = _BETWEEN_WORDS.sub("_", text.strip().lower())
    return next((stage for stage in STAGES if stage == written), None)

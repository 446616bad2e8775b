"""What a clause moves: the words that name the appointment as it stands, between "move" and where it shall go."""

import re
from dataclasses import dataclass

from inboxtriage.triage.asks.when.dates import WEEKDAY
from inboxtriage.triage.asks.when.stances import any_of, lists

_WORDS = lists("moves")
_MOVE = re.compile(rf"(?<!\w){any_of(_WORDS['move'])}(?!\w)")
_GOAL = re.compile(rf"(?<!\w)(?:{any_of(_WORDS['goal'])}|(?<=\d )a(?= las? ))(?!\w)")
_APPOINTMENT = re.compile(
    rf"(?<!\w)(?:{WEEKDAY}(?:'s)?|{any_of(_WORDS['part'])}|{any_of(_WORDS['appointment'])})(?!\w)|\d"
)
_OTHER = re.compile(rf"(?<!\w){any_of(_WORDS['other'])}(?!\w)")
_OWN = re.compile(  # "my Tuesday 3pm appointment", "our 3pm"
    rf" {any_of(_WORDS['own'])} (?:[\w:'.]+ ){{0,4}}?"
    rf"(?:{any_of(_WORDS['appointment'])}|\d{{1,2}}(?::\d\d)? ?[ap]\.?m)(?!\w)"
)
_REACH = 60  # letters from the verb to where it shall go


@dataclass(frozen=True, slots=True)
class Moved:
    """Where a clause names the appointment that is moved; `aimed` where it goes on with where that shall go.

    Then the last word within is the "to".
    """

    start: int
    end: int
    aimed: bool


def moves(text: str) -> bool:
    """Whether plain `text` has a word for moving an appointment."""
    return _MOVE.search(text) is not None


def moved(text: str) -> Moved | None:
    """Where plain `text` names the appointment that it moves: its day and hour are not asked for.

    None where it moves none or names only the new one, as "can we move to Friday from 3 to 4 pm" does; and in "can we
    move Thursday" the day may be either.
    """
    verb = _MOVE.search(text)
    if verb is None:
        return None
    for goal in _GOAL.finditer(text, verb.end(), min(len(text), verb.end() + _REACH)):
        between = text[verb.end() : goal.start()]
        if _OTHER.search(between):
            break
        if _APPOINTMENT.search(between):
            return Moved(verb.end(), goal.end(), aimed=True)
        if _APPOINTMENT.match(text, goal.end() + 1):
            return None
    own = _OWN.match(text, verb.end())
    return Moved(verb.end(), own.end(), aimed=False) if own is not None else None

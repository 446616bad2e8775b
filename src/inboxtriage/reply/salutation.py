"""How a letter begins: the subject that answers theirs, and the name to greet by."""

import re

from inboxtriage.message.model import Message
from inboxtriage.message.plain import one_line
from inboxtriage.reply.discreet import neutral_subject

_SUBJECT_PREFIX = re.compile(r"\s*(?:(?:re|aw|sv|rv|fwd?|fw|tr|wg|antw|vs)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_LONGEST_SUBJECT = 200
_NEUTRAL_SUBJECT = {"en": "Your message", "es": "Su mensaje"}
_TITLE = re.compile(r"^(?:dr|mr|mrs|ms|miss|mx|prof|sr|sra|don|do[ñn]a|lic|rev|fr)\.?\s+", re.IGNORECASE)
_DEGREE = re.compile(
    r"(?-i:[A-Z.]{2,})(?:\W|$)|(?:ph|psy|ed|md|jr|sr|esq|m|b)\.?(?:d|a|s|w)?\.?(?:\W|$)", re.IGNORECASE
)
_NOBODY = {"none", "null", "nil", "undefined", "nan", "unknown", "anonymous", "anónimo", "test"}  # what programs write
_NO_GIVEN_NAME = re.compile(
    r"\b(?:mom|mum|dad|mam[áa]|pap[áa]|grandma|grandpa|family|familia|mail|inc|llc|office|clinic|desk|team|info|admin|llp|and|y|&|via|the)\b|[@\d]",
    re.IGNORECASE,
)


def subject_of(message: Message, language: str) -> str:
    """Give "Re: " and the person's own topic; a neutral line where that is empty, a form's, or tells their story."""
    topic = one_line(_SUBJECT_PREFIX.sub("", message.topic, count=1), _LONGEST_SUBJECT)
    neutral = neutral_subject(topic, language) if topic else None
    if neutral:
        return f"Re: {neutral}"
    return _NEUTRAL_SUBJECT.get(language, _NEUTRAL_SUBJECT["en"])


def greeting_name(name: str | None) -> str | None:
    """The name to greet by, as the person gave it; None where it does not read as one person's name."""
    if not name:
        return None
    name = one_line(name, 80).strip(" ,;.")
    if "," in name:  # "Doe, Jane", or "Jane Doe, PhD"
        before, _, behind = (part.strip() for part in name.partition(","))
        name = before if _DEGREE.match(behind) or " " in before else f"{behind} {before}"
    name = _TITLE.sub("", name)
    letters = name.replace("'", "").replace("’", "").replace("-", "").replace(".", "").replace(" ", "")
    if not letters.isalpha() or len(name.split()) > 4 or _NO_GIVEN_NAME.search(name) or len(letters) < 2:
        return None
    given = name.split()[0]
    if name.lower() in _NOBODY:
        return None
    if len(given.rstrip(".")) < 2 or (given.isupper() and len(given) < 4):
        return None
    return given.title() if given.islower() or given.isupper() else given

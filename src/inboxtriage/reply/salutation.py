"""How a letter begins: the subject that answers theirs, and the name to greet by."""

import re

from inboxtriage.message.model import Message
from inboxtriage.message.plain import one_line
from inboxtriage.reply.discreet import neutral_subject, tells_nothing

_SUBJECT_PREFIX = re.compile(r"\s*(?:(?:re|aw|sv|rv|fwd?|fw|tr|wg|antw|vs)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_LONGEST_SUBJECT = 200
_NEUTRAL_SUBJECT = {"en": "Your message", "es": "Su mensaje"}
_TITLE = re.compile(
    r"^(?:(?:dr|mr|mrs|ms|miss|mx|prof|professor|sr|sra|srta|don|do[ñn]a|dra|lic|ing|rev|reverend|fr|msgr|monsignor|mons|"
    r"bishop|rabbi|imam|pastor|deacon|hon|judge|sir|dame|lord|lady|capt|captain|col|colonel|maj|major|lt|sgt|gen|coach|mme|herr|frau)"
    r"\.?\s+)+",
    re.IGNORECASE,
)
_TITLES = frozenset(  # of whom nothing but a title is known
    [
        "dr", "mr", "mrs", "ms", "mx", "prof", "professor", "sr", "sra", "srta", "dra", "lic", "rev", "reverend",
        "msgr", "monsignor", "mons", "bishop", "rabbi", "pastor", "deacon", "captain", "colonel", "sergeant", "coach",
        "madam", "sir", "father", "sister",
    ]
)  # fmt: skip
_DEGREE = re.compile(
    r"(?-i:[A-Z.]{2,})(?:\W|$)|(?:ph|psy|ed|md|jr|sr|esq|m|b)\.?(?:d|a|s|w)?\.?(?:\W|$)", re.IGNORECASE
)
_NOBODY = {"none", "null", "nil", "undefined", "nan", "unknown", "anonymous", "anónimo", "test"}  # what programs write
_GREETS = re.compile(
    r"(?:dear|hello|hi|hey|hiya|greetings|good (?:morning|afternoon|evening|day)|hola|estimad[oa]s?|querid[oa]s?|"
    r"apreciad[oa]s?|buen[oa]s?(?: d[ií]as?| tardes| noches)?|saludos|bonjour|hallo|guten tag|liebe[rs]?|"
    r"sehr geehrte[rs]?)\b[^.?]*[.,:!–—-]?",
    re.IGNORECASE,
)
_MOST_GREETING = 8  # words of a line that greets
_MOST_NAMES = 4  # words of one that is a name alone: "Jane,"
_NO_GIVEN_NAME = re.compile(
    r"\b(?:mom|mum|dad|mam[áa]|pap[áa]|grandma|grandpa|family|familia|mail|inc|llc|office|clinic|desk|team|info|admin|llp|and|y|&|via|the|"
    r"co|corp|ltd|gmbh|plc|pllc|company|corporation|brokers?|services?|solutions?|leads?|"
    r"group|agency|support|sales|marketplace|referrals?|notifications?|no-?reply|billing|"
    r"landscap\w+|partners|associates|foundation|parish|church|department|committee|council|club|"
    r"association|realty|properties|management)\b|[@\d]",
    re.IGNORECASE,
)


def subject_of(message: Message, language: str, profile: str = "therapist") -> str:
    """Give "Re: " and the person's own topic; a neutral line where that is empty, a form's, or tells their story.

    To a therapist every topic may be somebody's story; to other practices only one that speaks of health, money or
    trouble.
    """
    topic = one_line(_SUBJECT_PREFIX.sub("", message.topic, count=1), _LONGEST_SUBJECT)
    neutral = neutral_subject(topic, language) if topic else None
    if neutral is None and topic and profile != "therapist" and tells_nothing(topic, language):
        neutral = topic
    if neutral:
        return f"Re: {neutral}"
    return _NEUTRAL_SUBJECT.get(language, _NEUTRAL_SUBJECT["en"])


def is_answer(message: Message) -> bool:
    """Whether somebody answers a mail that was written to them; asking again under their own mail is no answer."""
    replied = bool(message.thread) or _SUBJECT_PREFIX.match(message.subject) is not None
    return replied and message.words.own_depth != 1


def greeting_name(name: str | None, address: str | None = None) -> str | None:
    """The name to greet by, as the person gave it; None where it does not read as one person's name.

    A name that is only that of the mail's domain ("Turfline", leads@turfline.example) is a company's.
    """
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
    if (
        name.lower() in _NOBODY
        or given.lower().rstrip(".") in _TITLES
        or (" " not in name and _is_domain(letters, address))
    ):
        return None
    if len(given.rstrip(".")) < 2 or (given.isupper() and len(given) < 4):
        return None
    return given.title() if given.islower() or given.isupper() else given


def _is_domain(letters: str, address: str | None) -> bool:
    """Whether a name, its letters alone, is that of the domain of an address and not of its mailbox."""
    local, _, domain = (address or "").lower().rpartition("@")
    return letters.lower() in domain.split(".")[:-1] and letters.lower() not in local


def below_salutation(body: str, line: str) -> str:
    """A letter with one more line, as a paragraph of its own below "Dear Jane,"; on top where nobody is greeted."""
    first, _, rest = body.strip().partition("\n")
    words = len(first.split())
    named = words <= _MOST_NAMES and first.rstrip().endswith((",", ":"))
    greets = named or (words <= _MOST_GREETING and _GREETS.fullmatch(first.strip()))
    parts = (first.rstrip(), line, rest.strip()) if greets else (line, body.strip())
    return "\n\n".join(part for part in parts if part)

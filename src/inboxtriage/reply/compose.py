"""From a verdict to one letter: greeting, one block a question in the order asked, one next step, one signature."""

import re

from inboxtriage.category.response import LETTER, Library, Response
from inboxtriage.config.settings import Practice
from inboxtriage.errors import ResponseFault
from inboxtriage.message.model import Message
from inboxtriage.message.plain import one_line
from inboxtriage.reply.draft import GAP_CLOSES, GAP_OPENS, Draft, Source
from inboxtriage.reply.facts import Day, accepted, asked, nouns, stated, week
from inboxtriage.reply.render import Renderer, Rendering
from inboxtriage.triage.verdict import Verdict

_SUBJECT_PREFIX = re.compile(r"\s*(?:(?:re|aw|sv|rv|fwd?|fw|tr|wg|antw|vs)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_LONGEST_SUBJECT = 200
_NEUTRAL_SUBJECT = {"en": "Your message", "es": "Su mensaje"}
_TITLE = re.compile(r"^(?:dr|mr|mrs|ms|miss|mx|prof|sr|sra|lic|rev|fr)\.?\s+", re.IGNORECASE)
_DEGREE = re.compile(
    r"(?-i:[A-Z.]{2,})(?:\W|$)|(?:ph|psy|ed|md|jr|sr|esq|m|b)\.?(?:d|a|s|w)?\.?(?:\W|$)", re.IGNORECASE
)
_NO_GIVEN_NAME = re.compile(
    r"\b(?:mail|inc|llc|office|clinic|desk|team|info|admin|llp|and|y|&|via|the)\b|[@\d]", re.IGNORECASE
)


class Composer:
    """Writes drafts from the practice's facts and the response files."""

    def __init__(self, practice: Practice, library: Library) -> None:
        self._practice = practice
        self._library = library
        self._facts = stated(practice)
        self._in_network = accepted(practice)
        self._weeks: dict[str, tuple[Day, ...]] = {}
        self._renderers: dict[str, Renderer] = {}

    def compose(self, message: Message, verdict: Verdict, *, note: str = "") -> Draft | None:
        """The draft for one message, or None where none is to be written.

        `note` is a personal line that the owner adds. Raises ResponseFault if a response file is wrong.
        """
        if verdict.disposition == "urgent":
            return self._safety(message, verdict)
        if verdict.disposition != "reply":
            return None
        language = self._language(verdict)
        sources, blocks, gaps = [], [note] if note else [], list[str]()
        for label in verdict.labels:
            block, file = self._block(label, message, verdict, language)
            blocks.append(block.text)
            gaps.extend(g for g in block.gaps if g not in gaps)
            sources.append(Source(label, file, tuple(block.facts)))
        frame, file = self._frame(blocks, message, verdict, language)
        gaps.extend(g for g in frame.gaps if g not in gaps)
        sources.append(Source(LETTER, file, tuple(frame.facts)))
        return Draft(
            kind="reply",
            to=message.person.answer_to,
            subject=subject_of(message, language),
            body=frame.text,
            language=language,
            gaps=tuple(gaps),
            sources=tuple(sources),
        )

    def answers(self, message: Message, verdict: Verdict) -> dict[str, str]:
        """What a letter says to each question, as it would be composed now."""
        language = self._language(verdict)
        return {label: self._block(label, message, verdict, language)[0].text for label in verdict.labels}

    def _language(self, verdict: Verdict) -> str:
        return verdict.language if verdict.language in self._library.languages else "en"

    def _block(self, label: str, message: Message, verdict: Verdict, language: str) -> tuple[Rendering, str]:
        response = self._library.find(label, language)
        if response is None:
            gap = f"an answer about {label}"
            return Rendering(text=f"{GAP_OPENS}{gap}{GAP_CLOSES}", gaps=[gap]), f"{label}.md (missing)"
        return self._render(response, message, verdict, {"label": label}), response.file

    def _frame(self, blocks: list[str], message: Message, verdict: Verdict, language: str) -> tuple[Rendering, str]:
        response = self._library.find(LETTER, language)
        if response is None:
            raise ResponseFault(f"no {LETTER}.md among the responses", do="reinstall, or mend [responses] path")
        return self._render(response, message, verdict, {"answers": "\n\n".join(blocks)}), response.file

    def _render(self, response: Response, message: Message, verdict: Verdict, more: dict[str, object]) -> Rendering:
        language = response.language
        renderer = self._renderers.setdefault(language, Renderer(language))
        values = self._values(message, verdict, language) | more
        return renderer.render(response.text, values, self._facts, file=response.file)

    def _values(self, message: Message, verdict: Verdict, language: str) -> dict[str, object]:
        if language not in self._weeks:
            self._weeks[language] = week(self._practice, language)
        open_week = self._weeks[language]
        return {
            "name": greeting_name(message.person.name),
            "kind": verdict.kind,
            "labels": verdict.labels,
            "language": language,
            "asked": asked(verdict.asks, self._in_network, open_week),
            "week": open_week,
            "words": nouns(self._practice, language),
        }

    def _safety(self, message: Message, verdict: Verdict) -> Draft | None:
        """The owner's own safety text, word for word, where there is one."""
        text = self._practice.urgent.text.strip()
        if not text:
            return None
        return Draft("safety", message.person.answer_to, subject_of(message, verdict.language), text, verdict.language)


def subject_of(message: Message, language: str) -> str:
    """Give "Re: " and the person's own topic, or a neutral line where the subject was a form's or empty."""
    topic = one_line(_SUBJECT_PREFIX.sub("", message.topic, count=1), _LONGEST_SUBJECT)
    if topic:
        return f"Re: {topic}"
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
    if len(given.rstrip(".")) < 2 or (given.isupper() and len(given) < 4):
        return None
    return given.title() if given.islower() or given.isupper() else given

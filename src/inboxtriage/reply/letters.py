"""Letters that answer no mail: from a name under `responses/letters`, the practice's facts and a lead -> one draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from inboxtriage.category.response import FRAME, Library, Response
from inboxtriage.errors import NotFound, ResponseFault
from inboxtriage.reply.compose import Composer
from inboxtriage.reply.draft import Draft, Source
from inboxtriage.reply.facts import nouns
from inboxtriage.reply.salutation import greeting_name
from inboxtriage.reply.speech import speech

_LETTER = "\x02letter\x03"  # stands in the frame where the letter comes


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a letter is for, and what of the journey it may speak of.

    `said` are the owner's own words for the places that a letter leaves open, by name; `free` the times that can be
    offered; `referred` the name of somebody who came by their word.
    """

    to: str
    name: str | None
    language: str
    stage: str
    client: bool
    said: Mapping[str, str]
    free: Sequence[datetime] = ()
    today: date = date.min
    referred: str | None = None


class LetterComposer:
    """Writes them with the practice's facts, by the same rules as answers: what is missing leaves a gap."""

    def __init__(self, composer: Composer, library: Library) -> None:
        self._composer, self._library = composer, library

    def compose(self, name: str, to: Addressee) -> Draft:
        """One letter. Raises NotFound where there is none of that name, ResponseFault where its file is wrong."""
        language = to.language if self._composer.offers(to.language) else self._library.default
        response = self._library.find(name, language)
        if response is None:
            raise NotFound(f"there is no letter {name!r}", do="`inboxtriage template list` shows every one")
        language = response.language
        values = self._values(to, language)
        body = self._composer.render(response, values, language)
        frame = self._library.find(FRAME, language)
        if frame is None or response.subject is None:
            raise ResponseFault(f"{response.file} has no subject, or there is no {FRAME}.md", do="mend the responses")
        around = self._composer.render(frame, {**values, "letter": _LETTER}, language)
        sources = [
            Source(name, response.file if inner else frame.file, part.facts, part.text)
            for outer in around.paragraphs
            for inner, part in ([(True, p) for p in body.paragraphs] if outer.text == _LETTER else [(False, outer)])
        ]
        subject = self._subject(response, values, language)
        return Draft(
            kind="letter",
            to=to.to,
            subject=subject,
            body="\n\n".join(source.text for source in sources),
            language=language,
            gaps=tuple(dict.fromkeys((*body.gaps, *around.gaps))),
            sources=tuple(sources),
            stage=response.stage,
        )

    def _values(self, to: Addressee, language: str) -> dict[str, object]:
        facts = self._composer.facts(language)
        say = speech(language)
        return {
            "name": greeting_name(to.name),
            "stage": to.stage,
            "client": to.client,
            "said": dict(to.said),
            "offers": tuple(say.moment(time) for time in to.free),
            "referred": to.referred,
            "words": nouns(self._composer.practice, language, facts),
            "language": language,
        }

    def _subject(self, response: Response, values: dict[str, object], language: str) -> str:
        from dataclasses import replace  # noqa: PLC0415

        return self._composer.render(replace(response, text=response.subject or ""), values, language).text

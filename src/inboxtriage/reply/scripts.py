"""What is said on the phone: a name under `responses/scripts`, the practice's facts and a lead -> a text to read from.

Printed for the owner, never mailed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from inboxtriage.category.response import Library, Response
from inboxtriage.errors import NotFound
from inboxtriage.reply.compose import Composer
from inboxtriage.reply.letters import NO_TIMES, Addressee, Times, names_offers, values_for
from inboxtriage.reply.openings import Wish, choose


@dataclass(frozen=True, slots=True)
class Question:
    """Something that people ask, what it is about in words, and the answer of the practice's own responses.

    `asked`: this person did ask it; else it is what people ask.
    """

    label: str
    about: str
    answer: str
    asked: bool


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is called, or who calls.

    `urgent`: something of theirs reads as danger now and waits.
    """

    to: Addressee
    phone: str | None = None
    urgent: bool = False
    questions: tuple[Question, ...] = ()


NOBODY = Caller(Addressee("", None, "", "inquire", client=False, said={}))


@dataclass(frozen=True, slots=True)
class Script:
    """A script with everything filled in; `gaps` name what the configuration does not say."""

    name: str
    title: str
    file: str
    language: str
    paragraphs: tuple[str, ...]
    gaps: tuple[str, ...]


class ScriptComposer:
    """Fills scripts in, by the same rules as letters."""

    def __init__(self, composer: Composer, library: Library) -> None:
        self._composer, self._library = composer, library

    def compose(self, name: str, caller: Caller, times: Times = NO_TIMES) -> Script:
        """One script. Raises NotFound where there is none of that name, ResponseFault where its file is wrong."""
        response = self.response(name, caller.to.language)
        free = times.free() if names_offers(response) else None
        offers = choose(free, Wish(), self._composer.practice.openings.offer).times if free else ()
        values = script_values(self._composer, caller, response.language, offers)
        rendering = self._composer.render(response, values, response.language)
        return Script(
            response.name,
            response.title,
            response.file,
            response.language,
            tuple(paragraph.text for paragraph in rendering.paragraphs),
            tuple(rendering.gaps),
        )

    def response(self, name: str, language: str) -> Response:
        """The file of a script, in `language` where there is one. Raises NotFound."""
        found = self._library.find(name, language if self._composer.offers(language) else self._library.default)
        if found is None:
            there = ", ".join(dict.fromkeys(one.name for one in self._library.all()))
            raise NotFound(f"there is no script {name!r}", do=f"there are {there}")
        return found


def script_values(composer: Composer, caller: Caller, language: str, offers: Sequence[Any]) -> dict[str, object]:
    """Every name that a script may use, beside `practice` and `gap` (docs/letters.md)."""
    return {
        **values_for(composer, caller.to, language, caller.to.said, offers),
        "phone": caller.phone,
        "urgent": caller.urgent,
        "questions": caller.questions,
    }

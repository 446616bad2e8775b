"""Letters that answer no mail: from a name under `responses/letters`, the practice's facts and a lead -> one draft."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from inboxtriage.category.response import FRAME, Library, Response
from inboxtriage.errors import NotFound, ResponseFault
from inboxtriage.reply.asked import week
from inboxtriage.reply.compose import Composer
from inboxtriage.reply.draft import GAP_CLOSES, GAP_OPENS, Draft, Source
from inboxtriage.reply.facts import nouns
from inboxtriage.reply.localize import Untold
from inboxtriage.reply.names import FRAMED
from inboxtriage.reply.openings import Wish, choose
from inboxtriage.reply.render import Renderer, Rendering
from inboxtriage.reply.salutation import greeting_name
from inboxtriage.reply.speech import Speech, speech
from inboxtriage.reply.syntax import BadSyntax

_PLACE = f"\x02{FRAMED}\x03"  # stands in the frame where the letter comes
_COLLEAGUES = ("practice.fit.referrals", "said.colleague")  # what hands somebody over to another


@dataclass(frozen=True, slots=True)
class Scale:
    """The numbers that a survey is answered with, both ends included."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Away:
    """Days on which nobody is there, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Blank:
    """A place that only the owner can fill: its name, what belongs there, whether the letter can do without."""

    name: str
    what: str
    needed: bool


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a letter is for, and what of the journey and of the practice's standards it may speak of.

    `said` are the owner's own words for the places that a letter leaves open, by name. `reply_days` is how many working
    days an answer takes at most; `holidays` says whether public holidays are kept; `away` are absences to come.
    """

    to: str
    name: str | None
    language: str
    stage: str
    client: bool
    said: Mapping[str, str]
    scale: Scale = Scale(0, 10)
    reply_days: int = 1
    holidays: bool = False
    away: tuple[Away, ...] = ()


@dataclass(frozen=True, slots=True)
class Times:
    """The free times that a letter may offer: `free` gives them, or None where none can be known; `why_none` says why.

    They are asked for only by a letter that names them.
    """

    free: Callable[[], Sequence[datetime] | None] = lambda: None
    why_none: Callable[[], str | None] = lambda: None


NO_TIMES = Times()


class LetterComposer:
    """Writes them with the practice's facts, by the same rules as answers: what is missing leaves a gap."""

    def __init__(self, composer: Composer, library: Library) -> None:
        self._composer, self._library = composer, library

    def compose(self, name: str, to: Addressee, times: Times = NO_TIMES, *, note: str = "") -> Draft:
        """One letter, with a personal line at its head where a `note` is given.

        Raises NotFound where there is none of that name, ResponseFault where its file is wrong.
        """
        response = self.response(name, to.language)
        frame = self._library.find(FRAME, response.language)
        if frame is None or response.subject is None:
            raise ResponseFault(f"{response.file} has no subject, or there is no {FRAME}.md", do="mend the responses")
        language = response.language
        offers, remarks = self._offered(response, times)
        values = values_for(self._composer, to, language, self._given(response, to.said), offers)
        body = self._composer.render(response, values, language)
        around = self._composer.render(frame, {**values, FRAMED: _PLACE}, language)
        if [part.text for part in around.paragraphs].count(_PLACE) != 1:
            what = f"{frame.file}: a paragraph of its own is needed, once, for the letter"
            raise ResponseFault(what, do=f"write {{{{ {FRAMED} }}}} between empty lines")
        subject = self._composer.render(replace(response, text=response.subject), values, language)
        files, lost = _attached(response)
        inner = [Source(name, response.file, part.facts, part.text) for part in body.paragraphs]
        inner += [Source(name, response.file, (), f"{GAP_OPENS}{gap}{GAP_CLOSES}") for gap in lost]
        noted = [Source("note", "", (), note)] if note else []
        sources = [
            source
            for part in around.paragraphs
            for source in (
                [*noted, *inner] if part.text == _PLACE else [Source(FRAMED, frame.file, part.facts, part.text)]
            )
        ]
        text = "\n\n".join(source.text for source in sources)
        return Draft(
            kind="letter",
            to=to.to,
            subject=subject.text,
            body=text,
            language=language,
            gaps=tuple(dict.fromkeys((*subject.gaps, *body.gaps, *lost, *around.gaps))),
            sources=tuple(sources),
            offers=offers,
            refers_to=self._colleagues(body, text, to.said, language),
            stage=response.stage,
            attachments=files,
            remarks=remarks,
        )

    def response(self, name: str, language: str) -> Response:
        """The file of a letter, in `language` where letters are written in it and this one is. Raises NotFound."""
        found = self._library.find(name, language if self._composer.offers(language) else self._library.default)
        if found is None or name == FRAME:
            raise NotFound(f"there is no letter {name!r}", do="`inboxtriage template list` shows every one")
        return found

    def blanks(self, response: Response) -> tuple[Blank, ...]:
        """What only the owner can say in a letter, in the order in which its file describes it."""
        renderer, text = _reader(response.language), f"{response.text}\n{response.subject or ''}"
        try:
            everything = renderer.reads(text, {"said": {}}, decide=False).missing
            told = {"said": {}, "practice": self._composer.facts(response.language)}
            needed = renderer.reads(text, told, decide=True).missing
        except BadSyntax as wrong:
            raise ResponseFault(f"{response.file}: {wrong.what}", do="mend that letter") from wrong
        described = self._described(response)
        there = [key.removeprefix("said.") for key in everything if key.startswith("said.")]
        names = [name for name in described if name in there] + [name for name in there if name not in described]
        return tuple(Blank(name, described.get(name, name), f"said.{name}" in needed) for name in names)

    def _described(self, response: Response) -> Mapping[str, str]:
        """What belongs in each blank; a translation need not say it again."""
        return response.said or next((one.said for one in self._library.all() if one.name == response.name), {})

    def _given(self, response: Response, said: Mapping[str, str]) -> dict[str, Any]:
        """The owner's words, and for each blank without any the gap that it leaves."""
        open_ = {name: Untold(f"{name}: {what}") for name, what in self._described(response).items()}
        return {**open_, **said}

    def _offered(self, response: Response, times: Times) -> tuple[tuple[datetime, ...], tuple[str, ...]]:
        """The free times that the letter names, where it names any; and a remark where none can be known."""
        most = self._composer.practice.openings.offer
        if not most or not names_offers(response):
            return (), ()
        free = times.free()
        if free is not None:
            return choose(free, Wish(), most).times, ()
        why = times.why_none()
        return (), ((f"no free times are offered: {why}",) if why else ())

    def _colleagues(self, body: Rendering, text: str, said: Mapping[str, str], language: str) -> tuple[str, ...]:
        """Whom the letter sends somebody to."""
        if not set(_COLLEAGUES) & set(body.facts):
            return ()
        known = [str(one["name"]) for one in self._composer.facts(language).get("fit", {}).get("referrals", ())]
        return tuple(name for name in (*known, said.get("colleague", "")) if name and name in text)


def values_for(
    composer: Composer, to: Addressee, language: str, said: Mapping[str, Any], offers: Sequence[datetime]
) -> dict[str, object]:
    """Every name that a letter or a script may use, beside `practice` and `gap` (docs/letters.md)."""
    say, practice = speech(language), composer.practice
    return {
        "name": greeting_name(to.name, to.to),
        "stage": to.stage,
        "client": to.client,
        "said": said,
        "offers": tuple(say.moment(time) for time in offers),
        "scale": to.scale,
        "reply_days": to.reply_days,
        "holidays": to.holidays,
        "away": tuple(_told(one, say) for one in to.away),
        "week": week(practice, say),
        "zone": say.zone(ZoneInfo(practice.timezone)),
        "words": nouns(practice, language, composer.facts(language)),
        "language": language,
    }


def names_offers(response: Response) -> bool:
    """Whether a letter or a script names free times."""
    try:
        return "offers" in _reader(response.language).outline(response.text).names
    except BadSyntax:
        return False  # rendering will say so


@cache
def _reader(language: str) -> Renderer:
    """What letters in a language are looked into with; it renders nothing."""
    return Renderer(language)


def _told(away: Away, say: Speech) -> dict[str, str]:
    return {"first": say.day(away.first), "last": say.day(away.last)}


def _attached(response: Response) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The files that go with a letter, and the gaps that those leave which are not there."""
    places = {name: response.attachment(name) for name in response.attach}
    lost = (name for name, path in places.items() if not path.is_file())
    return (
        tuple(str(path) for path in places.values() if path.is_file()),
        tuple(f"the file {name}, which {response.file} attaches" for name in lost),
    )

"""From a verdict to one letter: greeting, one block a question in the order asked, one next step, one signature."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from inboxtriage.category.response import LETTER, Library, Response
from inboxtriage.config.settings import DAYS, Practice
from inboxtriage.errors import ResponseFault
from inboxtriage.message.model import Message
from inboxtriage.message.plain import one_line
from inboxtriage.reply.asked import Asked, Day, When, asked, narrowed, week
from inboxtriage.reply.draft import GAP_CLOSES, GAP_OPENS, Draft, Source
from inboxtriage.reply.facts import is_given, nouns, told
from inboxtriage.reply.openings import Choice, Wish, choose
from inboxtriage.reply.render import Paragraph, Renderer, Rendering
from inboxtriage.reply.salutation import greeting_name, subject_of
from inboxtriage.reply.scope import Scope, scope
from inboxtriage.reply.speech import name_of, speech
from inboxtriage.triage.asks.extract import label_of
from inboxtriage.triage.phrases import plain
from inboxtriage.triage.verdict import Asks, Verdict

_ANSWERS = "\x02answers\x03"  # stands in the frame where the answers come; in no letter
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
SILENT = "an answer about {}"  # the gap that a response leaves which says nothing to a question
_TIMED = frozenset({"availability", "scheduling"})  # what free times answer
_MOOT = frozenset({"insurance", "availability", "scheduling"})  # what a no makes needless


_ORIGINS: dict[str, str | dict[str, str]] = {  # which facts stand behind what a response is told beside them
    "week": "practice.hours",
    "offers": "practice.openings.calendars",
    "asked": {
        "plans": "practice.insurance.in_network",
        "programmes": "practice.insurance.eap",
        "when": "practice.hours",
        "fee": "practice.insurance.fees",
    },
    "fit": {
        "yes": "practice.fit.works_with",
        "no": "practice.fit.does_not_work_with",
        "helps": "practice.fit.helps_with",
        "helps_not": "practice.fit.does_not_help_with",
        "colleagues": "practice.fit.referrals",
        "speaks": "practice.fit.languages",
        "licensed": "practice.fit.licensed_in",
        "area": "practice.fit.area",
    },
}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a letter depends on beside the mail and the practice's facts.

    `client`: a known client; `returning`: they were answered before; `late`: past the standard; `free`: the times that
    can be offered, None where none can be known and `why_none` says why; `closed`: whether nobody is there on a date;
    `today`: what lies before it cannot be had any more; `answer_by`: by when a mail of now is answered.
    """

    client: bool = False
    returning: bool = False
    late: bool = False
    free: Callable[[], Sequence[datetime] | None] = lambda: None
    why_none: Callable[[], str | None] = lambda: None
    closed: Callable[[date], bool] = lambda _: False
    today: date = date.min
    answer_by: date | None = None


USUAL = Circumstances()


class Composer:
    """Writes drafts from the practice's facts and the response files."""

    def __init__(self, practice: Practice, library: Library) -> None:
        self._practice = practice
        self._library = library
        self._renderers: dict[str, Renderer] = {}
        self._told: dict[str, dict[str, Any]] = {}

    def compose(
        self, message: Message, verdict: Verdict, circumstances: Circumstances = USUAL, *, note: str = ""
    ) -> Draft | None:
        """The draft for one message, or None where none is to be written.

        `note` is a personal line that the owner adds. Raises ResponseFault if a response file is wrong.
        """
        if verdict.disposition == "urgent":
            return self._safety(message, verdict)
        if verdict.disposition != "reply":
            return None
        return _Letter(self, message, verdict, circumstances).written(note)

    def answers(self, message: Message, verdict: Verdict) -> dict[str, str]:
        """What a letter says to each question, as it would be composed now."""
        draft = self.compose(message, verdict)
        said = draft.sources if draft is not None else ()
        return {label: "\n\n".join(s.text for s in said if s.label == label) for label in verdict.labels}

    def language_of(self, verdict: Verdict) -> str:
        """The language of the letter: the writer's own where the practice offers it, else the default."""
        return verdict.language if self.offers(verdict.language) else self._library.default

    def offers(self, language: str) -> bool:
        """Whether letters are written in `language`: there are responses in it, and the practice speaks it."""
        if language == self._library.default:
            return True
        spoken = self._practice.fit.languages
        return language in self._library.languages and (spoken is None or name_of(language, "en") in spoken)

    def response(self, name: str, language: str) -> Response | None:
        """The response file for one part of a letter."""
        return self._library.exactly(name, language)

    def facts(self, language: str) -> dict[str, Any]:
        """The practice's facts as a letter in `language` tells them."""
        if language not in self._told:
            self._told[language] = told(self._practice, language, own=language == self._library.default)
        return self._told[language]

    @property
    def practice(self) -> Practice:
        """The practice as configured."""
        return self._practice

    def render(self, response: Response, values: dict[str, object], language: str) -> Rendering:
        """One response with its values; a fact that it needs and that is missing leaves nothing but gaps."""
        facts = self.facts(language)
        missing = [key for key in response.needs if not is_given(facts, key)]
        if missing:
            return Rendering(
                paragraphs=(Paragraph(" ".join(f"{GAP_OPENS}{key}{GAP_CLOSES}" for key in missing)),), gaps=missing
            )
        renderer = self._renderers.setdefault(language, Renderer(language))
        return renderer.render(response.text, values, facts, file=response.file, origins=_ORIGINS)

    def _safety(self, message: Message, verdict: Verdict) -> Draft | None:
        """The owner's own safety text, word for word, where there is one."""
        text = self._practice.urgent.text.strip()
        if not text:
            return None
        return Draft("safety", message.person.answer_to, subject_of(message, verdict.language), text, verdict.language)


class _Letter:
    """One letter while it is written."""

    def __init__(self, composer: Composer, message: Message, verdict: Verdict, circumstances: Circumstances) -> None:
        self._composer, self._message, self._verdict = composer, message, verdict
        self._now = circumstances
        self._language = composer.language_of(verdict)
        self._speech = speech(self._language)
        self._asks = _still_to_come(verdict.asks, circumstances.today)
        # Who only seems to be a client and asks what newcomers ask is answered as one of them.
        like_a_newcomer = not {"move", "cancel"} & {*self._asks.topics} and {"availability", "fit"} & {*verdict.labels}
        self._client = circumstances.client or (verdict.kind == "client" and not like_a_newcomer)
        self._scope = self._scoped()
        self._labels = self._answered()
        self._asked = self._held_against_hours()
        self._choice, self._why_no_times = self._offered()
        self._values = self._known()
        self._gaps: list[str] = []
        self._attached: list[str] = []
        self._stages: list[str] = []

    def written(self, note: str) -> Draft:
        """The letter."""
        blocks = [Source("note", "", (), note)] if note else []
        for label in self._labels:
            blocks += self._block(label)
        blocks += self._unanswered()
        sources = self._framed(_once(blocks, self._speech.words["yes"]))
        declined = self._scope.declined and not self._client
        return Draft(
            kind="reply",
            to=self._message.person.answer_to,
            subject=subject_of(self._message, self._language),
            body="\n\n".join(source.text for source in sources),
            language=self._language,
            gaps=tuple(dict.fromkeys(self._gaps)),
            sources=tuple(sources),
            offers=self._choice.times if self._choice else (),
            refers_to=tuple(str(c["name"]) for c in self._scope.colleagues) if declined else (),
            stage=self._stages[-1] if self._stages else None,
            attachments=tuple(self._attached),
            remarks=tuple(self._remarks()),
        )

    def _scoped(self) -> Scope:
        """Whether the practice can help; a client of the practice was told long ago."""
        if self._client:
            return Scope()
        words = self._composer.facts(self._language).get("fit", {})
        said = plain(f"{self._message.topic}\n{self._message.words.new}")
        return scope(self._asks, self._composer.practice, words, said=said, fit_was_asked="fit" in self._verdict.labels)

    def _held_against_hours(self) -> Asked:
        closed = [day for text in self._asks.days if (day := _date(text)) is not None and self._now.closed(day)]
        return asked(self._asks, self._composer.practice, self._speech, closed, self._now.today)

    def _answered(self) -> tuple[str, ...]:
        """What is answered: all that was asked, what was heard beside the labels last; of a no the no alone."""
        heard = (label for topic in self._asks.beside if (label := label_of(topic)) is not None)
        labels = tuple(dict.fromkeys((*self._verdict.labels, *heard)))
        if not self._scope.declined:
            return labels
        kept = tuple(label for label in labels if label not in _MOOT)
        return kept if "fit" in kept else ("fit", *kept)

    def _offered(self) -> tuple[Choice | None, str | None]:
        """The free times that the letter names, if it names any; and why none could be known."""
        labels = set(self._labels)
        if self._scope.declined or not labels & _TIMED or not self._wants_a_time():
            return None, None
        free = self._now.free()
        if free is None:
            return None, self._now.why_none()
        when = self._asked.when
        if not when.fits and "availability" not in labels:
            free = _near(free, when.near) or free  # closed then: the nearest open hours, as the letter tells them
        return choose(free, _wish(self._asks, when), self._composer.practice.openings.offer), None

    def _wants_a_time(self) -> bool:
        """Whether a free time is any answer: to a newcomer who can come, to a client who asks for one."""
        openings, topics = self._composer.practice.openings, {*self._asked.topics}
        elsewhere = bool(self._scope.unlicensed) and self._asks.meeting == "video"
        if not openings.offer or elsewhere:
            return False
        if not self._client:
            return openings.accepting_new_clients is not False
        named = bool(self._asked.when) or self._asked.framed
        if "cancel" in topics and "move" not in topics:
            return named or "booking" in topics
        return named or bool(topics & {"move", "booking", "room", "soon"})

    def _known(self) -> dict[str, object]:
        """Every name that a response may use, beside `practice` and `gap` (docs/responses.md)."""
        practice, facts = self._composer.practice, self._composer.facts(self._language)
        wrote_in = self._verdict.language
        choice = self._choice
        return {
            "name": greeting_name(self._message.person.name),
            "kind": self._verdict.kind,
            "client": self._client,
            "returning": self._now.returning or self._verdict.kind == "client",
            "late": self._now.late,
            "wrote_in": None if self._composer.offers(wrote_in) else name_of(wrote_in, self._language),
            "labels": self._labels,
            "language": self._language,
            "language_name": name_of(self._language, self._language),
            "asked": self._asked,
            "fit": self._scope,
            "week": week(practice, self._speech),
            "words": nouns(practice, self._language, facts),
            "offers": tuple(self._speech.moment(time) for time in choice.times) if choice else (),
            "offers_fit": choice.fits if choice else True,
            "calendar": choice is not None,
            "answer_by": self._speech.day(self._now.answer_by) if self._now.answer_by else None,
        }

    def _block(self, label: str) -> list[Source]:
        """The answer to one question."""
        response = self._composer.response(label, self._language)
        if response is None:
            ending = "" if self._language == "en" else f".{self._language}"
            gap = f"an answer about {label} ({label}{ending}.md)"
            self._gaps.append(gap)
            return [Source(label, f"{label}{ending}.md (missing)", (), f"{GAP_OPENS}{gap}{GAP_CLOSES}")]
        sources = self._rendered(response, label, {"label": label})
        if not sources and not (label in _TIMED and self._choice and self._choice.times):
            gap = SILENT.format(label)
            self._gaps.append(gap)
            return [Source(label, response.file, (), f"{GAP_OPENS}{gap}{GAP_CLOSES}")]
        return sources

    def _rendered(self, response: Response, label: str, more: dict[str, object]) -> list[Source]:
        rendering = self._composer.render(response, self._values | more, self._language)
        self._gaps += rendering.gaps
        if response.stage is not None:
            self._stages.append(response.stage)
        sources = [Source(label, response.file, p.facts, p.text) for p in rendering.paragraphs]
        for name in response.attach:
            path = response.attachment(name)
            if path.is_file():
                self._attached.append(str(path))
            else:
                gap = f"the file {name}, which {response.file} attaches"
                self._gaps.append(gap)
                sources.append(Source(label, response.file, (), f"{GAP_OPENS}{gap}{GAP_CLOSES}"))
        return sources

    def _unanswered(self) -> list[Source]:
        """A hole for each question that was seen and not understood. Their words are not repeated here (G40)."""
        count = len(self._verdict.unanswered)
        if not count or self._scope.declined:
            return []
        gap = "one more question of theirs" if count == 1 else f"{count} more questions of theirs"
        self._gaps.append(gap)
        return [Source("unanswered", "", (), f"{GAP_OPENS}{gap}{GAP_CLOSES}")]

    def _framed(self, blocks: list[Source]) -> list[Source]:
        response = self._composer.response(LETTER, self._language)
        if response is None:
            raise ResponseFault(f"no {LETTER}.md among the responses", do="reinstall, or mend [responses] path")
        frame = self._rendered(response, LETTER, {"answers": _ANSWERS})
        if [part.text for part in frame].count(_ANSWERS) != 1:
            lost = not any(_ANSWERS[0] in part.text for part in frame)
            what = "an ordinary letter does not come to" if lost else "a paragraph of its own is needed, once, for"
            raise ResponseFault(f"{response.file}: {what} the answers", do="write {{ answers }} between empty lines")
        return [source for part in frame for source in (blocks if part.text == _ANSWERS else [part])]

    def _remarks(self) -> list[str]:
        """What whoever reads the draft should know, and the letter does not say."""
        unanswered = () if self._scope.declined else self._verdict.unanswered
        remarks = [f"not answered: “{one_line(text, 200)}”" for text in unanswered]
        left_out = [label for label in self._verdict.labels if label not in self._labels]
        added = [label for label in self._labels if label not in self._verdict.labels and not self._scope.declined]
        if added:
            remarks.append(f"answered beside the labels: {', '.join(added)} ({', '.join(self._asks.beside)})")
        if left_out:
            remarks.append(f"left out, as the answer is no: {', '.join(left_out)}")
        if self._why_no_times:
            remarks.append(f"no free times are offered: {self._why_no_times}")
        return remarks


def _once(blocks: list[Source], yes: str) -> list[Source]:
    """The blocks with no sentence twice, and no "Yes," but in the first: three of them read like a form."""
    said: set[str] = set()
    kept: list[Source] = []
    for block in blocks:
        fresh = []
        for sentence in _SENTENCE.split(block.text) if "\n" not in block.text else [block.text]:
            if yes and said and sentence.startswith(yes):
                sentence = sentence[len(yes)].upper() + sentence[len(yes) + 1 :]  # noqa: PLW2901 - what is said instead
            spoken = " ".join(sentence.lower().split())
            if spoken not in said:
                fresh.append(sentence)
            said.add(spoken)
        if fresh:
            kept.append(replace(block, text=" ".join(fresh)))
    return kept


def _wish(asks: Asks, when: When) -> Wish:
    """What the free times should be like: as asked, but not on days on which the practice is closed."""
    frame = asks.timeframe
    return Wish(
        days=tuple(day.key for day in when.fits) if when else asks.days,
        times=asks.times,
        start=_date(frame.start) if frame and frame.start else None,
        end=_date(frame.end) if frame and frame.end else None,
    )


def _still_to_come(asks: Asks, today: date) -> Asks:
    """What is asked for, without the days that have passed since."""
    frame = asks.timeframe
    end = _date(frame.end) if frame and frame.end else None
    return replace(
        asks,
        days=tuple(text for text in asks.days if (day := _date(text)) is None or day >= today),
        times=narrowed(asks.times),
        timeframe=None if end is not None and end < today else frame,
    )


def _near(free: Sequence[datetime], days: Sequence[Day]) -> list[datetime]:
    """Of the free times those that lie in the hours of these days of the week."""
    spans = {DAYS.index(day.key): day.spans for day in days if day.key in DAYS}
    return [
        time
        for time in free
        if any(begin <= time.hour * 60 + time.minute < end for begin, end in spans.get(time.weekday(), ()))
    ]


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

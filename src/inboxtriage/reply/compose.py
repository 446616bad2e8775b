"""From a verdict to one letter: greeting, one block a question in the order asked, one next step, one signature."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from inboxtriage.category.response import LETTER, Library, Response
from inboxtriage.config.settings import Practice
from inboxtriage.errors import ResponseFault
from inboxtriage.message.model import Message
from inboxtriage.message.plain import one_line
from inboxtriage.reply.asked import Asked, week
from inboxtriage.reply.draft import GAP_CLOSES, GAP_OPENS, Draft, Source
from inboxtriage.reply.elsewhere import held, is_only_far
from inboxtriage.reply.facts import is_given, nouns, told
from inboxtriage.reply.once import NOTE, once
from inboxtriage.reply.openings import Choice, choose
from inboxtriage.reply.priced import unpriced
from inboxtriage.reply.render import Paragraph, Renderer, Rendering
from inboxtriage.reply.salutation import greeting_name, is_answer, subject_of
from inboxtriage.reply.scope import Scope, scope
from inboxtriage.reply.speech import name_of, speech
from inboxtriage.reply.wished import as_date, near, still_to_come, wish_of
from inboxtriage.triage.asks.extract import label_of
from inboxtriage.triage.asks.meeting import is_video_out
from inboxtriage.triage.asks.requested import requested
from inboxtriage.triage.asks.when.zones import zones
from inboxtriage.triage.phrases import plain
from inboxtriage.triage.reading import read
from inboxtriage.triage.verdict import Asks, Verdict

_ANSWERS = "\x02answers\x03"  # stands in the frame where the answers come; in no letter
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
        subject = subject_of(message, verdict.language)  # neutral whatever the practice
        return Draft("safety", message.person.answer_to, subject, text, verdict.language)


class _Letter:
    """One letter while it is written."""

    def __init__(self, composer: Composer, message: Message, verdict: Verdict, circumstances: Circumstances) -> None:
        self._composer, self._message, self._verdict = composer, message, verdict
        self._now = circumstances
        self._language = composer.language_of(verdict)
        self._speech = speech(self._language)
        self._asks = still_to_come(verdict.asks, circumstances.today)
        # Who only seems to be a client and asks what newcomers ask is answered as one of them.
        like_a_newcomer = not {"move", "cancel"} & {*self._asks.topics} and {"availability", "fit"} & {*verdict.labels}
        self._client = circumstances.client or (verdict.kind == "client" and not like_a_newcomer)
        self._sentences = [sentence.text for sentence in read(message).sentences]
        self._scope = self._scoped()
        self._labels = self._answered()
        self._asks, self._asked = self._held_against_hours()
        self._choice, self._why_no_times = self._offered()
        self._values = self._known()
        self._gaps: list[str] = []
        self._attached: list[str] = []
        self._stages: list[str] = []

    def written(self, note: str) -> Draft:
        """The letter."""
        blocks = [Source(NOTE, "", (), note)] if note else []
        for label in self._labels:
            blocks += self._block(label)
        blocks += self._unanswered()
        sources = self._framed(once(blocks, self._speech.words["yes"]))
        declined = self._scope.declined and not self._client
        return Draft(
            kind="reply",
            to=self._message.person.answer_to,
            subject=subject_of(self._message, self._language, self._composer.practice.profile),
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
        return scope(
            self._asks,
            self._composer.practice,
            words,
            said=said,
            requested=requested(self._sentences, self._composer.practice.fit.does_not_help_with or ()),
            fit_was_asked="fit" in self._verdict.labels,
        )

    def _held_against_hours(self) -> tuple[Asks, Asked]:
        closed = [day for text in self._asks.days if (day := as_date(text)) is not None and self._now.closed(day)]
        practice, found = self._composer.practice, zones(self._sentences)
        asks, meant = held(self._asks, practice, self._speech, closed, self._now.today, found)
        fees = (practice.insurance.fee or "", *practice.insurance.fees.values())
        lacks, no_video = unpriced(self._sentences, fees), is_video_out(self._sentences)
        return asks, replace(meant, unpriced=lacks, no_video=no_video)

    def _answered(self) -> tuple[str, ...]:
        """What is answered: all that was asked, what was heard beside the labels last; of a no the no alone."""
        heard = (label for topic in self._asks.beside if (label := label_of(topic)) is not None)
        placed = ("fit",) if self._scope.placed else ()
        labels = tuple(dict.fromkeys((*self._verdict.labels, *heard, *placed)))
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
            free = near(free, when.near) or free  # closed then: the nearest open hours, as the letter tells them
        return choose(free, wish_of(self._asks, when), self._composer.practice.openings.offer), None

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
        choice, far = self._choice, self._asked.elsewhere or is_only_far(practice)
        return {
            "name": greeting_name(self._message.person.name, self._message.person.answer_to),
            "kind": self._verdict.kind,
            "client": self._client,
            "returning": self._now.returning or self._verdict.kind == "client" or is_answer(self._message),
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
            "zone": self._speech.zone(ZoneInfo(practice.timezone)) if far else None,
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

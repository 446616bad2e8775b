"""Letters that the owner asks for: what somebody's stage offers, with the blanks of each, and writing one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from inboxtriage.category.response import ABSENCE, FRAME, Response
from inboxtriage.errors import NotFound, Refused, UsageProblem
from inboxtriage.message.plain import many_lines
from inboxtriage.reply.letters import Blank
from inboxtriage.reply.speech import name_of, speech
from inboxtriage.reply.syntax import near
from inboxtriage.service import composing, writing
from inboxtriage.service import leads as people
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.journey import letters as queueing
from inboxtriage.service.leads import LeadView
from inboxtriage.service.pacing import Pace
from inboxtriage.store import drafts, letters, messages
from inboxtriage.store.database import stamp
from inboxtriage.store.ids import MESSAGE, shown
from inboxtriage.store.leads import number_of

BY_HAND = "you asked for it"


@dataclass(frozen=True, slots=True)
class Choice:
    """A letter that can be written: its blanks, whether the person's stage offers it, where it waits already."""

    name: str
    title: str
    blanks: tuple[Blank, ...]
    of_stage: bool
    waits_as: str | None


@dataclass(frozen=True, slots=True)
class Written:
    """A letter that waits for approval: its id, what still blocks it, whether it waited before and was filled in."""

    id: str
    blocked: tuple[str, ...]
    waited: bool


def choices(a: Assembly, who: str) -> tuple[LeadView, tuple[Choice, ...]]:
    """Every letter that there is for somebody, those of their stage first. Raises NotFound or ResponseFault."""
    view = people.find(a, who)
    of_stage = a.plan.stages[view.stage].letters
    waiting = {letter.name: shown(MESSAGE, n) for n, letter in letters.open_of(a.db, number_of(view.lead))}
    others = (name for stage in a.plan.stages.values() for name in stage.letters)
    own = (one.name for one in a.letter_library.all() if one.name not in {FRAME, ABSENCE} and _is_own(a, one))
    language = _language(a, view, None)
    found = []
    for name in dict.fromkeys((*of_stage, *others, *own)):
        response = a.letters.response(name, language)
        found.append(
            Choice(name, response.title, a.letters.blanks(response), name in of_stage, waiting.get(response.name))
        )
    return view, tuple(found)


def write(
    a: Assembly,
    who: str,
    name: str,
    *,
    said: Mapping[str, str],
    language: str | None = None,
    due_at: datetime | None = None,
) -> Written:
    """Put a letter to somebody into the queue, or fill in the blanks of the one that waits there already.

    Raises NotFound, UsageProblem for a blank or a language that there is not, Refused where it cannot be written.
    """
    view = people.find(a, who)
    lead = number_of(view.lead)
    if language is not None and not a.composer.offers(language):
        offered = speech("en").listed(sorted(one for one in a.library.languages if a.composer.offers(one)))
        raise UsageProblem(f"letters are not written in {name_of(language, 'en')}", do=f"choose from {offered}")
    response = _named(a, name, _language(a, view, language))
    _known(said, a.letters.blanks(response), name)
    a.offering.prepare()  # reading calendars may take a while; nothing is locked meanwhile
    with a.db.writing():
        waiting = next((n for n, letter in letters.open_of(a.db, lead) if letter.name == name), None)
        if waiting is not None:
            _fill_in(a, waiting, name, said, language)
            number = waiting
        else:
            order = queueing.Order(
                name, BY_HAND, stamp(a.clock.now()), said=dict(said), due_at=due_at, language=language
            )
            made = queueing.write(a, lead, order)
            if made is None:
                raise Refused(f"{name} to {view.lead.id} was written this very moment", do="`inboxtriage queue`")
            number = messages.find(a.db, made).number
        draft = Pace(a).draft(messages.get(a.db, number))
    return Written(shown(MESSAGE, number), draft.blocked if draft else (), waiting is not None)


def said_of(pairs: Iterable[str]) -> dict[str, str]:
    """The owner's words by blank, from KEY=TEXT; a key that is given again adds a line. Raises UsageProblem."""
    said: dict[str, str] = {}
    for pair in pairs:
        key, equals, text = pair.partition("=")
        words = many_lines(text).strip()
        if not equals or not key.strip().isidentifier() or not words:
            raise UsageProblem(f"--say {pair!r} says nothing", do="write a blank and your words, like when=Tuesday")
        said[key.strip()] = f"{said[key.strip()]}\n{words}" if key.strip() in said else words
    return said


def _fill_in(a: Assembly, number: int, name: str, said: Mapping[str, str], language: str | None) -> None:
    """Put the owner's words into a letter that waits; inside `writing`."""
    item, letter = messages.get(a.db, number), letters.get(a.db, number)
    if letter is None or (not said and language is None):
        do = f"`inboxtriage show {item.id}`; --say fills in its blanks"
        raise Refused(f"{name} waits already, as {item.id}", do=do)
    waiting = drafts.get(a.db, item)
    if item.state == "approved":
        raise Refused(f"{item.id} is approved and on its way", do=f"`inboxtriage undo {item.id}` first")
    if waiting is not None and waiting.edited:
        raise Refused(f"{item.id} was edited by hand", do=f"`inboxtriage edit {item.id}` once more")
    letters.say(a.db, number, {**letter.said, **said}, language or letter.language)
    writing.rewrite(a, item, waiting)


def _named(a: Assembly, name: str, language: str) -> Response:
    """The file of a letter that may be written. Raises NotFound, or Refused where the journey has it switched off."""
    known = sorted({one.name for one in a.letter_library.all()} - {FRAME, ABSENCE})
    if name not in known:
        meant = near(name, known)
        do = f"did you mean {meant}?" if meant else "`inboxtriage template list` shows every one"
        raise NotFound(f"there is no letter {name!r}", do=do)
    response = a.letters.response(name, language)
    of_stages = any(name in stage.letters for stage in a.plan.stages.values())
    if not (of_stages or any(touch.letter == name for touch in a.plan.touches.values()) or _is_own(a, response)):
        do = "your own journey.toml can name it under a stage, if the rules of your profession allow it"
        raise Refused(f"the journey of a practice like yours has no letter {name!r}", do=do)
    return response


def _known(said: Mapping[str, str], blanks: Sequence[Blank], letter: str) -> None:
    names = [blank.name for blank in blanks]
    unknown = next((key for key in said if key not in names), None)
    if unknown is not None:
        meant = near(unknown, names)
        there = f"it has {', '.join(names)}" if names else "it has none"
        raise UsageProblem(f"{letter} has no blank {unknown!r}", do=f"did you mean {meant}?" if meant else there)


def _language(a: Assembly, view: LeadView, language: str | None) -> str:
    from inboxtriage.journey.history import standing  # noqa: PLC0415 - beside `composing` alone

    return language or composing.language_of(a, view.lead, standing(view.events))


def _is_own(a: Assembly, response: Response) -> bool:
    return a.settings.responses.path is not None and response.path.parents[1] == a.settings.responses.path

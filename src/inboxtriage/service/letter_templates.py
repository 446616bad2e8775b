"""The letters that answer no mail, and the scripts, as their owner looks at them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from inboxtriage.category.response import FRAME, LETTERS, SCRIPTS, Library, Response, read_response
from inboxtriage.errors import NotFound, ResponseFault, UsageProblem
from inboxtriage.journey.plan import FILE, Plan
from inboxtriage.journey.stage import STAGES
from inboxtriage.reply.draft import Draft
from inboxtriage.reply.letters import Addressee, Blank, Scale
from inboxtriage.reply.names import Fault, Kind, faults
from inboxtriage.reply.render import Renderer
from inboxtriage.reply.scripts import Caller, Script
from inboxtriage.reply.speech import name_of
from inboxtriage.reply.syntax import near
from inboxtriage.service import composing, templates
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.templates import Preview, Problem

_ROOMS: dict[Kind, str] = {"letter": LETTERS, "script": SCRIPTS}
_SAMPLE_NAME, _SAMPLE_ADDRESS = "Ann Example", "ann@example.org"


@dataclass(frozen=True, slots=True)
class Listed:
    """A letter or a script that is in use; `stages` are those that offer it, `own` where it is the owner's."""

    response: Response
    kind: Kind
    own: bool
    blanks: tuple[Blank, ...]
    stages: tuple[str, ...]


def everything(a: Assembly) -> tuple[Listed, ...]:
    """Every letter and script in use, by name and language. Raises ResponseFault where they cannot be read."""
    stages = {stage: plan.letters for stage, plan in a.plan.stages.items()}
    found = []
    for kind, library in _libraries(a):
        for one in library.all():
            blanks = a.letters.blanks(one) if kind == "letter" else ()
            offering = tuple(stage for stage in STAGES if kind == "letter" and one.name in stages[stage])
            found.append(Listed(one, kind, _is_own(a, one, kind), blanks, offering))
    return tuple(found)


def all_problems(a: Assembly) -> tuple[Problem, ...]:
    """What is wrong with answers, letters, scripts and the plan of the journey, or should be known."""
    return (*templates.problems(a), *problems(a))


def problems(a: Assembly) -> tuple[Problem, ...]:
    """The same for letters, scripts and the plan alone."""
    try:
        libraries = list(_libraries(a))
        written = templates.written_languages(a)
    except ResponseFault as fault:
        return tuple(_unreadable(a, fault))
    found: list[Problem] = []
    for kind, library in libraries:
        for response in library.all():
            renderer = Renderer(response.language)
            own = faults(response, renderer, kind)
            found += (_problem(response, kind, templates.at_line(response, one)) for one in own)
            if response.language in written and kind == "letter":
                found += (
                    Problem(_named(response, kind), problem.language, problem.fault)
                    for problem in templates.missing_facts(a, response, renderer)
                )
        found += _untranslated(library, kind, written)
    wrong = {problem.file for problem in found if problem.fault.severity == "wrong"}
    try:
        found += _missing_letters(a.plan, {one.name for one in a.letter_library.all()} - {FRAME})
        found += (problem for problem in _as_written(a, written) if problem.file not in wrong)
    except ResponseFault as fault:
        found.append(Problem(FILE, None, Fault("wrong", fault.what, fault.do or "mend it")))
    return tuple(sorted(found, key=lambda one: (one.file or "~", one.fault.line or 0)))


def preview_letter(a: Assembly, name: str, said: Mapping[str, str], *, language: str | None = None) -> Preview:
    """A letter to a sample person; nothing is stored, no time is held. Raises NotFound, UsageProblem, ResponseFault."""
    language = _language(a, language)
    _there(name, a.letter_library, "letter")
    response = a.letters.response(name, language)
    blanks = a.letters.blanks(response)
    names = [blank.name for blank in blanks]
    unknown = next((key for key in said if key not in names), None)
    if unknown is not None:
        raise UsageProblem(f"{name} has no blank {unknown!r}", do=f"it has {', '.join(names) or 'none'}")
    draft = _sample(a, name, language, said)
    return Preview(None, (), draft, None, tuple(f"to fill in: {gap}" for gap in draft.gaps))


def preview_script(a: Assembly, name: str, *, language: str | None = None) -> Script:
    """A script for a sample person. Raises NotFound or ResponseFault."""
    language = _language(a, language)
    _there(name, a.script_library, "script")
    return a.scripts.compose(name, Caller(_somebody(a, "inquire", language, {}, Scale(0, 10))))


def _sample(a: Assembly, name: str, language: str, said: Mapping[str, str]) -> Draft:
    offering = next((stage for stage in STAGES if name in a.plan.stages[stage].letters), "engage")
    survey = next((one for one in a.plan.surveys.values() if one.letter == name), None)
    scale = Scale(survey.least, survey.most) if survey else Scale(0, 10)
    return a.letters.compose(name, _somebody(a, offering, language, said, scale))


def _somebody(a: Assembly, stage: str, language: str, said: Mapping[str, str], scale: Scale) -> Addressee:
    client = STAGES.index(next(one for one in STAGES if one == stage)) > STAGES.index("intake")
    return Addressee(
        _SAMPLE_ADDRESS,
        _SAMPLE_NAME,
        language,
        stage,
        client,
        said,
        scale,
        composing.reply_days(a),
        bool(a.settings.standards.holidays),
    )


def _language(a: Assembly, language: str | None) -> str:
    if language is not None and not a.composer.offers(language):
        raise UsageProblem(
            f"letters are not written in {name_of(language, 'en')}",
            do=f"choose from {', '.join(templates.written_languages(a))}",
        )
    return language or a.library.default


def _there(name: str, library: Library, what: str) -> None:
    known = sorted({one.name for one in library.all()} - {FRAME})
    if name not in known:
        meant = near(name, known)
        do = f"did you mean {meant}?" if meant else f"there are {', '.join(known)}"
        raise NotFound(f"there is no {what} {name!r}", do=do)


def _libraries(a: Assembly) -> Iterator[tuple[Kind, Library]]:
    yield "letter", a.letter_library
    yield "script", a.script_library


def _is_own(a: Assembly, response: Response, kind: Kind) -> bool:
    own = a.settings.responses.path
    return own is not None and response.path.parent == own / _ROOMS[kind]


def _named(response: Response, kind: Kind) -> str:
    """A file by the name that tells it from an answer's."""
    return f"{_ROOMS[kind]}/{response.file}"


def _problem(response: Response, kind: Kind, fault: Fault) -> Problem:
    return Problem(_named(response, kind), response.language, fault)


def _unreadable(a: Assembly, fault: ResponseFault) -> Iterator[Problem]:
    """Every file of the owner's that cannot be read, else the fault itself."""
    own, any_wrong = a.settings.responses.path, False
    for room in _ROOMS.values():
        for path in sorted((own / room).glob("*.md")) if own is not None else ():
            try:
                read_response(path)
            except ResponseFault as wrong:
                any_wrong = True
                what = wrong.what.removeprefix(path.name).lstrip(": ")
                yield Problem(f"{room}/{path.name}", None, Fault("wrong", what, wrong.do or "mend it"))
    if not any_wrong and not _is_of_answers(a, fault):
        yield Problem(None, None, Fault("wrong", fault.what, fault.do or "mend [responses] path"))


def _is_of_answers(a: Assembly, fault: ResponseFault) -> bool:
    """Whether it is the answers that cannot be read: that is told with them."""
    try:
        _ = a.library
    except ResponseFault as same:
        return str(same) == str(fault)
    return False


def _untranslated(library: Library, kind: Kind, written: Sequence[str]) -> Iterator[Problem]:
    """What is said in another language than the person's, because nobody wrote it in theirs."""
    for name in dict.fromkeys(one.name for one in library.all()):
        for language in written:
            if library.exactly(name, language) is None:
                there = library.find(name, language) or next(one for one in library.all() if one.name == name)
                what = f"it is written in {name_of(there.language, 'en')} to people of {name_of(language, 'en')} too"
                ending = "" if language == "en" else f".{language}"
                yield _problem(there, kind, Fault("note", what, f"write {name}{ending}.md if it should not be"))


def _as_written(a: Assembly, written: Sequence[str]) -> Iterator[Problem]:
    """What shows only when each is filled in."""
    for language in written:
        for kind, library in _libraries(a):
            for name in dict.fromkeys(one.name for one in library.all() if one.name != FRAME):
                try:
                    if kind == "letter":
                        _sample(a, name, language, {})
                    else:
                        preview_script(a, name, language=language)
                except ResponseFault as fault:
                    file, _, what = fault.what.partition(": ")
                    yield Problem(
                        f"{_ROOMS[kind]}/{Path(file).name}", language, Fault("wrong", what, fault.do or "mend it")
                    )


def _missing_letters(plan: Plan, known: set[str]) -> Iterator[Problem]:
    """Letters that the plan of the journey names and that are not there."""
    named = [(f"stages.{stage}", name) for stage, one in plan.stages.items() for name in one.letters]
    named += [(f"touches.{touch}", one.letter) for touch, one in plan.touches.items() if one.letter]
    named += [(f"surveys.{survey}", one.letter) for survey, one in plan.surveys.items()]
    for where, name in named:
        if name not in known:
            meant = near(name, known)
            do = f"did you mean {meant}?" if meant else f"write letters/{name}.md, or take it out"
            yield Problem(FILE, None, Fault("wrong", f"{where} names the letter {name!r}, which is not there", do))

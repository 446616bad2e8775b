"""The responses as their owner looks at them: which there are, what is wrong with them, how a letter reads."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from inboxtriage import shipped
from inboxtriage.category.response import FEWEST_EXAMPLES, LETTER, Library, Response, read_response
from inboxtriage.errors import NotFound, ResponseFault, UsageProblem
from inboxtriage.hours.standards import answered_by
from inboxtriage.message.model import Message, Person, Words
from inboxtriage.reply.compose import SILENT, Circumstances
from inboxtriage.reply.draft import Draft
from inboxtriage.reply.facts import is_given, stated
from inboxtriage.reply.localize import untranslated
from inboxtriage.reply.names import Fault, faults, is_fact
from inboxtriage.reply.render import Renderer
from inboxtriage.reply.speech import name_of
from inboxtriage.reply.syntax import BadSyntax, near
from inboxtriage.service import writing
from inboxtriage.service.assembly import Assembly, load_classifier
from inboxtriage.service.classifying import model_in_use
from inboxtriage.service.deciding import corrected
from inboxtriage.store import messages
from inboxtriage.triage.decision import what_is_asked
from inboxtriage.triage.verdict import Verdict

MOST_WORDS = 120  # of an answer to a plain question: more is not read to its end
_SAMPLE = Person("Ann Example", "ann@example.org", "ann@example.org", None, "from")


@dataclass(frozen=True, slots=True)
class Listed:
    """A response that is in use; `own` where it lies in the owner's folder."""

    response: Response
    own: bool


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault and where it is: in a response file, or (`file` is None) in the configuration. Lines are the file's."""

    file: str | None
    language: str | None
    fault: Fault

    def __str__(self) -> str:
        """One line for a person."""
        line = f", line {self.fault.line}" if self.fault.line is not None else ""
        return f"{self.file or 'configuration'}{line}: {self.fault.what}: {self.fault.do}"


@dataclass(frozen=True, slots=True)
class Preview:
    """A letter as it would be written now. `of` is the message or file that it answers, None for a sample person.

    Where none would be written `draft` is None and `why` says why. `blocked` are the reasons against approving it.
    """

    of: str | None
    labels: tuple[str, ...]
    draft: Draft | None
    why: str | None
    blocked: tuple[str, ...]


def everything(a: Assembly) -> tuple[Listed, ...]:
    """Every response in use, by name and language. Raises ResponseFault where they cannot be read."""
    return tuple(Listed(response, _is_own(a, response)) for response in a.library.all())


def written_languages(a: Assembly) -> tuple[str, ...]:
    """The languages that letters are written in, two letters each."""
    return tuple(sorted(language for language in a.library.languages if a.composer.offers(language)))


def problems(a: Assembly) -> tuple[Problem, ...]:
    """What is wrong with the responses or should be known, by file; a file that cannot be read hides all others."""
    try:
        library = a.library
    except ResponseFault as fault:
        return tuple(_unreadable(a, fault))
    found: list[Problem] = []
    for response in library.all():
        renderer = Renderer(response.language)
        own = [at_line(response, fault) for fault in faults(response, renderer)]
        found += [Problem(response.file, response.language, fault) for fault in own]
        if response.language in written_languages(a):
            found += missing_facts(a, response, renderer)
        elif _is_own(a, response):
            found += _unwritten(a, response)
    found += _orphans(a)
    for language in written_languages(a):
        wrong = {problem.file for problem in found if problem.fault.severity == "wrong"}
        found += (problem for problem in _as_written(a, language) if problem.file not in wrong)
        found += _untold(a, language)
    return tuple(sorted(found, key=lambda one: (one.file or "~", one.fault.line or 0)))


def sample_letter(a: Assembly, labels: tuple[str, ...], language: str) -> Draft:
    """The letter to a sample person who asks nothing particular under `labels`. Raises ResponseFault."""
    message = Message(None, None, (), None, "", None, (), _SAMPLE, Words("", ""), None)
    verdict = Verdict("reply", "", kind="inquiry", labels=labels, language=language)
    draft = a.composer.compose(message, verdict, _without_times(a))
    if draft is None:
        raise ResponseFault("no letter was written", do="check the responses")
    return draft


def preview(a: Assembly, labels: Sequence[str], *, language: str | None = None, message: str | None = None) -> Preview:
    """The letter about `labels` (else about all, or what the mail asks) to a sample person, or to `message`.

    `message` is the id of one in the queue or an .eml file. Nothing is stored, no time is held.
    Raises UsageProblem, NotFound, or ResponseFault where a response is wrong.
    """
    known = a.library.labels
    unknown = [label for label in labels if label not in known]
    if unknown:
        meant = near(unknown[0], known)
        do = f"did you mean {meant}?" if meant else f"choose from {', '.join(known)}"
        raise UsageProblem(f"no such label: {', '.join(unknown)}", do=do)
    if language is not None and name_of(language, "en") == language:
        raise UsageProblem(f"there is no language {language!r}", do="write its two letters, like es")
    wanted = tuple(dict.fromkeys(labels))
    if message is None:
        draft = sample_letter(a, wanted or known, language or a.library.default)
        return _shown(None, wanted or known, draft, ())
    name, mail, verdict, compose = _mail(a, message)
    if mail is None:
        return Preview(name, (), None, verdict.reason, ())
    if wanted:
        verdict = corrected(verdict, list(wanted), set(known), answerable=mail.person.answer_to is not None)
        verdict = replace(verdict, asks=what_is_asked(mail, wanted, a.hours.zone), unanswered=())
    verdict = replace(verdict, language=language or verdict.language)
    composed = compose(mail, verdict)
    if composed is None:
        doubts = mail.person.doubts or ("no address to answer is known",)
        nobody = wanted and mail.person.answer_to is None
        why = doubts[0] if nobody else f"it is sorted as {verdict.disposition}: {verdict.reason}"
        return Preview(name, verdict.labels, None, why, ())
    return _shown(name, verdict.labels, composed, mail.person.doubts)


def _shown(of: str | None, labels: tuple[str, ...], draft: Draft, doubts: Sequence[str]) -> Preview:
    blocked = [f"to fill in: {gap}" for gap in draft.gaps]
    blocked += doubts if draft.to is not None else ["no recipient: choose one with edit --to"]
    return Preview(of, labels, draft, None, tuple(blocked))


def _mail(a: Assembly, name: str) -> tuple[str, Message | None, Verdict, Callable[[Message, Verdict], Draft | None]]:
    """A mail of the queue or from a file, what it is sorted as, and what writes its letter."""
    path = Path(name)
    if path.suffix or len(path.parts) > 1:
        try:
            found = a.sorter.sort(path.read_bytes())
        except OSError as error:
            raise NotFound(f"{name} cannot be read ({error.strerror})", do="check the path") from error
        return name, found.message, found.verdict, partial(a.composer.compose, circumstances=_without_times(a))
    item = messages.find(a.db, name)
    place = writing.Place.of(a, item)
    return item.id, writing.read(a, item), item.verdict, lambda mail, verdict: writing.compose(a, mail, verdict, place)


def _without_times(a: Assembly) -> Circumstances:
    """How things stand for a letter that offers no free times."""
    until = answered_by(a.hours, a.settings.standards, a.clock.now())
    return Circumstances(closed=lambda day: day in a.hours.closed, answer_by=until.astimezone(a.hours.zone).date())


def _is_own(a: Assembly, response: Response) -> bool:
    own = a.settings.responses.path
    return own is not None and response.path.parent == own


def at_line(response: Response, fault: Fault) -> Fault:
    """A fault of a response's text with its line in the file."""
    if fault.line is None:
        return fault
    head = response.path.read_text(encoding="utf-8").count("\n") - response.text.count("\n")
    return replace(fault, line=head + fault.line)


def _unreadable(a: Assembly, fault: ResponseFault) -> Iterator[Problem]:
    """Every file that cannot be read; where each can, what else is wrong with the folder."""
    own = a.settings.responses.path
    any_wrong = False
    for path in sorted(own.glob("*.md")) if own is not None else ():
        try:
            read_response(path)
        except ResponseFault as wrong:
            any_wrong = True
            what = wrong.what.removeprefix(path.name).lstrip(": ")
            yield Problem(path.name, None, Fault("wrong", what, wrong.do or "mend it"))
    if not any_wrong:
        yield Problem(None, None, Fault("wrong", fault.what, fault.do or "mend [responses] path"))


def missing_facts(a: Assembly, response: Response, renderer: Renderer) -> Iterator[Problem]:
    """Facts that a letter may come to and that the configuration does not give."""
    facts = a.composer.facts(response.language)
    missing = [key for key in response.needs if is_fact(key) and not is_given(facts, key)]
    what, do = "it says nothing without", "set it, or fill in every such letter"
    if not missing:
        try:
            reads = renderer.reads(response.text, {"practice": facts}, decide=True)
        except BadSyntax:
            return  # told already
        missing = [key for key in reads.missing if is_fact(key)]
        what, do = "not in your configuration:", "set it, or fill in each letter that comes to it"
    if missing:
        fault = Fault("note", f"{what} {', '.join(missing)}", do, facts=tuple(missing))
        yield Problem(response.file, response.language, fault)


def _unwritten(a: Assembly, response: Response) -> Iterator[Problem]:
    """An owner's response in a language that no letter is written in."""
    language, written = response.language, written_languages(a)
    if any(further in written for further in response.languages):
        return
    if language in a.library.languages:
        do = f"add {name_of(language, 'en')} to practice.fit.languages"
    else:
        do = f"write a {LETTER}.{language}.md too"
    what = f"it is never used: letters are not written in {name_of(language, 'en')}"
    yield Problem(response.file, language, Fault("note", what, do))


def _orphans(a: Assembly) -> Iterator[Problem]:
    """Categories of the owner's own under which no mail can be sorted."""
    usual = {path.stem.partition(".")[0] for path in shipped.folder("responses").glob("*.md")}
    own = [response for response in a.library.all() if response.name not in usual]
    if not own:
        return
    classifier, _ = load_classifier(model_in_use(a))
    learned = set(classifier.labels) if classifier is not None else set()
    for name in dict.fromkeys(response.name for response in own if response.name not in learned):
        variants = [response for response in own if response.name == name]
        examples = max(len(response.examples) for response in variants)
        meant = near(name, usual)
        if examples >= FEWEST_EXAMPLES:
            what, do = f"no mail is sorted under {name} yet", "`inboxtriage train` learns its examples"
        else:
            what = f"no mail is ever sorted under {name}: it has {examples} examples, {FEWEST_EXAMPLES} are needed"
            do = f"did you mean {meant}.md?" if meant else "give it examples, then `inboxtriage train`"
        yield Problem(variants[0].file, variants[0].language, Fault("note", what, do))


def _as_written(a: Assembly, language: str) -> Iterator[Problem]:
    """What shows only when each answer is written to a plain question in `language`."""
    library = a.library
    told: set[str] = set()
    for label in library.labels:
        response = a.composer.response(label, language)
        if response is None:
            yield _no_variant(library, label, language)
            continue
        try:
            draft = sample_letter(a, (label,), language)
        except ResponseFault as fault:
            file, _, what = fault.what.partition(": ")
            if fault.what not in told:
                yield Problem(file, language, Fault("wrong", what, fault.do or "mend that response"))
            told.add(fault.what)
            continue
        silent = SILENT.format(label) in draft.gaps
        said = 0 if silent else sum(len(source.text.split()) for source in draft.sources if source.label == label)
        if said > MOST_WORDS:
            what = f"{said} words to a plain question, more than {MOST_WORDS}"
            yield Problem(response.file, language, Fault("note", what, "say less, or say it only where it is asked"))
        elif not said:
            what = "it says nothing to a plain question"
            yield Problem(response.file, language, Fault("note", what, "say something where nothing special is asked"))


def _no_variant(library: Library, label: str, language: str) -> Problem:
    there = next(response for response in library.all() if response.name == label)
    ending = "" if language == "en" else f".{language}"
    what = f"it cannot be said in {name_of(language, 'en')}, so that such a letter waits until you fill it in"
    do = f'write {label}{ending}.md, or languages = ["{language}"] into its head if it may stand as it is'
    return Problem(there.file, language, Fault("note", what, do))


def _untold(a: Assembly, language: str) -> Iterator[Problem]:
    """Facts of the configuration that letters in `language` cannot tell."""
    if language == a.library.default:
        return
    practice = a.settings.practice
    keys = untranslated(stated(practice), practice.translations.get(language, {}), language)
    if keys:
        what = f"facts without words in {name_of(language, 'en')}: {', '.join(keys)}"
        do = "set it in that language, or fill in each letter that comes to it"
        yield Problem(None, language, Fault("note", what, do, facts=keys))

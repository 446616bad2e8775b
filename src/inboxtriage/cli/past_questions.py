"""What `past` asks: each sentence of the owner's that came again, and each old mail, answered with one key."""

import re
from collections.abc import Sequence
from pathlib import Path

import click

from inboxtriage.cli import console
from inboxtriage.cli.session import Session, now_of
from inboxtriage.errors import InboxTriageError
from inboxtriage.message.plain import many_lines, one_line
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.past import confirming, taking
from inboxtriage.service.past.confirming import Question, Said
from inboxtriage.service.past.proposing import Proposal, proposals
from inboxtriage.service.past.reading import Past

_ENDS = {"\x03", "\x04", "\x1b", "q"}  # Ctrl-C, Ctrl-D, Esc
_RIGHT = {"\r", "\n"}
_LETTERS = {"insurance": "i", "availability": "a", "scheduling": "s", "fit": "f"}
_KINDS = {"v": "vendor", "p": "spam", "o": "personal"}  # each settles it
_MOST_LINES, _WIDTH = 10, 76
_KIND_WORDS = {
    "inquiry": "somebody new",
    "client": "a client",
    "colleague": "a colleague",
    "vendor": "a seller",
    "spam": "spam",
    "personal": "a friend",
    "automated": "a machine",
}


def propose(a: Assembly, config: Path, found: Past, *, again: bool) -> int | None:
    """Put each sentence to the owner; how many were taken, None where they left."""
    left = taking.waiting(a, proposals(found, a.settings.practice, a.library), again=again)
    if not left:
        console.say("No sentence of yours came again that could be proposed for your answers.")
        return 0
    console.say("")
    console.heading(f"Your own words: {len(left)} sentence(s) that you wrote again and again")
    console.paragraph_of("What you take goes into your own response files, and the next drafts say it.")
    console.paragraph_of("One key each, without Enter.")
    taken = 0
    for number, one in enumerate(left, 1):
        _show_proposal(a, one, f"{number} of {len(left)}")
        text = _decided(one)
        if text is None:
            return None
        if not text:
            taking.leave(a, one)
            continue
        try:
            done = taking.take(a, config, one, text)
        except InboxTriageError as error:
            console.warn(f"inboxtriage: {error}")
            continue
        taken += 1
        console.paragraph_of(f"  taken: it stands in {done.file}")
        for remark in done.remarks:
            console.paragraph_of(f"  look twice: {remark}")
    if taken:
        console.paragraph_of(f"{taken} taken. `inboxtriage template preview` shows the letter as it is now.")
    return taken


def confirm(a: Assembly, found: Past, *, again: bool) -> int:
    """Ask about old mails until they are through or the owner leaves; how many were confirmed."""
    asked = confirming.questions(a, found.answered, again=again)
    if not asked:
        console.say("No past mail is left to be confirmed.")
        return 0
    keys = _keys(confirming.labels_of(a))
    console.say("")
    console.heading(f"{len(asked)} past mail(s), one key each, without Enter: is this what they asked?")
    console.paragraph_of(_help(keys))
    done: list[int | None] = []  # of each mail so far: the example that it became, None where it was put aside
    while len(done) < len(asked):
        question = asked[len(done)]
        _show_question(a, question, f"{len(done) + 1} of {len(asked)}")
        answer = _answer(question, keys)
        if answer == "leave":
            break
        if answer == "undo":
            if done:
                before = done.pop()
                confirming.take_back(a, asked[len(done)], before)
                console.paragraph_of("  taken back")
        elif answer == "aside":
            confirming.put_aside(a, question)
            done.append(None)
        elif isinstance(answer, Said):
            done.append(confirming.confirm(a, question, answer))
    told = sum(number is not None for number in done)
    console.paragraph_of(f"{told} confirmed; {confirming.examples(a)} example(s) of your own from past mail in all.")
    if len(done) < len(asked):
        console.say("`inboxtriage past` goes on where you stopped.")
    return told


def offer_training(session: Session) -> None:
    """Teach the classifier now, or say by which command."""
    if not click.confirm("Teach it your examples now (about a minute)?", default=True):
        console.say("`inboxtriage train` does it whenever you like.")
        return
    from inboxtriage.cli.learn import train_now  # noqa: PLC0415 - scikit-learn is slow to import

    train_now(session)


def _show_proposal(a: Assembly, one: Proposal, where: str) -> None:
    console.say("")
    console.say(f"{where}: in {one.times} of your {one.of} answers about {one.label} you wrote")
    console.paragraph(_folded(f"“{one.text}”"), indent="    ")
    instead = f"in the place of our line about {one.place.topic}" if one.place else "at the end of that answer"
    console.paragraph_of(
        f"  It would stand in {_file(one)}, {instead}; last written {console.when(one.last, now_of(a))}."
    )
    for remark in one.remarks:
        console.paragraph_of(f"  look twice: {remark}")


def _decided(one: Proposal) -> str | None:
    """The text to take, "" for none, None to leave. One with remarks is asked for twice."""
    looked = not one.remarks
    while True:
        click.echo("  t take, e edit, s skip, q leave > ", nl=False)
        key = _key()
        if key in _ENDS:
            return None
        if key == "t" and looked:
            return one.text
        if key == "t":
            looked = True
            console.paragraph_of(f"  Look twice: {'; '.join(one.remarks)}. t again takes it as it is.")
        if key == "s":
            return ""
        if key == "e":
            try:
                text = click.edit(one.text + "\n", extension=".txt", require_save=True)
            except click.ClickException as error:
                console.warn(f"inboxtriage: {one_line(error.message)}: set EDITOR to an editor that works")
                continue
            if text is not None and text.strip():
                return " ".join(text.split())
            console.paragraph_of("  not changed")


def _show_question(a: Assembly, question: Question, where: str) -> None:
    asked = question.asked
    who = asked.message.person.name or asked.person
    console.say("")
    console.heading(f"{where}  {who}, {console.when(asked.received_at, now_of(a))}: {asked.message.subject}")
    for line, marked in shown_lines(asked.message.words.new, [one.text for one in asked.verdict.evidence]):
        click.secho(f"{'  » ' if marked else '    '}{line}".rstrip(), bold=marked)
    console.paragraph_of(f"  We think: {_in_words(question.thought)}")


def shown_lines(words: str, deciding: Sequence[str]) -> list[tuple[str, bool]]:
    """The beginning of a mail in lines, and any later line that decided; whether each holds words that decided."""
    text = _folded(many_lines(words).strip())
    spans = [found.span() for one in deciding if (found := _anywhere(one).search(text)) is not None]
    lines: list[tuple[str, bool]] = []
    at, left_out = 0, False
    for number, line in enumerate(text.split("\n")):
        marked = bool(line.strip()) and any(start < at + len(line) and at < end for start, end in spans)
        at += len(line) + 1
        if number < _MOST_LINES or marked:
            if left_out:
                lines.append(("…", False))
            lines.append((line, marked))
            left_out = False
        else:
            left_out = True
    return [*lines, ("…", False)] if left_out else lines


def _answer(question: Question, keys: dict[str, str]) -> Said | str:
    """What is said of a mail; "undo", "aside" or "leave"."""
    said = question.thought
    while True:
        click.echo("  > ", nl=False)
        key = _key()
        if key in _ENDS:
            return "leave"
        if key in _RIGHT:
            return said
        if key in {"u", "k"}:
            return {"u": "undo", "k": "aside"}[key]
        if key == "n":
            return Said((), said.kind, urgent=said.urgent)
        if key in _KINDS:
            return said.written_by(_KINDS[key])
        if key in keys:
            said = said.toggled(keys[key])
        elif key == "!":
            said = Said(said.labels, said.kind, urgent=not said.urgent)
        elif key == "c":
            said = said.written_by("inquiry" if said.kind == "client" else "client")
        else:
            console.paragraph_of(f"  {_help(keys)}")
            continue
        console.paragraph_of(f"  {_in_words(said)}; Enter keeps it")


def _key() -> str:
    """One key, in lower case; what shows is shown."""
    try:
        key = click.getchar()
    except (KeyboardInterrupt, EOFError):
        key = "\x03"
    click.echo(key if key.isprintable() else "")
    return key.lower()


def _keys(labels: Sequence[str]) -> dict[str, str]:
    """The key of each label: its letter, or a number for those of the owner's own."""
    own = [label for label in labels if label not in _LETTERS]
    named = {_LETTERS[label]: label for label in labels if label in _LETTERS}
    return named | {str(number): label for number, label in enumerate(own[:9], 1)}


def _help(keys: dict[str, str]) -> str:
    toggles = ", ".join(f"{key} {label}" for key, label in keys.items())
    return (
        f"Enter: right. Turn on or off: {toggles}, c client, ! urgent. "
        "At once: n asks nothing, v seller, p spam, o a friend. k skip, u undo the last, q leave."
    )


def _in_words(said: Said) -> str:
    asks = f"asks about {', '.join(said.labels)}" if said.labels else "asks nothing that we answer"
    return f"{asks}; from {_KIND_WORDS.get(said.kind, said.kind)}{'; URGENT' if said.urgent else ''}"


def _file(one: Proposal) -> str:
    return f"{one.label}.md" if one.language == "en" else f"{one.label}.{one.language}.md"


def _folded(text: str) -> str:
    """Long lines broken at spaces."""
    return "\n".join(
        part for line in text.split("\n") for part in (re.findall(rf"\S.{{0,{_WIDTH - 1}}}(?=\s|$)|\S+", line) or [""])
    )


def _anywhere(sentence: str) -> re.Pattern[str]:
    """The sentence, wherever its lines are broken."""
    return re.compile(r"\s+".join(map(re.escape, sentence.split())) or r"(?!)")

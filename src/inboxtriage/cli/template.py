"""The responses, the letters and the scripts: `template list`, `check`, `preview`."""

from pathlib import Path
from zoneinfo import ZoneInfo

import click

from inboxtriage.cli import console, documents, template_documents
from inboxtriage.cli.letter import script_document, show_paragraphs, tell_script
from inboxtriage.cli.session import Session, command, json_option, now_of, pass_session
from inboxtriage.errors import UsageProblem
from inboxtriage.reply.speech import name_of, speech
from inboxtriage.service import letter_templates, templates
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.journey.by_hand import said_of


@click.group()
def template() -> None:
    """The responses: what exists, what is wrong, how one reads with your facts."""


@command(name="list")
@json_option
@pass_session
def list_(session: Session, as_json: bool) -> None:
    """Every response, letter and script, whose it is, and what it needs."""
    a = session.assembly()
    listed, written = templates.everything(a), templates.written_languages(a)
    letters = letter_templates.everything(a)
    if as_json:
        console.document({**template_documents.templates(listed, written), **template_documents.letters(letters)})
        return
    console.table(
        ["name", "language", "title", "file", "whose", "needs", "stage", "attaches"],
        [
            [
                one.response.name,
                one.response.language,
                one.response.title,
                one.response.file,
                "own" if one.own else "shipped",
                ", ".join(one.response.needs) or "-",
                one.response.stage or "-",
                ", ".join(one.response.attach) or "-",
            ]
            for one in listed
        ],
        elastic=["title", "needs", "attaches"],
    )
    for kind, heading in (("letter", "Letters that answer no mail"), ("script", "Scripts for the phone")):
        console.say()
        console.heading(heading)
        console.table(
            ["name", "language", "title", "whose", "blanks (* needed)", "stages"],
            [
                [
                    one.response.name,
                    one.response.language,
                    one.response.title,
                    "own" if one.own else "shipped",
                    ", ".join(f"{blank.name}{'*' if blank.needed else ''}" for blank in one.blanks) or "-",
                    ", ".join(one.stages) or "-",
                ]
                for one in letters
                if one.kind == kind
            ],
            elastic=["title", "blanks (* needed)", "stages"],
        )
    console.say()
    console.say(f"Letters are written in {speech('en').listed(name_of(language, 'en') for language in written)}")


@command()
@json_option
@pass_session
def check(session: Session, as_json: bool) -> int:
    """What is wrong with responses, letters, scripts and the plan of the journey, or good to know.

    Exit 1 if anything is wrong. A note may be as you want it.
    """
    a = session.assembly()
    found = letter_templates.all_problems(a)
    wrong = sum(1 for one in found if one.fault.severity == "wrong")
    if as_json:
        console.document(template_documents.template_problems(found))
    else:
        for one in found:
            console.fact(one.fault.severity, str(one))
        console.say(f"{wrong} wrong, {len(found) - wrong} to note" if found else "Nothing is wrong with the responses")
    return 1 if wrong else 0


@command()
@click.argument("labels", metavar="[LABEL]...", nargs=-1)
@click.option(
    "--language", "--lang", "language", metavar="CODE", help="The language that the person writes in, such as es."
)
@click.option("--message", metavar="ID|FILE.eml", help="Answer this mail, as it is sorted or under LABEL.")
@click.option("--letter", metavar="NAME", help="A letter that answers no mail, such as welcome.")
@click.option("--say", metavar="BLANK=TEXT", multiple=True, help="Fill in a blank of --letter.")
@click.option("--script", metavar="NAME", help="A script for the phone, such as inquire.")
@json_option
@pass_session
def preview(
    session: Session,
    labels: tuple[str, ...],
    language: str | None,
    message: str | None,
    letter: str | None,
    say: tuple[str, ...],
    script: str | None,
    as_json: bool,
) -> None:
    """The letter as it would be written; nothing is stored.

    Without --message it answers a sample person who asks nothing particular: under each LABEL, or under all.
    """
    _one_thing(labels, message, letter, say, script)
    a = session.assembly()
    if script is not None:
        _preview_script(a, script, language, as_json=as_json)
        return
    if letter is not None:
        shown = letter_templates.preview_letter(a, letter, said_of(say), language=language)
    else:
        shown = templates.preview(a, labels, language=language, message=message)
    if as_json:
        console.document(documents.Documents(ZoneInfo(a.settings.practice.timezone)).preview(shown))
        return
    _tell(shown, a)


def _tell(shown: templates.Preview, a: Assembly) -> None:
    """A preview for a person."""
    draft = shown.draft
    if draft is None:
        console.heading(f"No letter to {shown.of}")
        console.fact("why", shown.why or "")
        return
    console.heading(
        f"{'Safety text' if draft.kind == 'safety' else 'Letter'} to {draft.to or 'nobody yet'}: {draft.subject}"
    )
    if shown.labels:
        console.fact("answers", ", ".join(shown.labels))
    console.fact("language", name_of(draft.language, "en"))
    console.say()
    show_paragraphs(draft)
    if draft.offers:
        console.fact("offers", ", ".join(console.when(time, now_of(a)) for time in draft.offers))
    if draft.stage is not None:
        console.fact("leads to", draft.stage)
    for attached in draft.attachments:
        console.fact("attached", Path(attached).name)
    for remark in draft.remarks:
        console.fact("remark", remark)
    for reason in shown.blocked:
        console.fact("blocked", reason)


def _one_thing(
    labels: tuple[str, ...], message: str | None, letter: str | None, say: tuple[str, ...], script: str | None
) -> None:
    """Refuse what cannot be previewed together. Raises UsageProblem."""
    given = [name for name, value in (("--letter", letter), ("--script", script), ("--message", message)) if value]
    if len(given) > 1 or (labels and (letter or script)):
        raise UsageProblem(f"{' and '.join([*given, *labels])} do not go together", do="preview one thing at a time")
    if say and not letter:
        raise UsageProblem("--say fills in the blanks of a letter", do="give --letter NAME too")


def _preview_script(a: Assembly, name: str, language: str | None, *, as_json: bool) -> None:
    text = letter_templates.preview_script(a, name, language=language)
    if as_json:
        console.document({"message": None, "labels": [], "why": None, "draft": None, "script": script_document(text)})
    else:
        tell_script(text)


for _command in (list_, check, preview):
    template.add_command(_command)

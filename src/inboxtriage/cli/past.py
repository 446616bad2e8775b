"""`past`: what the owner's old mail teaches. Reads with leave, proposes sentences, asks for quick confirmations."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING

import click

from inboxtriage.cli import console
from inboxtriage.cli.session import Session, command, json_option, now_of, pass_session
from inboxtriage.errors import Refused, UsageProblem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inboxtriage.config.settings import Account
    from inboxtriage.service.assembly import Assembly
    from inboxtriage.service.past.proposing import Proposal
    from inboxtriage.service.past.reading import Past


@command()
@click.option("--since", metavar="DATE", help="Read what you sent from this day on (YYYY-MM-DD), not of the last year.")
@click.option("--account", metavar="NAME", help="Only this account.")
@click.option("--again", is_flag=True, help="Ask everything once more, also what you left out or said.")
@click.option("--drop", is_flag=True, help="Take back every example that you confirmed, and read nothing.")
@json_option
@pass_session
def past(session: Session, *, since: str | None, account: str | None, again: bool, drop: bool, as_json: bool) -> None:
    """Learn from the mail that you answered before: your own sentences, and quick confirmations.

    Reads what you sent, the newest thousand mails at most, and the mails that they answer. Nothing leaves this
    computer, nothing in the mailbox changes, nothing becomes a lead or a draft. Leave it at any time: what you said
    stays. With --json it only says what there is, and keeps nothing.
    """
    start = _date(since) if since else None
    a = session.assembly()
    if drop:
        from inboxtriage.service.past import confirming  # noqa: PLC0415 - --help reads nothing

        console.say(f"{_many(confirming.drop(a), 'example')} taken back; `inboxtriage train` learns without them.")
        return
    accounts = [a.account(account)] if account else list(a.settings.accounts)
    if as_json:
        _document(a, accounts, start, again=again)
        return
    if not sys.stdin.isatty():
        raise Refused("it asks one thing after the other and needs a terminal", do="`past --json` only reads")
    _ask(session, a, accounts, start, again=again)


def offer(session: Session) -> None:
    """The same as a part of setting up: with leave, and nothing where there is no terminal."""
    if not sys.stdin.isatty():
        return
    a = session.assembly()
    try:
        _ask(session, a, list(a.settings.accounts), None, again=False)
    finally:
        a.close()


def _ask(session: Session, a: Assembly, accounts: Sequence[Account], since: date | None, *, again: bool) -> None:
    from inboxtriage.cli import past_questions  # noqa: PLC0415 - --help asks nothing

    console.paragraph_of("Your past mail can teach inboxtriage how you write, and what people ask you.")
    console.paragraph_of("It reads the mails you sent within a year (a thousand at most) and those that they answer.")
    console.paragraph_of(
        "Nothing leaves this computer. Nothing in your mailbox changes, and no draft or lead comes of it."
    )
    console.paragraph_of(
        "Of their mails only those are kept that you confirm yourself, as examples; `forget` erases them too."
    )
    if not click.confirm("Read them now?", default=True):
        console.paragraph_of("Not read. `inboxtriage past` does it whenever you like.")
        return
    found = _read(a, accounts, since)
    console.paragraph_of(
        f"{_many(found.sent, 'mail')} of yours read, from {console.day(found.since, now_of(a))} on: "
        f"{len(found.answered)} of them answer a mail that is still there, {len(found.inquiries)} of these an inquiry."
    )
    if not found.answered:
        console.paragraph_of("There is nothing to learn from yet. `inboxtriage past --since DATE` reads further back.")
        return
    proposed = past_questions.propose(a, session.config, found, again=again)
    if proposed is None:
        return
    told = past_questions.confirm(a, found, again=again)
    if told:
        past_questions.offer_training(session)


def _read(a: Assembly, accounts: Sequence[Account], since: date | None) -> Past:
    from inboxtriage.service.past.reading import read  # noqa: PLC0415

    with console.working("reading past mail") as progress:
        return read(a, accounts, since, progress)


def _document(a: Assembly, accounts: Sequence[Account], since: date | None, *, again: bool) -> None:
    """What there is, for a script."""
    from inboxtriage.service.past import confirming, taking  # noqa: PLC0415
    from inboxtriage.service.past.proposing import proposals  # noqa: PLC0415

    found = _read(a, accounts, since)
    proposed = taking.waiting(a, proposals(found, a.settings.practice, a.library), again=again)
    console.document(
        {
            "since": found.since.isoformat(),
            "sent": found.sent,
            "answered": len(found.answered),
            "inquiries": len(found.inquiries),
            "proposals": [_proposal(a, one) for one in proposed],
            "to_confirm": len(confirming.questions(a, found.answered, again=again)),
            "examples": confirming.examples(a),
        }
    )


def _proposal(a: Assembly, one: Proposal) -> dict[str, object]:
    return {
        "label": one.label,
        "language": one.language,
        "text": one.text,
        "times": one.times,
        "of": one.of,
        "last": one.last.astimezone(now_of(a).tzinfo).isoformat(),
        "remarks": list(one.remarks),
    }


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageProblem(f"--since: {text!r} is no date", do="write one like 2026-11-01") from None

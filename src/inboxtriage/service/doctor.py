"""Is everything in order? One finding a line, each that fails with its next step."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from inboxtriage.config.settings import Account
from inboxtriage.errors import InboxTriageError, ResponseFault
from inboxtriage.service import letter_templates, marking, putback, templates
from inboxtriage.service.absence import approving
from inboxtriage.service.assembly import Assembly, load_classifier
from inboxtriage.service.classifying import model_in_use
from inboxtriage.service.elsewhere import drafts_folder
from inboxtriage.store import outgoing, sender


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    ok: bool
    detail: str


def examine(a: Assembly) -> Iterator[Finding]:
    """Look at everything, in the order in which it would fail."""
    yield Finding("configuration", ok=True, detail=f"{len(a.settings.accounts)} account(s)")
    yield from _guarded("store", partial(_store, a))
    yield from _guarded("model", partial(_model, a))
    yield from _responses(a)
    yield from _guarded("journey", lambda: f"{len(a.plan.touches)} touches, {len(a.plan.moves)} moves")
    yield from _calendars(a)
    yield from _absences(a)
    for account in a.settings.accounts:
        yield from _guarded(f"{account.name}: mailbox", partial(_mailbox, a, account))
        yield from _guarded(f"{account.name}: sending", partial(_sending, a, account))
    yield from _sends(a)


def _guarded(name: str, look: Callable[[], str]) -> Iterator[Finding]:
    """A finding from a call that returns its detail or raises what is wrong."""
    try:
        yield Finding(name, ok=True, detail=look())
    except InboxTriageError as error:
        yield Finding(name, ok=False, detail=str(error))
    except OSError as error:
        yield Finding(name, ok=False, detail=f"{error.filename or name} cannot be used ({error.strerror})")


def _calendars(a: Assembly) -> Iterator[Finding]:
    if a.offering.is_wanted:
        a.offering.prepare()
        free = a.offering.free(0) or ()
        detail = a.offering.problem or f"read; {len(free)} free time(s) can be offered"
        yield Finding("calendars", ok=a.offering.problem is None, detail=detail)


def _absences(a: Assembly) -> Iterator[Finding]:
    """The absences whose writers are to be told: approved, not approved yet, over."""
    for view in approving.views(a):
        if not view.absence.acknowledge:
            continue
        name = f"absence from {view.absence.from_.isoformat()}"
        if view.when == "over":
            yield Finding(name, ok=True, detail="over; its table can be taken out of the configuration")
        elif view.approval == "approved":
            yield Finding(name, ok=True, detail=f"approved; {approving.told(view)}")
        else:
            missing = view.is_missing(a.clock.now())
            do = f"`inboxtriage absence show {view.absence.from_.isoformat()}`, then approve it"
            detail = f"nothing is acknowledged, as {view.problem or approving.WHY_NONE[view.approval]}: {do}"
            yield Finding(name, ok=not missing, detail=detail)


def _store(a: Assembly) -> str:
    wrong = a.db.integrity()
    if wrong != "ok":
        raise InboxTriageError(f"the database is damaged: {wrong[:200]}", do="restore a backup")
    loose = [p.name for p in a.folder.iterdir() if p.is_file() and p.stat().st_mode & 0o077]
    if loose:
        raise InboxTriageError(f"others can read {', '.join(loose)}", do=f"chmod 600 in {a.folder}")
    return f"{a.folder}, private, intact"


def _model(a: Assembly) -> str:
    classifier, problem = load_classifier(model_in_use(a))
    if classifier is None or problem:
        raise InboxTriageError(problem or "there is no model", do=None if problem else "run `inboxtriage train`")
    return f"knows {', '.join(classifier.labels)}"


def _responses(a: Assembly) -> Iterator[Finding]:
    """Every response in every language: what is wrong with it, else what it lacks to answer a plain question."""
    try:
        library = a.library
    except ResponseFault as error:
        yield Finding("responses", ok=False, detail=str(error))
        return
    wrong = [problem for problem in letter_templates.all_problems(a) if problem.fault.severity == "wrong"]
    for language in sorted(library.languages.union(problem.language for problem in wrong if problem.language)):
        told = [str(problem) for problem in wrong if problem.language == language]
        if told:
            yield Finding(f"responses ({language})", ok=False, detail="; ".join(told))
            continue
        try:
            gaps = templates.sample_letter(a, library.labels, language).gaps
        except ResponseFault as error:  # by a response that stands in for one in this language
            yield Finding(f"responses ({language})", ok=False, detail=str(error))
            continue
        detail = f"missing facts block a sentence: {', '.join(gaps)}" if gaps else "every fact is there"
        yield Finding(f"responses ({language})", ok=True, detail=detail)


def _mailbox(a: Assembly, account: Account) -> str:
    mailbox = a.mailbox(account)
    try:
        folders = mailbox.folders(account.folders, junk=account.watch_junk)
        for folder in folders:
            mailbox.validity(folder)
        sent = mailbox.sent_folder()
        in_drafts = drafts_folder.where(a, account, mailbox)
    finally:
        mailbox.close()
    if sent is None and account.save_sent != "no":
        raise InboxTriageError("there is no folder for sent mail", do='make one, or set save_sent = "no"')
    return f"signed in; reads {', '.join(folders)}; sent mail is in {sent or 'no folder'}; {in_drafts}"


def _sending(a: Assembly, account: Account) -> str:
    asyncio.run(a.transport(account).probe())
    return "signed in; nothing was sent"


def _mark(a: Assembly) -> str:
    if marking.is_put_back(a):
        raise InboxTriageError(
            f"{putback.WHY}; what was approved before is asked for again",
            do="`inboxtriage send`, then look at the queue",
        )
    if waiting := putback.to_look_at(a):
        raise InboxTriageError(f"{putback.WHY}; {waiting} letter(s) to approve again", do="`inboxtriage queue`")
    return "this store was neither put back nor copied"


def _sends(a: Assembly) -> Iterator[Finding]:
    yield from _guarded("mark outside the store", partial(_mark, a))
    unknown = outgoing.unsettled(a.db)
    for mail in unknown:
        detail = f"unknown whether it was sent ({mail.last_reply}): `inboxtriage resolve {mail.id}` settles it"
        yield Finding(f"send {mail.id}", ok=False, detail=detail)
    for account in a.settings.accounts:
        paused = sender.paused(a.db, account.name)
        if paused is not None:
            detail = f"{paused.why}; tried again by itself, or at once by `inboxtriage send`"
            yield Finding(f"{account.name}: sender pauses", ok=False, detail=detail)
    if not unknown:
        yield Finding("sends", ok=True, detail="none is unknown")

"""Is everything in order? One finding a line, each that fails with its next step."""

import asyncio
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from inboxtriage.config.settings import Account, Server
from inboxtriage.errors import ConfigError, InboxTriageError, ResponseFault, SignInFailed, Unreachable
from inboxtriage.journey.plan import FILE as PLAN
from inboxtriage.service import letter_templates, marking, putback, templates
from inboxtriage.service.absence import approving
from inboxtriage.service.assembly import Assembly, load_classifier
from inboxtriage.service.backlog.words import count
from inboxtriage.service.classifying import model_in_use
from inboxtriage.service.elsewhere import drafts_folder
from inboxtriage.service.setup.questions import without
from inboxtriage.store import outgoing, sender
from inboxtriage.store.database import BACKUPS, FILE, StoreBroken

_ENVIRONMENT = "environment"  # the file beside the configuration from which a service has its variables


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `do` is what a person does next: a command, or what to change in which file.

    Never without it where something is wrong; `detail` then says both.
    """

    name: str
    ok: bool
    detail: str
    do: str | None = None


def failed(name: str, what: str, do: str) -> Finding:
    """A finding that something is wrong."""
    return Finding(name, ok=False, detail=what if do in what else f"{what.rstrip('.')}: {do}", do=do)


def examine(a: Assembly, config: Path) -> Iterator[Finding]:
    """Look at everything, in the order in which it would fail; `config` is the file that the settings are from."""
    yield Finding("configuration", ok=True, detail=f"no mistake in it; {count(len(a.settings.accounts), 'account')}")
    yield from _secrets(config)
    store = list(_guarded("store", partial(_store, a), "check [store] path"))
    yield from store
    stored = all(finding.ok for finding in store)
    if stored:
        yield from _guarded("permissions", partial(_private, a), "check [store] path")
    yield from _guarded("model", partial(_model, a), "`inboxtriage train`")
    yield from _responses(a)
    yield from _journey(a)
    if stored:
        yield from _calendars(a, config)
        yield from _absences(a)
    for account in a.settings.accounts:
        yield from _mailbox(a, account, config, stored=stored)
        yield from _sending(a, account, config)
    if stored:
        yield from _sends(a)
    else:
        do = "mend the store first, as its line above says, then `inboxtriage check`"
        yield failed("sends", "not looked at, as the store cannot be used", do)


def without_settings(error: InboxTriageError) -> list[Finding]:
    """What can be said where the configuration is not there, or wrong: each of its problems."""
    do = error.do or "`inboxtriage init`"
    if isinstance(error, ConfigError):
        return [failed("configuration", problem, do) for problem in error.problems]
    return [failed("configuration", error.what, do)]


def _guarded(name: str, look: Callable[[], str], do: str, *, where: str = "") -> Iterator[Finding]:
    """A finding from a call that returns its detail or raises what is wrong.

    `do` is the next step where the error names none, `where` the place in the configuration that it is about.
    """
    try:
        yield Finding(name, ok=True, detail=look())
    except InboxTriageError as error:
        step = error.do or do
        yield failed(name, error.what, f"{step} ({where})" if where else step)
    except OSError as error:
        file = error.filename or name
        yield failed(name, f"{file} cannot be used ({error.strerror})", f"see who owns it: `ls -ld {_quoted(file)}`")


def _quoted(*files: object) -> str:
    return shlex.join(str(file) for file in files)


def _secrets(config: Path) -> Iterator[Finding]:
    """The variables of the service, which may be passwords."""
    file = config.with_name(_ENVIRONMENT)
    try:
        mode = file.stat().st_mode
    except OSError:
        return
    if mode & 0o077:
        yield failed("secrets", f"others can read {file}", f"`chmod 600 {_quoted(file)}`")


def _calendars(a: Assembly, config: Path) -> Iterator[Finding]:
    if not a.offering.is_wanted:
        return
    a.offering.prepare()
    free = a.offering.free(0) or ()
    if a.offering.problem is None:
        yield Finding("calendars", ok=True, detail=f"read; {len(free)} free time(s) can be offered")
    else:
        do = f"mend it there, or in [practice.openings] and [practice.hours] of {config}"
        yield failed("calendars", a.offering.problem, do)


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
            day = view.absence.from_.isoformat()
            do = f"`inboxtriage absence show {day}`, then `inboxtriage absence approve {day}`"
            what = f"nothing is acknowledged, as {view.problem or approving.WHY_NONE[view.approval]}"
            yield failed(name, what, do) if missing else Finding(name, ok=True, detail=f"{what}: {do}")


def _store(a: Assembly) -> str:
    """That the database can be used. Raises StoreBroken."""
    try:
        wrong = a.db.integrity()
    except StoreBroken as error:
        if "damaged" not in error.what:
            raise
        wrong = error.what
    if wrong == "ok":
        return f"your data lies in {a.folder} and is sound"
    copies = sorted((a.folder / BACKUPS).glob("inboxtriage-*.sqlite3"))  # as `inboxtriage backup` names them
    do = f"`inboxtriage restore {_quoted(copies[-1]) if copies else 'FILE'}` puts a backup back"
    if not copies:
        do += f"; without one move {a.folder / FILE} away, and `inboxtriage poll` reads the mail anew"
    raise InboxTriageError(f"the database is damaged: {wrong[:200]}", do=do)


def _private(a: Assembly) -> str:
    """That nobody else can read what is kept."""
    folders = [a.folder, *(inner for inner in a.folder.iterdir() if inner.is_dir())]
    loose = [folder for folder in folders if folder.stat().st_mode & 0o077]
    open_files = [
        path
        for folder in folders
        for path in sorted(folder.iterdir())
        if path.is_file() and path.stat().st_mode & 0o077
    ]
    commands = [f"`chmod 700 {_quoted(*loose)}`"] * bool(loose) + [f"`chmod 600 {_quoted(*open_files)}`"] * bool(
        open_files
    )
    if commands:
        named = ", ".join(str(path.relative_to(a.folder.parent)) for path in (*loose, *open_files))
        raise InboxTriageError(f"others can read {named}", do=" and ".join(commands))
    return "the store is yours alone"


def _model(a: Assembly) -> str:
    classifier, problem = load_classifier(model_in_use(a))
    if classifier is None or problem:
        do = "`inboxtriage train` fits it anew, `inboxtriage train --rollback` goes back to the one before"
        raise InboxTriageError((problem or "there is no model").removesuffix(": run `inboxtriage train`"), do=do)
    return f"knows {', '.join(classifier.labels)}"


def _responses(a: Assembly) -> Iterator[Finding]:
    """Every response in every language: what is wrong with it, else what it lacks to answer a plain question."""
    own = a.settings.responses.path
    again = f"mend it in {own or 'the folder of responses'}; `inboxtriage template check` looks again"
    try:
        library = a.library
    except ResponseFault as error:
        yield failed("responses", str(error), again)
        return
    wrong = [problem for problem in letter_templates.all_problems(a) if problem.fault.severity == "wrong"]
    for language in sorted(library.languages.union(problem.language for problem in wrong if problem.language)):
        told = [str(problem) for problem in wrong if problem.language == language]
        if told:
            yield failed(f"responses ({language})", "; ".join(told), again)
            continue
        try:
            gaps = templates.sample_letter(a, library.labels, language).gaps
        except ResponseFault as error:  # by a response that stands in for one in this language
            yield failed(f"responses ({language})", str(error), again)
            continue
        detail = (
            f"missing facts block a sentence: {', '.join(gaps)}"
            if gaps
            else "every fact that is often asked for is there"
        )
        if unsaid := [key for key in without(a.settings.practice) if not any(gap.startswith(key) for gap in gaps)]:
            detail += f"; not given, so left open where somebody asks: {', '.join(unsaid)}"
        yield Finding(f"responses ({language})", ok=True, detail=detail)


def _journey(a: Assembly) -> Iterator[Finding]:
    own = a.settings.responses.path
    where = str(own / PLAN) if own else ""
    yield from _guarded("journey", partial(_plan, a), "mend it", where=where)


def _plan(a: Assembly) -> str:
    touches, moves = count(len(a.plan.touches), "occasion"), count(len(a.plan.moves), "change")
    return f"its plan can be read: {touches} to write, {moves} to propose"


def _mailbox(a: Assembly, account: Account, config: Path, *, stored: bool) -> Iterator[Finding]:
    name, where = f"{account.name}: mailbox", _where(account, "imap", config)
    try:
        yield Finding(name, ok=True, detail=_look_into(a, account, stored=stored))
    except (SignInFailed, Unreachable) as error:
        yield failed(name, error.what, _again(error, account, account.imap, where))
    except (InboxTriageError, OSError) as error:
        yield from _guarded(name, partial(_raised, error), "mend it", where=where)


def _look_into(a: Assembly, account: Account, *, stored: bool) -> str:
    mailbox = a.mailbox(account)
    try:
        folders = mailbox.folders(account.folders, junk=account.watch_junk)
        for folder in folders:
            mailbox.validity(folder)
        sent = mailbox.sent_folder()
        in_drafts = drafts_folder.where(a, account, mailbox) if stored else "drafts were not looked for"
    finally:
        mailbox.close()
    if sent is None and account.save_sent != "no":
        raise InboxTriageError(
            "there is no folder for sent mail", do='make one in your mail client, or set save_sent = "no"'
        )
    return f"signed in; reads {', '.join(folders)}; sent mail is in {sent or 'no folder'}; {in_drafts}"


def _sending(a: Assembly, account: Account, config: Path) -> Iterator[Finding]:
    name, where = f"{account.name}: sending", _where(account, "smtp", config)
    try:
        asyncio.run(a.transport(account).probe())
        yield Finding(name, ok=True, detail="signed in; nothing was sent")
    except (SignInFailed, Unreachable) as error:
        yield failed(name, error.what, _again(error, account, account.smtp, where))
    except (InboxTriageError, OSError) as error:
        yield from _guarded(name, partial(_raised, error), "mend it", where=where)


def _raised(error: Exception) -> str:
    raise error


def _where(account: Account, kind: str, config: Path) -> str:
    return f"[accounts.{'maildir' if account.maildir is not None else kind}] of {account.name} in {config}"


def _again(error: InboxTriageError, account: Account, server: Server | None, where: str) -> str:
    """The next step after a server could not be signed in to, with how its secret is changed."""
    do = f"{error.do or 'check host, port and network'} ({where})"
    if server is None or not isinstance(error, SignInFailed):
        return do
    if server.auth == "password" and server.password_file is not None:
        return f"{do}; the password is the first line of {server.password_file}"
    if server.auth == "password" and server.password_env is not None:
        return f"{do}; the password is that of the variable {server.password_env}"
    if server.auth == "password" and server.password_command:
        return f"{do}; the password is what `{_quoted(*server.password_command)}` prints"
    if server.auth == "password" and server.password_credential is not None:
        return f"{do}; the password is the systemd credential {server.password_credential}"
    return f"{do}; a new one is kept with `inboxtriage login {_quoted(account.name)}`"


def _mark(a: Assembly) -> str:
    if marking.is_put_back(a):
        raise InboxTriageError(
            f"{putback.WHY}; what was approved before is asked for again",
            do="`inboxtriage send`, then `inboxtriage queue`",
        )
    if waiting := putback.to_look_at(a):
        raise InboxTriageError(
            f"{putback.WHY}; {waiting} letter(s) to approve again",
            do="`inboxtriage queue`, then approve or reject each",
        )
    return "yes: what was approved here leaves once; no older copy of your data is in use"


def _sends(a: Assembly) -> Iterator[Finding]:
    yield from _guarded("nothing twice", partial(_mark, a), "`inboxtriage send`")
    unknown = outgoing.unsettled(a.db)
    for mail in unknown:
        what = f"unknown whether it was sent ({mail.last_reply})"
        yield failed(f"send {mail.id}", what, f"`inboxtriage resolve {mail.id}` settles it")
    for account in a.settings.accounts:
        paused = sender.paused(a.db, account.name)
        if paused is not None:
            do = f"mend what {account.name}: sending says above, then `inboxtriage send` (it tries again by itself too)"
            yield failed(f"{account.name}: sender pauses", paused.why, do)
    if not unknown:
        yield Finding("sends", ok=True, detail="of each letter it is known whether it left")

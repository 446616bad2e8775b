"""What a command works with, put together when it is first asked for: the one place that names adapters.

Imports stand inside the functions on purpose: `queue` needs no IMAP library, `send` no classifier.
"""
# ruff: noqa: PLC0415

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from inboxtriage import shipped
from inboxtriage.clock import Clock, SystemClock
from inboxtriage.config.load import store_folder
from inboxtriage.config.settings import Account, Settings
from inboxtriage.errors import InboxTriageError, ModelUnusable, NotFound
from inboxtriage.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable

    from inboxtriage.calendar.protocol import Calendar
    from inboxtriage.category.response import Library
    from inboxtriage.hours.office import OfficeHours
    from inboxtriage.journey.plan import Plan
    from inboxtriage.mailbox.protocol import Mailbox
    from inboxtriage.outbox.transport import Transport
    from inboxtriage.reply.compose import Composer
    from inboxtriage.reply.letters import LetterComposer
    from inboxtriage.reply.scripts import ScriptComposer
    from inboxtriage.service.offering import Offering
    from inboxtriage.service.sorting import Sorter
    from inboxtriage.triage.classifier import Classifier

MODEL_FOLDER = "model"


class Assembly:
    """Settings, and everything that is made from them. Each thread needs its own (`again`)."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock: Clock = clock or SystemClock()
        self.read_at = self.clock.now()  # when settings and responses were as they are here

    def again(self) -> "Assembly":
        """A second assembly of the same settings, for another thread."""
        other = Assembly(self.settings, self.clock)
        other.read_at = self.read_at
        return other

    @property
    def folder(self) -> Path:
        """The store's folder."""
        return store_folder(self.settings)

    @cached_property
    def db(self) -> Database:
        """The store, opened."""
        return Database(self.folder)

    @cached_property
    def library(self) -> "Library":
        """The response files, the owner's over the shipped."""
        from inboxtriage.category.response import read_library

        return read_library(*self._response_folders, default=self.settings.responses.language)

    @cached_property
    def letter_library(self) -> "Library":
        """The letters that answer no mail, the owner's over the shipped."""
        from inboxtriage.category.response import read_letters

        return read_letters(*self._response_folders, default=self.settings.responses.language)

    @cached_property
    def script_library(self) -> "Library":
        """What is said on the phone, the owner's over the shipped."""
        from inboxtriage.category.response import read_scripts

        return read_scripts(*self._response_folders, default=self.settings.responses.language)

    @cached_property
    def plan(self) -> "Plan":
        """The practice's journey: the shipped one, what its profile does otherwise, the owner's own over both.

        Raises ResponseFault.
        """
        from inboxtriage.journey.plan import FILE, read_plan

        shipped_plan, *own = self._response_folders
        profile = FILE.replace(".toml", f".{self.settings.practice.profile}.toml")
        return read_plan([shipped_plan / FILE, shipped_plan / profile, *(folder / FILE for folder in own)])

    @property
    def _response_folders(self) -> list[Path]:
        own = self.settings.responses.path
        return [shipped.folder("responses"), *([own] if own else [])]

    @cached_property
    def saying(self) -> str:
        """A digest of everything that letters are made of: responses and the practice's facts."""
        import hashlib

        import msgspec

        from inboxtriage.errors import ResponseFault

        facts = hashlib.sha256(msgspec.json.encode(self.settings.practice)).hexdigest()
        try:
            return f"{self.library.fingerprint()} {self.letter_library.fingerprint()} {facts}"
        except ResponseFault as fault:  # each letter says so in its place; reading mail goes on
            return f"{fault} {facts}"

    @cached_property
    def composer(self) -> "Composer":
        """What writes drafts."""
        from inboxtriage.reply.compose import Composer

        return Composer(self.settings.practice, self.library)

    @cached_property
    def letters(self) -> "LetterComposer":
        """What writes letters that answer no mail."""
        from inboxtriage.reply.letters import LetterComposer

        return LetterComposer(self.composer, self.letter_library)

    @cached_property
    def scripts(self) -> "ScriptComposer":
        """What fills in the scripts for the phone."""
        from inboxtriage.reply.scripts import ScriptComposer

        return ScriptComposer(self.composer, self.script_library)

    @cached_property
    def calendars(self) -> "tuple[Calendar, ...]":
        """Everything that says when the practice is busy. Nothing is read yet."""
        from inboxtriage.calendar.ics import IcsFile

        practice = self.settings.practice
        zone = ZoneInfo(practice.timezone)
        found: list[Calendar] = []
        for named in practice.openings.calendars:
            if "://" in named:
                from inboxtriage.calendar.url import UrlCalendar

                found.append(UrlCalendar(named, zone))
            else:
                found.append(IcsFile(Path(named), zone))
        for server in practice.openings.caldav:
            from inboxtriage.calendar.caldav import CalDavCalendar
            from inboxtriage.credentials.source import secret_for

            found.append(CalDavCalendar(server, secret_for(server), zone))
        return tuple(found)

    @cached_property
    def offering(self) -> "Offering":
        """The times that letters may offer."""
        from inboxtriage.service.offering import Offering
        from inboxtriage.store import drafts

        return Offering(
            self.settings.practice,
            self.hours,
            self.clock,
            lambda: self.calendars,
            lambda now, but: drafts.held(self.db, now, but),
        )

    @cached_property
    def hours(self) -> "OfficeHours":
        """When somebody is there to answer."""
        from inboxtriage.hours.office import office_hours

        return office_hours(self.settings)

    @cached_property
    def sorter(self) -> "Sorter":
        """What reads and judges mail; without a usable model it leaves everything to a person (G55)."""
        from inboxtriage.service.sorting import Sorter

        classifier, problem = load_classifier(self.folder / MODEL_FOLDER)
        return Sorter(classifier, problem, self.settings.own_addresses(), ZoneInfo(self.settings.practice.timezone))

    @property
    def own_model_is_broken(self) -> bool:
        """Whether the owner's own model is there and cannot be used."""
        folder = self.folder / MODEL_FOLDER
        return folder.is_dir() and load_classifier(folder)[1] is not None

    def account(self, name: str) -> Account:
        """The account of that name. Raises NotFound when the configuration does not have it, or no longer."""
        found = self.settings.account(name)
        if found is None:
            names = ", ".join(account.name for account in self.settings.accounts)
            raise NotFound(
                f"the configuration has no account {name!r}",
                do=f"it has {names or 'none'}; mend the name, or [[accounts]]",
            )
        return found

    def mailbox(self, account: Account, *, secret: "Callable[..., str] | None" = None) -> "Mailbox":
        """The account's mailbox, opened; `secret` where none is kept yet.

        Raises Unreachable, SignInFailed or SecretMissing.
        """
        if account.maildir is not None:
            from inboxtriage.mailbox.maildir import MaildirMailbox

            return MaildirMailbox(account.maildir)
        if account.imap is None:
            raise InboxTriageError(f"account {account.name} has no mailbox", do="mend [accounts.imap]")
        from inboxtriage.credentials.source import sign_in_secret
        from inboxtriage.mailbox.imap.mailbox import ImapMailbox

        return ImapMailbox(account.imap, secret or sign_in_secret(account, account.imap, self.clock))

    def transport(self, account: Account, *, secret: "Callable[..., str] | None" = None) -> "Transport":
        """What carries the account's mail out; `secret` where it is not kept yet."""
        if account.maildir is not None:
            from inboxtriage.outbox.maildir import MaildirTransport

            return MaildirTransport(account.maildir.outgoing)
        if account.smtp is None:
            raise InboxTriageError(f"account {account.name} cannot send", do="mend [accounts.smtp]")
        from inboxtriage.credentials.source import sign_in_secret
        from inboxtriage.outbox.smtp import SmtpTransport

        return SmtpTransport(account.smtp, secret or sign_in_secret(account, account.smtp, self.clock))

    def close(self) -> None:
        """Give back what was opened."""
        if "db" in self.__dict__:
            self.db.close()


def load_classifier(own: Path | None) -> tuple["Classifier | None", str | None]:
    """The owner's own model where there is a usable one, else the shipped; and what was wrong, if something was."""
    from inboxtriage.triage.model.predict import LinearClassifier
    from inboxtriage.triage.model.weights import load

    problem = None
    for folder in (own, shipped.folder("models") / "shipped"):
        if folder is None or not folder.is_dir():
            continue
        try:
            return LinearClassifier(load(folder)), problem
        except ModelUnusable as error:
            problem = problem or str(error)
    return None, problem or "there is no model: run `inboxtriage train`"

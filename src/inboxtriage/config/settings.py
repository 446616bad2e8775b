"""The configuration as typed sections. Every key the program reads stands here, with its default.

A practice fact that is None is missing: the sentence that needs it is blocked, never invented.
"""

from datetime import date
from pathlib import Path
from typing import Any, Literal

import msgspec

Security = Literal["tls", "starttls", "none"]
PASSWORD_KEYS = ("password_file", "password_env", "password_command", "password_credential")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Section(msgspec.Struct, frozen=True):
    """A table of the configuration file; unknown keys in it are problems."""


class Insurance(Section, frozen=True):
    """How sessions are paid for."""

    in_network: tuple[str, ...] | None = None
    out_of_network: Literal["superbill", "none"] | None = None
    fee: str | None = None
    fees: dict[str, str] = {}  # for whom or for what -> the fee, where it differs
    sliding_scale: str | None = None
    payment: str | None = None
    eap: tuple[str, ...] | None = None


class Hours(Section, frozen=True):
    """When and where appointments happen; a day left out is closed. Spans are "HH:MM-HH:MM"."""

    mon: tuple[str, ...] = ()
    tue: tuple[str, ...] = ()
    wed: tuple[str, ...] = ()
    thu: tuple[str, ...] = ()
    fri: tuple[str, ...] = ()
    sat: tuple[str, ...] = ()
    sun: tuple[str, ...] = ()
    session_minutes: int | None = None
    telehealth: bool | None = None
    in_person: str | None = None
    home_visits: bool | None = None
    frequency: str | None = None
    access: str | None = None
    cancellation: str | None = None

    def spans(self) -> dict[str, tuple[str, ...]]:
        """The open days, Monday first, with their spans."""
        return {day: spans for day in DAYS if (spans := getattr(self, day))}


class CalDav(Section, frozen=True):
    """A calendar on a CalDAV server (RFC 4791) and how to sign in to it."""

    url: str
    username: str
    password_file: Path | None = None
    password_env: str | None = None
    password_command: tuple[str, ...] | None = None
    password_credential: str | None = None


class Openings(Section, frozen=True):
    """Whether there is room, and where free times are taken from."""

    accepting_new_clients: bool | None = None
    waitlist: bool | None = None
    wait: str | None = None
    calendars: tuple[str, ...] = ()
    caldav: tuple[CalDav, ...] = ()
    horizon_days: int = 14
    offer: int = 3
    buffer_minutes: int = 10
    notice_hours: int = 24
    hold_days: int = 3


class Referral(Section, frozen=True):
    """A colleague to name when the answer is a kind no."""

    name: str
    contact: str
    for_: tuple[str, ...] = msgspec.field(name="for", default=())


class Fit(Section, frozen=True):
    """Whom and what the practice works with."""

    works_with: tuple[str, ...] | None = None
    does_not_work_with: tuple[str, ...] | None = None
    helps_with: tuple[str, ...] | None = None
    does_not_help_with: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    licensed_in: tuple[str, ...] | None = None
    area: tuple[str, ...] | None = None
    about: str | None = None
    referrals: tuple[Referral, ...] = ()


class Intake(Section, frozen=True):
    """The first step that a letter proposes, and what comes with it."""

    consult: str | None = None
    booking_link: str | None = None
    forms: str | None = None
    sample: str | None = None


class Clients(Section, frozen=True):
    """What clients are told when they begin, and how they reach the practice."""

    expect: str | None = None
    reply_within: str | None = None  # None: worked out from [standards]
    phone: str | None = None
    urgent: str | None = None
    emergencies: str | None = None
    paperwork: str | None = None


class Nouns(Section, frozen=True):
    """What the practice calls one meeting and the people it works with; else its profile decides."""

    session: str | None = None
    clients: str | None = None


class UrgentText(Section, frozen=True):
    """The owner's own safety text; empty means that urgent mail gets no draft."""

    text: str = ""


class Practice(Section, frozen=True):
    """The facts that replies may state."""

    name: str | None = None
    owner: str | None = None
    timezone: str = "UTC"
    profile: Literal["therapist", "general", "seasonal"] = "therapist"
    insurance: Insurance = Insurance()
    hours: Hours = Hours()
    openings: Openings = Openings()
    fit: Fit = Fit()
    intake: Intake = Intake()
    clients: Clients = Clients()
    words: Nouns = Nouns()
    urgent: UrgentText = UrgentText()
    translations: dict[str, dict[str, Any]] = {}  # language -> the same tables, with the facts in its words


class Server(Section, frozen=True):
    """One mail server and how to sign in to it. The secret itself is never in the file."""

    host: str
    username: str
    port: int = 0  # 0: the usual port of protocol and security
    security: Security = "tls"
    ca_file: Path | None = None
    password_file: Path | None = None
    password_env: str | None = None
    password_command: tuple[str, ...] | None = None
    password_credential: str | None = None
    auth: Literal["password", "oauth2"] = "password"


class OAuth2(Section, frozen=True):
    """Where the permission to sign in is given and renewed (RFC 6749), for servers with `auth = "oauth2"`."""

    client_id: str
    auth_url: str = ""
    token_url: str = ""
    device_url: str | None = None
    scopes: tuple[str, ...] = ()
    client_secret_env: str | None = None
    client_secret_command: tuple[str, ...] | None = None
    token_file: Path | None = None  # None: the system keyring


class MaildirFolders(Section, frozen=True):
    """An account that lives in local folders instead of on servers."""

    inbox: Path
    outgoing: Path
    sent: Path


class Account(Section, frozen=True):
    """One mailbox that is read and answered from."""

    name: str
    address: str
    aliases: tuple[str, ...] = ()
    since: str | None = None  # a date, or "all"
    folders: tuple[str, ...] = ("INBOX",)
    watch_junk: bool = False
    save_sent: Literal["auto", "yes", "no"] = "auto"
    drafts_folder: bool = True
    provider: str | None = None  # a preset's name; None: the one that serves the address
    oauth2: OAuth2 | None = None
    imap: Server | None = None
    smtp: Server | None = None
    maildir: MaildirFolders | None = None

    def __post_init__(self) -> None:
        """One name for one folder: INBOX is the same in any case (RFC 3501 section 5.1), and nothing is read twice."""
        named = ("INBOX" if folder.upper() == "INBOX" else folder for folder in self.folders)
        msgspec.structs.force_setattr(self, "folders", tuple(dict.fromkeys(named)))

    @property
    def start(self) -> date | None:
        """The day from which a first pass reads; None where `since` is "all" or not given."""
        return None if self.since in {None, "all"} else date.fromisoformat(str(self.since))

    def own_addresses(self) -> frozenset[str]:
        """Every address of this account, lower case."""
        return frozenset(a.lower() for a in (self.address, *self.aliases))


class StoreFolder(Section, frozen=True):
    """Where the database, the model and the backups live."""

    path: Path | None = None  # None: the user's data folder
    keep_text_days: int = 0  # 0: for ever


class Review(Section, frozen=True):
    """How approvals behave."""

    undo_seconds: int = 60


class Triage(Section, frozen=True):
    """How much is drafted in one pass before the owner is asked."""

    max_drafts_per_pass: int = 500


class Service(Section, frozen=True):
    """How the daemon behaves."""

    poll_seconds: int = 300
    idle_seconds: int = 540
    quiet_hours: int = 0  # 0: silence is never alarming
    alarm_command: tuple[str, ...] | None = None
    desktop_alarm: bool = True


class Sending(Section, frozen=True):
    """How much may leave in a time, as a last guard against a loop or a slip."""

    per_hour: int = 1_000
    per_person: int = 4  # within 24 hours
    acknowledgements_per_hour: int = 60


class Absence(Section, frozen=True):
    """Days on which nobody is in the office, both ends included.

    `cover` is who stands in, with how to reach them; `acknowledge`: who writes meanwhile may be told, once, by a text
    that was approved beforehand; `note` is the owner's own and stands in no letter.
    """

    from_: date = msgspec.field(name="from")
    until: date
    cover: str = ""
    acknowledge: bool = False
    note: str = ""


class Standards(Section, frozen=True):
    """How soon an answer is due, in office hours, by disposition and by label; the soonest counts."""

    urgent: float = 1
    reply: float = 8
    read: float = 16
    quarantine: float = 16
    labels: dict[str, float] = {}
    tiers: dict[str, float] = {}
    holidays: tuple[str, ...] = ()  # dates, and codes of countries or their parts ("US", "US-NY")
    absences: tuple[Absence, ...] = ()


class Journey(Section, frozen=True):
    """How letters that the journey's plan asks for are written and when they leave; the plan is a file of its own."""

    draft_touches: bool = True
    letters_per_day: int = 20
    letters_from: str = "08:00"
    letters_until: str = "20:00"
    digest: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun", "never"] = "mon"


class Responses(Section, frozen=True):
    """Where the owner's own response files lie; they override the shipped ones file by file."""

    path: Path | None = None
    language: str = "en"


class Settings(Section, frozen=True):
    """The whole file."""

    practice: Practice = Practice()
    accounts: tuple[Account, ...] = ()
    store: StoreFolder = StoreFolder()
    responses: Responses = Responses()
    review: Review = Review()
    triage: Triage = Triage()
    service: Service = Service()
    sending: Sending = Sending()
    standards: Standards = Standards()
    journey: Journey = Journey()

    def own_addresses(self) -> frozenset[str]:
        """Every address of every account, lower case."""
        return frozenset().union(*(a.own_addresses() for a in self.accounts))

    def account(self, name: str) -> Account | None:
        """The account of that name, or None when the file no longer has it."""
        return next((a for a in self.accounts if a.name == name), None)

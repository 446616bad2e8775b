"""Past mail: what the owner wrote by hand in Sent, and the mails which that answers. Nothing is stored or changed.

Headers come first; bytes are fetched only of answers whose question lies there. A forward, an automatic reply, a letter
that this program sent, and a mail to somebody else than the one who asked answer nobody.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email import message_from_bytes

from inboxtriage.config.settings import Account
from inboxtriage.errors import FolderGone
from inboxtriage.mailbox.protocol import Arrival, Mailbox
from inboxtriage.message import header
from inboxtriage.message.automated import is_marked
from inboxtriage.message.model import Message
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.elsewhere.own_mail import own_mail
from inboxtriage.service.sorting import message_of
from inboxtriage.store import outgoing
from inboxtriage.store.messages import content_key
from inboxtriage.triage.language import language_of
from inboxtriage.triage.verdict import Verdict

LOOK_BACK = timedelta(days=366)
MOST_SENT = 1_000
_ASKED_BEFORE = timedelta(days=60)  # how long before its answer a mail may have come
_HEADERS_AT_ONCE = 500

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A mail that somebody wrote, as it was read and judged now."""

    account: str
    raw: bytes
    message: Message
    verdict: Verdict
    received_at: datetime
    content_key: str

    @property
    def person(self) -> str:
        """Who wrote, in lower case; a mail without any address is a person of its own."""
        person, sender = self.message.person, self.message.sender
        return (person.address or person.answer_to or (sender.address if sender else self.content_key)).lower()


@dataclass(frozen=True, slots=True)
class Answered:
    """A mail and the first answer of the owner's own: its new words, without what they quote or sign with."""

    asked: Asked
    words: str
    language: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Past:
    """What was read. `sent` counts the mails looked at, without those that this program sent.

    `names` are the words of every name that stands in a header.
    """

    since: date
    sent: int
    answered: tuple[Answered, ...]
    names: frozenset[str]

    @property
    def inquiries(self) -> tuple[Answered, ...]:
        """Those in which a person asks something that is answered by a letter."""
        return tuple(one for one in self.answered if one.asked.verdict.kind == "inquiry" and one.asked.verdict.labels)


@dataclass(frozen=True, slots=True)
class _Head:
    """A mail in a folder by its headers; `answers`: the nearest mail before it, where it names one."""

    uid: str
    message_id: str | None
    answers: str | None
    to: frozenset[str]
    names: frozenset[str]
    counts: bool
    marked: bool  # this program sent it


def read(a: Assembly, accounts: Iterable[Account], since: date | None, progress: Progress) -> Past:
    """Read what was sent since that day (else within a year), the newest thousand of each account at most.

    Raises Unreachable, SignInFailed or SecretMissing.
    """
    start = since or (a.clock.now() - LOOK_BACK).date()
    sent, answered, names = 0, list[Answered](), set[str]()
    for account in accounts:
        mailbox = a.mailbox(account)
        try:
            counted, pairs, seen = _read(a, account, mailbox, start, progress)
        finally:
            mailbox.close()
        sent, answered, names = sent + counted, [*answered, *pairs], names | seen
    return Past(start, sent, tuple(sorted(answered, key=lambda one: one.at)), frozenset(names))


def _read(
    a: Assembly, account: Account, mailbox: Mailbox, start: date, progress: Progress
) -> tuple[int, list[Answered], set[str]]:
    folder = mailbox.sent_folder()
    if folder is None:
        return 0, [], set()
    progress(f"{account.name}: what you sent")
    uids = mailbox.listing(folder, above=None, since=start).uids[-MOST_SENT:]
    ours = outgoing.message_ids(a.db)
    heads = [
        head
        for head in _heads(mailbox, folder, uids, progress)
        if not head.marked and (head.message_id is None or head.message_id not in ours)
    ]
    names = {name for head in heads for name in head.names}
    wanted = {head.answers for head in heads if head.counts and head.answers}
    places, found = _places(mailbox, account, wanted, start - _ASKED_BEFORE, progress)
    names |= found
    asked: dict[str, Asked] = {}
    for box, there in places.items():
        for arrival in _fetched(mailbox, box, list(there), progress):
            one = _asked(a, account, arrival)
            if one is not None:
                asked[there[arrival.uid]] = one
    names |= {name for one in asked.values() for name in _words_of(one.message.person.name or "")}
    answers = {
        head.uid: asked[head.answers]
        for head in heads
        if head.counts and head.answers in asked and head.to & _addresses(asked[head.answers].message)
    }
    pairs: dict[str, Answered] = {}
    for arrival in _fetched(mailbox, folder, list(answers), progress):
        mine = message_of(arrival.raw or b"", frozenset())
        question = answers[arrival.uid]
        if mine is None or not mine.words.new.strip():
            continue
        at = mine.date or arrival.received_at
        if question.content_key not in pairs or at < pairs[question.content_key].at:
            pairs[question.content_key] = Answered(question, mine.words.new, language_of(mine.words.new), at)
    return len(heads), list(pairs.values()), names


def _places(
    mailbox: Mailbox, account: Account, wanted: set[str], since: date, progress: Progress
) -> tuple[dict[str, dict[str, str]], set[str]]:
    """Where the wanted mails lie: folder -> uid -> Message-ID; and the names met on the way.

    The folders that are read come first; where mail is put away is looked into only for what lacks there.
    """
    found: dict[str, dict[str, str]] = {}
    names: set[str] = set()
    missing = set(wanted)
    read_folders = mailbox.folders(account.folders, junk=False)
    for folder in dict.fromkeys([*read_folders, *mailbox.archives()]):
        if not missing:
            break
        progress(f"{account.name}: {folder}")
        try:
            uids = mailbox.listing(folder, above=None, since=since).uids
            for head in _heads(mailbox, folder, uids, progress):
                if head.message_id in missing:
                    names |= head.names
                    missing.discard(head.message_id)
                    found.setdefault(folder, {})[head.uid] = head.message_id
        except FolderGone:
            continue
    return found, names


def _heads(mailbox: Mailbox, folder: str, uids: Sequence[str], progress: Progress) -> Iterator[_Head]:
    for start in range(0, len(uids), _HEADERS_AT_ONCE):
        some = uids[start : start + _HEADERS_AT_ONCE]
        progress(f"{folder}: headers of {start + len(some)} of {len(uids)} mails")
        for uid, head in zip(some, mailbox.headers(folder, some), strict=True):
            yield _head(uid, head.replace(b"\r\n", b"\n").partition(b"\n\n")[0] + b"\n\n")


def _head(uid: str, raw: bytes) -> _Head:
    """The headers of a mail. The nearest mail before it is that of In-Reply-To; without one, the last reference."""
    headers = header.values(message_from_bytes(raw))
    mail = own_mail(raw)
    before = header.ids(" ".join(headers.get("in-reply-to", ()))) or header.ids(" ".join(headers.get("references", ())))
    people = [
        one for name in ("from", "to", "cc") for value in headers.get(name, ()) for one in header.addresses(value)
    ]
    return _Head(
        uid,
        mail.message_id,
        before[-1] if before and mail.answers else None,
        mail.to,
        frozenset(word for one in people for word in _words_of(one.name)),
        counts=not mail.forward and mail.token is None,
        marked=is_marked(headers),
    )


def _fetched(mailbox: Mailbox, folder: str, uids: Sequence[str], progress: Progress) -> Iterator[Arrival]:
    """The mails of a folder that came whole."""
    done = 0
    for batch in mailbox.fetch(folder, uids):
        for arrival in batch:
            done += 1
            progress(f"{folder}: reading {done} of {len(uids)}")
            if arrival.raw is not None and not arrival.cut:
                yield arrival


def _asked(a: Assembly, account: Account, arrival: Arrival) -> Asked | None:
    """A mail as read and judged; None for our own, for a machine's, and for what cannot be read."""
    raw = arrival.raw or b""
    found = a.sorter.sort(raw)
    mail = found.message
    if mail is None or found.verdict.disposition in {"quarantine", "ignore"} or not mail.words.new.strip():
        return None
    if mail.sender is not None and header.is_own(mail.sender.address, a.settings.own_addresses()):
        return None
    return Asked(account.name, raw, mail, found.verdict, arrival.received_at, content_key(raw, mail))


def _addresses(message: Message) -> set[str]:
    """Every address at which the writer of a mail is answered."""
    sender = message.sender.address if message.sender else None
    return {one.lower() for one in (sender, message.person.answer_to, message.person.address) if one}


def _words_of(name: str) -> set[str]:
    """The words of a person's name, in lower case."""
    cleaned = "".join(letter if letter.isalpha() or letter in "'’-" else " " for letter in name)
    return {word.casefold().strip("'’-") for word in cleaned.split() if len(word.strip("'’-")) > 1}

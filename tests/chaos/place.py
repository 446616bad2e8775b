"""Where a fault is tried again and again: a practice, its mailbox and its peer, put back as they were before each try."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

from tests.chaos.invariants import SMTP_PASSWORD, inquiry
from tests.peers.dovecot import Dovecot, Mailbox
from tests.peers.postfix import Postfix
from tests.peers.smtp import SmtpPeer, Taken
from tests.practice import Done, Practice

Prepare = Callable[[Practice], None]


def read(practice: Practice) -> None:
    """A draft waits, and was shown."""
    practice.ok("poll")
    practice.queue()


def approved(practice: Practice) -> None:
    """A mail is due."""
    read(practice)
    practice.ok("approve", "m1")


def away(practice: Practice) -> None:
    """Nobody is there, and who writes may be told."""
    today = datetime.now(UTC).date()
    absence = f"from = {today - timedelta(days=2)}\nuntil = {today + timedelta(days=9)}\nacknowledge = true\n"
    text = practice.config.read_text().replace("[practice]\n", '[practice]\nprofile = "general"\n')
    practice.config.write_text(f"{text}\n[[standards.absences]]\n{absence}")
    practice.ok("absence", "approve", "--sha256", practice.ok("absence", "show", "--json").json["sha256"])


@dataclass
class Place:
    """A practice at one path. `box` is None where its account lives in folders."""

    practice: Practice
    box: Mailbox | None
    smtp: SmtpPeer | None
    delivered: int
    postfix: Postfix | None = None  # where it stands between the program and the peer
    said: list[Done] = field(default_factory=list)

    @classmethod
    def on_dovecot(
        cls,
        home: Path,
        dovecot: Dovecot,
        smtp: SmtpPeer,
        mails: int,
        prepare: Prepare | None,
        postfix: Postfix | None = None,
    ) -> "Place":
        """With a mailbox on a real server and a peer that takes mail, directly or from Postfix."""
        smtp.password = SMTP_PASSWORD
        box = dovecot.mailbox()
        box.deliver(*(inquiry(n) for n in range(1, mails + 1)))
        box.validity()  # a look makes the mailbox where nothing was delivered
        practice = Practice.on_servers(home, box, smtp, smtp_security="starttls" if smtp.tls or postfix else "none")
        if postfix is not None:
            config = practice.config.read_text()
            practice.config.write_text(config.replace(f"port = {smtp.port}", f"port = {postfix.port}"))
        return cls(practice, box, smtp, mails, postfix)._kept(prepare)

    @classmethod
    def away(cls, home: Path, dovecot: Dovecot, smtp: SmtpPeer, *, read: bool) -> "Place":
        """With an absence that is acknowledged, and a mail that came in it; `read`: which is read already."""
        place = cls.on_dovecot(home, dovecot, smtp, 0, away)
        assert place.box is not None
        place.box.deliver(inquiry(1))
        place.delivered = 1
        if read:
            place.practice.ok("poll")
        return place._kept(None)

    @classmethod
    def tapped(cls, home: Path, dovecot: Dovecot, port: int, smtp: SmtpPeer, mails: int) -> "Place":
        """With a mailbox that is reached in clear through a proxy at `port`."""
        box = dovecot.mailbox()
        box.deliver(*(inquiry(n) for n in range(1, mails + 1)))
        practice = Practice.on_servers(home, box, smtp, imap_security="none")
        config = practice.config.read_text()
        practice.config.write_text(config.replace(f"port = {dovecot.plain_port}", f"port = {port}"))
        return cls(practice, box, smtp, mails)._kept(_nothing_yet)

    @classmethod
    def scripted(cls, home: Path, port: int, mails: int) -> "Place":
        """With a mailbox on a scripted server, which has `mails`."""
        return cls(Practice.on_scripted(home, port), None, None, mails)._kept(_nothing_yet)

    @classmethod
    def in_folders(cls, home: Path, mails: int, prepare: Prepare | None) -> "Place":
        """With folders alone."""
        practice = Practice.in_folders(home)
        for n in range(1, mails + 1):
            practice.receive(inquiry(n))
        return cls(practice, None, None, mails)._kept(prepare)

    def _kept(self, prepare: Prepare | None) -> "Place":
        if prepare is not None:
            prepare(self.practice)
        for lies, kept in self._folders():
            shutil.rmtree(kept, ignore_errors=True)
            _copy(lies, kept)
        return self

    def put_back(self) -> None:
        """As it was, at the same path."""
        for lies, kept in self._folders():
            shutil.rmtree(lies)
            _copy(kept, lies)
        self.said.clear()
        if self.smtp is not None:
            self.smtp.taken.clear()
            self.smtp.commands.clear()
            self.smtp.misbehave.clear()
            self.smtp.bodies_begun = 0

    def run(self, *words: str) -> Done:
        """Run the program; what it said is remembered."""
        done = self.practice.run(*words)
        self.said.append(done)
        return done

    @property
    def taken(self) -> list[Taken]:
        """What was accepted: by the peer, or into the outgoing folder."""
        if self.postfix is not None:
            self.postfix.wait_until_empty()
        if self.smtp is not None:
            return self.smtp.taken
        return [Taken("", [_to(raw)], raw) for raw in self.practice.outgoing()]

    def copies_in_sent(self) -> int:
        """How many mails the Sent folder holds."""
        if self.box is not None:
            return len(self.box.messages("Sent"))
        return sum(path.is_file() for part in ("new", "cur") for path in (self.practice.home / "sent" / part).iterdir())

    def marks(self) -> list[tuple[bytes, ...]]:
        """The flags of each message of the inbox."""
        if self.box is not None:
            return list(self.box.flags().values())
        names = [path.name for part in ("new", "cur") for path in (self.practice.home / "inbox" / part).iterdir()]
        return [tuple(_FLAGS[c] for c in name.partition(":2,")[2]) for name in names]

    def _folders(self) -> list[tuple[Path, Path]]:
        """What is put back, and where it is kept meanwhile."""
        found = [(self.practice.home, self.practice.home.with_name(self.practice.home.name + ".kept"))]
        if self.box is not None:
            lies = self.box.server.folder / "mail" / self.box.user
            found.append((lies, lies.with_name(lies.name + ".kept")))
        return found


_FLAGS = {"S": b"\\Seen", "R": b"\\Answered", "F": b"\\Flagged", "T": b"\\Deleted", "D": b"\\Draft"}


def _nothing_yet(practice: Practice) -> None:
    """The store is made, so that each try is short."""
    practice.ok("status")


def _copy(what: Path, to: Path) -> None:
    """A folder with its owners, modes and times."""
    subprocess.run(["cp", "-a", str(what), str(to)], check=True)


def _to(raw: bytes) -> str:
    return str(message_from_bytes(raw)["To"]).strip()

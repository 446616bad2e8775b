"""A practice for a test: its configuration, its folders, and the program run on it as a user would run it."""

import json
import os
import subprocess
import sys
import textwrap
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from inboxtriage.config.load import load
from inboxtriage.service.assembly import Assembly
from tests.peers.dovecot import PASSWORD, Mailbox
from tests.peers.smtp import SmtpPeer

FACTS = """
[practice]
name = "Harbor Counseling"
owner = "Maya Rao, PhD"
timezone = "America/New_York"

[practice.insurance]
in_network = ["Aetna", "Cigna"]
out_of_network = "superbill"
fee = "$160 for 50 minutes"
sliding_scale = ""

[practice.hours]
mon = ["09:00-17:00"]
tue = ["09:00-13:00", "15:00-19:00"]
wed = ["09:00-17:00"]
thu = ["11:00-19:00"]
fri = ["09:00-14:00"]
session_minutes = 50
telehealth = true
in_person = "12 Harbor St, Brooklyn"

[practice.openings]
accepting_new_clients = true
waitlist = true

[practice.fit]
works_with = ["adults", "couples", "teens"]
"""
ADDRESS, ALIAS = "hello@harbor.example", "maya@harbor.example"
# Words that the classifier is sure of, so that tests of everything else do not hang on its finer judgement.
ASKS_INSURANCE = "Hello, I am looking for a therapist. Do you take Aetna, and what is your fee per session? Thank you."
ASKS_ROOM = "Hello, are you accepting new clients at the moment, and how soon could I be seen? Thank you."


def mail(
    body: str = ASKS_INSURANCE,
    *,
    sender: str = "Jane Doe <jane@example.org>",
    subject: str = "Therapy",
    message_id: str | None = None,
    to: str = ADDRESS,
    **headers: str,
) -> bytes:
    """A plain mail as its bytes. Header names are written with underscores."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made["Date"] = format_datetime(datetime.now(UTC))
    made["Message-ID"] = message_id or f"<{os.urandom(8).hex()}@example.org>"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(body)
    return made.as_bytes()


def plain_text(sent: EmailMessage) -> str:
    """The words of a mail that was sent, its flowed lines joined again (RFC 3676)."""
    part = sent.get_body(("plain",))
    assert part is not None
    text: str = part.get_content()
    lines = ("\n" + text).replace("\r\n", "\n").replace("\n ", "\n").split("\n")[1:]
    return "".join(line if line.endswith(" ") and line != "-- " else line + "\n" for line in lines).rstrip("\n") + "\n"


@dataclass(frozen=True)
class Done:
    """How a run of the program ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its one JSON document."""
        return json.loads(self.out)


@dataclass
class Practice:
    """Where everything of one practice lies."""

    home: Path
    config: Path
    environment: dict[str, str] = field(default_factory=dict)

    @classmethod
    def in_folders(cls, home: Path, more: str = "") -> "Practice":
        """A practice whose account lives in Maildir folders."""
        for box in ("inbox", "sent", "outgoing"):
            for part in ("cur", "new", "tmp"):
                (home / box / part).mkdir(parents=True, exist_ok=True)
        account = f"""
        [[accounts]]
        name = "practice"
        address = "{ADDRESS}"
        aliases = ["{ALIAS}"]
        since = "all"
          [accounts.maildir]
          inbox = "inbox"
          outgoing = "outgoing"
          sent = "sent"
        """
        return cls._written(home, account, more)

    @classmethod
    def on_servers(
        cls,
        home: Path,
        mailbox: Mailbox,
        smtp: SmtpPeer,
        *,
        imap_security: str = "tls",
        smtp_security: str = "none",
        since: str = '"all"',
        more: str = "",
    ) -> "Practice":
        """A practice with a real IMAP account and an SMTP peer."""
        ca = mailbox.server.certificate.authority
        imap_port = mailbox.server.tls_port if imap_security == "tls" else mailbox.server.plain_port
        since_line = f"since = {since}" if since else ""
        account = f"""
        [[accounts]]
        name = "practice"
        address = "{ADDRESS}"
        aliases = ["{ALIAS}"]
        {since_line}
          [accounts.imap]
          host = "localhost"
          port = {imap_port}
          security = "{imap_security}"
          username = "{mailbox.user}"
          ca_file = "{ca}"
          password_env = "TEST_IMAP_PASSWORD"
          [accounts.smtp]
          host = "localhost"
          port = {smtp.port}
          security = "{smtp_security}"
          username = "{ADDRESS}"
          ca_file = "{ca}"
          password_env = "TEST_SMTP_PASSWORD"
        """
        made = cls._written(home, account, more)
        made.environment |= {"TEST_IMAP_PASSWORD": PASSWORD, "TEST_SMTP_PASSWORD": smtp.password}
        return made

    @classmethod
    def on_scripted(cls, home: Path, imap_port: int) -> "Practice":
        """A practice whose mailbox is on a scripted server of tests.peers.imap; nothing listens where it would send."""
        made = cls.in_folders(home)
        before, _, rest = made.config.read_text().partition("[accounts.maildir]")
        server = f'host = "localhost"\nport = {{}}\nsecurity = "none"\nusername = "{ADDRESS}"\npassword_env = "PEER"\n'
        servers = f"[accounts.imap]\n{server.format(imap_port)}[accounts.smtp]\n{server.format(9)}"
        made.config.write_text(before + servers + rest[rest.index("[store]") :])
        made.environment["PEER"] = "any"
        return made

    @classmethod
    def _written(cls, home: Path, account: str, more: str) -> "Practice":
        home.mkdir(parents=True, exist_ok=True)
        config = home / "config.toml"
        store = '\n[store]\npath = "store"\n[review]\nundo_seconds = 0\n'
        config.write_text(FACTS + textwrap.dedent(account) + store + more)
        # Where the program remembers what it sent: here too for tests that run it inside their own process.
        return cls(home, config, {"XDG_STATE_HOME": str(home / "state")})

    def run(self, *words: str, stdin: str | None = None, timeout: float = 600) -> Done:
        """Run the program as a process."""
        done = subprocess.run(
            self.command(*words),
            capture_output=True,
            text=True,
            input=stdin,
            timeout=timeout,
            env=self.env(),
            check=False,
            stdin=subprocess.DEVNULL if stdin is None else None,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """Start the program and leave it running."""
        return subprocess.Popen(
            self.command(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.env()
        )

    def ok(self, *words: str, stdin: str | None = None) -> Done:
        """Run the program; it must succeed."""
        done = self.run(*words, stdin=stdin)
        assert done.code == 0, (words, done)
        return done

    def command(self, *words: str) -> list[str]:
        """The command line of a run."""
        return [sys.executable, "-m", "inboxtriage", "--config", str(self.config), *words]

    def env(self) -> dict[str, str]:
        """The environment of a run: no keyring, no configuration of the person who runs the tests."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}
        hidden = {"HOME": str(self.home), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
        return kept | hidden | self.environment

    def assembly(self) -> Assembly:
        """The same practice inside this process."""
        os.environ.update(self.environment)
        return Assembly(load(self.config))

    def receive(self, raw: bytes, *, name: str | None = None, days_ago: float = 0) -> Path:
        """Put a mail into the Maildir inbox."""
        path = self.home / "inbox" / "new" / (name or f"{os.urandom(8).hex()}.test")
        path.write_bytes(raw)
        at = (datetime.now(UTC) - timedelta(days=days_ago)).timestamp()
        os.utime(path, (at, at))
        return path

    def outgoing(self) -> list[bytes]:
        """What was delivered into the outgoing folder."""
        return [path.read_bytes() for path in sorted((self.home / "outgoing" / "new").iterdir())]

    def queue(self) -> list[dict[str, Any]]:
        """`queue --json`, by which drafts also count as shown."""
        found: list[dict[str, Any]] = self.ok("queue", "--json").json
        return found

    def queue_all(self) -> list[dict[str, Any]]:
        """`queue --all --json`: every message known, settled ones too."""
        found: list[dict[str, Any]] = self.ok("queue", "--all", "--json").json
        return found

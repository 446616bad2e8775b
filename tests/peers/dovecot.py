"""A private Dovecot on loopback: one server for a test session, one fresh user for each test."""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from imapclient import IMAPClient

from tests.peers.tls import Certificate

PASSWORD = "secret"
_CONFIG = """
base_dir = {folder}/run
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl_cert = <{cert}
ssl_key = <{key}
mail_location = maildir:~/Maildir
mail_fsync = never
first_valid_uid = 1
disable_plaintext_auth = no
mail_max_userip_connections = 100
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%n
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Drafts {{
    auto = subscribe
    special_use = \\Drafts
  }}
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
  mailbox Junk {{
    auto = subscribe
    special_use = \\Junk
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
  }}
}}
"""
_AS_PLAIN_USER = """
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
"""


def why_not() -> str | None:
    """Why Dovecot cannot be had here, or None."""
    if shutil.which("dovecot") is None and not Path("/usr/sbin/dovecot").exists():
        return "dovecot is not installed (apt install dovecot-imapd)"
    version = subprocess.run([_program(), "--version"], capture_output=True, text=True, check=False).stdout
    if not version.startswith("2.3."):
        return f"these tests know the configuration of Dovecot 2.3, not of {version.split()[0] if version else '?'}"
    return None


def _program() -> str:
    return shutil.which("dovecot") or "/usr/sbin/dovecot"


@dataclass
class Mailbox:
    """One user's mailbox, for the test's own hand."""

    server: "Dovecot"
    user: str

    def client(self) -> IMAPClient:
        """A second mail client, as the owner might have one."""
        context = ssl.create_default_context(cafile=str(self.server.certificate.authority))
        client = IMAPClient("localhost", port=self.server.tls_port, ssl=True, ssl_context=context, timeout=20)
        client.login(self.user, PASSWORD)
        return client

    def deliver(self, *mails: bytes, folder: str = "INBOX", flags: tuple[bytes, ...] = ()) -> None:
        """Put mails into a folder."""
        client = self.client()
        for mail in mails:
            client.append(folder, mail.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), flags)
        client.logout()

    def validity(self) -> int:
        """The UIDVALIDITY of the inbox."""
        client = self.client()
        try:
            return int(client.select_folder("INBOX", readonly=True)[b"UIDVALIDITY"])
        finally:
            client.logout()

    def flags(self, folder: str = "INBOX") -> dict[int, tuple[bytes, ...]]:
        """Every message's flags, but \\Recent, which a look by itself changes."""
        client = self.client()
        client.select_folder(folder, readonly=True)
        found = client.get_flags(client.search())
        client.logout()
        return {uid: tuple(f for f in flags if f != b"\\Recent") for uid, flags in found.items()}

    def messages(self, folder: str) -> list[bytes]:
        """The bytes of every message in a folder."""
        client = self.client()
        client.select_folder(folder, readonly=True)
        uids = client.search()
        found = client.fetch(uids, ["BODY.PEEK[]"])
        client.logout()
        return [found[uid][b"BODY[]"] for uid in sorted(found)]


@dataclass
class Dovecot:
    """The server."""

    folder: Path
    certificate: Certificate
    plain_port: int = 0
    tls_port: int = 0
    users: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it, and wait until it greets."""
        self.plain_port, self.tls_port = self.plain_port or free_port(), self.tls_port or free_port()
        root = os.geteuid() == 0
        user = pwd.getpwnam("mail") if root else pwd.getpwuid(os.geteuid())
        (self.folder / "mail").mkdir(parents=True, exist_ok=True)
        if root:
            os.chown(self.folder / "mail", user.pw_uid, user.pw_gid)
            for parent in (self.folder, *self.folder.parents):
                with contextlib.suppress(PermissionError):
                    parent.chmod(parent.stat().st_mode | 0o011)
        names = {"user": user.pw_name, "group": user.pw_gid}
        text = _CONFIG.format(
            folder=self.folder,
            cert=self.certificate.certificate,
            key=self.certificate.key,
            password=PASSWORD,
            plain=self.plain_port,
            tls=self.tls_port,
            **names,
        )
        config = self.folder / "dovecot.conf"
        config.write_text(text if root else text + _AS_PLAIN_USER.format(**names))
        self.process = subprocess.Popen([_program(), "-F", "-c", str(config)], stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.tls_port), 1):
                return
            time.sleep(0.02)
        raise RuntimeError(f"Dovecot did not start: {(self.folder / 'log').read_text()[-2000:]}")

    def stop(self) -> None:
        """Stop it and its children."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(15)
            self.process = None

    def mailbox(self) -> Mailbox:
        """A fresh user's mailbox."""
        self.users += 1
        return Mailbox(self, f"user{os.getpid()}x{self.users}")


@contextlib.contextmanager
def running(folder: Path, certificate: Certificate) -> Iterator[Dovecot]:
    """A server for the block."""
    server = Dovecot(folder, certificate)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def free_port() -> int:
    """A port of loopback on which nothing listens."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port

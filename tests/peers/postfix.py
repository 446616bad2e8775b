"""A private Postfix on loopback that hands everything on to one SMTP peer, where what it accepted can be counted."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.peers.dovecot import free_port
from tests.peers.tls import Certificate

_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = {daemons}
mail_owner = postfix
setgid_group = postdrop
myhostname = postfix.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
relayhost = [127.0.0.1]:{onward}
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
alias_maps =
alias_database =
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_tls_security_level = may
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtp_tls_security_level = none
smtp_dns_support_level = disabled
smtp_host_lookup = native
"""
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
showq unix n - n - - showq
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""
_DAEMONS = Path("/usr/lib/postfix/sbin")


def why_not() -> str | None:
    """Why Postfix cannot be had here, or None."""
    if shutil.which("postfix") is None and not Path("/usr/sbin/postfix").exists():
        return "postfix is not installed (apt install postfix)"
    if os.geteuid() != 0:
        return "Postfix starts as root only"
    return None if _DAEMONS.is_dir() else f"there is no {_DAEMONS}"


@dataclass
class Postfix:
    """The server: it takes mail on `port` and keeps it in `folder` until the peer has it."""

    folder: Path
    port: int

    def wait_until_empty(self, seconds: float = 60) -> None:
        """Wait until everything that was taken has been handed on."""
        deadline = time.monotonic() + seconds
        while any(path.is_file() for queue in ("incoming", "active", "deferred") for path in self._in(queue)):
            if time.monotonic() > deadline:
                raise RuntimeError(f"Postfix keeps mail back: {(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.02)

    def _in(self, queue: str) -> list[Path]:
        return [
            path
            for folder, _, names in os.walk(self.folder / "spool" / queue)
            for path in map(Path(folder).joinpath, names)
        ]


@contextlib.contextmanager
def running(folder: Path, certificate: Certificate, onward: int) -> Iterator[Postfix]:
    """A server for the block; it hands on to the port `onward`."""
    port, conf = free_port(), folder / "conf"
    for part in (conf, folder / "spool", folder / "data"):
        part.mkdir(parents=True)
    os.chown(folder / "data", pwd.getpwnam("postfix").pw_uid, -1)
    for parent in (folder, *folder.parents):
        with contextlib.suppress(PermissionError):
            parent.chmod(parent.stat().st_mode | 0o011)
    main = _MAIN.format(
        folder=folder, daemons=_DAEMONS, onward=onward, certificate=certificate.certificate, key=certificate.key
    )
    (conf / "main.cf").write_text(main)
    (conf / "master.cf").write_text(_MASTER.format(port=port))
    command = [shutil.which("postfix") or "/usr/sbin/postfix", "-c", str(conf)]
    process = subprocess.Popen([*command, "start-fg"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, folder / "log")
        yield Postfix(folder, port)
    finally:
        subprocess.run([*command, "stop"], capture_output=True, check=False)
        process.wait(30)


def _wait_for(port: int, log: Path) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"Postfix did not start: {log.read_text()[-2000:] if log.exists() else 'it said nothing'}")

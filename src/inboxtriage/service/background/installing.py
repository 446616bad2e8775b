"""Puts the daemon into the hands of the system's own service manager, takes it out again, says how it stands."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from inboxtriage.config.load import state_folder
from inboxtriage.errors import InboxTriageError, Refused
from inboxtriage.service.assembly import Assembly
from inboxtriage.service.background import launchd, systemd
from inboxtriage.service.background.job import Job, job, unset_names
from inboxtriage.store.database import make_private
from inboxtriage.store.lock import RUN, is_held

_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Standing:
    """How the service stands; `running` is whether a daemon holds the store, whoever started it."""

    manager: str
    file: Path
    installed: bool
    active: bool
    running: bool


def text_for(a: Assembly, config: Path) -> str:
    """What `install` would write."""
    wanted = _job(a, config)
    return launchd.agent(wanted, _log()).decode() if _is_mac() else systemd.unit(wanted)


def install(a: Assembly, config: Path) -> list[str]:
    """Write the service's file and start it; what the owner should know, a line each. Raises where it cannot."""
    file = _file()
    if file.exists() and not _is_ours(file):
        raise Refused(f"{file} is not of our making", do="move it away first")
    for folder in (a.folder, state_folder()):
        make_private(folder)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text_for(a, config), encoding="utf-8")
    notes = [f"written: {file}", *_missing(a, config)]
    return [*notes, *(_start_mac(file) if _is_mac() else _start_systemd())]


def uninstall() -> list[str]:
    """Stop the service and remove its file; store and configuration stay. Raises Refused where none is."""
    file = _file()
    if not file.exists():
        raise Refused(f"there is no {file}", do="nothing to uninstall")
    if not _is_ours(file):
        raise Refused(f"{file} is not of our making", do="remove it by hand if you want to")
    if _is_mac():
        _call("launchctl", "bootout", f"gui/{os.getuid()}/{launchd.LABEL}")
    elif _manager_answers():
        _call("systemctl", "--user", "disable", "--now", systemd.FILE)
    else:
        _call("systemctl", "--user", "disable", systemd.FILE, offline=True)
    file.unlink()
    if not _is_mac() and _manager_answers():
        _call("systemctl", "--user", "daemon-reload")
    return [f"removed: {file}", "your mail, drafts and leads, and the configuration, are where they were"]


def standing(a: Assembly) -> Standing:
    """How things stand now."""
    file = _file()
    if _is_mac():
        active = _call("launchctl", "print", f"gui/{os.getuid()}/{launchd.LABEL}") is None
    else:
        active = _call("systemctl", "--user", "is-active", "--quiet", systemd.FILE) is None
    manager = "launchd" if _is_mac() else "systemd"
    return Standing(manager, file, file.exists(), active=active, running=is_held(a.folder, RUN))


def _job(a: Assembly, config: Path) -> Job:
    return job(
        a.settings,
        python=sys.executable,
        config=config.resolve(),
        folders=(a.folder.resolve(), state_folder()),
        search_path=os.environ.get("PATH", os.defpath),
    )


def _missing(a: Assembly, config: Path) -> list[str]:
    """What the service would lack that a shell has."""
    environment = _job(a, config).environment
    try:
        text = environment.read_text(encoding="utf-8")
    except FileNotFoundError:
        text = ""
    except (OSError, UnicodeDecodeError) as error:
        raise InboxTriageError(f"{environment} cannot be read ({error})", do="mend it, then install again") from error
    if text and environment.stat().st_mode & 0o077:
        raise Refused(f"others can read {environment}, and passwords stand in it", do=f"chmod 600 {environment}")
    return [
        f"a service does not see your shell's variables: write {name}=… into {environment} (chmod 600), or use the "
        "keyring or password_command"
        for name in unset_names(a.settings, text)
    ]


def _start_systemd() -> list[str]:
    if shutil.which("systemctl") is None:
        return ["there is no systemd on this computer: start `inboxtriage run` by the means it has"]
    if not _manager_answers():
        failed = _call("systemctl", "--user", "enable", systemd.FILE, offline=True)
        later = "it starts when you sign in" if failed is None else f"not enabled ({failed})"
        return [f"systemd does not run for you here; {later}, or by `systemctl --user start {systemd.FILE}`"]
    for words in (("daemon-reload",), ("enable", systemd.FILE), ("restart", systemd.FILE)):
        failed = _call("systemctl", "--user", *words)
        if failed is not None:
            raise InboxTriageError(
                f"systemd says: {failed}", do=f"`journalctl --user -u {systemd.FILE}` says more; then install again"
            )
    notes = ["started; its log: journalctl --user -u inboxtriage"]
    if not Path("/var/lib/systemd/linger", _user()).exists():
        notes.append("so that it also runs while you are not signed in: loginctl enable-linger")
    return notes


def _start_mac(file: Path) -> list[str]:
    domain = f"gui/{os.getuid()}"
    _call("launchctl", "bootout", f"{domain}/{launchd.LABEL}")  # an earlier one, if there is one
    failed = _call("launchctl", "bootstrap", domain, str(file))
    if failed is not None:
        raise InboxTriageError(f"launchd says: {failed}", do=f"see {_log()}; then install again")
    return [f"started; its log: {_log()}", "this was never tried on a Mac by its makers: please look at `status`"]


def _file() -> Path:
    if _is_mac():
        return Path.home() / "Library" / "LaunchAgents" / launchd.FILE
    home = os.environ.get("XDG_CONFIG_HOME")
    return (Path(home) if home else Path.home() / ".config") / "systemd" / "user" / systemd.FILE


def _log() -> Path:
    return Path.home() / "Library" / "Logs" / "inboxtriage.log"


def _is_ours(file: Path) -> bool:
    text = file.read_text(encoding="utf-8", errors="replace")
    return launchd.LABEL in text if _is_mac() else text.startswith(systemd.MARK)


def _is_mac() -> bool:
    return sys.platform == "darwin"


def _user() -> str:
    return os.environ.get("USER") or os.environ.get("LOGNAME") or str(os.getuid())


def _manager_answers() -> bool:
    """Whether this user's systemd runs and can be spoken to."""
    return _call("systemctl", "--user", "show-environment") is None


def _call(*words: str, offline: bool = False) -> str | None:
    """Run a service manager's own program; None when it went well, else what it said."""
    environment = {**os.environ, "SYSTEMD_OFFLINE": "1"} if offline else None
    try:
        done = subprocess.run(
            words,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
            env=environment,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    if done.returncode == 0:
        return None
    return " ".join((done.stderr or done.stdout).split()) or f"{words[0]} ended with code {done.returncode}"

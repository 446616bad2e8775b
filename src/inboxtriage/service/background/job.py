"""What shall run in the background, and what it needs of this computer. Pure."""

from dataclasses import dataclass
from pathlib import Path

from inboxtriage.config.settings import CalDav, MaildirFolders, Server, Settings

NAME = "inboxtriage"


@dataclass(frozen=True, slots=True)
class Job:
    """`run` as a service. Paths are absolute; `writes` are the folders that it may change."""

    command: tuple[str, ...]
    writes: tuple[Path, ...]
    environment: Path  # a file of NAME=value lines, for what `password_env` names; need not be there
    search_path: str
    runs_programs: bool  # programs of the owner's own, which may need more than we do


def job(settings: Settings, *, python: str, config: Path, folders: tuple[Path, ...], search_path: str) -> Job:
    """The job for a configuration. `folders` are the store's and the state's; those of Maildir accounts are added."""
    boxes = [box for one in settings.accounts if one.maildir for box in _folders(one.maildir)]
    return Job(
        command=(python, "-P", "-m", "inboxtriage", "--config", str(config), "run"),
        writes=(*folders, *dict.fromkeys(boxes)),
        environment=config.parent / "environment",
        search_path=search_path,
        runs_programs=settings.service.alarm_command is not None
        or any(server.password_command for server in _servers(settings)),
    )


def unset_names(settings: Settings, environment: str) -> list[str]:
    """The `password_env` variables that the text of an environment file does not set, in the file's order."""
    there = {line.partition("=")[0].strip() for line in environment.splitlines() if "=" in line}
    wanted = [server.password_env for server in _servers(settings) if server.password_env]
    return [name for name in dict.fromkeys(wanted) if name not in there]


def _servers(settings: Settings) -> list[Server | CalDav]:
    mail = [server for account in settings.accounts for server in (account.imap, account.smtp) if server]
    return [*mail, *settings.practice.openings.caldav]


def _folders(maildir: MaildirFolders) -> tuple[Path, ...]:
    return (maildir.inbox, maildir.outgoing, maildir.sent)

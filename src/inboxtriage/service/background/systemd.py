"""The systemd unit (systemd.service(5), systemd.exec(5)): hardened, for one user, told when it is ready. Pure."""

from collections.abc import Iterable

from inboxtriage.service.background.job import NAME, Job

FILE = f"{NAME}.service"
MARK = "# Written by `inboxtriage service install`; your own changes belong into `systemctl --user edit inboxtriage`."

_START_SECONDS = 300  # a damaged model of the owner's own is fitted anew before the daemon is ready
_STOP_SECONDS = 35  # the daemon ends within 30 (G57)
_WATCHDOG_SECONDS = 600

# What a program needs that reads mail and talks to mail servers, and nothing else. Not here: MemoryDenyWriteExecute,
# which breaks Python's ctypes, and with it keyrings.
_HARDENING = (
    "NoNewPrivileges=yes",
    "CapabilityBoundingSet=",
    "AmbientCapabilities=",
    "ProtectSystem=strict",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "PrivateUsers=yes",
    "ProtectClock=yes",
    "ProtectControlGroups=yes",
    "ProtectHostname=yes",
    "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    "ProtectProc=invisible",
    "RemoveIPC=yes",
    "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "LockPersonality=yes",
    "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service",
    "SystemCallFilter=~@privileged",
    "SystemCallErrorNumber=EPERM",
    "LimitCORE=0",
    "UMask=0077",
)


def unit(job: Job) -> str:
    """The unit's text."""
    lines = [
        MARK,
        "[Unit]",
        "Description=inboxtriage: sorts inquiries, drafts answers, sends what was approved",
        "StartLimitIntervalSec=0",
        "",
        "[Service]",
        "Type=notify",
        f"ExecStart={' '.join(_argument(word) for word in job.command)}",
        f"EnvironmentFile=-{_escaped(str(job.environment))}",
        f"Environment={_quoted(_escaped(f'PATH={job.search_path}'))}",
        "Environment=OPENBLAS_NUM_THREADS=1",
        "Restart=on-failure",
        "RestartSec=30",
        "RestartPreventExitStatus=2",  # the configuration is wrong: trying again mends nothing
        f"TimeoutStartSec={_START_SECONDS}",
        f"TimeoutStopSec={_STOP_SECONDS}",
        f"WatchdogSec={_WATCHDOG_SECONDS}",
        "",
        *_HARDENING,
        *_home(job),
        "",
        "[Install]",
        "WantedBy=default.target",
    ]
    return "\n".join(lines) + "\n"


def _home(job: Job) -> Iterable[str]:
    if job.runs_programs:  # password_command or alarm_command, which may keep files of their own
        return ("ReadWritePaths=%h",)
    folders = " ".join(_quoted(_escaped(str(folder))) for folder in job.writes)
    return ("ProtectHome=read-only", f"ReadWritePaths={folders}")


def _argument(text: str) -> str:
    """One word of a command line (systemd.service(5), "Command lines"): "$" would be a variable."""
    return _quoted(_escaped(text).replace("$", "$$"))


def _quoted(text: str) -> str:
    """One word of a setting, whatever characters it has (systemd.syntax(7), "Quoting")."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _escaped(text: str) -> str:
    """Without specifiers (systemd.unit(5))."""
    return text.replace("%", "%%")

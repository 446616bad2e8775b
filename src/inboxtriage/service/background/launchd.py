"""The launchd property list (launchd.plist(5)) for macOS. Pure; parsed by a test, not tried on a Mac."""

import plistlib
from pathlib import Path

from inboxtriage.service.background.job import NAME, Job

LABEL = f"local.{NAME}"
FILE = f"{LABEL}.plist"


def agent(job: Job, log: Path) -> bytes:
    """The property list; `log` is the file to which the daemon's lines go."""
    return plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": list(job.command),
            "EnvironmentVariables": {"PATH": job.search_path, "OPENBLAS_NUM_THREADS": "1"},
            "RunAtLoad": True,
            "KeepAlive": {"SuccessfulExit": False},
            "ThrottleInterval": 30,
            "ExitTimeOut": 35,
            "ProcessType": "Background",
            "StandardErrorPath": str(log),
            "Umask": 0o077,
            "HardResourceLimits": {"Core": 0},
        }
    )

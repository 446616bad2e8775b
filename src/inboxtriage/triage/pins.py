"""The owner's own rules for a sender or a domain, which beat the model. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from inboxtriage.triage.verdict import Disposition, Verdict

Rule = Literal["ignore", "read", "client"]
RULES: tuple[Rule, ...] = ("ignore", "read", "client")


@dataclass(frozen=True, slots=True)
class Pin:
    """A rule for `who`: an address, or a domain as "@example.org". `lifted_at`: the owner wrote to them since."""

    who: str
    rule: Rule
    at: datetime
    hits: int = 0
    lifted_at: datetime | None = None


def pinned(verdict: Verdict, pin: Pin, *, answerable: bool) -> Verdict:
    """The verdict under a pin. What reads as danger now, and what could not be read, stays as it is."""
    if verdict.urgent or verdict.disposition == "quarantine":
        return verdict
    reason = f"you pinned {pin.who} to {pin.rule}"
    if pin.rule == "ignore":
        return replace(verdict, disposition="ignore", reason=reason, automated=reason, labels=(), evidence=())
    if pin.rule == "read":
        return replace(verdict, disposition="read", reason=reason, automated=None)
    disposition: Disposition = "reply" if verdict.labels and answerable else "read"
    return replace(verdict, disposition=disposition, reason=reason, kind="client", automated=None)

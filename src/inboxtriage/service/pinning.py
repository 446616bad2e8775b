"""Pins as the owner sets, lists and removes them."""

import re

from inboxtriage.errors import NotFound, UsageProblem
from inboxtriage.message.header import is_plain
from inboxtriage.message.plain import one_line
from inboxtriage.service.assembly import Assembly
from inboxtriage.store import pins
from inboxtriage.triage.pins import RULES, Pin

_DOMAIN = re.compile(r"@(?:[a-z0-9-]+\.)+[a-z0-9-]+")


def pin(a: Assembly, who: str, rule: str) -> Pin:
    """Pin an address, or a domain written as @example.org. Raises UsageProblem."""
    who = who.strip().lower()
    chosen = next((one for one in RULES if one == rule), None)
    if chosen is None:
        raise UsageProblem(f"there is no rule {rule!r}", do=f"choose from {', '.join(RULES)}")
    if not _DOMAIN.fullmatch(who) and not is_plain(who):
        raise UsageProblem(f"{one_line(who, 80)!r} is no address and no domain", do="write a@b.org, or @b.org")
    if who in a.settings.own_addresses():
        raise UsageProblem(f"{who} is an address of your own", do="pin other people")
    now = a.clock.now()
    with a.db.writing():
        pins.put(a.db, who, chosen, now)
    return Pin(who, chosen, now)


def unpin(a: Assembly, who: str) -> None:
    """Forget a pin. Raises NotFound."""
    with a.db.writing():
        if not pins.remove(a.db, who.strip()):
            raise NotFound(f"{one_line(who, 80)} is not pinned", do="`inboxtriage pin list` shows every one")


def everything(a: Assembly) -> list[Pin]:
    """Every pin."""
    return pins.everything(a.db)

"""Everybody as a list that other programs read, and `lead import` reads back: CSV or an address book (vCard).

What was said and noted is not in it, only what is known of people; a backup holds everything.
"""

import csv
import io
import os
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal

from inboxtriage.errors import InboxTriageError
from inboxtriage.journey.contacts import guarded
from inboxtriage.journey.history import Standing
from inboxtriage.journey.lead import CLIENT_STAGES, Lead
from inboxtriage.journey.links import referred_by
from inboxtriage.journey.tiers import client_since
from inboxtriage.journey.vcard import write_card
from inboxtriage.message.plain import one_line
from inboxtriage.service.assembly import Assembly
from inboxtriage.store import links, standings

Form = Literal["csv", "vcard"]
COLUMNS = (
    "name", "email", "phone", "stage", "outcome", "tier", "source", "referred_by", "birthday", "anniversary", "dates",
    "language", "zone", "writable", "first_seen", "client_since", "last_contact",
)  # fmt: skip
_TITLES = {"writable": "may be written to"}
_OWN_NAMES = ("birthday", "anniversary")


def export(a: Assembly, form: Form) -> tuple[str, int]:
    """The list as text, and how many people are in it; who was merged into another is not one more."""
    rows = list(_rows(a))
    if form == "vcard":
        return "".join(write_card(row) for row in rows), len(rows)
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([_TITLES.get(column, column.replace("_", " ")) for column in COLUMNS])
    writer.writerows([guarded(row[column]) for column in COLUMNS] for row in rows)
    return file.getvalue(), len(rows)


def save(text: str, to: Path) -> None:
    """Write it into a file that is the owner's alone; one that is there already is replaced as a whole."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{to.name}.", suffix=".part", dir=to.parent)  # mode 0600
        part = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(text)
            part.rename(to)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise InboxTriageError(
            f"{to} cannot be written ({error.strerror})", do="name a file in another folder"
        ) from error


def _rows(a: Assembly) -> Iterator[dict[str, str]]:
    """Everybody's cells by kind of column (`journey/columns.toml`)."""
    told, root = links.told(a.db, ["referred by"], CLIENT_STAGES), links.roots(a.db)
    family: dict[str, list[str]] = {}
    for one in told:
        family.setdefault(root.get(one, one), []).append(one)
    everybody = standings.everyone(a.db)
    by_id = {lead.id: lead for lead, _ in everybody}

    def day(moment: datetime | None) -> str:
        return moment.astimezone(a.hours.zone).date().isoformat() if moment else ""

    for lead, where in everybody:
        if lead.merged_into is not None:
            continue
        records = [told[one] for one in family.get(lead.id, ())]
        by = next((who for one in records if (who := referred_by(one)) is not None), "")
        referrer = by_id.get(root.get(by, by))
        since = min((at for one in records if (at := client_since(one)) is not None), default=None)
        yield {
            **_person(lead, where),
            "referred_by": (referrer.address or referrer.phone or "") if referrer else by,
            "first_seen": day(lead.first_seen_at),
            "client_since": day(since),
            "last_contact": day(where.last_contact.at if where.last_contact else None),
        }


def _person(lead: Lead, where: Standing) -> dict[str, str]:
    others = {what: value for what, value in where.dates.items() if what not in _OWN_NAMES}
    return {
        "name": one_line(lead.name or "", 80),
        "email": lead.address or "",
        "phone": lead.phone or "",
        "stage": where.stage,
        "outcome": where.outcome,
        "tier": where.tier or "",
        "source": lead.source,
        "birthday": where.dates.get("birthday", ""),
        "anniversary": where.dates.get("anniversary", ""),
        "dates": "; ".join(f"{what}={value}" for what, value in others.items()),
        "language": where.language or "",
        "zone": where.zone or "",
        "writable": "yes" if where.writable else "no",
    }

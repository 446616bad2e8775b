"""A practice with a plausible year behind it, for pictures of the report and for its speed. The same on every run.

`python -m benchmarks.report_sample FOLDER [--leads N] [--until DATE]` makes it; nobody in it is real.
"""

import argparse
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.practice import Practice

from inboxtriage.config.load import load
from inboxtriage.hours.office import OfficeHours, office_hours
from inboxtriage.journey.lead import EventKind
from inboxtriage.journey.stage import STAGES, Stage
from inboxtriage.store import leads
from inboxtriage.store.database import Database, stamp
from inboxtriage.store.messages import verdict_row
from inboxtriage.triage.verdict import Verdict

DAYS = 400  # before the last day
_SOURCES = {
    "email": 34,
    "form": 26,
    "voicemail": 9,
    "Psychology directory": 14,
    "Book fair": 6,
    "forward": 5,
    "by hand": 6,
}
_LABELS = {"insurance": 34, "availability": 40, "scheduling": 30, "fit": 26}
_ZONE = ZoneInfo("America/New_York")


@dataclass
class _Writer:
    """Puts rows into the store, counting messages."""

    db: Database
    dice: random.Random
    hours: OfficeHours
    end: datetime
    sent: int = 0
    events: int = 0
    keys: int = 0
    promised: list[Any] = field(default_factory=list)

    def happened(self, lead: int, kind: EventKind, at: datetime, stage: Stage | None = None, **said: str) -> None:
        if at < self.end:
            leads.happened(self.db, lead, kind, at=at, cause="sample", stage=stage, **said)
            self.events += 1

    def asked(self, lead: int, at: datetime, *, first: bool) -> datetime | None:
        """A mail of theirs, and our answer; when it left, or None."""
        dice = self.dice
        labels = tuple(dict.fromkeys(dice.choices(list(_LABELS), list(_LABELS.values()), k=dice.choice((1, 1, 2)))))
        urgent = dice.random() < 0.02
        disposition = "urgent" if urgent else ("reply" if first or dice.random() < 0.7 else "read")
        due = self.hours.after(at, {"urgent": 1, "reply": 8, "read": 16}[disposition])
        # Slower in August, better since a daemon drafts.
        slow = 2.4 if at.month == 8 else 1.35 if (self.end - at).days > 200 else 0.8
        took = dice.lognormvariate(0.9, 0.75) * slow
        answered: datetime | None = self.hours.after(at, 0.3 * took if urgent else took)
        late = answered is None or answered >= self.end
        if dice.random() < 0.04 or late:
            answered = None if dice.random() < 0.5 or late else answered
            state = "waiting" if at > self.end - timedelta(days=9) else "rejected"
        else:
            state = "answered"
        self._mail(lead, at, disposition, labels if disposition != "read" else (), due, state, answered)
        return answered if state == "answered" else None

    def _mail(
        self,
        lead: int,
        at: datetime,
        disposition: str,
        labels: Sequence[str],
        due: datetime,
        state: str,
        answered: datetime | None,
    ) -> None:
        self.keys += 1
        message = self.db.insert(
            "message",
            {
                "content_key": f"sample-{self.keys}",
                "account": "practice",
                "received_at": stamp(at),
                "references": "[]",
                "via": "from",
                "subject": "Question",
                "doubts": "[]",
                "attachments": "[]",
                "raw_sha256": "",
                "lead": lead,
            },
        )
        self.db.run("INSERT INTO raw VALUES (?, x'')", message)
        verdict = Verdict(disposition, "sample", kind="inquiry", labels=tuple(labels), confidence=0.9)  # type: ignore[arg-type]
        settled = stamp(answered) if answered and state != "waiting" else None
        row = {**verdict_row(verdict), "state": state, "settled_at": settled, "due_at": stamp(due)}
        self.db.insert("item", {"message": message, **row})
        if state == "answered" and answered:
            self._letter(message, at, answered)

    def _letter(self, message: int, at: datetime, answered: datetime) -> None:
        self.sent += 1
        draft: dict[str, Any] = {
            "message": message,
            "kind": "reply",
            "subject": "Question",
            "body": "",
            "language": "en",
            "gaps": "[]",
            "sources": "[]",
            "edited": int(self.dice.random() < 0.28),
            "written_at": stamp(min(at + timedelta(minutes=4), answered)),
            "newest": message,
        }
        self.db.insert("draft", draft)
        self.db.run(
            "INSERT INTO audit (at, actor, action, item, outgoing, draft_sha256, wire_sha256, previous, hash)"
            " VALUES (?, 'sample', 'approved', ?, ?, '', '', '', '')",
            stamp(answered),
            f"m{message}",
            f"o{self.sent}",
        )
        outgoing: dict[str, Any] = {
            "message": message,
            "account": "practice",
            "sender": "hello@harbor.example",
            "to_address": "someone@example.org",
            "subject": "Question",
            "message_id": f"<sample-{message}@harbor.example>",
            "draft_sha256": "",
            "wire_sha256": "",
            "mime": b"",
            "state": "sent",
            "approved_at": stamp(answered),
            "not_before": stamp(answered),
            "sent_at": stamp(answered),
            "audit": self.db.value("SELECT max(seq) FROM audit"),
        }
        self.db.insert("outgoing", outgoing)


def fill(practice: Practice, *, people: int, until: date, seed: int = 7) -> int:
    """Write the year into the practice's store; how many events it has."""
    settings = load(practice.config)
    assert settings.store.path is not None
    db = Database(settings.store.path)
    end = datetime(until.year, until.month, until.day, 17, tzinfo=_ZONE).astimezone(UTC)
    writer = _Writer(db, random.Random(seed), office_hours(settings), end)
    with db.writing():
        starts = sorted(writer.dice.random() ** 0.85 * DAYS for _ in range(people))
        for number, before in enumerate(sorted(starts, reverse=True)):
            _life(writer, number, end - timedelta(days=before))
    db.close()
    return writer.events


def _life(w: _Writer, number: int, came: datetime) -> None:
    """One person, from the first mail to where they are now."""
    dice = w.dice
    source = dice.choices(list(_SOURCES), list(_SOURCES.values()))[0]
    lead = leads.add(w.db, address=f"n{number}@example.org", name=None, phone=None, source=source, at=came)
    if source in {"Book fair", "by hand"}:
        w.happened(lead, "added", came, "encounter")
        came += timedelta(days=dice.uniform(0.5, 12))
        if dice.random() < 0.35:
            return
    w.happened(lead, "asked", came, "inquire")
    answered = w.asked(lead, came, first=True)
    if dice.random() < 0.16 and number > 20:
        w.happened(lead, "referred by", came, value=f"p{dice.randint(1, 20)}" if dice.random() < 0.6 else "Dr. Lee")
    at = answered or came + timedelta(days=2)
    if answered:
        w.happened(lead, "reply sent", at)
    fate = dice.random()
    if fate < 0.30:
        outcome = dice.choices(["no_answer", "withdrawn", "declined"], [5, 3, 1])[0]
        w.happened(lead, "closed", at + timedelta(days=dice.uniform(4, 16)), value=outcome)
        return
    if fate < 0.42:
        w.happened(lead, "referred out", at + timedelta(days=0.1))
        return
    _promise(w, lead, at)
    for stage in STAGES[2:]:
        at += timedelta(days=_days_before(stage, dice))
        if stage in {"enroll", "intake"} and dice.random() < 0.22:
            w.happened(lead, "closed", at, value=dice.choice(["withdrawn", "no_answer", "declined"]))
            return
        w.happened(lead, "moved", at, stage)
        if at >= w.end:
            return
        if stage == "engage":
            _work(w, lead, at)


def _promise(w: _Writer, lead: int, at: datetime) -> None:
    """A tier, and for most a promise."""
    dice = w.dice
    w.happened(lead, "tier", at + timedelta(hours=1), value=dice.choices(["A", "B", "C", ""], [2, 4, 3, 2])[0])
    if dice.random() < 0.6:
        day = (at + timedelta(days=dice.choice((2, 3, 5)))).astimezone(_ZONE).date()
        w.happened(lead, "promised", at, value=day.isoformat())
        kept = at + timedelta(days=dice.choice((1, 1, 2, 2, 2, 6)))
        if dice.random() < 0.93:
            w.happened(lead, "promise kept", kept, value=day.isoformat())


def _days_before(stage: Stage, dice: random.Random) -> float:
    low, high = {"intake": (2, 12), "enroll": (3, 15), "engage": (1, 9), "wrap_up": (90, 620)}.get(stage, (6, 24))
    return dice.uniform(low, high)


def _work(w: _Writer, lead: int, began: datetime) -> None:
    """What happens while somebody is a client."""
    dice, at = w.dice, began
    for month in range(12):
        at += timedelta(days=dice.uniform(20, 36))
        w.happened(lead, "logged", at, what="hours", value=f"{dice.choice((2, 3, 4)) * 50 / 60:.2f}")
        w.happened(lead, "logged", at, what="revenue", value=str(dice.choice((320, 480, 640))))
        if dice.random() < 0.5 and at < w.end:
            w.happened(lead, "wrote", at + timedelta(days=3))
            answered = w.asked(lead, at + timedelta(days=3), first=False) if at + timedelta(days=3) < w.end else None
            if answered:
                w.happened(lead, "reply sent", answered)
        if month in {1, 4, 8}:
            w.happened(lead, "survey sent", at, what="satisfaction")
            if dice.random() < 0.7:
                score = min(10, max(2, round(dice.gauss(8.3, 1.5))))
                w.happened(lead, "scored", at + timedelta(days=1), what="satisfaction", value=str(score))
        if dice.random() < 0.3:
            w.happened(lead, "contact", at + timedelta(days=9), what="phone")
        if dice.random() < 0.02:
            w.happened(lead, "testimonial", at, note="…")
            w.happened(lead, "consented", at, what="testimonial", value="website")
        if dice.random() < 0.04:
            return


def pad(practice: Practice, each: int) -> None:
    """Give every lead so many events, by notes and mail either way spread over the time since they came."""
    settings = load(practice.config)
    assert settings.store.path is not None
    db, dice = Database(settings.store.path), random.Random(11)
    now = datetime.now(UTC)
    with db.writing():
        rows = db.all(
            "SELECT l.id, l.first_seen_at, count(e.id) FROM lead l LEFT JOIN event e ON e.lead = l.id GROUP BY l.id"
        )
        for lead, first, have in rows:
            begun = datetime.fromisoformat(first)
            for _ in range(max(0, each - have)):
                kind: EventKind = dice.choice(("wrote", "reply sent", "contact", "noted", "letter sent"))
                leads.happened(db, lead, kind, at=begun + dice.random() * (now - begun), cause="sample")
    db.close()


def main(words: Sequence[str] | None = None) -> None:
    arguments = argparse.ArgumentParser(prog="python -m benchmarks.report_sample", description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--leads", type=int, default=160, help="how many (default 160)")
    arguments.add_argument("--events", type=int, default=0, help="at least so many events each")
    arguments.add_argument("--until", type=date.fromisoformat, default=datetime.now(UTC).date())
    given = arguments.parse_args(words)
    practice = Practice.in_folders(given.folder)
    events = fill(practice, people=given.leads, until=given.until)
    if given.events:
        pad(practice, given.events)
    print(json.dumps({"config": str(practice.config), "leads": given.leads, "events": events}))


if __name__ == "__main__":
    main()

"""Two years of a practice under a moved clock (libfaketime), told as a page that a person can read.

`python -m tests.story` writes the pages in tests/golden anew; the acceptance tests hold the program to them.
"""

import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.practice import ADDRESS, Done, Practice, plain_text

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))


@dataclass
class Story:
    """One practice, a clock that only the story moves, and what happened as it is told."""

    practice: Practice
    zone: ZoneInfo
    now: datetime
    told: list[str] = field(default_factory=list)
    sent: int = 0
    mails: int = 0

    @classmethod
    def begins(cls, practice: Practice, when: str, title: str) -> "Story":
        """A story that begins at `when`, wall-clock time of the practice."""
        zone = ZoneInfo(practice.assembly().settings.practice.timezone)
        story = cls(practice, zone, datetime.fromisoformat(when).replace(tzinfo=zone))
        practice.environment |= {
            "LD_PRELOAD": str(LIBRARIES[0]),
            "NO_FAKE_STAT": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "TZ": "UTC",
        }
        story.told += [f"# {title}"]
        story.on(when)
        return story

    def on(self, when: str) -> None:
        """Go on to `when` (YYYY-MM-DD HH:MM, the practice's wall clock)."""
        self._go(datetime.fromisoformat(when).replace(tzinfo=self.zone))

    def after(self, **span: float) -> None:
        """Go on by a span of time."""
        self._go(self.now + timedelta(**span))

    def _go(self, to: datetime) -> None:
        assert not self.told[1:] or to >= self.now, "time runs one way"
        self.now = to
        self._set_clock()
        self.told.append(f"## {to:%A %d %B %Y, %H:%M}")

    def tell(self, words: str) -> None:
        """A line of the story."""
        self.told.append(words)

    def ok(self, *words: str, stdin: str | None = None) -> Done:
        """A command that must succeed, of which the story says nothing; a few seconds after the last."""
        self.now += timedelta(seconds=5)
        self._set_clock()
        return self.practice.ok(*words, stdin=stdin)

    def _set_clock(self) -> None:
        self.practice.environment["FAKETIME"] = f"@{self.now.astimezone(UTC):%Y-%m-%d %H:%M:%S}"

    def run(self, *words: str, stdin: str | None = None) -> Done:
        """A command that must succeed, and what it says."""
        done = self.ok(*words, stdin=stdin)
        said = "\n".join(line.rstrip() for line in done.out.strip().splitlines())
        shown = " ".join(f'"{word}"' if " " in word else word for word in words)
        self.told.append(f"```text\n$ inboxtriage {shown}\n{said}\n```")
        return done

    def quietly(self, *words: str) -> Any:
        """The JSON of a command, of which the story says nothing."""
        return self.ok(*words, "--json").json

    def writes(self, sender: str, subject: str, body: str, *, answers: EmailMessage | None = None) -> str:
        """Somebody writes, and the mail is read; its id in the queue."""
        self.mails += 1
        made = EmailMessage(policy=policy.SMTP)
        made["From"], made["To"], made["Subject"] = sender, ADDRESS, subject
        made["Date"] = format_datetime(self.now)
        made["Message-ID"] = f"<story{self.mails}@example.org>"
        if answers is not None:
            made["In-Reply-To"] = made["References"] = str(answers["Message-ID"])
        made.set_content(body)
        path = self.practice.receive(made.as_bytes(), name=f"{self.mails:05d}.story")
        os.utime(path, (self.now.timestamp(), self.now.timestamp()))
        self.told.append(f"{sender} writes: *{subject}*\n\n" + _quoted(body))
        self.passes()
        newest: str = self.quietly("queue", "--all")[-1]["id"]
        return newest

    def passes(self) -> None:
        """One pass of the program, as the daemon makes it."""
        report = self.quietly("poll")
        assert not report["accounts"][0]["error"], report

    def letter(self, item: str) -> EmailMessage:
        """Approve what waits under this id and send it; the mail as it left, told in full."""
        shown = self.quietly("show", item)
        blocked = shown["draft"]["blocked"]
        assert not blocked, (item, blocked, shown["draft"]["body"])
        self.ok("approve", item, "--now")
        (mail,) = self.left()
        return mail

    def left(self) -> list[EmailMessage]:
        """What has left since we looked last, told in full."""
        paths = sorted((self.practice.home / "outgoing" / "new").iterdir(), key=lambda path: path.stat().st_mtime_ns)
        found = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths[self.sent :]]
        self.sent = len(paths)
        for mail in found:
            marks = [f"{name}: {mail[name]}" for name in ("Auto-Submitted",) if mail[name]]
            told = f"**To {mail['To']}: {mail['Subject']}**" + "".join(f" ({mark})" for mark in marks)
            self.told.append(told + "\n\n" + _quoted(plain_text(mail)))
        return found

    def waiting(self, *, letters: bool = True) -> list[dict[str, Any]]:
        """What waits in the queue; only letters of ours, or only answers."""
        return (
            [item for item in self.quietly("queue") if (item["draft"] or {}).get("kind") == "letter"]
            if letters
            else self.quietly("queue")
        )

    def written(self, name: str) -> str:
        """The id of the one letter of that name that waits."""
        found = [item["id"] for item in self.waiting() if item["letter"]["name"] == name]
        assert len(found) == 1, (name, [(i["id"], i["letter"]) for i in self.waiting()])
        one: str = found[0]
        return one

    def next_due(self, who: str) -> datetime:
        """When the next touch for somebody is due, as the program says now."""
        at = self.quietly("lead", "show", who)["next_touch_at"]
        assert at is not None, who
        return datetime.fromisoformat(at).astimezone(self.zone)

    def until_due(self, who: str) -> str:
        """Go on to the moment when the next touch for somebody is due; its day."""
        due = self.next_due(who)
        self._go(max(due, self.now) + timedelta(minutes=5))
        self.passes()
        return f"{due:%Y-%m-%d}"

    def stage(self, who: str) -> str:
        """Where somebody stands."""
        found: str = self.quietly("lead", "show", who)["stage"]
        return found

    def page(self) -> str:
        """The whole story."""
        return "\n\n".join(self.told) + "\n"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())


def as_json(value: object) -> str:
    """A value as the story tells it."""
    return json.dumps(value, ensure_ascii=False, indent=1)

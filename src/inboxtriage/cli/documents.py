"""The JSON that scripts rely on. Names and shapes are a promise (docs/json.md); fields may be added, never renamed.

Types are imported for the checker only: writing a document must not load what made it.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from inboxtriage.cli.lead_documents import Json, LeadDocuments
from inboxtriage.cli.verdicts import asks
from inboxtriage.journey.proposals import by_mail

if TYPE_CHECKING:
    from collections.abc import Iterable

    from inboxtriage.approval.audit import Entry as AuditEntry
    from inboxtriage.outbox.outgoing import Outgoing
    from inboxtriage.service.absence.approving import View
    from inboxtriage.service.absence.approving import Whole as AbsenceText
    from inboxtriage.service.doctor import Finding
    from inboxtriage.service.intake import PollReport
    from inboxtriage.service.queue import Entry, Whole
    from inboxtriage.service.sending import SendReport
    from inboxtriage.service.status import AccountStatus, Status
    from inboxtriage.service.templates import Preview
    from inboxtriage.service.upkeep.backups import Backup
    from inboxtriage.service.upkeep.forgetting import Forgotten
    from inboxtriage.store.drafts import Waiting
    from inboxtriage.triage.pins import Pin


class Documents(LeadDocuments):
    """Writes documents with every time in the practice's zone."""

    def queue(self, entries: Iterable[Entry]) -> list[Json]:
        """`queue --json`."""
        return [self.entry(entry) for entry in entries]

    def entry(self, entry: Entry) -> Json:
        """One line of the queue."""
        item, verdict, lead = entry.item, entry.item.verdict, entry.lead
        return {
            "id": item.id,
            "account": item.account,
            "disposition": verdict.disposition,
            "kind": verdict.kind,
            "from": item.sender,
            "answer_to": item.answer_to,
            "name": item.name,
            "subject": entry.subject,
            "received_at": self.time(item.received_at),
            "due_at": self.time(item.due_at),
            "labels": list(verdict.labels),
            "confidence": verdict.confidence,
            "group": entry.group,
            "folds": list(entry.folded),
            "draft": self.draft(entry.draft) if entry.draft else None,
            "lead": {"id": lead.lead.id, "stage": lead.stage, "tier": lead.tier} if lead else None,
            "state": item.state,
            "reason": verdict.reason,
            "automated": verdict.automated,
            "urgent": verdict.urgent,
            "language": verdict.language,
            "phone": item.phone,
            "snoozed_until": self.time(item.snoozed_until),
            "settled_at": self.time(item.settled_at),
            "how": item.how,
            "erased_at": self.time(item.erased_at),
            "error": verdict.error,
            "on_server": entry.on_server,
            "letter": self.letter(entry),
            "proposals": [self.proposal(one) for one in by_mail(lead.events if lead else (), item.id)],
        }

    def letter(self, entry: Entry) -> Json | None:
        """What a letter of ours that answers no mail is, and why it was written."""
        if entry.letter is None:
            return None
        letter = entry.letter
        return {"name": letter.name, "touch": letter.touch, "stage": entry.written_at_stage, "why": letter.why}

    def draft(self, waiting: Waiting) -> Json:
        """A draft as it waits."""
        draft = waiting.draft
        return {
            "to": draft.to,
            "subject": draft.subject,
            "body": draft.body,
            "sha256": waiting.sha256,
            "kind": draft.kind,
            "blocked": list(waiting.blocked),
            "language": draft.language,
            "edited": waiting.edited,
            "offers": [self.time(time) for time in draft.offers],
            "refers_to": list(draft.refers_to),
            "attachments": [Path(name).name for name in draft.attachments],
            "remarks": list(draft.remarks),
            "sources": [
                {"label": s.label, "file": s.file, "facts": list(s.facts), "text": s.text} for s in draft.sources
            ],
        }

    def whole(self, whole: Whole) -> Json:
        """`show --json`."""
        entry, verdict = whole.entry, whole.entry.item.verdict
        words = whole.words
        return {
            **self.entry(entry),
            "text": words.whole if words else None,
            "new_text": words.new if words else None,
            "signature": words.signature if words else None,
            "quoted": words.quoted if words else None,
            "unreadable": whole.read_again,
            "attachments": [asdict(a) for a in whole.attachments],
            "doubts": list(entry.item.doubts),
            "scores": verdict.scores,
            "evidence": [asdict(e) for e in verdict.evidence],
            "asks": asks(verdict.asks),
            "message_id": entry.item.message_id,
            "outbox": self.outgoing(entry.outgoing) if entry.outgoing else None,
            "events": self.events(entry.lead) if entry.lead else [],
        }

    def outgoing(self, mail: Outgoing) -> Json:
        """One line of the outbox."""
        return {
            "id": mail.id,
            "queue_id": mail.item,
            "to": mail.to,
            "subject": mail.subject,
            "message_id": mail.message_id,
            "sha256": mail.draft_sha256,
            "state": mail.state,
            "attempts": mail.attempts,
            "not_before": self.time(mail.not_before),
            "last_reply": mail.last_reply,
            "account": mail.account,
            "approved_at": self.time(mail.approved_at),
            "wire_sha256": mail.wire_sha256,
        }

    def backup(self, made: Backup, known: int) -> Json:
        """`backup --json`."""
        return {"file": str(made.path), "made_at": self.time(made.at), "bytes": made.size, "messages": known}

    def status(self, status: Status) -> Json:
        """`status --json`."""
        return {
            "running": status.running,
            "at": self.time(status.at),
            "messages": status.messages,
            "dispositions": status.dispositions,
            "states": status.states,
            "outbox": status.outbox,
            "accounts": [
                {
                    "name": one.name,
                    "last_pass_at": self.time(one.last.ended_at) if one.last else None,
                    "last_success_at": self.time(one.last.succeeded_at) if one.last else None,
                    "fetched": one.last.fetched if one.last else None,
                    "error": one.last.error if one.last else None,
                    "sender_paused": one.sender_paused,
                    "worker": self.worker(one),
                    "folders": [
                        {
                            "folder": folder.folder,
                            "in_mailbox": folder.in_mailbox,
                            "known": folder.known,
                            "before_start": folder.before_start,
                            "asked_again": folder.asked_again,
                            "missing": folder.missing,
                            "gone": folder.gone,
                            "reconciles": folder.missing == 0,
                            "at": self.time(folder.at),
                        }
                        for folder in one.folders
                    ],
                }
                for one in status.accounts
            ],
            "needs": list(status.needs),
            "away": self.absence(status.away) if status.away else None,
        }

    def absence(self, view: View) -> Json:
        """One absence, as `absence list` and `status` have it."""
        absence, given = view.absence, view.given
        return {
            "from": absence.from_.isoformat(),
            "until": absence.until.isoformat(),
            "cover": absence.cover,
            "note": absence.note,
            "acknowledge": absence.acknowledge,
            "when": view.when,
            "approval": view.approval,
            "approved_at": self.time(given.at) if given and given.action == "approved" else None,
            "approved_by": given.actor if given and given.action == "approved" else None,
            "answer_at": self.time(view.away.answer_at),
            "sent": view.sent,
            "waiting": view.waiting,
            "refused_or_unknown": view.unsure,
        }

    def absence_text(self, whole: AbsenceText) -> Json:
        """`absence show --json`."""
        return {
            **self.absence(whole.view),
            "sha256": whole.sha256,
            "gaps": list(whole.gaps),
            "texts": [
                {"language": one.language, "subject": one.subject, "body": one.body, "gaps": list(one.gaps)}
                for one in whole.texts
            ],
        }

    def worker(self, one: AccountStatus) -> Json | None:
        """What the daemon does with one account; None where none runs."""
        if one.worker is None:
            return None
        since, until = self.time(one.worker.since), self.time(one.worker.until)
        return {"doing": one.worker.doing, "since": since, "until": until, "why": one.worker.why}

    def pins(self, pins: Iterable[Pin]) -> list[Json]:
        """`pin list --json`."""
        return [
            {
                "who": pin.who,
                "rule": pin.rule,
                "hits": pin.hits,
                "at": self.time(pin.at),
                "lifted_at": self.time(pin.lifted_at),
            }
            for pin in pins
        ]

    def forgotten(self, done: Forgotten) -> Json:
        """`forget --json`."""
        return {
            "messages": list(done.messages),
            "outgoing": list(done.outgoing),
            "leads": list(done.leads),
            "unsent": done.unsent,
            "in_drafts": list(done.in_drafts),
            "model": done.model,
            "backups": [{"path": str(one.path), "at": self.time(one.at)} for one in done.backups],
            "named_in": list(done.named_in),
            "compacted": done.compacted,
        }

    def preview(self, shown: Preview) -> Json:
        """`template preview --json`."""
        draft = shown.draft
        return {
            "message": shown.of,
            "labels": list(shown.labels),
            "script": None,
            "why": shown.why,
            "draft": None
            if draft is None
            else {
                "to": draft.to,
                "subject": draft.subject,
                "body": draft.body,
                "kind": draft.kind,
                "language": draft.language,
                "blocked": list(shown.blocked),
                "gaps": list(draft.gaps),
                "offers": [self.time(time) for time in draft.offers],
                "refers_to": list(draft.refers_to),
                "stage": draft.stage,
                "attachments": [Path(name).name for name in draft.attachments],
                "remarks": list(draft.remarks),
                "sources": [asdict(source) for source in draft.sources],
            },
        }

    def audit(self, entries: Iterable[AuditEntry], faults: list[str]) -> Json:
        """`audit verify --json`."""
        return {
            "ok": not faults,
            "faults": faults,
            "records": [
                {
                    "seq": entry.seq,
                    **asdict(entry.act),
                    "at": self.time(entry.act.at),
                    "previous": entry.previous,
                    "hash": entry.hash,
                }
                for entry in entries
            ],
        }


def poll(report: PollReport) -> Json:
    """`poll --json`."""
    return {
        "fetched": report.fetched,
        **{name: report.dispositions[name] for name in ("reply", "urgent", "read", "ignore", "quarantine")},
        "drafts": report.drafts,
        "leads_new": report.leads_new,
        "accounts": [asdict(account) for account in report.accounts],
        "duplicates": report.duplicates,
        "answered_elsewhere": report.answered_elsewhere,
        "drafts_held_back": report.held_back,
        "touches": {
            "written": report.touches.written,
            "dropped": report.touches.dropped,
            "proposed": report.touches.proposed,
            "held_back": report.touches.held_back,
        },
        "notices": report.notices,
    }


def send(report: SendReport) -> Json:
    """`send --json`."""
    return asdict(report)


def checks(findings: Iterable[Finding]) -> Json:
    """`check --json`."""
    found = [asdict(finding) for finding in findings]
    return {"ok": all(finding["ok"] for finding in found), "checks": found}

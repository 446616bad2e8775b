"""The JSON of a backlog and of a group. As in `cli.documents`, types are imported for the checker only."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from inboxtriage.cli.backlog_words import commands
from inboxtriage.cli.documents import Documents
from inboxtriage.service.backlog.walk import estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from inboxtriage.approval.group import Own
    from inboxtriage.cli.lead_documents import Json
    from inboxtriage.service.backlog.cards import GroupCard
    from inboxtriage.service.backlog.cases import Case
    from inboxtriage.service.backlog.walk import Step
    from inboxtriage.service.queue import Entry


class BacklogDocuments(Documents):
    """Writes a backlog and its groups."""

    def backlog(self, steps: Sequence[Step]) -> Json:
        """`backlog --json`."""
        ahead = estimate(steps)
        return {
            **asdict(ahead),
            "minutes": ahead.minutes,
            "steps": [self.step(step, steps) for step in steps],
        }

    def step(self, step: Step, every: Sequence[Step]) -> Json:
        """One step of it."""
        return {
            "kind": step.kind,
            "group": step.group,
            "ids": [entry.item.id for entry in step.entries],
            "labels": list(step.labels) if step.group else [],
            "seconds": step.seconds,
            "commands": [f"inboxtriage {words}" for words in commands(step, every)],
            "people": [self.case(case) for case in step.cases],
        }

    def case(self, case: Case) -> Json:
        """One person of a step."""
        item, lead = case.head.item, case.head.lead
        return {
            "ids": [entry.item.id for entry in case.entries],
            "folds": [older for entry in case.entries for older in entry.folded],
            "from": item.sender,
            "answer_to": item.answer_to,
            "name": item.name,
            "lead": lead.lead.id if lead else None,
            "wanted_by": case.wanted_by.isoformat() if case.wanted_by else None,
            "aside": case.aside,
        }

    def card(self, card: GroupCard) -> Json:
        """`show G --json`."""
        return {
            "group": card.name,
            "shared": list(card.card.shared),
            "members": [
                {
                    **self.entry(entry),
                    "evidence": self.evidence(entry),
                    "besides": besides,
                    "own": [self.own(one) for one in own],
                }
                for entry, own, besides in zip(card.entries, card.card.own, card.besides, strict=True)
            ],
        }

    def evidence(self, entry: Entry) -> list[Json]:
        """The sentences that decided about one mail."""
        return [asdict(one) for one in entry.item.verdict.evidence]

    def own(self, own: Own) -> Json:
        """Paragraphs of one letter alone."""
        return {"before": own.before, "paragraphs": list(own.paragraphs)}

"""What a person has to look at twice. Pure.

Letters, before they say yes: danger, or doubt about whom it goes to. Questions, before they leave them unanswered.
"""

from inboxtriage.service.queue import Entry

_ASKING = frozenset({"inquiry", "client"})  # kinds of mail


def second_look(entry: Entry) -> list[str]:
    """Why the letter of one mail takes a second, different key; empty where it does not."""
    item, draft = entry.item, entry.draft.draft if entry.draft is not None else None
    reasons = []
    if item.verdict.urgent or (draft is not None and draft.kind == "safety"):
        reasons.append("their words read as danger")
    elif item.verdict.is_near_danger:
        reasons.append("some words could mean danger")
    reasons += [doubt.rstrip(".") for doubt in item.doubts]
    if draft is not None and draft.to is not None and not item.is_letter:
        if item.sender is None:
            reasons.append(f"whose mail it is could not be read, and the letter goes to {draft.to}")
        elif item.sender.lower() != draft.to.lower():
            reasons.append(f"the mail came from {item.sender}, and the letter goes to {draft.to}")
    return reasons


def waits_for_an_answer(entry: Entry) -> bool:
    """Whether somebody asks something, or may be in danger: then it takes a second key to give them no answer."""
    if entry.item.is_letter:
        return False
    said = [entry.item.verdict, *entry.earlier]
    return any(
        one.urgent
        or one.is_near_danger
        or (one.kind in _ASKING and (one.disposition == "reply" or bool(one.labels) or bool(one.unanswered)))
        for one in said
    )

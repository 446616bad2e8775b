"""What a person can do with one message now, as commands to type; the likeliest first."""

from inboxtriage.service.queue import Entry


def is_ready(entry: Entry) -> bool:
    """Whether a draft only waits for approval."""
    return entry.draft is not None and not entry.draft.blocked and entry.item.state == "waiting"


def next_steps(entry: Entry) -> list[tuple[str, str]]:
    """Commands without the program's name, each with a remark on what it is for, or ""."""
    item = entry.item
    if item.state not in {"waiting", "snoozed"}:
        return []
    calm = [(f"relabel {item.id} not-urgent", "if nobody is in danger")] * item.verdict.urgent
    if is_ready(entry):
        return [(f"approve {item.id}", ""), *calm]
    if entry.letter is not None and entry.lead is not None and not entry.lead.standing.writable:
        return [(f"reject {item.id}", "")]
    if entry.letter is not None and entry.draft is not None:
        say = (f"lead letter {item.answer_to} {entry.letter.name} --say …", "fills in a blank")
        return [(f"edit {item.id}", "opens the letter"), *[say] * (not entry.draft.edited)]
    if entry.draft is not None:
        return [(f"edit {item.id}", "opens the letter"), *calm]
    if item.verdict.kind in {"vendor", "spam"}:
        return [(f"reject {item.id}", "")]
    return [(f"edit {item.id}", "write a letter"), (f"done {item.id} --how phone", ""), *calm]

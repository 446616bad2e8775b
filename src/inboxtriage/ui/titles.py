"""What stands above and below the page: how far one is, what one looks at, and the keys. Pure."""

from inboxtriage.service.backlog.deck import Deck
from inboxtriage.service.backlog.walk import TOGETHER, Step
from inboxtriage.service.backlog.words import ahead, count
from inboxtriage.ui.flow import one
from inboxtriage.ui.keys import on
from inboxtriage.ui.pages import who

KINDS = {
    "urgent": "URGENT",
    "care": "LOOK TWICE",
    "dated": "DATED",
    "group": "GROUP",
    "single": "",
    "selling": "SELLING",
    "aside": "ASIDE",
}
_BAR = 20  # cells


def name_of(step: Step, deck: Deck, *, kind: bool = True) -> str:
    """A step in a few words."""
    before = f"{KINDS[step.kind]} " if kind and KINDS[step.kind] else ""
    if step.kind == "group":
        return f"{before}{len(step.cases)} about {', '.join(step.labels)}"
    if step.kind in TOGETHER:
        sells = "that sells" if len(step.cases) == 1 else "that sell"
        return f"{before}{len(step.cases)} {sells if step.kind == 'selling' else 'without need of an answer'}"
    entry = step.entries[0]
    before += "(skipped) " if deck.is_skipped(step) else ""
    return f"{before}{who(entry)} · {one(entry.subject) or '(no subject)'}"


def opening(deck: Deck) -> str:
    """How long it will take, said at the beginning."""
    return f"{ahead(deck.estimate)}. ? shows all keys" if deck.left else ""


def head(deck: Deck, width: int, *, is_open: bool) -> list[tuple[str, str]]:
    """How far one is: a bar, and the same in words."""
    if not is_open:
        return [(" inboxtriage review", "bold")]
    everybody, left, total = deck.everybody, deck.people, deck.estimate
    done = everybody - left
    bar = min(_BAR, width // 4)
    full = bar if not everybody else done * bar // everybody
    parts = [f"{left} of {count(everybody, 'person', 'people')} left", count(total.mails, "mail")]
    parts += [count(total.groups, "group")] if total.groups else []
    said = f" {', '.join(parts)}, about {total.minutes} min"
    short = f" {left} of {everybody} left, about {total.minutes} min"
    return [(" ", ""), ("█" * full + "░" * (bar - full), "good"), (said if len(said) + bar < width else short, "bold")]


def keys(view: str, width: int) -> list[tuple[str, str]]:
    """The keys that do something now, as many as fit; the last two always."""
    shown = on(view)
    always = [key for key in shown if key.key in {"?", "q"}]
    room = width - sum(len(key.key) + len(key.word) + 3 for key in always) - 1
    parts: list[tuple[str, str]] = [(" ", "")]
    for key in [*(key for key in shown if key not in always), *always]:
        name = {"enter": "Enter", "tab": "Tab"}.get(key.key, key.key)
        wants = 0 if key in always else len(name) + len(key.word) + 3
        if wants <= room:
            room -= wants
            parts += [(name, "key"), (f" {key.word}  ", "")]
    return parts

"""The keys of the review in words: what each is called, and where it does something."""

from inboxtriage.service.backlog.reading import Reading
from inboxtriage.service.backlog.walk import TOGETHER, Step

SINGLE = {
    "a": "approve",
    "e": "edit",
    "E": "edit in $EDITOR",
    "+": "personal line",
    "m": "recipient",
    "r": "no answer",
    "l": "relabel",
    "d": "done",
    "z": "snooze",
    "t": "take proposal",
    "D": "dismiss proposal",
    "w": "whole mail",
    "o": "sources",
    "j": "journey",
}
_TOGETHER = {
    "group": {"a": "approve all", "x": "strike out", "v": "one whole", "o": "sources"},
    "selling": {"r": "reject all", "x": "spare", "v": "one whole"},
    "aside": {"d": "settle all", "x": "spare", "v": "one whole"},
}
_ALWAYS = {
    "s": "skip",
    "b": "back",
    "n": "next group",
    "/": "search",
    "u": "undo",
    ".": "again",
    "?": "help",
    "q": "quit",
}
_WORDS = {word: key for key, word in (SINGLE | _ALWAYS).items() if word.isalpha()}
_WORDS |= {"reject": "r", "exit": "q", "yes": "y", "h": "?", "strike": "x", "next": "n"}
_MORE = {
    "no answer": "settle it without one; where somebody asks something, r twice",
    "edit": "type one paragraph anew, or all of it",
    "recipient": "choose whom it goes to",
    "done": "dealt with on the phone, elsewhere, or in no need of anything",
    "take proposal": "do what is proposed for their journey",
    "strike out": "by number; they are decided singly afterwards; the same number again takes them in",
    "spare": "by number; they are decided singly afterwards; the same number again takes them in",
    "settle all": "confirm that they wait for nothing, and take what their mails propose",
    "one whole": "read one of them whole, by number",
    "skip": "it comes again at the end",
    "back": "to where you jumped from, else to the step before",
    "next group": "the next group, or the next step of another kind",
    "undo": "take back the last decision",
    "again": "read it out once more",
}


def meant(typed: str) -> str:
    """The key that a word means which was typed whole; everything else is what it is."""
    return _WORDS.get(typed.strip().lower(), typed) if len(typed) > 1 or typed == "h" else typed


def possible(step: Step, reading: Reading, *, can_undo: bool) -> dict[str, str]:
    """The keys that do something at a step, each with its word. `reading`: its first mail."""
    if step.kind in TOGETHER:
        own = _TOGETHER[step.kind]
    else:
        own = {key: word for key, word in SINGLE.items() if _is_possible(reading, key)}
    return own | {key: word for key, word in _ALWAYS.items() if key != "u" or can_undo}


def help_lines(keys: dict[str, str]) -> list[str]:
    """A line for each of these keys."""
    lines = [f"{key}  {word}{f': {_MORE[word]}' if word in _MORE else ''}" for key, word in keys.items()]
    return [*lines, "Nothing is sent that was not approved; what is approved leaves after the undo window."]


def _is_possible(reading: Reading, key: str) -> bool:
    entry = reading.entry
    if key in {"a", "o"}:
        return entry.draft is not None
    if key in {"t", "D"}:
        return bool(reading.proposals)
    if key in {"l", "w"}:
        return entry.letter is None
    return True

"""The keys: one each, what it is called, and when it is possible."""

from dataclasses import dataclass

MAIL, GROUP, LIST, PEEK, END = "mail", "group", "list", "peek", "end"  # what one looks at
ANYWHERE = frozenset({MAIL, GROUP, LIST, END})


@dataclass(frozen=True, slots=True)
class Key:
    """One key: `does` names what it does to the program, `word` to a person; `says` is its line in the help."""

    key: str
    does: str
    word: str
    says: str
    on: frozenset[str]


def _key(key: str, does: str, word: str, says: str, *on: str) -> Key:
    return Key(key, does, word, says, frozenset(on) or ANYWHERE)


# In the order in which the bottom line shows them, the first ones on the narrowest terminal.
KEYS: tuple[Key, ...] = (
    _key(
        "a",
        "approve",
        "approve",
        "approve the letter as it stands here; of a group all that are not struck out",
        MAIL,
        GROUP,
    ),
    _key("r", "reject", "no answer", "settle it without an answer; who asks something: only when pressed twice", MAIL),
    _key("r", "reject", "reject", "reject all of a list that are not struck out", LIST),
    _key("d", "done", "done", "it was dealt with in another way: by phone, elsewhere, or it needs nothing", MAIL, LIST),
    _key(
        "x",
        "strike",
        "strike out",
        "strike this one out of the group or list (again: take it in); it comes by itself",
        GROUP,
        LIST,
        PEEK,
    ),
    _key(
        "enter",
        "open",
        "open",
        "open the whole mail and letter of this one; Enter or Esc leads back",
        GROUP,
        LIST,
        PEEK,
    ),
    _key("e", "edit", "edit", "change the letter here; ctrl+s keeps it, Esc gives up", MAIL),
    _key("s", "skip", "skip", "leave it for the end", MAIL, GROUP, LIST),
    _key("u", "undo", "undo", "take back the last decision of this sitting and go back there; again: the one before"),
    _key("z", "snooze", "snooze", "hide it until a day", MAIL),
    _key("l", "relabel", "relabel", "say what it really is; its letter is written anew", MAIL),
    _key("n", "next", "next group", "go on to the next group or kind", MAIL, GROUP, LIST),
    _key("b", "back", "back", "look at the step before (also: Left; Right looks at the next)", MAIL, GROUP, LIST),
    _key("/", "search", "search", "find a name, an address, a subject or words"),
    _key("tab", "steps", "list", "the list of all steps; Enter goes there"),
    _key("+", "note", "add a line", "add a personal line to the letter", MAIL),
    _key("w", "whom", "to whom", "choose the address that the letter goes to", MAIL),
    _key("E", "editor", "$EDITOR", "change the letter in your own editor ($VISUAL or $EDITOR)", MAIL),
    _key("o", "fold", "sources", "fold away the lines with ~, where a paragraph comes from; or show them", MAIL, PEEK),
    _key("t", "take", "take", "do what is proposed for this person", MAIL),
    _key("D", "dismiss", "dismiss", "decide against what is proposed for this person", MAIL),
    _key("R", "renew", "read again", "look whether anything new came in"),
    _key("S", "send", "send", "send now what was approved and is due", END),
    _key("?", "help", "keys", "this page"),
    _key("q", "leave", "quit", "leave; what is left waits for the next time"),
)
SCROLLING = (
    ("space, PgDn", "a screen on"),
    ("PgUp", "a screen back"),
    ("Up, Down", "a row on or back; on a group's card and in a list, the person before or next"),
    ("Home, End", "the beginning, the end"),
    ("ctrl+c", "the same as q"),
)


def on(view: str) -> list[Key]:
    """The keys that do something while one looks at this."""
    return [key for key in KEYS if view in key.on]

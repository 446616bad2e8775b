"""A website form's notice: labelled fields, of which some are about the person and the rest are what they say."""

import re
from dataclasses import dataclass, field

from inboxtriage.message import cues, header
from inboxtriage.message.plain import one_line

_LABELLED = re.compile(
    r"[\s>*•·-]{0,6}\**(?P<label>[^\W\d_][^:\t|\n]{0,70}?)\**\s*(?:[:：]\s*\**|\t+|\s\|\s|\s{3,})\s*(?P<value>.*)"
)
# name=value and name => value, as simple scripts write it
_EQUALS = re.compile(r"\s*(?P<label>[^\W\d_][\w.\[\] -]{0,40}?)\s*=(?!=)>?\s*(?P<value>.*)")
_ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"']+@[^\s<>()\[\]:;,\"']+")
_DASHED = re.compile(r"\s*[-=]{2,}\s*(\S.{0,60}?\S)\s*[-=]{2,}\s*")
_RULE = re.compile(r"\s*[-=_*~]{3,}\s*")
_OPENS, _CLOSES = ('"', "“", "«"), ('"', "”", "»")
_FEWEST_WORDS, _LONGEST_BLOCK = 4, 80  # of a quoted block: words, lines
_PERSONAL = ("name", "first_name", "last_name", "email", "from", "phone", "subject", "noise")
_EMPTY = {
    "",
    "-",
    "--",
    "n/a",
    "na",
    "none",
    "(none)",
    "no answer",
    "not provided",
    "(empty)",
    "(blank)",
    "[blank]",
    "null",
    "not specified",
    "no especificado",
}


@dataclass(slots=True)
class Form:
    """What was read of a form. `words` are the message and every filled-in field that is not about the person."""

    name: str | None = None
    emails: list[str] = field(default_factory=list)
    phone: str | None = None
    subject: str = ""
    words: str = ""
    fields: int = 0  # fields about the person that were found
    message: bool = False  # a message field was found

    def is_form(self, *, sure: bool) -> bool:
        """Whether this is a form at all; `sure` when sender or subject say so already."""
        if sure:
            return self.fields >= 2 or (self.fields >= 1 and self.message)
        return self.fields >= 2 and self.message and bool(self.emails)


def read_form(text: str) -> Form:
    """Read `text` as a form; what has no label above it is the person's words or the program's own phrases."""
    form, words, first, last = Form(), list[str](), "", ""
    speaking = False  # inside a message field: every line is theirs until the next personal field
    lines = text.split("\n")
    i = 0
    while i < len(lines):
        line = lines[i]
        kind, label, value = _field(lines, i)
        if kind is None and form.message and _RULE.fullmatch(line) and not _fields_below(lines, i):
            break  # below the message and a rule, the program speaks again
        if kind is None:
            if not _is_program(line, speaking=speaking):
                words.append(_unquoted(line))
            i += 1
            continue
        i += 1
        if kind in {"message", "other"}:
            speaking = speaking or kind == "message"
            form.message |= kind == "message"
            if value.lower() not in _EMPTY:
                words.append(_unquoted(value) if kind == "message" else f"{label}: {value}")
            continue
        speaking = False
        if not value:  # the value may stand on the next line
            following = next((n for n in range(i, min(i + 2, len(lines))) if lines[n].strip()), None)
            if following is not None and _field(lines, following)[0] is None:
                value, i = lines[following].strip(), following + 1
        form.fields += kind != "noise"
        first = value if kind == "first_name" else first
        last = value if kind == "last_name" else last
        _take(form, kind, value)
    if first and not form.name:
        form.name = one_line(f"{first} {last}", 80)
    quoted = None if form.fields else spoken(text)
    form.words = quoted or re.sub(r"\n{3,}", "\n\n", "\n".join(words)).strip()
    return form


def spoken(text: str) -> str | None:
    """The one block of words in quotation marks, on lines of its own, that a notice carries; None without one."""
    lines = text.split("\n")
    for i, line in enumerate(lines):
        if not line.lstrip().startswith(_OPENS):
            continue
        for end in range(i, min(i + _LONGEST_BLOCK, len(lines))):
            if not lines[end].rstrip().endswith(_CLOSES):
                continue
            block = "\n".join(lines[i : end + 1]).strip()
            if len(block.split()) >= _FEWEST_WORDS:
                return block[1:-1].strip()
    return None


def _fields_below(lines: list[str], i: int) -> bool:
    return any(_field(lines, n)[0] not in {None, "other"} for n in range(i + 1, len(lines)))


def _take(form: Form, kind: str, value: str) -> None:
    if value.lower() in _EMPTY:
        return
    if kind == "name":
        form.name = form.name or one_line(value, 80)
    elif kind in {"email", "from"}:
        found = _ADDRESS.search(value)
        if kind == "from":
            form.name = form.name or one_line(re.sub(r"[<(\[].*|\S+@\S+", "", value), 80) or None
        if found and header.is_plain(found[0]) and found[0] not in form.emails:
            form.emails.append(found[0])
    elif kind == "phone":
        form.phone = form.phone or one_line(value, 40)
    elif kind == "subject":
        form.subject = form.subject or one_line(value)


def _field(lines: list[str], i: int) -> tuple[str | None, str, str]:
    """The kind of field at line `i` (None: no field), its label and the value beside it."""
    found = _EQUALS.fullmatch(lines[i])
    if found and (_equals_beside(lines, i) or _kind(_spoken_label(found["label"])) is not None):
        label = _spoken_label(found["label"])
        return _kind(label) or "other", label, found["value"].strip()
    found = _LABELLED.fullmatch(lines[i])
    if found:
        label = found["label"].strip(" *")
        kind = _kind(label)
        if kind is None and len(label.split()) <= 8 and not label.endswith((".", "!")) and "http" not in label.lower():
            kind = "other"
        return kind, label, found["value"].strip(" *")
    dashed = _DASHED.fullmatch(lines[i])
    if dashed and (kind := _kind(dashed[1])) is not None:
        return kind, dashed[1], ""
    bare = lines[i].strip(" *?:>")
    if bare and len(bare) <= 60 and (kind := _kind(bare)) is not None and kind != "noise":
        alone = (
            i + 1 < len(lines)
            and bool(lines[i + 1].strip())
            and (i == 0 or not lines[i - 1].strip() or _field_above(lines, i))
        )
        return (kind if alone else None), bare, ""
    return None, "", ""


def _spoken_label(label: str) -> str:
    """What a script calls a field, as people would: "your-email", "preferred_time"."""
    return re.sub(r"(?<=\w)[_.\[\]-]+(?=\w|$)", " ", label).strip()


def _equals_beside(lines: list[str], i: int) -> bool:
    """Whether another line of the same kind stands right above or below."""
    return any(_EQUALS.fullmatch(lines[n]) for n in (i - 1, i + 1) if 0 <= n < len(lines))


def _field_above(lines: list[str], i: int) -> bool:
    """Whether a bare label stands two lines above: label, value, label, value."""
    return i >= 2 and _kind(lines[i - 2].strip(" *?:>")) is not None


def _kind(label: str) -> str | None:
    found = cues.one_of("form", *_PERSONAL, "message").fullmatch(label.strip().strip("*# ").rstrip("?*: "))
    return found.lastgroup if found else None


def _is_program(line: str, *, speaking: bool) -> bool:
    """Whether the form's own program wrote this line."""
    if _RULE.fullmatch(line) or cues.line("form", "outros").fullmatch(line):
        return True
    return not speaking and cues.line("form", "intros").fullmatch(line) is not None


def _unquoted(line: str) -> str:
    return line.strip().removeprefix(">").strip(' "“”') if line.lstrip().startswith((">", '"', "“")) else line.strip()

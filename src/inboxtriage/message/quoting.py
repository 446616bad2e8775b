"""The writer's new words, told apart from quoted history, signature and disclaimer, in one pass over the lines.

Nothing is thrown away: `Words.whole` keeps all of it. Where a line could be either, it stays with the new words,
because losing a question is worse than reading an old one.
"""

import re
from enum import Enum

from inboxtriage.message import cues
from inboxtriage.message.model import Words

_QUOTED = re.compile(r"\s{0,3}(?:>|\|(?:\s|$))")
_MARKS = re.compile(r"^(?:\s{0,3}(?:>|\|(?=\s|$)) ?){1,100}")
_DELIMITER = re.compile(r"\s*(?:--|[—–]+|__+|-- -)\s*")
_RULE = re.compile(r"\s*[-_=*]{3,}\s*")
_ATTRIBUTION_LINES = 4
_LONGEST_ATTRIBUTION = 400
_HEADER_BLOCK_LINES = 8
_SIGNATURE_LINES = 12
_LONGEST_CARD_LINE = 90
_LONGEST_NAME = 40
_SHORTEST_DISCLAIMER = 20
_WORD = re.compile(r"[^\W\d_][\w'’.-]*")


class Role(Enum):
    """What a line is."""

    NEW = "new"
    QUOTE = "quote"
    ATTRIBUTION = "attribution"
    SIGNATURE = "signature"


def split(text: str, *, writer: str = "", writer_name: str = "") -> Words:
    """Take `text` (LF line ends) apart. `writer` and `writer_name` tell whose quoted mail is the writer's own."""
    lines = text.split("\n")
    roles = roles_of(lines)
    parts = {role: [line for line, r in zip(lines, roles, strict=True) if r is role] for role in Role}
    own, depth = _own(lines, roles, writer, writer_name)
    quoted = "\n".join(_MARKS.sub("", line) for line in parts[Role.QUOTE])
    return Words(
        whole=text.strip("\n"),
        new=_tidy(parts[Role.NEW]),
        quoted=quoted.strip("\n"),
        own_quote=own,
        own_depth=depth,
        signature=_tidy(parts[Role.SIGNATURE]),
    )


def roles_of(lines: list[str]) -> list[Role]:
    """The role of every line, in order."""
    roles = [Role.NEW] * len(lines)
    _mark_quotes(lines, roles)
    _mark_history(lines, roles)
    _mark_footers(lines, roles)
    _mark_card(lines, roles)
    return roles


def _mark_quotes(lines: list[str], roles: list[Role]) -> None:
    """Lines behind a quote mark, and what a mail program broke off from them."""
    for i, line in enumerate(lines):
        if _QUOTED.match(line):
            roles[i] = Role.QUOTE
    for i in range(1, len(lines) - 1):
        between = roles[i - 1] is Role.QUOTE and roles[i + 1] is Role.QUOTE and roles[i] is Role.NEW
        if between and (not lines[i].strip() or (len(lines[i].split()) <= 3 and lines[i][:1].islower())):
            roles[i] = Role.QUOTE


def _mark_history(lines: list[str], roles: list[Role]) -> None:
    """Attributions, separators and copied header blocks, with the older mail that follows them."""
    i, written = 0, False  # whether words of the writer's own were passed
    while i < len(lines):
        if roles[i] is not Role.NEW or not lines[i].strip():
            i += 1
            continue
        if end := attribution_end(lines, i):
            _mark(roles, i, end, Role.ATTRIBUTION)
            after = _next_written(lines, end)
            if after is not None and (roles[after] is Role.QUOTE or not written):
                i = after  # an answer below its quote; or nothing stands above, and the words can only be here
                continue
            _mark(roles, end, len(lines), Role.QUOTE)
            return
        if starts_history(lines, i):
            _mark(roles, i, len(lines), Role.QUOTE)
            return
        written = True
        i += 1


def attribution_end(lines: list[str], i: int) -> int | None:
    """The line behind an attribution ("On ..., Ann wrote:") that begins at line `i`, else None.

    Where a later line begins one that ends at the same place, the first lines are the writer's own.
    """
    end = _attribution_end(lines, i)
    later = range(i + 1, end or 0)
    return None if any(_begins_dated(lines[n]) and _attribution_end(lines, n) == end for n in later) else end


def _attribution_end(lines: list[str], i: int) -> int | None:
    joined = ""
    for end in range(i, min(i + _ATTRIBUTION_LINES, len(lines))):
        line = _MARKS.sub("", lines[end]).strip()
        if not line or len(joined) + len(line) > _LONGEST_ATTRIBUTION:
            return None
        joined = f"{joined} {line}".strip()
        if _ATTRIBUTION.fullmatch(joined):
            return end + 1
        if joined.endswith(":") and _ATTRIBUTION_TAIL.search(joined):
            # A starting word or an address or a date: words of the writer rarely have all of it.
            if _ATTRIBUTION_HEAD.match(joined) or "@" in joined or re.search(r"\d", joined):
                return end + 1
            return None
    return None


def _begins_dated(line: str) -> bool:
    """Whether a line begins as attributions do, and has a figure in it."""
    begins = _ATTRIBUTION_HEAD.match(line) is not None or re.match(r"\s*\d", line) is not None
    return begins and re.search(r"\d", line) is not None


def starts_history(lines: list[str], i: int) -> bool:
    """Whether an older mail begins at line `i` without quote marks."""
    rule = _RULE.fullmatch(lines[i]) is not None
    if rule or _HISTORY_LINE.fullmatch(lines[i]):
        after = _next_written(lines, i + 1)
        return not rule or (after is not None and header_block_end(lines, after) is not None)
    return header_block_end(lines, i) is not None


def header_block_end(lines: list[str], i: int, *, quoted: bool = False) -> int | None:
    """The line behind a copied header block (From, Sent, To, Subject) that begins at `i`, else None.

    Where it is certain that older mail begins (`quoted`: behind a mark or a separator), two lines are enough.
    """
    kinds: set[str] = set()
    end = i
    for n in range(i, min(i + _HEADER_BLOCK_LINES, len(lines))):
        line = _MARKS.sub("", lines[n]).strip().replace("*", "")
        if not line:
            if kinds:
                break
            continue
        kind = next((k for k, pattern in _HEADER_LINES.items() if pattern.match(line)), None)
        if kind is None and kinds and line.startswith("<"):
            continue  # an address that went to the next line
        if kind is None:
            if len(kinds) >= (1 if quoted else 2):
                break
            return None
        kinds.add(kind)
        end = n + 1
    enough = 0 if quoted else 2
    return end if "from" in kinds and len(kinds & {"date", "to", "subject"}) >= enough else None


def _mark_footers(lines: list[str], roles: list[Role]) -> None:
    """The delimiter line with what follows, mail programs' own footers, disclaimers."""
    own = [i for i, role in enumerate(roles) if role is Role.NEW and lines[i].strip()]
    for position, i in enumerate(own):
        if roles[i] is not Role.NEW:
            continue  # a paragraph that was marked as a whole
        if position and _DELIMITER.fullmatch(lines[i]) and _is_card(lines, own, position + 1):
            _mark_all(roles, own[position:], Role.SIGNATURE)
            return
        if _DISCLAIMER.fullmatch(lines[i]):
            if position and len(lines[i]) > _SHORTEST_DISCLAIMER:
                _mark_all(roles, _paragraph(own, position), Role.SIGNATURE)
            elif not position and "external" in lines[i].lower():  # a mail system's warning above the words
                roles[i] = Role.SIGNATURE
        elif _CLIENT_FOOTER.fullmatch(lines[i]):
            roles[i] = Role.SIGNATURE


def _is_card(lines: list[str], own: list[int], start: int) -> bool:
    """Behind a delimiter: a card if short, or if it holds a contact line; a divider in a letter is neither."""
    near = own[start : start + _SIGNATURE_LINES]
    return len(own) - start <= _SIGNATURE_LINES or any(_CARD_LINE.fullmatch(lines[i]) for i in near)


def _paragraph(own: list[int], start: int) -> list[int]:
    """The line numbers from `start` on, up to the first gap between them."""
    until = next((n for n in range(start + 1, len(own)) if own[n] != own[n - 1] + 1), len(own))
    return own[start:until]


def _mark_card(lines: list[str], roles: list[Role]) -> None:
    """A visiting card without a delimiter: below a name at the end, lines of titles, numbers, hours, places."""
    own = [i for i, role in enumerate(roles) if role is Role.NEW and lines[i].strip()]
    card: list[int] = []
    for i in reversed(own[-_SIGNATURE_LINES:]):
        line = lines[i].strip()
        if len(line) > _LONGEST_CARD_LINE or line.endswith("?") or not _is_card_line(line):
            break
        card.append(i)
    piped = next((i for i in own[-_SIGNATURE_LINES:][1:] if _PIPED.fullmatch(lines[i].strip())), None)
    if piped is not None and not any(lines[i].rstrip().endswith("?") for i in own if i > piped):
        card = [i for i in reversed(own) if i >= piped]
    if not card:
        return
    above = [i for i in own if i < card[-1]]
    if not above:
        return
    name = lines[above[-1]].strip()
    if _SIGN_OFF.fullmatch(name.rstrip(",.!- ")) and not _CARD_LINE.fullmatch(lines[card[-1]]):
        card.pop()  # the name itself, with a title behind it
    elif not _is_name(name) and piped is None:
        return
    _mark_all(roles, card, Role.SIGNATURE)


def _is_card_line(line: str) -> bool:
    return _CARD_LINE.fullmatch(line) is not None or (len(line) <= 60 and _TITLE.fullmatch(line) is not None)


def _is_name(line: str) -> bool:
    """Whether a line by itself reads as a name: a few capitalised words and no sentence."""
    words = line.strip(" ,-–—~*").split(",")[0].split()
    return (
        0 < len(words) <= 5
        and len(line) <= _LONGEST_NAME
        and not line.rstrip().endswith(("?", "!", ":"))
        and all(w[0].isupper() or w in {"de", "van", "von", "y", "and", "&", "der", "la", "el"} for w in words)
    )


def _own(lines: list[str], roles: list[Role], writer: str, name: str) -> tuple[str, int]:
    """The writer's own mail in the quoted history, and how deep it stands.

    Depth 1 is directly below the new words, 0 is a quote that does not say whose it is.
    """
    depth = 0
    for start in (i for i, role in enumerate(roles) if role in {Role.QUOTE, Role.ATTRIBUTION}):
        head, end = _heading(lines, start)
        if end is None:
            continue
        depth += 1
        if _names(head, writer, name):
            inner = [_MARKS.sub("", line, count=1) if _QUOTED.match(line) else line for line in lines[end:]]
            return _tidy([line for line, role in zip(inner, roles_of(inner), strict=True) if role is Role.NEW]), depth
    if depth:
        return "", 0
    return _tidy(
        [_MARKS.sub("", ln) for ln, r in zip(lines, roles, strict=True) if r is Role.QUOTE and _QUOTED.match(ln)]
    ), 0


def _heading(lines: list[str], i: int) -> tuple[str, int | None]:
    """The attribution or header block that begins at line `i`, joined, and the line behind it."""
    end = attribution_end(lines, i)
    if end is not None:
        return " ".join(lines[i:end]), end
    marked = _QUOTED.match(lines[i]) is not None or (i > 0 and _HISTORY_LINE.fullmatch(lines[i - 1]) is not None)
    end = header_block_end(lines, i, quoted=marked)
    block = [_MARKS.sub("", line).strip().replace("*", "") for line in lines[i:end]] if end else []
    return next((line for line in block if _HEADER_LINES["from"].match(line)), ""), end


def _names(head: str, writer: str, name: str) -> bool:
    """Whether an attribution speaks of this writer: by address, else by every word of the name."""
    head = head.lower()
    if writer and "@" in head:
        return writer.lower() in head
    words = [w.lower() for w in _WORD.findall(name)]
    return len(words) >= 2 and all(w in head for w in words)


def _next_written(lines: list[str], i: int) -> int | None:
    return next((n for n in range(i, len(lines)) if lines[n].strip()), None)


def _mark(roles: list[Role], start: int, end: int, role: Role) -> None:
    roles[start:end] = [role] * (end - start)


def _mark_all(roles: list[Role], where: list[int], role: Role) -> None:
    for i in where:
        roles[i] = role


def _tidy(lines: list[str]) -> str:
    """Lines joined; runs of blank lines become one, none at either end."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip("\n ")


_ATTRIBUTION_HEAD = re.compile(r"[-–* ]{0,4}" + cues.alternatives("attribution", "starts") + r"\b", re.IGNORECASE)
_ATTRIBUTION_TAIL = re.compile(
    cues.alternatives("attribution", "ends")
    + r"(?:\b|(?<=\)))(?:[^:]|:\d\d|mailto:){0,160}:$|<[^<>\s]+@[^<>\s]+>\s*:$",
    re.IGNORECASE,
)
_ATTRIBUTION = cues.line("attribution", "whole")
_HISTORY_LINE = cues.line("separators", "history", "forward")
_HEADER_LINES = {
    kind: re.compile(cues.alternatives("header_block", kind) + r"\s*:", re.IGNORECASE)
    for kind in ("from", "date", "to", "subject", "other")
}
_PIPED = re.compile(r"[A-Z][^|]{1,60}(?:\s\|\s[^|]{2,60})+")
_CLIENT_FOOTER = cues.line("footer", "client")
_DISCLAIMER = cues.line("footer", "disclaimer")
_CARD_LINE = cues.line("contact", "lines")
_TITLE = cues.line("contact", "titles")
_SIGN_OFF = cues.line("sign_off", "lines")

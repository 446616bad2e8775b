"""Sender-supplied text made harmless on entry: no control character, no hidden direction change (G39, G47).

The raw bytes are kept elsewhere; everything that is shown, stored or sent comes through here.
"""

import re

# C0 and C1 controls, line and paragraph separators, bidirectional overrides and isolates, byte order mark. Then what
# takes no room: hyphens and joiners, other direction marks, fillers, annotations and tags.
_HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2060-\u206f\u3164\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_SPACE = re.compile(r"\s+")
_WIDE = re.compile(r"[ \t]{40,}")  # as wide as any column; wider only to make expressions slow


def one_line(text: str, limit: int = 998) -> str:
    """A header-like value: one line, single spaces, at most `limit` characters (RFC 5322 section 2.1.1)."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()[:limit]  # as most are: the same, and ten times as fast
    text = _INVISIBLE.sub("", _HARMFUL.sub(" ", text[: limit * 4].replace("\x00", "")))
    return _SPACE.sub(" ", text).strip()[:limit]


def many_lines(text: str) -> str:
    """A body: LF line ends, tabs kept, no other control characters, no space at line ends."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _WIDE.sub(" " * 40, _INVISIBLE.sub("", _HARMFUL.sub("", text)).replace("\xa0", " "))
    return "\n".join(line.rstrip() for line in text.split("\n"))

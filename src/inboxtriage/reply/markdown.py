"""The one door to markdown_it: a letter's light Markdown as plain text and as HTML that say the same words.

Known are paragraphs, line breaks, "- " and "1. " lists, emphasis, links and bare addresses. Whatever else Markdown
knows (headings, quotes, code, images, raw HTML, entities, escapes) stays the text that it is.
"""

import re
from functools import cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, list_block
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token

from inboxtriage.message.plain import many_lines, one_line

_ITEM = re.compile(r"(?:-|(?:0|[1-9][0-9]{0,8})\.)[ \t]+\S")
_LINK = re.compile(r"\[([^\[\]\n]+)\]\(((?:https?://|mailto:|tel:)(?:[^\s()<>]|\([^\s()<>]*\))+)\)", re.IGNORECASE)
_MAY_BE_LINKED = re.compile(r"(?:https?://|mailto:|tel:)[^\s<>]", re.IGNORECASE)
_SCHEME = re.compile(r"^(?:mailto|tel):", re.IGNORECASE)
_DEEPEST_LIST = 3  # lists in lists; deeper ones stay text
_LONGEST_MARK = 3  # "***" is emphasis, "____" is a line to write on


def to_html(text: str, language: str) -> str:
    """The letter as a whole HTML document in `language`, which stands in lang= (BCP 47).

    It loads nothing from anywhere and has no styles, so that it looks like any mail typed by hand (GUARANTEES G39).
    """
    tokens = _tokens(text)
    body = _reader().renderer.render(tokens, _reader().options, {})
    head = '<head><meta charset="utf-8"></head>'
    return f'<!doctype html>\n<html lang="{escape(one_line(language, 35))}">{head}<body>\n{body}</body></html>\n'


def to_plain(text: str) -> str:
    """The letter as text that reads well without markers: emphasis is dropped, `[a](url)` becomes "a (url)"."""
    lines: list[str] = []
    indents: list[int] = []  # one a list item that is open
    marker, end = "", 0
    for token in _tokens(text):
        if token.type == "list_item_open":
            mark = f"{token.info}. " if token.info else "- "
            marker += mark
            indents.append(len(mark))
        elif token.type == "list_item_close":
            indents.pop()
        elif token.type == "inline":
            begin, behind = token.map or (end, end)
            if lines and begin > end:
                lines.append("")
            margin = " " * sum(indents)
            first, *rest = _words(token.children or []).split("\n")
            lines.append(margin[: len(margin) - len(marker)] + marker + first)
            lines.extend(margin + line for line in rest)
            marker, end = "", behind
    return "\n".join(lines)


def _words(children: list[Token]) -> str:
    """What one paragraph says, its lines apart; a link's target behind its words where the words are not the target."""
    said, label, target = "", 0, ""
    for token in children:
        if token.type == "hardbreak":
            said += "\n"
        elif token.type == "link_open":
            label, target = len(said), str(token.attrs["href"])
        elif token.type == "link_close":
            if not _names(said[label:], target):
                said += f" ({_SCHEME.sub('', target)})"
        else:
            said += token.content
    return said


def _names(label: str, target: str) -> bool:
    """Whether the words of a link are its target already, with or without mailto: or tel:, before it is encoded."""
    return any(_reader().normalizeLink(scheme + label) == target for scheme in ("", "mailto:", "tel:"))


def _tokens(text: str) -> list[Token]:
    """What Markdown sees in `text`, made harmless; every list item with the number that was written."""
    tokens = _reader().parse(many_lines(text))
    next_numbers: list[int] = []
    for token in tokens:
        if token.type == "ordered_list_open":
            next_numbers.append(int(token.attrs.get("start", 1)))
        elif token.type == "ordered_list_close":
            next_numbers.pop()
        elif token.type == "list_item_open" and token.info:
            number = int(token.info)
            if number != next_numbers[-1]:  # an answer to the fourth question stays the fourth
                token.attrs["value"] = number
            next_numbers[-1] = number + 1
    return tokens


class _Markdown(MarkdownIt):
    """Only web, mail and telephone links, and addresses shown as they were written."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        """Whether `url` may be a link."""
        return _MAY_BE_LINKED.match(url) is not None

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 - the library's name
        """A bare address as it was written; the library would decode it, and the two parts would differ."""
        return link


@cache
def _reader() -> MarkdownIt:
    reader = _Markdown("zero", {"linkify": True})
    reader.enable(["list", "emphasis", "newline", "link", "linkify"])
    reader.block.ruler.at("list", _list, {"alt": ["paragraph"]})
    reader.block.ruler.before("list", "no_item", _no_item, {"alt": ["list"]})
    reader.block.ruler.at("paragraph", _paragraph)
    reader.inline.ruler.at("newline", _line_end)
    reader.inline.ruler.at("emphasis", _emphasis)
    reader.inline.ruler.at("link", _link)
    reader.add_render_rule("text", _text)
    if reader.linkify is None:
        raise ModuleNotFoundError("linkify-it-py")
    # "See you at 5.It is" names no web site: only what says http is one.
    reader.linkify.set({"fuzzy_link": False, "fuzzy_ip": False, "fuzzy_email": True})
    reader.linkify.add("ftp:", None).add("//", None)
    reader.linkify.tlds(["[a-z]{2,24}"])  # mail addresses under any domain, those newer than the library's list too
    return reader


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _list(state: StateBlock, begin: int, end: int, silent: bool) -> bool:
    """A list, but of "- " and "1. " alone, and not without bound in one another: the library drops what is too deep."""
    if state.level >= 2 * _DEEPEST_LIST or not _ITEM.match(_line(state, begin)):
        return False
    return list_block(state, begin, end, silent)


def _no_item(state: StateBlock, begin: int, end: int, silent: bool) -> bool:  # noqa: ARG001 - the library's signature
    """Whether a list ends here, before a line that only CommonMark would take for one more item ("-" alone, "007.")."""
    return silent and not _ITEM.match(_line(state, begin))


def _paragraph(state: StateBlock, begin: int, end: int, silent: bool) -> bool:  # noqa: ARG001 - the library's signature
    """Lines up to an empty one, a list, or a line that stands left of its list item. Leading spaces stay."""
    behind = begin + 1
    before, state.parentType = state.parentType, "paragraph"
    ends = state.md.block.ruler.getRules("paragraph")
    while behind < state.lineMax and not state.isEmpty(behind) and state.sCount[behind] >= state.blkIndent:
        if any(rule(state, behind, state.lineMax, True) for rule in ends):
            break
        behind += 1
    state.parentType, state.line = before, behind
    state.push("paragraph_open", "p", 1).map = [begin, behind]
    words = state.push("inline", "", 0)
    words.content = state.getLines(begin, behind, state.blkIndent, False).rstrip()
    words.map, words.children = [begin, behind], []
    state.push("paragraph_close", "p", -1)
    return True


def _line_end(state: StateInline, silent: bool) -> bool:
    """Every line end is one; the next line keeps its leading spaces."""
    if state.src[state.pos] != "\n":
        return False
    if not silent:
        state.push("hardbreak", "br", 0)
    state.pos += 1
    return True


def _emphasis(state: StateInline, silent: bool) -> bool:
    """Marks of emphasis, at the borders of words alone: "5*3*2" and "snake_case" are no emphasis, nor is "____"."""
    mark = state.src[state.pos]
    if silent or mark not in "*_":
        return False
    run = state.scanDelims(state.pos, False)
    means = run.length <= _LONGEST_MARK and state.src[state.pos - 1 : state.pos] != "\\"
    for _ in range(run.length):
        state.push("text", "", 0).content = mark
        if means:
            at = len(state.tokens) - 1
            state.delimiters.append(
                Delimiter(ord(mark), run.length, token=at, end=-1, open=run.can_open, close=run.can_close)
            )
    state.pos += run.length
    return True


def _link(state: StateInline, silent: bool) -> bool:
    """`[words](address)`: no images, titles, references or relative addresses; all of these stay text."""
    if state.src[state.pos] != "[" or state.src[state.pos - 1 : state.pos] == "!" or state.linkLevel:
        return False
    found = _LINK.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    address = state.md.normalizeLink(found[2])
    if not found[1].strip() or not state.md.validateLink(address):
        return False
    if not silent:
        behind = state.posMax
        state.push("link_open", "a", 1).attrs = {"href": address}
        state.pos, state.posMax = found.span(1)
        state.linkLevel += 1
        state.md.inline.tokenize(state)
        state.linkLevel -= 1
        state.push("link_close", "a", -1)
        state.posMax = behind
    state.pos = found.end()
    return True


def _text(_: object, tokens: list[Token], at: int, *__: object) -> str:
    """Words, with the spaces that a line begins with as spaces that HTML keeps."""
    words = tokens[at].content
    bare = words.lstrip(" ") if at == 0 or tokens[at - 1].type == "hardbreak" else words
    return "&nbsp;" * (len(words) - len(bare)) + escape(bare)

"""HTML mail to the text a reader sees: the one door to selectolax. Nothing is fetched (G56)."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

_SILENT = {"script", "style", "head", "title", "template", "noscript", "svg", "object", "iframe", "select"}
_BLOCK = {
    "address", "article", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "footer", "form", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul",
}  # fmt: skip
_SPACED = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote"}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|max-height\s*:\s*0", re.IGNORECASE)
_DEEPEST_QUOTE = 8
_MOST_OPEN = 20_000  # tags that are never closed
_TAG = re.compile(r"<[^>]*>")
_SPACES = re.compile(r"[ \t\r\n\f]+")


class _Page:
    """Lines being written, each with the quote depth at which it stands."""

    def __init__(self) -> None:
        self.lines: list[tuple[int, str]] = []
        self.line = ""
        self.quote = 0

    def say(self, words: str) -> None:
        words = _SPACES.sub(" ", words)
        self.line += words.lstrip() if not self.line or self.line.endswith(" ") else words

    def end_line(self, *, space: bool = False) -> None:
        if self.line.strip():
            self.lines.append((self.quote, self.line.strip()))
        self.line = ""
        if space and self.lines and self.lines[-1][1]:
            self.lines.append((self.quote, ""))

    def text(self) -> str:
        self.end_line()
        return "\n".join(("> " * depth + line).rstrip() if line else ">" * depth for depth, line in self.lines)


def readable(html: str) -> str:
    """The visible text of `html`: blocks on their own lines, quoted blocks marked with `> `."""
    if html.count("<") - 2 * html.count("</") > _MOST_OPEN:
        return _TAG.sub(" ", html)  # nested so deeply that to parse it would take time in the square of that
    root = LexborHTMLParser(html).body
    if root is None:
        return ""
    page = _Page()
    stack: list[tuple[LexborNode, bool]] = [(root, False)]
    while stack:
        node, leaving = stack.pop()
        tag = node.tag or ""
        if leaving:
            _leave(page, tag)
        elif tag == "-text":
            page.say(node.text(deep=False) or "")
        elif _enter(page, node, tag):
            stack.append((node, True))
            children = list(node.iter(include_text=True))
            stack.extend((child, False) for child in reversed(children))
    return page.text()


def _enter(page: _Page, node: LexborNode, tag: str) -> bool:
    """Begin `node`; False where nothing in it is to be read."""
    if tag in _SILENT or tag.startswith(("-", "!", "_")):
        return False
    style = node.attributes.get("style")
    if style and _HIDDEN.search(style):
        return False
    if tag == "br":
        page.end_line()
        return False
    if tag in _BLOCK:
        page.end_line(space=tag in _SPACED)
    if tag == "blockquote":
        page.quote = min(page.quote + 1, _DEEPEST_QUOTE)
    elif tag == "li":
        page.say("- ")
    return True


def _leave(page: _Page, tag: str) -> None:
    if tag in _BLOCK:
        page.end_line(space=tag in _SPACED)
    if tag == "blockquote" and page.quote:
        page.quote -= 1

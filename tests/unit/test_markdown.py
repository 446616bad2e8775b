"""Light Markdown: two renderings that say the same words, and nothing in a text that becomes a tag."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it.common.normalize_url import normalizeLink

from inboxtriage.message.plain import many_lines
from inboxtriage.reply.markdown import to_html, to_plain

TAGS = {"html", "head", "meta", "body", "p", "br", "ul", "ol", "li", "em", "strong", "a"}
ATTRIBUTES = {("html", "lang"), ("meta", "charset"), ("ol", "start"), ("li", "value"), ("a", "href")}


class Shown(HTMLParser):
    """What a mail program shows of a page: words, the marks of lists, and where a link leads if its words do not say."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.used: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.targets: list[str] = []
        self._lists: list[int | None] = []
        self._label = 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given_with = dict(attrs)
        self.used.add(tag)
        self.attributes |= {(tag, name) for name in given_with}
        if tag == "a":
            self._label = len(self.said)
            self.targets.append(given_with["href"] or "")
        elif tag == "ol":
            self._lists.append(int(given_with.get("start") or 1))
        elif tag == "ul":
            self._lists.append(None)
        elif tag == "li":
            number = self._lists[-1]
            if number is not None:
                number = int(given_with.get("value") or number)
                self._lists[-1] = number + 1
            self.said.append("\n- " if number is None else f"\n{number}. ")
        elif tag in {"p", "br"}:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            target, label = self.targets[-1], "".join(self.said[self._label :])
            if target not in {normalizeLink(scheme + label) for scheme in ("", "mailto:", "tel:")}:
                self.said.append(f" ({re.sub('^(mailto|tel):', '', target, flags=re.IGNORECASE)})")
        elif tag in {"ul", "ol"}:
            self._lists.pop()

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    @property
    def words(self) -> list[str]:
        return "".join(self.said).split()


PIECES = st.sampled_from([
    "*", "**", "_", "***", "____", "- ", "-", "1. ", "4. ", "007. ", "2) ", "+ ", "* ", "# ", "> ", "    ", "\t", "  ", " ",
    "\n", "\n\n", "--", "---", "===", "```", "`", "<b>", "</p>", "<script>", "<!--", "&amp;", "&lt;", "&#0;", "\\", "![", "[",
    "](", ")", "[a](https://a.example/b_c_d)", "[a b](mailto:a@b.example)", "[x](javascript:x)", "[x]()", "[x](y)", "[x]: https://a.b",
    "https://a.example/?q=1&b=(2)", "http://", "a@b.example", "www.a.example", "tel:+15550100", "//a.example", "word", "snake_case",
    "é", "漢字", "'", '"', '" onclick="x', "=", "a", "5", "|", "~~", ":", "$", "{{", "\u200b", "\u202e", "\x00", "\r\n", "\x1b[31m",
])  # fmt: skip
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=40).map("".join))
NO_LINKS = TEXTS.filter(lambda text: "](" not in text and "@" not in text)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_both_renderings_say_the_same_words(text: str) -> None:
    assert Shown(to_html(text, "en")).words == to_plain(text).split()


@settings(max_examples=400, deadline=None)
@given(TEXTS, st.text(max_size=20))
def test_no_text_and_no_language_opens_a_tag_an_attribute_or_a_script(text: str, language: str) -> None:
    page = Shown(to_html(text, language))
    assert page.used <= TAGS
    assert page.attributes <= ATTRIBUTES
    assert all(target.lower().startswith(("http://", "https://", "mailto:", "tel:")) for target in page.targets)


@settings(max_examples=400, deadline=None)
@given(NO_LINKS)
def test_nothing_but_marks_of_emphasis_is_taken_from_a_text(text: str) -> None:
    """Each character stays, in its order."""

    def kept(said: str) -> str:
        return "".join(c for c in said if not c.isspace() and c not in "*_")

    assert kept(to_plain(text)) == kept(many_lines(text))


@pytest.mark.parametrize(
    "line",
    [
        "2 * 3 * 4", "5*3*2", "snake_case_name", "<b>", "<b>bold</b>", "&amp;", "&nbsp;", "# not a heading", "    indented",
        "> quoted", "`code`", "```", "---", "====", "* starred", "+ 5 dollars", "1) one", "007. agent", "-", "1.", "\\*as it stands\\*",
        "Name: ____ Date: ____", "____sign here____", "![a picture](x)", "[a](javascript:alert)", "[a](ftp://a.example)", "[a](b)", "[a]()",
        "[a][b]", "[a]: https://", "<mailto>", "see you at 5.It is", "~~no~~", "| a | b |", "C:\\_dir_", "- - - - - - - -", "it's 5 o'clock *",
    ],
)  # fmt: skip
def test_what_is_no_markup_here_stands_as_it_was_written(line: str) -> None:
    assert to_plain(f"Hello\n\n{line}\n\nMaya") == f"Hello\n\n{line}\n\nMaya"
    page = Shown(to_html(f"Hello\n\n{line}\n\nMaya", "en"))
    if not line.startswith("- -"):  # which are lists in lists, and empty at the end
        assert line in "".join(page.said).replace("\xa0", " ").split("\n")
    assert page.used <= TAGS - {"em", "strong", "a"}


@pytest.mark.parametrize(
    ("text", "plain", "inside"),
    [
        ("a *b* c", "a b c", "<p>a <em>b</em> c</p>\n"),
        ("a **b** _c_", "a b c", "<p>a <strong>b</strong> <em>c</em></p>\n"),
        ("a\nb\n\n\nc", "a\nb\n\nc", "<p>a<br>\nb</p>\n<p>c</p>\n"),
        ("- a\n- b\nc", "- a\n- b\nc", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<p>c</p>\n"),
        ("- a\n  b", "- a\n  b", "<ul>\n<li>a<br>\nb</li>\n</ul>\n"),
        ("1. a\n   - b\n2. c", "1. a\n   - b\n2. c", "<ol>\n<li>a\n<ul>\n<li>b</li>\n</ul>\n</li>\n<li>c</li>\n</ol>\n"),
        ("2. yes\n4. no", "2. yes\n4. no", '<ol start="2">\n<li>yes</li>\n<li value="4">no</li>\n</ol>\n'),
        ("[us](https://a.example)", "us (https://a.example)", '<p><a href="https://a.example">us</a></p>\n'),
        ("[mail](mailto:a@b.example)", "mail (a@b.example)", '<p><a href="mailto:a@b.example">mail</a></p>\n'),
        ("[call](tel:+15550100)", "call (+15550100)", '<p><a href="tel:+15550100">call</a></p>\n'),
        ("[555 0100](tel:+15550100)", "555 0100 (+15550100)", '<p><a href="tel:+15550100">555 0100</a></p>\n'),
        ("https://a.example/b_c_d.", "https://a.example/b_c_d.", '<p><a href="https://a.example/b_c_d">https://a.example/b_c_d</a>.</p>\n'),
        ("a@b.clinic", "a@b.clinic", '<p><a href="mailto:a@b.clinic">a@b.clinic</a></p>\n'),
        ("  a\n   b", "  a\n   b", "<p>&nbsp;&nbsp;a<br>\n&nbsp;&nbsp;&nbsp;b</p>\n"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_the_little_markdown_that_is_known(text: str, plain: str, inside: str) -> None:
    assert to_plain(text) == plain
    page = to_html(text, "es")
    assert (
        page == f'<!doctype html>\n<html lang="es"><head><meta charset="utf-8"></head><body>\n{inside}</body></html>\n'
    )


def test_a_link_shows_no_words_that_the_plain_part_lacks() -> None:
    """A title would be shown by pointing at it, and by nothing else: it stays text."""
    text = '[a](https://a.example "hidden words")'
    assert "title" not in to_html(text, "en")
    assert "hidden words" in to_plain(text)


def test_lists_in_lists_without_end_cost_no_word_and_no_error() -> None:
    text = "\n".join("  " * n + f"- w{n}" for n in range(200)) + "\n\n" + "- " * 2000 + "end"
    said = to_plain(text)
    assert [word for word in said.split() if word != "-"] == [*(f"w{n}" for n in range(200)), "end"]
    assert Shown(to_html(text, "en")).words == said.split()

"""`report`: what a year of a practice looks like, for a terminal, as JSON, and as a page in a real browser."""

import json
import os
import re
import stat
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from benchmarks.report_sample import fill

from tests.conftest import REQUIRE_PEERS
from tests.peers import chromium
from tests.practice import Practice

DAY = date(2026, 11, 20)
WORDS = ("--until", DAY.isoformat())


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Practice:
    """A practice with a year behind it, and one lead whose name is a source too."""
    practice = Practice.in_folders(tmp_path_factory.mktemp("year"))
    fill(practice, people=120, until=DAY)
    for number in range(4):
        words = ("--name", "Priya Nandakumar", "--phone", f"555-010-012{number}", "--source", "Priya Nandakumar")
        practice.ok("lead", "add", *words)
    return practice


@pytest.fixture(scope="module")
def figures(year: Practice) -> Any:
    return year.ok("report", *WORDS, "--json").json


class TestFigures:
    def test_the_usual_period_is_ninety_days_to_today(self, practice: Practice) -> None:
        found = practice.ok("report", "--json").json
        assert (found["days"], found["timezone"]) == (90, "America/New_York")
        assert found["until"] == datetime.fromisoformat(found["made_at"]).date().isoformat()

    def test_they_hang_together(self, figures: Any) -> None:
        whole, *parts = figures["response"]
        for name in ("mails", "waiting", "overdue", "without"):
            assert whole[name] == sum(part[name] for part in parts)
        assert whole["mails"] > 20
        funnel = figures["funnel"]
        assert funnel["people"] == sum(one["people"] for one in funnel["outcomes"])
        assert funnel["people"] == sum(one["clients"]["n"] for one in funnel["sources"])
        reached = [step["reached"]["count"] for step in funnel["stages"]]
        assert reached == sorted(reached, reverse=True)
        assert reached[0] == funnel["people"] > 5

    def test_an_earlier_period_is_as_it_was(self, year: Practice, figures: Any) -> None:
        earlier = year.ok("report", "--since", "2026-05-01", "--until", "2026-07-31", "--json").json
        assert earlier["days"] == 92
        assert earlier["funnel"]["people"] != figures["funnel"]["people"]
        may = {month["month"]: month for month in earlier["months"]}["2026-05"]
        assert may == {month["month"]: month for month in figures["months"]}["2026-05"]

    @pytest.mark.parametrize(
        ("words", "says"),
        [
            (["--since", "last week"], "is no date"),
            (["--since", "2026-11-01", "--until", "2026-10-01"], "is after --until"),
            (["--until", "2999-01-01"], "lies ahead"),
            (["--html", "-", "--json"], "cannot share stdout"),
            (["--since", "0001-01-01"], "is no date that mail could have"),
        ],
    )
    def test_days_that_cannot_be(self, practice: Practice, words: list[str], says: str) -> None:
        done = practice.run("report", *words)
        assert done.code == 2
        assert says in done.err
        assert done.err.count("\n") == 1

    def test_the_terminal_says_the_same_within_its_width(self, year: Practice, figures: Any) -> None:
        text = year.ok("report", *WORDS).out
        assert f"The journey of {figures['funnel']['people']} new people" in text
        assert f"{figures['response'][0]['hours']['median']:.1f} h" in text
        tables = [line for line in text.splitlines() if "█" in line or "░" in line]
        assert max(map(len, tables)) <= 80
        assert "\x1b" not in text

    def test_what_was_never_logged_is_said_with_its_command(self, practice: Practice) -> None:
        practice.ok("lead", "add", "jane@example.org")
        assert "not logged: inboxtriage lead log ID revenue" in practice.ok("report").out
        assert practice.ok("report", "--json").json["money"]["revenue"] is None

    def test_a_forgotten_person_is_in_no_figure_and_that_is_said(self, practice: Practice) -> None:
        from tests.practice import mail

        practice.receive(mail(sender="Jane Doe <jane@example.org>"))
        practice.receive(mail(sender="Joe Roe <joe@example.org>"))
        practice.ok("poll")
        assert practice.ok("report", "--json").json["response"][0]["mails"] == 2
        practice.ok("forget", "jane@example.org", "--yes")
        found = practice.ok("report", "--json").json
        assert (found["response"][0]["mails"], found["funnel"]["people"]) == (1, 1)
        assert found["forgotten"] >= 1

    def test_nobody_is_named(self, year: Practice) -> None:
        for words in ([], ["--json"], ["--html", "-"]):
            out = year.ok("report", *words).out
            assert "priya" not in out.lower()
            assert "example.org" not in out
            assert "555" not in re.sub(r"0\.\d+|\d+\.\d+%", "", out)


class TestFile:
    def test_it_is_private_whatever_the_umask(self, year: Practice) -> None:
        file = year.home / "report.html"
        before = os.umask(0)
        try:
            year.ok("report", *WORDS, "--html", str(file))
        finally:
            os.umask(before)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert [one.name for one in year.home.iterdir() if "report" in one.name] == ["report.html"]

    def test_an_older_report_is_replaced_and_another_file_kept(self, practice: Practice) -> None:
        file, other = practice.home / "report.html", practice.home / "accounts.html"
        practice.ok("report", "--html", str(file))
        practice.ok("report", "--html", str(file))
        other.write_text("<p>the accounts")
        refused = practice.run("report", "--html", str(other))
        assert refused.code == 1
        assert "--force" in refused.err
        assert other.read_text() == "<p>the accounts"
        practice.ok("report", "--html", str(other), "--force")
        assert other.read_text().startswith("<!doctype html>")

    @pytest.mark.parametrize("place", ["", "nowhere/report.html"])
    def test_where_it_cannot_be_written(self, practice: Practice, place: str) -> None:
        done = practice.run("report", "--html", str(practice.home / place))
        assert done.code == 1
        assert done.err.count("\n") == 1

    def test_with_json_both_are_written(self, practice: Practice) -> None:
        file = practice.home / "report.html"
        assert json.loads(practice.ok("report", "--json", "--html", str(file)).out)["days"] == 90
        assert file.exists()

    def test_a_hostile_name_stays_text(self, practice: Practice) -> None:
        practice.config.write_text(
            practice.config.read_text().replace("Harbor Counseling", "<script>alert(1)</script>")
        )
        page = practice.ok("report", "--html", "-").out
        assert "<script" not in page
        assert "&lt;script&gt;" in page


@pytest.fixture(scope="module")
def page() -> Iterator[chromium.Page]:
    """A browser for all of these tests."""
    missing = chromium.why_not()
    if missing:
        if REQUIRE_PEERS:
            pytest.fail(f"INBOXTRIAGE_REQUIRE_PEERS=1, but {missing}")
        pytest.skip(missing)
    with chromium.browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def file(year: Practice) -> Path:
    written = year.home / "page.html"
    year.ok("report", *WORDS, "--html", str(written))
    return written


class TestPage:
    def test_it_asks_for_nothing_and_says_nothing(self, page: chromium.Page, file: Path) -> None:
        page.show(file)
        assert page.asked == [file.as_uri()]
        assert page.said == []
        assert page.value("document.scripts.length") == 0
        assert page.value("document.querySelectorAll('[src], [href]').length") == 0

    def test_even_if_something_were_slipped_in(self, page: chromium.Page, file: Path) -> None:
        """The policy in its head holds: no picture is fetched, no script runs."""
        slipped = file.with_name("slipped.html")
        bad = "<img src='http://192.0.2.1/x.png'><script>document.title = 'run'</script></main>"
        slipped.write_text(file.read_text().replace("</main>", bad))
        page.show(slipped)
        assert page.value("document.title") != "run"
        assert any("Content Security Policy" in line for line in page.said)

    def test_its_figures_are_those_of_the_json(self, page: chromium.Page, file: Path, figures: Any) -> None:
        page.show(file)
        table = "[...document.querySelectorAll('section[aria-labelledby={}] tbody tr')].map(row => [...row.cells].map(cell => cell.textContent.trim()))"
        journey = page.value(table.format("journey"))
        assert [int(row[2]) for row in journey] == [step["reached"]["count"] for step in figures["funnel"]["stages"]]
        assert [int(row[6]) for row in journey] == [step["now"] for step in figures["funnel"]["stages"]]
        answers = page.value(table.format("answers"))
        assert [int(row[2]) for row in answers] == [one["mails"] for one in figures["response"]]
        questions = page.value(table.format("questions"))
        assert [row[0].lower() for row in questions] == [one["label"] for one in figures["questions"]]
        months = page.value(table.format("months"))
        assert [int(row[1]) for row in months] == [month["people"] for month in figures["months"]]

    def test_a_bar_is_as_long_as_its_figure(self, page: chromium.Page, file: Path, figures: Any) -> None:
        page.show(file)
        lengths = page.value(
            "[...document.querySelectorAll('section[aria-labelledby=journey] .bar svg')].map(bar => "
            "(bar.querySelector('.main')?.getBoundingClientRect().width || 0) / bar.getBoundingClientRect().width)"
        )
        funnel = figures["funnel"]
        shares = [step["reached"]["count"] / funnel["people"] for step in funnel["stages"]]
        assert lengths == pytest.approx(shares, abs=0.01)

    @pytest.mark.parametrize("width", [320, 380, 700, 1400])
    def test_it_fits_every_width(self, page: chromium.Page, file: Path, width: int) -> None:
        page.show(file, width=width)
        assert page.value("document.documentElement.scrollWidth") <= width
        cut = page.value(
            "[...document.querySelectorAll('figure text')].filter(text => { const at = text.getBoundingClientRect();"
            "return at.left < 0 || at.right > innerWidth }).length"
        )
        assert cut == 0

    @pytest.mark.parametrize("dark", [False, True])
    def test_every_word_stands_out(self, page: chromium.Page, file: Path, dark: bool) -> None:
        """WCAG 2.2, 1.4.3: 4.5 to 1."""
        page.show(file, dark=dark)
        assert page.value(_CONTRAST) >= 4.5
        ground = page.value("getComputedStyle(document.body).backgroundColor")
        assert (int(re.findall(r"\d+", ground)[0]) < 60) is dark

    def test_every_chart_can_be_heard(self, page: chromium.Page, file: Path) -> None:
        page.show(file)
        assert page.value("[...document.querySelectorAll('svg[role=img]')].every(svg => svg.ariaLabel.length > 0)")
        assert page.value("document.querySelectorAll('svg[role=img]').length") > 20
        assert page.value("document.querySelectorAll('section').length") == page.value(
            "document.querySelectorAll('h2').length"
        )

    @pytest.mark.parametrize("letter", [False, True])
    def test_it_prints_on_five_sheets_and_cuts_no_chart(self, page: chromium.Page, file: Path, letter: bool) -> None:
        page.show(file)
        assert len(re.findall(rb"/Type\s*/Page\b", page.printed(letter=letter))) in {4, 5}
        page.show(file, media="print")
        assert page.value("getComputedStyle(document.querySelector('figure')).breakInside") == "avoid"
        assert page.value("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"

    def test_paper_is_white_also_in_the_dark(self, page: chromium.Page, file: Path) -> None:
        page.show(file, dark=True, media="print")
        assert page.value("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"

    def test_with_nothing_known_it_says_so(self, page: chromium.Page, practice: Practice) -> None:
        file = practice.home / "empty.html"
        practice.ok("report", "--html", str(file))
        page.show(file)
        assert (page.asked, page.said) == ([file.as_uri()], [])
        words = page.value("document.body.innerText")
        assert "Nothing is known of these days yet." in words
        assert "too few to say" in words
        assert "NaN" not in words
        assert "None of" not in words


_CONTRAST = """(() => {
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, n) => sum + v * [0.2126, 0.7152, 0.0722][n], 0);
  const ground = node => { for (; node; node = node.parentElement) { const c = parse(getComputedStyle(node).backgroundColor);
    if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
  let least = 21;
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || node.closest('style')) continue;
    const style = getComputedStyle(node), ink = parse(node.closest('svg') ? style.fill : style.color);
    const [a, b] = [light(ink), light(ground(node))].sort((x, y) => y - x);
    least = Math.min(least, (a + 0.05) / (b + 0.05));
  }
  return least;
})()"""


def test_the_clock_of_the_sample_is_the_test_s_own() -> None:
    """The year ends on a day that is over, so that nothing in it lies ahead of any run."""
    assert datetime.now(UTC).date() > DAY

"""Takes the pictures that the documentation shows: the report of an invented year, and the review of the demo."""

import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.acceptance.test_backlog import demo
from tests.peers import chromium
from tests.practice import Practice
from tests.sitting import Sitting, sitting

from benchmarks.report_sample import fill
from inboxtriage.ui.app import Review
from inboxtriage.ui.keys import GROUP

_DOCS = Path(__file__).parents[1] / "docs"
_WIDTH, _HEIGHT = 1000, 1560
_WIDE, _NARROW = (144, 44), (100, 36)  # columns and rows
_CELL = 9  # pixels a cell is wide


def main() -> None:
    """Write them anew."""
    missing = chromium.why_not()
    if missing:
        sys.exit(f"no picture taken: {missing}")
    with tempfile.TemporaryDirectory() as folder, chromium.browser() as page:
        _report(Path(folder), page)
        practice = demo(Path(folder) / "review")
        _review(practice, page, "review.png", _WIDE, _to_a_single)
        _review(practice, page, "review-group.png", _NARROW, _to_a_group)


def _report(folder: Path, page: chromium.Page) -> None:
    until = datetime.now(UTC).date() - timedelta(days=1)
    practice = Practice.in_folders(folder / "report")
    fill(practice, people=220, until=until)
    file = folder / "report.html"
    practice.ok("report", "--until", until.isoformat(), "--html", str(file))
    page.show(file, width=_WIDTH, height=_HEIGHT)
    _keep("report.png", page)


def shot(app: Review) -> str:
    """What the screen of a running review shows, as SVG."""
    return app.export_screenshot(title="inboxtriage review", simplify=True)


def _review(
    practice: Practice, page: chromium.Page, name: str, size: tuple[int, int], go: Callable[[Sitting], None]
) -> None:
    with sitting(practice, *size) as seat:
        go(seat)
        drawn = shot(seat.app)
    file = practice.home / "review.html"
    file.write_text(f"<!doctype html><style>body{{margin:0}}svg{{display:block;width:100%}}</style>{drawn}", "utf-8")
    width = size[0] * _CELL
    page.show(file, width=width, height=width)
    page.show(file, width=width, height=int(page.value("document.querySelector('svg').getBoundingClientRect().height")))
    _keep(name, page)


def _to_a_single(seat: Sitting) -> None:
    """Somebody who asks several things at once."""
    seat.press("/")
    seat.type("Horizon")
    seat.press("enter")


def _to_a_group(seat: Sitting) -> None:
    """The first group of more than two, one of whom is struck out."""
    while not (seat.app.view == GROUP and len(seat.items) > 2):
        seat.press("n")
    seat.press("down", "x", "home")


def _keep(name: str, page: chromium.Page) -> None:
    picture = _DOCS / name
    picture.write_bytes(page.picture(whole=False))
    print(f"{picture.name}: {picture.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()

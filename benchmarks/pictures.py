"""Takes the picture of the report that the documentation shows: docs/report.png, from an invented year."""

import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.peers import chromium
from tests.practice import Practice

from benchmarks.report_sample import fill

PICTURE = Path(__file__).parents[1] / "docs" / "report.png"
_WIDTH, _HEIGHT = 1000, 1560


def main() -> None:
    """Write it anew."""
    missing = chromium.why_not()
    if missing:
        sys.exit(f"no picture taken: {missing}")
    until = datetime.now(UTC).date() - timedelta(days=1)
    with tempfile.TemporaryDirectory() as folder, chromium.browser() as page:
        practice = Practice.in_folders(Path(folder))
        fill(practice, people=220, until=until)
        file = Path(folder) / "report.html"
        practice.ok("report", "--until", until.isoformat(), "--html", str(file))
        page.show(file, width=_WIDTH, height=_HEIGHT)
        PICTURE.write_bytes(page.picture(whole=False))
    print(f"{PICTURE.name}: {PICTURE.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()

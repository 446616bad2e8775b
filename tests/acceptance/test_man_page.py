"""The man page says what the help says, and both programs that show man pages take it."""

import re
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from tests import help_pages, man_page
from tests.conftest import REQUIRE_PEERS

ROOT = Path(__file__).parents[2]
SECTIONS = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "COMMANDS", "FILES", "ENVIRONMENT", "EXIT STATUS", "SEE ALSO"]
# Of others, who set them for themselves: the terminal, systemd, the desktop, the shell that asks for completion.
NOT_FOR_PEOPLE = {
    "TERM",
    "TZ",
    "JOURNAL_STREAM",
    "NOTIFY_SOCKET",
    "WATCHDOG_PID",
    "WATCHDOG_USEC",
    "USER",
    "LOGNAME",
    "PATH",
    "_INBOXTRIAGE_COMPLETE",
}


@pytest.fixture(scope="module")
def shown() -> str:
    """The page as mandoc shows it."""
    if shutil.which("mandoc") is None:
        if REQUIRE_PEERS:
            pytest.fail("INBOXTRIAGE_REQUIRE_PEERS=1, but mandoc is not installed")
        pytest.skip("mandoc is not installed (apt install mandoc)")
    asked = ["mandoc", "-Tutf8", "-Owidth=1000", "-Kutf-8", str(man_page.PAGE)]
    text = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    return re.sub(".\b", "", text)


def test_it_is_what_the_help_says() -> None:
    assert man_page.PAGE.read_text(encoding="utf-8") == man_page.page(), "run `make docs`"


def test_mandoc_finds_nothing_wrong(shown: str) -> None:
    found = subprocess.run(
        ["mandoc", "-Tlint", "-Wall", str(man_page.PAGE)], capture_output=True, text=True, check=False
    )
    assert (found.returncode, found.stdout) == (0, "")


def test_man_shows_it() -> None:
    if shutil.which("man") is None or shutil.which("groff") is None:
        pytest.skip("man is not installed (apt install man-db)")
    done = subprocess.run(
        ["man", "--warnings", "-l", str(man_page.PAGE)],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin"},
        check=True,
    )
    assert done.stderr == ""
    assert "unanswered" in done.stdout


def test_every_section_command_and_option(shown: str) -> None:
    assert re.findall(r"^([A-Z][A-Z ]+)$", shown, re.MULTILINE) == SECTIONS
    commands = re.split(
        r"^   (?=[a-z])", shown.split("\nCOMMANDS\n")[1].split("\nFILES\n", maxsplit=1)[0], flags=re.MULTILINE
    )
    for words, command in help_pages.commands():
        if not words:
            continue
        (section,) = [one for one in commands if re.match(rf"{' '.join(words)}(?: [^a-z]|\n)", one)]
        for one in command.params:
            if isinstance(one, click.Option) and not one.hidden and one.name != "debug":
                assert one.opts[0] in section, (words, one.opts)
        first = " ".join((command.help or "").split("\n\n")[0].split())
        assert first.partition(".")[0] in " ".join(section.split()), words


def test_every_variable_that_is_read_is_explained(shown: str) -> None:
    code = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "src").rglob("*.py"))
    read = set(re.findall(r'environ(?:ment)?(?:\.get\(|\[)"([A-Z_]+)"', code)) | {"INBOXTRIAGE_CONFIG"}
    explained = shown.split("\nENVIRONMENT\n")[1].split("\nEXIT STATUS\n", maxsplit=1)[0]
    assert {name for name in read - NOT_FOR_PEOPLE if name not in explained} == set()


def test_no_words_mean_anything_to_roff() -> None:
    hostile = '.SH OWNED\n\'br \\fBbold\\fR \\n(.H -x `tick` ^~ "quoted" naïve “so”'
    lines = [*man_page._filled(hostile)]
    assert not any(one.startswith((".", "'")) for one in lines)
    assert all(one.isascii() for one in lines)
    assert "\\f" not in "".join(lines)

"""Tab in a real bash, zsh and fish: commands, options, choices and the ids of what waits; nothing else ever happens."""

import os
import pty
import re
import select
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from inboxtriage.cli.completion import tree, values
from inboxtriage.cli.main import COMMANDS
from inboxtriage.service import completing
from inboxtriage.service.deciding import _FLAGS, _PINNED_KINDS
from tests import completion_words, help_pages
from tests.conftest import REQUIRE_PEERS
from tests.practice import ASKS_INSURANCE, ASKS_ROOM, Practice, mail

HARMFUL = "'x' \"y\": z; `touch HARM` $(touch HARM) \x1b]0;owned\x07 * ~ \\ %F{red} &| {a,b} done"
SHELLS = ("bash", "zsh", "fish")


def needs(shell: str) -> None:
    if shutil.which(shell) is None:
        if REQUIRE_PEERS:
            pytest.fail(f"INBOXTRIAGE_REQUIRE_PEERS=1, but {shell} is not installed")
        pytest.skip(f"{shell} is not installed (apt install {shell})")


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Practice:
    """A practice in which mail waits, one with a subject that means something to shells."""
    home = tmp_path_factory.mktemp("busy")
    made = Practice.in_folders(home)
    made.receive(mail(ASKS_INSURANCE, subject=HARMFUL.replace("\x1b", "=?utf-8?q?=1B?=")), days_ago=2)
    made.receive(mail(ASKS_ROOM, sender="Ravi `id` <ravi@example.net>", subject="Room?"), days_ago=1)
    made.receive(mail(ASKS_ROOM, sender="Ann <ann@example.net>", subject="Room too"), days_ago=0)
    made.ok("poll")
    made.ok("queue")
    bin_ = home / "bin"
    bin_.mkdir()
    program = bin_ / "inboxtriage"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m inboxtriage "$@"\n')
    program.chmod(0o755)
    made.environment |= {
        "PATH": f"{bin_}:{os.environ['PATH']}",
        "INBOXTRIAGE_CONFIG": str(made.config),
        "TERM": "dumb",
        "PS1": "> ",
        "HISTFILE": "/dev/null",
    }
    return made


def tab(practice: Practice, line: str, shell: str = "zsh") -> list[tuple[str, str]]:
    """What the program offers at the end of a line, with its description."""
    words = line.split(" ")
    asked = {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1), "_INBOXTRIAGE_COMPLETE": f"{shell}_complete"}
    done = subprocess.run(
        [sys.executable, "-m", "inboxtriage"], capture_output=True, text=True, env=practice.env() | asked, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.strip("\n").splitlines()
    return [(value, about) for kind, value, about in zip(*[iter(lines)] * 3, strict=True) if kind == "plain"]


def offered(practice: Practice, line: str) -> list[str]:
    return [value for value, _ in tab(practice, line)]


class TestWhatIsOffered:
    def test_the_words_are_those_of_the_commands(self) -> None:
        assert tree.DATA.read_text(encoding="utf-8") == completion_words.text(), "run `make docs`"

    def test_every_value_is_that_of_a_parameter_and_of_a_kind_that_is_known(self) -> None:
        there = {(" ".join(words), one.name) for words, made in help_pages.commands() for one in made.params}
        assert values.named() <= there
        kinds = {takes for command, one in there if isinstance(takes := values.takes(command, str(one)), str)}
        assert kinds == completing.KINDS

    def test_the_lists_are_those_of_the_journey(self) -> None:
        from inboxtriage.journey.stage import OUTCOMES, STAGES
        from inboxtriage.triage.pins import RULES

        assert values.takes("lead move", "stage") == list(STAGES)
        assert set(values.takes("lead list", "outcome") or ()) == set(OUTCOMES)
        assert values.takes("pin add", "rule") == list(RULES)
        assert set(completing._VALUES) == _FLAGS | _PINNED_KINDS

    def test_commands_and_options(self, busy: Practice) -> None:
        assert offered(busy, "inboxtriage ") == list(COMMANDS)
        assert tab(busy, "inboxtriage unans") == [("unanswered", COMMANDS["unanswered"][1])]
        assert set(offered(busy, "inboxtriage lead le")) == {"let-go", "lessons", "letter"}
        assert offered(busy, "inboxtriage approve --gr") == ["--group"]
        assert offered(busy, "inboxtriage done m1 --how ") == ["phone", "elsewhere", "none"]
        assert offered(busy, "inboxtriage lead move p1 en") == ["encounter", "enroll", "engage"]

    def test_ids(self, busy: Practice) -> None:
        waiting = {"m1", "m2", "m3"}
        for command in ("approve", "show", "edit", "reject", "relabel", "snooze", "done"):
            assert set(offered(busy, f"inboxtriage {command} ")) == waiting, command
        assert ("m3", "Ann, Room too") in tab(busy, "inboxtriage approve ")
        assert set(offered(busy, "inboxtriage approve m1 ")) == {"m2", "m3"}, "what stands there is not offered again"
        assert set(offered(busy, "inboxtriage lead show ")) == {"p1", "p2", "p3"}
        assert offered(busy, "inboxtriage lead show p2") == ["p2"]
        (group,) = {one["group"] for one in busy.queue()} - {None}
        assert tab(busy, "inboxtriage approve --group ")[0][0] == group
        assert {"insurance", "vendor", "not-urgent"} < set(offered(busy, "inboxtriage relabel m1 "))
        assert offered(busy, "inboxtriage template preview ins") == ["insurance"]
        assert "welcome" in offered(busy, "inboxtriage template preview --letter ")
        assert offered(busy, "inboxtriage undo ") == []
        busy.ok("snooze", "m2", "2999-01-01")
        assert offered(busy, "inboxtriage undo ") == ["m2"]
        assert "m2" not in offered(busy, "inboxtriage approve ")
        assert "m2" in offered(busy, "inboxtriage edit ")
        busy.ok("undo", "m2")
        assert offered(busy, "inboxtriage resolve ") == []

    def test_a_send_whose_end_is_unknown(self, tmp_path: Path) -> None:
        made = Practice.in_folders(tmp_path)
        made.environment["INBOXTRIAGE_CONFIG"] = str(made.config)
        made.receive(mail(subject="Room?"))
        made.ok("poll")
        made.queue()
        made.ok("approve", "m1")
        a = made.assembly()
        with a.db.writing():
            a.db.run("UPDATE outgoing SET state = 'unknown'")
        a.close()
        assert tab(made, "inboxtriage resolve ") == [("o1", "jane@example.org, Re - Room?")]
        assert offered(made, "inboxtriage undo ") == ["m1"]

    def test_another_configuration_is_looked_into_where_one_is_given(self, busy: Practice, tmp_path: Path) -> None:
        other = Practice.in_folders(tmp_path / "other")
        assert offered(busy, f"inboxtriage --config {other.config} show ") == []

    def test_nothing_of_the_store_is_changed(self, busy: Practice) -> None:
        store = busy.home / "store"
        before = {file.name: file.read_bytes() for file in store.iterdir() if file.is_file()}
        for line in ("approve ", "approve --group ", "lead show ", "undo ", "resolve "):
            tab(busy, f"inboxtriage {line}")
        assert {file.name: file.read_bytes() for file in store.iterdir() if file.is_file()} == before

    def test_while_somebody_writes(self, busy: Practice) -> None:
        a = busy.assembly()
        with a.db.writing():
            assert "m1" in offered(busy, "inboxtriage show ")
        a.close()

    @pytest.mark.parametrize("line", ["show ", "approve --group ", "relabel m1 ", "lead show ", "template preview "])
    def test_nothing_and_in_silence_where_something_is_wrong(self, line: str, tmp_path: Path) -> None:
        made = Practice.in_folders(tmp_path)
        made.environment["INBOXTRIAGE_CONFIG"] = str(made.config)
        labels = "template" in line or "relabel" in line  # these need no store
        assert bool(offered(made, f"inboxtriage {line}")) == labels
        assert not (tmp_path / "store").exists()
        (tmp_path / "store").mkdir()
        (tmp_path / "store" / "inboxtriage.sqlite3").write_bytes(b"no database " * 1000)
        assert bool(offered(made, f"inboxtriage {line}")) == labels
        made.config.write_text("[broken")
        assert offered(made, f"inboxtriage {line}") == []
        made.config.unlink()
        assert offered(made, f"inboxtriage {line}") == []

    @pytest.mark.parametrize(
        "typed",
        [
            "",
            "x",
            "'",
            '"',
            "show '",
            "--config",
            "lead nobody ",
            "nonsense x ",
            "show $(touch HARM) ",
            "-- ",
            "approve --group=",
        ],
    )
    def test_half_a_line(self, typed: str, busy: Practice) -> None:
        words = f"inboxtriage {typed}"
        for shell in SHELLS:
            asked = {"COMP_WORDS": words, "COMP_CWORD": "1", "_INBOXTRIAGE_COMPLETE": f"{shell}_complete"}
            if shell == "fish":
                asked["COMP_CWORD"] = words.rpartition(" ")[2]
            done = subprocess.run(
                [sys.executable, "-m", "inboxtriage"],
                capture_output=True,
                text=True,
                env=busy.env() | asked,
                cwd=busy.home,
                check=False,
            )
            assert (done.returncode, done.stderr) == (0, ""), shell
        assert not (busy.home / "HARM").exists()

    def test_no_command_is_imported_for_it(self, busy: Practice) -> None:
        probe = (
            "import sys, atexit, os\natexit.register(lambda: os.write(2, ' '.join(sys.modules).encode()))\n"
            "from inboxtriage.cli.main import main\nmain()\n"
        )
        asked = {"COMP_WORDS": "inboxtriage approve ", "COMP_CWORD": "2", "_INBOXTRIAGE_COMPLETE": "zsh_complete"}
        done = subprocess.run(
            [sys.executable, "-c", probe], capture_output=True, text=True, env=busy.env() | asked, check=True
        )
        assert "m1" in done.stdout
        modules = set(done.stderr.split())
        assert "inboxtriage.cli.decide" not in modules
        assert not modules & {"inboxtriage.service.approvals", "sklearn", "numpy", "imapclient", "jinja2", "rich"}


class Terminal:
    """A shell in a terminal of its own."""

    def __init__(self, command: list[str], practice: Practice) -> None:
        self._terminal, theirs = pty.openpty()
        self.process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=practice.env(), cwd=practice.home, close_fds=True
        )
        os.close(theirs)
        self.text = ""

    def type(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    def until(self, seen: Callable[[str], object], seconds: float = 30) -> str:
        deadline = time.monotonic() + seconds
        while not seen(self.text):
            assert time.monotonic() < deadline, self.text
            if select.select([self._terminal], [], [], 0.2)[0]:
                self.text += os.read(self._terminal, 65_536).decode("utf-8", "replace")
        return self.text

    def close(self) -> None:
        self.process.kill()
        self.process.wait(10)
        os.close(self._terminal)


def installed(shell: str, practice: Practice) -> None:
    """Do what the help says for a shell, as the person would."""
    said = practice.ok("completion", "--help").out
    (line,) = re.findall(rf"^ +(\S.*completion {shell}.*)$", said, re.MULTILINE)
    subprocess.run(["bash", "-c", line], check=True, env=practice.env())


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_a_real_shell_with_its_line_of_the_help(shell: str, busy: Practice) -> None:
    needs(shell)
    installed(shell, busy)
    terminal = Terminal([shell, "-i"], busy)
    try:
        terminal.type("echo re''ady\n")
        terminal.until(lambda text: "ready" in text)
        terminal.type("inboxtriage unansw\t")
        terminal.until(lambda text: "inboxtriage unanswered" in text)
        terminal.type("\x15inboxtriage show m\t\t")
        terminal.until(lambda text: all(f"m{n}" in text for n in (1, 2, 3)))
        if shell == "zsh":
            assert "Ann, Room too" in terminal.text
        terminal.type("\x15inboxtriage show m1\t")
        time.sleep(0.5)
        terminal.type("\x15echo o''ver\n")
        terminal.until(lambda text: "over" in text)
    finally:
        terminal.close()
    assert "\x1b]0" not in terminal.text
    assert not (busy.home / "HARM").exists()


def test_a_real_fish_with_its_line_of_the_help(busy: Practice) -> None:
    needs("fish")
    installed("fish", busy)

    def complete(line: str) -> str:
        asked = ["fish", "-c", f"complete -C {shlex.quote(line)}"]
        return subprocess.run(
            asked, capture_output=True, text=True, env=busy.env(), cwd=busy.home, check=True, timeout=60
        ).stdout

    assert complete("inboxtriage unansw").split("\t")[0] == "unanswered"
    shown = complete("inboxtriage show ")
    assert "m3\tAnn; Room too" in shown
    assert "m1\tJane Doe; ’x’ y - z touch HARM touch HARM" in shown
    assert "\x1b" not in shown
    assert "--group" in complete("inboxtriage approve --")
    assert not (busy.home / "HARM").exists()


def test_words_of_strangers_mean_nothing_to_a_shell() -> None:
    said = completing.harmless(HARMFUL + "\n\u202eevil\x9b\x00")
    assert not set(said) & set("'\"`$(){}[]:;|&<>*~\\!#%^=\n\x1b\x07\u202e\x9b\x00")
    assert len(completing.harmless("x" * 10_000)) <= 70


def test_a_value_that_is_no_plain_word_is_not_offered(busy: Practice) -> None:
    own = busy.home / "own"
    own.mkdir()
    shipped = (Path(__file__).parents[2] / "responses" / "insurance.md").read_text()
    (own / "a b;$(id).md").write_text(shipped)
    config = busy.home / "other.toml"
    config.write_text(busy.config.read_text() + '\n[responses]\npath = "own"\n')
    found = offered(busy, f"inboxtriage --config {config} template preview ")
    assert not any("id" in one for one in found)

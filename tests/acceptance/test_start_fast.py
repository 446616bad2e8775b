"""What is imported when: scikit-learn by `train` and `evaluate` alone, and nothing heavy by what people type often."""

import subprocess
import sys

import pytest

from inboxtriage.cli.main import COMMANDS
from tests.practice import ASKS_INSURANCE, Practice, mail

LEARNING = {"train", "evaluate"}
# Importing these costs a tenth of a second or more (FEASIBILITY: start-up).
HEAVY = {"sklearn", "scipy", "numpy", "imapclient", "aiosmtplib", "jinja2", "sqlite_utils", "keyring", "rich"}


def imported(practice: Practice, *words: str) -> set[str]:
    """The top-level packages that a run of the program has imported at its end."""
    probe = (
        "import sys, atexit\n"
        "atexit.register(lambda: print('IMPORTED', *sorted({m.split('.')[0] for m in sys.modules}), file=sys.stderr))\n"
        f"sys.argv = ['inboxtriage', '--config', {str(practice.config)!r}, *{list(words)!r}]\n"
        "from inboxtriage.cli.main import main\nmain()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, env=practice.env(), check=False
    )
    return set(done.stderr.rpartition("IMPORTED ")[2].split())


@pytest.fixture
def busy(practice: Practice) -> Practice:
    practice.receive(mail(ASKS_INSURANCE))
    practice.ok("poll")
    practice.queue()
    return practice


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - LEARNING - {"run", "demo"}))
def test_only_learning_needs_scikit_learn(command: str, busy: Practice) -> None:
    words = {
        "classify": ["classify", "--json", str(next((busy.home / "inbox" / "new").iterdir()))],
        "approve": ["approve", "m1", "--now"],
        "show": ["show", "m1"],
        "edit": ["edit", "m1", "--note", "x"],
        "reject": ["reject", "m1"],
        "relabel": ["relabel", "m1", "fit"],
        "snooze": ["snooze", "m1", "2999-01-01"],
        "undo": ["undo", "m1"],
        "done": ["done", "m1", "--how", "phone"],
        "resolve": ["resolve", "o1"],
        "lead": ["lead", "list"],
        "audit": ["audit", "verify"],
    }.get(command, [command])
    found = imported(busy, *words)
    assert "inboxtriage" in found
    assert not {"sklearn", "scipy"} & found


def test_training_does_need_it(busy: Practice) -> None:
    assert "sklearn" in imported(busy, "train", "--rollback")


@pytest.mark.parametrize(
    "words", [["--help"], ["--version"], ["queue"], ["queue", "--json"], ["status"], ["outbox"], ["lead", "list"]]
)
def test_what_is_typed_often_imports_nothing_heavy(words: list[str], busy: Practice) -> None:
    assert not HEAVY & imported(busy, *words)


def test_the_help_reads_no_configuration(practice: Practice) -> None:
    practice.config.write_text("[broken")
    assert practice.run("--help").code == 0
    assert practice.run("queue", "--help").code == 0

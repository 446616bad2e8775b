"""The daemon as a service: what is written is judged by the service managers' own tools where they are here."""

import os
import plistlib
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from inboxtriage.config.load import load
from inboxtriage.service.background import launchd, systemd
from inboxtriage.service.background.job import Job, job, unset_names
from tests.conftest import REQUIRE_PEERS
from tests.practice import Practice

ODD = Path("/tmp/a b%c$d")


def the_job(practice: Practice, *, folder: Path = ODD) -> Job:
    return job(
        load(practice.config),
        python="/usr/bin/python3",
        config=practice.config,
        folders=(folder,),
        search_path="/usr/bin:/my bin",
    )


@pytest.fixture
def analyze(tmp_path: Path) -> dict[str, str]:
    """The environment in which systemd-analyze looks at units of a user."""
    if shutil.which("systemd-analyze") is None:
        if REQUIRE_PEERS:
            pytest.fail("INBOXTRIAGE_REQUIRE_PEERS=1, but systemd-analyze is not installed (apt install systemd)")
        pytest.skip("systemd-analyze is not installed (apt install systemd)")
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    return {**os.environ, "XDG_RUNTIME_DIR": str(runtime), "HOME": str(tmp_path)}


class TestSystemd:
    @pytest.mark.parametrize("own_programs", [False, True])
    def test_the_unit_is_one_that_systemd_understands(
        self, own_programs: bool, practice: Practice, analyze: dict[str, str]
    ) -> None:
        if own_programs:
            practice.config.write_text(practice.config.read_text() + '\n[service]\nalarm_command = ["notify"]\n')
        file = practice.home / systemd.FILE
        file.write_text(systemd.unit(the_job(practice)))
        done = subprocess.run(
            ["systemd-analyze", "--user", "verify", str(file)], capture_output=True, text=True, env=analyze, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")

    def test_it_is_hardened(self, practice: Practice, analyze: dict[str, str]) -> None:
        file = practice.home / systemd.FILE
        file.write_text(systemd.unit(the_job(practice)))
        done = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(file)],
            capture_output=True,
            text=True,
            env=analyze,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-400:]

    def test_no_character_of_a_path_means_anything(self, practice: Practice) -> None:
        text = systemd.unit(the_job(practice))
        assert 'ReadWritePaths="/tmp/a b%%c$d" "' in text
        assert 'Environment="PATH=/usr/bin:/my bin"' in text
        odd = Job(("/py", "a$b", 'c"d\\e'), (), ODD / "environment", "/bin", runs_programs=False)
        assert 'ExecStart="/py" "a$$b" "c\\"d\\\\e"\n' in systemd.unit(odd)

    def test_it_may_write_where_mail_lies(self, practice: Practice) -> None:
        text = systemd.unit(the_job(practice))
        assert all(f'"{practice.home / box}"' in text for box in ("inbox", "outgoing", "sent"))


def test_launchd_gets_a_property_list(practice: Practice) -> None:
    wanted = the_job(practice)
    made = plistlib.loads(launchd.agent(wanted, practice.home / "log"))
    assert made["ProgramArguments"] == list(wanted.command)
    assert made["KeepAlive"] == {"SuccessfulExit": False}
    assert made["Umask"] == 0o077


class TestInstalling:
    """Without a service manager of this user's, as in a container: everything but the start."""

    @pytest.fixture
    def lonely(self, practice: Practice) -> Practice:
        practice.environment |= {"XDG_CONFIG_HOME": str(practice.home / "xdg"), "XDG_RUNTIME_DIR": "/nonexistent"}
        return practice

    @staticmethod
    def unit_of(practice: Practice) -> Path:
        return practice.home / "xdg" / "systemd" / "user" / systemd.FILE

    def test_there_and_back(self, lonely: Practice) -> None:
        lonely.receive(b"kept")
        done = lonely.ok("service", "install")
        assert f"written: {self.unit_of(lonely)}" in done.out
        assert self.unit_of(lonely).read_text() == lonely.ok("service", "install", "--print").out
        status = lonely.run("service", "status", "--json")
        assert (status.code, status.json["installed"], status.json["running"]) == (1, True, False)
        page = (Path(__file__).parents[2] / "docs" / "json.md").read_text()
        section = page.split("## `service status --json`")[1].split("\n## ")[0]
        assert set(re.findall(r"^- `(\w+)`:", section, re.MULTILINE)) == set(status.json)
        lonely.ok("service", "uninstall")
        assert not self.unit_of(lonely).exists()
        assert lonely.config.exists()
        assert lonely.run("service", "uninstall").code == 1

    def test_what_it_starts_is_this_program(self, lonely: Practice) -> None:
        lonely.ok("service", "install")
        line = next(x for x in self.unit_of(lonely).read_text().splitlines() if x.startswith("ExecStart="))
        words = re.findall(r'"([^"]*)"', line)
        assert words[-1] == "run"
        shown = subprocess.run([*words[:-1], "outbox", "--json"], capture_output=True, text=True, check=True)
        assert shown.stdout.strip() == "[]"

    def test_a_unit_of_somebody_else_is_left_alone(self, lonely: Practice) -> None:
        self.unit_of(lonely).parent.mkdir(parents=True)
        self.unit_of(lonely).write_text("[Service]\nExecStart=/bin/true\n")
        for word in ("install", "uninstall"):
            done = lonely.run("service", word)
            assert (done.code, done.err.count("\n")) == (1, 1)
        assert "/bin/true" in self.unit_of(lonely).read_text()

    def test_variables_of_the_shell_are_asked_for(self, lonely: Practice) -> None:
        text = lonely.config.read_text()
        server = 'host = "localhost"\nusername = "x"\npassword_env = "MY_SECRET"\n'
        before, _, rest = text.partition("[accounts.maildir]")
        rest = rest[rest.index("[store]") :]
        lonely.config.write_text(f"{before}[accounts.imap]\n{server}[accounts.smtp]\n{server}{rest}")
        assert "MY_SECRET" in lonely.ok("service", "install").out
        file = lonely.home / "environment"
        file.write_text("MY_SECRET=open to all\n")
        file.chmod(0o644)
        assert "chmod 600" in lonely.run("service", "install").err
        file.chmod(0o600)
        assert "MY_SECRET" not in lonely.ok("service", "install").out

    def test_the_folders_that_it_writes_are_private(self, lonely: Practice) -> None:
        lonely.ok("service", "install")
        assert stat.S_IMODE((lonely.home / "store").stat().st_mode) == 0o700


def test_the_variables_that_a_file_sets(practice: Practice) -> None:
    assert unset_names(load(practice.config), "") == []

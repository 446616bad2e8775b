"""`check`: everything is made wrong for real; the line names what to do, and doing that mends the line."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.peers import dovecot as dovecot_peer
from tests.peers import tls
from tests.peers.dovecot import Dovecot, Mailbox
from tests.peers.smtp import Misbehaviour, SmtpPeer
from tests.practice import Practice, mail

_POINTS = re.compile(r"`[^`]+`|\[[a-z_.]+\]|/\S+")  # a command, a table of the configuration, a file


@dataclass
class Clinic:
    """A practice on real servers, with the hands that break it."""

    practice: Practice
    box: Mailbox
    smtp: SmtpPeer

    def findings(self) -> dict[str, dict[str, Any]]:
        """What `check --json` says; no line that fails is without its next step, and it says it to a person too."""
        done = self.practice.run("check", "--json")
        found = done.json["checks"]
        wrong = [one for one in found if not one["ok"]]
        assert done.code == (1 if wrong else 0)
        for one in found:
            assert (one["do"] is None) == one["ok"], one
        for one in wrong:
            assert _POINTS.search(one["do"]), one
            assert one["do"] in one["detail"], one
        return {one["name"]: one for one in found}

    def wrong(self, name: str) -> dict[str, Any]:
        """The one line that fails."""
        found = self.findings()
        assert [one for one in found if not found[one]["ok"]] == [name]
        return found[name]

    def mended(self) -> bool:
        return all(one["ok"] for one in self.findings().values())

    def does(self, do: str) -> None:
        """What stands between the first pair of backticks, typed into a shell."""
        command = re.findall(r"`([^`]+)`", do)[0]
        typed = command.replace("inboxtriage ", f"{' '.join(self.practice.command())} ", 1)
        subprocess.run(["bash", "-c", typed], check=True, env=self.practice.env(), capture_output=True)

    def rewrite(self, old: str, new: str, count: int = 1) -> None:
        text = self.practice.config.read_text()
        assert old in text
        self.practice.config.write_text(text.replace(old, new, count))


@pytest.fixture
def clinic(dovecot: Dovecot, tmp_path: Path) -> Iterator[Clinic]:
    box = dovecot.mailbox()
    with SmtpPeer() as smtp:
        made = Clinic(Practice.on_servers(tmp_path, box, smtp), box, smtp)
        made.box.deliver(mail())
        made.practice.ok("poll")
        made.practice.queue()
        assert made.mended()
        yield made


class TestServers:
    @pytest.mark.parametrize(
        ("name", "variable", "table"),
        [("mailbox", "TEST_IMAP_PASSWORD", "imap"), ("sending", "TEST_SMTP_PASSWORD", "smtp")],
    )
    def test_a_password(self, clinic: Clinic, name: str, variable: str, table: str) -> None:
        right = clinic.practice.environment[variable]
        clinic.practice.environment[variable] = "wrong"
        line = clinic.wrong(f"practice: {name}")
        assert "refused the sign-in" in line["detail"]
        assert variable in line["do"]
        assert f"[accounts.{table}] of practice in {clinic.practice.config}" in line["do"]
        del clinic.practice.environment[variable]
        assert f"export {variable}=" in clinic.wrong(f"practice: {name}")["do"]
        clinic.practice.environment[variable] = right
        assert clinic.mended()

    def test_a_password_that_a_command_prints(self, clinic: Clinic) -> None:
        clinic.rewrite('password_env = "TEST_IMAP_PASSWORD"', 'password_command = ["echo", "wrong"]')
        assert "what `echo wrong` prints" in clinic.wrong("practice: mailbox")["do"]
        clinic.rewrite('"wrong"', '"secret"')
        assert clinic.mended()
        clinic.rewrite('["echo", "secret"]', '["no-such-program"]')
        assert "no-such-program" in clinic.wrong("practice: mailbox")["detail"]

    def test_a_password_in_no_keyring(self, clinic: Clinic) -> None:
        clinic.rewrite('password_env = "TEST_IMAP_PASSWORD"', "")
        assert "password_command" in clinic.wrong("practice: mailbox")["do"]

    def test_a_certificate(self, clinic: Clinic, tmp_path: Path) -> None:
        right = str(clinic.box.server.certificate.authority)
        other = str(tls.make(tmp_path / "other").authority)
        clinic.rewrite(right, other)
        line = clinic.wrong("practice: mailbox")
        assert "cannot be trusted" in line["detail"]
        assert "ca_file" in line["do"]
        clinic.rewrite(other, right)
        assert clinic.mended()

    def test_a_port(self, clinic: Clinic) -> None:
        port = clinic.box.server.tls_port
        clinic.rewrite(f"port = {port}", "port = 9")
        assert "host, port" in clinic.wrong("practice: mailbox")["do"]
        clinic.rewrite("port = 9", f"port = {clinic.box.server.plain_port}")
        assert "port and security" in clinic.wrong("practice: mailbox")["do"]
        clinic.rewrite(f"port = {clinic.box.server.plain_port}", f"port = {port}")
        assert clinic.mended()

    def test_no_tls(self, clinic: Clinic) -> None:
        clinic.smtp.offer_starttls = False
        clinic.rewrite('security = "none"', 'security = "starttls"')
        line = clinic.wrong("practice: sending")
        assert "STARTTLS" in line["detail"]
        assert "security" in line["do"]

    def test_a_folder(self, clinic: Clinic) -> None:
        clinic.rewrite('name = "practice"', 'name = "practice"\nfolders = ["INBOX", "Inquiries"]')
        line = clinic.wrong("practice: mailbox")
        assert "Inquiries" in line["detail"]
        assert "folders" in line["do"]
        client = clinic.box.client()
        client.create_folder("Inquiries")
        client.logout()
        assert clinic.mended()

    def test_no_folder_for_sent_mail(
        self, certificate: tls.Certificate, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sent = "  mailbox Sent {{\n    auto = subscribe\n    special_use = \\Sent\n  }}\n"
        assert sent in dovecot_peer._CONFIG
        monkeypatch.setattr(dovecot_peer, "_CONFIG", dovecot_peer._CONFIG.replace(sent, ""))
        folder = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/tmp"))
        try:
            with dovecot_peer.running(folder, certificate) as server:
                box = server.mailbox()
                other = Practice.on_servers(clinic.practice.home / "other", box, clinic.smtp)
                here = Clinic(other, box, clinic.smtp)
                assert 'save_sent = "no"' in here.wrong("practice: mailbox")["do"]
                client = box.client()
                client.create_folder("Sent")
                client.logout()
                assert here.mended()
                client = box.client()
                client.delete_folder("Sent")
                client.logout()
                here.rewrite('name = "practice"', 'name = "practice"\nsave_sent = "no"')
                assert here.mended()
        finally:
            shutil.rmtree(folder, ignore_errors=True)


class TestStore:
    def test_permissions(self, clinic: Clinic) -> None:
        store = clinic.practice.home / "store"
        (store / "model").mkdir(mode=0o755)
        shutil.copytree(Path(__file__).parents[2] / "models" / "shipped", store / "model", dirs_exist_ok=True)
        loose = store / "it's mine.txt"
        loose.write_text("x")
        for path in (loose, store / "model", *(store / "model").iterdir()):
            path.chmod(0o755)
        line = clinic.wrong("permissions")
        for command in re.findall(r"`([^`]+)`", line["do"]):
            subprocess.run(["bash", "-c", command], check=True)
        assert clinic.mended()

    def test_the_variables_of_the_service(self, clinic: Clinic) -> None:
        file = clinic.practice.home / "environment"
        file.write_text("PASSWORD=x\n")
        file.chmod(0o644)
        clinic.does(clinic.wrong("secrets")["do"])
        assert clinic.mended()

    def test_a_damaged_database(self, clinic: Clinic) -> None:
        store = clinic.practice.home / "store"
        broken = b"no database " * 2_000
        for file in store.glob("inboxtriage.sqlite3*"):
            file.write_bytes(broken)
        found = clinic.findings()
        assert {name for name in found if not found[name]["ok"]} == {"store", "sends"}
        assert "poll` reads the mail anew" in found["store"]["do"]
        for file in store.glob("inboxtriage.sqlite3*"):
            file.unlink()
        clinic.practice.ok("poll")
        clinic.practice.ok("backup")
        (store / "inboxtriage.sqlite3").write_bytes(broken)
        clinic.does(clinic.findings()["store"]["do"])
        assert clinic.mended()

    def test_a_store_that_cannot_be_had(self, clinic: Clinic) -> None:
        (clinic.practice.home / "file").write_text("x")
        clinic.rewrite('path = "store"', 'path = "file"')
        found = clinic.findings()
        assert "[store] path" in found["store"]["do"]
        assert found["practice: mailbox"]["ok"], "the rest is looked at all the same"
        clinic.rewrite('path = "file"', 'path = "store"')
        assert clinic.mended()

    def test_the_model(self, clinic: Clinic) -> None:
        model = clinic.practice.home / "store" / "model"
        model.mkdir(mode=0o700)
        for file in (Path(__file__).parents[2] / "models" / "shipped").iterdir():
            (model / file.name).write_bytes(file.read_bytes()[:1_000])
            (model / file.name).chmod(0o600)
        line = clinic.wrong("model")
        assert "`inboxtriage train`" in line["do"]
        clinic.practice.ok("train", "--rollback")
        assert clinic.mended()


class TestWords:
    @pytest.fixture
    def own(self, clinic: Clinic) -> Path:
        folder = clinic.practice.home / "own"
        folder.mkdir()
        clinic.practice.config.write_text(clinic.practice.config.read_text() + '\n[responses]\npath = "own"\n')
        return folder

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("no head", "responses"),
            ('+++\ntitle = "x"\n+++\n{{ nonsense }}', "responses (en)"),
            ('+++\ntitle = "x"\n+++\n{% if %}', "responses (en)"),
        ],
    )
    def test_a_response(self, clinic: Clinic, own: Path, text: str, name: str) -> None:
        file = own / "fit.md"
        file.write_text(text)
        line = clinic.findings()[name]
        assert not line["ok"]
        assert "fit.md" in line["detail"]
        assert str(own) in line["do"]
        assert "`inboxtriage template check`" in line["do"]
        file.unlink()
        assert clinic.mended()

    def test_the_journey(self, clinic: Clinic, own: Path) -> None:
        (own / "journey.toml").write_text("[touches.nonsense]\nx = 1\n")
        found = clinic.findings()
        assert not found["journey"]["ok"]
        assert str(own / "journey.toml") in found["journey"]["do"]
        (own / "journey.toml").unlink()
        assert clinic.mended()

    @pytest.mark.parametrize("how", ["missing", "damaged", "no length"])
    def test_a_calendar(self, clinic: Clinic, how: str) -> None:
        clinic.rewrite("waitlist = true", 'waitlist = true\ncalendars = ["busy.ics"]')
        calendar = clinic.practice.home / "busy.ics"
        right = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n"
        if how != "missing":
            calendar.write_text(right if how == "no length" else right[:30])
        if how == "no length":
            clinic.rewrite("session_minutes = 50\n", "")
        line = clinic.wrong("calendars")
        assert ("session_minutes" if how == "no length" else "busy.ics") in line["detail"]
        assert str(clinic.practice.config) in line["do"]
        calendar.write_text(right)
        if how == "no length":
            clinic.rewrite("telehealth = true", "telehealth = true\nsession_minutes = 50")
        assert clinic.mended()

    def test_an_absence(self, clinic: Clinic) -> None:
        first = datetime.now(UTC).date() - timedelta(days=2)
        until = first + timedelta(days=30)
        absence = f"\n[[standards.absences]]\nfrom = {first}\nuntil = {until}\nacknowledge = true\n"
        clinic.rewrite("[practice.insurance]", '[practice.urgent]\ntext = "Call 988."\n[practice.insurance]')
        clinic.practice.config.write_text(clinic.practice.config.read_text() + absence)
        line = clinic.wrong(f"absence from {first}")
        show, approve = re.findall(r"`inboxtriage ([^`]+)`", line["do"])
        digest = clinic.practice.ok(*show.split(), "--json").json["sha256"]
        clinic.practice.ok(*approve.split(), "--sha256", digest)  # in a terminal it asks instead
        assert clinic.mended()


class TestSends:
    def test_an_unknown_send(self, clinic: Clinic) -> None:
        clinic.smtp.misbehave["body"] = Misbehaviour(drop=True)
        assert clinic.practice.run("approve", "m1", "--now").code == 1
        line = clinic.wrong("send o1")
        assert "`inboxtriage resolve o1`" in line["do"]
        assert "unknown" in line["detail"]
        clinic.practice.ok("resolve", "o1", "--sent")
        assert clinic.mended()

    def test_a_sender_that_pauses(self, clinic: Clinic) -> None:
        right = clinic.practice.environment["TEST_SMTP_PASSWORD"]
        clinic.practice.environment["TEST_SMTP_PASSWORD"] = "wrong"
        clinic.practice.run("approve", "m1", "--now")
        found = clinic.findings()
        assert not found["practice: sending"]["ok"]
        line = found["practice: sender pauses"]
        clinic.practice.environment["TEST_SMTP_PASSWORD"] = right
        assert "`inboxtriage send`" in line["do"]
        clinic.does(line["do"])
        assert clinic.mended()

    def test_a_store_that_was_put_back(self, clinic: Clinic) -> None:
        clinic.rewrite('since = "all"', 'since = "all"\nsave_sent = "no"\ndrafts_folder = false')
        clinic.practice.ok("poll")
        clinic.practice.queue()
        clinic.practice.ok("approve", "m1")
        store, kept = clinic.practice.home / "store", clinic.practice.home / "kept"
        shutil.copytree(store, kept)
        clinic.practice.ok("send")
        shutil.rmtree(store)
        shutil.copytree(kept, store)
        line = clinic.wrong("nothing twice")
        assert "put back" in line["detail"]
        first, second = re.findall(r"`inboxtriage ([^`]+)`", line["do"])
        clinic.practice.run(*first.split())
        clinic.practice.ok(*second.split())
        assert "approve or reject" in clinic.wrong("nothing twice")["do"]
        clinic.practice.ok("reject", "m1")
        assert clinic.mended()


class TestConfiguration:
    def test_none(self, tmp_path: Path) -> None:
        practice = Practice(tmp_path, tmp_path / "none.toml")
        done = practice.run("check")
        assert (done.code, done.out) == (1, "")
        assert str(practice.config) in done.err
        assert done.err.count("\n") == 1
        (only,) = practice.run("check", "--json").json["checks"]
        assert only["name"] == "configuration"
        assert _POINTS.search(only["do"])

    def test_a_broken_one(self, practice: Practice) -> None:
        practice.config.write_text(practice.config.read_text() + '\n[practice.nonsense]\nx = 1\n[triage]\nmost = "x"\n')
        done = practice.run("check")
        assert (done.code, done.out) == (2, "")
        assert "practice.nonsense" in done.err
        assert "triage.most" in done.err
        assert done.err.splitlines()[-1] == "Mend that there; `inboxtriage check` looks again."
        told = practice.run("check", "--json")
        assert told.code == 2
        assert [one["detail"].partition(":")[0] for one in told.json["checks"]] == ["practice.nonsense", "triage.most"]
        assert all(str(practice.config) in one["do"] for one in told.json["checks"])

    def test_one_that_cannot_be_read(self, practice: Practice) -> None:
        practice.config.write_bytes(b"\xff\xfe")
        done = practice.run("check")
        assert done.code == 2
        assert "cannot be read" in done.err

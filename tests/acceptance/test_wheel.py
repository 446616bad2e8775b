"""The wheel, installed into an empty environment elsewhere, gives a working demo: responses and model travel in it."""

import subprocess
import sys
import venv
from pathlib import Path

import inboxtriage

REPOSITORY = Path(inboxtriage.__file__).resolve().parents[2]


def test_the_wheel_gives_a_working_demo(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path / "dist"), str(REPOSITORY)],
        check=True,
        capture_output=True,
    )
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    venv.create(tmp_path / "venv", with_pip=True)
    bin_ = tmp_path / "venv" / "bin"
    subprocess.run([bin_ / "pip", "install", "-q", str(wheel)], check=True, capture_output=True, cwd=tmp_path)
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run(
        [bin_ / "inboxtriage", "demo", "--home", str(tmp_path / "demo")],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
        check=True,
    )
    assert "60 messages" in done.stdout
    assert done.stderr == ""
    shown = subprocess.run(
        [bin_ / "inboxtriage", "--config", str(tmp_path / "demo" / "config.toml"), "check"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment,
        check=True,
    )
    assert "FAIL" not in shown.stdout
    assert (tmp_path / "venv" / "share" / "man" / "man1" / "inboxtriage.1").is_file()

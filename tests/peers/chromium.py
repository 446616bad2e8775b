"""A real browser without a window, driven over its pipe (Chrome DevTools Protocol): what a page shows, asks for, prints."""

import base64
import fcntl
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)


def why_not() -> str | None:
    """Why there is no browser here, or None."""
    return None if _program() else "Chromium is not installed (Debian: chromium)"


def _program() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Page:
    """One page. `asked` are the addresses it asked for, `said` what its console and log said."""

    def __init__(self, write: int, read: int) -> None:
        self._write, self._read = write, read
        self._number, self._rest, self._session = 0, b"", ""
        self.asked: list[str] = []
        self.said: list[str] = []
        self._loaded = False
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self._call(f"{domain}.enable")

    def show(self, file: Path, *, width: int = 1100, height: int = 900, dark: bool = False, media: str = "") -> None:
        """Load a file at a width, in light or dark, as for the screen or (`media` "print") for paper."""
        self.asked, self.said, self._loaded = [], [], False
        self._call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._call("Emulation.setEmulatedMedia", media=media, features=[scheme])
        self._call("Page.navigate", url=file.as_uri())
        while not self._loaded:
            self._hear()
        self.value("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")

    def value(self, script: str) -> Any:
        """What an expression is worth in the page; promises are waited for."""
        got = self._call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in got, got
        return got["result"].get("value")

    def picture(self, *, whole: bool = True) -> bytes:
        """The whole page, or what of it fits, as a PNG."""
        got = self._call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        return base64.b64decode(got["data"])

    def printed(self, *, letter: bool = False) -> bytes:
        """The page as a PDF, on A4 or Letter."""
        width, height = (8.5, 11) if letter else (8.27, 11.69)
        got = self._call(
            "Page.printToPDF", preferCSSPageSize=False, printBackground=True, paperWidth=width, paperHeight=height
        )
        return base64.b64decode(got["data"])

    def _call(self, method: str, **parameters: Any) -> Any:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        wanted = self._number
        while True:
            got = self._hear()
            if got.get("id") == wanted:
                assert "error" not in got, (method, got["error"])
                return got["result"]

    def _hear(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            more = os.read(self._read, 1 << 20)
            assert more, "the browser has gone"
            self._rest += more
        line, _, self._rest = self._rest.partition(b"\0")
        got: dict[str, Any] = json.loads(line)
        parameters = got.get("params", {})
        match got.get("method"):
            case "Network.requestWillBeSent":
                self.asked.append(parameters["request"]["url"])
            case "Log.entryAdded":
                self.said.append(parameters["entry"]["text"])
            case "Runtime.consoleAPICalled" | "Runtime.exceptionThrown":
                self.said.append(json.dumps(parameters))
            case "Page.loadEventFired":
                self._loaded = True
        return got


@contextmanager
def browser() -> Iterator[Page]:
    """A browser of its own, with a new profile, for as long as the block lasts."""
    program = _program()
    assert program is not None
    profile = tempfile.mkdtemp(prefix="chromium-", dir="/tmp")
    theirs_read, ours_write = os.pipe()
    ours_read, theirs_write = os.pipe()

    far = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (theirs_read, theirs_write)]
    process = subprocess.Popen(  # the browser reads from descriptor 3 and writes to 4
        ["bash", "-c", f'exec "$0" "$@" 3<&{far[0]} 4>&{far[1]}', program, *_FLAGS, f"--user-data-dir={profile}"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=far,
        env={**os.environ, "HOME": profile},
    )
    try:
        for end in (theirs_read, theirs_write, *far):
            os.close(end)
        yield Page(ours_write, ours_read)
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        os.close(ours_write)
        os.close(ours_read)
        shutil.rmtree(profile, ignore_errors=True)

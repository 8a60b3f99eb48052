"""A real headless Chromium, driven over its pipe: no package beside the browser itself is needed.

It speaks the Chrome DevTools Protocol (https://chromedevtools.github.io/devtools-protocol): JSON messages that end with
NUL, written to descriptor 3 of the browser and read from descriptor 4.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FOUND = next(filter(None, map(shutil.which, NAMES)), None)
"""The browser of this machine, if it has one."""

PATIENCE = 120.0
"""Seconds that any answer may take, on a machine that is busy with other tests."""

WIDTHS = (320, 360, 768, 769, 1280)
"""Windows from the smallest phone on; a page changes its layout between the third and the fourth."""

FAMILIES = ("sans-serif", "serif", "monospace")

_QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)


class Page:
    """One tab. ``events`` are what the browser said unasked: its console, its requests, its errors."""

    def __init__(self, commands: int, answers: int) -> None:
        self.events: list[dict[str, Any]] = []
        self._commands = commands
        self._answers = answers
        self._received = b""
        self._sent = 0
        self._session: str | None = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send one command and wait for its answer."""
        self._sent += 1
        message: dict[str, Any] = {"id": self._sent, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._sent:
                assert "error" not in answer, f"{method}: {answer['error']}"
                return answer["result"]

    def open(self, url: str, *, width: int = 1280, height: int = 900, dark: bool = False, script: bool = True) -> None:
        """Load a page as a window of that size shows it."""
        self.call("Emulation.setScriptExecutionDisabled", value=not script)
        self.resize(width, height)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.events.clear()
        self.call("Page.navigate", url=url)
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self._next()

    def resize(self, width: int, height: int = 900) -> None:
        """Make the window as large as that."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def set_in(self, family: str) -> None:
        """Set the page in another font, spaced as widely as a reader may ask for (WCAG 2.2, 1.4.12)."""
        style = f":root {{ --sans: {family}; --serif: {family}; --mono: {family}; }}"
        style += "* { letter-spacing: .12em !important; word-spacing: .16em !important; }"
        sheet = f"const sheet = new CSSStyleSheet(); sheet.replaceSync({json.dumps(style)});"
        self.evaluate(f"(() => {{ {sheet} document.adoptedStyleSheets = [sheet]; }})()")

    def too_wide(self) -> list[tuple[int, str, int]]:
        """Return each window and font in which the page is wider than the window, and how wide it is."""
        found = []
        for width in WIDTHS:
            self.resize(width)
            for family in FAMILIES:
                self.set_in(family)
                reached = self.evaluate("document.documentElement.scrollWidth")
                found += [(width, family, reached)] if reached > width else []
        return found

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def settle(self) -> None:
        """Wait until the browser has drawn twice, so that what it does later (scrolling, links) has been done."""
        self.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")

    def type_into(self, selector: str, text: str) -> None:
        """Type as a person would."""
        self.evaluate(f"document.querySelector({selector!r}).focus()")
        self.call("Input.insertText", text=text)

    def screenshot(self, path: Path, *, whole: bool = False) -> None:
        """Keep what the window shows, or the whole page."""
        data = self.call("Page.captureScreenshot", captureBeyondViewport=whole)["data"]
        path.write_bytes(base64.b64decode(data))

    def complaints(self) -> list[str]:
        """Return every error of the page: exceptions, console errors, and what its policy refused."""
        errors = [event for event in self.events if event["method"] == "Runtime.exceptionThrown"]
        logged = [event for event in self.events if event["method"] in ("Log.entryAdded", "Runtime.consoleAPICalled")]
        errors += [event for event in logged if "error" in json.dumps(event["params"])]
        return [json.dumps(event["params"]) for event in errors]

    def requests(self) -> list[str]:
        """Return every address that was asked for."""
        sent = [event for event in self.events if event["method"] == "Network.requestWillBeSent"]
        return [event["params"]["request"]["url"] for event in sent]

    def _next(self) -> dict[str, Any]:
        """Return the next message; one that nobody asked for is kept as an event too."""
        deadline = time.monotonic() + PATIENCE
        while b"\0" not in self._received:
            ready, _, _ = select.select([self._answers], [], [], max(0.0, deadline - time.monotonic()))
            assert ready, f"the browser said nothing for {PATIENCE:g} s"
            part = os.read(self._answers, 1 << 16)
            assert part, "the browser has ended"
            self._received += part
        message, _, self._received = self._received.partition(b"\0")
        told: dict[str, Any] = json.loads(message)
        if "method" in told:
            self.events.append(told)
        return told


@contextmanager
def browsing(profile: Path) -> Iterator[Page]:
    """Give a tab of a browser of its own, which ends with the block.

    :param profile: an empty folder for whatever it wants to remember.
    """
    assert FOUND is not None
    (read, commands), (answers, write) = os.pipe(), os.pipe()
    # High numbers first, so that neither 3 nor 4 is overwritten before it has been moved.
    high = [fcntl.fcntl(descriptor, fcntl.F_DUPFD, 10) for descriptor in (read, write)]

    def wire() -> None:
        os.dup2(high[0], 3)
        os.dup2(high[1], 4)

    process = subprocess.Popen(
        [FOUND, *_QUIET, f"--user-data-dir={profile}"],
        preexec_fn=wire,
        pass_fds=(3, 4),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for descriptor in (read, write, *high):
            os.close(descriptor)
        yield Page(commands, answers)
    finally:
        os.close(commands)
        os.close(answers)
        process.terminate()
        process.wait()

"""A browser for tests, driven by chromedriver over the WebDriver protocol."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

DRIVER = shutil.which("chromedriver")
_ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


class Browser:
    """One window of a browser."""

    def __init__(self, session: str) -> None:
        self._session = session

    def open(self, page: Path) -> None:
        self._post("url", {"url": page.resolve().as_uri()})

    def resize(self, width: int, height: int) -> None:
        """Give the page this size; a headless window itself has a least width."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._tell("Emulation.setDeviceMetricsOverride", metrics)

    def run(self, script: str) -> Any:
        """Return what the body of a function in JavaScript returns."""
        return self._post("execute/sync", {"script": script, "args": []})

    def press(self, keys: str) -> None:
        """Press keys wherever the focus is."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        keyboard = {"type": "key", "id": "keyboard", "actions": actions}
        self._post("actions", {"actions": [keyboard]})

    def wait(self, condition: str) -> None:
        """Wait until an expression in JavaScript is true."""
        end = time.monotonic() + 10
        while not self.run(f"return Boolean({condition})"):
            assert time.monotonic() < end, condition
            time.sleep(0.02)

    def count_work(self) -> None:
        """Count what pages cost from now on."""
        self._tell("Performance.enable", {})

    def seconds_of_work(self) -> float:
        """Return the time that the page took of the processor, whatever else the machine does."""
        metrics = self._tell("Performance.getMetrics", {})["metrics"]
        return float(next(m["value"] for m in metrics if m["name"] == "ProcessTime"))

    def _tell(self, command: str, parameters: dict[str, Any]) -> Any:
        return self._post("goog/cdp/execute", {"cmd": command, "params": parameters})

    def _post(self, what: str, data: dict[str, Any]) -> Any:
        return _request("POST", f"{self._session}/{what}", data)


@contextmanager
def browser() -> Iterator[Browser]:
    """Start chromedriver with a window, and end both."""
    assert DRIVER is not None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    driver = subprocess.Popen([DRIVER, f"--port={port}"], stdout=subprocess.DEVNULL)
    try:
        root = f"http://127.0.0.1:{port}"
        _wait_for(f"{root}/status")
        wanted = {"browserName": "chrome", "goog:chromeOptions": {"args": _ARGUMENTS}}
        started = _request("POST", f"{root}/session", {"capabilities": {"alwaysMatch": wanted}})
        session = f"{root}/session/{started['sessionId']}"
        try:
            yield Browser(session)
        finally:
            _request("DELETE", session)
    finally:
        driver.terminate()
        driver.wait()


def _wait_for(address: str) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            if _request("GET", address)["ready"]:
                return
        except OSError:
            pass
        assert time.monotonic() < end, "chromedriver does not answer"
        time.sleep(0.05)


def _request(method: str, address: str, data: dict[str, Any] | None = None) -> Any:
    body = None if data is None else json.dumps(data).encode()
    request = urllib.request.Request(address, body, method=method)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=60) as answer:
        return json.load(answer)["value"]

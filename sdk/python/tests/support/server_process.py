from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import httpx

_main = Path(__file__).resolve().parents[4] / "packages" / "server" / "dist" / "main.js"
_ready_within_seconds = 120.0


class ServerProcess:
    """The built server of this checkout on a free port, with a store of its own that goes with it."""

    api_key = "key-of-one-run"
    operator_key = "operator-key-of-one-run"

    def __init__(self) -> None:
        if not _main.exists():
            raise RuntimeError("The server is not built; run `npm run build` in the root of the checkout.")
        self._folder = tempfile.mkdtemp(prefix="persisto-python-")
        self._log = Path(self._folder) / "server.log"
        port = _free_port()
        self.base_url = f"http://127.0.0.1:{port}"
        environment = {
            # Nothing else reaches it: not our environment, not the checkout's .env.
            "PATH": os.environ["PATH"],
            "PORT": str(port),
            "PERSISTO_API_KEY": self.api_key,
            "PERSISTO_OPERATOR_KEY": self.operator_key,
        }
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                ["node", str(_main)], cwd=self._folder, env=environment, stdout=log, stderr=log
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _ready_within_seconds
        while not self._is_ready():
            said = self._log.read_text("utf-8", "replace")
            if self._process.poll() is not None:
                raise RuntimeError(f"The server ended while starting:\n{said}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"The server was not ready within {_ready_within_seconds:g} seconds:\n{said}")
            time.sleep(0.1)

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.base_url}/readyz", timeout=5, trust_env=False).is_success
        except httpx.RequestError:
            # Not listening yet.
            return False


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])

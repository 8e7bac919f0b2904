"""python3 -m dashboard [run|test|bench|lint|docs] - set up what is missing, then do it.

  run [--port N]        start the dashboard (the default); further options go to Streamlit
      [--workers N]     in N processes, for a classroom; needs the web server Caddy
  test [--fast] [...]   lint, types and tests; further options go to pytest
       [--coverage]     and list the lines that no test ran; takes about twice as long
  bench [table ...]     the benchmark tables
  lint                  lint and types only
  docs                  the guides and the API reference as a web site, in site/

Needs Python 3.11 or newer, and the package index the first time. Packages go
into .venv beside the project, or into the folder that VECTORSCOPE_VENV names.
Where there is Node.js, lint also checks the JavaScript, with packages that npm
puts into node_modules.
"""
# Standard library only, and readable by old Pythons, which must be able to say
# that they are too old: no syntax or import that is newer than 3.8.

from __future__ import annotations

import argparse
import errno
import hashlib
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Sequence
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
RUN, DEV = "requirements.txt", "requirements-dev.txt"
TESTED = "constraints.txt"  # the versions that the tests ran with
PORT, PORTS_TRIED = 8501, 20
MOST_WORKERS = 64
LINES_SHOWN = 12
NO_INDEX = b"(from versions: none)"  # in pip's output when it reaches no index
LINE_SHOWN = 200
NODE_PACKAGES = ("package.json", "package-lock.json", ".npmrc")
NODE_CHECKS = (
    ("tsc", "node_modules/typescript/bin/tsc", "--project", "tsconfig.json"),
    ("eslint", "node_modules/eslint/bin/eslint.js", "dashboard/ui/components"),
)
NPM_TIMEOUT = 300  # seconds at most
NPM_OPTIONS = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--loglevel=error"]
# In the order of the files: the longest are those of the browser, and must not come last.
ON_ALL_CORES = ["-n", "auto", "--maxprocesses", "4", "--dist", "loadfile", "--no-loadscope-reorder"]
TEST_OPTIONS = {
    "--fast": ["-m", "not slow and not browser"],
    "--coverage": ["--cov", "--cov-report", "term:skip-covered"],
}


class Refusal(Exception):
    """A sentence that tells the user what is wrong and what to do."""


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says. Returns the exit code."""
    command, rest = _split(arguments)
    try:
        check_python(sys.version_info[:3])
        if command == "help":
            print(__doc__.strip())
            return 0
        return COMMANDS[command](rest)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def _split(arguments: Sequence[str]) -> tuple[str, list[str]]:
    rest = list(arguments)
    if rest and rest[0] in ("-h", "--help", "help"):
        return "help", []
    if not rest or rest[0].startswith("-"):
        return "run", rest
    command = rest.pop(0)
    if command not in COMMANDS:
        *names, last = COMMANDS
        choice = f"{', '.join(names)} or {last}"
        print(f"Unknown command `{command}`; choose {choice}.", file=sys.stderr)
        raise SystemExit(2)
    return command, rest


# The commands


def run(options: list[str]) -> int:
    """Start the dashboard."""
    parser = argparse.ArgumentParser(prog="python3 -m dashboard run", allow_abbrev=False)
    parser.add_argument("--port", type=int, help=f"where to listen (default: {PORT})")
    parser.add_argument("--workers", type=int, default=1, help="how many processes (default: 1)")
    known, further = parser.parse_known_args(options)
    if not 1 <= known.workers <= MOST_WORKERS:
        raise Refusal(
            f"--workers {known.workers} is no number of processes; choose 1 to {MOST_WORKERS}."
        )
    port = choose_port(known.port)
    python = prepare(RUN)
    print(f"Vectorscope: http://localhost:{port} (Ctrl-C ends it)", flush=True)
    if known.workers > 1:
        shared = ["--workers", str(known.workers), "--port", str(port), *further]
        return become([str(python), "-m", "dashboard.workers", *shared])
    start = [str(python), "-m", "streamlit", "run", "dashboard/serve.py"]
    options = ["--server.port", str(port), "--logger.hideWelcomeMessage", "true", *further]
    return become(start + options)


def test(options: list[str]) -> int:
    """Lint, types, then tests; stops at the first that fails."""
    python = prepare(DEV)
    failed = check(python)
    if failed:
        return failed
    command = [str(python), "-m", "pytest", *ON_ALL_CORES]
    for option in options:
        command += TEST_OPTIONS.get(option, [option])
    return become(command)


def bench(options: list[str]) -> int:
    """Print the benchmark tables."""
    return become([str(prepare(DEV)), "-m", "benchmarks", *options])


def lint(options: list[str]) -> int:
    """Lint and types."""
    return check(prepare(DEV))


def docs(options: list[str]) -> int:
    """Build the guides and the API reference; further options go to MkDocs."""
    os.environ["NO_MKDOCS_2_WARNING"] = "1"  # about a successor that is not used here
    return become([str(prepare(DEV)), "-m", "mkdocs", "build", "--strict", *options])


COMMANDS = {"run": run, "test": test, "bench": bench, "lint": lint, "docs": docs}


def check(python: Path) -> int:
    """Run the static checks; prints a line for each and the findings of the first that fails."""
    checks = [
        ("ruff check", [str(python), "-m", "ruff", "check", "."]),
        ("ruff format", [str(python), "-m", "ruff", "format", "--check", "."]),
        ("mypy", [str(python), "-m", "mypy"]),
    ]
    node = prepare_node()
    if node is not None:
        checks += [(name, [node, tool, *rest]) for name, tool, *rest in NODE_CHECKS]
    for name, command in checks:
        began = time.monotonic()
        done = _run(command)
        verdict = "failed" if done.returncode else "ok"
        print(f"{name}: {verdict} ({time.monotonic() - began:.1f} s)", flush=True)
        if done.returncode:
            sys.stdout.buffer.write(done.stdout)
            sys.stdout.flush()
            return done.returncode
    return 0


def become(command: list[str]) -> int:
    """Go on as another program, in the project's folder, so that signals reach it directly."""
    os.chdir(str(ROOT))  # Streamlit finds its theme, and Python `core`, from here
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(command[0], command)
    child = subprocess.Popen(command)
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue  # the child got the signal too, and ends in its own way


# Setting up


def check_python(version: Sequence[int]) -> None:
    """Refuse a Python that is too old, and name a newer one if there is one."""
    if tuple(version[:2]) >= OLDEST:
        return
    newer = [name for name in (f"python3.{n}" for n in range(30, 10, -1)) if shutil.which(name)]
    remedy = (
        f"Try: {newer[0]} -m dashboard"
        if newer
        else "Get one from https://www.python.org/downloads/"
    )
    raise Refusal(
        f"Vectorscope needs Python {OLDEST[0]}.{OLDEST[1]} or newer; "
        f"this is {'.'.join(str(part) for part in version[:3])}. {remedy}"
    )


def environment() -> Path:
    """The folder of the virtual environment."""
    chosen = os.environ.get("VECTORSCOPE_VENV")
    return Path(chosen).expanduser().absolute() if chosen else ROOT / ".venv"


def prepare(requirements: str) -> Path:
    """The Python of an environment in which the requirements are installed."""
    venv = environment()
    python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    version = version_of(python)
    if version is None:
        create(venv)
        version = version_of(python)
        if version is None:
            raise Refusal(f"{python} does not run; delete {venv} and start again.")
    # The development requirements include the others.
    names = [RUN] if requirements == RUN else [RUN, DEV]
    stamps = [
        (venv / f"{name}.stamp", stamp(names[: i + 1], version)) for i, name in enumerate(names)
    ]
    path, expected = stamps[-1]
    if _read(path) != expected:
        install(python, requirements)
        if requirements == RUN:
            compile_kernels(python)
        for path, content in stamps:
            path.write_text(content)
    return python


def prepare_node() -> str | None:
    """The Node.js that checks what the browser runs, its packages installed.

    Where there is none, prints why and returns None: nobody needs it to run the app.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        print("tsc, eslint: skipped, as there is no Node.js with npm on this machine", flush=True)
        return None
    path = ROOT / "node_modules" / "vectorscope.stamp"
    expected = stamp(NODE_PACKAGES, _run([node, "--version"]).stdout.decode(errors="replace"))
    if _read(path) != expected:
        print("Installing package-lock.json with npm", flush=True)
        try:
            done = _run([npm, "ci", *NPM_OPTIONS], NPM_TIMEOUT)
        except subprocess.TimeoutExpired:
            print(f"tsc, eslint: skipped, as npm took more than {NPM_TIMEOUT} s", flush=True)
            return None
        if done.returncode:
            reason = textwrap.shorten(done.stdout.decode(errors="replace"), LINE_SHOWN)
            print(f"tsc, eslint: skipped, as npm could not install them: {reason}", flush=True)
            return None
        path.write_text(expected)
    return node


def version_of(python: Path) -> str | None:
    """Which Python an environment holds ("3.11"), or None where none runs."""
    ask = [str(python), "-S", "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    try:
        answer = subprocess.run(ask, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return None
    version = answer.stdout.decode().strip()
    recent = answer.returncode == 0 and tuple(int(n) for n in version.split(".")) >= OLDEST
    return version if recent else None


def stamp(requirements: Sequence[str], version: str) -> str:
    """A digest of what is to be installed, and into which Python."""
    digest = hashlib.sha256(version.encode())
    for name in (*requirements, TESTED):
        digest.update(b"\0" + (ROOT / name).read_bytes())
    return digest.hexdigest()


def create(venv: Path) -> None:
    """Make the virtual environment, in place of a broken one if need be."""
    if (
        venv.exists()
        and not (venv / "pyvenv.cfg").exists()
        and (not venv.is_dir() or any(venv.iterdir()))
    ):
        raise Refusal(
            f"{venv} exists and is no virtual environment; move it, or set VECTORSCOPE_VENV."
        )
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise Refusal(
            "This Python cannot make virtual environments. On Debian and Ubuntu:\n"
            f"  sudo apt install python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        )
    print(f"Making a virtual environment in {venv}", flush=True)
    done = _run([sys.executable, "-m", "venv", "--clear", str(venv)])
    if done.returncode:
        raise Refusal(f"The virtual environment could not be made:\n{_last_lines(done.stdout)}")


def install(python: Path, requirements: str) -> None:
    """Install a requirements file with pip, in the versions tested or else in those it allows."""
    print(f"Installing {requirements} (the first time takes a few minutes)", flush=True)
    pip = [str(python), "-m", "pip"]
    if _run([*pip, "--version"]).returncode:  # making the environment was interrupted
        _run([str(python), "-m", "ensurepip"])
    quiet = ["--no-input", "--disable-pip-version-check", "--progress-bar", "off"]
    command = [*pip, "install", *quiet, "-r", requirements]
    done = _run([*command, "-c", TESTED])
    if done.returncode and NO_INDEX not in done.stdout:
        print(f"Not every version in {TESTED} is to be had here; taking others.", flush=True)
        done = _run(command)
    if done.returncode:
        raise Refusal(
            f"{requirements} could not be installed; is the package index reachable? "
            f"pip's last lines:\n{_last_lines(done.stdout)}"
        )


def compile_kernels(python: Path) -> None:
    """Compute the first picture once, and load the map's inner loops: they are compiled then.

    Should that fail, nothing is lost: the app compiles what it still needs, and says what fails.
    """
    print("Compiling (half a minute, once)", flush=True)
    first = (
        "from core.vectors import *; nearest(PpmiSvd(), Query('music')); import core.maps.kernels, "
        "core.layouts.kernels"
    )
    _run([str(python), "-c", first])


def _run(command: list[str], limit: float | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run a program in the project's folder and keep what it prints, errors included."""
    return subprocess.run(
        command,
        cwd=str(ROOT),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=limit,
    )


def _last_lines(output: bytes) -> str:
    lines = output.decode(errors="replace").strip().splitlines()
    return "\n".join("  " + line for line in lines[-LINES_SHOWN:])


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


# Ports


def choose_port(requested: int | None) -> int:
    """The port asked for, which must be free; or else the first free one from 8501 on."""
    if requested is not None:
        if not 0 < requested < 65536:
            raise Refusal(f"--port {requested} is not a port; choose 1 to 65535.")
        problem = port_problem(requested)
        if problem:
            raise Refusal(f"Port {requested} {problem}; choose another with --port.")
        return requested
    for port in range(PORT, PORT + PORTS_TRIED):
        if port_problem(port) is None:
            if port != PORT:
                print(f"Port {PORT} is taken; using {port}. Choose another with --port.")
            return port
    raise Refusal(f"Ports {PORT} to {port} are taken; choose a free one with --port.")


def port_problem(port: int) -> str | None:
    """Why nothing can listen on a port, or None."""
    with socket.socket() as caller:  # some systems let two programs bind the same port
        caller.settimeout(1)
        if caller.connect_ex(("127.0.0.1", port)) == 0:
            return "is taken"
    with socket.socket() as listener:
        if os.name == "posix":  # a port that was closed a moment ago is free
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("", port))
        except OSError as error:
            return (
                "is taken"
                if error.errno == errno.EADDRINUSE
                else f"cannot be used ({error.strerror})"
            )
    return None


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""`python3 -m dashboard`: says in a sentence what is wrong, and installs once."""

from __future__ import annotations

import ast
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from dashboard import __main__ as bootstrap
from dashboard.__main__ import Refusal

ROOT = Path(__file__).resolve().parent.parent
NEEDED = ("dashboard/__init__.py", "dashboard/__main__.py", "requirements.txt", "constraints.txt")
RUN, DEV = (f"{name} -c constraints.txt" for name in (bootstrap.RUN, bootstrap.DEV))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The few files the bootstrap needs, in a folder whose name has a space."""
    root = tmp_path / "my project"
    for name in (*NEEDED, "requirements-dev.txt"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    monkeypatch.setattr(bootstrap, "ROOT", root)
    monkeypatch.delenv("VECTORSCOPE_VENV", raising=False)
    return root


@pytest.fixture
def pip(project: Path) -> Path:
    """A virtual environment with a fake pip, which notes what it is asked.

    FAKE_PIP_FAILS holds what it then fails on: a word of its command line.
    """
    home = project / ".venv"
    venv.create(home, with_pip=False)
    packages = next(home.glob("lib*/python*/site-packages"), home / "Lib" / "site-packages")
    notes = project / "pip.notes"
    (packages / "pip.py").write_text(
        "import os, sys\n"
        f"open({str(notes)!r}, 'a').write(' '.join(sys.argv[1:]) + '\\n')\n"
        "if 'install' in sys.argv and os.environ.get('FAKE_PIP_FAILS') in sys.argv:\n"
        "    print('Collecting numpy\\nERROR: ' + os.environ['FAKE_PIP_REASON'])\n"
        "    sys.exit(1)\n"
    )
    return notes


def installs(notes: Path) -> list[str]:
    """Which requirements files pip was asked to install, each with its constraints if any."""
    lines = notes.read_text().splitlines() if notes.exists() else []
    return [line.split(" -r ")[1] for line in lines if line.startswith("install")]


def start(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Really run `python3 -m dashboard`."""
    command = [sys.executable, "-m", "dashboard", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60)


class TestPython:
    def test_old_pythons_can_read_the_file(self) -> None:
        source = (ROOT / "dashboard" / "__main__.py").read_text(encoding="utf-8")
        ast.parse(source, feature_version=(3, 8))
        assert source.isascii()  # whatever the terminal's encoding
        assert (ROOT / "dashboard" / "__init__.py").read_text() == ""

    @pytest.mark.parametrize("version", [(3, 8, 1), (3, 10, 14), (2, 7, 18)])
    def test_too_old(self, version: Sequence[int], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(shutil, "which", lambda name: None)
        with pytest.raises(Refusal) as refusal:
            bootstrap.check_python(version)
        shown = ".".join(map(str, version))
        assert f"needs Python 3.11 or newer; this is {shown}. Get one" in str(refusal.value)

    def test_a_newer_one_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(shutil, "which", lambda name: name == "python3.12" or None)
        with pytest.raises(Refusal, match=r"Try: python3\.12 -m dashboard"):
            bootstrap.check_python((3, 9, 2))

    @pytest.mark.parametrize("version", [(3, 11, 0), (3, 14, 1), (4, 0, 0)])
    def test_recent_enough(self, version: Sequence[int]) -> None:
        bootstrap.check_python(version)

    def test_the_sentence_is_all_that_is_printed(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(bootstrap, "OLDEST", (99, 0))
        assert bootstrap.main(["test"]) == 1
        printed = capsys.readouterr()
        assert printed.out == "" and printed.err.startswith("Vectorscope needs Python 99.0")


class TestCommandLine:
    def test_help_in_a_path_with_spaces(self, project: Path) -> None:
        done = start(project, "--help")
        assert done.returncode == 0 and "run [--port N]" in done.stdout
        assert not (project / ".venv").exists()

    def test_unknown_command(self, project: Path) -> None:
        done = start(project, "tset")
        assert done.returncode == 2
        assert done.stderr == "Unknown command `tset`; choose run, test, bench, lint or docs.\n"

    @pytest.mark.parametrize(
        ("arguments", "command", "rest"),
        [
            ([], "run", []),
            (["--port", "9000"], "run", ["--port", "9000"]),
            (["run", "--port", "9000"], "run", ["--port", "9000"]),
            (["test", "-k", "run"], "test", ["-k", "run"]),
            (["bench", "counting"], "bench", ["counting"]),
        ],
    )
    def test_run_is_the_default(self, arguments: list[str], command: str, rest: list[str]) -> None:
        assert bootstrap._split(arguments) == (command, rest)

    def test_run_and_fast_tests(self, monkeypatch: pytest.MonkeyPatch) -> None:
        commands: list[list[str]] = []
        monkeypatch.setattr(bootstrap, "prepare", lambda requirements: Path("python"))
        monkeypatch.setattr(bootstrap, "check", lambda python: 0)
        monkeypatch.setattr(bootstrap, "choose_port", lambda asked: asked or 8501)
        monkeypatch.setattr(bootstrap, "become", lambda command: bool(commands.append(command)))
        bootstrap.main(["--port", "9000", "--server.headless", "true"])
        bootstrap.main(["test", "--fast", "tests/core"])
        bootstrap.main(["test", "--coverage"])
        bootstrap.main(["bench", "speed"])
        bootstrap.main(["docs", "--clean"])
        started, tested, covered, measured, built = (" ".join(command) for command in commands)
        assert started.startswith("python -m streamlit run dashboard/serve.py --server.port 9000 ")
        assert started.endswith("--server.headless true")
        assert tested.startswith("python -m pytest -n auto ")
        assert tested.endswith(" -m not slow and not browser tests/core")
        assert "--coverage" not in covered and covered.endswith(
            " --cov --cov-report term:skip-covered"
        )
        assert measured == "python -m benchmarks speed"
        assert built == "python -m mkdocs build --strict --clean"

    def test_a_failing_check_stops_the_tests(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bootstrap, "prepare", lambda requirements: Path("python"))
        monkeypatch.setattr(bootstrap, "check", lambda python: 7)
        assert bootstrap.main(["test"]) == 7

    def test_checks_print_a_line_each_and_the_findings(
        self, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
    ) -> None:
        def run(command: list[str]) -> subprocess.CompletedProcess[bytes]:
            return subprocess.CompletedProcess(command, int("mypy" in command), b"a finding\n")

        monkeypatch.setattr(bootstrap, "_run", run)
        monkeypatch.setattr(bootstrap, "prepare_node", lambda: None)
        assert bootstrap.check(Path("python")) == 1
        lines = capfdbinary.readouterr().out.decode().splitlines()
        assert [line.split(" (")[0] for line in lines] == [
            "ruff check: ok",
            "ruff format: ok",
            "mypy: failed",
            "a finding",
        ]


class TestPorts:
    @pytest.fixture
    def taken(self) -> Iterator[int]:
        with socket.create_server(("127.0.0.1", 0)) as server:
            yield server.getsockname()[1]

    def test_a_taken_port_that_was_asked_for(self, taken: int) -> None:
        with pytest.raises(Refusal) as refusal:
            bootstrap.choose_port(taken)
        assert str(refusal.value) == f"Port {taken} is taken; choose another with --port."

    def test_nothing_is_installed_for_a_taken_port(self, project: Path, taken: int) -> None:
        done = start(project, "run", "--port", str(taken))
        assert (done.returncode, done.stdout) == (1, "")
        assert f"Port {taken} is taken" in done.stderr and "--port" in done.stderr
        assert not (project / ".venv").exists()

    def test_the_next_free_one_otherwise(
        self, taken: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(bootstrap, "PORT", taken)
        port = bootstrap.choose_port(None)
        assert taken < port < taken + 20
        assert f"Port {taken} is taken; using {port}." in capsys.readouterr().out

    def test_none_free(self, taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bootstrap, "PORT", taken)
        monkeypatch.setattr(bootstrap, "PORTS_TRIED", 1)
        with pytest.raises(Refusal, match="--port"):
            bootstrap.choose_port(None)

    @pytest.mark.parametrize("port", [0, -1, 65536])
    def test_no_such_port(self, port: int) -> None:
        with pytest.raises(Refusal, match="choose 1 to 65535"):
            bootstrap.choose_port(port)

    def test_a_free_port_is_free_again_after_use(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        assert bootstrap.port_problem(port) is None


class TestSettingUp:
    def test_installed_once(self, project: Path, pip: Path) -> None:
        python = bootstrap.prepare(bootstrap.RUN)
        assert python.is_relative_to(project / ".venv")
        bootstrap.prepare(bootstrap.RUN)
        assert installs(pip) == [RUN]

    def test_what_is_compiled_once_is_what_the_app_starts_with(
        self, project: Path, pip: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (project / "core" / "vectors").mkdir(parents=True)
        (project / "core" / "vectors" / "__init__.py").write_text(
            "def PpmiSvd(): pass\ndef Query(word): pass\n"
            f"def nearest(spec, query): open({str(project / 'asked')!r}, 'a').write('once')\n"
        )
        bootstrap.prepare(bootstrap.RUN)
        bootstrap.prepare(bootstrap.RUN)
        assert (project / "asked").read_text() == "once"

    def test_development_includes_the_rest(self, project: Path, pip: Path) -> None:
        bootstrap.prepare(bootstrap.DEV)
        bootstrap.prepare(bootstrap.RUN)
        bootstrap.prepare(bootstrap.DEV)
        assert installs(pip) == [DEV]
        with (project / "requirements.txt").open("a") as file:
            file.write("# changed\n")
        bootstrap.prepare(bootstrap.RUN)
        bootstrap.prepare(bootstrap.DEV)
        assert installs(pip) == [DEV, RUN, DEV]

    def test_another_python_means_another_stamp(self, project: Path) -> None:
        stamps = {bootstrap.stamp([bootstrap.RUN], version) for version in ("3.11", "3.12")}
        assert len(stamps) == 2

    @pytest.mark.parametrize("name", ["requirements.txt", "constraints.txt"])
    def test_again_when_a_file_changes(self, project: Path, pip: Path, name: str) -> None:
        bootstrap.prepare(bootstrap.RUN)
        (project / name).write_text("numpy>=3\n")
        bootstrap.prepare(bootstrap.RUN)
        assert installs(pip) == [RUN] * 2

    def test_a_tested_version_is_not_to_be_had(
        self,
        pip: Path,
        project: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.setenv("FAKE_PIP_FAILS", "constraints.txt")
        monkeypatch.setenv("FAKE_PIP_REASON", "no numpy==2.4.6 (from versions: 2.2.0, 3.0.0)")
        bootstrap.prepare(bootstrap.RUN)
        bootstrap.prepare(bootstrap.RUN)
        assert installs(pip) == [RUN, bootstrap.RUN]
        notices = [line for line in capsys.readouterr().out.splitlines() if "constraints" in line]
        assert notices == ["Not every version in constraints.txt is to be had here; taking others."]

    def test_all_tested_versions_are_to_be_had(
        self, pip: Path, project: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        bootstrap.prepare(bootstrap.RUN)
        assert "constraints.txt" not in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("reason", "tries"),
        [
            ("no matching distribution, sorry", [RUN, bootstrap.RUN]),
            ("no matching distribution, sorry (from versions: none)", [RUN]),  # no index at all
        ],
    )
    def test_pip_fails(
        self,
        pip: Path,
        project: Path,
        monkeypatch: pytest.MonkeyPatch,
        reason: str,
        tries: list[str],
    ) -> None:
        with monkeypatch.context() as patch:
            patch.setenv("FAKE_PIP_FAILS", "install")
            patch.setenv("FAKE_PIP_REASON", reason)
            with pytest.raises(Refusal) as refusal:
                bootstrap.prepare(bootstrap.RUN)
        assert "requirements.txt could not be installed" in str(refusal.value)
        assert "no matching distribution, sorry" in str(refusal.value)
        assert list((project / ".venv").glob("*.stamp")) == []
        bootstrap.prepare(bootstrap.RUN)
        assert installs(pip) == [*tries, RUN]

    def test_an_environment_without_pip_gets_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        asked: list[str] = []

        def run(command: list[str]) -> subprocess.CompletedProcess[bytes]:
            asked.append(command[2])
            return subprocess.CompletedProcess(command, int(command[-1] == "--version"), b"")

        monkeypatch.setattr(bootstrap, "_run", run)
        bootstrap.install(Path("python"), bootstrap.RUN)
        assert asked == ["pip", "ensurepip", "pip"]

    def test_an_environment_elsewhere(
        self, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("VECTORSCOPE_VENV", str(tmp_path / "else where"))
        assert bootstrap.environment() == tmp_path / "else where"

    def test_a_folder_that_is_no_environment_is_left_alone(
        self, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "thesis").mkdir()
        (tmp_path / "thesis" / "chapter.txt").write_text("ten years of work")
        monkeypatch.setenv("VECTORSCOPE_VENV", str(tmp_path / "thesis"))
        with pytest.raises(Refusal, match="is no virtual environment"):
            bootstrap.prepare(bootstrap.RUN)
        assert (tmp_path / "thesis" / "chapter.txt").exists()

    def test_no_venv_module(self, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None)
        with pytest.raises(Refusal, match=r"sudo apt install python3\.\d+-venv"):
            bootstrap.prepare(bootstrap.RUN)
        assert not (project / ".venv").exists()

    def test_a_broken_environment_is_made_anew(
        self, project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        home = project / ".venv"
        venv.create(home, with_pip=False)
        python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        python.unlink()
        made: list[Path] = []

        def create(folder: Path) -> None:
            made.append(folder)
            venv.create(folder, with_pip=False, clear=True)

        monkeypatch.setattr(bootstrap, "create", create)
        monkeypatch.setattr(bootstrap, "install", lambda python, requirements: None)
        bootstrap.prepare(bootstrap.RUN)
        assert made == [home]


@pytest.mark.skipif(os.name == "nt", reason="signals differ on Windows")
def test_interrupting_the_installation_ends_quietly(project: Path, pip: Path) -> None:
    fake = next((project / ".venv").glob("lib*/python*/site-packages")) / "pip.py"
    fake.write_text(
        "import pathlib, sys, time\n"
        "if 'install' in sys.argv:\n"
        "    pathlib.Path('started').touch()\n"
        "    time.sleep(60)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboard", "lint"],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # what runs in the background may have been told to ignore it, and hands that on
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 120
    while not (project / "started").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)  # what a terminal sends
    _, error = process.communicate(timeout=30)
    assert process.returncode == 130
    assert error.strip() == "Stopped."
    assert list((project / ".venv").glob("*.stamp")) == []


def test_the_scripts_parse() -> None:
    if shutil.which("bash"):
        subprocess.run(["bash", "-n", ROOT / ".ci" / "run"], check=True)
    if os.name == "posix":
        assert os.access(ROOT / ".ci" / "run", os.X_OK)

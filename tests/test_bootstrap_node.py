"""What checks the JavaScript is installed once, where there is Node.js; else it is skipped."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from dashboard import __main__ as bootstrap

ROOT = Path(__file__).resolve().parent.parent


class Npm:
    """In place of programs: notes what is installed, checks nothing, and fails when told to."""

    def __init__(self, project: Path) -> None:
        self.modules = project / "node_modules"
        self.installs = 0
        self.checked: list[str] = []
        self.fails = ""
        self.version = b"v20.19.0"

    def __call__(
        self, command: list[str], limit: float | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        program, first, *_ = command
        if program == "/bin/npm":
            assert first == "ci" and limit is not None
            self.installs += 1
            shutil.rmtree(self.modules, ignore_errors=True)  # as npm does
            if self.fails == "timeout":
                raise subprocess.TimeoutExpired(command, limit)
            if not self.fails:
                self.modules.mkdir()
        elif first == "--version":
            return subprocess.CompletedProcess(command, 0, self.version)
        elif program == "/bin/node":
            self.checked.append(Path(first).name)
        failed = bool(self.fails) and program in ("/bin/npm", "/bin/node")
        return subprocess.CompletedProcess(command, int(failed), self.fails.encode())


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Npm:
    for name in (*bootstrap.NODE_PACKAGES, bootstrap.TESTED):
        shutil.copy(ROOT / name, tmp_path / name)
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    fake = Npm(tmp_path)
    monkeypatch.setattr(bootstrap, "_run", fake)
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    return fake


def check(capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = bootstrap.check(Path("python"))
    return code, capsys.readouterr().out


def test_installed_once_and_used(npm: Npm, capsys: pytest.CaptureFixture[str]) -> None:
    code, printed = check(capsys)
    assert code == 0 and "tsc: ok" in printed and "eslint: ok" in printed
    assert check(capsys)[0] == 0
    assert npm.installs == 1 and npm.checked == ["tsc", "eslint.js"] * 2


@pytest.mark.parametrize("name", bootstrap.NODE_PACKAGES)
def test_again_when_its_files_change(npm: Npm, tmp_path: Path, name: str) -> None:
    assert bootstrap.prepare_node() == bootstrap.prepare_node() == "/bin/node"
    with (tmp_path / name).open("a") as file:
        file.write("\n")
    bootstrap.prepare_node()
    assert npm.installs == 2


def test_again_for_another_node(npm: Npm) -> None:
    bootstrap.prepare_node()
    npm.version = b"v24.0.0"
    bootstrap.prepare_node()
    assert npm.installs == 2


@pytest.mark.parametrize("missing", ["node", "npm"])
def test_skipped_without_it(
    npm: Npm,
    missing: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None if name == missing else name)
    code, printed = check(capsys)
    assert code == 0 and npm.installs == 0 and npm.checked == []
    assert printed.startswith("tsc, eslint: skipped, as there is no Node.js with npm")


@pytest.mark.parametrize(
    ("fails", "why"),
    [("npm error\nnetwork is away\n", "npm error network is away\n"), ("timeout", "more than")],
)
def test_skipped_in_one_line_where_npm_fails(
    npm: Npm, fails: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    npm.fails = fails
    code, printed = check(capsys)
    assert code == 0 and npm.checked == [] and why in printed
    assert printed.count("tsc, eslint: skipped") == 1
    assert printed.index("skipped") < printed.index("ruff check: ok")
    npm.fails = ""
    check(capsys)
    assert npm.installs == 2, "a failed installation leaves no stamp"


def test_findings_fail(npm: Npm, capsys: pytest.CaptureFixture[str]) -> None:
    bootstrap.prepare_node()
    npm.fails = "marks.js: error TS2345"
    code, printed = check(capsys)
    assert code == 1 and "tsc: failed" in printed and npm.checked == ["tsc"]


def test_versions_are_pinned_and_the_lock_names_no_host() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert {n: lock[f"node_modules/{n}"]["version"] for n in wanted} == wanted
    for name, package in lock.items():
        assert "resolved" not in package, name
        assert not name or package["integrity"].startswith("sha512-"), name


def test_its_tools_are_where_they_are_looked_for() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for _, tool, *rest in bootstrap.NODE_CHECKS:
        package, program = tool.split("/bin/")
        assert f"bin/{program}" in lock[package]["bin"].values()
        assert (ROOT / rest[-1]).exists()
    assert "node_modules/\n" in (ROOT / ".gitignore").read_text()

"""`write FILE` keeps the digests of all results; `compare FILE` says which of them changed."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from core.sweeps.processes import ONE_THREAD

NOT_HERE = ("VECTORSCOPE_SCHEDULER", "VECTORSCOPE_CACHE_GB")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.digests", description=__doc__)
    parser.add_argument("command", choices=("write", "compare", "compute"))
    parser.add_argument("file", type=Path)
    parser.add_argument("--only", default="", metavar="PREFIX", help="only names that begin so")
    given = parser.parse_args(arguments)
    if given.command == "compute":
        return compute(given.file, given.only)
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "digests.json"
        failed = in_a_fresh_process(fresh, given.only)
        if given.command == "write":
            given.file.write_text(fresh.read_text())
            return failed
        return compare(
            json.loads(given.file.read_text()), json.loads(fresh.read_text()), given.only
        )


def in_a_fresh_process(file: Path, only: str) -> int:
    """`compute` on one thread, with an empty cache: threads add in another order each time."""
    with tempfile.TemporaryDirectory() as cache:
        kept = {name: value for name, value in os.environ.items() if name not in NOT_HERE}
        settings = {**kept, **ONE_THREAD, "VECTORSCOPE_CACHE": cache, "JAX_PLATFORMS": "cpu"}
        command = [sys.executable, "-m", "benchmarks.digests", "compute", str(file), "--only", only]
        return subprocess.run(command, env=settings, check=False).returncode


def compute(file: Path, only: str) -> int:
    """Write the digests of all results whose name begins so; 1 if one of them failed."""
    from benchmarks.digests import entries
    from benchmarks.digests.digest import digest

    digests, failed, started = {}, 0, time.perf_counter()
    for name, result in entries.all_entries().items():
        if not name.startswith(only):
            continue
        before = time.perf_counter()
        try:
            digests[name] = digest(result())
        except Exception as error:  # one that fails must not hide the others
            failed, digests[name] = 1, f"{type(error).__name__}: {error}"
            print(f"{name}: {digests[name]}", file=sys.stderr, flush=True)
        if (taken := time.perf_counter() - before) > 3:
            print(f"{name}: {taken:.0f} s", file=sys.stderr, flush=True)
        file.write_text(json.dumps(digests, indent=1, ensure_ascii=False) + "\n")
    print(f"{len(digests)} digests in {time.perf_counter() - started:.0f} s")
    return failed


def compare(before: dict[str, str], after: dict[str, str], only: str) -> int:
    """Print what differs, is missing or is new; 1 if anything differs or is missing."""
    before = {name: value for name, value in before.items() if name.startswith(only)}
    missing = [name for name in before if name not in after]
    different = [name for name in before if name in after and after[name] != before[name]]
    for title, names in (
        ("missing", missing),
        ("different", different),
        ("new", [name for name in after if name not in before]),
    ):
        for name in names:
            print(f"{title}: {name}")
    print(f"{len(before) - len(missing) - len(different)} of {len(before)} are the same.")
    return int(bool(missing or different))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

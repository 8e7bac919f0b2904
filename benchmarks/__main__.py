"""Run benchmark tables by name, print them, and keep them as JSON in benchmarks/results/."""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any

TABLES = (
    "counting",
    "svd",
    "lowrank",
    "neighbours",
    "reading",
    "broken_tables",
    "cluster",
    "words",
    "texts",
    "doubt",
    "latent",
    "quantised",
    "features",
    "sentences",
    "series",
    "text_classes",
    "adversarial",
    "maps",
    "items",
    "degenerate",
    "app",
    "product",
    "first_minute",
    "fair",
    "siege",
)
RESULTS = Path(__file__).parent / "results"


def main(names: list[str]) -> int:
    if unknown := [name for name in names if name not in TABLES]:
        print(f"No table called {', '.join(unknown)}; there are {', '.join(TABLES)}.")
        return 2
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, "
          f"Python {platform.python_version()}")  # fmt: skip
    for name in names or TABLES:
        module = importlib.import_module(f"benchmarks.{name}")
        print(f"\n{name}: {(module.__doc__ or '').strip().splitlines()[0]}", flush=True)
        rows = module.table()
        show(rows)
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{name}.json").write_text(json.dumps(rows, indent=1, default=float))
    return 0


def show(rows: list[dict[str, Any]]) -> None:
    """Print rows as a plain table; a row may lack columns."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    cells = [[_cell(row.get(column, "")) for column in columns] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    for line in [columns, ["-" * w for w in widths], *cells]:
        padded = [cell.ljust(width) for cell, width in zip(line, widths, strict=True)]
        print("  " + "  ".join(padded).rstrip())


def _cell(value: object) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

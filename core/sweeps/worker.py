"""A worker process that performs the runs it receives, one at a time.

Each line of its input is a task as JSON, each line of its output the outcome. It ends with its
input, so that none outlives the program that started it by more than a run.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from core.errors import CoreError
from core.sweeps.measuring import Judged, Value, measure
from core.sweeps.runs import Run, pack


def work(task: dict[str, Any]) -> dict[str, Any]:
    """Measure the objectives of one run; why it failed, where it did.

    task: {"run": text of the spec, "objectives": [name], "reference": text}.
    """
    values: dict[str, Value] = {}
    try:
        # seconds first: they need a fresh training, whose result the others then find in the cache
        for name in sorted(task["objectives"], key=lambda name: name != "seconds"):
            values[name] = measure(Judged(task["run"], name, task["reference"]))
    except CoreError as error:
        return pack(Run(0, 0, {}, {}, str(error)))
    except Exception as error:  # one bad setting must not end a sweep of a hundred
        return pack(Run(0, 0, {}, {}, f"{type(error).__name__}: {error}"))
    return pack(Run(0, 0, {}, values))


def main() -> None:
    """Answer the tasks of the input until it ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print must not mix with the answers
    for line in sys.stdin:
        print(json.dumps(work(json.loads(line))), file=answers, flush=True)

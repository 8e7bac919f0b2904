"""A process that runs what it is told, one run at a time.

Each line on its input is the JSON of a task, each line on its output that of its outcome. It
ends when its input does, so none outlives the program that started it by more than a run.
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
        # the time first: what it has to compute anew, the others need not compute once more
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
    os.dup2(2, 1)  # what libraries print is no answer
    for line in sys.stdin:
        print(json.dumps(work(json.loads(line))), file=answers, flush=True)

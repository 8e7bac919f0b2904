"""Stored sweeps: a folder each, with Optuna's SQLite file of settings and their runs.

A setting is one of Optuna's trials. It is written in one step, with its number; its runs are
added as they end, and once all have, the trial gets the mean of the first objective. Whenever the
program is killed, the file is consistent, and only what it lacks is computed again.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core import cache
from core.errors import SourceError, SpecError
from core.files import part_name, replacing, temporary
from core.messages import message
from core.sweeps.folders import SUMMARY, folder
from core.sweeps.former import adopt
from core.sweeps.ownership import owned
from core.sweeps.proposals import distribution
from core.sweeps.runs import Run, Table, sealed, unsealed
from core.sweeps.specs import Sweep
from core.sweeps.targets import OBJECTIVES

RUN = "run "  # before the seed, in the name of an attribute


@dataclass(frozen=True)
class Entry:
    """The summary of a stored sweep, read without opening its runs. made: when, ISO 8601."""

    id: str
    sweep: Sweep
    made: str
    done: int  # runs

    @property
    def complete(self) -> bool:
        """Whether every run has ended."""
        return self.done >= self.sweep.settings * len(self.sweep.seeds)


class Store:
    """The file of one sweep, open. Raises SourceError where it is damaged or cannot be written."""

    def __init__(self, sweep: Sweep) -> None:
        self.sweep = sweep
        self.path = create_folder(sweep)
        with _readable():
            if not (self.path / "runs.db").exists():
                _create(self.path, sweep)
            self._storage, self.study = _open(self.path / "runs.db", sweep)
            self._trials = {
                trial.user_attrs["place"]: trial._trial_id
                for trial in reversed(self.study.get_trials(deepcopy=False))
            }
            created = self.study.user_attrs.get("made")
            if not created:
                created = _now()
                self.study.set_user_attr("made", created)
        self._made = str(created)

    def place(self, place: int, params: Mapping[str, Any]) -> None:
        """Store a setting, in one step."""
        from optuna.trial import TrialState, create_trial

        trial = create_trial(
            state=TrialState.RUNNING,
            params=dict(params),
            distributions={axis.path: distribution(axis) for axis in self.sweep.varied},
            user_attrs={"place": place},
        )
        with _readable():
            number = self._storage.create_new_trial(self.study._study_id, template_trial=trial)
        self._trials[place] = number

    def keep(self, run: Run) -> None:
        """Store the outcome of a run."""
        with _readable():
            self._storage.set_trial_user_attr(
                self._trials[run.place], f"{RUN}{run.seed}", sealed(run)
            )

    def tell(self, place: int, value: float | None) -> None:
        """Close a setting with the mean of its first objective, or as failed."""
        from optuna.trial import TrialState

        number = self._trials[place]
        with _readable():
            if self._storage.get_trial(number).state.is_finished():
                return
            state = TrialState.FAIL if value is None else TrialState.COMPLETE
            self._storage.set_trial_state_values(number, state, None if value is None else [value])

    def table(self) -> tuple[dict[int, Mapping[str, Any]], Table]:
        """The settings by place, and all runs that are done."""
        settings: dict[int, Mapping[str, Any]] = {}
        runs: list[Run] = []
        with _readable():
            for trial in self.study.get_trials(deepcopy=False):
                place = trial.user_attrs["place"]
                if place in settings:
                    continue
                params = {axis.path: trial.params[axis.path] for axis in self.sweep.varied}
                settings[place] = params
                runs += [
                    unsealed(place, seed, params, trial.user_attrs[f"{RUN}{seed}"])
                    for seed in self.sweep.seeds
                    if f"{RUN}{seed}" in trial.user_attrs
                ]
        runs.sort(key=lambda run: (run.place, run.seed))
        return settings, Table(self.sweep, tuple(runs))

    def note(self, done: int) -> None:
        """Write the summary that lists of sweeps show, beside the file."""
        path = self.path / SUMMARY
        about = {"sweep": self.sweep.to_json(), "made": self._made, "done": done}
        with _readable(), replacing(path) as part:
            part.write_text(json.dumps(about))

    def close(self) -> None:
        """Close the file."""
        self._storage.remove_session()
        self._storage.engine.dispose()


def mean(runs: list[Run], name: str) -> float | None:
    """The mean of an objective over the runs that have it; None where none has."""
    values = [run.values[name].value for run in runs if name in run.values]
    return float(np.mean(values)) if values else None


def load(sweep: Sweep) -> Table:
    """What is stored of a sweep, if anything is. Raises SourceError for a damaged file."""
    file = folder(sweep.key) / "runs.db"
    while (opened := _identity(file)) is not None:
        try:
            with contextlib.closing(Store(sweep)) as store:
                return store.table()[1]
        except SourceError:
            if _identity(file) == opened:
                raise
            # another server has deleted it meanwhile, and perhaps begun it anew
    return Table(sweep, ())


def _identity(file: Path) -> tuple[int, int] | None:
    """What another file in the same place does not share: its number, and its folder's."""
    try:
        return file.stat().st_ino, file.parent.stat().st_ino
    except OSError:
        return None


def entries() -> list[Entry]:
    """All stored sweeps, the newest first. What cannot be read is left out."""
    stored = []
    for path in (cache.folder() / "sweeps").glob(f"*/{SUMMARY}"):
        with contextlib.suppress(
            OSError, ValueError, KeyError, TypeError, SpecError, sqlite3.Error
        ):
            about = json.loads(path.read_text())
            sweep = Sweep.from_json(about["sweep"])
            # its key changes where defaults have changed since
            if path.parent.name == sweep.key or adopt(path.parent, about["sweep"], sweep):
                stored.append(Entry(sweep.key, sweep, str(about["made"]), int(about["done"])))
    return sorted(stored, key=lambda entry: (entry.made, entry.id), reverse=True)


def delete(id: str) -> None:
    """Remove a sweep; the models it computed stay in the cache.

    Raises SourceError where a server runs it, or where the disk is read-only.
    """
    with owned(folder(id)) as mine:
        if not mine:
            raise SourceError(
                message("Another server runs this sweep; cancel it there, then delete it.")
            )
        gone = folder(part_name())
        with _readable():
            if folder(id).exists():
                os.replace(folder(id), gone)
        shutil.rmtree(gone, ignore_errors=True)


def create_folder(sweep: Sweep) -> Path:
    """The folder of a sweep, created where it is missing. Raises SourceError where it cannot be."""
    path = folder(sweep.key)
    with _readable():
        path.mkdir(parents=True, exist_ok=True)
    return path


def _create(path: Path, sweep: Sweep) -> None:
    """Create the file elsewhere and move it into place: two processes may do so at once."""
    place = path / "runs.db"
    with temporary(path) as part:
        storage, _ = _open(part, sweep)
        storage.remove_session()
        storage.engine.dispose()
        try:
            os.link(part, place)
        except FileExistsError:  # the other process was first
            pass
        except OSError:  # a file system without hard links
            if not place.exists():
                os.replace(part, place)


def _open(file: Path, sweep: Sweep) -> tuple[Any, Any]:
    """Optuna's storage in a file, and the sweep's study there."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    storage = optuna.storages.RDBStorage(
        f"sqlite:///{file}", engine_kwargs={"connect_args": {"timeout": 60}}
    )
    lower = OBJECTIVES[sweep.judged[0]].lower
    study = optuna.create_study(
        study_name=sweep.key,
        storage=storage,
        direction="minimize" if lower else "maximize",
        load_if_exists=True,
    )
    return storage, study


@contextlib.contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SourceError(
            message(
                "The sweep cannot be kept ({reason}); free some space, or put the cache elsewhere "
                "by setting VECTORSCOPE_CACHE.",
                reason=error.strerror,
            )
        ) from error
    except Exception as error:
        # a damaged file may raise almost anything: errors of three libraries, or of this
        # module where an entry is missing
        libraries = ("optuna", "alembic", "sqlalchemy")
        if isinstance(error, (KeyError, ValueError, TypeError, AssertionError)) or (
            type(error).__module__.startswith(libraries)
        ):
            raise _damaged() from error
        raise


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def _damaged() -> SourceError:
    return SourceError(
        message(
            "The file of this sweep is damaged; delete the sweep and start it again. Models it "
            "finished are in the cache and are not trained again."
        )
    )

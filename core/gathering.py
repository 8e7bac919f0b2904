"""Packages that gather names of their modules, for notebooks, without importing these modules.

Were they imported with the package, two threads that import two of its modules at once could each
wait for the other; Python then gives one of them a module that is half made, and a visitor the
ImportError. So a name is imported where it is first asked for.
"""

from __future__ import annotations

import ast
import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any


class Gathering(ModuleType):
    """A package whose gathered names are attributes from the first use on."""

    _places: dict[str, str]

    def __getattr__(self, name: str) -> Any:
        module = self.__dict__.get("_places", {}).get(name)
        if module is None:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(module), name)
        super().__setattr__(name, value)
        return value

    def __setattr__(self, name: str, value: Any) -> None:
        # a module that is imported becomes an attribute of its package, where a gathered name
        # goes before it: `core.text.vocabulary` is the function
        if not (isinstance(value, ModuleType) and name in self._places):
            super().__setattr__(name, value)


def gather(package: str) -> None:
    """Make a package gather what its file imports under `if TYPE_CHECKING`."""
    module = sys.modules[package]
    source = Path(str(module.__file__)).read_text("utf-8")
    places = {
        alias.name: str(line.module)
        for guarded in ast.parse(source).body
        if isinstance(guarded, ast.If)
        for line in guarded.body
        if isinstance(line, ast.ImportFrom)
        for alias in line.names
    }
    module.__dict__["_places"] = places
    module.__class__ = Gathering

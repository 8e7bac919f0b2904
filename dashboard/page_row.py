"""What is known of a page before it runs: a row of the navigation, and its main slider."""

from __future__ import annotations

from dataclasses import dataclass

PPMI = "core.vectors.specs.PpmiSvd"
SHELVED = "core.vectors.specs.Shelved"
SOURCE = ("Code", "Provenance")
"""The tabs that end every page's."""


@dataclass(frozen=True)
class Slider:
    """The slider that a page is about, by its label, and how to reach it.

    query: settings that bring it; button: what is pressed first; tab: where it is then.
    """

    label: str
    query: str = ""
    button: str = ""
    tab: str = ""


@dataclass(frozen=True)
class Page:
    """A page: its script in its section's folder, its title, and what is on it.

    file: the script's name, and the page's in links; subtitle: the sentence beside the title;
    specs: the settings that it publishes, as dotted names of specs, or of several under one
    name, so that nothing is imported before its page is opened; tabs: below its figures; scopes:
    figures side by side, of which a step of a tour may show some alone;
    subject: what of the user's it shows, a key of `SUBJECTS`, "" for nothing; task: what it is
    for, one of `TASKS`, "" to stay out of the menus; both by default those of its room; apart:
    whether its settings are its own, so that what is tried there changes no other page.
    """

    file: str
    title: str
    subtitle: str
    icon: str
    specs: tuple[str, ...] = ()
    slider: Slider | None = None
    tabs: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    subject: str | None = None
    task: str | None = None
    apart: bool = False

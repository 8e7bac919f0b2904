"""The pages and what they are called, in the order of the navigation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Room:
    """A page: its file in its section's folder, its name and its sign."""

    file: str
    title: str
    icon: str


SECTIONS = {
    "Words": (
        Room("path", "Signal path", ":material/route:"),
        Room("heatmap", "PMI heatmap", ":material/grid_on:"),
        Room("neighbours", "Neighbours", ":material/hub:"),
        Room("map", "Map", ":material/map:"),
        Room("corpus", "Corpus", ":material/menu_book:"),
        Room("tours", "Tours", ":material/tour:"),
    ),
    "Vectors": (
        Room("models", "Models", ":material/model_training:"),
        Room("explain", "Explain", ":material/function:"),
        Room("scores", "Analogies & scores", ":material/scoreboard:"),
        Room("keywords", "Keywords", ":material/key:"),
    ),
    "Compare": (
        Room("compare", "Two models", ":material/compare_arrows:"),
        Room("sweeps", "Sweeps", ":material/tune:"),
    ),
    "Matrices": (
        Room("lowrank", "Low rank", ":material/compress:"),
        Room("similar", "Similar matrices", ":material/grid_4x4:"),
    ),
    "Images": (
        Room("latent", "VAE clusters", ":material/bubble_chart:"),
        Room("latent_samples", "VAE samples", ":material/apps:"),
        Room("latent_judgement", "VAE judged", ":material/balance:"),
        Room("latent_pair", "Two runs", ":material/compare:"),
    ),
}
SCRIPTS = {
    room.file: f"{section.lower()}/{room.file}.py"
    for section, rooms in SECTIONS.items()
    for room in rooms
}
"""Where each page's script is, from `app.py`."""
PAGES = {room.file: room for rooms in SECTIONS.values() for room in rooms}
FIRST = "path"
"""The page that opens without being asked for."""

"""Similar matrices: what stays is shown to stay, presets, and bases that are none."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from opening import (
    array,
    errors,
    figure,
    figures,
    hypertext,
    open_page,
    open_tab,
    put,
    script,
    settled,
)

from core.lowrank.similar import PRESETS


def facts(at: Any) -> dict[str, tuple[str, str]]:
    """What the tables say of A and of B."""
    rows = re.findall(r"<tr><td>([^<]+)</td><td>([^<]+)</td><td>([^<]+)</td></tr>", hypertext(at))
    return {name: (a, b) for name, a, b in rows}


def test_eigenvalues_of_a_turn_are_written_as_one_writes_them() -> None:
    at = open_page("similar", a11="0.0", a12="-1.0", a21="1.0", a22="0.0")
    assert facts(at)["eigenvalues"] == ("−i, i", "−i, i")
    put(at, a11=1.0, a22=1.0)
    assert facts(at)["eigenvalues"] == ("1 − i, 1 + i", "1 − i, 1 + i")


STAYS = ("determinant", "trace", "eigenvalues", "rank", "can be diagonalised")


@pytest.mark.parametrize("preset", PRESETS)
def test_presets(preset: str) -> None:
    space = "space" if preset.endswith("space") else "plane"
    at = open_page("similar", space=space)
    at.button(key=f"a:{preset}").click()
    settled(at.run())
    rows = facts(at)
    for name in STAYS:
        assert rows[name][0] == rows[name][1], (name, rows[name])
    n = len(PRESETS[preset])
    assert all(at.session_state[f"setting:a{i + 1}{j + 1}"] == PRESETS[preset][i][j]
               for i in range(n) for j in range(n))  # fmt: skip
    assert set(figures(at)) == {"given_grid", "own_grid"} and not errors(at)


def test_what_changes_changes() -> None:
    rows = facts(open_page("similar"))
    assert rows["‖·‖ Frobenius"][0] != rows["‖·‖ Frobenius"][1]
    assert rows["condition"][0] != rows["condition"][1]


def test_own_basis_is_diagonal() -> None:
    at = open_tab(open_page("similar", p_basis="eigenvectors"), "similar", "Table")
    table = at.dataframe[0].value
    B = table["B"].to_numpy().reshape(2, 2)
    A = np.array([[1.2, 0.6], [0.3, 0.9]])
    np.testing.assert_allclose(np.sort(np.diagonal(B)), np.sort(np.linalg.eigvals(A)))
    np.testing.assert_allclose(B - np.diag(np.diagonal(B)), 0, atol=1e-12)


def test_defective_has_no_eigenbasis() -> None:
    at = open_page("similar", p_basis="eigenvectors", a11="2.0", a12="1.0", a21="0.0", a22="2.0")
    assert "defective" in errors(at)[0] and set(figures(at)) == {"given_grid", "own_grid"}


def test_dependent_vectors_are_no_basis() -> None:
    at = open_page("similar", p11="1.0", p12="2.0", p21="0.5", p22="1.0")
    assert "not a basis" in errors(at)[0] and not figures(at)
    put(at, p22=-1.0)
    assert not errors(at) and figures(at)


def test_the_pictures_hold_the_map() -> None:
    at = open_page("similar", a11="2.0", a12="0.0", a21="0.0", a22="1.0",
                   p11="1.0", p12="0.0", p21="0.0", p22="1.0")  # fmt: skip
    for key in ("given_grid", "own_grid"):
        data = {t.get("name"): t for t in figure(at, key)["data"]}
        before, after = data["the letter before"], data["the letter after"]
        np.testing.assert_allclose(array(after["x"]), 2 * array(before["x"]))
        np.testing.assert_allclose(array(after["y"]), array(before["y"]))


def test_code_and_provenance() -> None:
    at = open_tab(open_page("similar", a12="0.9"), "similar", "Code")
    printed: list[Any] = []
    exec(script(at), {"print": lambda *values: printed.extend(values)})
    B = printed[0]
    assert float(np.trace(B)) == pytest.approx(2.1)
    open_tab(at, "similar", "Provenance")
    shown = dict(at.dataframe[0].value.itertuples(index=False))
    assert shown["a12"] == "0.9" and not errors(at)

"""ARCHITECTURE.md shows the layers and the folders that there are."""

from __future__ import annotations

import tomllib

from tests.docs.markdown import ROOT, Page, codes

PAGE = Page("ARCHITECTURE.md")
PARTS = ("bot", "handlers", "jobs", "migrations", "models", "sandbox", "tests")


def test_the_layers_are_those_that_are_checked() -> None:
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = configuration["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    shown = next(code for code in codes(PAGE.prose) if "→" in code)
    wanted = layers if layers[0] == "app" else ["app", "service", *layers]
    assert shown.split(" → ") == wanted, (
        "ARCHITECTURE.md: show the layers as pyproject.toml has them under tool.importlinter: "
        f"{' → '.join(wanted)}"
    )


def test_every_folder_has_its_row() -> None:
    shown = PAGE.table("places").first_codes()
    packages = [f"bot/{file.parent.name}/" for file in (ROOT / "bot").glob("*/__init__.py")]
    for folder in [*(f"{part}/" for part in PARTS), *packages]:
        assert folder in shown, f"ARCHITECTURE.md, table “places”: add a row for `{folder}`."

"""What the process of a `Shell` does: what `python app.py …` does, for real."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

APP = Path(__file__).parents[1] / "app.py"


def app_py(*args: str) -> None:
    """Run the file as the main module, with these arguments."""
    sys.argv[:] = [str(APP), *args]
    runpy.run_path(str(APP), run_name="__main__")

"""Memory that one thread gives back serves the others.

glibc gives each thread a heap of its own, up to eight for each processor (mallopt(3),
`M_ARENA_MAX`), and what is free in one is of no use to the others. Our threads take turns anyway
(the GIL): with all those heaps the process grew for ten minutes, and half of what it had from
malloc was free.
"""

from __future__ import annotations

import ctypes
import os

# malloc.h of glibc
_M_ARENA_MAX = -8


def share_one_heap() -> None:
    """Have the threads that are started from now on use one heap. Without glibc nothing is done."""
    if os.name == "posix":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_M_ARENA_MAX, 1)

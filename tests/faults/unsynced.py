"""A disk on which no file can be synced any more: `fsync` answers EIO.

The system itself refuses, by a filter on the calls of this process (Linux, seccomp(2)).
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
from dataclasses import dataclass

# From the system's headers: prctl.h, seccomp.h, bpf_common.h
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_SET_MODE_FILTER = 1
_SECCOMP_FILTER_FLAG_TSYNC = 1  # for all threads
_LOAD_WORD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _ANSWER_ERROR = 0x7FFF0000, 0x00050000


@dataclass(frozen=True)
class _Calls:
    """The numbers of the calls, which differ from machine to machine."""

    seccomp: int
    fsync: int
    fdatasync: int


_CALLS = {"x86_64": _Calls(317, 74, 75), "aarch64": _Calls(277, 82, 83)}


class _Step(ctypes.Structure):
    """`struct sock_filter`."""

    _fields_ = (
        ("code", ctypes.c_ushort),
        ("if_true", ctypes.c_ubyte),
        ("if_false", ctypes.c_ubyte),
        ("value", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    """`struct sock_fprog`."""

    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Step)))


def nothing_is_synced() -> None:
    """Have every `fsync` and `fdatasync` of this process fail from now on, until it ends.

    Knows x86_64 and aarch64. Raises OSError where the system does not allow that.
    """
    calls = _CALLS[platform.machine()]
    steps = (
        _Step(_LOAD_WORD, 0, 0, 0),  # the number of the call
        _Step(_JUMP_IF_EQUAL, 2, 0, calls.fsync),
        _Step(_JUMP_IF_EQUAL, 1, 0, calls.fdatasync),
        _Step(_RETURN, 0, 0, _ALLOW),
        _Step(_RETURN, 0, 0, _ANSWER_ERROR | errno.EIO),
    )
    program = _Program(len(steps), (_Step * len(steps))(*steps))
    libc = ctypes.CDLL(None, use_errno=True)
    refused = libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.syscall(
        ctypes.c_long(calls.seccomp),
        ctypes.c_long(_SECCOMP_SET_MODE_FILTER),
        ctypes.c_long(_SECCOMP_FILTER_FLAG_TSYNC),
        ctypes.byref(program),
    )
    if refused:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

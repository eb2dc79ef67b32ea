"""A filter on a process's own calls of the system: some fail, or somebody else is asked first.

Linux's seccomp(2) and seccomp_unotify(2), on x86_64 and aarch64.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import platform
import struct
from collections.abc import Sequence
from dataclasses import dataclass

# From the system's headers: prctl.h, seccomp.h, bpf_common.h
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_SET_MODE_FILTER = 1
_LOAD_WORD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _ANSWER_ERROR, _ASK = 0x7FFF0000, 0x00050000, 0x7FC00000
_ALL_THREADS, _WITH_LISTENER = 1, 8
_RECEIVE, _SEND = 0xC0502100, 0xC0182101
# `struct seccomp_notif` (with `struct seccomp_data` in it) and `struct seccomp_notif_resp`
_QUESTION = struct.Struct("=QII" + "iIQ6Q")
_ANSWER = struct.Struct("=QqiI")
_GO_ON = 1

_SECCOMP = {"x86_64": 317, "aarch64": 277}
# The numbers of the calls, which differ from machine to machine
_CALLS = {
    "x86_64": {"fsync": 74, "fdatasync": 75, "ftruncate": 77, "unlink": 87, "unlinkat": 263},
    "aarch64": {"fsync": 82, "fdatasync": 83, "ftruncate": 46, "unlinkat": 35},
}


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


@dataclass(frozen=True)
class Question:
    """A thread is about to make a call. `first` is the first argument: of most, a file's number."""

    id: int
    thread: int
    name: str
    first: int


def refuse(calls: Sequence[str], error: int) -> None:
    """Have these calls fail with this error from now on, in all threads, until the process ends.

    Raises OSError where the system does not allow that.
    """
    _install(calls, _ANSWER_ERROR | error, _ALL_THREADS)


def ask_about(calls: Sequence[str]) -> int:
    """From now on a thread that makes one of these calls waits until somebody says that it may.

    That holds for this thread and for those it starts. Returns the open file on which `asked` and
    `may` work, in another process. Raises OSError where the system does not allow that.
    """
    return _install(calls, _ASK, _WITH_LISTENER)


def asked(listener: int) -> Question:
    """Wait for the next call. Raises OSError if its thread has died meanwhile."""
    question = bytearray(_QUESTION.size)
    fcntl.ioctl(listener, _RECEIVE, question)
    number, thread, _flags, call, _machine, _at, first, *_ = _QUESTION.unpack(question)
    names = {each: name for name, each in _CALLS[platform.machine()].items()}
    return Question(number, thread, names[call], first)


def may(listener: int, question: Question) -> None:
    """Let the call be made. Raises OSError if its thread has died meanwhile."""
    fcntl.ioctl(listener, _SEND, bytearray(_ANSWER.pack(question.id, 0, 0, _GO_ON)))


def _install(calls: Sequence[str], action: int, flags: int) -> int:
    known = _CALLS[platform.machine()]
    numbers = [known[name] for name in calls if name in known]
    jumps = [
        _Step(_JUMP_IF_EQUAL, len(numbers) - place, 0, number)
        for place, number in enumerate(numbers)
    ]
    steps = (
        _Step(_LOAD_WORD, 0, 0, 0),  # the number of the call
        *jumps,
        _Step(_RETURN, 0, 0, _ALLOW),
        _Step(_RETURN, 0, 0, action),
    )
    program = _Program(len(steps), (_Step * len(steps))(*steps))
    libc = ctypes.CDLL(None, use_errno=True)
    answer = libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.syscall(
        ctypes.c_long(_SECCOMP[platform.machine()]),
        ctypes.c_long(_SECCOMP_SET_MODE_FILTER),
        ctypes.c_long(flags),
        ctypes.byref(program),
    )
    if answer < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return int(answer)

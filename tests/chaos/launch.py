"""Becomes the command it is given, after asking the kernel to stop it at each call of a list: see tests.chaos.steps.

    python -I -S launch.py FD NUMBERS COMMAND...

FD is a UNIX socket on which the kernel's notices are handed to the watcher; NUMBERS are system calls, with commas.
"""

import ctypes
import os
import platform
import socket
import struct
import sys

_SECCOMP = {"x86_64": 317, "aarch64": 277}
_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_SET_MODE_FILTER, _NEW_LISTENER, _NO_NEW_PRIVS = 1, 1 << 3, 38
_NOTIFY, _ALLOW = 0x7FC00000, 0x7FFF0000
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06  # of classic BPF


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def listener(numbers: list[int]) -> int:
    """Install the filter for this process and all that come of it; the descriptor on which the kernel tells of calls."""
    machine = platform.machine()
    calls = len(numbers)
    code = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, _ARCH[machine]), (_RETURN, 0, 0, _ALLOW), (_LOAD, 0, 0, 0)]
    code += [(_EQUAL, calls - i, 0, number) for i, number in enumerate(numbers)]
    code += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _NOTIFY)]
    packed = b"".join(struct.pack("HBBI", *instruction) for instruction in code)
    program = _Program(len(code), packed)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_NO_NEW_PRIVS)")
    made: int = libc.syscall(_SECCOMP[machine], _SET_MODE_FILTER, _NEW_LISTENER, ctypes.byref(program))
    if made < 0:
        raise OSError(ctypes.get_errno(), "seccomp(SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER)")
    return made


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as to_watcher:
        # sendmsg is never among the calls that are stopped at: the watcher could not be told of the descriptor.
        socket.send_fds(to_watcher, [b"here"], [listener([int(n) for n in sys.argv[2].split(",")])])
    os.execvp(sys.argv[3], sys.argv[3:])

"""Processes told apart: by machine, number and beginning, so that a number that is used again
is not taken for the process that had it before."""

from __future__ import annotations

import functools
import os
import socket
import time
from dataclasses import dataclass

import psutil

_SAME_START = 1.0
"""Seconds by which two readings of the time that a process began may differ."""


@dataclass(frozen=True)
class ProcessIdentity:
    """One process of one machine."""

    host: str
    """Name of the machine."""
    pid: int
    began: float
    """When the process began, in seconds since 1970."""

    @property
    def here(self) -> bool:
        """Whether it is of this machine, so that it can be looked at."""
        return self.host == socket.gethostname()

    def same(self, other: ProcessIdentity) -> bool:
        """Whether it is the other one; when it began may have been read less exactly."""
        named = (self.host, self.pid) == (other.host, other.pid)
        return named and abs(self.began - other.began) < _SAME_START

    @property
    def alive(self) -> bool:
        """Whether the process is there; a machine other than this one cannot be asked.

        It is then taken to be: nothing that may be going on elsewhere is declared dead.
        """
        if not self.here:
            return True
        try:
            process = psutil.Process(self.pid)
            now = ProcessIdentity(self.host, self.pid, float(process.create_time()))
            return self.same(now) and bool(process.status() != psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return False


def identify(pid: int) -> ProcessIdentity:
    """The process of this machine that has a number now, or had it a moment ago."""
    try:
        began = float(psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        # It has ended already; nothing that has the number later began now.
        began = time.time()
    return ProcessIdentity(socket.gethostname(), pid, began)


def this_process() -> ProcessIdentity:
    """The process that calls."""
    return _identified(os.getpid())


@functools.cache
def _identified(pid: int) -> ProcessIdentity:
    return identify(pid)

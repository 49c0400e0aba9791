"""Errors that a user can act on.

    WorkbenchError
    ├── InputError           a file, option or value that cannot be used
    │   ├── FileFormatError  a file whose content is not what it should be
    │   └── NotFoundError    a name that stands for nothing
    ├── ModelError           a checkpoint that cannot be loaded or run
    ├── StoreError           the database or the disk refused
    ├── StudyError           a study some of whose cells failed
    └── UnscorableError      a response for which no score can be had

Each message has three beats: what was given, why it cannot work, what to do.
The command line and the app show the message alone; anything that is not a
WorkbenchError is a defect and keeps its traceback.
"""

from __future__ import annotations


class WorkbenchError(Exception):
    """Base of all errors that are shown to users without a traceback."""

    def __init__(self, given: str, reason: str, remedy: str) -> None:
        self.given = given.rstrip(".")
        self.reason = reason.rstrip(".")
        self.remedy = remedy.rstrip(".")
        end = "" if self.remedy.endswith("?") else "."
        super().__init__(f"{self.given}: {self.reason}. {self.remedy}{end}")

    def __reduce__(self) -> tuple[type[WorkbenchError], tuple[str, str, str]]:
        # An exception is pickled by its message, of which this one is made of three parts.
        return type(self), (self.given, self.reason, self.remedy)


class InputError(WorkbenchError):
    """A file, option or value that cannot be used."""


class FileFormatError(InputError):
    """A file whose content is not what it should be."""


class NotFoundError(InputError):
    """A name that stands for nothing."""


class ModelError(WorkbenchError):
    """A checkpoint that cannot be loaded or run."""


class StoreError(WorkbenchError):
    """The database or the disk refused."""


class StudyError(WorkbenchError):
    """A study some of whose cells failed."""


class UnscorableError(WorkbenchError):
    """A response for which no score can be had."""

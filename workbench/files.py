"""Reading text with errors a user can act on; writing it whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.errors import FileFormatError, NotFoundError, StoreError


def read_text(path: Path) -> str:
    """The text of a UTF-8 file."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise NotFoundError(str(path), "there is no such file", "Check the path") from None
    except (IsADirectoryError, PermissionError) as error:
        raise FileFormatError(
            str(path), str(error.strerror), "Name a file that can be read"
        ) from None
    except UnicodeDecodeError as error:
        raise FileFormatError(
            f"{path}, byte {error.start}",
            "it is not UTF-8 text",
            "Save the file as UTF-8",
        ) from None


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Non-empty lines of a UTF-8 file with their numbers, from 1.

    Only a newline ends a line: U+2028 and the like may stand inside JSON strings.
    """
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if stripped := line.strip():
            yield number, stripped


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that a crash or a full disk leaves the old one or none."""
    with replacing(path) as temporary, open(temporary, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file to be written in place of ``path``, which it replaces where no error comes.

    A crash or a full disk leaves the old file or none. Raises StoreError where it cannot be
    written.
    """
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        os.close(handle)
        yield Path(temporary)
        with open(temporary, "rb") as file:
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except OSError as error:
        raise StoreError(
            f"Writing {path}",
            error.strerror or str(error),
            "Free some space or choose another folder",
        ) from None
    finally:
        if temporary is not None and os.path.exists(temporary):
            os.unlink(temporary)

"""Where the files under ``assets/`` and ``checkpoints/`` are, and how users name them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from workbench.errors import NotFoundError

PROJECT_ROOT = Path(__file__).resolve().parent.parent


def asset(*parts: str) -> Path:
    """Path of a file or folder under ``assets/``."""
    return PROJECT_ROOT.joinpath("assets", *parts)


@dataclass(frozen=True)
class Shipped:
    """Files of one kind that come with the workbench, each called by its name without suffix.

    Wherever one can be named, a file of the user's can be named as well.
    """

    kind: str
    """What a file is, as an error begins: ``Study``."""
    folders: tuple[str, ...]
    """Under ``assets/``; of two files of one name the one in the later folder counts."""
    form: str
    """What a file is written in: ``YAML``."""
    suffixes: tuple[str, ...]
    """Of files of this form; shipped ones have the first."""
    apart: str = ""
    """Pattern of names in these folders that are no files of this kind."""

    def files(self) -> dict[str, Path]:
        """The shipped files by name, folder by folder."""
        found = (path for folder in self.folders for path in sorted(asset(folder).glob("*")))
        return {
            path.stem: path
            for path in found
            if path.suffix == self.suffixes[0] and not (self.apart and path.match(self.apart))
        }

    def find(self, name: str | Path) -> Path | None:
        """The file that a path or a name stands for; None for a name that stands for none.

        What is written as a path, with a suffix of this form or a folder, is one, whether or
        not there is such a file.
        """
        path = Path(name)
        if path.is_file() or path.suffix in self.suffixes or path.name != str(path):
            return path
        return self.files().get(str(name))

    def file(self, name: str | Path) -> Path:
        """As ``find``; NotFoundError for a name that stands for none."""
        path = self.find(name)
        if path is None:
            raise self.unknown(name)
        return path

    def unknown(self, name: str | Path, stored: Iterable[str] | None = None) -> NotFoundError:
        """The error for a name that stands for none, neither here nor in the store.

        ``stored`` are the names that the store has, None where it was not asked.
        """
        places = " or ".join(f"assets/{folder}" for folder in self.folders)
        places += "" if stored is None else " or in the store"
        known = sorted({*self.files(), *(stored or ())})
        near = get_close_matches(str(name), known, n=1)
        meant = f"Did you mean '{near[0]}'? " if near else ""
        return NotFoundError(
            f"{self.kind} '{name}'",
            f"there is no such file, and no such {self.kind.lower()} in {places}",
            f"{meant}Name a {self.form} file, or one of: {', '.join(known) or '(none)'}",
        )

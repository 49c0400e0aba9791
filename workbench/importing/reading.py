"""What all readers of answers share: the file, what the user said of it, and what is to be told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from workbench.importing.columns import ColumnMap
from workbench.importing.fields import Fields, as_object
from workbench.importing.opening import Opened
from workbench.importing.options import ImportOptions
from workbench.importing.records import ImportedCheckpoint, ImportedResponse


@dataclass
class Reading:
    """One file on its way into records."""

    opened: Opened
    options: ImportOptions
    columns: ColumnMap
    """Which column or field holds what, where the user said so."""
    language: str | None
    """Code of the expected language where the file names none; None where it is not known."""
    notes: list[str] = field(default_factory=list)
    """What was taken from elsewhere, or not taken, in sentences."""
    checkpoints: dict[str, ImportedCheckpoint] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)
    """Fields of ``columns`` that some answer had."""

    @property
    def path(self) -> Path:
        """The file."""
        return self.opened.path

    def objects(self) -> Iterator[tuple[str, Fields]]:
        """The JSON objects of the file, each with its place in it."""
        for place, record in self.opened.records():
            yield place, as_object(record, f"{self.path}, {place}")

    def checkpoint(self, said: str | None) -> str:
        """The name of what answered: what the user says, else the file, else the file's name."""
        if self.options.checkpoint:
            return self.options.checkpoint
        if said and said.strip():
            return said
        self.note(
            f"The file does not say what answered: it is called '{self.path.stem}' here; "
            "--checkpoint names it."
        )
        return self.path.stem

    def language_of(self, fields: Fields, usual: str) -> str:
        """The expected language of an answer: of the mapped field, or the one usual there."""
        return fields.language(self.name_of("language", fields, usual), self.language)

    def text_of(self, what: str, fields: Fields, usual: str) -> str | None:
        """A text of the field that the user mapped, or of the one usual there; None without."""
        return fields.optional_text(self.name_of(what, fields, usual))

    def name_of(self, what: str, fields: Fields, usual: str) -> str:
        """Name of the field of an answer that holds something."""
        mapped: str | None = getattr(self.columns, what)
        if mapped is None:
            return usual
        if fields.has(mapped):
            self.met.add(what)
        return mapped

    def note(self, text: str) -> None:
        """Tell something, once."""
        if text not in self.notes:
            self.notes.append(text)


Reader = Callable[[Reading], Iterator[ImportedResponse]]
"""Gives the answers of a file in their order; raises FileFormatError with the place of what is
wrong."""

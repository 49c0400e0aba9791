"""Options that commands share, and how results are printed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

if TYPE_CHECKING:
    import pandas as pd

    from workbench.workspace import Workspace


@Parameter(name="*")
@dataclass(frozen=True)
class Place:
    """Where results are kept."""

    workspace: Annotated[Path, Parameter(help="Folder of database and trained checkpoints")] = Path(
        "workspace"
    )

    store: Annotated[
        str | None,
        Parameter(
            help="Database instead of the folder's own, as postgresql+psycopg://user@host/name",
            env_var="WORKBENCH_STORE",
        ),
    ] = None

    def open(self, read_only: bool = False) -> Workspace:
        """The workspace at that folder."""
        from workbench.workspace import Workspace

        return Workspace(self.workspace, self.store, read_only)


@Parameter(name="*")
@dataclass(frozen=True)
class Output(Place):
    """Where results are kept, and how they are printed."""

    format: Annotated[
        Literal["table", "csv", "json"], Parameter(help="How results are printed")
    ] = "table"

    def show(self, frame: pd.DataFrame) -> None:
        """Print a result."""
        from workbench.printing import print_frame

        print_frame(frame, self.format)


def split(values: tuple[str, ...]) -> list[str] | None:
    """Values given one by one or with commas between them; None for no value."""
    parts = [part.strip() for value in values for part in value.split(",") if part.strip()]
    return parts or None


def print_rates(
    output: Output,
    runs: list[str] | None,
    detector: str | None,
    measure: str,
    by: list[str] | None = None,
) -> None:
    """Print rates with intervals and counts over runs."""
    from workbench.runs import known_runs
    from workbench.statistics import rate_table

    store = output.open().store
    results = store.results(known_runs(store, runs), detector=detector)
    output.show(rate_table(results, measure, by or ["checkpoint", "language"]))

"""``workbench select`` and its kin: what studies are planned by, and what they lead to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from workbench.commands.execution import Execution
from workbench.commands.options import Output, Place
from workbench.validation.settings import Measure, Objective, Validation

if TYPE_CHECKING:
    from workbench.study import Study

Kind = Literal["study", "recipe"]
_FIELDS = Validation.model_fields
_Objective = Annotated[
    Objective | None,
    Parameter(help=f"{_FIELDS['objective'].description}; as the study has it if not given"),
]
_Measure = Annotated[
    Measure | None,
    Parameter(help=f"{_FIELDS['measure'].description}; as the study has it if not given"),
]


def show_plan(study: Study, output: Output) -> None:
    """Print what a study would do."""
    from workbench.planning import plan_study
    from workbench.printing import print_frame

    plan = plan_study(study, output.open())
    if output.format == "json":
        print(json.dumps(plan.record, indent=2, ensure_ascii=False))
    elif output.format == "csv":
        print_frame(plan.cells, "csv")
    else:
        print(plan.text())


def select(
    run: str,
    *,
    objective: _Objective = None,
    measure: _Measure = None,
    plot: Path | None = None,
    output: Output | None = None,
) -> None:
    """Say which checkpoint English validation takes, which multilingual, and what that costs.

    Parameters
    ----------
    run:
        Run of a study that validates its checkpoints.
    plot:
        HTML file for the validation curves and for English against the other languages.
    """
    from workbench.printing import print_frame
    from workbench.selection import candidate_table, curves, read_evidence
    from workbench.selection import select as select_checkpoints

    chosen = output or Output()
    evidence = read_evidence(chosen.open().store, run, objective, measure)
    selection = select_checkpoints(evidence)
    if plot is not None:
        from workbench.charts.selection import pareto_scatter, validation_curves
        from workbench.files import write_atomically
        from workbench.pages import figures_page

        table, _ = candidate_table(evidence)
        figures = [
            validation_curves(curves(evidence), selection),
            pareto_scatter(table, selection),
        ]
        write_atomically(plot, figures_page(f"Validation of {selection.run}", figures))
    if chosen.format == "json":
        print(selection.model_dump_json(indent=2))
    elif chosen.format == "csv":
        print_frame(selection.cost_frame(), "csv")
    else:
        print(selection.text())


def publish(*studies: str, execution: Execution | None = None, place: Place | None = None) -> None:
    """Run shipped studies, keep their rates, and write docs/studies.md with its figures anew.

    What a workspace holds of them is not done again. The rates go to assets/examples/studies.
    Prints the files that were written.

    Parameters
    ----------
    studies:
        Names of studies of assets/studies; without any, page and figures alone are written, from
        the rates that are kept.
    """
    from workbench.progress import terminal_progress
    from workbench.study_pages import publish as publish_studies

    executor = (execution or Execution()).make()
    with terminal_progress() as progress:
        workspace = (place or Place()).open()
        written = publish_studies(studies, workspace, progress, executor)
    for path in written:
        print(path)


def schema(kind: Kind) -> None:
    """Print the JSON schema of study or recipe files, for editors that complete YAML.

    Parameters
    ----------
    kind:
        What the file declares.
    """
    from workbench.schemas import schema_text

    print(schema_text(kind), end="")

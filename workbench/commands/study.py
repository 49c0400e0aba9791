"""``workbench select`` and its kin: what studies are planned by, and what they lead to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from workbench.commands.options import Output
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
        from workbench.charts_selection import pareto_scatter, validation_curves
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


def schema(kind: Kind) -> None:
    """Print the JSON schema of study or recipe files, for editors that complete YAML.

    Parameters
    ----------
    kind:
        What the file declares.
    """
    from workbench.schemas import schema_text

    print(schema_text(kind), end="")

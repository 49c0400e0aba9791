"""A run as a report: all that the store knows of it, in the order in which one would ask."""

from __future__ import annotations

from datetime import UTC, datetime

from workbench.languages import display_name
from workbench.progress import ProgressCallback
from workbench.reporting.answers import answers_section
from workbench.reporting.design import checkpoints_section, design_section, question_section
from workbench.reporting.gaps import gaps_section
from workbench.reporting.material import Material, read_material
from workbench.reporting.outcomes import findings, rate_tables, results_section
from workbench.reporting.records import Report
from workbench.reporting.reliability import reliability_section
from workbench.reporting.reproducing import reproducing_section
from workbench.reporting.selection import selection_section
from workbench.reporting.signatures import signatures_section
from workbench.versions import package_versions
from workbench.workspace import Workspace

_STEPS = 6


def make_report(
    workspace: Workspace,
    run: str,
    detector: str | None = None,
    progress: ProgressCallback | None = None,
) -> Report:
    """The report of a run, by the detector that covers most of it unless one is named.

    Raises NotFoundError for an unknown run or detector, InputError for a run without answers.
    """

    def tell(done: int, what: str) -> None:
        if progress is not None:
            progress(done, _STEPS, f"report of {run}, {what}")

    tell(0, "answers")
    material = read_material(workspace, run, detector)
    tell(1, "rates")
    tables = rate_tables(material)
    results = results_section(material, tables)
    tell(2, "signs of failed transfer")
    signatures = signatures_section(material)
    tell(3, "selection")
    selection, chosen = selection_section(material)
    tell(4, "judges")
    reliability = reliability_section(material)
    tell(5, "answers to show")
    sections = [
        question_section(material),
        design_section(material),
        checkpoints_section(material),
        results,
        answers_section(material),
        signatures,
        selection,
        reliability,
    ]
    sections += [gaps_section(material, sections), reproducing_section(material)]
    tell(_STEPS, "done")
    return Report(
        title=material.study.name if material.study else material.name,
        subtitle=f"Run {material.name}, begun {material.run['started']}",
        facts=_facts(material),
        findings=(*findings(material, tables), *chosen),
        sections=tuple(sections),
        about=_about(),
    )


def _facts(material: Material) -> tuple[tuple[str, str], ...]:
    results = material.results
    missing = int(results["missing_reason"].notna().sum())
    return (
        ("answers", f"{len(results):,}"),
        ("missing answers", f"{missing:,}"),
        ("checkpoints", f"{results['checkpoint'].nunique():,}"),
        ("languages", ", ".join(display_name(code) for code in material.languages)),
    )


def _about() -> tuple[str, ...]:
    now = datetime.now(UTC).isoformat(timespec="minutes")
    version = package_versions()["workbench"]
    return (f"Made {now} by Cross-lingual Workbench {version}.",)

"""Names that the form offers, and whether those that are written stand for something."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.assets import asset
from workbench.errors import WorkbenchError
from workbench.languages import LANGUAGES
from workbench.lid.detectors import DETECTORS, make_detector
from workbench.runs import catalogue, find_prompt_set
from workbench.study import Study

if TYPE_CHECKING:
    from workbench.workspace import Workspace

NAMED = frozenset(
    {
        "recipe.base",
        "recipe.data",
        "checkpoints",
        "prompt_sets.name",
        "languages",
        "detectors",
        "validation.prompt_set",
        "validation.languages",
        "validation.data",
    }
)
"""Fields of names, of which those are offered that are known."""
Offered = dict[str, list[tuple[str, str]]]
"""By the path of a field: what is shown, and what it stands for."""


def offered_names(workspace: Workspace) -> Offered:
    """What can be chosen in the fields of ``NAMED``; other names may be written."""
    checkpoints = [info.name for info in catalogue(workspace).all() if "@" not in info.name]
    stored = workspace.store.prompt_sets()["name"]
    sets = sorted({*stored, *(path.stem for path in asset("prompts").glob("*.jsonl"))})
    files = asset("instructions").glob("*.jsonl")
    data = sorted({path.name.partition(".")[0] for path in files})
    languages = [(f"{own.native_name} ({own.code})", own.code) for own in LANGUAGES.values()]
    found = {
        "recipe.base": checkpoints,
        "recipe.data": data,
        "checkpoints": checkpoints,
        "prompt_sets.name": sets,
        "detectors": list(DETECTORS),
        "validation.prompt_set": sets,
        "validation.data": data,
    }
    offered: Offered = {path: [(name, name) for name in names] for path, names in found.items()}
    return offered | {"languages": languages, "validation.languages": languages}


def unknown_names(study: Study, workspace: Workspace) -> dict[str, str]:
    """What is wrong with names of a study that stand for nothing, by the path of the field."""
    problems: dict[str, str] = {}

    def check(path: str, find: Callable[[], object]) -> None:
        try:
            find()
        except WorkbenchError as error:
            problems.setdefault(path, str(error))

    known = catalogue(workspace)
    for base in dict.fromkeys(recipe.base for recipe in study.recipes()):
        check("recipe.base", partial(known.find, base))
    for name in study.checkpoints:
        check("checkpoints", partial(known.find, name))
    for name in study.detectors:
        check("detectors", partial(make_detector, name))
    for choice in study.prompt_sets:
        check("prompt_sets.name", partial(find_prompt_set, workspace, choice.name))
    if study.validation:
        wanted = study.validation.prompt_set
        check("validation.prompt_set", partial(find_prompt_set, workspace, wanted))
    if "prompt_sets.name" not in problems:
        problems |= _unknown_languages(study, workspace)
    return problems


def _unknown_languages(study: Study, workspace: Workspace) -> dict[str, str]:
    """Languages in which no prompt set asks anything."""
    asked = dict.fromkeys(
        code
        for choice in study.prompt_sets
        for code in find_prompt_set(workspace, choice.name).languages
    )
    for code in study.languages or ():
        if code not in asked:
            return {
                "languages": f"'{code}': no prompt set that is chosen asks in it. "
                f"Choose among {', '.join(asked)}, or another prompt set."
            }
    return {}


def relative(path: Path) -> str:
    """A path as a command names it: from the working directory where it lies below."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path.absolute())

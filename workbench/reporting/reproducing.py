"""How to have a run again: commands, what it was declared by, and versions."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from workbench.files import read_text
from workbench.model_card import public
from workbench.reporting import records
from workbench.reporting.material import Material
from workbench.reporting.records import Part, Section, Table
from workbench.run_progress import command_of
from workbench.study_files import as_yaml, noted_study, study_yaml
from workbench.versions import package_versions

_RESTRICTED = re.compile(r"^(?P<family>[^\[]+)\[(?P<languages>.+)\]$")
_IMPORT_OPTIONS = ("format", "language", "checkpoint", "prompt_set")


def reproducing_section(material: Material) -> Section:
    """Commands, study or recipes as YAML, and the versions that made the run."""
    commands = "\n".join(_commands(material))
    parts = [Part("Commands", code=commands), *_declared(material)]
    run, now = material.run["versions"], package_versions()
    rows = [
        [records.text(name), records.text(run.get(name)), records.text(now.get(name))]
        for name in dict.fromkeys([*run, *now])
    ]
    table = Table("Versions", records.heads("package", "of the run", "of this report"), rows)
    parts.append(Part("Versions", tables=(table,)))
    return Section("reproduce", "How to reproduce", tuple(parts))


def _commands(material: Material) -> Iterator[str]:
    name, kind = material.name, str(material.run["kind"])
    if kind == "import":
        yield import_command(material.config)
    else:
        yield command_of(name, kind, material.config) or "# asked in the app, prompt by prompt"
    if kind != "study":
        for detector in material.results["detector"].dropna().drop_duplicates():
            yield score_command(name, str(detector))
    judged = material.ratings[material.ratings["kind"].isin(["llm", "local"])]
    for judge in judged["judge"].drop_duplicates():
        yield f"# ratings by {judge}: workbench judge {shlex.quote(name)}; see 'Looked at by'"
    yield f"workbench report {shlex.quote(name)} --out report.html"


def import_command(config: Mapping[str, Any]) -> str:
    """What imports a file again, with what was said of it."""
    words = ["workbench", "import", str(config.get("file", "FILE"))]
    for option in _IMPORT_OPTIONS:
        if config.get(option):
            words += [f"--{option.replace('_', '-')}", str(config[option])]
    if config.get("map"):
        pairs = ",".join(f"{field}={column}" for field, column in config["map"].items())
        words += ["--map", pairs]
    return shlex.join(words)


def score_command(run: str, detector: str) -> str:
    """What scores a run again with a detector."""
    restricted = _RESTRICTED.match(detector)
    words = ["workbench", "score", run, "--detector", detector]
    if restricted:
        words[-1:] = [restricted["family"], "--languages", restricted["languages"]]
    return shlex.join(words)


def _declared(material: Material) -> Iterator[Part]:
    if material.study:
        path = noted_study(material.workspace, material.name)
        yaml = read_text(path) if path else study_yaml(material.study)
        yield Part(f"Study, as {material.study.name}.yaml", code=yaml)
        return
    details = material.workspace.store.checkpoints().set_index("name")["details"]
    for name in dict.fromkeys(material.results["checkpoint"]):
        recipe = (details.get(name) or {}).get("recipe") or {}
        if recipe.get("base"):
            yield Part(f"Recipe of {name}", code=as_yaml(public(recipe)), folded=True)

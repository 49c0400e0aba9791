"""Question, design and checkpoints of a run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from workbench.charts.studies import value_label
from workbench.generation.variant import AS_IT_IS
from workbench.model_card import public
from workbench.reporting import records
from workbench.reporting.language_tables import LanguageTable
from workbench.reporting.material import Material
from workbench.reporting.records import Cell, Part, Section, Table
from workbench.study_pages import about_study
from workbench.training.fields import flattened

_FIELDS = ("method", "base", "learning_rate", "size", "steps", "seed", "variant")
_KINDS = {"study": "a study", "import": "imported answers", "generate": "answers to a prompt set"}


def question_section(material: Material) -> Section:
    """What the run is to find out, in the words of who declared it."""
    config = material.config
    said = [str(config.get("question") or "").strip()]
    if material.study:
        said.append(about_study(material.study.name))
    told = tuple(text for text in said if text)
    kind = _KINDS.get(str(material.run["kind"]), str(material.run["kind"]))
    missing = f"This run is {kind} and declares no question." if not told else ""
    return Section("question", "Question", (Part(text=told),), missing)


def design_section(material: Material) -> Section:
    """What was varied, what was asked, and who looked at the answers."""
    parts = []
    if material.study:
        parts.append(Part("Grid", tables=tuple(_grid(material))))
    elif material.config:
        parts.append(Part("Declared", tables=(_declared(material.config),)))
    parts.append(Part("Asked", tables=(_asked(material),)))
    parts.append(Part("Looked at by", tables=(_detectors(material), *_judges(material))))
    return Section("design", "Design", tuple(parts))


def checkpoints_section(material: Material) -> Section:
    """The checkpoints with what their recipes say, those columns that say something."""
    points = material.results.drop_duplicates("checkpoint")
    answers = material.results["checkpoint"].value_counts()
    fields = [field for field in _FIELDS if points[field].notna().any()]
    rows = [
        [
            records.name(point["checkpoint"]),
            *(_value(field, point[field]) for field in fields),
            records.number(int(answers[point["checkpoint"]])),
        ]
        for point in points.to_dict("records")
    ]
    names = [field.replace("_", " ") for field in fields]
    columns = records.heads("checkpoint", *names, "answers")
    text: tuple[str, ...] = ()
    if material.seeds > 1:
        rows_named = ", ".join(material.rows)
        text = (
            f"In charts and tables, checkpoints that differ in the seed alone are one row: "
            f"{rows_named}.",
        )
    if not set(fields) - {"method"}:
        text += ("Nothing is known of how these were made.",)
    table = Table("Checkpoints", columns, rows)
    return Section("checkpoints", "Checkpoints", (Part(text=text, tables=(table,)),))


def _grid(material: Material) -> Iterator[Table]:
    study = material.study
    assert study is not None  # only then is there a grid
    varied = {path: [value_label(path, v) for v in values] for path, values in study.grid.items()}
    rows = [[records.text(_field(path)), records.text(", ".join(v))] for path, v in varied.items()]
    for number, condition in enumerate(study.conditions, start=1):
        fields = ", ".join(
            f"{_field(path)} {value_label(path, value)}"
            for path, value in flattened(condition).items()
        )
        rows.append([records.text(f"condition {number}"), records.text(fields)])
    if rows:
        yield Table("Varied", records.heads("field", "values"), rows)
    fixed = [
        [records.text(_field(path)), records.text(_shown(value))]
        for path, value in flattened(study.recipe).items()
    ]
    if fixed:
        yield Table("The same throughout", records.heads("field", "value"), fixed)
    asked = [
        ("checkpoints as they are", ", ".join(public(study.checkpoints))),
        ("variants", ", ".join(v.label for v in study.variants if v != AS_IT_IS)),
        ("decoding", _shown(study.decoding.model_dump(mode="json")) if study.decoding else ""),
    ]
    told = [[records.text(name), records.text(value)] for name, value in asked if value]
    if told:
        yield Table("Also", records.heads("what", "which"), told)


def _declared(config: Mapping[str, Any]) -> Table:
    rows = [
        [records.text(_field(str(name))), records.text(_shown(public(value)))]
        for name, value in flattened(config).items()
    ]
    return Table("Declared", records.heads("field", "value"), rows)


def _asked(material: Material) -> Table:
    keys = ["prompt_set", "language", "parallel_id"]
    prompts = material.results.drop_duplicates(keys)
    counts = prompts.groupby(["prompt_set", "language"]).size()
    sets = list(dict.fromkeys(prompts["prompt_set"]))
    title = "Prompts by expected language"
    table = LanguageTable(title, "prompt set", sets, material.languages)
    found: Any = counts.to_dict()
    return table.filled({key: records.number(int(number)) for key, number in found.items()})


def _detectors(material: Material) -> Table:
    results = material.results
    rows = [
        [records.name(name), records.number(int(number))]
        for name, number in results["detector"].value_counts().items()
    ]
    if not rows:
        rows = [[records.text("none yet"), records.number(0)]]
    return Table("Language detector", records.heads("detector", "answers"), rows)


def _judges(material: Material) -> Iterator[Table]:
    ratings = material.ratings
    if ratings.empty:
        return
    details = material.workspace.store.judges().set_index("name")["details"]
    # People are counted and not named: a report travels.
    who = ratings["judge"].where(ratings["kind"] != "person", "people")
    rows = []
    for judge, own in ratings.groupby(who, sort=False):
        known = details.get(judge) if judge != "people" else None
        raters = own["judge"].nunique()
        people = "1 rater" if raters == 1 else f"{raters} raters"
        about = people if judge == "people" else _about_judge(known)
        rated = int(own["value"].notna().sum())
        rows.append(
            [
                records.name(judge),
                records.text(about),
                records.text(", ".join(dict.fromkeys(own["criterion"]))),
                records.number(rated),
                records.number(len(own) - rated),
            ]
        )
    heads = records.heads("judge", "what it is", "criteria", "ratings", "missing")
    yield Table("Judges", heads, rows)


def _about_judge(details: Any) -> str:
    if not isinstance(details, Mapping):
        return "by rule"
    rubric = details.get("rubric")
    parts = [str(details[key]) for key in ("model", "detector", "imported") if details.get(key)]
    if isinstance(rubric, Mapping):
        parts.append(f"rubric {rubric.get('name')} {rubric.get('version')}")
    return ", ".join(public(parts)) or "by rule"


def _value(field: str, value: Any) -> Cell:
    if value is None or records.is_missing(value):
        return records.text("all" if field == "size" else None)
    if field in ("size", "steps", "seed"):
        return records.number(int(value))
    if field == "learning_rate":
        return Cell(value_label(field, value), "number")
    return records.name(public(str(value)))


def _field(path: str) -> str:
    return path.replace("_", " ")


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value))
    return json.dumps(value, ensure_ascii=False)

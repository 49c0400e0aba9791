"""What MkDocs asks while it builds the pages: reference pages, figures of studies, formulas.

Reference pages are made of the command line and the models of study and recipe files, so
that they say what the code says.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from latex2mathml.converter import convert
from mkdocs.structure.files import File, Files

from workbench.assets import asset
from workbench.schemas import Kind
from workbench.schemas import schema as json_schema

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

_FORMULA = re.compile(r"\$\$(.+?)\$\$|(?<![\\$`\w])\$([^$\n`]+?)\$(?![\w])", re.DOTALL)
_FENCED = re.compile(r"(^```.*?^```$|`[^`\n]+`)", re.MULTILINE | re.DOTALL)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the reference pages, and the figures that ``studies.md`` shows."""
    pages = {
        "reference/commands.md": commands_page(),
        "reference/study-file.md": fields_page("study", "Study files", "workbench run FILE"),
        "reference/recipe-file.md": fields_page("recipe", "Recipe files", "workbench train FILE"),
    }
    for path, text in pages.items():
        files.append(File.generated(config, path, content=text))
    for figure in sorted(asset("figures").glob("*.png")):
        files.append(File.generated(config, f"figures/{figure.name}", abs_src_path=str(figure)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Formulas as MathML, which browsers show by themselves; figures where the pages have them."""
    if page.file.src_uri == "studies.md":
        markdown = markdown.replace("](../assets/figures/", "](figures/")
    parts = _FENCED.split(markdown)
    parts[::2] = [_FORMULA.sub(_as_mathml, part) for part in parts[::2]]
    return "".join(parts)


def commands_page() -> str:
    """All commands with their options."""
    from workbench.cli import app

    _, _, rest = str(app.generate_docs(output_format="markdown")).partition("\n")
    return f"# Commands\n{rest}"


def fields_page(name: Kind, title: str, command: str) -> str:
    """Fields of a YAML file with what they take, their defaults and what they mean."""
    schema = json_schema(name)
    lines = [f"# {title}", "", f"What `{command}` reads.", ""]
    lines += [f"`workbench schema {name}` prints this as a JSON schema for editors.", ""]
    models = {title: schema, **schema.get("$defs", {})}
    for heading, model in models.items():
        if "properties" not in model:
            continue
        lines += ["", "" if model is schema else f"## {heading}", "", _sentence(model), ""]
        lines += ["| field | takes | default | meaning |", "|---|---|---|---|"]
        for field, about in model["properties"].items():
            required = field in model.get("required", ())
            default = "required" if required else _written(about.get("default"))
            cells = (f"`{field}`", _kind(about), default, about.get("description", ""))
            lines.append(f"| {' | '.join(cell.replace('|', ' or ') for cell in cells)} |")
    return "\n".join(lines)


def _sentence(model: dict[str, Any]) -> str:
    return str(model.get("description", "")).split("\n\n")[0].replace("\n", " ")


def _kind(about: dict[str, Any]) -> str:
    """What a field takes, in words."""
    if "$ref" in about:
        return f"[{_named(about)}](#{_named(about).lower()})"
    if "enum" in about:
        return ", ".join(f"`{value}`" for value in about["enum"])
    if "const" in about:
        return f"`{about['const']}`"
    if "anyOf" in about:
        kinds = [_kind(option) for option in about["anyOf"] if option.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if about.get("type") == "array":
        items = about.get("items") or {}
        return f"list of {_kind(items)}" if items else "list"
    return str(about.get("type", "anything"))


def _written(value: object) -> str:
    """A default as YAML has it."""
    if value is None or value in ("", [], {}):
        return "none"
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def _named(about: dict[str, Any]) -> str:
    return str(about["$ref"]).rpartition("/")[2]


def _as_mathml(found: re.Match[str]) -> str:
    block, inline = found.groups()
    return str(convert(block or inline, display="block" if block else "inline"))

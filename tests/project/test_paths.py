"""What README and AGENTS name exists: files, modules, make targets, commands, options."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
import yaml
from cyclopts import App

from workbench.assets import PROJECT_ROOT, asset
from workbench.cli import app
from workbench.study import load_study
from workbench.training.recipe import Recipe

DOCUMENTS = ("README.md", "AGENTS.md")
TOP_LEVEL = ("workbench", "notebooks", "checkpoints", "assets", "tests", "benchmarks", ".ci")
MADE_LATER = (".venv", "workspace")
"""Folders that the project's commands make."""


def read(name: str) -> str:
    return (PROJECT_ROOT / name).read_text(encoding="utf-8")


def blocks(text: str) -> list[tuple[str, str]]:
    """Fenced blocks: language and content."""
    return re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def code_lines(text: str) -> list[str]:
    """Inline code, and the lines of blocks that hold commands, without their comments."""
    outside = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    shell = [block for language, block in blocks(text) if language in ("", "sh", "bash")]
    lines = [line.split(" #")[0] for block in shell for line in re.split(r"[\n;]", block)]
    return [*re.findall(r"`([^`\n]+)`", outside), *lines]


def named_paths(text: str) -> set[str]:
    """Files and folders of the project that a text names."""
    links = re.findall(r"\]\(([^)#\s]+)\)", text)
    words = [word.strip(",:") for line in code_lines(text) for word in line.split()]
    own = [
        word
        for word in words
        if word.split("/")[0] in TOP_LEVEL
        and "/" in word
        or re.fullmatch(r"[\w.-]+\.(md|toml|lock|yml)", word)
    ]
    return {path for path in (*links, *own) if not re.match(r"\w+:", path)}


def commands(text: str) -> list[tuple[list[str], str]]:
    """Words after ``workbench`` in each piece of code, with the line it stands in."""
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    shell = "\n".join(block for language, block in blocks(text) if language == "")
    places = [(code, line) for line in prose.splitlines() for code in code_lines(line)]
    places += [(code, code) for code in code_lines(f"```\n{shell}\n```\n")]
    found = []
    for code, line in places:
        match = re.search(r"(?:^|[\s/])workbench ((?:[\w./$-]+ ?)+)", code)
        if match and not code.startswith("python"):
            found.append((match.group(1).split(), line))
    return found


def resolved(words: list[str]) -> App:
    """The command that words name, its sub-command included."""
    command = app[words[0]]
    inner = len(words) > 1 and words[1] in list(command)
    return command[words[1]] if inner or words[0] in ("tinyworld", "lid", "ratings") else command


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_exists(document: str) -> None:
    paths = named_paths(read(document))

    assert paths
    missing = sorted(path for path in paths if not (PROJECT_ROOT / path).exists())
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_target_exists(document: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    named = {
        target
        for line in code_lines(read(document))
        for target in re.findall(r"^make ([\w-]+)", line)
    }

    assert "test" in named
    assert named <= targets


def test_every_target_of_the_makefile_is_phony_and_explained() -> None:
    makefile = read("Makefile")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    explained = set(re.findall(r"^([a-z-]+):.*##", makefile, re.MULTILINE))
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)

    assert phony is not None
    assert targets == set(phony.group(1).split()) == explained


def test_every_command_of_the_readme_exists() -> None:
    named = commands(read("README.md"))

    assert len(named) >= 12
    for words, _ in named:
        resolved(words)  # KeyError where there is none


def test_every_option_beside_a_command_is_one_of_it() -> None:
    checked = 0
    for words, line in commands(read("README.md")):
        command = resolved(words)
        arguments = command.assemble_argument_collection()
        known = {name for argument in arguments for name in argument.names}
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", line):
            assert option in known, f"{option} of workbench {' '.join(words)}"
            checked += 1
    assert checked >= 4


def test_every_command_is_in_the_readme() -> None:
    named = {words[0] for words, _ in commands(read("README.md"))}

    assert {name for name in app if not name.startswith("-")} <= named


def test_every_study_that_is_run_in_the_readme_is_shipped() -> None:
    runs = [words for words, _ in commands(read("README.md")) if words[0] == "run" and words[1:]]
    shipped = [words[1] for words in runs if words[1] != words[1].upper()]

    assert shipped
    for name in shipped:
        assert load_study(Path(name)).name == name


def test_recipes_written_in_the_readme_parse() -> None:
    written = [
        yaml.safe_load(block) for language, block in blocks(read("README.md")) if language == "yaml"
    ]
    recipes = [fields for fields in written if "base" in fields]

    assert recipes
    for fields in recipes:
        # As a recipe file: YAML 1.1 leaves 1e-4 a string, which pydantic reads as a number.
        assert Recipe.model_validate(fields).name == fields["name"]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_module_that_is_run_exists(document: str) -> None:
    for line in code_lines(read(document)):
        for module in re.findall(r"python -m ([\w.]+)", line):
            assert importlib.util.find_spec(module) is not None, module


def tree() -> dict[str, list[str]]:
    """The README's tree: each folder with the names listed in it, folders with a slash."""
    section = read("README.md").partition("\n## The tree\n")[2].partition("\n## ")[0]
    drawn = blocks(section)
    assert drawn, "README.md has no tree"
    listed: dict[str, list[str]] = {}
    above: list[tuple[int, str]] = [(-1, "")]
    for line in drawn[0][1].splitlines():
        plain = re.sub(r"[│├└─]", " ", line)
        if not plain.strip():
            continue
        depth = len(plain) - len(plain.lstrip())
        while above[-1][0] >= depth:
            above.pop()
        match = re.match(r"\s*((?:[\w.-]+/?)(?:, [\w.-]+/?)*)", plain)
        assert match, f"README.md, the tree: no name in '{line}'"
        for name in match.group(1).split(", "):
            listed.setdefault(above[-1][1], []).append(name)
        if name.endswith("/"):
            above.append((depth, above[-1][1] + name))
    return listed


def modules(folder: str) -> set[str]:
    """Modules of a folder, and its packages with a slash."""
    files = {path.name for path in (PROJECT_ROOT / folder).glob("*.py")} - {"__init__.py"}
    return files | {f"{p.parent.name}/" for p in (PROJECT_ROOT / folder).glob("*/__init__.py")}


def test_all_that_the_tree_names_exists() -> None:
    names = [folder + name for folder, inner in tree().items() for name in inner]

    assert len(names) == len(set(names))
    top = [name for name in names if name.split("/")[0] not in MADE_LATER]
    assert [name for name in top if not (PROJECT_ROOT / name).exists()] == []


def test_the_tree_names_exactly_the_modules_that_exist() -> None:
    listed = tree()

    assert "workbench/" in listed
    for folder, names in listed.items():
        if folder.startswith("workbench/"):
            code = {name for name in names if name.endswith((".py", "/"))}
            assert code == modules(folder), folder


def test_the_tree_names_the_top_level_that_the_project_has() -> None:
    folders = {name for name in tree()[""] if name.endswith("/")}

    assert {"workbench/", "notebooks/", "checkpoints/", "assets/", "tests/"} <= folders


def test_the_screenshots_of_the_readme_are_pictures() -> None:
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", read("README.md"))

    assert shown
    for name in shown:
        assert (PROJECT_ROOT / name).read_bytes()[:4] in (b"\x89PNG", b"RIFF"), name
    assert asset("screenshots").is_dir()

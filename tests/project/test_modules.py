"""Rules of AGENTS.md that can be counted: size, parameters, imports."""

from __future__ import annotations

import ast
import io
import os
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

from workbench.assets import PROJECT_ROOT

PACKAGE = PROJECT_ROOT / "workbench"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 400
PARAMETERS = 6
MORE_PARAMETERS = {
    # What the command line asks for, and a callback for progress.
    "workbench/runs.py": {"run_generation"},
    "workbench/tinyworld/evaluation.py": {"measure"},
}


def name_of(path: Path) -> str:
    return path.relative_to(PROJECT_ROOT).as_posix()


def code_lines(path: Path) -> int:
    """Lines that hold code: no blank ones, comments or docstrings."""
    text = path.read_text(encoding="utf-8")
    docstrings = {
        line
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
        if isinstance(node.value.value, str)
    }
    silent = {
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENDMARKER,
    }
    held: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in silent:
            held.update(range(token.start[0], token.end[0] + 1))
    return len(held - docstrings)


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Names of functions with their number of parameters, ``self`` and ``cls`` not counted."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            yield node.name, len([a for a in arguments if a.arg not in ("self", "cls")])


def test_counting_leaves_out_blank_lines_comments_and_docstrings(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(
        '"""Two\nlines."""\n\n# why\nx = 1  # here\n\n\ndef f(self, a, *, b):\n    """Doc."""\n'
        "    return [\n        a,\n        b,\n    ]\n",
        encoding="utf-8",
    )

    assert code_lines(path) == 6  # x, def, and the four lines of the return
    assert list(functions(path)) == [("f", 2)]


def test_no_module_is_too_long() -> None:
    lengths = {name_of(path): code_lines(path) for path in MODULES}

    assert {name: count for name, count in lengths.items() if count > LONGEST} == {}
    own = [count for name, count in lengths.items() if not name.endswith("__init__.py")]
    assert median(own) <= 120


def test_functions_have_few_parameters() -> None:
    many = {
        (name_of(path), name): count
        for path in MODULES
        for name, count in functions(path)
        if count > PARAMETERS and name not in MORE_PARAMETERS.get(name_of(path), ())
    }

    assert many == {}


def test_allowed_exceptions_are_still_there() -> None:
    for module, names in MORE_PARAMETERS.items():
        assert names <= {name for name, _ in functions(PROJECT_ROOT / module)}


def test_no_bare_or_silent_except() -> None:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler):
                where = f"{name_of(path)}, line {node.lineno}"
                assert node.type is not None, where
                broad = isinstance(node.type, ast.Name) and node.type.id == "BaseException"
                # What is caught so broadly must go on.
                goes_on = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
                assert not broad or goes_on, where


def test_only_the_app_names_gradio() -> None:
    for path in MODULES:
        if path.is_relative_to(PACKAGE / "app"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                module = getattr(node, "module", None)
                names = [module] if module else [alias.name for alias in node.names]
                assert not [n for n in names if n.split(".")[0] == "gradio"], name_of(path)


ROOMS = (
    ("tinyworld",),
    ("instructions",),
    ("training",),
    ("checkpoints.py", "checkpoint_info.py", "weights.py"),
    ("generation",),
    ("store", "importing", "exporting"),
    ("lid", "judging", "scoring.py"),
    (
        "statistics",
        "paired.py",
        "bradley_terry.py",
        "selection.py",
        "selection_records.py",
        "signatures.py",
    ),
    ("charts",),
    ("reporting",),
    ("app",),
)
"""In the order of the flow; a room knows only those before it. The tiny world is data, and its
builder and evaluation stand outside the flow, as study, runs and the command line do."""
OUTSIDE = {
    "workbench/tinyworld/build.py",
    "workbench/tinyworld/cards.py",
    "workbench/tinyworld/evaluation.py",
    "workbench/tinyworld/shipping.py",
    "workbench/tinyworld/lexicon_detector.py",
}
SHARED = {
    # Settings of decoding are part of a checkpoint, and the base of a recipe is a checkpoint.
    "workbench.generation.decoding",
    "workbench.checkpoint_info",
    "workbench.checkpoints",
}


def room_of(module: str) -> int | None:
    parts = module.split(".")
    if parts[0] != "workbench" or len(parts) < 2:
        return None
    for number, names in enumerate(ROOMS):
        if parts[1] in names or f"{parts[1]}.py" in names:
            return number
    return None


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_rooms_know_only_those_to_their_left() -> None:
    wrong = []
    for path in MODULES:
        own = room_of(name_of(path).removesuffix(".py").replace("/", "."))
        if own is None or name_of(path) in OUTSIDE:
            continue
        for module in imported(path):
            other = room_of(module)
            if other is not None and other > own and module not in SHARED:
                wrong.append(f"{name_of(path)} imports {module}")

    assert wrong == []


IMPORT_ALL = """
import importlib, pathlib, sys

opened = []
def watch(event, arguments):
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        opened.append(str(arguments[0]))
    elif event in ("os.mkdir", "os.rename", "os.remove", "socket.connect"):
        opened.append(f"{event} {arguments[0]}")
package = pathlib.Path("workbench")
names = [
    ".".join(path.with_suffix("").parts).removesuffix(".__init__")
    for path in sorted(package.rglob("*.py"))
]
wanted = [n for n in names if (n + ".").startswith("workbench.app.") == (sys.argv[1] == "app")]
sys.addaudithook(watch)
sys.dont_write_bytecode = True
for name in wanted:
    importlib.import_module(name)
own = [path for path in opened if "__pycache__" not in path]
print(len(wanted), "gradio" in sys.modules, own)
"""


def import_all(which: str, folder: Path) -> str:
    """Import the modules of the core or of the app in a fresh process."""
    environment = {**os.environ, "HOME": str(folder), "PYTHONWARNINGS": "default"}
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, which],
        cwd=PROJECT_ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_the_core_neither_imports_gradio_nor_writes_files(tmp_path: Path) -> None:
    printed = import_all("core", tmp_path).split(maxsplit=2)

    core = [path for path in MODULES if not path.is_relative_to(PACKAGE / "app")]
    assert int(printed[0]) == len(core)
    assert printed[1] == "False"
    # Packages that we import may look for a temporary folder; ours write nothing.
    assert [path for path in ast.literal_eval(printed[2]) if str(PROJECT_ROOT) in path] == []
    assert not [path for path in ast.literal_eval(printed[2]) if path.startswith("socket")]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("module", ["workbench.cli", "workbench.study", "workbench.store"])
def test_heavy_packages_wait_until_they_are_used(module: str) -> None:
    heavy = ("torch", "transformers", "gradio", "langid", "plotly")
    script = f"import sys, {module}; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"

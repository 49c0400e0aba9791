"""Files that alpaca_eval, inspect_ai and lm_eval write themselves are read.

The packages are installed into an environment of their own, which is thrown away (1 GB);
WORKBENCH_TEST_PACKAGES names the Python of one that is there already.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.importing.files import read
from tests.importing.real_files import ANSWERS, QUESTIONS, SECOND
from workbench.importing import ImportOptions, import_file
from workbench.store import Store

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).with_name("real_files.py")
PACKAGES = ("alpaca_eval", "inspect-ai", "lm-eval")


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A Python that has the packages."""
    if named := os.environ.get("WORKBENCH_TEST_PACKAGES"):
        return named
    folder = tmp_path_factory.mktemp("packages")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    there = str(folder / "bin" / "python")
    install = [there, "-m", "pip", "install", "--quiet", *PACKAGES]
    done = subprocess.run(install, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"pip cannot install {' '.join(PACKAGES)}: {done.stderr[-200:]}")
    return there


def written(python: str, package: str, folder: Path) -> Path:
    """The folder in which a package wrote its files."""
    environment = {**os.environ, "HOME": str(folder), "HF_HUB_OFFLINE": "1"}
    target = folder / package
    target.mkdir()
    done = subprocess.run(
        [python, str(SCRIPT), package, str(target)],
        cwd=target,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return target


def test_alpaca_eval(python: str, tmp_path: Path) -> None:
    folder = written(python, "alpaca_eval", tmp_path)
    run = read(folder / "model_outputs.json")
    assert run.name == "alpacaeval-alpaca_eval"
    assert [r.text for r in run.responses] == list(ANSWERS.values())
    assert [r.prompt.messages[0].content for r in run.responses] == list(QUESTIONS.values())
    assert {(r.checkpoint, r.prompt.task) for r in run.responses} == {("known", "foxes")}


def test_inspect_ai(python: str, tmp_path: Path, store: Store) -> None:
    folder = written(python, "inspect_ai", tmp_path)
    for path in (*folder.glob("*.eval"), *folder.glob("*.json")):
        run = import_file(store, path, ImportOptions(name=path.suffix))
        rows = store.results([run]).set_index(["parallel_id", "sample"])
        texts = {key: row["text"] for key, row in rows.iterrows() if not row["missing_reason"]}
        assert texts == {
            ("fox-fr", 0): ANSWERS["fr"],
            ("fox-ru", 0): ANSWERS["ru"],
            ("fox-fr", 1): SECOND,
            ("fox-ru", 1): ANSWERS["ru"],
        }
        failed = rows.loc[("fox-zh", 0)]
        assert failed["missing_reason"].startswith("the evaluation failed: ")
        assert "no Chinese <today>" in failed["missing_reason"]
        assert rows.loc[("fox-ru", 0), "finish_reason"] == "length"
        assert rows.loc[("fox-fr", 1), "new_tokens"] == 5
        ratings = store.ratings([run], ["inspect:includes"])
        values = ratings.set_index(["parallel_id", "sample"])["value"].to_dict()
        # 'roux' is in both French answers; the Russian ones are English.
        assert values == {
            ("fox-fr", 0): 2, ("fox-ru", 0): 0, ("fox-fr", 1): 2, ("fox-ru", 1): 0
        }  # fmt: skip


def test_lm_eval(python: str, tmp_path: Path, store: Store) -> None:
    folder = written(python, "lm_eval", tmp_path)
    (generated,) = folder.rglob("samples_foxes_2*.jsonl")
    (chosen,) = folder.rglob("samples_foxes_choice_*.jsonl")
    run = import_file(store, generated, ImportOptions(map=("language=doc.lang",)))
    rows = store.results([run])
    assert rows["text"].tolist() == list(ANSWERS.values())
    assert rows["prompt"].tolist() == list(QUESTIONS.values())
    assert rows["language"].tolist() == list(ANSWERS)
    assert set(rows["checkpoint"]) == {"foxes/known"} and set(rows["prompt_set"]) == {
        "lm-eval-foxes"
    }
    ratings = store.ratings([run])
    # Whole answers are no exact match; the last word of the French one is.
    by_judge = ratings.groupby("judge")["value"].apply(list).to_dict()
    assert by_judge == {
        "lm-eval:exact_match,whole": [0, 0, 0],
        "lm-eval:exact_match,word": [2, 0, 0],
    }
    choice = read(chosen)
    assert {r.missing_reason for r in choice.responses} == {
        "the task compares log-likelihoods: there is no answer as text"
    }

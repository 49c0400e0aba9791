"""Folders and hub ids added to a workspace: what is refused and why, and what stays."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from workbench.added_checkpoints import AddedCheckpoints
from workbench.checkpoints import SHIPPED, CheckpointInfo, load, load_tokenizer
from workbench.errors import FileFormatError, InputError, ModelError, NotFoundError, WorkbenchError
from workbench.runs import catalogue
from workbench.workspace import Workspace

ADAPTER = {"peft_type": "LORA", "r": 4, "base_model_name_or_path": "tiny-base"}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "ws")


def added(workspace: Workspace) -> AddedCheckpoints:
    return AddedCheckpoints(workspace.folder / "checkpoints.json")


def add(workspace: Workspace, source: Path | str, name: str = "") -> CheckpointInfo:
    return added(workspace).add(str(source), catalogue(workspace), name)


def rewrite(path: Path, **changes: Any) -> None:
    record = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(record | changes), encoding="utf-8")


@pytest.fixture
def folder(random_tiny_base: Path, tmp_path: Path) -> Path:
    """A copy of a tiny model that may be spoilt."""
    return Path(shutil.copytree(random_tiny_base, tmp_path / "mine"))


def test_a_folder_that_was_added_is_there_by_its_name(workspace: Workspace, folder: Path) -> None:
    assert add(workspace, f"  {folder} ").name == "mine"
    known = catalogue(workspace)
    info = known.find("mine")
    assert info.path == folder
    assert "mine" in [one.name for one in known.all()]
    assert load(info, known).model.num_parameters() > 0
    # Another workspace object, as after a restart, knows it as well.
    assert catalogue(Workspace(workspace.folder)).find("mine").path == folder

    added(workspace).remove("mine")
    assert "mine" not in [one.name for one in catalogue(workspace).all()]
    assert (folder / "config.json").is_file()
    with pytest.raises(NotFoundError, match="None was added"):
        added(workspace).remove("mine")


def test_another_name_is_kept_wherever_the_folder_is_found(
    workspace: Workspace, folder: Path
) -> None:
    step = Path(shutil.copytree(folder, folder / "step-10"))
    assert add(workspace, folder, "rival").name == "rival"
    known = catalogue(workspace)
    assert known.find(str(folder)).name == "rival"
    assert known.find("rival@10").path == step
    assert [one.name for one in known.all() if one.name.startswith("rival")] == [
        "rival",
        "rival@10",
    ]
    for name in ("rival", "tiny-base"):
        with pytest.raises(InputError, match="Give this one another name"):
            add(workspace, folder, name)
    for name in ("../rival", "a@1", ".hidden"):
        with pytest.raises(InputError, match="a name has no slashes"):
            add(workspace, folder, name)


def test_an_adapter_needs_its_base(workspace: Workspace, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(SHIPPED / "tiny-lora-good", tmp_path / "adapter"))
    (folder / "workbench.json").unlink()
    info = add(workspace, folder)
    assert (info.method, info.base) == ("lora", "tiny-base")
    rewrite(folder / "adapter_config.json", base_model_name_or_path="gone/away/base")
    with pytest.raises(ModelError, match="its base 'gone/away/base' is not there"):
        add(workspace, folder, "again")


def spoil_nothing_named(folder: Path) -> str:
    return "  "


def spoil_gone(folder: Path) -> str:
    return str(folder / "gone")


def spoil_file(folder: Path) -> str:
    return str(folder / "config.json")


def spoil_empty(folder: Path) -> str:
    (folder / "empty").mkdir()
    return str(folder / "empty")


def spoil_pickled(folder: Path) -> str:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    return str(folder)


def spoil_cut(folder: Path) -> str:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    return str(folder)


def spoil_part(folder: Path) -> str:
    index = {"weight_map": {"a": "model.safetensors", "b": "model-2.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index), encoding="utf-8")
    return str(folder)


def spoil_code(folder: Path) -> str:
    rewrite(folder / "config.json", model_type="mine", auto_map={"AutoConfig": "code.Config"})
    (folder / "code.py").write_text("open('/tmp/ran', 'w')", encoding="utf-8")
    return str(folder)


def spoil_architecture(folder: Path) -> str:
    rewrite(folder / "config.json", model_type="unheard-of")
    return str(folder)


def spoil_config(folder: Path) -> str:
    (folder / "config.json").write_text("{", encoding="utf-8")
    return str(folder)


@pytest.mark.parametrize(
    ("spoil", "error", "says"),
    [
        (spoil_nothing_named, InputError, "nothing is named"),
        (spoil_gone, NotFoundError, "no such folder, and it is no hub id"),
        (spoil_file, InputError, "it is a file. Name the folder"),
        (spoil_empty, ModelError, "neither a config.json nor an adapter_config.json"),
        (spoil_pickled, ModelError, "pickled .*may run foreign code"),
        (spoil_cut, ModelError, "model.safetensors is damaged"),
        (spoil_part, ModelError, "1 of 2 files of its weights are absent, model-2.safetensors"),
        (spoil_code, ModelError, "code that comes with it, and such code is not run"),
        (spoil_architecture, ModelError, "does not know its architecture .'unheard-of'"),
        (spoil_config, FileFormatError, "config.json, line 1: this is not JSON.*Copy the whole"),
    ],
)
def test_what_cannot_be_loaded_is_refused_with_the_reason(
    spoil: Any, error: type[WorkbenchError], says: str, workspace: Workspace, folder: Path
) -> None:
    source = spoil(folder)
    with pytest.raises(error, match=says):
        add(workspace, source)
    assert added(workspace).all() == []


def test_what_is_there_already_is_not_added(workspace: Workspace) -> None:
    with pytest.raises(InputError, match="it is there already"):
        add(workspace, SHIPPED / "tiny-base", "again")


def test_a_folder_that_went_away_is_no_checkpoint_but_stays_on_the_list(
    workspace: Workspace, folder: Path
) -> None:
    add(workspace, folder)
    shutil.rmtree(folder)
    assert "mine" not in [one.name for one in catalogue(workspace).all()]
    (one,) = added(workspace).all()
    assert (one.name, one.there) == ("mine", False)


def test_a_damaged_list_is_said_and_keeps_no_other_checkpoint_away(
    workspace: Workspace, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    add(workspace, folder)
    path = workspace.folder / "checkpoints.json"
    path.write_text('[{"name": 1}]', encoding="utf-8")
    assert "tiny-base" in [one.name for one in catalogue(workspace).all()]
    assert "no list of added checkpoints" in caplog.text
    with pytest.raises(FileFormatError, match="Delete the file"):
        added(workspace).all()


def test_the_hub_is_not_needed_to_say_that_it_is_not_there(workspace: Workspace) -> None:
    # HF_HUB_OFFLINE is set for all tests.
    with pytest.raises(ModelError, match="the hub cannot be reached"):
        add(workspace, "nobody/nothing")


HUB = """
import sys
from workbench.added_checkpoints import AddedCheckpoints
from workbench.checkpoints import load
from workbench.runs import catalogue
from workbench.workspace import Workspace
workspace = Workspace(sys.argv[1])
added = AddedCheckpoints(workspace.folder / "checkpoints.json")
for id in ("org/model", "org/adapter"):
    info = added.add(id, catalogue(workspace))
    print(info.name, info.method, info.base)
known = catalogue(workspace)
for id in ("org/model", "org/adapter"):
    print(type(load(known.find(id), known).model).__name__)
try:
    added.add("org/pickled", catalogue(workspace))
except Exception as error:
    print(error)
"""


def test_models_of_the_hub_are_loaded_by_their_ids(workspace: Workspace, tmp_path: Path) -> None:
    """They lie in a cache as the hub's client keeps it; nothing is asked over the network."""
    cache = tmp_path / "cache"
    for name, source in (
        ("model", SHIPPED / "tiny-base"),
        ("adapter", SHIPPED / "tiny-lora-good"),
        ("pickled", SHIPPED / "tiny-base"),
    ):
        place = cache / f"models--org--{name}"
        shutil.copytree(source, place / "snapshots" / "abc")
        (place / "refs").mkdir()
        (place / "refs" / "main").write_text("abc", encoding="utf-8")
    adapter = cache / "models--org--adapter" / "snapshots" / "abc"
    (adapter / "tokenizer_config.json").unlink()
    rewrite(adapter / "adapter_config.json", base_model_name_or_path="org/model")
    pickled = cache / "models--org--pickled" / "snapshots" / "abc"
    (pickled / "model.safetensors").rename(pickled / "pytorch_model.bin")
    done = subprocess.run(
        [sys.executable, "-c", HUB, str(workspace.folder)],
        env={**os.environ, "HF_HUB_CACHE": str(cache), "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[:4] == [
        "org/model base None",
        "org/adapter lora org/model",
        "LlamaForCausalLM",
        "PeftModelForCausalLM",
    ]
    assert "its weights are pickled (pytorch_model.bin)" in lines[4]


def test_a_tokenizer_is_that_of_the_checkpoint(workspace: Workspace, folder: Path) -> None:
    add(workspace, folder)
    tokenizer = load_tokenizer(catalogue(workspace).find("mine"))
    assert tokenizer.chat_template

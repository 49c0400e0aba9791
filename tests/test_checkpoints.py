from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from workbench.checkpoints import (
    Catalogue,
    CheckpointInfo,
    load,
    load_tokenizer,
    read_info,
    save_info,
)
from workbench.errors import FileFormatError, ModelError, NotFoundError, StoreError
from workbench.generation.decoding import Decoding
from workbench.training.chat_template import default_chat_template
from workbench.training.recipe import Recipe
from workbench.training.trainer import train


@pytest.fixture
def root(random_tiny_base: Path, tmp_path: Path) -> Path:
    """A folder with a copy of the random base, ``copy``."""
    shutil.copytree(random_tiny_base, tmp_path / "root" / "copy")
    return tmp_path / "root"


@pytest.fixture(scope="module")
def lora(random_tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``base`` and ``tuned``, a LoRA on it."""
    folder = tmp_path_factory.mktemp("lora")
    shutil.copytree(random_tiny_base, folder / "base")
    line = {"prompt": "Where?", "completion": "Here."}
    (folder / "data.jsonl").write_text(json.dumps(line), "utf-8")
    recipe = Recipe(
        name="tuned",
        base="base",
        data=str(folder / "data.jsonl"),
        learning_rate=0.05,
        steps=3,
        method="lora",
    )
    train(recipe, folder)
    return folder


def logits(info: CheckpointInfo, catalogue: Catalogue | None = None) -> torch.Tensor:
    with torch.inference_mode():
        return load(info, catalogue).model(torch.tensor([[7, 8, 9]])).logits


def test_finds_by_name_folder_and_relative_folder(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = Catalogue([root / "absent", root])
    assert [info.name for info in catalogue.all()] == ["copy"]
    assert catalogue.find("copy").path == root / "copy"
    assert catalogue.find(str(root / "copy")).name == "copy"
    monkeypatch.chdir(root)
    assert Catalogue([]).find("copy").path == Path("copy")
    assert Catalogue([]).find("./copy").name == "copy"


def test_the_first_folder_wins(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root, tmp_path / "second")
    catalogue = Catalogue([root, tmp_path / "second"])
    assert [info.path for info in catalogue.all()] == [root / "copy"]


def test_a_renamed_folder_is_known_by_its_new_name(root: Path) -> None:
    (root / "copy").rename(root / "renamed")
    assert Catalogue([root]).find("renamed").name == "renamed"


def test_unknown_names_get_the_nearest(root: Path) -> None:
    with pytest.raises(NotFoundError, match=r"Checkpoint 'cpy'.*Did you mean 'copy'\?"):
        Catalogue([root]).find("cpy")
    with pytest.raises(NotFoundError, match="one of: copy"):
        Catalogue([root]).find("zzzzzz")
    for name in ("", "copy@7", "./no/such", str(root / "nothing")):
        with pytest.raises(NotFoundError):
            Catalogue([root]).find(name)


def test_hub_ids_pass_through(root: Path) -> None:
    info = Catalogue([root]).find("meta-llama/Llama-2-7b-hf")
    assert (info.name, str(info.path), info.method) == (
        "meta-llama/Llama-2-7b-hf",
        "meta-llama/Llama-2-7b-hf",
        "base",
    )


def test_a_plain_hugging_face_folder_is_accepted(root: Path) -> None:
    (root / "copy" / "workbench.json").unlink()
    info = Catalogue([root]).find("copy")
    assert (info.method, info.recipe, info.decoding) == ("base", None, Decoding())
    assert load(info).context_length == 128


def test_a_plain_adapter_is_accepted(lora: Path, tmp_path: Path) -> None:
    shutil.copytree(lora, tmp_path / "plain")
    (tmp_path / "plain" / "tuned" / "workbench.json").unlink()
    info = Catalogue([tmp_path / "plain"]).find("tuned")
    assert (info.method, info.base) == ("lora", "base")
    assert torch.equal(logits(info), logits(read_info(lora / "tuned")))


def test_a_broken_description_is_named_and_hides_no_other(
    root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.copytree(root / "copy", root / "broken")
    path = root / "broken" / "workbench.json"
    path.write_text('{"method":\n "full",', "utf-8")
    assert [info.name for info in Catalogue([root]).all()] == ["copy"]
    assert "broken" in caplog.text
    with pytest.raises(FileFormatError, match=r"workbench.json, line 2: this is not JSON"):
        Catalogue([root]).find("broken")
    path.write_text('{"method": "half"}', "utf-8")
    with pytest.raises(FileFormatError, match=r"workbench.json, method"):
        Catalogue([root]).find("broken")


def test_descriptions_are_kept(root: Path) -> None:
    info = CheckpointInfo(
        name="copy",
        path=root / "copy",
        method="full",
        base="x",
        step=3,
        decoding=Decoding(temperature=0.5),
        card={"en": 0.9},
    )
    saved = save_info(info)
    assert saved.created.endswith("+00:00")
    assert read_info(root / "copy") == saved
    assert str(root) not in (root / "copy" / "workbench.json").read_text("utf-8")
    with pytest.raises(StoreError):
        save_info(info.model_copy(update={"path": root / "copy" / "config.json"}))


def test_half_precision_files_are_loaded_in_single(root: Path) -> None:
    path = root / "copy" / "model.safetensors"
    whole = logits(read_info(root / "copy"))
    save_file({k: v.half() for k, v in load_file(path).items()}, path, {"format": "pt"})
    loaded = load(read_info(root / "copy"))
    assert {p.dtype for p in loaded.model.parameters()} == {torch.float32}
    assert not any(p.requires_grad for p in loaded.model.parameters())
    assert not loaded.model.training
    halved = logits(read_info(root / "copy"))
    assert not torch.equal(whole, halved)
    assert torch.allclose(whole, halved, atol=0.05)


def test_a_lora_finds_its_base_beside_it(lora: Path, tmp_path: Path) -> None:
    tuned, base = logits(read_info(lora / "tuned")), logits(read_info(lora / "base"))
    assert not torch.allclose(tuned, base, atol=0.1)
    shutil.copytree(lora / "tuned", tmp_path / "alone" / "tuned")
    moved = read_info(tmp_path / "alone" / "tuned")
    assert torch.equal(logits(moved, Catalogue([lora])), tuned)
    with pytest.raises(ModelError, match=r"its base 'base' is not there. Put the base beside it"):
        load(moved)


def test_a_lora_without_tokenizer_uses_that_of_its_base(lora: Path, tmp_path: Path) -> None:
    shutil.copytree(lora, tmp_path / "bare")
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        (tmp_path / "bare" / "tuned" / name).unlink()
    tokenizer = load_tokenizer(read_info(tmp_path / "bare" / "tuned"))
    assert (
        tokenizer("fox")["input_ids"]
        == load_tokenizer(read_info(lora / "base"))("fox")["input_ids"]
    )


def test_bases_without_a_template_get_the_default_one(root: Path) -> None:
    (root / "copy" / "chat_template.jinja").unlink()
    assert load_tokenizer(read_info(root / "copy")).chat_template == default_chat_template()


def damage_nothing_left(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"")


def damage_cut(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-1000])


def damage_header(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(b"\xff" * 64 + path.read_bytes()[64:])


def damage_lacking(folder: Path) -> None:
    path = folder / "model.safetensors"
    tensors = load_file(path)
    tensors.pop("model.layers.1.mlp.up_proj.weight")
    save_file(tensors, path, {"format": "pt"})


def damage_shape(folder: Path) -> None:
    path = folder / "model.safetensors"
    tensors = load_file(path)
    tensors["model.norm.weight"] = torch.ones(3)
    save_file(tensors, path, {"format": "pt"})


def damage_pickled(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    torch.save({}, folder / "pytorch_model.bin")


def damage_no_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def damage_no_config(folder: Path) -> None:
    (folder / "config.json").unlink()


def damage_config(folder: Path) -> None:
    (folder / "config.json").write_text("{", "utf-8")


def damage_architecture(folder: Path) -> None:
    (folder / "config.json").write_text('{"model_type": "unheard-of"}', "utf-8")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (damage_nothing_left, "it cannot be loaded"),
        (damage_cut, "it cannot be loaded"),
        (damage_header, "it cannot be loaded"),
        (damage_lacking, "its weights lack 1 tensors, 'model.layers.1.mlp.up_proj.weight'"),
        (damage_shape, "it cannot be loaded"),
        (damage_pickled, r"its weights are pickled \(pytorch_model.bin\).*Convert them"),
        (damage_no_weights, "it has no weights"),
        (damage_no_config, "it cannot be loaded"),
        (damage_config, "it cannot be loaded"),
        (damage_architecture, "it cannot be loaded"),
    ],
    ids=lambda value: value.__name__.removeprefix("damage_") if callable(value) else "",
)
def test_damaged_checkpoints_are_refused(root: Path, damage, message: str) -> None:  # type: ignore[no-untyped-def]
    damage(root / "copy")
    with pytest.raises(ModelError, match=message):
        load(Catalogue([root]).find("copy"))


def test_a_damaged_tokenizer_is_refused(root: Path) -> None:
    (root / "copy" / "tokenizer.json").write_text("{}", "utf-8")
    with pytest.raises(ModelError, match="it cannot be loaded"):
        load_tokenizer(read_info(root / "copy"))


def test_a_damaged_adapter_is_refused(lora: Path, tmp_path: Path) -> None:
    shutil.copytree(lora, tmp_path / "bad")
    path = tmp_path / "bad" / "tuned" / "adapter_model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ModelError, match="it cannot be loaded"):
        load(read_info(tmp_path / "bad" / "tuned"))
    path.unlink()
    torch.save({}, path.with_name("adapter_model.bin"))
    with pytest.raises(ModelError, match="its weights are pickled"):
        load(read_info(tmp_path / "bad" / "tuned"))

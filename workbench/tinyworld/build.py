"""Builds the tiny world's checkpoints: tokenizer, base, and what is tuned from it.

``workbench tinyworld build`` is this module. The tuned checkpoints are trained from
``assets/recipes/tiny-*.yaml`` by the same function as any other recipe.
"""

from __future__ import annotations

import itertools
import shutil
import tempfile
from pathlib import Path

from workbench.assets import asset
from workbench.checkpoints import CheckpointInfo, save_info
from workbench.generation.decoding import Decoding
from workbench.progress import ProgressCallback
from workbench.tinyworld.documents import documents
from workbench.tinyworld.pretraining import PretrainingRecipe, pretrain
from workbench.tinyworld.shipping import halve_precision
from workbench.tinyworld.tokenizer import train_tokenizer
from workbench.tinyworld.world import load_world
from workbench.training.recipe import Recipe
from workbench.training.trainer import train
from workbench.versions import package_versions
from workbench.yaml_files import load_yaml_model

BASE = "tiny-base"
TOKENIZER_DOCUMENTS = 6000
DECODING = Decoding(max_new_tokens=96, repetition_penalty=1.0)
"""Answers are sentences that repeat the question's words: no repetition penalty."""


def shipped_recipes() -> list[Recipe]:
    """Recipes of the checkpoints tuned from the tiny base, in order of their names."""
    paths = sorted(asset("recipes").glob("tiny-*.yaml"))
    return [load_yaml_model(path, Recipe) for path in paths]


def build(
    out: Path,
    seed: int = 0,
    recipe: PretrainingRecipe | None = None,
    progress: ProgressCallback | None = None,
) -> list[Path]:
    """Build base and tuned checkpoints under ``out``; finished ones are kept.

    ``seed`` decides the base's text and weights, and is added to the recipes' seeds.
    Returns the folders of the checkpoints, the base first.
    """
    out.mkdir(parents=True, exist_ok=True)
    base = out / BASE
    build_base(base, (recipe or PretrainingRecipe()).model_copy(update={"seed": seed}), progress)
    folders = [base]
    for tuning in shipped_recipes():
        folder = out / tuning.name
        if not (folder / "workbench.json").exists():
            seeded = tuning.model_copy(update={"base": str(base), "seed": tuning.seed + seed})
            with tempfile.TemporaryDirectory(dir=out, prefix=".tuning-") as scratch:
                trained = train(seeded, Path(scratch), progress)
                halve_precision(trained, base_name=BASE)
                shutil.move(trained, folder)
        folders.append(folder)
    return folders


def build_base(
    folder: Path, recipe: PretrainingRecipe, progress: ProgressCallback | None = None
) -> Path:
    """Pretrain a base of the tiny world into a folder, unless there is one; the folder."""
    if (folder / "workbench.json").exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    world = load_world()
    sample = itertools.islice(documents(world, recipe.mixture, recipe.seed), TOKENIZER_DOCUMENTS)
    tokenizer = train_tokenizer((text for _, text in sample), recipe.vocabulary, recipe.context)
    model = pretrain(world, tokenizer, recipe, progress)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".base-") as scratch:
        target = Path(scratch) / folder.name
        model.save_pretrained(target)
        tokenizer.save_pretrained(target)
        save_info(
            CheckpointInfo(
                name=folder.name,
                path=target,
                method="base",
                base=None,
                recipe={"pretraining": recipe.model_dump(mode="json")},
                step=recipe.steps,
                decoding=DECODING,
                versions=package_versions(),
            )
        )
        halve_precision(target, base_name=None)
        shutil.move(target, folder)
    return folder

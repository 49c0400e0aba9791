"""Profiles, model cards and exported checkpoints, with real checkpoints and answers."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.known_validation import fill as fill_validation
from workbench.checkpoint_export import export_checkpoint
from workbench.checkpoint_profiles import LanguageRate, Profile, Profiles, measuring_command
from workbench.checkpoints import SHIPPED, Catalogue, CheckpointInfo, load
from workbench.errors import InputError, ModelError
from workbench.model_card import model_card
from workbench.prompts import Message, Prompt, PromptSet
from workbench.store import LanguageScore, Rating, ResponseRecord, RunRecord, Store
from workbench.training.recipe import Recipe, load_recipe

KNOWN = Catalogue([SHIPPED])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path / 'own.sqlite'}") as store:
        yield store


def answered(store: Store, run: str, checkpoint: str, right: int, number: int = 10) -> None:
    """French answers, some of them in French, half of the English ones accurate."""
    prompts = tuple(
        Prompt(parallel_id=f"{n}", language=code, messages=(Message(role="user", content=f"{n}?"),))
        for code in ("en", "fr")
        for n in range(number)
    )
    store.add_prompt_set(PromptSet(name=f"set-{run}", prompts=prompts))
    store.start_run(RunRecord(run, "generate"))
    store.add_checkpoint(checkpoint, checkpoint, {})
    texts = [ResponseRecord(p.parallel_id, p.language, 0, "Oui.") for p in prompts]
    store.add_responses(run, checkpoint, f"set-{run}", texts)
    rows = store.results([run]).to_dict("records")
    store.add_language_scores(
        [
            LanguageScore(
                int(row["response_id"]),
                "py3langid[en,fr]",
                "fr",
                0.9,
                row["language"] == "en" or int(row["parallel_id"]) < right,
            )
            for row in rows
        ]
    )
    store.add_ratings(
        [
            Rating(int(row["response_id"]), "reference", "accuracy", 2 * (number // 2 > n))
            for n, row in enumerate(row for row in rows if row["language"] == "en")
        ]
    )


def test_a_profile_comes_from_the_run_with_most_answers(store: Store) -> None:
    info, profiles = KNOWN.find("tiny-full-good"), Profiles(store)
    answered(store, "small", info.name, right=5)
    answered(store, "large", info.name, right=16, number=20)
    profile = profiles.of(info)
    assert profile is not None
    assert profile.run == "large"
    assert profile.source == "40 answers of the run large, language by py3langid"
    english, french = profile.rates
    assert (english.language, english.right, english.n_scored, english.n_total) == ("en", 1, 20, 20)
    assert (english.accuracy, english.n_rated) == (0.5, 20)
    # Wilson's interval of 16 of 20: .584 to .919.
    assert (french.right, french.low, french.high) == (
        0.8,
        pytest.approx(0.584, abs=5e-4),
        pytest.approx(0.919, abs=5e-4),
    )
    assert french.accuracy is None
    assert profiles.runs_of(info.name) == ["large", "small"]
    # What comes later counts without a new object.
    answered(store, "largest", info.name, right=0, number=30)
    later = profiles.of(info)
    assert later is not None
    assert later.run == "largest"


def test_without_runs_the_record_speaks_and_without_it_nothing_does(
    store: Store, random_tiny_base: Path
) -> None:
    profiles = Profiles(store)
    hot = profiles.of(KNOWN.find("tiny-full-hot"))
    assert hot is not None
    assert (hot.run, hot.rates[0].language, hot.rates[0].n_scored) == ("", "en", None)
    assert "measured on tinyworld-test" in hot.source
    assert {rate.language: rate.right for rate in hot.rates}["zh"] == pytest.approx(0, abs=0.02)
    own = KNOWN.find(str(random_tiny_base))
    assert profiles.of(own) is None
    assert measuring_command(own) == "workbench generate random-base everyday"
    tiny = KNOWN.find("tiny-full-hot")
    assert measuring_command(tiny) == "workbench generate tiny-full-hot tinyworld-test"


def test_validation_counts_only_where_nothing_else_does(store: Store) -> None:
    fill_validation(store)
    profiles = Profiles(store)
    info = CheckpointInfo(name="study-low-s0", path=Path("gone"), method="full")
    profile = profiles.of(info)
    assert profile is not None
    assert profile.run == "study-1-validation-1"
    assert profiles.runs_of("study-low-s0") == []


PROFILE = Profile(
    (
        LanguageRate("en", 1.0, 0.9, 1.0, 40, 40, 0.5, 40),
        LanguageRate("hi", None, None, None, 0, 40),
    ),
    "40 answers of the run r",
)


def front_matter(card: str) -> dict[str, Any]:
    match = re.match(r"---\n(.*?)\n---\n", card, re.DOTALL)
    assert match is not None
    fields: dict[str, Any] = yaml.safe_load(match.group(1))
    return fields


def test_a_card_says_what_the_hub_and_a_reader_need() -> None:
    card = model_card(KNOWN.find("tiny-lora-good"), PROFILE, "apache-2.0")
    assert front_matter(card) == {
        "license": "apache-2.0",
        "language": ["en", "hi"],
        "library_name": "peft",
        "pipeline_tag": "text-generation",
        "base_model": "tiny-base",
        "base_model_relation": "adapter",
        "tags": ["crosslingual-workbench", "instruction-tuning", "cross-lingual-transfer"],
    }
    assert "A LoRA adapter of `tiny-base`, tuned on instructions in English." in card
    assert "| English | 100 | 90 to 100 | 40 / 40 | 50 |" in card
    # What was not scored is no number.
    assert "| Hindi |  |  | 0 / 40 |  |" in card
    assert "AutoPeftModelForCausalLM" in card
    assert "learning_rate: 0.001" in card
    assert "transformers 5.23.0" in card
    assert "licence" not in card


def test_a_card_without_licence_or_measures_says_so_and_names_no_folder_of_this_machine() -> None:
    info = CheckpointInfo(
        name="mine",
        path=Path("gone"),
        method="full",
        base="/home/anna/models/base",
        recipe={"base": "/home/anna/models/base", "data": ["/home/anna/lines.jsonl", "o/d@en"]},
    )
    card = model_card(info, None)
    assert "license" not in front_matter(card)
    assert "state it in the front matter" in card
    assert "Not measured yet." in card
    assert "/home" not in card
    assert "lines.jsonl" in card
    assert "o/d@en" in card


def test_an_exported_folder_is_a_checkpoint_that_answers_the_same(tmp_path: Path) -> None:
    info = KNOWN.find("tiny-lora-good")
    out = export_checkpoint(info, tmp_path / "given", PROFILE)
    assert sorted(path.name for path in out.iterdir()) == [
        "README.md",
        "adapter_config.json",
        "adapter_model.safetensors",
        "chat_template.jinja",
        "recipe.yaml",
        "tokenizer.json",
        "tokenizer_config.json",
        "workbench.json",
    ]
    assert load_recipe(out / "recipe.yaml") == Recipe.model_validate(info.recipe)
    exported = KNOWN.find(str(out))
    assert (exported.method, exported.base) == ("lora", "tiny-base")
    one, other = load(info, KNOWN).model.state_dict(), load(exported, KNOWN).model.state_dict()
    assert one.keys() == other.keys()
    assert all((one[name] == other[name]).all() for name in one)
    with pytest.raises(InputError, match="something is there already"):
        export_checkpoint(info, out)


def test_an_archive_has_one_folder_with_all_files(tmp_path: Path) -> None:
    out = export_checkpoint(KNOWN.find("tiny-base"), tmp_path / "new" / "base.zip")
    with zipfile.ZipFile(out) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
    assert {Path(name).parent.name for name in names} == {"tiny-base"}
    assert "tiny-base/model.safetensors" in names
    # It was pretrained by no recipe that 'workbench train' takes.
    assert "tiny-base/recipe.yaml" not in names
    assert [path.name for path in out.parent.iterdir()] == ["base.zip"]


def test_scripts_pickles_and_links_to_elsewhere_are_left_behind(
    random_tiny_base: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(random_tiny_base, tmp_path / "mine"))
    secret = tmp_path / "secret.txt"
    secret.write_text("a key", encoding="utf-8")
    (folder / "notes.txt").symlink_to(secret)
    (folder / "code.py").write_text("", encoding="utf-8")
    (folder / "training_args.bin").write_bytes(b"")
    adapter = {"peft_type": "LORA", "base_model_name_or_path": "/home/anna/base"}
    (folder / "adapter_config.json").write_text(json.dumps(adapter), encoding="utf-8")
    out = export_checkpoint(KNOWN.find(str(folder)), tmp_path / "out")
    names = {path.name for path in out.iterdir()}
    assert not names & {"notes.txt", "code.py", "training_args.bin"}
    written = json.loads((out / "adapter_config.json").read_text(encoding="utf-8"))
    assert written["base_model_name_or_path"] == "base"
    # Editing the copy leaves the original alone.
    (out / "tokenizer.json").write_text("{}", encoding="utf-8")
    assert (folder / "tokenizer.json").stat().st_size > 100


def test_what_lies_on_the_hub_is_not_exported(tmp_path: Path) -> None:
    info = CheckpointInfo(name="o/model", path=Path("o/model"), method="base")
    with pytest.raises(ModelError, match="it lies on the hub"):
        export_checkpoint(info, tmp_path / "out")

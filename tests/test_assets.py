"""What ships with the workbench, as users name it."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.assets import asset
from workbench.errors import NotFoundError
from workbench.judging.rubric import RUBRICS
from workbench.prompts import PROMPT_SETS
from workbench.study import STUDIES
from workbench.training.chat_template import CHAT_TEMPLATES
from workbench.training.recipe import PRESETS, RECIPES


def test_names_stand_for_shipped_files() -> None:
    assert STUDIES.file("learning-rate") == asset("studies", "learning-rate.yaml")
    # Names may have dots in them, which begin no suffix.
    assert RECIPES.file("llama-3.1-8b-lora") == asset("presets", "llama-3.1-8b-lora.yaml")
    assert RECIPES.files().keys() > PRESETS.files().keys()
    assert PROMPT_SETS.file(Path("tinyworld-test")) == asset("prompts", "tinyworld-test.jsonl")
    # The wordings that lie beside a rubric are no rubrics.
    assert list(RUBRICS.files()) == ["six-criteria"]


def test_paths_stand_for_files_wherever_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for there in ("own.yaml", "learning-rate", "other.txt"):
        Path(there).touch()
        assert STUDIES.find(there) == Path(there)
    for absent in ("absent.yml", "folder/absent", str(tmp_path / "absent")):
        assert STUDIES.find(absent) == Path(absent)
    # A folder of that name is in nobody's way.
    Path("data-size").mkdir()
    assert STUDIES.find("data-size") == asset("studies", "data-size.yaml")


def test_a_name_of_nothing_has_the_nearest_and_all_that_there_is() -> None:
    with pytest.raises(NotFoundError) as raised:
        CHAT_TEMPLATES.file("chatmll")
    assert str(raised.value) == (
        "Chat template 'chatmll': there is no such file, and no such chat template in "
        "assets/chat_templates. Did you mean 'chatml'? Name a Jinja file, or one of: chatml, "
        "gemma, llama-2, llama-3, mistral."
    )


def test_what_the_store_holds_is_named_too() -> None:
    assert CHAT_TEMPLATES.find("x") is None
    error = PROMPT_SETS.unknown("x", ["own"])
    assert (
        error.reason
        == "there is no such file, and no such prompt set in assets/prompts or in the store"
    )
    assert "own, tinyworld-test" in error.remedy

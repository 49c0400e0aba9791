from __future__ import annotations

from pathlib import Path

import pytest

from workbench.errors import FileFormatError, InputError
from workbench.runs import run_study
from workbench.statistics import rate_table
from workbench.study import Study
from workbench.study_results import (
    MEASURES,
    Rate,
    StudyResult,
    load_results,
    rate_frame,
    save_result,
    study_result,
)
from workbench.workspace import Workspace


@pytest.fixture(scope="module")
def study(random_tiny_base: Path) -> Study:
    return Study.model_validate(
        {
            "name": "small",
            "question": "Does it?",
            "recipe": {"base": str(random_tiny_base), "data": "tinyworld", "size": 8, "steps": 1},
            "grid": {"learning_rate": ["1e-3", "1e-2"], "seed": [0, 1]},
            "checkpoints": [str(random_tiny_base)],
            "variants": [{"interpolation": 0.5}],
            "prompt_sets": [{"name": "tinyworld-validation", "limit": 4}],
            "languages": ["en", "fr"],
        }
    )


@pytest.fixture(scope="module")
def workspace(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = Workspace(tmp_path_factory.mktemp("results") / "ws")
    run_study(study, workspace)
    return workspace


@pytest.fixture(scope="module")
def result(study: Study, workspace: Workspace) -> StudyResult:
    return study_result(study, workspace)


def test_a_rate_for_each_condition_variant_language_and_measure(result: StudyResult) -> None:
    # The base as it is, two rates as they are and half-way back; two languages.
    assert len(result.rates) == (1 + 2 + 2) * 2 * len(MEASURES)
    asked = list(dict.fromkeys((str(r.condition), r.variant) for r in result.of("ended")))
    assert asked == [
        ("{'checkpoint': 'random-base'}", ""),
        ("{'learning_rate': 0.001}", ""),
        ("{'learning_rate': 0.001}", "interpolation=0.5"),
        ("{'learning_rate': 0.01}", ""),
        ("{'learning_rate': 0.01}", "interpolation=0.5"),
    ]


def test_rates_are_those_of_the_results(
    result: StudyResult, study: Study, workspace: Workspace
) -> None:
    results = workspace.store.results([study.run_name], detector="py3langid")
    own = results[(results["learning_rate"] == 0.01) & results["variant"].isna()]
    table = rate_table(own, "accuracy", ["language"]).set_index("language")
    kept = {
        rate.language: rate
        for rate in result.of("accuracy")
        if rate.condition == {"learning_rate": 0.01} and not rate.variant
    }

    assert set(kept) == {"en", "fr"}
    for language, rate in kept.items():
        expected = table.loc[language]
        assert rate.rate == pytest.approx(expected["rate"], abs=1e-4)
        assert (rate.low, rate.high) == pytest.approx((expected["low"], expected["high"]), abs=1e-4)
        # Four prompts, two seeds.
        assert (rate.seeds, rate.n_total) == (2, 8)
        by_seed = own[own["language"] == language].groupby("seed")["accuracy"].mean()
        assert (rate.lowest, rate.highest) == pytest.approx((by_seed.min(), by_seed.max()))


def test_where_it_comes_from_is_kept(result: StudyResult, study: Study) -> None:
    assert result.name == "small"
    assert result.run == study.run_name
    assert Study.model_validate(result.study).run_name == study.run_name
    assert {"torch", "workbench"} <= set(result.versions)
    assert result.detector.startswith("py3langid")
    assert len(result.finished) == len("2026-01-02")


def test_it_is_read_as_it_was_written(result: StudyResult, tmp_path: Path) -> None:
    path = save_result(result, tmp_path)

    assert path == tmp_path / "small.json"
    assert load_results(tmp_path) == [result]
    # A rate a line, so that versions can be compared.
    assert sum('"measure"' in line for line in path.read_text().splitlines()) == len(result.rates)
    assert list(rate_frame(result.of("ended")).columns) == list(Rate.model_fields)
    path.write_text('{"study": {}}', "utf-8")
    with pytest.raises(FileFormatError, match="Write it anew"):
        load_results(tmp_path)


def test_a_study_that_has_not_run_is_refused(study: Study, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not finished in .* Give 'workbench run'"):
        study_result(study, Workspace(tmp_path / "other"))

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.importing.files import SHARP, jsonl, lm_eval_record, read
from workbench.errors import FileFormatError
from workbench.importing import ImportOptions, import_file
from workbench.store import Store

NAME = "samples_mgsm_direct_fr_2026-01-31T12-00-00.123456"


def test_what_the_model_wrote_is_the_answer_and_right_or_wrong_are_ratings(
    tmp_path: Path, store: Store
) -> None:
    path = jsonl(
        tmp_path / "org__model" / f"{NAME}.jsonl",
        [
            lm_eval_record(0, SHARP, filtered_resps=["roux"]),
            lm_eval_record(1, "bleu", exact_match=0.0),
        ],
    )
    (path.parent / "results_2026-01-31T12-00-00.123456.json").write_text(
        json.dumps({"results": {}, "model_name": "org/model"})
    )
    run = read(path, map=("language=doc.lang",))
    first = run.responses[0]
    assert (first.checkpoint, first.prompt_set) == ("org/model", "lm-eval-mgsm_direct_fr")
    assert (first.text, first.prompt.language, first.prompt.task) == (
        *(SHARP, "fr"),
        "mgsm_direct_fr",
    )
    assert [m.content for m in first.prompt.messages] == ["Q0?"]
    assert first.decoding == {"until": ["\n"]}
    assert run.notes == ("The model's name is that of results_2026-01-31T12-00-00.123456.json.",)
    name = import_file(store, path, ImportOptions(language="fr"))
    assert name == f"lm-eval-{NAME}"
    ratings = store.ratings([name])[["parallel_id", "judge", "criterion", "value"]]
    assert ratings.values.tolist() == [
        ["0", "lm-eval:exact_match", "accuracy", 2],
        ["1", "lm-eval:exact_match", "accuracy", 0],
    ]
    import_file(store, path, ImportOptions(language="fr"))  # again: nothing is doubled
    assert len(store.ratings([name])) == len(store.results([name])) == 2


def test_filters_rate_one_answer_and_repeats_are_samples(tmp_path: Path) -> None:
    path = jsonl(
        tmp_path / "samples.jsonl",
        [
            lm_eval_record(0, "roux", filter="strict"),
            lm_eval_record(0, "roux", filter="loose", exact_match=0.0),
            lm_eval_record(1, "", resps=[["a", "b"]], filter="strict"),
        ],
    )
    one, first, second = read(path, checkpoint="m").responses
    assert [(r.judge, r.value) for r in one.ratings] == [
        ("lm-eval:exact_match,strict", 2),
        ("lm-eval:exact_match,loose", 0),
    ]
    assert [(r.text, r.sample, r.ratings) for r in (first, second)] == [("a", 0, ()), ("b", 1, ())]


def test_tasks_without_text_are_missing_with_their_reason(tmp_path: Path) -> None:
    choices = lm_eval_record(
        0, "", resps=[[["-1.0", "False"]], [["-2.0", "True"]]], metrics=["acc"]
    )
    run = read(jsonl(tmp_path / "s.jsonl", [{**choices, "acc": 1.0}]), checkpoint="m")
    (response,) = run.responses
    assert response.missing_reason == (
        "the task compares log-likelihoods: there is no answer as text"
    )
    assert response.ratings == ()


def test_metrics_between_right_and_wrong_are_told_and_left_out(tmp_path: Path) -> None:
    record = lm_eval_record(0, "roux", metrics=["bleu", "exact_match"], bleu=37.5)
    record["exact_match"] = float("nan")  # as lm-eval writes it where nothing was to be scored
    run = read(jsonl(tmp_path / "s.jsonl", [record]), checkpoint="m")
    assert run.responses[0].ratings == ()
    assert [note.split()[2] for note in run.notes] == ["bleu", "exact_match"]


def test_chats_and_older_lists_of_arguments(tmp_path: Path) -> None:
    chat = json.dumps(
        [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Q"}]
    )
    new = lm_eval_record(0, "a", arguments={"gen_args_0": {"arg_0": chat, "arg_1": {}}})
    old = lm_eval_record(1, "b", arguments=[["Q1", {"until": ["."]}]])
    bare = lm_eval_record(2, "c", arguments=[])
    found = read(jsonl(tmp_path / "s.jsonl", [new, old, bare]), checkpoint="m").responses
    asked = [[(m.role, m.content) for m in r.prompt.messages] for r in found]
    assert asked == [[("system", "Be brief."), ("user", "Q")], [("user", "Q1")], []]
    assert found[1].decoding == {"until": ["."]}


def test_a_document_twice_is_refused(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "s.jsonl", [lm_eval_record(0, "a"), lm_eval_record(0, "b")])
    with pytest.raises(FileFormatError, match="line 2, doc_id: '0' stands in line 1 already"):
        read(path)

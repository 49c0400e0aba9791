from __future__ import annotations

from pathlib import Path

import pytest

from tests.importing.files import SHARP, fastchat_record, jsonl, read
from workbench.errors import FileFormatError


def test_each_turn_is_a_prompt_made_of_what_the_user_said(tmp_path: Path) -> None:
    folder = tmp_path / "mt_bench_fr"
    jsonl(
        folder / "question.jsonl",
        [
            {"question_id": 81, "category": "writing", "turns": ["Un ?", "Deux ?"], "lang": "fr"},
            {"question_id": 82, "category": "math", "turns": ["Trois ?"]},
        ],
    )
    path = jsonl(
        folder / "model_answer" / "vicuna.jsonl",
        [fastchat_record(81, [SHARP, "second"]), fastchat_record(82, [None])],
    )
    run = read(path, language="French")
    assert (run.name, run.format) == ("fastchat-vicuna", "fastchat")
    first, second, missing = run.responses
    assert (first.prompt_set, first.checkpoint) == ("fastchat-mt_bench_fr", "vicuna")
    assert (first.prompt.parallel_id, first.text, first.prompt.task) == ("81", SHARP, "writing")
    assert (second.prompt.parallel_id, second.text) == ("81-turn-2", "second")
    assert [m.content for m in second.prompt.messages] == ["Un ?", "Deux ?"]
    assert {m.role for m in second.prompt.messages} == {"user"}
    assert second.prompt.tags == {"turn": "2"} and second.prompt.language == "fr"
    assert (missing.text, missing.finish_reason) == ("", "missing")
    assert run.notes == (f"Questions come from {folder / 'question.jsonl'}.",)


def test_without_questions_prompts_have_no_text_and_choices_are_samples(tmp_path: Path) -> None:
    record = fastchat_record(1, ["a"])
    record["choices"].append({"index": 1, "turns": ["b"]})
    run = read(jsonl(tmp_path / "m.jsonl", [record]))
    assert [(r.text, r.sample, r.prompt.messages) for r in run.responses] == [
        ("a", 0, ()),
        ("b", 1, ()),
    ]
    assert run.responses[0].prompt_set == "fastchat"
    assert "The questions are not known" in run.notes[0]


def test_the_language_of_a_question_counts(tmp_path: Path) -> None:
    jsonl(tmp_path / "question.jsonl", [{"question_id": 1, "turns": ["Q"], "lang": "ru"}])
    path = jsonl(tmp_path / "m.jsonl", [fastchat_record(1, ["a"])])
    assert read(path, map=("language=lang",)).responses[0].prompt.language == "ru"


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"question_id": 1, "choices": 3}, "line 1, choices: it is a number"),
        ({"question_id": 1, "choices": [{"turns": [{}]}]}, "choices, 1, turns: a turn of it"),
        ({"question_id": None, "choices": []}, "line 1, question_id: the field is absent"),
        ({"question_id": 1, "choices": []}, "it holds no answer"),
    ],
)
def test_bad_records_are_named(tmp_path: Path, record: object, message: str) -> None:
    with pytest.raises(FileFormatError, match=message):
        read(jsonl(tmp_path / "m.jsonl", [record]))


def test_the_same_answer_twice_is_refused(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "m.jsonl", [fastchat_record(1, ["a"]), fastchat_record(1, ["b"])])
    with pytest.raises(FileFormatError, match="line 2: sample 0 of vicuna to prompt '1' stands in"):
        read(path)

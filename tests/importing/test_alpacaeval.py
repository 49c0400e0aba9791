from __future__ import annotations

from pathlib import Path

import pytest

from tests.importing.files import SHARP, array, jsonl, read
from workbench.errors import FileFormatError, InputError
from workbench.importing import import_file
from workbench.languages import UNKNOWN_LANGUAGE
from workbench.scoring import score
from workbench.store import Store
from workbench.tinyworld.lexicon_detector import LexiconDetector


def item(instruction: str, output: str | None, **fields: object) -> dict[str, object]:
    return {"instruction": instruction, "output": output, "generator": "gpt4", **fields}


def test_answers_come_whole_and_prompts_are_told_by_their_place(tmp_path: Path) -> None:
    path = array(
        tmp_path / "gpt4.json",
        [item("A?", SHARP, dataset="koala"), item("B?", ""), item("A?", "twice"), item("C?", None)],
    )
    run = read(path, language="fr")
    assert (run.name, run.format) == ("alpacaeval-gpt4", "alpacaeval")
    assert [(r.prompt.parallel_id, r.text, r.missing_reason) for r in run.responses] == [
        ("1", SHARP, None),
        ("2", "", None),  # an empty answer is an answer
        ("3", "twice", None),
        ("4", "", "the file has no answer here"),
    ]
    first = run.responses[0]
    assert (first.checkpoint, first.prompt_set, first.prompt.task) == (
        "gpt4",
        "alpacaeval",
        "koala",
    )
    assert [m.content for m in first.prompt.messages] == ["A?"]
    assert {r.prompt.language for r in run.responses} == {"fr"}


def test_translations_in_one_order_are_parallel_and_generators_share_prompts(
    tmp_path: Path, store: Store
) -> None:
    both = [item("A?", "a1"), item("B?", "b1")]
    other = [item("B?", "b2", generator="llama"), item("A?", "a2", generator="llama")]
    import_file(store, array(tmp_path / "en.json", both + other), read_options("en"))
    french = array(tmp_path / "fr.json", [item("Un ?", "u"), item("Deux ?", "d")])
    import_file(store, french, read_options("fr"))
    rows = store.results()[["checkpoint", "language", "parallel_id", "text"]].values.tolist()
    assert sorted(rows) == [
        ["gpt4", "en", "1", "a1"],
        ["gpt4", "en", "2", "b1"],
        ["gpt4", "fr", "1", "u"],
        ["gpt4", "fr", "2", "d"],
        ["llama", "en", "1", "a2"],
        ["llama", "en", "2", "b2"],
    ]


def read_options(language: str | None):  # type: ignore[no-untyped-def]
    from workbench.importing import ImportOptions

    return ImportOptions(language=language)


def test_a_language_that_nobody_gave_is_missing_with_its_reason(
    tmp_path: Path, store: Store
) -> None:
    run = import_file(store, array(tmp_path / "x.json", [item("Quoi ?", "Le renard est roux.")]))
    score(store, run, LexiconDetector(None))
    (row,) = store.results([run]).to_dict("records")
    assert row["language"] == UNKNOWN_LANGUAGE
    assert row["detected"] == "fr" and row["right_language"] is None or row["right_language"] != 1
    assert row["language_missing"] == "the expected language of the prompt is not known"


def test_language_by_item_by_name_and_by_another_field(tmp_path: Path) -> None:
    items = [
        item("A?", "a", language="French", lang="pt-BR"),
        item("B?", "b", language="rus_Cyrl", lang="eng"),
        item("C?", "c", language=" ", lang="zh"),
    ]
    path = array(tmp_path / "x.json", items)
    said = [r.prompt.language for r in read(path, language="de").responses]
    assert said == ["fr", "ru", "de"]
    mapped = [r.prompt.language for r in read(path, map=("language=lang",)).responses]
    assert mapped == ["pt", "en", "zh"]


def test_what_the_user_says_counts(tmp_path: Path) -> None:
    path = array(tmp_path / "gemma" / "model_outputs.json", [{"instruction": "A?", "output": "a"}])
    run = read(path)
    assert run.name == "alpacaeval-gemma"  # files of all models are called so
    assert run.responses[0].checkpoint == "model_outputs"
    assert run.notes == (
        "The file does not say what answered: it is called 'model_outputs' here; "
        "--checkpoint names it.",
    )
    said = read(path, checkpoint="gemma-2b", prompt_set="own", name="mine")
    assert (said.name, said.responses[0].checkpoint, said.responses[0].prompt_set, said.notes) == (
        *("mine", "gemma-2b", "own"),
        (),
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[{"instruction": "A", "output": "a"},\n{"instruction": ]', "line 2: this is not JSON"),
        ('[\n{"instruction": "A", "output": "a"},\n7]', "line 3: it is a number"),
        ('[{"instruction": "A", "output": ["a"]}]', "line 1, output: it is a list"),
        ('[{"instruction": "A", "output": "a", "language": "Klingon"}]', "line 1, language: "),
        ('[{"instruction": "A", "output": "a", "sample": -1}]', "line 1, sample: it is '-1'"),
        ('[{"instruction": "A", "output": "a"}', "line 1: this is not JSON"),
    ],
)
def test_bad_files_are_named_and_leave_nothing(
    store: Store, tmp_path: Path, content: str, message: str
) -> None:
    path = tmp_path / "bad.json"
    path.write_text(content)
    with pytest.raises(FileFormatError, match=message):
        import_file(store, path)
    assert store.runs().empty and store.prompt_sets().empty


def test_another_prompt_under_the_same_id_is_refused_before_a_run_is_made(
    store: Store, tmp_path: Path
) -> None:
    import_file(store, array(tmp_path / "a.json", [item("A?", "a")]))
    with pytest.raises(InputError, match="the store holds another prompt under this name"):
        import_file(store, array(tmp_path / "b.json", [item("B?", "b")]))
    assert list(store.runs()["name"]) == ["alpacaeval-a"]


def test_lines_of_json_and_one_line_arrays_are_read_too(tmp_path: Path) -> None:
    records = [item("A?", "a"), item("B?", "b")]
    for path in (jsonl(tmp_path / "x.jsonl", records), array(tmp_path / "x.json", records, None)):
        assert [r.text for r in read(path).responses] == ["a", "b"]


def test_a_field_that_no_answer_has_is_no_language(tmp_path: Path) -> None:
    path = array(tmp_path / "x.json", [item("A?", "a")])
    with pytest.raises(FileFormatError, match="no answer has a field 'lang'"):
        read(path, map=("language=lang",))
    with pytest.raises(InputError, match="have a place for it.*--format table"):
        read(path, map=("prompt=instruction",))

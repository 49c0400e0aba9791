from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

from workbench.errors import FileFormatError, NotFoundError
from workbench.instructions import data_hash, find_examples, read_examples
from workbench.instructions.sources import Source, parse_source, unfetched
from workbench.training.recipe import PRESETS, load_recipe

LIMA = Path(os.environ.get("WORKBENCH_DATA", "../shared/data")) / "lima" / "lima.en.jsonl"
ALPACA = [
    {"instruction": "Who?", "input": "", "output": "The fox."},
    {"instruction": "Where?", "input": "", "output": "Here."},
]


def lines(path: Path, *records: object) -> Path:
    path.write_text("\n".join(json.dumps(r) for r in records), "utf-8")
    return path


def questions(data: str | list[str], languages: list[str] | None = None) -> list[str]:
    return [e.messages[0].content for e in find_examples(data, languages)]


def test_language_comes_from_the_file_name(tmp_path: Path) -> None:
    path = lines(tmp_path / "own.pt.jsonl", {"prompt": "Q", "completion": "A"})
    assert read_examples(path, "en")[0].language == "pt"


def test_a_stem_finds_its_languages(tmp_path: Path) -> None:
    for code in ("en", "de", "fr"):
        lines(tmp_path / f"own.{code}.jsonl", {"prompt": code, "completion": "A"})
    assert questions(str(tmp_path / "own"), ["en", "fr"]) == ["en", "fr"]
    assert sorted(questions(str(tmp_path / "own"))) == ["de", "en", "fr"]


def test_shipped_data_by_name() -> None:
    found = find_examples("tinyworld", ["en", "zh"])
    assert Counter(example.language for example in found) == {"en": 2000, "zh": 2000}


def test_several_sources(tmp_path: Path) -> None:
    english = lines(tmp_path / "dolly.jsonl", {"instruction": "Q1", "response": "A"})
    lines(tmp_path / "own.fr.jsonl", {"prompt": "Q2", "completion": "A"})
    sources = [f"{english}@en", str(tmp_path / "own")]
    assert questions(sources, ["en", "fr"]) == ["Q1", "Q2"]
    assert questions(sources, ["fr"]) == ["Q2"]
    with pytest.raises(FileFormatError, match=r"dolly.jsonl, line 1: its language is not known"):
        find_examples([str(english), sources[1]], ["en", "fr"])


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("databricks/databricks-dolly-15k", Source("databricks/databricks-dolly-15k")),
        ("owner/name:test", Source("owner/name", "test")),
        ("owner/name@fr", Source("owner/name", None, "fr")),
        ("owner/name:test@fr", Source("owner/name", "test", "fr")),
        ("hf://datasets/GAIR/lima/train.jsonl", Source("hf://datasets/GAIR/lima/train.jsonl")),
        ("hf://datasets/a/b/c.jsonl@en", Source("hf://datasets/a/b/c.jsonl", None, "en")),
    ],
)
def test_sources_are_written(text: str, source: Source) -> None:
    assert parse_source(text) == source


def test_an_existing_path_is_a_name_as_a_whole(tmp_path: Path) -> None:
    path = lines(tmp_path / "a@en", {"prompt": "Q", "completion": "A"})
    assert parse_source(str(path)) == Source(str(path))


class TestFiles:
    def test_a_json_array(self, tmp_path: Path) -> None:
        path = tmp_path / "alpaca.json"
        path.write_text(json.dumps(ALPACA, indent=2), "utf-8")
        assert questions(str(path), ["en"]) == ["Who?", "Where?"]

    def test_lines_in_a_file_named_json(self, tmp_path: Path) -> None:
        path = lines(tmp_path / "alpaca.json", *ALPACA)
        assert questions(str(path), ["en"]) == ["Who?", "Where?"]

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "it holds no example"),
            ("\n \n", "it holds no example"),
            ('{"prompt": "Q", "completion": "A"}\n{"prompt": ', "line 2: this is not JSON"),
            ("[1]", "line 1: it is no JSON object"),
            ('\n{"text": "A"}', "line 2: it has none of the known shapes: its fields are 'text'"),
        ],
    )
    def test_bad_lines_are_named(self, tmp_path: Path, text: str, message: str) -> None:
        path = tmp_path / "bad.jsonl"
        path.write_text(text, "utf-8")
        with pytest.raises(FileFormatError, match=message):
            read_examples(path, "en")

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("[]", "it holds no example"),
            ('[\n{"prompt": "Q",\n"completion": "A"},\n\n  {"text": 1}]', "line 5: it has none"),
            ('[{"prompt": "Q", "completion": "A"}\n{"prompt"', "line 2: this is not JSON"),
            ('[{"prompt": "Q", "completion": "A"},\n', "line 2: this is not JSON"),
            ('[\n\n{"prompt": Q}]', "line 3: this is not JSON"),
        ],
    )
    def test_bad_items_of_an_array_are_named(self, tmp_path: Path, text: str, message: str) -> None:
        path = tmp_path / "bad.json"
        path.write_text(text, "utf-8")
        with pytest.raises(FileFormatError, match=message):
            read_examples(path, "en")

    def test_text_that_is_not_utf8(self, tmp_path: Path) -> None:
        path = tmp_path / "latin.jsonl"
        path.write_bytes('{"prompt": "où", "completion": "là"}'.encode("latin-1"))
        with pytest.raises(FileFormatError, match="byte 13: it is not UTF-8"):
            read_examples(path, "fr")


class TestDatasets:
    """Datasets as the ``datasets`` library writes them, in a folder."""

    def test_saved_to_disk(self, tmp_path: Path) -> None:
        from datasets import Dataset, DatasetDict

        rows, one = Dataset.from_list(ALPACA), Dataset.from_list(ALPACA[:1])
        rows.save_to_disk(tmp_path / "rows")
        assert questions(str(tmp_path / "rows"), ["en"]) == ["Who?", "Where?"]
        DatasetDict({"train": rows, "test": one}).save_to_disk(tmp_path / "splits")
        assert questions(str(tmp_path / "splits"), ["en"]) == ["Who?", "Where?"]
        assert questions(f"{tmp_path / 'splits'}:test", ["en"]) == ["Who?"]
        with pytest.raises(NotFoundError, match="no split 'dev'. Choose among train, test"):
            find_examples(f"{tmp_path / 'splits'}:dev", ["en"])

    def test_a_folder_of_parquet(self, tmp_path: Path) -> None:
        from datasets import Dataset

        (tmp_path / "data").mkdir()
        for split, rows in (("train", ALPACA), ("test", ALPACA[1:])):
            Dataset.from_list(rows).to_parquet(tmp_path / f"data/{split}-00000-of-00001.parquet")
        assert questions(str(tmp_path), ["en"]) == ["Who?", "Where?"]
        assert questions(f"{tmp_path}:test", ["en"]) == ["Where?"]

    def test_a_folder_of_lines_of_several_shapes(self, tmp_path: Path) -> None:
        chat = [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]
        lines(tmp_path / "train.jsonl", *ALPACA, {"messages": chat, "language": "fr"})
        found = find_examples(f"{tmp_path}@en")
        assert [(e.language, e.messages[0].content) for e in found] == [
            ("en", "Who?"),
            ("en", "Where?"),
            ("fr", "Q"),
        ]

    def test_a_row_of_no_known_shape_is_named(self, tmp_path: Path) -> None:
        lines(tmp_path / "train.jsonl", ALPACA[0], {"text": "A"})
        with pytest.raises(FileFormatError, match="row 2: it has none of the known shapes.*'text'"):
            find_examples(str(tmp_path), ["en"])

    def test_a_folder_without_data(self, tmp_path: Path) -> None:
        with pytest.raises(NotFoundError, match="it cannot be read"):
            find_examples(str(tmp_path), ["en"])

    def test_the_hub_out_of_reach(self) -> None:
        with pytest.raises(NotFoundError, match="'no-one/nothing': it cannot be read"):
            find_examples("no-one/nothing", ["en"])
        with pytest.raises(NotFoundError, match="'hf://datasets/no-one/nothing/a.jsonl'"):
            find_examples("hf://datasets/no-one/nothing/a.jsonl", ["en"])

    def test_a_file_of_the_hub(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """From the hub's cache, laid out as the client leaves it."""
        import huggingface_hub.constants

        repository, commit = tmp_path / "datasets--owner--name", "0" * 40
        (repository / "refs").mkdir(parents=True)
        (repository / "refs" / "main").write_text(commit)
        (repository / "snapshots" / commit).mkdir(parents=True)
        lines(repository / "snapshots" / commit / "train.jsonl", {"conversations": ["Q", "A"]})
        monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
        assert questions("hf://datasets/owner/name/train.jsonl", ["en"]) == ["Q"]


class TestLima:
    """A copy of the hub's GAIR/lima: one file a split, and a script that the library refuses."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        folder = tmp_path / "lima"
        folder.mkdir()
        (folder / "README.md").write_text("---\nlicense: other\n---\n")
        (folder / "lima.py").write_text("raise SystemExit('this was run')\n")
        turns = [["Q", "A"], ["Q1", "A1", "Q2", "A2"]]
        records = [{"conversations": own, "source": "stackexchange"} for own in turns]
        lines(folder / "train.jsonl", *records)
        lines(folder / "test.jsonl", {"conversations": ["Plan a day."], "source": "test"})
        return folder

    def test_the_folder_is_read_without_its_script(self, folder: Path) -> None:
        found = find_examples(str(folder), ["en"])
        roles = [[message.role for message in example.messages] for example in found]
        assert roles == [["user", "assistant"], ["user", "assistant"] * 2]
        assert {example.language for example in found} == {"en"}
        assert find_examples(f"{folder}:train", ["en"]) == found

    def test_questions_alone_are_no_training_data(self, folder: Path) -> None:
        with pytest.raises(FileFormatError, match="row 1: it has no answer to learn from"):
            find_examples(f"{folder}:test", ["en"])

    def test_the_presets_name_the_file_of_the_hub(
        self, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Its address is read from the hub's cache, laid out as the client leaves it."""
        import huggingface_hub.constants

        presets = {name: path for name, path in PRESETS.files().items() if "lima" in name}
        assert len(presets) == 4
        for path in presets.values():
            assert load_recipe(path).data == "hf://datasets/GAIR/lima/train.jsonl"
        snapshots = tmp_path / "datasets--GAIR--lima"
        (snapshots / "refs").mkdir(parents=True)
        (snapshots / "refs" / "main").write_text("0" * 40)
        shutil.copytree(folder, snapshots / "snapshots" / ("0" * 40))
        monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
        found = find_examples("hf://datasets/GAIR/lima/train.jsonl", ["en"])
        assert found == find_examples(str(folder), ["en"])

    @pytest.mark.parametrize(
        ("said", "remedy"),
        [
            ("Cannot access gated repo for url https://hf.co/x", "Ask for access on its page"),
            ("Dataset 'GAIR/lima' is a gated dataset on the Hub.", "set HF_TOKEN"),
            (
                "Dataset scripts are no longer supported, but found lima.py",
                "Name a file of it, such as hf://datasets/GAIR/lima/train.jsonl",
            ),
        ],
    )
    def test_what_the_hub_refuses_has_its_remedy(self, said: str, remedy: str) -> None:
        assert remedy in unfetched("GAIR/lima", OSError(said)).remedy


def test_language_without_examples(instructions: Path) -> None:
    with pytest.raises(NotFoundError, match=r"no example in language 'pt'.*en, fr, ru"):
        find_examples(str(instructions), ["en", "pt"])


def test_all_languages_unless_some_are_named(instructions: Path) -> None:
    found = find_examples(str(instructions))
    assert Counter(e.language for e in found) == {"en": 6, "fr": 4, "ru": 2}
    assert data_hash(found) != data_hash(found[1:])


def test_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(NotFoundError, match=r"'tinywrld'.*tinyworld"):
        find_examples("tinywrld", ["en"])


@pytest.mark.skipif(not LIMA.exists(), reason=f"{LIMA} is not there")
def test_lima_is_read_whole() -> None:
    examples = find_examples(str(LIMA), ["en"])
    assert len(examples) == 1030
    # 1,000 of two turns, 15 of four, 10 of six, 3 of eight, one of twenty, one of five.
    turns = Counter(len(example.messages) for example in examples)
    assert turns == {2: 1000, 4: 15, 6: 10, 8: 3, 20: 1, 5: 1}

"""Answers in the CSV files of the Language Confusion Benchmark (LCB)."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import FileFormatError
from workbench.files import read_text
from workbench.prompts import Prompt, PromptSet, content_hash
from workbench.store import ResponseRecord, RunRecord, Store

COLUMNS = ("id", "model", "completion", "task", "source", "language")
_LONGEST_FIELD = 2**31 - 1


@dataclass(frozen=True)
class Answer:
    """A row of such a file."""

    id: str
    model: str
    completion: str
    task: str
    source: str
    language: str

    @property
    def prompt_set(self) -> str:
        """Name of the set that its prompt goes to."""
        return f"lcb-{self.task}-{self.source}"

    @property
    def prompt(self) -> Prompt:
        """Its prompt, without the text, which the files do not hold."""
        return Prompt(
            parallel_id=self.id,
            language=self.language,
            messages=(),
            task=self.task,
            tags={"source": self.source},
        )


def import_lcb(store: Store, path: Path) -> str:
    """Import a file of answers as the run ``lcb-<stem>``; returns that name.

    Prompts go to the sets ``lcb-<task>-<source>``. Where an id repeats for a model, task,
    source and language, its answers are kept as samples 0, 1, ...
    """
    answers = read_answers(path)
    run = f"lcb-{path.stem}"
    content = content_hash([list(vars(answer).values()) for answer in answers])
    samples: Counter[tuple[str, ...]] = Counter()
    responses: dict[tuple[str, str], list[ResponseRecord]] = {}
    prompts: dict[str, dict[tuple[str, str], Prompt]] = {}
    for answer in answers:
        key = (answer.model, answer.prompt_set, answer.id, answer.language)
        own = responses.setdefault((answer.model, answer.prompt_set), [])
        own.append(ResponseRecord(answer.id, answer.language, samples[key], text=answer.completion))
        samples[key] += 1
        of_set = prompts.setdefault(answer.prompt_set, {})
        if key[2:] not in of_set:
            of_set[answer.id, answer.language] = answer.prompt
    store.start_run(RunRecord(run, "import", {"file": path.name, "content": content}))
    for name, own_prompts in prompts.items():
        store.add_prompt_set(PromptSet(name=name, prompts=tuple(own_prompts.values())))
    for model in dict.fromkeys(answer.model for answer in answers):
        store.add_checkpoint(model, content_hash({"imported": model}), {"method": "imported"})
    for (model, prompt_set), records in responses.items():
        store.add_responses(run, model, prompt_set, records)
    store.finish_run(run)
    return run


def read_answers(path: Path) -> list[Answer]:
    """The answers of a file; FileFormatError where it holds none, or what is no answer."""
    answers = list(_read(path))
    if not answers:
        raise FileFormatError(str(path), "it holds no answer", "Write at least one row")
    return answers


def _read(path: Path) -> Iterator[Answer]:
    text = read_text(path)
    previous = csv.field_size_limit(_LONGEST_FIELD)
    try:
        # newline="" keeps line ends inside quoted fields as they are.
        rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        columns = next(rows, [])
        absent = [column for column in COLUMNS if column not in columns]
        if absent:
            raise FileFormatError(
                f"{path}, line 1",
                f"the columns {', '.join(absent)} are absent",
                f"Name a CSV file with the columns {', '.join(COLUMNS)}",
            )
        places = [columns.index(column) for column in COLUMNS]
        for row in rows:
            if row:
                if len(row) != len(columns):
                    raise _wrong_length(f"{path}, line {rows.line_num}", len(row), len(columns))
                answer = Answer(*[row[place] for place in places])
                _refuse_empty(answer, path, rows.line_num)
                yield answer
    except csv.Error as error:
        raise FileFormatError(
            f"{path}, line {rows.line_num}",
            str(error),
            "Write the file as CSV with quoted fields",
        ) from None
    finally:
        csv.field_size_limit(previous)


def _wrong_length(place: str, found: int, expected: int) -> FileFormatError:
    return FileFormatError(
        place,
        f"the row has {found} fields, the header has {expected}",
        "Quote fields that hold commas",
    )


def _refuse_empty(answer: Answer, path: Path, line: int) -> None:
    for column in COLUMNS:
        if column != "completion" and not getattr(answer, column).strip():
            raise FileFormatError(
                f"{path}, line {line}, {column}",
                "the field is empty",
                "Only completion may be empty",
            )

"""The columns of an exported table: what each holds, for files, cards and their readers."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["text", "count", "number", "truth", "messages", "json"]
"""``json`` columns hold JSON as text where a file has no values of any shape."""


class Column(NamedTuple):
    """One column."""

    name: str
    kind: Kind
    about: str


COLUMNS = (
    Column("run", "text", "run that the answer belongs to"),
    Column("checkpoint", "text", "what answered"),
    Column("prompt_set", "text", "prompt set"),
    Column("parallel_id", "text", "the same for all translations of a prompt"),
    Column("language", "text", "expected language of the answer; und where it was not given"),
    Column("sample", "count", "number of the answer to the same prompt, from 0"),
    Column("prompt", "text", "last turn of the user"),
    Column("text", "text", "the answer"),
    Column("finish_reason", "text", "stop, length, missing or unknown"),
    Column("missing_reason", "text", "why there is no answer, where there is none"),
    Column("prompt_tokens", "count", "tokens of the prompt"),
    Column("new_tokens", "count", "tokens of the answer"),
    Column("seconds", "number", "time that the answer took"),
    Column("task", "text", "kind of task"),
    Column("constraint", "text", "what the prompt asks of the answer's form"),
    Column("messages", "messages", "all turns of the prompt"),
    Column("reference", "json", "reference facts of the prompt"),
    Column("tags", "json", "further properties of the prompt"),
    Column("decoding", "json", "how the answer was decoded"),
    Column("checkpoint_hash", "text", "tells checkpoints of one name apart"),
    Column("method", "text", "how the checkpoint was made: full, lora, base, imported"),
    Column("learning_rate", "number", "of its training"),
    Column("size", "count", "examples that it was trained on; all where empty"),
    Column("steps", "count", "of its training"),
    Column("seed", "count", "of its training"),
    Column("base", "text", "what it was tuned from"),
    Column("variant", "text", "how it was asked; empty where as it is"),
    Column("detector", "text", "what identified languages"),
    Column("detected", "text", "language of the answer; empty where undetermined"),
    Column("confidence", "number", "of the detector, 0 to 1"),
    Column("right_language", "truth", "whether it is the expected language"),
    Column("language_missing", "text", "why that is missing"),
    Column("lines_judged", "count", "lines long enough to be judged alone"),
    Column("lines_right", "count", "of these, in the expected language"),
    Column("line_pass", "truth", "LCB's line pass"),
    Column("word_pass", "truth", "LCB's word pass"),
    Column("robust_pass", "truth", "whether all units are in the expected language"),
    Column("accuracy", "number", "by reference facts, 0 to 1"),
    Column("accuracy_missing", "text", "why that is missing"),
    Column("constraint_kept", "truth", "whether the answer keeps its prompt's constraint"),
    Column("constraint_reason", "text", "why not, or why that is missing"),
    Column("ratings", "json", "ratings by judges and people: judge, criterion, value 0 to 2, why"),
)

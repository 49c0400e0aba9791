"""Tables of the store.

    prompt_sets 1-n prompts ──┐
    checkpoints ──────────────┤
    runs ─────────────────────┼── 1-n responses 1-n language_scores n-1 detectors
    decodings ────────────────┘                 1-n ratings n-1 judges
    responses 2-n comparisons n-1 judges
    runs, checkpoints, prompt_sets ── 1-n validations
    runs 1-1 run_processes

Unique keys make every write idempotent. What repeats for many responses (decoding
settings, names of detectors and judges) is kept once, so that a million responses
stay small.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA_VERSION = 3
"""Changes when a table that is there changes; ``migrations`` says how. A new table needs no
new version: it is made where it is absent."""

metadata = MetaData()

properties = Table(
    "properties",
    metadata,
    Column("key", String, primary_key=True),
    Column("value", String, nullable=False),
)

prompt_sets = Table(
    "prompt_sets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),
)

prompts = Table(
    "prompts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("prompt_set_id", ForeignKey("prompt_sets.id"), nullable=False),
    Column("parallel_id", String, nullable=False),
    Column("language", String, nullable=False),
    Column("hash", String, nullable=False),
    Column("content", JSON, nullable=False),
    Column("has_reference", Boolean, nullable=False),
    UniqueConstraint("prompt_set_id", "parallel_id", "language"),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("hash", String, nullable=False),
    Column("details", JSON, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("status", String, nullable=False),
    Column("config", JSON, nullable=False),
    Column("versions", JSON, nullable=False),
    Column("started", String, nullable=False),
    Column("finished", String),
)

decodings = Table(
    "decodings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("hash", String, nullable=False, unique=True),
    Column("settings", JSON, nullable=False),
)

responses = Table(
    "responses",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", ForeignKey("runs.id"), nullable=False),
    Column("checkpoint_id", ForeignKey("checkpoints.id"), nullable=False),
    Column("prompt_id", ForeignKey("prompts.id"), nullable=False),
    Column("sample", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("finish_reason", String, nullable=False),
    Column("prompt_tokens", Integer),
    Column("new_tokens", Integer),
    Column("seconds", Float),
    Column("decoding_id", ForeignKey("decodings.id"), nullable=False),
    Column("missing_reason", Text),
    UniqueConstraint("run_id", "checkpoint_id", "prompt_id", "sample"),
)

detectors = Table(
    "detectors",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),
)

language_scores = Table(
    "language_scores",
    metadata,
    Column("response_id", ForeignKey("responses.id"), primary_key=True),
    Column("detector_id", ForeignKey("detectors.id"), primary_key=True),
    Column("label", String),
    Column("confidence", Float),
    Column("right", Boolean),
    Column("lines_judged", Integer),
    Column("lines_right", Integer),
    Column("missing_reason", Text),
    Column("english_words", Integer),
    Column("units_judged", Integer),
    Column("units_right", Integer),
    Column("entropy", Float),
    Column("first_switch", Float),
)

judges = Table(
    "judges",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("kind", String),
    Column("details", JSON(none_as_null=True)),
)

ratings = Table(
    "ratings",
    metadata,
    Column("response_id", ForeignKey("responses.id"), primary_key=True),
    Column("judge_id", ForeignKey("judges.id"), primary_key=True),
    Column("criterion", String, primary_key=True),
    Column("value", Integer),
    Column("missing_reason", Text),
    Column("reason", Text),
    Column("raw", Float),
    Column("rule", Text),
    Column("created", String),
    CheckConstraint("value in (0, 1, 2)", name="rating_value"),
)

comparisons = Table(
    "comparisons",
    metadata,
    Column("response_a", ForeignKey("responses.id"), primary_key=True),
    Column("response_b", ForeignKey("responses.id"), primary_key=True),
    Column("judge_id", ForeignKey("judges.id"), primary_key=True),
    Column("shown_first", String, primary_key=True),
    Column("winner", String),
    Column("missing_reason", Text),
    Column("reason", Text),
    Column("created", String, nullable=False),
    CheckConstraint("shown_first in ('a', 'b')", name="comparison_order"),
    CheckConstraint("winner in ('a', 'b', 'tie')", name="comparison_winner"),
)

validations = Table(
    "validations",
    metadata,
    Column("run_id", ForeignKey("runs.id"), primary_key=True),
    Column("checkpoint_id", ForeignKey("checkpoints.id"), primary_key=True),
    Column("prompt_set_id", ForeignKey("prompt_sets.id"), primary_key=True),
    Column("language", String, primary_key=True),
    Column("measure", String, primary_key=True),
    Column("step", Integer, nullable=False),
    Column("value", Float),
    Column("n_scored", Integer, nullable=False),
    Column("n_total", Integer, nullable=False),
    Column("missing_reason", Text),
)

run_processes = Table(
    "run_processes",
    metadata,
    Column("run_id", ForeignKey("runs.id"), primary_key=True),
    Column("host", String, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("began", Float(53), nullable=False),
    Column("folder", Text, nullable=False),
)

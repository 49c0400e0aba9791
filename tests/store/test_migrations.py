"""Databases made by earlier versions open and keep what they hold."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from workbench.errors import StoreError
from workbench.store import LanguageScore, Rating, Store
from workbench.store.tables import SCHEMA_VERSION, metadata

# What version 1 executed, without the spaces: the words that both databases understand.
VERSION_1 = """
CREATE TABLE checkpoints (id {serial}, name VARCHAR NOT NULL, hash VARCHAR NOT NULL,
  details JSON NOT NULL, PRIMARY KEY (id), UNIQUE (name));
CREATE TABLE decodings (id {serial}, hash VARCHAR NOT NULL, settings JSON NOT NULL,
  PRIMARY KEY (id), UNIQUE (hash));
CREATE TABLE detectors (id {serial}, name VARCHAR NOT NULL, PRIMARY KEY (id), UNIQUE (name));
CREATE TABLE judges (id {serial}, name VARCHAR NOT NULL, PRIMARY KEY (id), UNIQUE (name));
CREATE TABLE prompt_sets (id {serial}, name VARCHAR NOT NULL, PRIMARY KEY (id), UNIQUE (name));
CREATE TABLE properties ("key" VARCHAR NOT NULL, value VARCHAR NOT NULL, PRIMARY KEY ("key"));
CREATE TABLE runs (id {serial}, name VARCHAR NOT NULL, kind VARCHAR NOT NULL,
  status VARCHAR NOT NULL, config JSON NOT NULL, versions JSON NOT NULL,
  started VARCHAR NOT NULL, finished VARCHAR, PRIMARY KEY (id), UNIQUE (name));
CREATE TABLE prompts (id {serial}, prompt_set_id INTEGER NOT NULL, parallel_id VARCHAR NOT NULL,
  language VARCHAR NOT NULL, hash VARCHAR NOT NULL, content JSON NOT NULL,
  has_reference BOOLEAN NOT NULL, PRIMARY KEY (id),
  UNIQUE (prompt_set_id, parallel_id, language),
  FOREIGN KEY(prompt_set_id) REFERENCES prompt_sets (id));
CREATE TABLE responses (id {serial}, run_id INTEGER NOT NULL, checkpoint_id INTEGER NOT NULL,
  prompt_id INTEGER NOT NULL, sample INTEGER NOT NULL, text TEXT NOT NULL,
  finish_reason VARCHAR NOT NULL, prompt_tokens INTEGER, new_tokens INTEGER, seconds FLOAT,
  decoding_id INTEGER NOT NULL, missing_reason TEXT, PRIMARY KEY (id),
  UNIQUE (run_id, checkpoint_id, prompt_id, sample),
  FOREIGN KEY(run_id) REFERENCES runs (id),
  FOREIGN KEY(checkpoint_id) REFERENCES checkpoints (id),
  FOREIGN KEY(prompt_id) REFERENCES prompts (id),
  FOREIGN KEY(decoding_id) REFERENCES decodings (id));
CREATE TABLE language_scores (response_id INTEGER NOT NULL, detector_id INTEGER NOT NULL,
  label VARCHAR, confidence FLOAT, "right" BOOLEAN, lines_judged INTEGER, lines_right INTEGER,
  missing_reason TEXT, PRIMARY KEY (response_id, detector_id),
  FOREIGN KEY(response_id) REFERENCES responses (id),
  FOREIGN KEY(detector_id) REFERENCES detectors (id));
CREATE TABLE ratings (response_id INTEGER NOT NULL, judge_id INTEGER NOT NULL,
  criterion VARCHAR NOT NULL, value INTEGER, missing_reason TEXT,
  PRIMARY KEY (response_id, judge_id, criterion),
  CONSTRAINT rating_value CHECK (value in (0, 1, 2)),
  FOREIGN KEY(response_id) REFERENCES responses (id),
  FOREIGN KEY(judge_id) REFERENCES judges (id));
INSERT INTO properties VALUES ('schema_version', '1');
INSERT INTO prompt_sets (name) VALUES ('world');
INSERT INTO prompts (prompt_set_id, parallel_id, language, hash, content, has_reference) VALUES
  (1, '1', 'fr', 'x', '{{"parallel_id": "1", "language": "fr", "messages": [], "task": "fact",
    "constraint": null, "reference": null, "tags": {{}}}}', {false});
INSERT INTO checkpoints (name, hash, details) VALUES ('tuned', 'h', '{{}}');
INSERT INTO runs (name, kind, status, config, versions, started) VALUES
  ('r', 'study', 'finished', '{{}}', '{{}}', '2026-01-01T00:00:00+00:00');
INSERT INTO decodings (hash, settings) VALUES ('d', '{{}}');
INSERT INTO responses (run_id, checkpoint_id, prompt_id, sample, text, finish_reason, decoding_id)
  VALUES (1, 1, 1, 0, 'Il est rouge.', 'stop', 1);
INSERT INTO detectors (name) VALUES ('langid[en,fr]');
INSERT INTO language_scores VALUES (1, 1, 'fr', 0.9, {true}, 0, 0, NULL);
INSERT INTO judges (name) VALUES ('reference');
INSERT INTO ratings VALUES (1, 1, 'accuracy', 2, NULL);
"""


@pytest.fixture
def version_1(url: str) -> str:
    """URL of a database as version 1 left it."""
    engine = sa.create_engine(url)
    postgresql = engine.dialect.name == "postgresql"
    words = {"serial": "SERIAL NOT NULL", "false": "false", "true": "true"}
    words |= {} if postgresql else {"serial": "INTEGER NOT NULL", "false": "0", "true": "1"}
    with engine.begin() as connection:
        for statement in VERSION_1.format(**words).split(";\n"):
            if statement.strip():
                connection.exec_driver_sql(statement)
    engine.dispose()
    return url


def columns(url: str) -> dict[str, list[tuple[str, str]]]:
    """Names and types of the columns of all tables, sorted."""
    engine = sa.create_engine(url)
    inspector = sa.inspect(engine)
    found = {
        table: sorted((c["name"], str(c["type"])) for c in inspector.get_columns(table))
        for table in inspector.get_table_names()
    }
    engine.dispose()
    return found


def test_answers_and_scores_are_kept(version_1: str) -> None:
    with Store(version_1) as store:
        row = store.results().iloc[0]
        assert (row["text"], row["detected"], row["accuracy"]) == ("Il est rouge.", "fr", 1.0)
        assert bool(row["right_language"]) is True
        new = ["english_words", "word_pass", "units_judged", "robust_pass", "accuracy_reason"]
        assert store.results()[new].isna().all(axis=None)
        # What is new can be written, for the answer that was there.
        store.add_language_scores([LanguageScore(1, "other", "fr", 1.0, True, units_judged=1)])
        store.add_ratings([Rating(1, "other", "accuracy", 2, reason="it names the colour")])
        assert store.judges()["kind"].tolist() == ["rule", None]
        # When they were given, and by which rule, was not kept then.
        known = store.ratings(judges=["reference"])[["value", "kind", "created", "rule"]]
        assert known.values.tolist() == [[2, "rule", None, None]]
        row = store.results(detector="other", judge="other").iloc[0]
        assert (row["units_judged"], row["accuracy_reason"]) == (1, "it names the colour")


def test_the_tables_are_those_of_a_new_database(version_1: str, tmp_path: Path) -> None:
    Store(version_1).close()
    migrated = columns(version_1)
    engine = sa.create_engine(version_1)
    metadata.drop_all(engine)
    engine.dispose()
    Store(version_1).close()
    assert migrated == columns(version_1)


def test_several_processes_may_open_it_at_once(version_1: str) -> None:
    script = (
        "import sys; from workbench.store import Store; print(len(Store(sys.argv[1]).results()))"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script, version_1], stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    assert [process.communicate(timeout=60)[0] for process in processes] == ["1\n"] * 4
    assert ("english_words", "INTEGER") in columns(version_1)["language_scores"]


def test_a_migration_that_fails_changes_nothing(version_1: str) -> None:
    # A column of the next version that is there already: not a database that version 1 left.
    engine = sa.create_engine(version_1)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE ratings ADD COLUMN reason TEXT")
    engine.dispose()
    before = columns(version_1)
    with pytest.raises((StoreError, sa.exc.ProgrammingError), match="reason"):
        Store(version_1)
    assert columns(version_1) == before


def test_a_table_that_is_new_is_made_where_it_is_absent(url: str) -> None:
    with Store(url) as store, store.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE ratings")
    with Store(url) as store:
        assert store.results().empty
    assert SCHEMA_VERSION == 3 and "ratings" in columns(url)

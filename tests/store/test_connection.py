from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from workbench.errors import StoreError
from workbench.prompts import PromptSet
from workbench.store import ResponseRecord, RunRecord, Store
from workbench.store.connection import Database
from workbench.store.tables import prompt_sets, properties

WRITER = """
import sys
from workbench.store import ResponseRecord, RunRecord, Store
store = Store(sys.argv[1])
store.start_run(RunRecord(sys.argv[2], "generate"))
for sample in range(40):
    store.answered(sys.argv[2], "tuned", "world")
    store.add_responses(sys.argv[2], "tuned", "world", [ResponseRecord("1", "en", sample, "a")])
"""


def test_settings_that_make_sqlite_safe_for_several_writers(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a' / 'b.sqlite'}")
    with database.reading() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        }
    database.close()
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30_000}


def test_processes_that_open_and_write_at_once(url: str, prompt_set: PromptSet) -> None:
    # Three writers of 40 transactions each, started on a database without tables.
    processes = [
        subprocess.Popen(
            [
                sys.executable,
                "-c",
                "from workbench.store import Store\nimport sys; Store(sys.argv[1])",
                url,
            ]
        )
        for _ in range(3)
    ]
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    with Store(url) as store:
        store.add_prompt_set(prompt_set)
        store.add_checkpoint("tuned", "h", {})
        writers = [
            subprocess.Popen([sys.executable, "-c", WRITER, url, f"run{number}"])
            for number in range(3)
        ]
        assert [writer.wait(60) for writer in writers] == [0, 0, 0]
        assert store.runs()["responses"].tolist() == [40, 40, 40]


def test_an_error_within_a_transaction_leaves_nothing(url: str) -> None:
    database = Database(url)
    with pytest.raises(KeyError), database.writing() as connection:
        database.insert_new(connection, prompt_sets, [{"name": "half"}])
        raise KeyError
    with database.reading() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(prompt_sets)) == 0
    database.close()


def test_a_read_only_store_is_read_and_refuses_every_write(url: str, prompt_set: PromptSet) -> None:
    with Store(url) as store:
        store.start_run(RunRecord("first", "generate"))
    with Store(url, read_only=True) as store:
        assert list(store.runs()["name"]) == ["first"]
        with pytest.raises(StoreError, match="shown read-only here"):
            store.start_run(RunRecord("second", "generate"))
        with pytest.raises(StoreError, match="shown read-only here"):
            store.add_prompt_set(prompt_set)
        assert list(store.runs()["name"]) == ["first"]


def test_a_full_disk_is_a_clear_error_and_loses_nothing(
    tmp_path: Path, prompt_set: PromptSet
) -> None:
    with Store(f"sqlite:///{tmp_path / 's.sqlite'}") as store:
        store.add_prompt_set(prompt_set)
        store.add_checkpoint("tuned", "h", {})
        store.start_run(RunRecord("r", "generate"))
        store.add_responses("r", "tuned", "world", [ResponseRecord("1", "en", 0, "kept")])
        # SQLite answers "disk is full" alike for the disk and for its own limit of pages.
        with store.database.reading() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1")
        long = [ResponseRecord("1", "en", i, "x" * 5000) for i in range(1, 50)]
        with pytest.raises(StoreError, match="disk is full.*Free some space"):
            store.add_responses("r", "tuned", "world", long)
        assert store.results()["text"].tolist() == ["kept"]
        with store.database.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "notes.sqlite"
    path.write_text("not a database, but long enough to be taken for one" * 20)
    with pytest.raises(StoreError, match="not a database.*Move the file away"):
        Store(f"sqlite:///{path}")
    assert path.read_text().startswith("not a database")


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="may write to"):
        Store(f"sqlite:///{tmp_path / 'file' / 'inside' / 'store.sqlite'}")


def test_tables_of_a_later_version_are_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 's.sqlite'}"
    database = Database(url)
    with database.writing() as connection:
        connection.execute(sa.update(properties).values(value="99"))
    database.close()
    with pytest.raises(StoreError, match="version 99, this program knows 3"):
        Store(url)


@pytest.mark.parametrize("url", ["nonsense", "oracle9://x", "sqlite+nodriver:///x"])
def test_urls_that_are_none(url: str) -> None:
    with pytest.raises(StoreError, match="sqlite:///folder/file.sqlite"):
        Store(url)


def test_a_password_is_not_shown() -> None:
    with pytest.raises(StoreError) as caught:
        Store("postgresql+psycopg://me:secret@127.0.0.1:1/none")
    assert "secret" not in str(caught.value) and "127.0.0.1:1" in str(caught.value)


def test_a_store_deleted_while_open_is_an_error_not_a_traceback(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    with Store(f"sqlite:///{path}") as store:
        with sqlite3.connect(path) as other:
            other.execute("DROP TABLE ratings")
            other.execute("DROP TABLE language_scores")
        other.close()
        with pytest.raises(StoreError, match="no such table"):
            store.results()

"""The store: what is written to the database and read from it.

Every write is one transaction and idempotent: writing the same thing again changes
nothing, so that a killed run can simply be started again.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa

from workbench.errors import InputError, NotFoundError
from workbench.prompts import Prompt, PromptSet, content_hash
from workbench.store import pending, tables
from workbench.store import ratings as judged
from workbench.store.connection import Database
from workbench.store.records import (
    Comparison,
    JudgedResponse,
    JudgeRecord,
    LanguageScore,
    PendingResponse,
    Rating,
    ResponseRecord,
    RunRecord,
    RunStatus,
)
from workbench.store.results import results, verdicts
from workbench.store.runs import finish_run, run_frame, start_run
from workbench.store.values import as_json, id_of, ids_of_new, storable


class Store:
    """All that a workspace keeps in its database.

    ``url`` is an SQLAlchemy URL, of SQLite or PostgreSQL; missing tables are made.
    Every method raises StoreError where the database or the disk refuses, and every one that
    writes where the store is ``read_only``.
    """

    def __init__(self, url: str, read_only: bool = False) -> None:
        self.database = Database(url, read_only)
        # Prompts are never changed or deleted, so their ids can be kept.
        self._prompt_ids: dict[str, dict[tuple[str, str], int]] = {}

    def close(self) -> None:
        """Close all connections."""
        self.database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # Prompts

    def add_prompt_set(self, prompt_set: PromptSet) -> None:
        """Keep the prompts of a set, beside those of it that are there already.

        Raises InputError when a prompt is there with another content: answers to it
        would be scored against the wrong prompt.
        """
        new = {(p.parallel_id, p.language): p for p in prompt_set.prompts}
        with self.database.writing() as connection:
            self.database.insert_new(connection, tables.prompt_sets, [{"name": prompt_set.name}])
            id = id_of(connection, tables.prompt_sets, "Prompt set", prompt_set.name)
            table = tables.prompts
            known = connection.execute(
                sa.select(table.c.parallel_id, table.c.language, table.c.hash).where(
                    table.c.prompt_set_id == id
                )
            )
            for parallel_id, language, hash in known:
                prompt = new.pop((parallel_id, language), None)
                if prompt is not None and prompt.hash != hash:
                    raise InputError(
                        f"Prompt '{parallel_id}' in '{language}' of set '{prompt_set.name}'",
                        "the store holds another prompt under this name",
                        "Give the changed prompt set another name, or use another workspace",
                    )
            rows = [_prompt_row(id, prompt) for prompt in new.values()]
            self.database.insert_new(connection, table, rows)

    def prompt_set(self, name: str) -> PromptSet:
        """The prompts of a set in the order they came."""
        table = tables.prompts
        with self.database.reading() as connection:
            id = id_of(connection, tables.prompt_sets, "Prompt set", name)
            found = connection.scalars(
                sa.select(table.c.content).where(table.c.prompt_set_id == id).order_by(table.c.id)
            )
            prompts = tuple(Prompt.model_validate(content) for content in found)
        return PromptSet(name=name, prompts=prompts)

    def prompt_sets(self) -> pd.DataFrame:
        """One row a set: ``name``, ``prompts`` (their number), ``languages``."""
        sets, prompts = tables.prompt_sets, tables.prompts
        counts = self._frame(
            sa.select(sets.c.name, prompts.c.language, sa.func.count(), sa.func.min(prompts.c.id))
            .join_from(sets, prompts)
            .group_by(sets.c.name, prompts.c.language)
            .order_by(sets.c.name, sa.func.min(prompts.c.id)),
            ["name", "languages", "prompts", "first"],
        )
        grouped = counts.groupby("name", as_index=False)
        return grouped.agg({"prompts": "sum", "languages": " ".join})

    # Checkpoints and runs

    def add_checkpoint(self, name: str, hash: str, details: Mapping[str, Any]) -> None:
        """Keep a checkpoint's name and description (as JSON), for results to be grouped by.

        Raises InputError when the name is there with another hash: the answers of two
        models would mix.
        """
        with self.database.writing() as connection:
            row = {"name": name, "hash": hash, "details": as_json(details)}
            self.database.insert_new(connection, tables.checkpoints, [row])
            found = connection.scalar(
                sa.select(tables.checkpoints.c.hash).where(tables.checkpoints.c.name == name)
            )
        if found != hash:
            raise InputError(
                f"Checkpoint '{name}'",
                "the store holds answers of another checkpoint under this name",
                "Give the checkpoint another name, or use another workspace",
            )

    def checkpoints(self) -> pd.DataFrame:
        """One row a checkpoint: ``name``, ``hash``, ``details``."""
        table = tables.checkpoints
        return self._frame(
            sa.select(table.c.name, table.c.hash, table.c.details).order_by(table.c.name),
            ["name", "hash", "details"],
        )

    def start_run(self, run: RunRecord) -> None:
        """Begin a run, or go on with the one of this name; this process executes it.

        Raises InputError when the run is there with another config.
        """
        start_run(self.database, run)

    def finish_run(self, name: str, status: RunStatus = "finished") -> None:
        """Say how a run ended."""
        finish_run(self.database, name, status)

    def runs(self) -> pd.DataFrame:
        """One row a run, the latest first; see ``workbench.store.runs.COLUMNS``."""
        return run_frame(self.database)

    # Responses

    def add_responses(
        self, run: str, checkpoint: str, prompt_set: str, responses: Sequence[ResponseRecord]
    ) -> int:
        """Keep answers in one transaction; returns how many were not there yet."""
        prompt_ids = self._ids_of_prompts(prompt_set, responses)
        # Most answers of a call share their settings, which are hashed once.
        settings = [json.dumps(r.decoding, sort_keys=True, default=str) for r in responses]
        decodings = {text: as_json(r.decoding) for text, r in zip(settings, responses, strict=True)}
        hashes = {text: content_hash(decoding) for text, decoding in decodings.items()}
        with self.database.writing() as connection:
            run_id = id_of(connection, tables.runs, "Run", run)
            checkpoint_id = id_of(connection, tables.checkpoints, "Checkpoint", checkpoint)
            rows = [{"hash": hashes[text], "settings": d} for text, d in decodings.items()]
            decoding_ids = ids_of_new(self.database, connection, tables.decodings, "hash", rows)
            return self.database.insert_new(
                connection,
                tables.responses,
                [
                    {
                        "run_id": run_id,
                        "checkpoint_id": checkpoint_id,
                        "prompt_id": prompt_ids[(r.parallel_id, r.language)],
                        "sample": r.sample,
                        "text": storable(r.text),
                        "finish_reason": r.finish_reason,
                        "prompt_tokens": r.prompt_tokens,
                        "new_tokens": r.new_tokens,
                        "seconds": r.seconds,
                        "decoding_id": decoding_ids[hashes[text]],
                        "missing_reason": r.missing_reason,
                    }
                    for r, text in zip(responses, settings, strict=True)
                ],
            )

    def answered(self, run: str, checkpoint: str, prompt_set: str) -> set[tuple[str, str, int]]:
        """What is answered already: parallel id, language, sample."""
        return pending.answered(self.database, run, checkpoint, prompt_set)

    # Scores

    def unscored(
        self, run: str, detector: str, batch_size: int = 512
    ) -> Iterator[list[PendingResponse]]:
        """Responses of a run without a score by the detector, in batches."""
        self._check_run(run)
        return pending.pages(self.database, pending.without_language(run, detector), batch_size)

    def unrated(
        self,
        run: str,
        judge: str,
        criterion: str = "accuracy",
        batch_size: int = 512,
        needs: pending.Needs = "reference",
    ) -> Iterator[list[PendingResponse]]:
        """Responses that the judge has not rated, to prompts with what it needs, in batches."""
        self._check_run(run)
        statement = pending.without_rating(run, judge, criterion, needs)
        return pending.pages(self.database, statement, batch_size)

    def count_unscored(self, run: str, detector: str) -> int:
        """Number of responses that ``unscored`` gives."""
        return pending.count(self.database, pending.without_language(run, detector))

    def count_unrated(
        self,
        run: str,
        judge: str,
        criterion: str = "accuracy",
        needs: pending.Needs = "reference",
    ) -> int:
        """Number of responses that ``unrated`` gives."""
        return pending.count(self.database, pending.without_rating(run, judge, criterion, needs))

    def add_language_scores(self, scores: Sequence[LanguageScore]) -> None:
        """Keep scores; one that is there is replaced only if it was missing."""
        rows = [{"name": name} for name in {s.detector for s in scores}]
        with self.database.writing() as connection:
            ids = ids_of_new(self.database, connection, tables.detectors, "name", rows)
            values = [_score_row(s, detector_id=ids[s.detector]) for s in scores]
            self.database.insert_or_fill(
                connection, tables.language_scores, values, missing="right"
            )

    def add_judge(self, judge: JudgeRecord) -> None:
        """Keep who rates; raises InputError where the name stands for another judge."""
        judged.add_judge(self.database, judge)

    def judges(self) -> pd.DataFrame:
        """One row a judge: ``name``, ``kind``, ``details``, and how much it rated."""
        return judged.judge_frame(self.database)

    def add_ratings(self, ratings: Sequence[Rating], replace: bool = False) -> None:
        """Keep ratings; one that is there is replaced if it was missing, or with ``replace``."""
        judged.add_ratings(self.database, ratings, replace)

    def remove_ratings(
        self, judge: str, response_ids: Iterable[int], criterion: str | None = None
    ) -> int:
        """Take ratings back, of all criteria where None is named; how many there were."""
        return judged.remove_ratings(self.database, judge, response_ids, criterion)

    def ratings(
        self,
        runs: Sequence[str] | None = None,
        judges: Sequence[str] | None = None,
        criteria: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """One row a rating; see ``workbench.store.ratings.RATING_COLUMNS``."""
        for run in runs or ():
            self._check_run(run)
        return judged.rating_frame(self.database, runs, judges, criteria)

    def add_comparisons(self, comparisons: Sequence[Comparison]) -> None:
        """Keep comparisons; one that is there is replaced only if it was missing."""
        judged.add_comparisons(self.database, comparisons)

    def comparisons(
        self, runs: Sequence[str] | None = None, judges: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """One row a comparison; see ``workbench.store.ratings.COMPARISON_COLUMNS``."""
        for run in runs or ():
            self._check_run(run)
        return judged.comparison_frame(self.database, runs, judges)

    def responses_to_judge(
        self, run: str, checkpoints: Collection[str] | None = None
    ) -> list[JudgedResponse]:
        """Responses of a run, or of some checkpoints in it, with what they answer, by id."""
        self._check_run(run)
        return judged.responses_to_judge(self.database, run, checkpoints)

    def results(
        self,
        runs: Sequence[str] | None = None,
        detector: str | None = None,
        judge: str = "reference",
    ) -> pd.DataFrame:
        """One row a response with its scores; see ``workbench.store.results.COLUMNS``.

        ``detector`` may be a full name or its first part, such as ``langid``. Where
        several fit, or none is named, the one that scored most of a run is taken for it.
        """
        if runs is not None:
            for run in runs:
                self._check_run(run)
        return results(self.database, runs, detector, judge)

    def verdicts(self, runs: Sequence[str] | None = None) -> pd.DataFrame:
        """One row a response and detector, to see where detectors disagree.

        Columns: ``response_id``, ``run``, ``detector``, ``detected`` (None where
        undetermined), ``confidence``, ``right_language``.
        """
        for run in runs or ():
            self._check_run(run)
        return verdicts(self.database, runs)

    # Helpers

    def _check_run(self, name: str) -> None:
        with self.database.reading() as connection:
            id_of(connection, tables.runs, "Run", name)

    def _frame(self, statement: sa.Select[Any], columns: list[str]) -> pd.DataFrame:
        with self.database.reading() as connection:
            rows = [tuple(row) for row in connection.execute(statement)]
        return pd.DataFrame(rows, columns=columns)

    def _ids_of_prompts(
        self, prompt_set: str, responses: Sequence[ResponseRecord]
    ) -> dict[tuple[str, str], int]:
        known = self._prompt_ids.get(prompt_set, {})
        if all((r.parallel_id, r.language) in known for r in responses):
            return known
        table = tables.prompts
        with self.database.reading() as connection:
            id = id_of(connection, tables.prompt_sets, "Prompt set", prompt_set)
            found = connection.execute(
                sa.select(table.c.parallel_id, table.c.language, table.c.id).where(
                    table.c.prompt_set_id == id
                )
            )
            known = {(parallel_id, language): id for parallel_id, language, id in found}
        for r in responses:
            if (r.parallel_id, r.language) not in known:
                raise NotFoundError(
                    f"Prompt '{r.parallel_id}' in '{r.language}'",
                    f"prompt set '{prompt_set}' has no such prompt in the store",
                    "Add the prompt set to the store before the answers",
                )
        self._prompt_ids[prompt_set] = known
        return known


def _prompt_row(prompt_set_id: int, prompt: Prompt) -> dict[str, Any]:
    return {
        "prompt_set_id": prompt_set_id,
        "parallel_id": prompt.parallel_id,
        "language": prompt.language,
        "hash": prompt.hash,
        "content": prompt.model_dump(mode="json"),
        "has_reference": prompt.reference is not None,
    }


def _score_row(score: LanguageScore, **ids: int) -> dict[str, Any]:
    row = vars(score) | ids
    return {key: value for key, value in row.items() if key != "detector"}

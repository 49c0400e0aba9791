"""What is done and what is still to do in a run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import sqlalchemy as sa

from workbench.prompts import Reference
from workbench.store.connection import Database
from workbench.store.records import PendingResponse
from workbench.store.tables import (
    checkpoints,
    detectors,
    judges,
    language_scores,
    prompt_sets,
    prompts,
    ratings,
    responses,
    runs,
)

Statement = sa.Select[Any]
Needs = Literal["reference", "constraint", "nothing"]
"""What a prompt must have for a judge to rate an answer to it."""
_CONSTRAINT = prompts.c.content["constraint"].as_string()
_PROMPT_LANGUAGE = prompts.c.content["tags", "asked_in"].as_string()


def answered(
    database: Database, run: str, checkpoint: str, prompt_set: str
) -> set[tuple[str, str, int]]:
    """Answers that a run holds: parallel id, language, sample."""
    statement = (
        sa.select(prompts.c.parallel_id, prompts.c.language, responses.c.sample)
        .join_from(responses, prompts)
        .join(prompt_sets)
        .join(runs, runs.c.id == responses.c.run_id)
        .join(checkpoints, checkpoints.c.id == responses.c.checkpoint_id)
        .where(
            runs.c.name == run,
            checkpoints.c.name == checkpoint,
            prompt_sets.c.name == prompt_set,
        )
    )
    with database.reading() as connection:
        return {(row[0], row[1], row[2]) for row in connection.execute(statement)}


def without_language(run: str, detector: str) -> Statement:
    """Responses of a run without a score by a detector."""
    scored = (
        sa.select(language_scores.c.response_id)
        .join_from(language_scores, detectors)
        .where(language_scores.c.response_id == responses.c.id, detectors.c.name == detector)
    )
    return _of_run(run).where(~scored.exists())


def without_rating(run: str, judge: str, criterion: str, needs: Needs = "reference") -> Statement:
    """Responses of a run, to prompts with what the judge needs, that it has not rated."""
    rated = (
        sa.select(ratings.c.response_id)
        .join_from(ratings, judges)
        .where(
            ratings.c.response_id == responses.c.id,
            ratings.c.criterion == criterion,
            judges.c.name == judge,
        )
    )
    unrated = _of_run(run).where(~rated.exists())
    if needs == "reference":
        return unrated.where(prompts.c.has_reference)
    if needs == "constraint":
        return unrated.where(_CONSTRAINT.is_not(None))
    return unrated


def count(database: Database, statement: Statement) -> int:
    """Number of responses that a statement selects."""
    with database.reading() as connection:
        counted = sa.select(sa.func.count()).select_from(statement.subquery())
        return int(connection.scalar(counted) or 0)


def pages(
    database: Database, statement: Statement, batch_size: int
) -> Iterator[list[PendingResponse]]:
    """The responses of a statement in order of their ids.

    Each page is read for itself, so scores may be written between two of them.
    """
    references: dict[int, Reference | None] = {}
    last = -1
    while True:
        page = statement.where(responses.c.id > last).order_by(responses.c.id).limit(batch_size)
        with database.reading() as connection:
            rows = connection.execute(page).all()
            new = {row.prompt_id for row in rows if row.has_reference} - references.keys()
            contents = connection.execute(
                sa.select(prompts.c.id, prompts.c.content).where(prompts.c.id.in_(new))
            )
            references |= {id: _reference(content) for id, content in contents}
        if not rows:
            return
        last = rows[-1].id
        yield [
            PendingResponse(
                response_id=row.id,
                text=row.text,
                language=row.language,
                reference=references.get(row.prompt_id),
                missing_reason=row.missing_reason,
                constraint=row.constraint,
                prompt_language=row.prompt_language,
            )
            for row in rows
        ]


def _of_run(run: str) -> Statement:
    return (
        sa.select(
            responses.c.id,
            responses.c.text,
            responses.c.missing_reason,
            responses.c.prompt_id,
            prompts.c.language,
            prompts.c.has_reference,
            _CONSTRAINT.label("constraint"),
            _PROMPT_LANGUAGE.label("prompt_language"),
        )
        .join_from(responses, prompts)
        .join(runs, runs.c.id == responses.c.run_id)
        .where(runs.c.name == run)
    )


def _reference(content: dict[str, Any]) -> Reference | None:
    found = content.get("reference")
    return Reference.model_validate(found) if found else None

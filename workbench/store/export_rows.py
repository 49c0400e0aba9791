"""What belongs to the responses of a run beside their results: for those who write them out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa

from workbench.store.connection import Database
from workbench.store.tables import checkpoints, decodings, prompts, responses, runs
from workbench.store.values import id_of


@dataclass(frozen=True)
class Belongings:
    """Prompts, checkpoints and decodings of responses, each kept once."""

    of_response: pd.DataFrame
    """Their ids ``prompt``, ``checkpoint`` and ``decoding``, by the id of the response."""
    prompts: Mapping[int, Mapping[str, Any]]
    """Fields of ``workbench.prompts.Prompt``."""
    checkpoints: Mapping[int, str]
    """Hashes."""
    decodings: Mapping[int, Mapping[str, Any]]


def belongings(database: Database, run: str) -> Belongings:
    """What belongs to the responses of a run; NotFoundError where there is none of that name."""
    columns = (responses.c.prompt_id, responses.c.checkpoint_id, responses.c.decoding_id)
    with database.reading() as connection:
        own = responses.c.run_id == id_of(connection, runs, "Run", run)
        rows = connection.execute(sa.select(responses.c.id, *columns).where(own)).all()
        kept = [
            dict(connection.execute(sa.select(table.c.id, value).where(table.c.id.in_(used))).all())
            for table, value, used in (
                (prompts, prompts.c.content, sa.select(responses.c.prompt_id).where(own)),
                (checkpoints, checkpoints.c.hash, sa.select(responses.c.checkpoint_id).where(own)),
                (decodings, decodings.c.settings, sa.select(responses.c.decoding_id).where(own)),
            )
        ]
    names = ["id", "prompt", "checkpoint", "decoding"]
    frame = pd.DataFrame([tuple(row) for row in rows], columns=names).set_index("id")
    return Belongings(frame, *kept)

"""The database: prompts, checkpoints, runs, responses and their scores."""

from workbench.store.records import (
    LanguageScore,
    PendingResponse,
    Rating,
    ResponseRecord,
    RunRecord,
)
from workbench.store.store import Store

__all__ = [
    "LanguageScore",
    "PendingResponse",
    "Rating",
    "ResponseRecord",
    "RunRecord",
    "Store",
]

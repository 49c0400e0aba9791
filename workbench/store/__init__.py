"""The database: prompts, checkpoints, runs, responses and their scores."""

from workbench.store.records import (
    Comparison,
    JudgedResponse,
    JudgeRecord,
    LanguageScore,
    PendingResponse,
    Rating,
    ResponseRecord,
    RunRecord,
)
from workbench.store.store import Store

__all__ = [
    "Comparison",
    "JudgeRecord",
    "JudgedResponse",
    "LanguageScore",
    "PendingResponse",
    "Rating",
    "ResponseRecord",
    "RunRecord",
    "Store",
]

"""A store with a run to be judged, and a server that judges."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import make_base
from tests.judging.judge_server import JudgeServer
from workbench.checkpoints import LoadedCheckpoint, load, read_info
from workbench.judging.cache import ReplyCache
from workbench.judging.calls import Caller
from workbench.judging.prices import Price
from workbench.judging.settings import JudgeSettings
from workbench.prompts import Message, Prompt, PromptSet
from workbench.store import ResponseRecord, RunRecord, Store


@pytest.fixture(scope="session")
def roomy(tmp_path_factory: pytest.TempPathFactory) -> LoadedCheckpoint:
    """A random model with room for a judge's prompt, as its small vocabulary spells it."""
    return load(read_info(make_base(tmp_path_factory.mktemp("judge") / "rater", context=8192)))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(f"sqlite:///{tmp_path / 'store.sqlite'}") as opened:
        yield opened


def question(number: int, language: str = "en") -> Prompt:
    message = Message(role="user", content=f"Question {number}?")
    return Prompt(parallel_id=str(number), language=language, messages=(message,))


FillRun = Callable[..., Store]


@pytest.fixture
def fill_run(store: Store) -> FillRun:
    """Make the run ``r`` in which ``checkpoint`` gave these answers to questions 0, 1, ..."""

    def fill(answers: Sequence[str | None], checkpoint: str = "tuned", run: str = "r") -> Store:
        prompts = PromptSet(name="p", prompts=tuple(map(question, range(len(answers)))))
        store.add_prompt_set(prompts)
        store.add_checkpoint(checkpoint, checkpoint, {})
        store.start_run(RunRecord(run, "generate"))
        records = [
            ResponseRecord(str(n), "en", 0, "", "missing", missing_reason="the prompt is too long")
            if answer is None
            else ResponseRecord(str(n), "en", 0, answer, "stop")
            for n, answer in enumerate(answers)
        ]
        store.add_responses(run, checkpoint, "p", records)
        return store

    return fill


CallerMaker = Callable[..., Caller]


@pytest.fixture
def make_caller(server: JudgeServer, tmp_path: Path) -> CallerMaker:
    """A caller of the server with these settings, all with one cache."""

    def make(price: Price | None = None, **settings: Any) -> Caller:
        given = {"attempts": 2, "back_off": 0.001, "timeout": 5.0, "concurrency": 4, **settings}
        made = JudgeSettings(base_url=server.url, model="m", **given)
        return Caller(made, ReplyCache(tmp_path / "cache"), price)

    return make

"""The LLM judge against a real server: ``transformers serve`` with a tiny model.

It answers 200 to a JSON schema that it ignores. The model has learnt one reply by heart, in a
fence and with words behind it.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import make_base
from tests.judging.conftest import FillRun
from tests.judging.judge_server import KEYS, rating
from workbench.judging.cache import ReplyCache
from workbench.judging.calls import Caller
from workbench.judging.llm_judge import LlmJudge
from workbench.judging.prices import Price
from workbench.judging.rubric import Rubric, load_rubric
from workbench.judging.run import judge_run
from workbench.judging.settings import JudgeSettings

LEARNT = f"```json\n{rating(1, 'fair', fluency=2)}\n```\nI hope this helps."


class Served(NamedTuple):
    url: str
    model: str
    log: Path
    rubric: Rubric


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    """The rubric in few words, so that a tiny model reads it quickly."""
    whole = load_rubric()
    few = {"question": "How is it?", "guideline": "", "examples": ()}
    few["levels"] = {0: "bad", 1: "fair", 2: "good"}
    judge = {name: "Rate." for name in ("role", "data", "output", "closing")}
    return whole.model_copy(
        update={
            "introduction": "",
            "criteria": tuple(c.model_copy(update=few) for c in whole.criteria),
            "rules": tuple(r.model_copy(update={"text": "-"}) for r in whole.rules),
            "flags": dict.fromkeys(whole.flags, "-"),
            "judge": whole.judge.model_copy(update=judge),
        }
    )


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model that has learnt to reply ``LEARNT`` to whatever it is asked.

    The reply is a few tokens of its own, each of which tells the next: that needs no attention
    to the prompt, and so no training on prompts.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = make_base(tmp_path_factory.mktemp("served") / "judge", context=4096)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    network = AutoModelForCausalLM.from_pretrained(folder)
    pieces = [LEARNT[start : start + 30] for start in range(0, len(LEARNT), 30)]
    assert len(set(pieces)) == len(pieces)
    tokenizer.add_tokens(pieces)
    network.resize_token_embeddings(len(tokenizer))
    opening = tokenizer.apply_chat_template(
        [{"role": "user", "content": ""}],
        add_generation_prompt=True,
        tokenize=True,
        return_dict=False,
    )
    reply = [*tokenizer.convert_tokens_to_ids(pieces), tokenizer.eos_token_id]
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-2)
    generator = torch.Generator().manual_seed(0)
    for _ in range(60):
        before = torch.randint(len(tokenizer), (8, 30), generator=generator)
        after = torch.tensor([opening[-2:] + reply]).expand(8, -1)
        ids = torch.cat([before, after], 1)
        labels = ids.clone()
        labels[:, : -len(reply)] = -100
        loss = network(input_ids=ids, labels=labels).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    assert loss < 0.05, "the reply is not learnt by heart"
    network.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory, model: Path, rubric: Rubric
) -> Iterator[Served]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("log") / "serve.log"
    command = Path(sys.executable).with_name("transformers")
    arguments = [str(command), "serve", str(model), "--host", "127.0.0.1", "--device", "cpu"]
    with log.open("w") as output:
        process = subprocess.Popen(
            [*arguments, "--port", str(port)],
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
        )
        try:
            _wait_until_up(f"http://127.0.0.1:{port}/health", process, log)
            yield Served(f"http://127.0.0.1:{port}/v1", str(model), log, rubric)
        finally:
            process.terminate()
            process.wait(20)


def _wait_until_up(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(log.read_text())


def test_a_server_that_ignores_the_schema_is_noticed_and_read_all_the_same(
    served: Served, fill_run: FillRun, tmp_path: Path
) -> None:
    store = fill_run(["It is red.", "The owl.", ""])
    settings = JudgeSettings(
        base_url=served.url, model=served.model, max_tokens=400, concurrency=1, timeout=60
    )
    caller = Caller(settings, ReplyCache(tmp_path / "cache"), Price(input=1, output=1))
    counts = judge_run(store, "r", LlmJudge(settings, served.rubric, caller))
    assert (counts.responses, counts.rated) == (3, 3), counts.reasons
    frame = store.ratings(["r"])
    for parallel_id in ("0", "1"):
        own = frame[frame["parallel_id"] == parallel_id].set_index("criterion")
        assert own["value"].to_dict() == dict.fromkeys(KEYS, 1) | {"fluency": 2}
        assert set(own["reason"]) == {"fair"}
    assert "Ignoring unsupported fields in the request: {'response_format'}" in (
        served.log.read_text()
    )
    assert (caller.counts.schema_sent, caller.counts.schema_ignored) == (2, 2)
    # The server counts tokens, and they are what is paid for.
    assert caller.budget.usage.prompt_tokens > 100 and caller.budget.spent > 0


def test_a_reply_that_this_server_cuts_off_is_missing(
    served: Served, fill_run: FillRun, tmp_path: Path
) -> None:
    store = fill_run(["It is red."])
    settings = JudgeSettings(base_url=served.url, model=served.model, max_tokens=4, timeout=60)
    caller = Caller(settings, ReplyCache(tmp_path / "cache"), None)
    counts = judge_run(store, "r", LlmJudge(settings, served.rubric, caller))
    assert dict(counts.reasons) == {"the reply was cut off after 4 tokens": 1}
    assert list((tmp_path / "cache").rglob("*.json")) == []

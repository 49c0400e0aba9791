"""Checkpoints in the chat, with real ones: strength, decoding, context, and a remote one beside."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import torch

from tests.generation.sse_server import ChatServer, chat_server
from workbench.app.chat.answering import answer_together
from workbench.app.chat.conversation import Reply
from workbench.app.chat.engine import AnyEngine, LocalEngine, RemoteEngine
from workbench.app.chat.models import Models
from workbench.app.chat.options import Options, Request
from workbench.checkpoints import SHIPPED, Catalogue, load, load_model
from workbench.errors import ModelError, NotFoundError
from workbench.generation.remote import KEY_VARIABLE, RemoteModel
from workbench.prompts import Message
from workbench.weights import load_interpolated

FOX = (Message(role="user", content="Peux-tu me dire de quelle couleur est le renard ?"),)
TOKENS = torch.tensor([[7, 8, 9, 3, 40]])


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue([SHIPPED])


@pytest.fixture(scope="module")
def models(catalogue: Catalogue) -> Models:
    return Models(catalogue)


@pytest.fixture(scope="module")
def engine(models: Models) -> LocalEngine:
    return LocalEngine(models)


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of what is read from the disk, as it is read."""
    import workbench.checkpoints
    import workbench.weights

    read: list[str] = []

    def noted(info: Any, *rest: Any) -> Any:
        read.append(info.name)
        return load_model(info, *rest)

    for module in (workbench.checkpoints, workbench.weights):
        monkeypatch.setattr(module, "load_model", noted)
    return read


def logits(model: Any) -> torch.Tensor:
    with torch.inference_mode():
        return model(TOKENS).logits


def ask(engine: LocalEngine, name: str, **options: Any) -> Reply:
    request = Request(name, FOX, Options(**options))
    *_, last = engine.stream(request, threading.Event())
    return last


def test_weights_between_base_and_tuned_are_what_study_variants_have(
    models: Models, catalogue: Catalogue
) -> None:
    half = models.at("tiny-full-good", 0.5)
    info = catalogue.find("tiny-full-good")
    assert torch.equal(logits(half.model), logits(load_interpolated(info, 0.5, catalogue).model))
    # The checkpoint itself is as it was.
    plain = logits(load(info, catalogue).model)
    assert torch.equal(logits(models.at("tiny-full-good").model), plain)
    base = logits(models.at("tiny-base").model)
    assert torch.equal(logits(models.at("tiny-full-good", 0).model), base)
    assert not torch.equal(base, plain)


def test_moving_the_strength_reads_nothing_again(catalogue: Catalogue, loads: list[str]) -> None:
    models = Models(catalogue)
    for strength in (1, 0.5, 0.75, 0.5, 1):
        models.at("tiny-full-good", strength)
    assert loads == ["tiny-full-good", "tiny-base"]
    del loads[:]
    for strength in (1, 0.5, 1.5, 1):
        assert models.at("tiny-lora-good", strength).lora_strength == strength
    # A LoRA is read with a base of its own, which it is put on.
    assert loads == ["tiny-lora-good", "tiny-base"]
    assert models.at("tiny-lora-good", 0.5).model is models.at("tiny-lora-good").model
    assert models.at("tiny-full-good", 0.5).model is models.at("tiny-full-good", 0.5).model


def test_a_base_that_answers_itself_is_not_read_twice(
    catalogue: Catalogue, loads: list[str]
) -> None:
    models = Models(catalogue)
    models.at("tiny-base")
    models.at("tiny-full-good", 0.5)
    assert loads == ["tiny-base", "tiny-full-good"]


def test_the_last_few_stay_in_memory(catalogue: Catalogue, loads: list[str]) -> None:
    models = Models(catalogue, kept=2)
    for name in ("tiny-base", "tiny-full-good", "tiny-full-hot", "tiny-full-good", "tiny-base"):
        models.at(name)
    assert loads == ["tiny-base", "tiny-full-good", "tiny-full-hot", "tiny-base"]


def test_an_answer_in_progress_keeps_its_weights_when_the_strength_moves(models: Models) -> None:
    half = models.at("tiny-full-good", 0.5)
    before = logits(half.model)
    models.at("tiny-full-good", 0.25)
    assert torch.equal(logits(half.model), before)


def test_strength_changes_the_answer_and_is_said(engine: LocalEngine) -> None:
    tuned, weak = ask(engine, "tiny-full-hot"), ask(engine, "tiny-full-hot", strength=0)
    # Overheated, it answers in English; its base knows French.
    assert tuned.text != weak.text
    assert weak.text == ask(engine, "tiny-base").text
    assert (tuned.note, weak.note) == ("", "")
    base = ask(engine, "tiny-base", strength=0.5)
    assert base.text == weak.text
    assert base.note == "as it is: it has no base"
    assert engine.base_of("tiny-full-hot") == "tiny-base"
    assert engine.base_of("tiny-base") is None
    assert engine.base_of("absent") is None


def test_decoding_is_the_checkpoint_s_unless_it_is_changed(engine: LocalEngine) -> None:
    plain = ask(engine, "tiny-full-good")
    assert plain.decoding["max_new_tokens"] == 96
    assert plain.state == "ended"
    short = ask(engine, "tiny-full-good", decoding={"max_new_tokens": 3})
    assert (short.state, short.new_tokens) == ("cut", 3)
    assert plain.text.startswith(short.text)
    warm = [
        ask(engine, "tiny-base", decoding={"temperature": 1.5}, sample=sample).text
        for sample in (0, 0, 1)
    ]
    assert warm[0] == warm[1] != warm[2]


def test_a_system_prompt_is_read(engine: LocalEngine) -> None:
    plain = ask(engine, "tiny-base")
    assert ask(engine, "tiny-base", system="Antworte auf Deutsch.").text != plain.text


def test_a_conversation_beyond_the_context_says_what_to_do(engine: LocalEngine) -> None:
    long = (Message(role="user", content="le renard est petit " * 400),)
    with pytest.raises(ModelError, match="context 1024") as refusal:
        list(engine.stream(Request("tiny-full-good", long), threading.Event()))
    assert refusal.value.remedy == "Shorten it or start a new one"
    with pytest.raises(NotFoundError, match="Did you mean 'tiny-full-good'"):
        list(engine.stream(Request("tiny-full-god", FOX), threading.Event()))


def test_an_answer_that_fills_the_context_says_so(engine: LocalEngine) -> None:
    asked = (Message(role="user", content="petit " * 900),)
    options = Options(decoding={"max_new_tokens": 500})
    *_, last = engine.stream(Request("tiny-base", asked, options), threading.Event())
    assert last.state == "full"
    # Of 1,024 tokens the 900 words, a token each, leave 124 less those of the template.
    assert last.new_tokens is not None
    assert 100 < last.new_tokens < 124


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    with chat_server() as running:
        yield running


def test_a_remote_model_answers_beside_a_local_one(engine: LocalEngine, server: ChatServer) -> None:
    both = AnyEngine(engine, RemoteEngine(patience=5))
    name = RemoteModel.at(server.url, "qwen").name
    options = Options(strength=0.5, decoding={"temperature": 0.5}, system="Sois bref.")
    requests = [Request(checkpoint, FOX, options) for checkpoint in ("tiny-full-good", name)]
    *_, (local, remote) = answer_together(both, requests)
    assert (local.state, remote.state) == ("ended", "ended")
    assert remote.text == "Le renard est roux."
    assert remote.new_tokens == 5
    assert remote.note == "as the server has it"
    assert remote.decoding == {"temperature": 0.5}
    assert [m["role"] for m in server.bodies[0]["messages"]] == ["system", "user"]


def test_a_remote_failure_leaves_the_local_answer(engine: LocalEngine, server: ChatServer) -> None:
    server.break_after = 2
    both = AnyEngine(engine, RemoteEngine(patience=5))
    name = RemoteModel.at(server.url, "qwen").name
    *_, (local, remote) = answer_together(
        both, [Request("tiny-full-good", FOX), Request(name, FOX)]
    )
    assert local.state == "ended"
    assert remote.state == "failed"
    assert remote.text == "Le renard "
    assert remote.error is not None
    assert "connection failed" in remote.error.reason


def test_stopping_reaches_a_server_that_says_nothing(server: ChatServer) -> None:
    server.hang_after = 1
    stop = threading.Event()
    name = RemoteModel.at(server.url, "qwen").name
    replies = answer_together(RemoteEngine(patience=60), [Request(name, FOX)], stop=stop)
    seen = next(step for step in replies if step[0].text)
    assert seen[0].state == "running"
    stop.set()
    *_, (last,) = replies
    assert (last.state, last.text) == ("stopped", "Le")
    assert server.left.wait(5)

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import torch

from workbench.checkpoints import LoadedCheckpoint, load, read_info
from workbench.errors import ModelError
from workbench.generation.decoder import Request, decode, end_tokens
from workbench.generation.decoding import Decoding
from workbench.generation.local import Answer, generate, prompt_tokens
from workbench.generation.streaming import stream
from workbench.prompts import Message

QUESTIONS = [
    "What colour is the fox?",
    "Where?",
    "De quelle couleur est le renard, et où vit le hibou dans la forêt ?",
    "Где живёт сова?",
    "Name two animals. " * 3,
    "?",
    "Is the snake slow?",
]
GREEDY = Decoding(max_new_tokens=20, repetition_penalty=1.2)
SAMPLED = Decoding(max_new_tokens=20, temperature=1.0, top_p=0.9, repetition_penalty=1.1, seed=4)


def ask(text: str) -> list[Message]:
    return [Message(role="user", content=text)]


@pytest.fixture(scope="module")
def loaded(random_tiny_base: Path) -> LoadedCheckpoint:
    """A model that ends some answers early: its end token is as likely as any other."""
    checkpoint = load(read_info(random_tiny_base))
    # Further end tokens, so that rows leave the batch at different steps.
    checkpoint.model.generation_config.eos_token_id = [
        checkpoint.tokenizer.eos_token_id,
        *range(20, 400, 17),
    ]
    return checkpoint


def alone(loaded: LoadedCheckpoint, question: str, decoding: Decoding) -> tuple[str, str, int]:
    ((_, answer),) = generate(loaded, [ask(question)], decoding)
    return answer.text, answer.finish_reason, answer.new_tokens


@pytest.mark.parametrize("decoding", [GREEDY, SAMPLED], ids=["greedy", "sampled"])
@pytest.mark.parametrize("batch_size", [2, 64])
def test_batches_answer_as_one_by_one(
    loaded: LoadedCheckpoint, decoding: Decoding, batch_size: int
) -> None:
    answers = dict(generate(loaded, [ask(q) for q in QUESTIONS], decoding, batch_size))
    assert sorted(answers) == list(range(len(QUESTIONS)))
    for index, question in enumerate(QUESTIONS):
        answer = answers[index]
        together = (answer.text, answer.finish_reason, answer.new_tokens)
        assert together == alone(loaded, question, decoding)
    lengths = {answer.new_tokens for answer in answers.values()}
    # Some rows ended before others, or this would not test what it says.
    assert len(lengths) > 2
    assert {answer.finish_reason for answer in answers.values()} == {"stop", "length"}


@pytest.mark.parametrize("penalty", [1.0, 1.3])
def test_greedy_is_what_transformers_generates(loaded: LoadedCheckpoint, penalty: float) -> None:
    for question in QUESTIONS:
        prompt = prompt_tokens(loaded, ask(question))
        with torch.inference_mode():
            output = loaded.model.generate(
                torch.tensor([prompt]),
                attention_mask=torch.ones(1, len(prompt), dtype=torch.long),
                max_new_tokens=20,
                do_sample=False,
                repetition_penalty=penalty,
            )
        expected = output[0, len(prompt) :].tolist()
        request = Request(prompt, 20)
        decoding = Decoding(max_new_tokens=20, repetition_penalty=penalty)
        assert [step[0] for step in decode(loaded, [request], decoding)] == expected


def test_padding_that_is_the_end_token_changes_nothing(random_tiny_base: Path) -> None:
    # Models without a padding token are padded with their end token: a penalty that counted
    # padding would make short prompts in a batch less likely to end.
    checkpoint = load(read_info(random_tiny_base))
    checkpoint.tokenizer.pad_token = checkpoint.tokenizer.decode([65])
    pad = checkpoint.tokenizer.pad_token_id
    prompts = [[5, 6, 7], [8, 9, 10, 11, 12, 13, 14, 15]]
    assert pad not in prompts[0]
    decoding = Decoding(max_new_tokens=8, repetition_penalty=50.0)
    requests = [Request(prompt, 8) for prompt in prompts]
    together = [step[0] for step in decode(checkpoint, requests, decoding)]
    assert together == [step[0] for step in decode(checkpoint, requests[:1], decoding)]


def test_low_top_p_and_low_temperature_are_greedy(loaded: LoadedCheckpoint) -> None:
    greedy = Decoding(max_new_tokens=10, repetition_penalty=1.0)
    for change in ({"temperature": 1.0, "top_p": 1e-6}, {"temperature": 1e-4}):
        sampled = greedy.model_copy(update=change)
        for question in QUESTIONS[:3]:
            assert alone(loaded, question, sampled) == alone(loaded, question, greedy)


def test_seeds_decide_samples(loaded: LoadedCheckpoint) -> None:
    hot = Decoding(max_new_tokens=12, temperature=2.0, repetition_penalty=1.0)
    texts = {
        seed: tuple(
            alone(loaded, q, hot.model_copy(update={"seed": seed}))[0] for q in QUESTIONS[:3]
        )
        for seed in (0, 1)
    }
    assert texts[0] != texts[1]
    assert texts[0] == tuple(alone(loaded, q, hot)[0] for q in QUESTIONS[:3])


def test_the_sampled_share_is_that_of_the_model(loaded: LoadedCheckpoint) -> None:
    prompt = prompt_tokens(loaded, ask("Where?"))
    with torch.inference_mode():
        logits = loaded.model(torch.tensor([prompt])).logits[0, -1]
    temperature = 3.0
    share = torch.softmax(logits / temperature, -1)
    likeliest = int(share.argmax())
    decoding = Decoding(max_new_tokens=1, temperature=temperature, repetition_penalty=1.0)
    requests = [Request(prompt, 1, seed) for seed in range(400)]
    (step,) = decode(loaded, requests, decoding)
    drawn = sum(token == likeliest for token in step.values()) / 400
    # Four standard errors of a share over 400 draws.
    error = 4 * float((share[likeliest] * (1 - share[likeliest]) / 400) ** 0.5)
    assert drawn == pytest.approx(float(share[likeliest]), abs=error)


def test_finish_reasons_and_counts(loaded: LoadedCheckpoint) -> None:
    answers = dict(generate(loaded, [ask(q) for q in QUESTIONS], GREEDY))
    for index, answer in answers.items():
        assert answer.prompt_tokens == len(prompt_tokens(loaded, ask(QUESTIONS[index])))
        assert answer.new_tokens <= 20
        assert (answer.finish_reason == "length") <= (answer.new_tokens == 20)
        assert answer.seconds > 0
        assert answer.missing_reason is None


def test_a_prompt_longer_than_the_context_is_missing(loaded: LoadedCheckpoint) -> None:
    conversations = [ask("Where?"), ask("fox " * 200), ask("Who?")]
    answers = dict(generate(loaded, conversations, GREEDY))
    assert answers[0].finish_reason != "missing"
    assert answers[2].finish_reason != "missing"
    tokens = len(prompt_tokens(loaded, conversations[1]))
    assert answers[1] == Answer(
        "",
        "missing",
        tokens,
        0,
        0.0,
        f"the prompt has {tokens} tokens and the context 128",
    )
    with pytest.raises(ModelError, match="the context 128. Shorten it"):
        list(stream(loaded, conversations[1], GREEDY))


def test_an_answer_ends_with_the_context(loaded: LoadedCheckpoint) -> None:
    # Any prompt of 127 tokens leaves room for one token.
    request = "z" * 300
    while len(prompt_tokens(loaded, ask(request))) > 127:
        request = request[:-1]
    ((_, answer),) = generate(loaded, [ask(request)], GREEDY.model_copy(update={"seed": 1}))
    assert (answer.prompt_tokens, answer.new_tokens) == (127, 1)


def test_a_refused_conversation_is_missing(random_tiny_base: Path) -> None:
    checkpoint = load(read_info(random_tiny_base))
    checkpoint.tokenizer.chat_template = "{{ raise_exception('no system messages') }}"
    ((_, answer),) = generate(checkpoint, [ask("Where?")])
    assert answer.finish_reason == "missing"
    assert "no system messages" in (answer.missing_reason or "")


def test_the_checkpoints_own_decoding_is_the_default(loaded: LoadedCheckpoint) -> None:
    own = loaded.info.decoding
    assert own == Decoding(max_new_tokens=24, repetition_penalty=1.1)
    assert [a.text for _, a in generate(loaded, [ask("Who?")])] == [
        a.text for _, a in generate(loaded, [ask("Who?")], own)
    ]


def test_no_conversations(loaded: LoadedCheckpoint) -> None:
    assert list(generate(loaded, [], GREEDY)) == []


@pytest.mark.parametrize("decoding", [GREEDY, SAMPLED], ids=["greedy", "sampled"])
def test_streams_what_a_batch_answers(loaded: LoadedCheckpoint, decoding: Decoding) -> None:
    for question in QUESTIONS:
        texts = list(stream(loaded, ask(question), decoding))
        final = texts[-1] if texts else ""
        assert final == alone(loaded, question, decoding)[0]
        assert len(set(texts)) == len(texts)


def test_a_stream_returns_the_whole_answer(loaded: LoadedCheckpoint) -> None:
    for question in QUESTIONS[:3]:
        texts = stream(loaded, ask(question), GREEDY)
        while True:
            try:
                next(texts)
            except StopIteration as end:
                answer = end.value
                break
        assert (answer.text, answer.finish_reason, answer.new_tokens) == alone(
            loaded, question, GREEDY
        )


def test_streams_whole_characters_only(random_tiny_base: Path) -> None:
    checkpoint = load(read_info(random_tiny_base))
    texts = list(stream(checkpoint, ask("Где живёт сова?"), GREEDY))
    assert len(texts) > 3
    assert not any(text.endswith("\N{REPLACEMENT CHARACTER}") for text in texts[:-1])


def test_a_stream_stops_when_told(loaded: LoadedCheckpoint) -> None:
    stop = threading.Event()
    endless = Decoding(max_new_tokens=100, repetition_penalty=1.0)
    question = next(q for q in QUESTIONS if alone(loaded, q, endless)[2] > 5)
    texts = stream(loaded, ask(question), endless, stop)
    next(texts)
    stop.set()
    assert list(texts) == []
    closed = stream(loaded, ask(question), endless)
    next(closed)
    closed.close()
    assert not loaded.lock.locked()
    assert not torch.is_inference_mode_enabled()


def test_several_threads_share_a_checkpoint(loaded: LoadedCheckpoint) -> None:
    expected = [alone(loaded, q, GREEDY)[0] for q in QUESTIONS]
    found: dict[int, str] = {}

    def answer(index: int) -> None:
        for text in stream(loaded, ask(QUESTIONS[index]), GREEDY):
            found[index] = text

    threads = [threading.Thread(target=answer, args=(i,)) for i in range(len(QUESTIONS))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found.get(index, "") for index in range(len(QUESTIONS))] == expected


def test_end_tokens_are_those_of_tokenizer_and_model(loaded: LoadedCheckpoint) -> None:
    assert end_tokens(loaded) == {loaded.tokenizer.eos_token_id, *range(20, 400, 17)}

"""What happens at the events of the chat."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import gradio as gr

from workbench.app.chat.answering import answer_together
from workbench.app.chat.conversation import Conversation, Reply, Turn
from workbench.app.chat.form import Settings, StripWhen, read
from workbench.app.chat.judging import ReplyJudge, unrated
from workbench.app.chat.marking import LiveScores, language_of, marks
from workbench.app.chat.options import JudgeChoice
from workbench.app.chat.view import AS_IT_IS, SIDES, Look, View, growing, strips_of, view
from workbench.app.feedback import reporting, warn
from workbench.app.services import Services
from workbench.errors import InputError, WorkbenchError
from workbench.generation.remote import RemoteModel


class ChatHandlers:
    """Handlers of the conversation; ``settings`` are the values of the form."""

    def __init__(self, services: Services) -> None:
        self._engine = services.engine
        self._detector = services.detector
        self._endpoints = services.endpoints
        self._judge = ReplyJudge(services.runs.workspace, services.prompts)
        self._stops: dict[str, threading.Event] = {}

    @reporting
    def on_send(
        self,
        text: str,
        checkpoints: Sequence[str] | None,
        expected: str,
        past: Conversation,
        *settings: Any,
    ) -> View:
        """Take up a prompt: it is shown with its language, the answers are waiting."""
        prompt = text.strip()
        if past.busy:
            gr.Info("Wait for the answers and their ratings, or press Stop (Escape) first.")
            return AS_IT_IS
        if not prompt:
            return self._view(past, gr.skip())
        if not checkpoints:
            gr.Warning("Pick a checkpoint above, then send the prompt again.", title="Chat")
            return self._view(past, gr.skip())
        turn = self._turn(prompt, checkpoints, expected, read(settings))
        return self._view(past.added(turn), "", Look())

    @reporting
    def on_regenerate(
        self,
        checkpoints: Sequence[str] | None,
        expected: str,
        past: Conversation,
        *settings: Any,
    ) -> View:
        """Have the last prompt answered anew, by the checkpoints and settings as they are now."""
        if past.busy or not past.turns:
            return AS_IT_IS
        last = past.turns[-1]
        asked = list(checkpoints or [reply.checkpoint for reply in last.replies])
        before = {reply.checkpoint: reply for reply in last.replies}
        turn = self._turn(last.prompt, asked, expected, read(settings), before)
        if all(_same_again(reply, before) for reply in turn.replies):
            gr.Info(
                "Decoding is greedy, so the same answers come again. Set a temperature above 0 in "
                "Settings for other ones.",
                title="Regenerate",
            )
        return self._view(past.with_last(turn), gr.skip(), Look())

    def on_answer(self, conversation: Conversation, strip: StripWhen, dark: bool) -> Iterator[View]:
        """Let the checkpoints answer the prompt that waits, all at once."""
        look = Look(strip, dark)
        if not conversation.running:
            yield self._view(conversation, gr.skip(), look)
            return
        key, expected = conversation.turns[-1].key, conversation.turns[-1].expected
        stop = self._stops.setdefault(key, threading.Event())
        scores = LiveScores(self._detector, expected)
        try:
            requests = conversation.requests()
            for replies in answer_together(self._engine, requests, scores, stop):
                conversation = conversation.answered(replies)
                if conversation.running:
                    yield growing(conversation)
            yield self._answered(conversation.stopped(), look)
        except Exception:
            # A defect keeps its traceback, but must not leave the chat waiting for ever.
            yield self._view(conversation.stopped(), gr.skip(), look)
            raise
        finally:
            self._stops.pop(key, None)

    def on_judge(self, conversation: Conversation) -> Iterator[View]:
        """Rate the last answers, where that was asked for."""
        if not conversation.turns or not conversation.turns[-1].due:
            yield AS_IT_IS
            return
        turn = replace(conversation.turns[-1], due=False, judging=True)
        conversation = conversation.with_last(turn)
        stop = self._stops.setdefault(turn.key, threading.Event())
        yield growing(conversation)
        try:
            for rated in self._judge.rate(conversation, stop):
                conversation = rated
                yield growing(rated)
            yield self._view(_judged(conversation), gr.skip())
        except WorkbenchError as error:
            warn(error)
            missing = conversation.answered(unrated(conversation.turns[-1], error))
            yield self._view(_judged(missing), gr.skip())
        except Exception:
            yield self._view(_judged(conversation), gr.skip())
            raise
        finally:
            self._stops.pop(turn.key, None)

    @reporting
    def on_judge_now(self, conversation: Conversation, *settings: Any) -> View:
        """Have the last answers rated by the judge that is chosen now."""
        if conversation.busy or not conversation.turns:
            return AS_IT_IS
        judge = read(settings).judge
        self._check((), judge)
        if not judge.rates:
            gr.Warning("Choose a judge in Settings first.", title="Judge")
            return AS_IT_IS
        turn = conversation.turns[-1]
        fresh = tuple(replace(reply, ratings=()) for reply in turn.replies)
        turn = replace(turn, judge=judge, due=True, replies=fresh)
        return self._view(self._decided(conversation.with_last(turn)), gr.skip())

    def on_stop(self, conversation: Conversation, strip: StripWhen, dark: bool) -> View:
        """Keep what was written so far, and have the generation end itself.

        Cancelling the event instead would leave the session with whatever was on its way
        when the button was pressed: a conversation that is running for ever.
        """
        if conversation.busy:
            self._stops.setdefault(conversation.turns[-1].key, threading.Event()).set()
        return self._view(conversation.stopped(), gr.skip(), Look(strip, dark))

    def on_edit(self, conversation: Conversation, strip: StripWhen, dark: bool) -> View:
        """Put the last prompt back into the box and take its turn off."""
        if conversation.busy or not conversation.turns:
            return AS_IT_IS
        prompt = conversation.turns[-1].prompt
        return self._view(conversation.without_last(), prompt, Look(strip, dark))

    def on_clear(self, conversation: Conversation) -> View:
        """Start anew; what is cleared away can be brought back."""
        if conversation.busy:
            self._stops.setdefault(conversation.turns[-1].key, threading.Event()).set()
        kept = conversation.stopped().turns or conversation.cleared
        return self._view(Conversation(cleared=kept), "", Look())

    def on_undo(self, conversation: Conversation, strip: StripWhen, dark: bool) -> View:
        """Bring back what was cleared away."""
        if not conversation.cleared:
            return AS_IT_IS
        return self._view(Conversation(conversation.cleared), gr.skip(), Look(strip, dark))

    @reporting
    def on_expected(
        self, expected: str, conversation: Conversation, strip: StripWhen, dark: bool
    ) -> View:
        """Mark the last answers against another language; at once, or when they are whole.

        It is called again at the end of each answer: while one grows, what this session holds
        of it is older than what is seen.
        """
        if not conversation.turns or conversation.running or conversation.turns[-1].judging:
            return AS_IT_IS
        last = conversation.turns[-1]
        if expected == (last.expected if last.chosen else ""):
            return AS_IT_IS
        # What was rated was rated against the other language.
        again = last.due or (last.judge.kind == "reference" and _is_rated(last))
        turn = replace(self._expecting(last, expected), due=again)
        marked = self._decided(conversation.with_last(turn))
        return self._view(marked, gr.skip(), Look(strip, dark))

    def on_strip(self, conversation: Conversation, strip: StripWhen, dark: bool) -> list[Any]:
        """Show the strips that are wanted now."""
        turn = conversation.turns[-1] if conversation.turns else None
        return strips_of(turn, Look(strip, dark))

    def _turn(
        self,
        prompt: str,
        checkpoints: Sequence[str],
        expected: str,
        settings: Settings,
        before: Mapping[str, Reply] | None = None,
    ) -> Turn:
        """A turn that waits for its answers; those ``before`` it make it another sample."""
        self._check(checkpoints, settings.judge)
        replies = []
        for name in dict.fromkeys(checkpoints[:SIDES]):
            known = before.get(name) if before else None
            sample = known.options.sample + 1 if known else 0
            options = settings.options.model_copy(update={"sample": sample})
            replies.append(Reply(name, options=options))
        turn = Turn(prompt, None, False, tuple(replies), settings.judge)
        return self._expecting(turn, expected)

    def _check(self, checkpoints: Sequence[str], judge: JudgeChoice) -> None:
        """Refuse servers where users may name none, whatever the page offered."""
        remote = [name for name in checkpoints if RemoteModel.named(name)]
        if not self._endpoints and (remote or judge.kind == "llm"):
            raise InputError(
                remote[0] if remote else "An LLM judge",
                "this workbench asks no other servers",
                "Choose a checkpoint that is here",
            )

    def _answered(self, conversation: Conversation, look: Look) -> View:
        """A turn that is answered; a prompt that nobody could answer comes back."""
        turn = conversation.turns[-1]
        errors = [reply.error for reply in turn.replies if reply.error is not None]
        for error in {str(error): error for error in errors}.values():
            warn(error)
        anew = any(reply.options.sample for reply in turn.replies)
        if len(errors) == len(turn.replies) and not anew:
            return self._view(conversation.without_last(), turn.prompt, look)
        whole = [r for r in turn.replies if r.judgeable and r.state != "stopped"]
        due = turn.judge.rates and turn.judge.live and bool(whole)
        conversation = self._decided(conversation.with_last(replace(turn, due=due)))
        return self._view(conversation, gr.skip(), look)

    def _decided(self, conversation: Conversation) -> Conversation:
        """With the ratings that are due, where rules give them: nobody has to wait for those."""
        turn = conversation.turns[-1]
        if not turn.due or turn.judge.kind != "reference":
            return conversation
        return _judged(self._judge.decide(conversation))

    def _expecting(self, turn: Turn, expected: str) -> Turn:
        language = expected or language_of(turn.prompt, self._detector)
        replies = (replace(r, parts=marks(r.text, language), ratings=()) for r in turn.replies)
        return replace(turn, expected=language, chosen=bool(expected), replies=tuple(replies))

    def _view(self, conversation: Conversation, prompt: Any, look: Look | None = None) -> View:
        has_checkpoints = bool(conversation.turns) or bool(self._engine.names())
        return view(conversation, prompt, has_checkpoints, look)


def _judged(conversation: Conversation) -> Conversation:
    return conversation.with_last(replace(conversation.turns[-1], due=False, judging=False))


def _is_rated(turn: Turn) -> bool:
    return any(reply.ratings for reply in turn.replies)


def _same_again(reply: Reply, before: Mapping[str, Reply]) -> bool:
    """Whether a checkpoint that decodes greedily is asked what it was asked before."""
    known = before.get(reply.checkpoint)
    if known is None or known.state == "failed":
        return False
    asked, now = known.options, reply.options
    temperature = now.decoding.get("temperature", known.decoding.get("temperature"))
    return temperature == 0 and asked.model_copy(update={"sample": now.sample}) == now

from __future__ import annotations

from workbench.app.chat.conversation import Conversation, Reply, Turn


def turn(prompt: str, *replies: Reply) -> Turn:
    return Turn(prompt, "fr", False, replies)


def test_a_checkpoint_sees_only_what_it_answered_itself() -> None:
    conversation = Conversation(
        (
            turn("Un ?", Reply("good", "Un.", "ended"), Reply("hot", "One.", "ended")),
            turn("Deux ?", Reply("good", "Deux.", "ended")),
            turn("Trois ?", Reply("good"), Reply("hot")),
        )
    )
    asked = [(m.role, m.content) for m in conversation.messages("hot")]
    assert asked == [("user", "Un ?"), ("assistant", "One."), ("user", "Trois ?")]
    assert [m.content for m in conversation.messages("new")] == ["Trois ?"]
    assert len(conversation.messages("good")) == 5


def test_stopping_keeps_the_text_and_touches_no_finished_reply() -> None:
    running = Conversation(
        (turn("?", Reply("a", "Le ren", "running"), Reply("b", "Oui.", "ended")),)
    )
    assert running.running
    stopped = running.stopped()
    assert [(r.text, r.state) for r in stopped.turns[-1].replies] == [
        ("Le ren", "stopped"),
        ("Oui.", "ended"),
    ]
    assert not stopped.running
    assert stopped.stopped() is stopped

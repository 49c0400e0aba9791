from __future__ import annotations

import io

from workbench.progress import terminal_progress


def test_a_log_gets_a_line_at_the_end_of_each_work() -> None:
    stream = io.StringIO()
    with terminal_progress(stream) as progress:
        for step in (1, 2, 3):
            progress(step, 3, f"training own, loss {step}.0")
        progress(1, 2, "answering")
        progress(2, 2, "answering")
    first, second = stream.getvalue().splitlines()
    assert first.startswith("training own, loss 3.0: 3/3, ")
    assert second.startswith("answering: 2/2, ")


def test_a_terminal_gets_bars() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    with terminal_progress(stream) as progress:
        progress(1, 4, "training own, loss 2.0")
        progress(4, 4, "training own, loss 1.0")
        progress(1, 2, "answering [en]")
    text = stream.getvalue()
    assert "training own, loss 1.0" in text
    assert "4/4" in text
    assert "answering [en]" in text

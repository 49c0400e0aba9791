from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.judge_injection import main


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "error: An LLM judge: it needs an endpoint and a model. Give --base-url"),
        (
            ["--base-url", "http://127.0.0.1:9/v1", "--model", "m", "--rubric-language", "xx"],
            "error: Rubric 'six-criteria' in 'xx'",
        ),
    ],
)
def test_what_it_lacks_is_said_without_a_traceback(
    options: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["judge_injection", *options, "--workspace", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert str(ended.value.code).startswith(said)

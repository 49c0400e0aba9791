from __future__ import annotations

import os

import pytest

from workbench.lid.detector import Verdict
from workbench.lid.langid_detector import LangidDetector
from workbench.lid.line_counts import line_counts
from workbench.lid.parallel import count_lines, shares
from workbench.lid.words import WordList

WORDS = WordList.of(["house"])
ENGLISH, RUSSIAN = "The cat sleeps on the sofa", "Кошка спит на диване весь день house"
ANSWERS = [
    answer
    for number in range(1500)
    for answer in (
        (f"{RUSSIAN}\n{number}", "ru"),
        (f"{ENGLISH}\n{RUSSIAN}", "ru"),
        ("小猫在沙发上睡觉", "zh"),
    )
]


def test_all_processes_together_count_what_one_does() -> None:
    detector = LangidDetector(["en", "ru", "zh"])
    alone = list(line_counts(ANSWERS, detector, WORDS))
    assert (alone[0].judged, alone[0].right, alone[0].english_words) == (1, 1, 1)
    for processes in (1, 2, 3):
        assert count_lines(ANSWERS, detector, WORDS, processes) == alone


class Dying(LangidDetector):
    """Ends every process but the one that made it, as the system does when memory is short."""

    def __init__(self) -> None:
        super().__init__(["en", "ru", "zh"])
        self._home = os.getpid()

    def identify_many(self, texts: list[str]) -> list[Verdict]:  # type: ignore[override]
        if os.getpid() != self._home:
            os._exit(9)
        return super().identify_many(texts)


def test_a_process_that_dies_loses_nothing() -> None:
    detector = Dying()
    assert count_lines(ANSWERS, detector, WORDS, 2) == list(line_counts(ANSWERS, detector, WORDS))


@pytest.mark.parametrize("number", [1, 2, 4])
def test_shares_are_complete_and_chinese_comes_last(number: int) -> None:
    answers = [("x" * 1000, "zh" if i % 4 == 0 else "fr") for i in range(20_000)]
    parts = shares(answers, number)
    assert sorted(i for part in parts for i in part) == list(range(len(answers)))
    # 5,000 of 20,000 answers are Chinese. With the dictionary, which takes as long as 6,500,
    # there is work for 26,500; the last part of four holds 125 answers, the others 6,625.
    sizes = {1: [20_000], 2: [13_250, 6750], 4: [6625, 6625, 6625, 125]}
    assert [len(part) for part in parts] == sizes[number]
    assert all(answers[i][1] == "zh" for i in parts[-1][-2750:])


def test_a_busy_process_takes_less() -> None:
    answers = [("x" * 1000, "fr") for _ in range(20_000)]
    # What else it does takes as long as 1,500 answers: 21,500 for two.
    assert [len(part) for part in shares(answers, 2, busy=True)] == [9250, 10_750]


def test_other_work_is_done_while_another_process_counts() -> None:
    done: list[str] = []
    detector = LangidDetector(["en", "ru", "zh"])
    counted = count_lines(ANSWERS, detector, WORDS, 2, lambda: done.append("tables"))
    assert done == ["tables"] and counted == list(line_counts(ANSWERS, detector, WORDS))


def test_no_answers_at_all() -> None:
    assert shares([], 2) == [[], []]
    assert count_lines([], LangidDetector(["en"]), WORDS, 2) == []

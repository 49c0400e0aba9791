from __future__ import annotations

import pandas as pd
import pytest

from workbench.charts import language as charts_language


def results(rows: list[tuple[str, str | None]], **columns: object) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["language", "detected"])
    frame = frame.assign(
        detector="d",
        missing_reason=None,
        row="c",
        prompt_set="p",
        parallel_id=[str(i) for i in range(len(frame))],
        entropy=0.0,
        first_switch=None,
        line_pass=pd.array([True] * len(frame), dtype="boolean"),
        word_pass=pd.array([pd.NA] * len(frame), dtype="boolean"),
    )
    return frame.assign(**columns)


ROWS = [("en", "en"), ("fr", "fr"), ("fr", "fr"), ("fr", "en"), ("fr", "es"), ("ru", None)]


def test_the_flow_has_a_band_for_each_pair() -> None:
    sankey = charts_language.language_flow(results(ROWS)).data[0]
    names = sankey.node.label
    bands = {
        (names[s], names[t]): v
        for s, t, v in zip(sankey.link.source, sankey.link.target, sankey.link.value, strict=True)
    }
    assert bands == {
        ("English asked", "English"): 1,
        ("français asked", "français"): 2,
        ("français asked", "English"): 1,
        ("français asked", "español"): 1,
        ("русский asked", "undetermined"): 1,
    }
    # Right and wrong bands differ in colour.
    colours = dict(zip(bands, sankey.link.color, strict=True))
    assert colours["English asked", "English"] == colours["français asked", "français"]
    assert colours["français asked", "English"] != colours["français asked", "français"]


def test_the_confusion_matrix_has_shares_of_what_was_asked() -> None:
    figure = charts_language.confusion_matrix(results(ROWS))
    assert list(figure.layout.xaxis.ticktext) == [
        *("English", "français", "español", "undetermined"),
    ]
    assert list(figure.layout.yaxis.ticktext) == ["English", "français", "русский"]
    # Of four French prompts one is answered in English, two in French, one in Spanish.
    assert list(figure.data[0].z[1])[:3] == [0.25, 0.5, 0.25]
    assert pd.isna(figure.data[0].z[1][3])
    asked, answered, hover = figure.data[0].customdata[1][0]
    assert (asked, answered) == ("fr", "en")
    assert hover == "français asked, English answered<br>1 of 4 answers"


def test_rare_languages_are_taken_together_and_the_same_for_categories() -> None:
    # 21 languages beside those asked for, with 1 to 21 answers: 20 of all have a place.
    codes = [f"x{number:02}" for number in range(1, 22)]
    rows = [("en", "en")] * 30 + [("en", c) for n, c in enumerate(codes, start=1) for _ in range(n)]
    frame = results([*rows, ("fr", None)])
    answered = charts_language.answered_in(frame)
    # English is the most frequent one, so the two rarest have none: 1 and 2 answers.
    assert (answered == charts_language.OTHERS).sum() == 3
    assert list(answered.cat.categories)[-2:] == [charts_language.OTHERS, "undetermined"]
    compact = frame.astype({"language": "category", "detected": "category"})
    pd.testing.assert_series_equal(charts_language.answered_in(compact), answered)


def test_answers_without_a_verdict_or_a_text_are_left_out() -> None:
    frame = results(ROWS)
    frame.loc[0, "detector"] = None
    frame.loc[1, "missing_reason"] = "no answer"
    sankey = charts_language.language_flow(frame).data[0]
    assert sum(sankey.link.value) == 4


def test_line_and_word_pass_has_a_point_where_both_rates_are() -> None:
    passes = pd.array([pd.NA, pd.NA, pd.NA, pd.NA, pd.NA, False], dtype="boolean")
    figure = charts_language.line_and_word_pass(results(ROWS, word_pass=passes))
    assert [trace.name for trace in figure.data] == ["русский"]
    assert (list(figure.data[0].x), list(figure.data[0].y)) == ([1.0], [0.0])


def test_switches_fall_into_tenths_of_the_text() -> None:
    switch = [None, 0.0, 0.05, 0.95, 1.0, None]
    figure = charts_language.switch_positions(results(ROWS, first_switch=switch))
    assert list(figure.layout.yaxis.ticktext) == ["English", "français", "русский"]
    # Two of four French answers in the first tenth, two in the last; 1.0 belongs to the last.
    assert list(figure.data[0].z[1]) == [0.5, *[None] * 8, 0.5]
    language, tenth, hover = figure.data[0].customdata[1][9]
    assert (language, tenth) == ("fr", 9)
    assert hover == "français, 90–100% of the text<br>2 of 4 answers"


@pytest.mark.parametrize(
    "chart",
    [
        charts_language.language_flow,
        charts_language.confusion_matrix,
        charts_language.line_and_word_pass,
        charts_language.switch_positions,
    ],
)
def test_no_results_give_an_empty_figure(chart: object) -> None:
    assert callable(chart)
    assert chart(results(ROWS).iloc[:0], dark=True).layout.template.layout is not None

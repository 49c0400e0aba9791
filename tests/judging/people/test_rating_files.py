from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from rated_foxes import RUN, fill_run

from workbench.errors import FileFormatError, NotFoundError
from workbench.judging.criteria import CRITERIA
from workbench.judging.people import Desk, Task, export_ratings, import_ratings
from workbench.judging.people.rating_rows import COLUMNS, KEY
from workbench.store import Rating, Store
from workbench.store.values import now

ANNA = Task(run=RUN, rater="Anna", criteria=CRITERIA)
ANSWER = {
    "run": RUN,
    "checkpoint": "good",
    "prompt_set": "foxes",
    "parallel_id": "p2",
    "language": "fr",
    "sample": "0",
}
"""Names response 7."""
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes rows to a CSV file; what a row does not say is that of a rating of ``ANSWER``."""

    def write(*rows: dict[str, str], delimiter: str = ",", scale: str = "value") -> Path:
        usual = {**ANSWER, "rater": "Anna", "criterion": "accuracy", scale: "2"}
        given = [{**usual, **row} for row in rows]
        text = io.StringIO()
        columns = list(dict.fromkeys(key for row in given for key in row))
        writer = csv.DictWriter(text, columns, delimiter=delimiter)
        writer.writeheader()
        writer.writerows(given)
        path = tmp_path / "ratings.csv"
        path.write_text(text.getvalue(), "utf-8")
        return path

    return write


@pytest.fixture
def rated(store: Store, desk: Desk) -> Store:
    """With ratings of each kind: plain, ruled, skipped, settled."""
    desk.rate(ANNA, 1, "helpfulness", 2)
    desk.rate(ANNA, 1, "fluency", 0)
    desk.skip(ANNA, 2)
    ben = replace(ANNA, rater="Bén, „der“ 2.", guidelines="de")
    desk.rate(ben, 1, "fluency", 2)
    desk.settle(ben, 1, "fluency", 1)
    early = Rating(1, "person:Anna", "fluency", 0, created="2025-12-31T23:59:59+00:00")
    store.add_ratings([early], replace=True)
    return store


def test_export_and_import_into_another_workspace_keep_everything(
    rated: Store, tmp_path: Path
) -> None:
    path = tmp_path / "out" / "ratings.csv"

    # Anna: fluency and three by rule, six skipped; Ben one; adjudication one
    assert export_ratings(rated, RUN, path) == 4 + 6 + 1 + 1
    with Store(f"sqlite:///{tmp_path / 'other.sqlite'}") as other:
        fill_run(other)
        done = import_ratings(other, path)

        assert (done.added, done.there, done.bad) == (12, 0, ())
        keys = ["response_id", "judge", "criterion"]
        frames = [
            store.ratings([RUN]).sort_values(keys, ignore_index=True) for store in (rated, other)
        ]
        pd.testing.assert_frame_equal(*frames)
        judges = [store.judges().set_index("name")["details"].to_dict() for store in (rated, other)]
        assert judges[0] == judges[1]
        again = import_ratings(other, path)
        assert (again.added, again.there) == (0, 12)


def test_the_file_has_the_columns_in_order_and_names_no_ids(rated: Store, tmp_path: Path) -> None:
    path = tmp_path / "ratings.csv"
    export_ratings(rated, RUN, path)

    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))

    assert tuple(rows[0]) == COLUMNS
    ruled = next(row for row in rows if row["criterion"] == "helpfulness" and row["rule"])
    assert (ruled["value"], ruled["raw"], ruled["rule"]) == ("0", "2", "unreadable")
    skipped = next(row for row in rows if row["parallel_id"] == "p1")
    assert (skipped["value"], skipped["missing_reason"]) == ("", "skipped by the rater")
    assert {row["rater"] for row in rows} == {"Anna", "Bén, „der“ 2.", "adjudication"}


def test_exporting_an_unknown_run_writes_nothing(store: Store, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="gone"):
        export_ratings(store, "gone", tmp_path / "ratings.csv")
    assert not (tmp_path / "ratings.csv").exists()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("scale", "text", "value"),
    [("value", "0", 0), ("value", "2.0", 2), ("stars", "1", 0), ("stars", "3", 2)],
)
def test_a_file_by_hand_needs_an_answer_a_rater_a_criterion_and_a_value(
    store: Store, write: Write, delimiter: str, scale: str, text: str, value: int
) -> None:
    row = {"rater": "Carla", "criterion": "fluency", scale: text}

    done = import_ratings(store, write(row, delimiter=delimiter, scale=scale))

    assert done.added == 1
    (kept,) = store.ratings([RUN]).to_dict("records")
    assert (kept["response_id"], kept["judge"], kept["kind"]) == (7, "person:Carla", "person")
    assert (kept["criterion"], kept["value"]) == ("fluency", value)


@pytest.mark.parametrize(
    "text", ["2026-01-31T13:00:00+01:00", "2026-01-31T12:00:00Z", "2026-01-31 12:00:00"]
)
def test_a_rating_keeps_the_time_at_which_it_was_given(
    store: Store, write: Write, text: str
) -> None:
    import_ratings(store, write({"created": text}))

    assert store.ratings([RUN])["created"].tolist() == ["2026-01-31T12:00:00+00:00"]


def test_a_rating_without_a_time_is_of_now(store: Store, write: Write) -> None:
    before = now()

    import_ratings(store, write({"created": ""}))

    assert before <= store.ratings([RUN])["created"].item() <= now()


def test_a_rater_known_from_a_file_can_go_on_in_the_app(store: Store, write: Write) -> None:
    import_ratings(store, write({"value": "1"}))

    Desk(store).rate(ANNA, 7, "fluency", 2)

    values = store.ratings([RUN]).set_index("criterion")["value"].to_dict()
    assert values == {"accuracy": 1, "fluency": 2}


BAD = {
    "there is no criterion 'charm'": {"criterion": "charm"},
    "value is '3', not one of 0, 1, 2": {"value": "3"},
    "value is '1.5'": {"value": "1.5"},
    "value is 'two'": {"value": "two"},
    "stars is '0', not one of 1, 2, 3": {"value": "", "stars": "0"},
    "value and stars do not say the same": {"stars": "1"},
    "neither a value nor a reason": {"value": ""},
    "both a value and a reason": {"missing_reason": "unsure"},
    "no run 'gone'": {"run": "gone"},
    "no such answer (good, foxes, p9, fr, 0)": {"parallel_id": "p9"},
    "no such answer (good, foxes, p2, fr, 1)": {"sample": "1"},
    "it is empty": {"rater": "  "},
    "not the one that was rated": {"answer_hash": "0123456789abcdef"},
    "is not of the form name/version/hash/language": {"rubric": "mine"},
    "raw is '7'": {"raw": "7"},
    "created is '31.1.26', not a time": {"created": "31.1.26"},
}


@pytest.mark.parametrize("reason", BAD)
def test_a_bad_row_is_named_with_its_line_and_nothing_is_imported(
    store: Store, write: Write, reason: str
) -> None:
    path = write({"criterion": "fluency", "reason": "two\nlines"}, BAD[reason])

    with pytest.raises(FileFormatError) as refused:
        import_ratings(store, path)

    # the row before it stands in lines 2 and 3
    assert "1 row cannot be imported (line 4: " in str(refused.value)
    assert reason in str(refused.value)
    assert "Nothing was imported" in refused.value.remedy
    assert store.ratings().empty
    assert store.judges().empty


def test_bad_rows_can_be_left_out_and_are_still_named(store: Store, write: Write) -> None:
    path = write({}, *BAD.values(), {"criterion": "language", "rater": "Ben"})

    done = import_ratings(store, path, skip_bad=True)

    assert done.added == 2
    assert [row.line for row in done.bad] == list(range(3, 3 + len(BAD)))
    assert all(reason in row.reason for reason, row in zip(BAD, done.bad, strict=True))
    assert done.added + done.there + len(done.bad) == len(BAD) + 2
    assert sorted(store.ratings([RUN])["judge"]) == ["person:Anna", "person:Ben"]


def test_many_bad_rows_are_counted_and_the_first_named(store: Store, write: Write) -> None:
    with pytest.raises(FileFormatError, match="30 rows .*line 21: .*and 10 more") as refused:
        import_ratings(store, write(*[{"value": "9"}] * 30))
    assert "line 22" not in str(refused.value)


def test_a_row_with_too_few_fields_is_bad(store: Store, write: Write) -> None:
    path = write({})
    path.write_text(path.read_text("utf-8") + "foxes-1,good\n", "utf-8")

    done = import_ratings(store, path, skip_bad=True)

    assert (done.added, done.bad[0].line) == (1, 3)
    assert "fields" in done.bad[0].reason


def test_what_contradicts_the_store_or_the_file_is_bad_and_what_repeats_is_there(
    store: Store, write: Write, desk: Desk
) -> None:
    desk.rate(ANNA, 7, "accuracy", 1)
    desk.skip(replace(ANNA, criteria=("fluency",)), 7)

    done = import_ratings(
        store,
        write(
            {"value": "1"},  # as in the store
            {"value": "2"},  # not as in the store
            {"criterion": "fluency"},  # skipped so far
            {"criterion": "fluency"},  # the same once more
            {"criterion": "fluency", "value": "0"},  # not as two lines before
            {"criterion": "language", "rater": "anna"},  # Anna by her kept name
        ),
        skip_bad=True,
    )

    assert (done.added, done.there) == (2, 2)
    assert [row.line for row in done.bad] == [3, 6]
    assert "the store has 1 by this rater" in done.bad[0].reason
    assert "line 4 gives another value" in done.bad[1].reason
    values = store.ratings([RUN]).set_index("criterion")["value"].to_dict()
    assert values == {"accuracy": 1, "fluency": 2, "language": 2}


def test_ratings_by_another_rubric_are_not_mixed(store: Store, write: Write, desk: Desk) -> None:
    desk.rate(ANNA, 7, "fluency", 1)

    done = import_ratings(store, write({"rubric": "six-criteria/9/00/en"}), skip_bad=True)

    assert "has rated by six-criteria 1, the row says six-criteria 9" in done.bad[0].reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the columns run, checkpoint"),
        ("run,checkpoint,prompt_set,parallel_id,language,rater,criterion\n", "value or stars"),
        (",".join((*KEY, "rater", "criterion", "value")) + '\n"open,a,b\n', "line 2"),
    ],
)
def test_a_file_of_another_kind_is_refused(
    store: Store, tmp_path: Path, text: str, reason: str
) -> None:
    path = tmp_path / "ratings.csv"
    path.write_text(text, "utf-8")

    with pytest.raises(FileFormatError, match=reason):
        import_ratings(store, path, skip_bad=True)

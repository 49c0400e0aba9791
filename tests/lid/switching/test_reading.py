from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lid.switching.texts import texts
from workbench.lid.switching.reading import Reader
from workbench.lid.switching.units import Unit


def read(pieces: list[str]) -> tuple[list[str], list[Unit]]:
    reader = Reader()
    words: list[str] = []
    units: list[Unit] = []
    for piece in pieces:
        change = reader.feed(piece)
        assert change.keep <= len(units)
        words[change.keep :] = change.words
        units[change.keep :] = change.units
    return words, units


@settings(max_examples=300, deadline=None)
@given(st.lists(texts, max_size=8).map("\n".join), st.lists(st.integers(0, 3000), max_size=12))
def test_pieces_read_as_the_whole(text: str, cuts: list[int]) -> None:
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    pieces = [text[a:b] for a, b in zip(places, places[1:], strict=False)]

    words, units = read(pieces)
    assert (words, units) == read([text])
    assert words == [text[unit.start : unit.end] for unit in units]


def test_only_the_end_of_a_text_is_read_again() -> None:
    reader = Reader()
    reader.feed("Le renard vit dans la forêt et mange")
    # "mange" may go on, and does; the seven words before it stay.
    assert reader.feed("ait tout")[:2] == (7, ["mangeait", "tout"])
    # A mark that closes a quotation takes back the words within it.
    reader.feed(" « un")
    assert reader.feed(" mot » bon")[:2] == (9, ["bon"])


def test_nothing_is_read_within_an_open_block_of_code() -> None:
    reader = Reader()
    reader.feed("Voici ```\nprint")
    for _ in range(3):
        assert reader.feed(" the list of items\n") == (1, [], [])
    assert reader.feed("``") == (1, [], [])
    keep, words, units = reader.feed("` voilà")
    assert (keep, words) == (0, ["Voici", "voilà"])
    assert [unit.breaks for unit in units] == [False, True]

from __future__ import annotations

import pytest

from workbench.app.chat.form import DECODING, Fields, Settings, read, values_of
from workbench.app.chat.options import JudgeChoice, Options
from workbench.errors import InputError
from workbench.generation.decoding import Decoding

CHANGED = Settings(
    Options(system="Sois bref.", strength=0.5, decoding={"temperature": 0.7, "max_new_tokens": 9}),
    JudgeChoice(kind="llm", live=False, base_url="http://127.0.0.1:8000/v1", model="m"),
    "always",
)


def filled(**decoding: str) -> tuple[object, ...]:
    """Values of the form with these fields of the decoding written in."""
    values = list(values_of(Settings()))
    for name, text in decoding.items():
        values[len(Fields._fields) + DECODING.index(name)] = text
    return tuple(values)


@pytest.mark.parametrize("settings", [Settings(), CHANGED])
def test_what_is_filled_in_is_what_is_read(settings: Settings) -> None:
    assert read(values_of(settings)) == settings


def test_the_form_has_every_field_of_the_decoding() -> None:
    assert tuple(Decoding.model_fields) == DECODING
    values = filled(**dict.fromkeys(DECODING, "1"))
    assert read(values).options.decoding == dict.fromkeys(DECODING, 1)


def test_empty_fields_are_left_to_the_checkpoint_and_commas_are_decimals() -> None:
    options = read(filled(temperature=" 0,7 ", seed="", top_p="  ")).options
    assert options.decoding == {"temperature": 0.7}


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("temperature", "-1", "greater than or equal to 0"),
        ("temperature", "warm", "valid number"),
        ("temperature", "inf", "too large or too close to 0"),
        ("temperature", "1e-30", "too large or too close to 0"),
        ("temperature", "nan", "greater than or equal to 0"),
        ("top_p", "1.5", "less than or equal to 1"),
        ("max_new_tokens", "0", "greater than or equal to 1"),
        ("max_new_tokens", "2.5", "valid integer"),
        ("seed", "x" * 20, "valid integer"),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_it_means(
    name: str, text: str, reason: str
) -> None:
    with pytest.raises(InputError, match=reason) as refusal:
        read(filled(**{name: text}))
    assert str(Decoding.model_fields[name].description) in refusal.value.remedy

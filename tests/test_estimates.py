from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from workbench.checkpoint_info import CheckpointInfo
from workbench.checkpoints import SHIPPED, Catalogue
from workbench.estimates import checkpoint_bytes, duration, seconds_per_update, tensor_shapes
from workbench.training.recipe import Recipe


def recipe(**fields: Any) -> Recipe:
    usual = {"name": "x", "base": "b", "data": "d", "learning_rate": 1e-4, "steps": 10}
    return Recipe.model_validate({**usual, **fields})


def trained(name: str, training: dict[str, Any], **fields: Any) -> CheckpointInfo:
    own = recipe(name=name, **fields)
    return CheckpointInfo(
        name=name,
        path=Path(name),
        method=own.method,
        base=own.base,
        recipe=own.model_dump(mode="json"),
        training=training,
    )


class TestTime:
    def test_the_most_comparable_trainings_count(self) -> None:
        here = [
            trained("other-data", {"seconds_per_update": 9.0}, data="e"),
            trained("a", {"seconds_per_update": 0.2}),
            trained("b", {"seconds": 6.0}),  # of 10 updates: .6 each
            trained("c", {"seconds_per_update": 0.3}),
        ]
        found = seconds_per_update(recipe(), here, [])
        assert found.value == pytest.approx(0.3)  # the median of .2, .6 and .3
        assert found.how == "0.3 s an update, as a, b ... took here"

    def test_shipped_ones_stand_in_where_nothing_was_trained_here(self) -> None:
        shipped = [trained("s", {"seconds": 2.0})]
        found = seconds_per_update(recipe(), [], shipped)
        assert (found.value, found.how) == (0.2, "0.2 s an update, as s took on another machine")

    def test_another_batch_size_is_scaled(self) -> None:
        here = [trained("a", {"seconds_per_update": 0.2}, batch_size=8)]
        assert seconds_per_update(recipe(batch_size=32), here, []).value == pytest.approx(0.8)

    @pytest.mark.parametrize("change", [{"base": "c"}, {"method": "lora"}])
    def test_what_is_not_comparable_is_unknown(self, change: dict[str, Any]) -> None:
        here = [trained("a", {"seconds_per_update": 0.2})]
        found = seconds_per_update(recipe(**change), here, [])
        assert found.value is None
        assert "is finished yet" in found.how

    def test_times_as_people_say_them(self) -> None:
        assert [duration(s) for s in (40, 600, 9000)] == ["40 s", "10 min", "2.5 h"]


class TestDisk:
    def test_full_fine_tuning_keeps_float32(self, random_tiny_base: Path) -> None:
        base = Catalogue([random_tiny_base.parent]).find("random-base")
        weights = (random_tiny_base / "model.safetensors").stat().st_size
        rest = sum(
            p.stat().st_size for p in random_tiny_base.iterdir() if p.suffix != ".safetensors"
        )
        found = checkpoint_bytes(recipe(base="random-base"), base, [])
        # The base is float32 itself; its file has a header of a few kB more.
        assert found.value is not None
        assert 0 <= weights + rest - found.value < 5000
        half = checkpoint_bytes(recipe(base="random-base", weights="bfloat16"), base, [])
        assert half.value is not None
        assert found.value - half.value == pytest.approx(weights / 2, rel=0.02)

    def test_adapters_by_rank_and_targets(self, random_tiny_base: Path) -> None:
        base = Catalogue([random_tiny_base.parent]).find("random-base")
        rest = sum(
            p.stat().st_size for p in random_tiny_base.iterdir() if p.suffix != ".safetensors"
        )
        lora = recipe(base="random-base", method="lora", lora={"rank": 4})
        # A layer has q, k, v, o of 64 x 64 and gate, up, down of 64 x 128: 4 * 128 + 3 * 192
        # rows and columns, times rank 4, 4 bytes, 2 layers.
        assert checkpoint_bytes(lora, base, []).value == rest + 1088 * 4 * 4 * 2
        some = recipe(
            base="random-base", method="lora", lora={"rank": 4, "targets": ["q_proj", "v_proj"]}
        )
        assert checkpoint_bytes(some, base, []).value == rest + 2 * 128 * 4 * 4 * 2

    def test_one_that_is_there_says_it_exactly(self, random_tiny_base: Path) -> None:
        base = Catalogue([random_tiny_base.parent]).find("random-base")
        twin = trained("twin", {}, base="random-base").model_copy(update={"path": random_tiny_base})
        size = sum(p.stat().st_size for p in random_tiny_base.iterdir())
        found = checkpoint_bytes(recipe(base="random-base"), base, [twin])
        assert (found.value, "as twin has" in found.how) == (size, True)

    def test_a_base_that_is_elsewhere_is_unknown(self) -> None:
        base = Catalogue([]).find("org/model")
        found = checkpoint_bytes(recipe(base="org/model"), base, [])
        assert found.value is None
        assert found.how == "the base org/model is not on this machine"

    def test_shapes_are_read_from_headers(self) -> None:
        shapes = tensor_shapes(SHIPPED / "tiny-base")
        assert len(shapes["model.embed_tokens.weight"]) == 2
        assert all(isinstance(size, int) for shape in shapes.values() for size in shape)

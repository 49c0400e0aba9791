"""Checkpoints in memory: loaded once, and asked with any strength of their tuning."""

from __future__ import annotations

import copy
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from workbench.checkpoint_info import CheckpointInfo

if TYPE_CHECKING:
    from workbench.checkpoints import Catalogue, LoadedCheckpoint

_KEPT = 4
"""Checkpoints that stay loaded, the last that were asked: as many as stand side by side."""

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Models:
    """The checkpoints of a catalogue, for several threads at once.

    A LoRA is scaled where it is. Weights between a base and a full fine-tuning are a third
    model, made of the two in memory; the last of each checkpoint stays.
    """

    def __init__(self, catalogue: Catalogue, kept: int = _KEPT) -> None:
        self.catalogue = catalogue
        self._kept = kept
        self._loaded: OrderedDict[str, LoadedCheckpoint] = OrderedDict()
        self._bases: OrderedDict[Path, Any] = OrderedDict()
        self._between: OrderedDict[str, tuple[float, LoadedCheckpoint]] = OrderedDict()
        self._lock = threading.RLock()

    def at(self, name: str, strength: float = 1.0) -> LoadedCheckpoint:
        """A checkpoint with its tuning ``strength`` times as strong: 0 is its base.

        One without a base is as it is. Raises NotFoundError for a name that stands for
        nothing, ModelError where the checkpoint or its base cannot be loaded.
        """
        from workbench.weights import with_lora_strength

        with self._lock:
            loaded = self._load(name)
            if strength == 1 or loaded.info.method == "base":
                return loaded
            if loaded.info.method == "lora":
                return with_lora_strength(loaded, strength)
            return self._interpolated(loaded, strength)

    def _load(self, name: str) -> LoadedCheckpoint:
        from workbench.checkpoints import load

        info = self.catalogue.find(name)
        known = self._loaded.get(name)
        if known is not None and known.info != info:
            # Trained anew since it was loaded.
            del self._loaded[name]
            self._between.pop(name, None)
        return self._recent(self._loaded, name, lambda: load(info, self.catalogue))

    def _interpolated(self, loaded: LoadedCheckpoint, strength: float) -> LoadedCheckpoint:
        from workbench.weights import interpolated

        name = loaded.info.name
        known = self._between.get(name)
        if known is not None and known[0] == strength:
            self._between.move_to_end(name)
            return known[1]
        base = self._base(loaded.info)
        # The old one goes first: it would be a fourth model in memory. An answer that still
        # uses it keeps it, which is why it is not changed in place.
        self._between.pop(name, None)
        mixed: Any = interpolated(base, copy.deepcopy(loaded.model), strength)
        made = strength, replace(loaded, model=mixed, lock=threading.Lock())
        return self._recent(self._between, name, lambda: made)[1]

    def _base(self, info: CheckpointInfo) -> Any:
        from workbench.checkpoints import base_of
        from workbench.weights import load_base

        base = base_of(info, self.catalogue)
        known = self._loaded.get(base.name)
        if known is not None and known.info == base and base.method != "lora":
            return known.model  # no second copy of what is here to answer
        return self._recent(self._bases, base.path, lambda: load_base(info, self.catalogue))

    def _recent(self, cache: OrderedDict[K, V], key: K, make: Callable[[], V]) -> V:
        """What the cache has under a key, made where it has nothing; the oldest one leaves."""
        if key not in cache:
            cache[key] = make()
        cache.move_to_end(key)
        while len(cache) > self._kept:
            cache.popitem(last=False)
        return cache[key]

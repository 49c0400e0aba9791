"""The catalogue of checkpoints, and loading them.

Weights come from safetensors only and no code of a model repository is run. On a CPU
they are float32, whatever they are stored as.
"""

from __future__ import annotations

import difflib
import logging
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.added_checkpoints import AddedCheckpoints
from workbench.assets import PROJECT_ROOT
from workbench.checkpoint_checks import HUB_ID
from workbench.checkpoint_info import (
    ADAPTER_CONFIG,
    COPY_AGAIN,
    INFO_FILE,
    STEP_FOLDER,
    CheckpointInfo,
    check_weights,
    is_checkpoint,
    kept_steps,
    read_info,
    save_info,
)
from workbench.errors import FileFormatError, ModelError, NotFoundError
from workbench.training.chat_template import set_chat_template
from workbench.training.precision import nf4_options

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

__all__ = [
    "SHIPPED",
    "Catalogue",
    "CheckpointInfo",
    "LoadedCheckpoint",
    "base_of",
    "load",
    "load_model",
    "load_tokenizer",
    "quiet_libraries",
    "read_context_length",
    "read_info",
    "save_info",
]

SHIPPED = PROJECT_ROOT / "checkpoints"
"""Folder of the checkpoints that come with the workbench."""
_logger = logging.getLogger(__name__)


class Catalogue:
    """The checkpoints under some folders; where names clash, the first folder's counts.

    ``added`` is the list of those that lie elsewhere, see ``workbench.added_checkpoints``.
    """

    def __init__(self, roots: Sequence[Path], added: Path | None = None) -> None:
        self.roots = tuple(roots)
        self.added = added

    def all(self) -> list[CheckpointInfo]:
        """All checkpoints by folder and name, those kept during training after their last.

        One whose description cannot be read is left out with a warning in the log.
        """
        found: dict[str, CheckpointInfo] = {}
        for folder in self._folders():
            try:
                info = read_info(folder)
            except FileFormatError as error:
                _logger.warning("%s", error)
                continue
            found.setdefault(info.name, info)
        for info in self._elsewhere():
            found.setdefault(info.name, info)
        return list(found.values())

    def find(self, name_or_path: str) -> CheckpointInfo:
        """A checkpoint by name, ``NAME@STEP``, folder or hub id.

        Raises NotFoundError with the nearest name.
        """
        name, _, step = name_or_path.partition("@")
        if name and Path(name).name == name and name not in (".", ".."):
            for root in self.roots:
                folder = root / name / f"{STEP_FOLDER}{step}" if step else root / name
                if is_checkpoint(folder):
                    return read_info(folder)
        folder = Path(name_or_path)
        for info in self._elsewhere():
            if name_or_path in (info.name, str(info.path)):
                return info
        if is_checkpoint(folder):
            return read_info(folder)
        if not folder.exists() and HUB_ID.match(name_or_path):
            return CheckpointInfo(name=name_or_path, path=folder, method="base")
        names = [info.name for info in self.all()]
        close = difflib.get_close_matches(name_or_path, names, n=1)
        raise NotFoundError(
            f"Checkpoint '{name_or_path}'",
            "there is no checkpoint of that name and no folder with one",
            f"Did you mean '{close[0]}'?"
            if close
            else f"Name a folder, a hub id, or one of: {', '.join(names) or 'none yet'}",
        )

    def _folders(self) -> Iterator[Path]:
        for root in self.roots:
            if not root.is_dir():
                continue
            for folder in sorted(p for p in root.iterdir() if p.is_dir()):
                if folder.name.startswith(".") or not is_checkpoint(folder):
                    continue
                yield folder
                yield from kept_steps(folder)

    def _elsewhere(self) -> Iterator[CheckpointInfo]:
        """Those that were added and are there."""
        try:
            listed = AddedCheckpoints(self.added).all() if self.added else []
        except FileFormatError as error:
            _logger.warning("%s", error)
            return
        for added in listed:
            try:
                yield from added.infos() if added.there else ()
            except FileFormatError as error:
                _logger.warning("%s", error)


@dataclass(frozen=True)
class LoadedCheckpoint:
    """A checkpoint ready to answer."""

    info: CheckpointInfo
    model: PreTrainedModel
    """In evaluation mode, without gradients."""
    tokenizer: PreTrainedTokenizerBase
    context_length: int
    """Longest prompt with its answer, in tokens."""
    lora_strength: float = 1.0
    """How strongly a LoRA is applied when the checkpoint answers; 1 is as trained."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    """Held for each pass through the model, so that several threads may use it."""


def load(
    info: CheckpointInfo, catalogue: Catalogue | None = None, chat_template: str | None = None
) -> LoadedCheckpoint:
    """Load a checkpoint; a LoRA's base is looked up in ``catalogue``.

    Without one, the base is looked up beside the checkpoint and among the shipped ones.
    ``chat_template`` is for a base that has none: a study asks it as its tuned ones.
    Raises ModelError where files are absent, damaged, or not safetensors.
    """
    model: Any = load_model(info, catalogue)
    model.eval().requires_grad_(False)
    tokenizer = load_tokenizer(info, catalogue, chat_template)
    return LoadedCheckpoint(info, model, tokenizer, context_length(model))


def load_model(
    info: CheckpointInfo,
    catalogue: Catalogue | None = None,
    dtype: torch.dtype | None = None,
    quantisation: str | None = None,
) -> PreTrainedModel:
    """The weights of a checkpoint, an adapter put on its base; see ``load``.

    With ``quantisation``, as of a recipe, matrices have that format. The base of an adapter
    has the one that it was trained with.
    """
    import torch
    from transformers import AutoModelForCausalLM

    device = "cuda" if torch.cuda.is_available() else "cpu"
    if dtype is None:
        half = device == "cuda" and torch.cuda.is_bf16_supported()
        dtype = torch.bfloat16 if half else torch.float32
    if info.path.is_dir():
        check_weights(info.path)
    if info.method == "lora":
        from peft import PeftModel  # takes seconds, which others need not wait for

        quantised = (info.recipe or {}).get("quantisation")
        base = load_model(base_of(info, catalogue), catalogue, dtype, quantised)
        with _refusals(info):
            adapted: Any = PeftModel.from_pretrained(
                base, str(info.path), use_safetensors=True, torch_device=device
            )
        return adapted  # type: ignore[no-any-return]
    options = nf4_options(f"Checkpoint {info.name}") if quantisation else {}
    with _refusals(info):
        loaded: Any = AutoModelForCausalLM.from_pretrained(
            str(info.path),
            dtype=dtype,
            use_safetensors=True,
            trust_remote_code=False,
            output_loading_info=True,
            **options,
            local_files_only=info.path.is_dir(),
        )
    model, report = loaded
    absent = sorted(report["missing_keys"])
    if absent:
        raise ModelError(
            f"Checkpoint {info.path}",
            f"its weights lack {len(absent)} tensors, '{absent[0]}' for one",
            COPY_AGAIN,
        )
    return model.to(device)  # type: ignore[no-any-return]


def load_tokenizer(
    info: CheckpointInfo, catalogue: Catalogue | None = None, chat_template: str | None = None
) -> PreTrainedTokenizerBase:
    """The tokenizer of a checkpoint, with a chat template and a padding token.

    One without a template gets ``chat_template``, or the workbench's own.
    """
    from transformers import AutoTokenizer

    own = _has_tokenizer(info)
    if not own and info.method == "lora":
        return load_tokenizer(base_of(info, catalogue), catalogue, chat_template)
    with _refusals(info):
        tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(
            str(info.path), trust_remote_code=False, local_files_only=info.path.is_dir()
        )
    set_chat_template(tokenizer, chat_template)
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def _has_tokenizer(info: CheckpointInfo) -> bool:
    """Whether a checkpoint brings its tokenizer; adapters may leave it to their base."""
    if info.path.is_dir():
        return (info.path / "tokenizer_config.json").is_file()
    if info.method != "lora":
        return True
    from workbench.hub import hub_files

    return "tokenizer_config.json" in hub_files(str(info.path)).names


def context_length(model: PreTrainedModel) -> int:
    """Longest sequence a model takes, in tokens; 2,048 where its configuration is silent."""
    return _configured_context(model.config)


def read_context_length(info: CheckpointInfo, catalogue: Catalogue | None = None) -> int:
    """``context_length`` of a checkpoint, by its configuration alone."""
    from transformers import AutoConfig

    if info.method == "lora":
        return read_context_length(base_of(info, catalogue), catalogue)
    with _refusals(info):
        config = AutoConfig.from_pretrained(
            str(info.path), trust_remote_code=False, local_files_only=info.path.is_dir()
        )
    return _configured_context(config)


def _configured_context(config: Any) -> int:
    return int(getattr(config.get_text_config(), "max_position_embeddings", None) or 2048)


def base_of(info: CheckpointInfo, catalogue: Catalogue | None = None) -> CheckpointInfo:
    """What a checkpoint was tuned from, looked up beside it, among the shipped ones and in
    ``catalogue``; ModelError where that is not known or not there."""
    beside = (info.path.parent, info.path.parent.parent, SHIPPED)
    roots, added = (catalogue.roots, catalogue.added) if catalogue else ((), None)
    known = Catalogue([*beside, *roots], added)
    if info.base is None:
        raise ModelError(
            f"Checkpoint {info.path}",
            "it is a LoRA that does not say which base it belongs to"
            if info.method == "lora"
            else "it does not say what it was tuned from",
            f"Name it in base_model_name_or_path of its {ADAPTER_CONFIG}"
            if info.method == "lora"
            else f"Name it as base in its {INFO_FILE}",
        )
    try:
        return known.find(info.base)
    except NotFoundError as error:
        raise ModelError(
            f"Checkpoint {info.path}",
            f"its base '{info.base}' is not there",
            f"Put the base beside it. {error.remedy}",
        ) from None


@contextmanager
def _refusals(info: CheckpointInfo) -> Iterator[None]:
    """What the libraries raise for damaged or absent files, as ModelError."""
    from huggingface_hub.errors import HfHubHTTPError
    from safetensors import SafetensorError

    try:
        with quiet_libraries():
            yield
    except (
        SafetensorError,
        HfHubHTTPError,
        OSError,
        ValueError,
        KeyError,
        TypeError,
        RuntimeError,
    ) as error:
        here = info.path.is_dir()
        raise ModelError(
            f"Checkpoint {info.path}",
            f"it cannot be loaded ({type(error).__name__}: {str(error).strip().splitlines()[0]})",
            COPY_AGAIN if here else "Check the hub id and the network, or name a folder",
        ) from error


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """Without transformers' own progress bars, remarks, and deprecations that others meet.

    It remarks, for one, that tied weights are not in a file twice.
    """
    from transformers.utils import logging

    output: Any = logging
    shown, verbosity = output.is_progress_bar_enabled(), output.get_verbosity()
    output.disable_progress_bar()
    output.set_verbosity_error()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            yield
    finally:
        output.set_verbosity(verbosity)
        if shown:
            output.enable_progress_bar()

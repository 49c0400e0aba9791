"""What a repository of the Hugging Face hub holds, before anything large is taken from it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workbench.errors import ModelError, NotFoundError

_SMALL = ("config.json", "adapter_config.json", "workbench.json")
"""Files that say what a checkpoint is."""


@dataclass(frozen=True)
class HubFiles:
    """A repository of the hub."""

    names: tuple[str, ...]
    """Its files."""
    folder: Path
    """Where those lie on this machine that say what it is."""


def hub_files(id: str) -> HubFiles:
    """Look at a repository of models; what is on this machine counts where the hub is not reached.

    Raises NotFoundError where there is none of that id, ModelError where nothing can be learnt.
    """
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, RepositoryNotFoundError

    refusals: tuple[type[Exception], ...] = (HfHubHTTPError, OSError, *_network_errors())
    try:
        names = HfApi().list_repo_files(id)
        folder = snapshot_download(id, allow_patterns=list(_SMALL))
    except GatedRepoError:
        raise ModelError(
            f"Checkpoint '{id}'",
            "its owner gives it only to those who ask",
            f"Ask for it at https://huggingface.co/{id}, then run 'hf auth login'",
        ) from None
    except RepositoryNotFoundError:
        raise NotFoundError(
            f"Checkpoint '{id}'",
            "the hub has no model of that id, or only for those who are logged in",
            "Check the id, or run 'hf auth login'",
        ) from None
    except refusals as error:
        return _on_this_machine(id, error)
    return HubFiles(tuple(names), Path(folder))


def _on_this_machine(id: str, error: Exception) -> HubFiles:
    from huggingface_hub import snapshot_download

    try:
        folder = Path(snapshot_download(id, local_files_only=True))
    except OSError:
        raise ModelError(
            f"Checkpoint '{id}'",
            f"the hub cannot be reached ({type(error).__name__}), and it is not on this machine",
            "Check the network, or name a folder",
        ) from None
    files = (path for path in folder.rglob("*") if path.is_file())
    return HubFiles(tuple(path.relative_to(folder).as_posix() for path in files), folder)


def _network_errors() -> tuple[type[Exception], ...]:
    """What the hub's client lets through of the one that it asks by."""
    from importlib import import_module

    found: list[type[Exception]] = []
    for name in ("httpx2", "httpx"):
        try:
            found.append(import_module(name).HTTPError)
        except ImportError:
            continue
    return tuple(found)

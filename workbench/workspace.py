"""The workspace: a folder with the database, trained checkpoints and logs."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from workbench.errors import StoreError
from workbench.store import Store

DEFAULT_WORKSPACE = Path("workspace")


class Workspace:
    """A folder that holds everything a user makes; parts of it are made when first used.

    ``store_url`` names another database, such as a team's PostgreSQL; in a ``read_only``
    workspace the store refuses to be written to.
    """

    def __init__(
        self,
        folder: Path | str = DEFAULT_WORKSPACE,
        store_url: str | None = None,
        read_only: bool = False,
    ) -> None:
        self.folder = Path(folder)
        self.read_only = read_only
        self._store_url = store_url

    @property
    def store_url(self) -> str | None:
        """The database that it was given; None where it is the folder's own."""
        return self._store_url

    def check_writable(self, given: str) -> None:
        """Raise StoreError where nothing may be changed; ``given`` is what was to be done."""
        if self.read_only:
            raise StoreError(
                given,
                "the workspace is shown read-only here",
                "Open it in an app of your own: workbench app",
            )

    def __reduce__(self) -> tuple[type[Workspace], tuple[Path, str | None, bool]]:
        # Another process opens the database by itself.
        return type(self), (self.folder.absolute(), self._store_url, self.read_only)

    @cached_property
    def store(self) -> Store:
        """The database, made when there is none."""
        url = self._store_url
        if url is None:
            url = f"sqlite:///{self._made(self.folder) / 'workbench.sqlite'}"
        return Store(url, self.read_only)

    @property
    def checkpoints(self) -> Path:
        """Folder of the checkpoints trained here."""
        return self._made(self.folder / "checkpoints")

    @property
    def logs(self) -> Path:
        """Folder of the logs of runs."""
        return self._made(self.folder / "logs")

    def _made(self, folder: Path) -> Path:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"Workspace {self.folder}",
                f"the folder {folder} cannot be made ({error.strerror})",
                "Free some space, or choose a folder that you may write to",
            ) from None
        return folder

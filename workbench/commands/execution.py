"""Options of ``workbench run`` that say who does the cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from workbench.errors import InputError

if TYPE_CHECKING:
    from workbench.executors.executor import Executor


@Parameter(name="*")
@dataclass(frozen=True)
class Execution:
    """Who does the cells of a study."""

    executor: Annotated[
        Literal["local", "processes", "ray"],
        Parameter(
            help="Who trains the cells: this process one after the other, several processes of "
            "this machine, or a Ray cluster"
        ),
    ] = "local"
    workers: Annotated[
        int | None,
        Parameter(
            help="Cells at once; one for each GPU or processor core if not given, by ray as many "
            "as the cluster has room for",
            validator=Number(gte=1),
        ),
    ] = None
    address: Annotated[
        str | None,
        Parameter(help="Address of the Ray cluster; the one on this machine if not given"),
    ] = None

    def make(self) -> Executor:
        """The executor; InputError for an option that is of another one."""
        if self.address is not None and self.executor != "ray":
            raise self._unused("--address", "ray")
        if self.executor == "ray":
            from workbench.executors.ray_cluster import AUTO, RayExecutor

            return RayExecutor(self.address or AUTO, self.workers)
        if self.executor == "processes":
            from workbench.executors.processes import ProcessExecutor
            from workbench.executors.threads import places

            return ProcessExecutor(self.workers or places())
        if self.workers is not None:
            raise self._unused("--workers", "processes")
        from workbench.executors.local import LocalExecutor

        return LocalExecutor()

    def _unused(self, option: str, other: str) -> InputError:
        return InputError(
            f"Option {option}",
            f"the executor '{self.executor}' has no use for it",
            f"Leave it out, or add: --executor {other}",
        )

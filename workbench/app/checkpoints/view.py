"""The checkpoints of a workspace as cards show them, without any widget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from workbench.added_checkpoints import Added, AddedCheckpoints, of_workspace
from workbench.checkpoint_export import weights_bytes
from workbench.checkpoint_info import CheckpointInfo
from workbench.checkpoint_profiles import Profile, Profiles, measuring_command
from workbench.checkpoints import SHIPPED
from workbench.errors import FileFormatError, NotFoundError
from workbench.languages import display_name
from workbench.model_card import tuned_languages
from workbench.runs import catalogue

if TYPE_CHECKING:
    from workbench.workspace import Workspace

Place = Literal["shipped", "trained here", "added", "hub", "gone"]
"""``gone``: it was added, and its folder is not there any more."""
SHOWN = 60
"""Cards at most; the others are found by the search."""


@dataclass(frozen=True)
class Card:
    """One checkpoint."""

    info: CheckpointInfo
    place: Place
    bytes: int
    """Size of its own files on the disk; 0 where it has none here."""
    profile: Profile | None

    @property
    def recipe(self) -> str:
        """How it was tuned, in a line; empty for one that was not tuned, or does not say."""
        recipe, training = self.info.recipe or {}, self.info.training
        if "learning_rate" not in recipe:
            return ""
        size = training.get("examples") or recipe.get("size")
        languages = ", ".join(display_name(code) for code in tuned_languages(self.info))
        parts = [
            f"learning rate {_short(float(recipe['learning_rate']))}",
            f"{self.info.step or recipe.get('steps'):,} updates",
            f"{size:,} examples" if size else "",
            languages,
        ]
        return " · ".join(part for part in parts if part)

    @property
    def made(self) -> str:
        """When and by which versions it was made; empty where it does not say."""
        versions = self.info.versions
        by = ", ".join(f"{n} {versions[n]}" for n in ("workbench", "transformers") if n in versions)
        when = ""
        if self.info.created:
            moment = datetime.fromisoformat(self.info.created).astimezone()
            when = f"{moment.day} {moment:%b %Y}"
        return " by ".join(part for part in (when, by) if part)

    @property
    def size(self) -> str:
        """Size on the disk in words."""
        if not self.bytes:
            return {"hub": "on the hub", "gone": "its folder is gone"}.get(self.place, "")
        if self.bytes >= 1e9:
            return f"{self.bytes / 1e9:.1f} GB"
        return f"{self.bytes / 1e6:.1f} MB"


@dataclass(frozen=True)
class Wanted:
    """Which checkpoints are shown."""

    text: str = ""
    """Words that all occur in what a card says."""
    method: str = ""
    """Empty for all."""
    steps: bool = False
    """Whether those kept during training are shown as well."""


@dataclass(frozen=True)
class Found:
    """The cards that are shown, of how many."""

    cards: Sequence[Card]
    number: int
    """That fit what is wanted."""
    total: int


class CheckpointViews:
    """The checkpoints of a workspace; every call looks anew."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.profiles = Profiles(workspace.store)

    @property
    def added(self) -> AddedCheckpoints:
        """Those that were added from elsewhere."""
        return of_workspace(self.workspace)

    def cards(self, wanted: Wanted = Wanted()) -> Found:
        """The cards that fit, shipped ones last."""
        infos = catalogue(self.workspace).all()
        whole = [info for info in infos if wanted.steps or "@" not in info.name]
        cards = [self._card(info) for info in whole] + self._gone()
        fitting = [card for card in cards if _fits(card, wanted)]
        fitting.sort(key=lambda card: card.place == "shipped")
        return Found(fitting[:SHOWN], len(fitting), len(cards))

    def card(self, name: str) -> Card | None:
        """One checkpoint; None where there is none of that name."""
        infos = [info for info in catalogue(self.workspace).all() if info.name == name]
        cards = [self._card(info) for info in infos]
        return next(iter(cards), None) or next(
            (card for card in self._gone() if card.info.name == name), None
        )

    def names(self) -> list[str]:
        """Names of all that can be asked."""
        return [info.name for info in catalogue(self.workspace).all()]

    def runs_of(self, checkpoints: Sequence[str]) -> list[str]:
        """Runs in which these checkpoints can be compared: one that has all of them, else one each.

        Raises NotFoundError where one of them has answers in no run.
        """
        own = {name: self.profiles.runs_of(name) for name in checkpoints}
        for name, runs in own.items():
            if not runs:
                raise NotFoundError(
                    f"Checkpoint '{name}'",
                    "no run of this workspace has answers of it",
                    f"Ask it first: {measuring_command(catalogue(self.workspace).find(name))}",
                )
        first, *others = own.values()
        together = [run for run in first if all(run in runs for runs in others)]
        return together[:1] or list(dict.fromkeys(runs[0] for runs in own.values()))

    def _card(self, info: CheckpointInfo) -> Card:
        return Card(info, self._place(info), weights_bytes(info), self.profiles.of(info))

    def _place(self, info: CheckpointInfo) -> Place:
        path = info.path
        if not path.is_dir():
            return "hub"
        if _below(path, SHIPPED):
            return "shipped"
        return "trained here" if _below(path, self.workspace.checkpoints) else "added"

    def _gone(self) -> list[Card]:
        return [_gone(added) for added in self._listed() if not added.there]

    def _listed(self) -> list[Added]:
        try:
            return self.added.all()
        except FileFormatError:
            return []  # the log says so; the others are shown none the less


def _short(rate: float) -> str:
    """A learning rate as recipes write it: 1e-4."""
    mantissa, exponent = f"{rate:.2e}".split("e")
    return f"{float(mantissa):g}e{int(exponent)}"


def _gone(added: Added) -> Card:
    record: dict[str, Any] = {"name": added.name, "path": Path(added.source)}
    info = CheckpointInfo.model_validate({**record, "method": added.method, "base": added.base})
    return Card(info, "gone", 0, None)


def _below(path: Path, root: Path) -> bool:
    return root.resolve() in path.resolve().parents


def _fits(card: Card, wanted: Wanted) -> bool:
    info = card.info
    if wanted.method and info.method != wanted.method:
        return False
    said = " ".join(
        [info.name, info.method, info.base or "", card.place, card.recipe, *tuned_languages(info)]
    ).lower()
    return all(word in said for word in wanted.text.lower().split())

"""How much of each language the tiny base reads."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Mixture(BaseModel):
    """Shares of text by language, and how rarely tier B facts occur outside English."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    shares: dict[str, float] = {
        "en": 0.36,
        "fr": 0.13,
        "pt": 0.13,
        "ru": 0.13,
        "de": 0.13,
        "zh": 0.10,
        "parallel": 0.02,
    }
    """Share of the text in each language, and of parallel documents; text is counted in
    characters, Chinese ones three times, as one of them says about as much as three letters."""
    tier_b_rate: float = 0.06
    """Rate of tier B facts outside English, relative to tier A."""

    @property
    def languages(self) -> list[str]:
        """Languages of the mixture, English first."""
        return [code for code in self.shares if code != "parallel"]

    def weight(self, code: str) -> float:
        """What a character of a language counts."""
        return 3.0 if code == "zh" else 1.0

"""Model cards as the Hugging Face hub reads them: front matter, then what a reader should know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from workbench.checkpoint_info import CheckpointInfo
from workbench.checkpoint_profiles import LanguageRate, Profile
from workbench.languages import LANGUAGES
from workbench.study_files import as_yaml

_TAGS = ["crosslingual-workbench", "instruction-tuning", "cross-lingual-transfer"]
_CODE = {
    "lora": """from peft import AutoPeftModelForCausalLM
from transformers import AutoTokenizer

model = AutoPeftModelForCausalLM.from_pretrained("{name}")
tokenizer = AutoTokenizer.from_pretrained("{name}")""",
    "full": """from transformers import AutoModelForCausalLM, AutoTokenizer

model = AutoModelForCausalLM.from_pretrained("{name}")
tokenizer = AutoTokenizer.from_pretrained("{name}")""",
}


def model_card(info: CheckpointInfo, profile: Profile | None, license: str | None = None) -> str:
    """The README.md of a checkpoint; ``license`` is an SPDX identifier, left open where None."""
    parts = [
        front_matter(info, profile, license),
        f"# {info.name}",
        _summary(info, license),
        "## Results by language",
        results_table(profile),
        "## How it is used",
        _block("python", _CODE["lora" if info.method == "lora" else "full"].format(name=info.name)),
        _decoding(info),
        "## How it was made",
        _made(info),
        recipe_block(info),
        versions_line(info),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def front_matter(info: CheckpointInfo, profile: Profile | None, license: str | None) -> str:
    """What the hub reads: library, languages, base, tags, and results."""
    fields: dict[str, Any] = {}
    if license:
        fields["license"] = license
    languages = [rate.language for rate in profile.rates] if profile else []
    languages = list(dict.fromkeys([*languages, *tuned_languages(info)]))
    if languages:
        fields["language"] = languages
    fields["library_name"] = "peft" if info.method == "lora" else "transformers"
    fields["pipeline_tag"] = "text-generation"
    if info.base:
        fields["base_model"] = public_name(info.base)
        fields["base_model_relation"] = "adapter" if info.method == "lora" else "finetune"
    fields["tags"] = _TAGS
    text = yaml.safe_dump(fields, sort_keys=False, allow_unicode=True)
    return f"---\n{text}---"


def results_table(profile: Profile | None) -> str:
    """Rates by language with the numbers behind them, and where they come from."""
    if profile is None:
        return "Not measured yet."
    rows = [
        f"| {_named(rate.language)} | {_percent(rate.right)} | {_interval(rate)} "
        f"| {_of(rate.n_scored, rate.n_total)} | {_percent(rate.accuracy)} |"
        for rate in profile.rates
    ]
    head = "| language | right language, % | 95% interval | scored / answers | accurate, % |"
    return "\n".join([head, "|---|---|---|---|---|", *rows, "", f"From {profile.source}."])


def recipe_block(info: CheckpointInfo) -> str:
    """The recipe as YAML; folders of the machine it was made on are named by their last part."""
    if not info.recipe:
        return ""
    return _block("yaml", as_yaml(public(info.recipe)).strip())


def versions_line(info: CheckpointInfo) -> str:
    """The packages it was made by."""
    named = ", ".join(f"{name} {version}" for name, version in info.versions.items())
    return f"Versions: {named}." if named else ""


def tuned_languages(info: CheckpointInfo) -> list[str]:
    """Languages of the instruction data, those of the mix included."""
    recipe = info.recipe or {}
    return [*(recipe.get("languages") or []), *(recipe.get("mix") or {})]


def public(value: Any) -> Any:
    """A record without the folders of the machine that it was made on."""
    if isinstance(value, Mapping):
        return {key: public(own) for key, own in value.items()}
    if isinstance(value, str):
        return public_name(value)
    if isinstance(value, Sequence):
        return [public(own) for own in value]
    return value


def public_name(text: str) -> str:
    """A path by its last part; hub ids, names and all other texts stay."""
    return Path(text).name if Path(text).is_absolute() else text


def _summary(info: CheckpointInfo, license: str | None) -> str:
    recipe = info.recipe or {}
    base = f"`{public_name(info.base)}`" if info.base else "no base: it was pretrained from scratch"
    how = {
        "lora": f"A LoRA adapter of {base}",
        "full": f"A full fine-tuning of {base}",
        "base": f"A model of {base}" if info.base else "A model that was not tuned",
    }[info.method]
    languages = " and ".join(_named(code) for code in tuned_languages(info))
    on = f", tuned on instructions in {languages}" if languages and "steps" in recipe else ""
    open_license = (
        ""
        if license
        else " Its licence is not stated here: that of its base and of its data holds; state it "
        "in the front matter before you share it."
    )
    return (
        f"{how}{on}. Made with the Cross-lingual Workbench, to study what instruction tuning does "
        f"to other languages.{open_license}"
    )


def _made(info: CheckpointInfo) -> str:
    training = info.training
    facts = [
        f"{training['examples']:,} examples" if "examples" in training else "",
        f"{training['tokens']:,} tokens" if "tokens" in training else "",
        f"{info.step:,} updates" if info.step else "",
        f"{training['seconds']:,.0f} s" if "seconds" in training else "",
        f"finished {info.created[:10]}" if info.created else "",
    ]
    return "; ".join(fact for fact in facts if fact)


def _decoding(info: CheckpointInfo) -> str:
    settings = ", ".join(f"{name} {value}" for name, value in info.decoding.model_dump().items())
    return f"It answers in the chat format of its tokenizer. Decoding of the results: {settings}."


def _block(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```"


def _named(code: str) -> str:
    return LANGUAGES[code].name if code in LANGUAGES else code


def _percent(rate: float | None) -> str:
    return "" if rate is None else f"{100 * rate:.0f}"


def _interval(rate: LanguageRate) -> str:
    if rate.low is None or rate.high is None:
        return ""
    return f"{100 * rate.low:.0f} to {100 * rate.high:.0f}"


def _of(scored: int | None, total: int | None) -> str:
    return "" if scored is None or total is None else f"{scored:,} / {total:,}"

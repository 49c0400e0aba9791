"""A conversation as one HTML file that opens without the app and without a network."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping

from workbench.app.chat.conversation import Conversation, Reply
from workbench.app.chat.rendering import render_history, render_reply
from workbench.assets import asset
from workbench.files import read_text
from workbench.versions import package_versions

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<h1>{title}</h1>
<main>{turns}<div class="wb-replies">{replies}</div></main>
<details><summary>How it was made</summary><pre>{made}</pre></details>
</body>
</html>
"""
_STYLES = (("pages", "export.css"), ("styles", "theme.css"), ("styles", "chat.css"))


def conversation_page(conversation: Conversation, title: str = "Conversation") -> str:
    """The page of a conversation with at least one turn; all text in it is escaped."""
    last = conversation.turns[-1]
    return _PAGE.format(
        title=html.escape(title),
        style="\n".join(read_text(asset(*parts)) for parts in _STYLES),
        turns=render_history(conversation),
        replies="".join(render_reply(reply, last) for reply in last.replies),
        made=html.escape(json.dumps(_made(conversation), indent=2, ensure_ascii=False)),
    )


def _made(conversation: Conversation) -> Mapping[str, object]:
    """What made the answers: checkpoints with their settings, and versions."""
    replies = [_settings(reply) for turn in conversation.turns for reply in turn.replies]
    different = list({json.dumps(own, sort_keys=True): own for own in replies}.values())
    return {"answers": different, "versions": package_versions()}


def _settings(reply: Reply) -> dict[str, object]:
    return {
        "checkpoint": reply.checkpoint,
        "options": reply.options.model_dump(mode="json", exclude_defaults=True),
        "decoding": dict(reply.decoding),
    }

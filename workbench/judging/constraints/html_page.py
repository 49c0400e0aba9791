"""``html_template``: "format your answer as an HTML page"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workbench.judging.constraints.base import Answer, Check
from workbench.judging.constraints.sizes import words

_PAGE = re.compile("html|head|body")
_BLOCK = re.compile(
    "h[1-6]|p|ul|ol|li|dl|dt|dd|table|tr|td|th|div|section|article|main|header|footer|nav|aside"
    "|blockquote|pre|form|figure|details|fieldset"
)
_OTHER = re.compile(
    "title|a|b|i|u|em|strong|span|small|code|label|button|select|option|textarea|thead|tbody"
    "|tfoot|caption|figcaption|summary|legend|center|font|su[bp]|mark|q|cite"
)
_VOID = re.compile("br|hr|img|meta|link|input|source|col|wbr|base")

_TAG = re.compile(
    r"<!--.{0,2000}?-->|<!doctype[^<>]*>|<(?P<close>/?)(?P<name>[a-z][a-z0-9]*)(?P<rest>(?:\s[^<>]*|/)?)>",
    re.IGNORECASE | re.DOTALL,
)
_FENCE = re.compile(r"(```|~~~)[^\n]*\n(.*?)(?:\1|\Z)", re.DOTALL)
_INLINE_CODE = re.compile(r"`[^`\n]*`")
_UNSEEN = re.compile(r"<(style|script)\b[^<>]*>.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class _Markup:
    """HTML found in a text."""

    page: bool
    """There is a document type or one of <html>, <head>, <body>."""
    blocks: int
    """Blocks that are opened, such as paragraphs and headings."""
    closed: int
    """Elements that are closed."""
    inside: float
    """Words within elements."""
    between: float
    """Words outside any element, but between two."""
    around: float
    """Words before the first and after the last element."""


def check_html(answer: Answer) -> Check:
    """Whether the answer is an HTML page, with words around it or in a code block.

    As in HTML itself, <html>, <head> and <body> may be left out: then all text between the
    first and the last tag must stand in blocks. A page that breaks off is one; whether it
    is valid is not checked.
    """
    fenced = [match[2] for match in _FENCE.finditer(answer.text)]
    found = max(
        map(_markup, [*fenced, _INLINE_CODE.sub("", answer.text)]),
        key=lambda markup: (markup.blocks, markup.page),
    )
    if not found.closed or not (found.blocks or found.page):
        return answer.broken("asked for an HTML page, found none")
    if not found.inside:
        return answer.broken("asked for an HTML page, found one without text")
    if found.around > found.inside or (not found.page and found.between):
        return answer.broken("asked for an HTML page, found text outside its elements")
    return answer.kept()


def _markup(text: str) -> _Markup:
    plain = _UNSEEN.sub("", text)
    tags = [tag for tag in _TAG.finditer(plain) if _is_known((tag["name"] or "").lower())]
    if not tags:
        return _Markup(False, 0, 0, 0, 0, words(plain))
    names = [(tag["name"] or "").lower() for tag in tags]
    opened: list[str] = []
    inside = between = 0.0
    blocks = closed = 0
    for tag, name, following in zip(tags, names, [*tags[1:], None], strict=True):
        if tag["close"]:
            if name in opened:
                closed += 1
                # What may stay open ends with what holds it.
                del opened[len(opened) - 1 - opened[::-1].index(name) :]
        elif name and not _VOID.fullmatch(name) and not tag["rest"].endswith("/"):
            opened.append(name)
            blocks += bool(_BLOCK.fullmatch(name))
        if following is not None:
            size = words(plain[tag.end() : following.start()])
            inside, between = (inside + size, between) if opened else (inside, between + size)
    rest = plain[tags[-1].end() :]
    around = words(plain[: tags[0].start()])
    if not all(map(_PAGE.fullmatch, opened)) and not tags[-1]["close"]:
        inside += words(rest)  # it breaks off within an element
    else:
        around += words(rest)
    page = any(map(_PAGE.fullmatch, names)) or bool(re.search("<!doctype", plain, re.I))
    return _Markup(page, blocks, closed, inside, between, around)


def _is_known(name: str) -> bool:
    """Whether it is an element, and no placeholder such as <name>; comments have no name."""
    return not name or any(kind.fullmatch(name) for kind in (_PAGE, _BLOCK, _OTHER, _VOID))

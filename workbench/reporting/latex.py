"""Tables and texts of a report in LaTeX: booktabs, every character escaped.

What pdfLaTeX cannot set without further packages, such as Cyrillic or Chinese, becomes its code
point; languages are named in English for that reason.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from workbench.languages import english_name
from workbench.reporting.records import Cell, Table

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "'": r"\textquotesingle{}",
    "`": r"\textasciigrave{}",
    "-": r"{-}",
    "–": "--",
    "—": "---",
    "…": r"\ldots{}",
    "×": r"$\times$",
    "±": r"$\pm$",
    "−": "$-$",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
    "≠": r"$\neq$",
    "→": r"$\rightarrow$",
    "✓": r"$\surd$",
    "✗": r"$\times$",
    "‘": "`",
    "’": "'",
    "“": "``",
    "”": "''",
}
_LETTERS = frozenset(
    "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿß"
    "ĄąĆćČčĐđĘęĞğİıŁłŃńŐőŒœŘřŚśŞşŠšŰűŹźŻżŽž¿¡"
)
"""Letters beyond ASCII that the font encoding T1 has."""
_LONG_TEXT = 34
"""Characters from which on a column of text is set in lines."""
_LONG_TABLE = 32
"""Rows from which on a table may go over several pages."""
_WIDE = 6
"""Columns from which on a table is made as narrow as the text."""


def escape(text: str) -> str:
    """A text that LaTeX sets as it is, in one paragraph.

    >>> escape("50% of_it <b>")
    '50\\\\% of\\\\_it \\\\textless{}b\\\\textgreater{}'
    """
    line = " ".join(unicodedata.normalize("NFC", text).split())
    return "".join(map(_character, line))


def table_text(table: Table, label: str) -> str:
    """A table with caption and label: a float, or a longtable where it has many rows."""
    alignment = "".join(_alignment(table, place) for place in range(len(table.columns)))
    head = " & ".join(f"\\textbf{{{_cell(own, head=True)}}}" for own in table.columns) + r" \\"
    rows = [" & ".join(_cell(own) for own in row) + r" \\" for row in table.rows]
    note = f"\\par\\smallskip {{\\footnotesize {escape(table.note)}}}" if table.note else ""
    caption = f"\\caption{{{escape(table.title)}}}\\label{{tab:{label}}}"
    if len(rows) > _LONG_TABLE:
        lines = [
            r"\begingroup\scriptsize",
            f"\\begin{{longtable}}{{{alignment}}}",
            f"{caption}\\\\",
            r"\toprule",
            head,
            r"\midrule\endfirsthead",
            r"\toprule",
            head,
            r"\midrule\endhead",
            r"\bottomrule\endlastfoot",
            *rows,
            r"\end{longtable}",
            note,
            r"\endgroup",
        ]
    else:
        body = [f"\\begin{{tabular}}{{{alignment}}}", r"\toprule", head, r"\midrule", *rows]
        body += [r"\bottomrule", r"\end{tabular}"]
        if len(table.columns) > _WIDE:
            body = [r"\resizebox{\textwidth}{!}{%", *body, "}"]
        lines = [r"\begin{table}[htbp]", r"\centering\small", caption, *body, note, r"\end{table}"]
    return "\n".join(line for line in lines if line) + "\n"


def figure_text(path: str, title: str, label: str) -> str:
    """A figure with caption and label."""
    lines = [
        r"\begin{figure}[htbp]",
        r"\centering",
        f"\\includegraphics[width=\\textwidth,height=0.85\\textheight,keepaspectratio]{{{path}}}",
        f"\\caption{{{escape(title)}}}\\label{{fig:{label}}}",
        r"\end{figure}",
    ]
    return "\n".join(lines) + "\n"


def _cell(cell: Cell, head: bool = False) -> str:
    if cell.kind == "language":
        known = english_name(cell.text)
        return escape(known if head else f"{known} ({cell.text})")
    text = escape(cell.text)
    if cell.kind == "name":
        # Names of checkpoints have no spaces, and would not be broken otherwise.
        text = text.replace(r"{-}", r"{-}\allowbreak{}").replace(r"\_", r"\_\allowbreak{}")
    if cell.interval:
        text += f" {{\\scriptsize ({escape(cell.interval)})}}"
    if cell.counts:
        text = f"\\shortstack[r]{{{text}\\\\{{\\tiny {escape(cell.counts)}}}}}"
    return text


def _alignment(table: Table, place: int) -> str:
    cells: Sequence[Cell] = [row[place] for row in table.rows]
    if any(cell.kind == "number" for cell in cells):
        return "r"
    if any(len(cell.text) > _LONG_TEXT for cell in cells):
        return r"p{0.34\textwidth}" if len(table.columns) <= _WIDE else r"p{0.17\textwidth}"
    return "l"


def _character(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character in _LETTERS or " " <= character <= "~":
        return character
    return f"[U+{ord(character):04X}]"

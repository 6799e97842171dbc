"""The page's style sheet inside a notebook, where it shares the page with the styles of JupyterLab, VS Code or nbviewer.

Their rules about tables, terms and headings are written for whatever a cell gives, and would break what is laid out here. Each
of our rules is therefore made stronger than any of theirs, by the same measure, so that they keep their order among themselves.
The width that counts is that of the cell, not of the window; the theme that counts is that of the host, not of the machine.
"""

from __future__ import annotations

import re

from kunskapsbaserat.report.page import palette

_ROOT = ".kb"
# `:is` is as strong as the strongest that it lists, whether that exists or not: one id more than any rule of a host.
_STRONGER = f":is({_ROOT},#kb-stark)"
# Weaker than any rule of the page, and for that reason first.
_RESET = """
{kb} :where(table, thead, tbody, tr, th, td, caption, dl, dt, dd, ul, ol, li, figure, figcaption, p, h1, h2, h3, h4, svg, img) {
  background: none; color: inherit; font-style: normal; letter-spacing: normal; text-align: left; text-transform: none;
  word-break: normal; line-height: inherit; border: 0; max-width: none; }
{kb} :where(table) { display: table; table-layout: auto; border-spacing: 0; min-width: 0; overflow: visible; }
{kb} :where(th, td) { white-space: normal; min-width: 0; overflow: visible; text-overflow: clip; font: inherit; }
{kb} :where(dl, dt, dd) { display: block; float: none; width: auto; margin: 0; padding: 0; font: inherit; }
{kb} :where(ul, ol) { list-style-position: outside; }
{kb} :where(p, li) { margin: 0; padding: 0; font: inherit; }
{kb} :where(code) { color: inherit; background: none; border: 0; padding: 0; }
{kb} :where(svg, img) { max-width: 100%; margin: 0; }
{kb} { display: block; text-align: left; }
"""
_AROUND = ":is(div, section):has(> .kb) { container-type: inline-size; } .kb { padding: .25rem 1rem 1.25rem; }"


def style(css: str) -> str:
    """The rules of a page for a notebook: those of paper left out, each of the others stronger than its host's.

    Parameters
    ----------
    css : str
        A style sheet without comments, one level of ``@media`` at most.
    """
    rules = _RESET.replace("{kb}", _ROOT) + _AROUND + css
    return _about_screens(rules) + palette.at_night(palette.NIGHT_IN_HOSTS, _STRONGER)


def _about_screens(css: str) -> str:
    made: list[str] = []
    for head, body in _blocks(css):
        if not head.startswith("@"):
            made.append(_rule(head, body))
        elif "max-width" in head:  # of the window; a cell is narrower
            made.append(f"{head.replace('@media', '@container')}{{{_about_screens(body)}}}")
        elif "forced-colors" in head:
            made.append(f"{head}{{{_about_screens(body)}}}")
        elif "screen" in head:
            made.append(_about_screens(body))
    return "".join(made)


def _blocks(css: str) -> list[tuple[str, str]]:
    """What stands before each brace of the outermost level, and what stands within."""
    found, depth, start, head = [], 0, 0, ""
    for at, sign in enumerate(css):
        if sign == "{":
            if depth == 0:
                head, start = css[start:at].strip(), at + 1
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth == 0:
                found.append((head, css[start:at]))
                start = at + 1
    return found


def _rule(selectors: str, declarations: str) -> str:
    if selectors == ":root":  # of the page; in a notebook the rest of the page is the host's
        return f"{_STRONGER}{{{declarations}}}"
    stronger = ",".join(_stronger(one.strip()) for one in _listed(selectors))
    # VS Code takes the borders of every table away with !important.
    borders = re.sub(r"(?<![\w-])(border(?!-collapse|-spacing|-radius)[a-z-]*:[^;]+)", r"\1!important", declarations)
    return f"{stronger}{{{borders}}}"


def _stronger(selector: str) -> str:
    own = re.match(r"(?:header|div)?\.kb(?![\w-])", selector)
    if own is not None:
        return f"{own[0]}{_STRONGER}{selector[own.end() :]}"
    if ":has(> .kb)" in selector:
        return selector
    return f"{_STRONGER} {selector}"


def _listed(selectors: str) -> list[str]:
    """Selectors between the commas that stand outside parentheses."""
    found, depth = [""], 0
    for sign in selectors:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            found.append("")
        else:
            found[-1] += sign
    return found

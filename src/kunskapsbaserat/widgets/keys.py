"""Letters typed in a widget stay in it."""

from __future__ import annotations

import anywidget


class OwnKeys(anywidget.AnyWidget):
    """Invisible; keeps JupyterLab from taking keys pressed in the widget around it as commands.

    In a list of choices JupyterLab would take "b" for "insert a cell" and "d d" for "delete the cell". The attribute is the one
    that JupyterLab's own forms have for this; it has to stand on the very element that is typed in.
    """

    _esm = """
    function render({ el }) {
      const mark = () => {
        const around = el.closest(".kbw");
        const own = (event) => event.target.setAttribute("data-lm-suppress-shortcuts", "true");
        if (around) around.addEventListener("focusin", own);
        else requestAnimationFrame(mark);
      };
      mark();
    }
    export default { render };
    """

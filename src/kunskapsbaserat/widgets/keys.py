"""What only a script in the page can do: letters typed in a widget stay in it, and focus is never lost."""

from __future__ import annotations

import anywidget
import traitlets


class OwnKeys(anywidget.AnyWidget):
    """Invisible; makes the widget around it a named part of the page, in Swedish, that the keyboard can be trusted in.

    In a list of choices JupyterLab would take "b" for "insert a cell" and "d d" for "delete the cell". The attribute is the one
    that JupyterLab's own forms have for this; it has to stand on the very element that is typed in. When a button takes itself
    away, focus goes to the next one, or to the field above: else the reader begins again at the top of the page.
    """

    name = traitlets.Unicode("").tag(sync=True)

    _esm = """
    function render({ model, el }) {
      const mark = () => {
        const around = el.closest(".kbw");
        if (!around) return requestAnimationFrame(mark);
        around.setAttribute("lang", "sv");
        around.setAttribute("role", "region");
        if (model.get("name")) around.setAttribute("aria-label", model.get("name"));
        around.addEventListener("focusin", (event) => event.target.setAttribute("data-lm-suppress-shortcuts", "true"));
        keepFocus(around);
      };
      mark();
    }
    function keepFocus(around) {
      let last = null;
      around.addEventListener("focusin", (event) => {
        const row = event.target.closest(".kbw-valda");
        last = row && { row, chip: event.target, at: [...row.querySelectorAll("button")].indexOf(event.target) };
      });
      new MutationObserver(() => {
        if (!last || last.chip.isConnected) return;
        const { row, at } = last;
        last = null;
        setTimeout(() => {  // the buttons after the one that went are made anew
          const inside = document.activeElement && around.contains(document.activeElement);
          const buttons = [...row.querySelectorAll("button")];
          const next = buttons[Math.min(at, buttons.length - 1)] || row.closest(".kbw-flera").querySelector("input");
          if (!inside && next) next.focus();
        }, 100);
      }).observe(around, { childList: true, subtree: true });
    }
    export default { render };
    """

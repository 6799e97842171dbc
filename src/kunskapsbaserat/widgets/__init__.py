"""Widgets for JupyterLab and Voilà: explore, evaluate and render without writing code. They call public functions only."""

from kunskapsbaserat.widgets.effekt import Effekt
from kunskapsbaserat.widgets.rapport import Rapport
from kunskapsbaserat.widgets.utforska import Utforska

__all__ = ["Effekt", "Rapport", "Utforska"]

"""How the documentation is built: offline, with warnings as errors, into one folder that can be served as it is.

python -m uv run --group docs sphinx-build -W -b html docs site
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

from kunskapsbaserat import __version__

project = "kunskapsbaserat"
author = "kunskapsbaserat"
project_copyright = "kunskapsbaserat, MIT"
version = release = __version__
language = "sv"
html_search_language = "sv"

extensions = ["myst_nb", "numpydoc", "sphinx.ext.autodoc", "sphinx.ext.autosummary"]
extensions += ["mathml", "own_pages", "public_names", "theme_in_swedish", "verdicts_of_all"]
root_doc = "index"
exclude_patterns = ["_build", "_ext", "galleri/*.csv"]
suppress_warnings = ["config.cache"]

# Markdown as it is read on a code host too: equations between dollars, links to headings, boxes as fences with colons.
myst_enable_extensions = ["amsmath", "dollarmath", "colon_fence", "deflist"]
myst_heading_anchors = 3
highlight_language = "none"
nb_execution_mode = "auto"  # notebooks are run; pages with code are run by the tests, which also compare what comes out
nb_execution_raise_on_error = True
nb_execution_timeout = 600

autosummary_generate = False
autodoc_typehints = "none"  # the docstrings say types with their units and shapes
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

html_math_renderer = "mathml"
html_theme = "pydata_sphinx_theme"
html_title = "kunskapsbaserat"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
html_show_copyright = False
html_theme_options = {
    "navbar_start": ["navbar-logo"],
    "navbar_end": ["theme-switcher"],
    "header_links_before_dropdown": 7,
    "navigation_with_keys": False,
    "show_prev_next": True,
    "show_toc_level": 2,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": [],
    "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_sidebars = {"**": ["sidebar-nav-bs"], "index": []}

"""What JupyterLab reads of the package: its settings, and Swedish for its menus (``tools/build_lab_language.py``)."""

"""Swedish for JupyterLab: `strings.txt` is written by hand, `locale` by ``tools/build_lab_language.py``."""

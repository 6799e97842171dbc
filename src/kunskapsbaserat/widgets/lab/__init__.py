"""Settings that JupyterLab reads (`labconfig`), and Swedish for its menus (`svenska`)."""

"""TELL: findings as Swedish sentences, accessible figures and finished documents.

`material` is what documents stand on, `page` what they are made of, `statements` what several of them say; `documents` holds
each of them, its words beside its sections. `page.html` is the only place with markup.
"""

"""TELL: findings as Swedish sentences, accessible figures and finished documents.

`report.lagesbild` is a document; `report.text` is the only place with wording; `report.html` the only one with markup.
"""

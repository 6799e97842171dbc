"""Figures of what every kommun has from the national tables: quarters, level and change among the alike, the funnel of all."""

from __future__ import annotations

import pandas as pd

from kunskapsbaserat import kommun as kommuner
from kunskapsbaserat.disclosure import release
from kunskapsbaserat.rates import funnel
from kunskapsbaserat.report import plots
from kunskapsbaserat.report.blocks import Cell, Column, Figure, Table
from kunskapsbaserat.report.findings import CountFinding
from kunskapsbaserat.report.quarter_findings import QuarterFinding
from kunskapsbaserat.report.shared import once, rows_in
from kunskapsbaserat.report.text import labels, method, national, numbers
from kunskapsbaserat.report.underlag import Underlag

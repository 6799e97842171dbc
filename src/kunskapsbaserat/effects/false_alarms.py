"""Measured shares of false alarms: what a text has to say where a method is offered whose error rate may not hold."""

from __future__ import annotations

from collections.abc import Mapping

ITS: Mapping[str, Mapping[str, float]] = {}
RELATIVE_EFFECT: Mapping[str, float] = {}

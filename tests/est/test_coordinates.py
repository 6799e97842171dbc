"""SWEREF 99 TM against Lantmäteriet's control points."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from kunskapsbaserat.data.est.coordinates import from_sweref99tm, plane, to_sweref99tm

# Lantmäteriet, "Kontrollpunkter för SWEREF 99 TM", 2007-11-20: latitude, longitude, N, E.
CONTROL = [
    (55, 12.75, 6097106.672, 356083.438),
    (55, 14.25, 6095048.642, 452024.069),
    (57, 12.75, 6319636.937, 363331.554),
    (57, 19.5, 6326392.707, 773251.054),
    (59, 11.25, 6546096.724, 284626.066),
    (59, 19.5, 6548757.206, 758410.519),
    (61, 12.75, 6764877.311, 378323.440),
    (61, 18.75, 6768593.345, 702745.127),
    (63, 12.0, 6989134.048, 348083.148),
    (63, 19.5, 6993565.630, 727798.671),
    (65, 13.5, 7209293.753, 429270.201),
    (65, 21.75, 7225449.115, 817833.405),
    (67, 16.5, 7432168.174, 565398.458),
    (69, 21.0, 7666089.698, 739639.195),
]


@pytest.mark.parametrize(("latitude", "longitude", "north", "east"), CONTROL)
def test_control_points(latitude: float, longitude: float, north: float, east: float):
    """Given to the millimetre; both ways."""
    x, y = to_sweref99tm(latitude, longitude)
    assert_allclose((x, y), (east, north), atol=0.00051, rtol=0)
    # Half a millimetre is 1.3e-8 degrees of longitude at 69 degrees.
    assert_allclose(from_sweref99tm(east, north), (latitude, longitude), atol=1.3e-8, rtol=0)


@given(st.floats(55, 69.4), st.floats(10.6, 24.4))
def test_there_and_back(latitude: float, longitude: float):
    assert_allclose(from_sweref99tm(*to_sweref99tm(latitude, longitude)), (latitude, longitude), atol=2e-9, rtol=0)


def test_either_system_and_order():
    x, y = to_sweref99tm(60.48, 15.43)
    given_as = [(60.48, 15.43), (15.43, 60.48), (float(y), float(x)), (float(x), float(y))]
    east, north = plane(*zip(*given_as, strict=True))
    assert_allclose(east, float(x), atol=1e-6)
    assert_allclose(north, float(y), atol=1e-6)


def test_outside_sweden_is_missing():
    x, y = plane([0, 40.7, np.nan, 60.0], [0, -74.0, 15.0, np.nan])
    assert np.isnan(x).all()
    assert np.isnan(y).all()

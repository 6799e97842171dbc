"""WHERE AND WHEN: weekday by hour, hot spots, named places, near repeats, areas, displacement. Takes tables, never files."""

from kunskapsbaserat.places.areas import assign_areas
from kunskapsbaserat.places.before_after import before_after, place_panel
from kunskapsbaserat.places.bursts import burst_probability
from kunskapsbaserat.places.concentrated import PlaceConcentration, concentration
from kunskapsbaserat.places.duplicates import duplicate_pairs
from kunskapsbaserat.places.grid import grid_counts
from kunskapsbaserat.places.hot_spots import hot_spots
from kunskapsbaserat.places.local_time import TimeKnowledge, time_knowledge
from kunskapsbaserat.places.located import FEWEST_POINTS, located
from kunskapsbaserat.places.maps import MapDrawing, place_map
from kunskapsbaserat.places.named import named_places
from kunskapsbaserat.places.near_repeat import NearRepeat, near_repeat
from kunskapsbaserat.places.public_grid import public_cells
from kunskapsbaserat.places.rings import RingCounts, displacement_rings
from kunskapsbaserat.places.scan import scan
from kunskapsbaserat.places.week import week_pattern, week_peaks

__all__ = [
    "FEWEST_POINTS",
    "MapDrawing",
    "NearRepeat",
    "PlaceConcentration",
    "RingCounts",
    "TimeKnowledge",
    "assign_areas",
    "before_after",
    "burst_probability",
    "concentration",
    "displacement_rings",
    "duplicate_pairs",
    "grid_counts",
    "hot_spots",
    "located",
    "named_places",
    "near_repeat",
    "place_map",
    "place_panel",
    "public_cells",
    "scan",
    "time_knowledge",
    "week_pattern",
    "week_peaks",
]

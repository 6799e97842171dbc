"""Trygghetsvandringar: the workbook that is filled in after a walk, and all walks of a kommun's folder."""

from kunskapsbaserat.data.folder.layout import WALKS as FOLDER
from kunskapsbaserat.data.walks.book import WalkError
from kunskapsbaserat.data.walks.folder import Walks, as_est, read
from kunskapsbaserat.data.walks.model import Group, Photo, Seen, Walk
from kunskapsbaserat.data.walks.template import path_in, write_new

__all__ = ["FOLDER", "Group", "Photo", "Seen", "Walk", "WalkError", "Walks", "as_est", "path_in", "read", "write_new"]

"""A school's workbook after the steps of Tryggare skola, its surveys, and the folder with a kommun's schools.

What Skolinspektionen's workbook looks like is known from descriptions only: no original has been seen (`skolenkat`).
"""

from kunskapsbaserat.data.folder.layout import SCHOOLS as FOLDER
from kunskapsbaserat.data.school.folder import School, SchoolYear, names, path_in, read, safe_name
from kunskapsbaserat.data.school.template import write_new

__all__ = ["FOLDER", "School", "SchoolYear", "names", "path_in", "read", "safe_name", "write_new"]

"""Other people's matrices, read: spreadsheets, comma files, Markdown and AsciiDoc tables, in every dialect they come in.

Pure: nothing here knows the framework or the database. Whatever a file says ends in the reading; whatever is not understood is told.
"""

from responsibilities.importers.reading import CannotRead, Dialect, Line, Part, Reading, Table

__all__ = ["CannotRead", "Dialect", "Line", "Part", "Reading", "Table"]

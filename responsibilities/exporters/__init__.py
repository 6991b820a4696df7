"""A version of the matrix as files that leave the product: a sheet, a table, the contract's appendix, what each requirement comes to.

Pure: nothing here knows the framework, the database or the clock. A file says what the document says, and the same document gives the
same bytes.
"""


class CannotExport(Exception):
    """A version does not fit into such a file; the text says why, in words fit for users."""

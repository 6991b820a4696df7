"""Actions of the table that no address serves yet. This list only shrinks."""

ACTIONS: set[str] = set()

# Served inside another action's address: which of the two it is depends on the row or the person.
INSIDE_OTHERS: set[str] = set()

"""How tickets end and offers are declined, as codes with the words people choose from."""

RESOLUTIONS = {
    "fixed": "Fixed",
    "answered": "Answered",
    "workaround": "There is a way round it",
    "not_found": "Looked for it, could not see it again",
    "duplicate": "Solved with another ticket",
    "no_answer": "Asked, and heard nothing",
}
CANCELLATIONS = {"not_ours": "Not ours to do", "withdrawn": "No longer wanted", "spam": "Not a request at all"}
DECLINES = {
    "not_ours": "Not ours by the matrix",
    "missing": "Something is missing",
    "no_access": "We have no access",
    "no_capacity": "We cannot take it now",
    "out_of_hours": "Outside our hours",
    "duplicate": "We have it already",
}
LEADS_ONLY = frozenset({"no_capacity"})
PRESSING = frozenset({"P1", "P2"})  # lowering these needs a manager, and a yes from the other side or who asked

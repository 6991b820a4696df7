"""Every write to a major incident: declared, commanded, logged, contained, ended, reviewed; one fact of its timeline for each."""

from tickets.actions.incidents.blanking import blank
from tickets.actions.incidents.commanding import accept, assign, end, give_role, hand_on, set_rhythm
from tickets.actions.incidents.containing import answer, ask
from tickets.actions.incidents.declaring import Declared, declare, declare_alone
from tickets.actions.incidents.reviewing import add_follow_up, sign, write_review
from tickets.actions.incidents.telling import log, update

__all__ = [
    "Declared",
    "accept",
    "add_follow_up",
    "answer",
    "ask",
    "assign",
    "blank",
    "declare",
    "declare_alone",
    "end",
    "give_role",
    "hand_on",
    "log",
    "set_rhythm",
    "sign",
    "update",
    "write_review",
]

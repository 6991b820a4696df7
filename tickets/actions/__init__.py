"""Every write to a ticket: one verb, one transaction, one entry in its ledger."""

from tickets.actions.opening import Opened, Origin, OtherContent, UnknownDuty, ask, open_ticket, source_resolved
from tickets.actions.steps import NotNow, NotYours, Refused, SayMore, Stale
from tickets.actions.talking import note, reply
from tickets.actions.working import cancel, cancel_own, close, confirm, reopen, resolve, take

__all__ = [
    "NotNow",
    "NotYours",
    "Opened",
    "Origin",
    "OtherContent",
    "Refused",
    "SayMore",
    "Stale",
    "UnknownDuty",
    "ask",
    "cancel",
    "cancel_own",
    "close",
    "confirm",
    "note",
    "open_ticket",
    "reopen",
    "reply",
    "resolve",
    "source_resolved",
    "take",
]
